"""Footage of cases as the records keep it; whom it shows is in the vault alone.

What is said of it and its SHA-256 are held against the log, which outlasts it. So random digits are
kept in its row and go with that: whoever has a copy of the file cannot try later whether a case
had held it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Row

from workbench.errors import UnknownRecordError
from workbench.governance.footage import Footage, FootageState
from workbench.records.damage import reads_row, reads_whole
from workbench.records.moments import as_json, as_text, from_text, object_from_json
from workbench.records.row_digests import SALT
from workbench.records.schema import footage, footage_segments

__all__ = [
    "FootageRow",
    "SegmentRow",
    "add_footage",
    "add_segment",
    "find_footage",
    "footage_of",
    "mark_indexed",
    "segments_of",
]

_SALT_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class FootageRow:
    """A piece of footage.

    Attributes:
        id: names it in the records.
        case: id of the case.
        state: whether it is indexed.
        added_by: account of who added it.
        added: when.
        footage: what it is.
        counts: what indexing it came to, by kind; `None` before it ended.
        indexed: when indexing ended.
    """

    id: str
    case: str
    state: FootageState
    added_by: str
    added: datetime
    footage: Footage
    counts: dict[str, int] | None = None
    indexed: datetime | None = None


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A segment that is indexed for good.

    Attributes:
        place: which it is, from 0.
        object_id: of its sealed appearances.
        counts: of it, by kind.
    """

    place: int
    object_id: str
    counts: dict[str, int]


def add_footage(connection: Connection, row: FootageRow) -> None:
    """Keep new footage of a case."""
    connection.execute(
        insert(footage).values(
            id=row.id,
            of_case=row.case,
            state=row.state.value,
            added_by=row.added_by,
            added=as_text(row.added),
            content=as_json({**row.footage.plain(), SALT: secrets.token_hex(_SALT_BYTES)}),
            counts=None,
            indexed=None,
        )
    )


def add_segment(connection: Connection, footage_id: str, row: SegmentRow, at: datetime) -> None:
    """Keep a segment of footage."""
    connection.execute(
        insert(footage_segments).values(
            footage=footage_id,
            place=row.place,
            object_id=row.object_id,
            counts=as_json(row.counts),
            kept=as_text(at),
        )
    )


def mark_indexed(
    connection: Connection, footage_id: str, counts: dict[str, int], at: datetime
) -> None:
    """Say that footage is indexed, and what that came to."""
    connection.execute(
        update(footage)
        .where(footage.c.id == footage_id)
        .values(state=FootageState.INDEXED.value, counts=as_json(counts), indexed=as_text(at))
    )


def find_footage(connection: Connection, footage_id: str) -> FootageRow:
    """Return footage by its id.

    Raises:
        UnknownRecordError: when there is none.
    """
    found = connection.execute(select(footage).where(footage.c.id == footage_id)).first()
    if found is None:
        shown = ascii(footage_id)[1:-1][:100]
        msg = f"there is no footage {shown}. List that of a case with workbench case show."
        raise UnknownRecordError(msg)
    return _row(found)


def footage_of(connection: Connection, case: str) -> list[FootageRow]:
    """Return the footage of a case, by when it was added."""
    query = select(footage).where(footage.c.of_case == case)
    return [
        _row(found) for found in connection.execute(query.order_by(footage.c.added, footage.c.id))
    ]


def segments_of(connection: Connection, footage_id: str) -> list[SegmentRow]:
    """Return the segments of footage that are indexed, in order."""
    query = select(footage_segments).where(footage_segments.c.footage == footage_id)
    found = connection.execute(query.order_by(footage_segments.c.place))
    return [_segment(row) for row in found]


@reads_row("footage")
def _row(found: Row[Any]) -> FootageRow:
    content = object_from_json(found.content)
    content.pop(SALT, None)  # none where an earlier version added it
    return FootageRow(
        id=found.id,
        case=found.of_case,
        state=FootageState(found.state),
        added_by=found.added_by,
        added=from_text(found.added),
        footage=Footage.read(content, what=f"footage {found.id}"),
        counts=None if found.counts is None else _counts(found.counts),
        indexed=None if found.indexed is None else from_text(found.indexed),
    )


def _segment(found: Row[Any]) -> SegmentRow:
    with reads_whole("segment", f"{found.place} of footage {found.footage}"):
        return SegmentRow(found.place, found.object_id, _counts(found.counts))


def _counts(text: str) -> dict[str, int]:
    return {str(kind): int(count) for kind, count in object_from_json(text).items()}
