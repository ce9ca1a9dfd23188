"""Ids by a part of them: the beginning or the end that somebody read, copied or typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from sqlalchemy import Column, ColumnElement, Connection, or_, select

from workbench.errors import UnknownRecordError
from workbench.records.schema import (
    alerts,
    cases,
    certificates,
    footage,
    holds,
    rule_changes,
    searches,
    sessions,
)

__all__ = ["IdKind", "ids_with", "is_bare", "is_whole", "no_more_than_kind", "part_of", "the_one"]

_WHOLE: Final = re.compile(r"[0-9a-f]{14}-[0-9a-f]{16}")
"""What `new_id` puts after the kind."""
_PART: Final = re.compile(r"[0-9a-f-]+")
_SHORTEST: Final = 4
_MOST_NAMED: Final = 5


class IdKind(StrEnum):
    """What an id names; it begins with that word."""

    ALERT = "alert"
    CASE = "case"
    CERTIFICATE = "certificate"
    CHANGE = "change"
    ENTRY = "entry"
    FOOTAGE = "footage"
    HOLD = "hold"
    SEARCH = "search"
    SESSION = "session"

    @property
    def spoken(self) -> str:
        """What is named, for people."""
        return _SPOKEN.get(self, self.value)


_SPOKEN: Final[Mapping[IdKind, str]] = {
    IdKind.CHANGE: "change of the rules",
    IdKind.SEARCH: "search of a case",
    IdKind.SESSION: "live search",
}
_COLUMNS: Final[Mapping[IdKind, Column[str]]] = {
    IdKind.ALERT: alerts.c.id,
    IdKind.CASE: cases.c.id,
    IdKind.CERTIFICATE: certificates.c.id,
    IdKind.CHANGE: rule_changes.c.id,
    IdKind.FOOTAGE: footage.c.id,
    IdKind.HOLD: holds.c.id,
    IdKind.SEARCH: searches.c.id,
    IdKind.SESSION: sessions.c.id,
}


def is_whole(kind: IdKind, text: str) -> bool:
    """Return whether a text is an id of a kind, of a record that is there or not."""
    return text.startswith(f"{kind}-") and _WHOLE.fullmatch(_after(kind, text)) is not None


def is_bare(kind: IdKind, text: str) -> bool:
    """Return whether a text is the word alone with which every id of a kind begins."""
    return text.lower() in {kind.value, f"{kind}-"}


def no_more_than_kind(kind: IdKind, text: str, found: Iterable[str]) -> UnknownRecordError:
    """Return what to raise where such a word was given and there are ids of the kind."""
    ids = list(found)
    several = "there is one" if len(ids) == 1 else "more than one fits"
    msg = (
        f"{text} is how the id of every {kind.spoken} begins; {several}: {_named(ids)}. Give the "
        f"id, or {_SHORTEST} characters or more of the rest of it."
    )
    return UnknownRecordError(msg)


def part_of(kind: IdKind, text: str) -> str | None:
    """Return what of a text is a part of an id, without the kind; `None` where it can be none.

    Raises:
        UnknownRecordError: when it is shorter than 4 characters.
    """
    part = _after(kind, text.lower())
    if not _PART.fullmatch(part):
        return None
    if len(part) < _SHORTEST:
        shown = ascii(text)[1:-1][:100]
        msg = (
            f"there is no {kind.spoken} {shown}. Name it by its id, or by {_SHORTEST} characters "
            "or more of the beginning or end of that."
        )
        raise UnknownRecordError(msg)
    return part


def ids_with(
    connection: Connection, kind: IdKind, part: str, *, among: ColumnElement[bool] | None = None
) -> list[str]:
    """Return the ids of a kind that begin or end with a part, newest first.

    Args:
        connection: that sees the records.
        kind: of the records; entries are known by their list alone and are not looked up here.
        part: as `part_of` gives it.
        among: those alone.
    """
    column = _COLUMNS[kind]
    query = select(column).where(or_(column.like(f"{kind}-{part}%"), column.like(f"%{part}")))
    if among is not None:
        query = query.where(among)
    return list(connection.execute(query.order_by(column.desc())).scalars())


def the_one(kind: IdKind, text: str, found: Iterable[str]) -> str:
    """Return the only id that was found, or the text itself where none was.

    Raises:
        UnknownRecordError: names up to 5 where there are several.
    """
    ids = list(found)
    if not ids:
        return text
    if len(ids) > 1:
        shown = ascii(text)[1:-1][:100]
        msg = f"{shown} begins or ends the id of more than one {kind.spoken}: {_named(ids)}. "
        raise UnknownRecordError(msg + "Give more of it.")
    return ids[0]


def _named(ids: list[str]) -> str:
    more = len(ids) - _MOST_NAMED
    others = f" and {more:,} more" if more > 0 else ""
    return ", ".join(ids[:_MOST_NAMED]) + others


def _after(kind: IdKind, text: str) -> str:
    return text.removeprefix(f"{kind}-")
