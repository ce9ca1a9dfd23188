"""Openings of locked test sets as the records keep them: added, and never changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.engine import Row

from workbench.governance.openings import Opening
from workbench.records.damage import reads_row
from workbench.records.moments import as_json, as_text, from_text, object_from_json
from workbench.records.schema import locked_openings

__all__ = [
    "OPENED",
    "add_opening",
    "chosen_digest",
    "find_opening",
    "kept_openings",
    "list_openings",
    "next_place",
    "with_earlier",
]

OPENED: Final = "locked test"
"""What the entry of an opening says was opened."""


def add_opening(connection: Connection, opening: Opening) -> None:
    """Keep an opening; whether there is one already is for the caller to ask."""
    connection.execute(
        insert(locked_openings).values(
            policy=opening.policy_id,
            digest=opening.digest,
            data_set=opening.data_set,
            justification=opening.justification,
            opened_by=opening.opened_by,
            opened=as_text(opening.opened_at),
            place=opening.place,
            chosen=None if opening.chosen is None else as_json(opening.chosen.plain()),
        )
    )


def next_place(connection: Connection, digest: str, data_set: str) -> int:
    """Return which opening of a test set the next one is, for whatever policies.

    Those of the same rows count and those of the same data set, whose rows may be others by one: a
    set that lost a row is the set that was looked at. Case does not tell data sets apart.

    Args:
        connection: of any store.
        digest: of the protocol.
        data_set: name of its images.
    """
    table = locked_openings.c
    same = (table.digest == digest) | (func.lower(table.data_set) == func.lower(data_set))
    many, last = connection.execute(select(func.count(), func.max(table.place)).where(same)).one()
    # The last place counts those before it, which may be of rows or names that this has not.
    return max(int(many), int(last or 0)) + 1


def find_opening(connection: Connection, policy_id: str) -> Opening | None:
    """Return the opening of a locked test for a policy, `None` where there was none."""
    return next((one for one in list_openings(connection) if one.policy_id == policy_id), None)


def list_openings(connection: Connection) -> list[Opening]:
    """Return all openings, in the order in which they happened, each with those before it."""
    order = (locked_openings.c.opened, locked_openings.c.policy, locked_openings.c.digest)
    every = [_opening(row) for row in connection.execute(select(locked_openings).order_by(*order))]
    return [with_earlier(one, every) for one in every]


def with_earlier(opening: Opening, every: Sequence[Opening]) -> Opening:
    """Return an opening with those of the same rows or data set before it."""
    earlier = tuple(one.as_earlier() for one in every if one.is_before(opening))
    return opening.model_copy(update={"earlier": earlier})


def kept_openings(connection: Connection) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Give policy and digest of each opening with what the log says of it, too."""
    table = locked_openings.c
    query = select(
        table.policy,
        table.digest,
        table.data_set,
        table.justification,
        table.opened_by,
        table.opened,
        table.place,
        table.chosen,
    )
    for found in connection.execute(query):
        *kept, chosen = tuple(found)[2:]
        yield f"{found.policy} {found.digest}", (*kept, chosen_digest(chosen))


def chosen_digest(chosen: str | None) -> str | None:
    """Return what the log says of the text of a choice: its SHA-256; `None` for none."""
    return None if chosen is None else sha256(chosen.encode()).hexdigest()


@reads_row("the locked test of policy", "policy")
def _opening(row: Row[Any]) -> Opening:
    return Opening.read(
        {
            "policy_id": row.policy,
            "digest": row.digest,
            "data_set": row.data_set,
            "justification": row.justification,
            "opened_by": row.opened_by,
            "opened_at": from_text(row.opened),
            "place": row.place,
            "chosen": None if row.chosen is None else object_from_json(row.chosen),
        },
        what=f"the locked test of policy {row.policy}",
    )
