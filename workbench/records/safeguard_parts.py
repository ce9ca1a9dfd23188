"""What the queries of safeguards share: parts of a JSON text, entries of a verb, a reference."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Float, Integer, Select, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from workbench.records.audit.verbs import Verb
from workbench.records.outcome_views import json_of
from workbench.records.schema import audit, deployments

__all__ = ["AUTHORISED", "AnyQuery", "Element", "JsonParts", "reference_of", "says"]

AnyQuery: TypeAlias = Select[*tuple[Any, ...]]
Element: TypeAlias = ColumnElement[Any]

AUTHORISED: Final = deployments.c.authority.is_not(None)


class JsonParts:
    """Parts of a JSON text, as the one or the other store takes them out."""

    def __init__(self, *, on_postgresql: bool) -> None:
        """Take which store it is."""
        self._json = json_of(on_postgresql=on_postgresql)
        self._on_postgresql = on_postgresql

    def text(self, column: Element, *path: str) -> Element:
        """Return a value as text."""
        return self._json.text(column, *path)

    def whole(self, column: Element, *path: str) -> Element:
        """Return a value as a whole number."""
        return self._json.number(column, *path, of=Integer)

    def number(self, column: Element, *path: str) -> Element:
        """Return a value as a number."""
        return self._json.number(column, *path, of=Float)

    def is_true(self, column: Element, key: str) -> ColumnElement[bool]:
        """Return whether a value is `true`."""
        return self._json.is_true(column, key)

    def length(self, column: Element, key: str) -> Element:
        """Return how many there are in an array."""
        if self._on_postgresql:
            found = func.jsonb_extract_path(cast(column, JSONB), key)
            return func.coalesce(func.jsonb_array_length(found), 0)
        return func.coalesce(func.json_array_length(column, f"$.{key}"), 0)

    def first(self, column: Element, key: str) -> Element:
        """Return the first of an array as text."""
        if self._on_postgresql:
            return self._json.text(column, key, "0")
        return func.json_extract(column, f"$.{key}[0]")


def says(verb: Verb) -> ColumnElement[bool]:
    """Return the condition that an entry is of a verb, which canonical JSON has at its end."""
    return audit.c.body.like(f'%"verb":"{verb.value}"}}')


def reference_of(purpose: Element) -> Element:
    """Return the reference of a deployment that was authorised; of all else nothing is shown."""
    return (
        select(deployments.c.reference)
        .where(deployments.c.id == purpose, AUTHORISED)
        .scalar_subquery()
    )
