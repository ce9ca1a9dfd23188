"""What SQLite and PostgreSQL say in different ways: lists in a JSON text, and spans of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Numeric,
    Text,
    cast,
    extract,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB

__all__ = ["SqlParts"]

_DAY_S: Final = 86_400.0
_DIGITS: Final = 3
"""Of a second. SQLite's days are floating numbers: they tell about a ten-thousandth of one."""


@dataclass(frozen=True, slots=True)
class SqlParts:
    """Expressions for one of the two stores.

    Attributes:
        on_postgresql: for PostgreSQL; else for SQLite.
    """

    on_postgresql: bool

    def each(
        self, column: ColumnElement[Any], path: tuple[str, ...], key: str
    ) -> ColumnElement[str]:
        """Return a value of each object in an array, as a JSON array; of no array an empty one.

        Args:
            column: JSON as text.
            path: to the array.
            key: of the value.
        """
        array = f"$.{'.'.join(path)}"
        if self.on_postgresql:
            found: ColumnElement[str] = literal_column(f"'{array}[*].{key}'")
            return cast(func.jsonb_path_query_array(cast(column, JSONB), found), Text)
        rows = func.json_each(column, array).table_valued("value", name=f"each_{key}")
        values = func.json_group_array(func.json_extract(rows.c.value, f"$.{key}"))
        return select(type_coerce(values, Text)).select_from(rows).scalar_subquery()

    def length(self, column: ColumnElement[Any], key: str) -> ColumnElement[int]:
        """Return how many there are in an array; 0 where there is no array."""
        if self.on_postgresql:
            inside = func.jsonb_extract_path(cast(column, JSONB), key)
            return func.coalesce(func.jsonb_array_length(inside), 0)
        return func.coalesce(func.json_array_length(column, f"$.{key}"), 0)

    def is_true(
        self, column: ColumnElement[Any], *path: str, unsaid: bool = False
    ) -> ColumnElement[bool]:
        """Return whether a value in a JSON text is `true`.

        Args:
            column: JSON as text.
            path: to the value.
            unsaid: what it is taken for where it is not there.
        """
        if self.on_postgresql:
            found: ColumnElement[Any] = func.jsonb_extract_path_text(cast(column, JSONB), *path)
        else:
            found = func.json_type(column, f"$.{'.'.join(path)}")
        return func.coalesce(found, "true" if unsaid else "false") == "true"

    def seconds_between(
        self, start: ColumnElement[Any], end: ColumnElement[Any]
    ) -> ColumnElement[Any]:
        """Return the seconds from one moment to another, to a thousandth."""
        if self.on_postgresql:
            zoned = DateTime(timezone=True)
            span = extract("epoch", cast(end, zoned) - cast(start, zoned))
            return func.round(cast(span, Numeric), _DIGITS)
        return func.round((func.julianday(end) - func.julianday(start)) * _DAY_S, _DIGITS)
