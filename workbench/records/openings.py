"""Openings of locked test sets as the records keep them: added, and never changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.engine import Row

from workbench.governance.openings import Opening
from workbench.records.damage import reads_row
from workbench.records.moments import as_text, from_text
from workbench.records.schema import locked_openings

__all__ = [
    "OPENED",
    "add_opening",
    "find_opening",
    "kept_openings",
    "list_openings",
    "next_place",
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
    query = select(locked_openings).where(locked_openings.c.policy == policy_id)
    found = connection.execute(query).one_or_none()
    return None if found is None else _opening(found)


def list_openings(connection: Connection) -> list[Opening]:
    """Return all openings, in the order in which they happened."""
    order = (locked_openings.c.opened, locked_openings.c.policy, locked_openings.c.digest)
    return [_opening(row) for row in connection.execute(select(locked_openings).order_by(*order))]


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
    )
    for found in connection.execute(query):
        yield f"{found.policy} {found.digest}", tuple(found)[2:]


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
        },
        what=f"the locked test of policy {row.policy}",
    )
