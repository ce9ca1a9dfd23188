"""Moments and durations as people read them in messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

__all__ = ["hours", "spoken"]


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


def hours(span: timedelta) -> str:
    """Return a duration in hours for a message, for example `1.5 h`."""
    return f"{span.total_seconds() / 3600:,.4g} h"
