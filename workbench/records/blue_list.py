"""The blue list as the records keep it: who consents, and which passes of theirs were seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Row

from workbench.errors import RefusedError, UnknownRecordError
from workbench.governance.blue_list import BlueListMember, Pass
from workbench.records.damage import reads_row, reads_whole
from workbench.records.moments import as_json, as_text, from_json, from_text
from workbench.records.schema import blue_members, blue_passes

__all__ = [
    "PassRow",
    "add_pass",
    "consents_of",
    "list_passes",
    "members",
    "save_consents",
    "save_pass",
]


@dataclass(frozen=True, slots=True)
class PassRow:
    """A pass that somebody saw.

    Attributes:
        id: names it.
        deployment: id of the deployment that the member passed.
        seen: the pass, with the alert that it raised once that is known.
        actor: account that recorded it.
        at: when it was recorded.
        checked: when alerts were last looked through for it; what came later is not in it.
    """

    id: str
    deployment: str
    seen: Pass
    actor: str
    at: datetime
    checked: datetime | None = None


def members(connection: Connection) -> list[BlueListMember]:
    """Return everybody's consents by reference, those that were withdrawn too.

    A member who consented anew after they withdrew is in it more than once.
    """
    rows = connection.execute(
        select(blue_members.c.reference, blue_members.c.content).order_by(blue_members.c.reference)
    )
    return [one for row in rows for one in _consents(row.reference, row.content)]


def consents_of(connection: Connection, member: str) -> list[BlueListMember]:
    """Return the consents of one member, oldest first; none for a stranger."""
    content = connection.execute(
        select(blue_members.c.content).where(blue_members.c.reference == member)
    ).scalar()
    return [] if content is None else _consents(member, content)


def save_consents(
    connection: Connection, consents: list[BlueListMember], *, by: str, at: str
) -> None:
    """Keep the consents of one member, all of them, oldest first.

    Args:
        connection: of a transaction that writes.
        consents: at least one, all of the same member.
        by: account that records them.
        at: when, for a member who is new.
    """
    member = consents[0].member
    content = as_json([one.plain() for one in consents])
    known = update(blue_members).where(blue_members.c.reference == member).values(content=content)
    if connection.execute(known).rowcount == 0:
        connection.execute(
            insert(blue_members).values(reference=member, content=content, added_by=by, added=at)
        )


def add_pass(connection: Connection, row: PassRow) -> None:
    """Keep a pass.

    Raises:
        RefusedError: when it is recorded already.
    """
    for known in list_passes(connection, row.deployment):
        if (known.seen.member, known.seen.at) == (row.seen.member, row.seen.at):
            msg = (
                f"the pass of {row.seen.member} at that moment is recorded already. List "
                "those of the deployment, and record another moment."
            )
            raise RefusedError(msg)
    connection.execute(
        insert(blue_passes).values(
            id=row.id,
            deployment=row.deployment,
            member=row.seen.member,
            content=_content(row),
            actor=row.actor,
            at=as_text(row.at),
        )
    )


def save_pass(connection: Connection, row: PassRow) -> PassRow:
    """Keep what is known of a pass now, and return it.

    Raises:
        UnknownRecordError: when there is no such pass.
    """
    found = connection.execute(
        update(blue_passes).where(blue_passes.c.id == row.id).values(content=_content(row))
    )
    if found.rowcount != 1:
        msg = f"there is no pass {row.id}. It may have been erased."
        raise UnknownRecordError(msg)
    return row


def list_passes(connection: Connection, deployment: str | None = None) -> list[PassRow]:
    """Return all passes, or those by one deployment, by when they were recorded."""
    query = select(blue_passes).order_by(blue_passes.c.at, blue_passes.c.id)
    if deployment is not None:
        query = query.where(blue_passes.c.deployment == deployment)
    return [_pass(row) for row in connection.execute(query)]


def _consents(member: str, content: str) -> list[BlueListMember]:
    what = f"the consent of {member}"
    with reads_whole("blue-list member", member):
        return [BlueListMember.read(one, what=what) for one in from_json(content)]


def _content(row: PassRow) -> str:
    checked = None if row.checked is None else as_text(row.checked)
    return as_json({"pass": row.seen.plain(), "checked": checked})


@reads_row("pass")
def _pass(row: Row[Any]) -> PassRow:
    content = from_json(row.content)
    return PassRow(
        id=row.id,
        deployment=row.deployment,
        seen=Pass.read(content["pass"], what=f"pass {row.id}"),
        actor=row.actor,
        at=from_text(row.at),
        checked=None if content["checked"] is None else from_text(content["checked"]),
    )
