"""What people call a deployment or a case, and what the records call it."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, or_, select

from workbench.errors import UnknownRecordError
from workbench.records.schema import cases, deployments

__all__ = ["NamedPurpose", "find_purpose", "references_of"]


class NamedPurpose(NamedTuple):
    """A deployment or a case: its id, and its reference or number."""

    id: str
    reference: str


def find_purpose(connection: Connection, name: str) -> NamedPurpose:
    """Return the deployment or case of a reference, number or id.

    Raises:
        UnknownRecordError: when there is none.
    """
    for table, named in ((deployments, deployments.c.reference), (cases, cases.c.number)):
        found = connection.execute(
            select(table.c.id, named).where(or_(named == name, table.c.id == name))
        ).first()
        if found is not None:
            return NamedPurpose(*found)
    shown = ascii(name)[1:-1][:100]
    msg = f"there is no deployment and no case {shown}. List them with workbench deployment list."
    raise UnknownRecordError(msg)


def references_of(connection: Connection) -> dict[str, str]:
    """Return the reference of every deployment and the number of every case, by id."""
    found = [
        *connection.execute(select(deployments.c.id, deployments.c.reference)),
        *connection.execute(select(cases.c.id, cases.c.number)),
    ]
    return {row[0]: row[1] for row in found}
