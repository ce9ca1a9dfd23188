"""Erasures as the records keep them: what is to go, from the first step to the last.

The row is there before anything is destroyed, so that whoever opens the bench next finishes what
was cut off. It holds ids and counts, never anything of a person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Row

from workbench.errors import UnknownRecordError
from workbench.governance.record import Record
from workbench.governance.retention import RetentionClass
from workbench.governance.text import Identifier, Line, Moment
from workbench.records.damage import reads_row
from workbench.records.moments import as_json, as_text, from_json, from_text
from workbench.records.schema import erasures

__all__ = [
    "Erasure",
    "ErasureContent",
    "add_erasure",
    "erasures_for",
    "find_erasure",
    "objects_in_erasure",
    "save_erasure",
    "unfinished_erasures",
]

_Count = Annotated[int, Field(ge=0)]


class ErasureContent(Record):
    """What one erasure destroys, and how far it came.

    Attributes:
        reference: of the deployment or case, for people.
        role: in which it was begun.
        objects: ids of the records that go.
        keys: ids of their data keys.
        sealed: ids of the objects of the vault.
        counts: how many go, by kind.
        held: ids of what legal holds kept.
        due: when the first of them was to be gone; `None` where that had no date.
        rows_gone: whether the rows are deleted, so that only the rest is still to be done.
        certificates: how many it has issued; more than one where something resisted at first.
        remaining: ids of what could not be destroyed yet.
    """

    reference: Line
    role: Line
    objects: tuple[Identifier, ...]
    keys: tuple[Identifier, ...]
    sealed: tuple[Identifier, ...]
    counts: dict[Identifier, _Count]
    held: tuple[Identifier, ...] = ()
    due: Moment | None = None
    rows_gone: bool = False
    certificates: _Count = 0
    remaining: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure.

    Attributes:
        id: names it.
        retention: class of what goes.
        purpose: id of the deployment, case or evaluation set.
        content: what goes.
        actor: account that began it.
        started: when.
        finished: when it ended; `None` until then.
    """

    id: str
    retention: RetentionClass
    purpose: str
    content: ErasureContent
    actor: str
    started: datetime
    finished: datetime | None = None

    @property
    def certificate_id(self) -> str:
        """Name of the certificate that it issued last."""
        name = self.id.replace("erasure-", "certificate-", 1)
        return (
            name if self.content.certificates < _SECOND else f"{name}-{self.content.certificates}"
        )

    def with_content(self, **changes: object) -> Erasure:
        """Return it with some of its content replaced."""
        return replace(self, content=self.content.model_copy(update=changes))


_SECOND = 2


def add_erasure(connection: Connection, erasure: Erasure) -> None:
    """Keep a new erasure."""
    connection.execute(
        insert(erasures).values(
            id=erasure.id,
            retention=erasure.retention.value,
            purpose=erasure.purpose,
            content=as_json(erasure.content.plain()),
            actor=erasure.actor,
            started=as_text(erasure.started),
            finished=None,
        )
    )


def save_erasure(connection: Connection, erasure: Erasure) -> None:
    """Keep how far an erasure has come."""
    connection.execute(
        update(erasures)
        .where(erasures.c.id == erasure.id)
        .values(
            content=as_json(erasure.content.plain()),
            finished=None if erasure.finished is None else as_text(erasure.finished),
        )
    )


def find_erasure(connection: Connection, erasure_id: str) -> Erasure:
    """Return an erasure.

    Raises:
        UnknownRecordError: when there is none of that id.
    """
    found = connection.execute(select(erasures).where(erasures.c.id == erasure_id)).first()
    if found is None:
        msg = f"there is no erasure {ascii(erasure_id)[1:-1][:100]}. Check the id."
        raise UnknownRecordError(msg)
    return _erasure(found)


def unfinished_erasures(connection: Connection) -> list[Erasure]:
    """Return the erasures that were begun and have not ended, oldest first."""
    query = select(erasures).where(erasures.c.finished.is_(None)).order_by(erasures.c.id)
    return [_erasure(found) for found in connection.execute(query)]


def erasures_for(connection: Connection, purpose: str) -> list[Erasure]:
    """Return all erasures of what was kept for a purpose, oldest first."""
    query = select(erasures).where(erasures.c.purpose == purpose).order_by(erasures.c.id)
    return [_erasure(found) for found in connection.execute(query)]


def objects_in_erasure(connection: Connection) -> frozenset[str]:
    """Return the ids of all records that are being destroyed now."""
    return frozenset(
        name for erasure in unfinished_erasures(connection) for name in erasure.content.objects
    )


@reads_row("erasure")
def _erasure(row: Row[Any]) -> Erasure:
    return Erasure(
        id=row.id,
        retention=RetentionClass(row.retention),
        purpose=row.purpose,
        content=ErasureContent.read(from_json(row.content), what=f"erasure {row.id}"),
        actor=row.actor,
        started=from_text(row.started),
        finished=None if row.finished is None else from_text(row.finished),
    )
