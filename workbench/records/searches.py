"""Searches of cases as the records keep them, and what examiners concluded: added to alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.engine import Row

from workbench.errors import UnknownRecordError
from workbench.governance.reviews import Examination, Review, Surrender
from workbench.governance.searches import SearchRecord
from workbench.records.damage import reads_row, reads_whole
from workbench.records.identifiers import new_id
from workbench.records.moments import as_json, as_text, from_json, from_text
from workbench.records.row_digests import EXAMINATION, values_digest
from workbench.records.schema import examinations, searches

__all__ = [
    "SearchRow",
    "add_examination",
    "add_search",
    "examination_digest",
    "find_search",
    "review_of",
    "searches_of",
]

_EXAMINATION: Final = "examination"
_SURRENDER: Final = "surrender"


@dataclass(frozen=True, slots=True)
class SearchRow:
    """A search.

    Attributes:
        id: names it.
        case: id of the case.
        actor: account of who searched.
        at: when.
        record: with what, against what and how.
        object_id: of what is sealed of it: the probe and the candidates.
    """

    id: str
    case: str
    actor: str
    at: datetime
    record: SearchRecord
    object_id: str


def add_search(connection: Connection, row: SearchRow) -> None:
    """Keep a search."""
    connection.execute(
        insert(searches).values(
            id=row.id,
            of_case=row.case,
            actor=row.actor,
            at=as_text(row.at),
            content=as_json(row.record.plain()),
            object_id=row.object_id,
        )
    )


def find_search(connection: Connection, search: str) -> SearchRow:
    """Return a search by its id.

    Raises:
        UnknownRecordError: when there is none.
    """
    found = connection.execute(select(searches).where(searches.c.id == search)).first()
    if found is None:
        shown = ascii(search)[1:-1][:100]
        msg = f"there is no search {shown}. List those of a case with workbench case show."
        raise UnknownRecordError(msg)
    return _row(found)


def searches_of(connection: Connection, case: str) -> list[SearchRow]:
    """Return the searches of a case, in their order."""
    query = select(searches).where(searches.c.of_case == case)
    return [
        _row(found) for found in connection.execute(query.order_by(searches.c.at, searches.c.id))
    ]


def review_of(connection: Connection, search: str) -> Review:
    """Return what examiners concluded on a search, as far as `connection` may read it."""
    query = (
        select(examinations.c.kind, examinations.c.content)
        .where(examinations.c.search == search)
        .order_by(examinations.c.place)
    )
    review = Review(search)
    what = f"what was concluded on search {search}"
    with reads_whole("what was concluded on search", search):
        for row in connection.execute(query):
            content = from_json(row.content)
            if row.kind == _SURRENDER:
                review = review.surrendered(Surrender.read(content, what=what))
            else:
                review = review.with_examination(Examination.read(content, what=what))
    return review


def add_examination(connection: Connection, search: str, said: Examination | Surrender) -> int:
    """Keep what somebody concluded, and return its place among those of the search, from 1."""
    table = examinations
    last = select(func.coalesce(func.max(table.c.place), 0)).where(table.c.search == search)
    name = new_id("examination", said.at)
    place = int(connection.execute(last).scalar_one()) + 1
    connection.execute(insert(table).values(id=name, place=place, **_columns(search, said)))
    # A team's database gives it its place: whoever concludes does not see the others.
    return int(connection.execute(select(table.c.place).where(table.c.id == name)).scalar_one())


def examination_digest(search: str, place: int, said: Examination | Surrender) -> str:
    """Return the digest of what was concluded, as the row at that place keeps it."""
    return values_digest(EXAMINATION, {**_columns(search, said), "place": place})


def _columns(search: str, said: Examination | Surrender) -> dict[str, Any]:
    return {
        "search": search,
        "kind": _EXAMINATION if isinstance(said, Examination) else _SURRENDER,
        "actor": said.by,
        "content": as_json(said.plain()),
        "at": as_text(said.at),
    }


@reads_row("search")
def _row(found: Row[Any]) -> SearchRow:
    return SearchRow(
        id=found.id,
        case=found.of_case,
        actor=found.actor,
        at=from_text(found.at),
        record=SearchRecord.read(from_json(found.content), what=f"search {found.id}"),
        object_id=found.object_id,
    )
