"""Moments and durations as people read them in messages."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

__all__ = ["clock_to_tenths", "duration", "spoken", "spoken_to_tenths"]

_TENTH = timedelta(milliseconds=100)


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


def spoken_to_tenths(moment: datetime) -> str:
    """Return a moment inside footage in UTC, rounded to tenths of a second.

    >>> spoken_to_tenths(datetime(2026, 11, 24, 17, 59, 30, 940_000, UTC))
    '2026-11-24 17:59:30.9 UTC'
    """
    try:
        rounded = moment.astimezone(UTC) + _TENTH / 2
    except OverflowError:
        return moment.isoformat()
    return f"{rounded.date().isoformat()} {_clock(rounded)} UTC"


def clock_to_tenths(moment: datetime) -> str:
    """Return the time of day of a moment in UTC, rounded to tenths of a second.

    >>> clock_to_tenths(datetime(2026, 11, 24, 17, 59, 30, 960_000, UTC))
    '17:59:31.0'
    """
    return _clock(moment.astimezone(UTC) + _TENTH / 2)


def _clock(rounded: datetime) -> str:
    return f"{rounded:%H:%M:%S}.{rounded.microsecond // 100_000}"


def duration(span: timedelta) -> str:
    """Return a duration for a message, for example `1 h 30 min`; seconds are rounded up."""
    seconds = math.ceil(span.total_seconds())
    parts = ((seconds // 3600, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s"))
    return " ".join(f"{count:,} {unit}" for count, unit in parts if count) or "0 h"
