"""What a proposal changes in the rules, part by part, in words for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

__all__ = ["differences", "kept_for"]

_LONGEST: Final = 200
_NAMES: Final = ("retention", "name", "code")
"""Fields that tell the parts of a list from each other, where each part has a different one."""


def differences(before: object, after: object, name: str = "") -> Iterator[str]:
    """Give a line for each part that is another afterwards: which, what it was, what it would be.

    Args:
        before: plain values.
        after: likewise.
        name: of what they are the values of; empty for the rules as a whole.
    """
    if before == after:
        return
    left, right = _parts(before), _parts(after)
    if left is None or right is None:
        said = _said_length if name.endswith(".keep") else _said
        yield f"{name}: {said(before)} -> {said(after)}"
        return
    for part in dict.fromkeys((*left, *right)):
        whole = f"{name}.{part}" if name else part
        yield from differences(left.get(part), right.get(part), whole)


def _parts(value: object) -> Mapping[str, Any] | None:
    """Return the parts of a value by name; `None` where it has none to be told apart."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        for field in _NAMES:
            named = {str(one[field]): one for one in value if field in one}
            if len(named) == len(value):
                return named
    return None


def _said(value: object) -> str:
    if value is None or value == {}:
        return "none"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text[:_LONGEST]


def _said_length(value: object) -> str:
    from pydantic import TypeAdapter  # noqa: PLC0415 - keeps `--help` quick

    return kept_for(TypeAdapter(timedelta | None).validate_python(value))


def kept_for(span: timedelta | None) -> str:
    """Return how long a class is kept, as people say it."""
    from workbench.governance.moments import duration  # noqa: PLC0415 - keeps `--help` quick

    if span is None:
        return "as long as the bench"
    whole = span.days > 1 and not span % timedelta(days=1)
    return f"{span.days} days" if whole else duration(span)
