"""Moments and JSON as the tables hold them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

__all__ = ["as_json", "as_text", "from_json", "from_text", "object_from_json", "utc_now"]


def utc_now() -> datetime:
    """Return the moment by the clock of the machine."""
    return datetime.now(UTC)


def as_text(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC with microseconds; such texts sort by time.

    >>> as_text(datetime(2026, 11, 25, 9, 30, tzinfo=UTC))
    '2026-11-25T09:30:00.000000+00:00'
    """
    if moment.tzinfo is None:
        msg = "a moment needs a time zone"
        raise ValueError(msg)
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def from_text(text: str) -> datetime:
    """Return the moment that `as_text` wrote.

    Raises:
        ValueError: when it is none, or has no time zone.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        msg = "a moment needs a time zone"
        raise ValueError(msg)
    return moment


def as_json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return plain values as JSON text, keys in order."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return what `as_json` wrote."""
    return json.loads(text)


def object_from_json(text: str) -> dict[str, Any]:
    """Return the values by name that `as_json` wrote.

    Raises:
        ValueError: when it is no JSON, or another kind of it.
    """
    found = from_json(text)
    if not isinstance(found, dict):
        msg = "values by name are expected"
        raise ValueError(msg)  # noqa: TRY004 - a fault of the text, as any other of its
    return found
