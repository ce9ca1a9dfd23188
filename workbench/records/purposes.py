"""What people call a deployment, case, collection or evaluation set, and what the records do."""

from __future__ import annotations

from typing import Final, NamedTuple

from sqlalchemy import Connection, or_, select

from workbench.errors import UnknownRecordError
from workbench.records.schema import cases, collections, deployments, evaluation_sets

__all__ = ["NamedPurpose", "find_purpose", "published_references", "references_of"]


_NAMED: Final = (
    (deployments, deployments.c.reference),
    (cases, cases.c.number),
    (evaluation_sets, evaluation_sets.c.name),
    (collections, collections.c.name),
)


class NamedPurpose(NamedTuple):
    """A deployment, case, collection or set: its id, and its reference, number or name."""

    id: str
    reference: str


def find_purpose(connection: Connection, name: str) -> NamedPurpose:
    """Return the deployment, case, collection or evaluation set of a reference, number, name or id.

    Raises:
        UnknownRecordError: when there is none.
    """
    for table, named in _NAMED:
        found = connection.execute(
            select(table.c.id, named).where(or_(named == name, table.c.id == name))
        ).first()
        if found is not None:
            return NamedPurpose(*found)
    shown = ascii(name)[1:-1][:100]
    msg = (
        f"there is no deployment and no case {shown}, nor a collection or an evaluation set of "
        "that name. An analyst lists them with workbench deployment list, case list and collection "
        "list, a data scientist the sets with evaluation-set list."
    )
    raise UnknownRecordError(msg)


def references_of(connection: Connection) -> dict[str, str]:
    """Return by id the reference of every deployment, number of every case, name of the others."""
    return {
        row[0]: row[1]
        for table, named in _NAMED
        for row in connection.execute(select(table.c.id, named))
    }


def published_references(connection: Connection) -> dict[str, str]:
    """Return by id the reference of every deployment that was authorised, as forces publish it."""
    authorised = deployments.c.authority.is_not(None)
    query = select(deployments.c.id, deployments.c.reference).where(authorised)
    return {row[0]: row[1] for row in connection.execute(query)}
