"""Moments and durations as people read them in messages."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

__all__ = ["duration", "spoken"]


def spoken(moment: datetime) -> str:
    """Return a moment in UTC for a message, for example `2026-11-25 10:00 UTC`.

    Seconds are said where there are any, so that an end is never said to be later than it is.
    """
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:  # the first or last day that a calendar of years 1 to 9999 has
        return moment.isoformat()
    form = "%H:%M:%S" if moment.second or moment.microsecond else "%H:%M"
    return f"{moment.date().isoformat()} {moment.strftime(form)} UTC"


def duration(span: timedelta) -> str:
    """Return a duration for a message, for example `1 h 30 min`; seconds are rounded up."""
    seconds = math.ceil(span.total_seconds())
    parts = ((seconds // 3600, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s"))
    return " ".join(f"{count:,} {unit}" for count, unit in parts if count) or "0 h"
