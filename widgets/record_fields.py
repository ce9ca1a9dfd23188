"""Fields of a form for any kind of record: what a browser must know to ask for its values."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, Final, Literal

from pydantic import AwareDatetime
from pydantic.fields import FieldInfo

from workbench.governance.record import Record

__all__ = ["filled_in", "form_of"]

_ZONE: Final = "+00:00"
_PLAIN: Final[Mapping[Any, str]] = {
    datetime: "moment",
    AwareDatetime: "moment",
    date: "day",
    int: "whole",
    float: "number",
}


def form_of(kind: type[Record]) -> list[dict[str, Any]]:
    """Return the fields of a kind of record, in order.

    Returns:
        Of each its `name`, `words` for people, `kind` (`text`, `whole`, `number`, `moment`, `day`
        or `choice`), whether it is `required`, and for a choice its `choices`.
    """
    return [_field(name, info) for name, info in kind.model_fields.items()]


def filled_in(kind: type[Record], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a browser sent of a form as values for `kind.read`; blank ones are left out.

    A moment is told without a zone, and is UTC, which the form says.
    """
    found = {}
    for field in form_of(kind):
        value = values.get(field["name"])
        if not isinstance(value, str) or not value.strip():
            continue
        text = value.strip()
        found[field["name"]] = text + _ZONE if field["kind"] == "moment" else text
    return found


def _field(name: str, info: FieldInfo) -> dict[str, Any]:
    kind, choices = _kind(info.annotation)
    words = info.title or name.replace("_", " ")
    return {
        "name": name,
        "words": words[:1].upper() + words[1:] + (" (UTC)" if kind == "moment" else ""),
        "kind": kind,
        "required": info.is_required(),
        "choices": choices,
    }


def _kind(annotation: Any) -> tuple[str, list[str]]:  # noqa: ANN401 - any annotation of a field
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Literal:
        return "choice", [str(one) for one in inside]
    if origin is typing.Annotated:
        return _kind(inside[0])
    if origin in {typing.Union, types.UnionType}:
        return _kind(next((one for one in inside if one is not type(None)), str))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return "choice", [str(one.value) for one in annotation]
    return _PLAIN.get(annotation, "text"), []
