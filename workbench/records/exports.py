"""What left the bench, as the records keep it: each is a disclosure, out of reach from then on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.engine import Row

from workbench.records.damage import reads_row
from workbench.records.moments import as_json, as_text, from_json, from_text
from workbench.records.schema import exports

__all__ = ["Export", "add_export", "kept_exports", "list_exports", "remove_export"]


@dataclass(frozen=True, slots=True)
class Export:
    """Something that left the bench.

    Attributes:
        id: names it.
        purpose: id of the deployment or case, or `administration`.
        actor: account that gave it.
        at: when.
        what: a page, a video or a report, and of what.
        recipient: who has it.
        sha256: of what was given; `None` where it was not known beforehand.
        objects: ids of the records that are in it.
        reference: of the deployment or number of the case, for people; kept with that, and empty
            until it is looked up.
    """

    id: str
    purpose: str
    actor: str
    at: datetime
    what: str
    recipient: str
    sha256: str | None
    objects: tuple[str, ...] = ()
    reference: str = field(default="", compare=False)


def add_export(connection: Connection, export: Export) -> None:
    """Keep an export."""
    connection.execute(
        insert(exports).values(
            id=export.id,
            purpose=export.purpose,
            actor=export.actor,
            at=as_text(export.at),
            what=export.what,
            recipient=export.recipient,
            sha256=export.sha256,
            objects=as_json(list(export.objects)),
        )
    )


def remove_export(connection: Connection, export_id: str) -> None:
    """Take an export back that never left: what it announced could not be written."""
    connection.execute(delete(exports).where(exports.c.id == export_id))


def list_exports(connection: Connection, purpose: str | None = None) -> list[Export]:
    """Return all exports, or those of a deployment or case, by when they left."""
    query = select(exports).order_by(exports.c.at, exports.c.id)
    if purpose is not None:
        query = query.where(exports.c.purpose == purpose)
    return [_export(found) for found in connection.execute(query)]


def kept_exports(connection: Connection) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    """Give each export's id with purpose, actor, recipient, what it is and its digest."""
    table = exports
    query = select(
        table.c.id,
        table.c.purpose,
        table.c.actor,
        table.c.recipient,
        table.c.what,
        table.c.sha256,
    )
    for found in connection.execute(query):
        yield found.id, tuple(found)[1:]


@reads_row("export")
def _export(row: Row[Any]) -> Export:
    return Export(
        id=row.id,
        purpose=row.purpose,
        actor=row.actor,
        at=from_text(row.at),
        what=row.what,
        recipient=row.recipient,
        sha256=row.sha256,
        objects=tuple(from_json(row.objects)),
    )
