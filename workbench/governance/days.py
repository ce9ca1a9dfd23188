"""Calendar days as people write them, and how long ago one was."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Final, TypeAlias

from pydantic import BeforeValidator

__all__ = ["Day", "years_before"]

_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LEAP_DAY: Final = (2, 29)


def _iso(value: object) -> object:
    """Pass dates and `2026-03-14` on; a bare number would else be read as seconds since 1970."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _ISO.fullmatch(value):
        return value
    msg = "must be a day written as year-month-day, for example 2026-03-14"
    raise ValueError(msg)


Day: TypeAlias = Annotated[date, BeforeValidator(_iso)]
"""A day of the calendar, written as `2026-03-14`."""


def years_before(day: date, years: int) -> date:
    """Return the same day `years` earlier; 28 February where that year has no 29th.

    Years before 1 are taken as the first day there is.
    """
    year = day.year - years
    if year < date.min.year:
        return date.min
    if (day.month, day.day) == _LEAP_DAY:
        try:
            return day.replace(year=year)
        except ValueError:
            return day.replace(year=year, day=28)
    return day.replace(year=year)
