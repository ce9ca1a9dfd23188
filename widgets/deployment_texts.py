"""How the page of one deployment writes times, lengths of time, and pounds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

__all__ = [
    "NOT_PUBLISHED",
    "ONCE_ENDED",
    "at_words",
    "day_words",
    "hours_words",
    "later_words",
    "pounds_words",
    "share_words",
]

NOT_PUBLISHED: Final = "not published"
ONCE_ENDED: Final = "told once the deployment has ended"
_MINUTES: Final = 60
_LONG_S: Final = 7200


def at_words(at: datetime | None, none: str = "unknown") -> str:
    """Return a moment in UTC.

    >>> at_words(datetime(2026, 11, 25, 9, 5, 2, tzinfo=UTC))
    '25 November 2026, 09:05:02 UTC'
    """
    if at is None:
        return none
    at = at.astimezone(UTC)
    return f"{at.day} {at:%B %Y, %H:%M:%S} UTC"


def day_words(day: date) -> str:
    """Return a day.

    >>> day_words(date(2020, 2, 11))
    '11 February 2020'
    """
    return f"{day.day} {day:%B %Y}"


def hours_words(minutes: float | None, none: str = "unknown") -> str:
    """Return a length of time in hours and minutes.

    >>> hours_words(303.0), hours_words(None), hours_words(0.5), hours_words(0.0)
    ('5 h 03 min', 'unknown', '0.5 min', '0 min')
    """
    if minutes is None:
        return none
    if 0 < minutes < 1:
        return f"{minutes:.1f} min"
    hours, rest = divmod(round(minutes), _MINUTES)
    return f"{hours} h {rest:02} min" if hours else f"{rest} min"


def later_words(seconds: float) -> str:
    """Return a span in the unit that suits it.

    >>> later_words(45), later_words(3600), later_words(90000)
    ('45 s', '60 min', '25 h')
    """
    if seconds < 2 * _MINUTES:
        return f"{seconds:,.0f} s"
    if seconds < _LONG_S:
        return f"{seconds / _MINUTES:,.0f} min"
    return f"{seconds / 3600:,.0f} h"


def pounds_words(pounds: float | None) -> str:
    """Return an amount.

    >>> pounds_words(120.5), pounds_words(None)
    ('£120.50', 'unknown')
    """
    return "unknown" if pounds is None else f"£{pounds:,.2f}"


def share_words(count: int, n: int, of: str) -> str:
    """Return a count with its denominator.

    >>> share_words(5, 12, "alerts")
    '5 of 12 alerts'
    """
    return f"{count:,} of {n:,} {of}"
