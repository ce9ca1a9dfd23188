"""What a cell of a published table says: a count, a duration, a day, a threshold; or nothing.

Tables are printed for people: `21,940` faces, `5h03m`, `4hr 47m`, `11/07/24`. Each is read in the
few forms in which forces print it, and refused in every other one: a guess would be a figure that
nobody published.
"""

from __future__ import annotations

import calendar
import math
import re
from datetime import date
from enum import StrEnum
from typing import Final

__all__ = [
    "DateOrder",
    "is_empty",
    "is_undecided",
    "read_count",
    "read_day",
    "read_minutes",
    "read_number",
]

_EMPTY: Final = frozenset(
    {"", "-", "\N{EN DASH}", "\N{EM DASH}", "n/a", "na", "n/k", "not known", "unknown", "null"}
)
_COUNT: Final = re.compile(r"\d{1,12}(?:\.0+)?|\d{1,3}(?:,\d{3}){1,3}|\d{1,3}(?: \d{3}){1,3}")
_NUMBER: Final = re.compile(r"[+-]?\d{1,9}(?:\.\d{1,12})?")
_HOURS: Final = r"\s*(?:h|hrs?|hours?)\.?\s*"
_MINUTES: Final = r"\s*(?:m|mins?|minutes?)\.?"
_DURATIONS: Final = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?P<h>\d{{1,3}}){_HOURS}(?:(?P<m>\d{{1,2}})(?:{_MINUTES})?)?",
        rf"(?P<m>\d{{1,4}}){_MINUTES}",
        r"(?P<h>\d{1,3}):(?P<m>\d{2})(?::00)?",
    )
)
_MOST_MINUTES: Final = 14_400
_SHORT_DAY: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{2}|\d{4})")
_ISO_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?")
_LONG_DAY: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})")
_SERIAL_DAY: Final = re.compile(r"[34]\d{4}(?:\.\d+)?")
_MONTHS: Final = tuple(name.casefold() for name in calendar.month_name[1:])
_FIRST_YEAR: Final = 2000


class DateOrder(StrEnum):
    """In which order a table writes the numbers of a day."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


def is_empty(text: str) -> bool:
    """Return whether a cell says nothing: it is empty, a dash, `N/A` or `unknown`.

    >>> is_empty(" N/A "), is_empty("0")
    (True, False)
    """
    return text.strip().casefold() in _EMPTY


def read_count(text: str) -> int:
    """Return a count; thousands may be set off by commas or blanks, in threes.

    >>> read_count("21,940")
    21940

    Raises:
        ValueError: when it is none, negative ones among them.
    """
    bare = text.strip().replace("\N{NO-BREAK SPACE}", " ")
    if bare.startswith(("-", "\N{MINUS SIGN}", "(")):
        msg = f"{text!r} is negative, and a count is not"
        raise ValueError(msg)
    if not _COUNT.fullmatch(bare) or not bare.isascii():
        msg = f"{text!r} is no whole number such as 940 or 21,940"
        raise ValueError(msg)
    return int(bare.split(".", 1)[0].replace(",", "").replace(" ", ""))


def read_number(text: str) -> float:
    """Return a number with a point, such as a threshold.

    Raises:
        ValueError: when it is none.
    """
    bare = text.strip()
    if not _NUMBER.fullmatch(bare) or not bare.isascii() or not math.isfinite(float(bare)):
        msg = f"{text!r} is no number such as 0.64"
        raise ValueError(msg)
    return float(bare)


def read_minutes(text: str) -> float:
    """Return a duration in minutes.

    >>> [read_minutes(text) for text in ("5h03m", "4hr 47m", "5h40", "5:40", "90 mins")]
    [303.0, 287.0, 340.0, 340.0, 90.0]

    Raises:
        ValueError: when it is none, 60 minutes or more stand behind hours, it is 0 or over 240
            hours. A bare number is refused: it may be hours or minutes.
    """
    bare = " ".join(text.split())
    for form in _DURATIONS:
        found = form.fullmatch(bare)
        if found is None:
            continue
        parts = found.groupdict()
        hours, minutes = int(parts.get("h") or 0), int(parts.get("m") or 0)
        if "h" in parts and minutes >= 60:  # noqa: PLR2004 - minutes of an hour
            break
        total = 60 * hours + minutes
        if 0 < total <= _MOST_MINUTES:
            return float(total)
        break
    msg = f"{text!r} is no duration such as 5h03m, 4hr 47m or 5:40"
    raise ValueError(msg)


def read_day(text: str, order: DateOrder = DateOrder.DAY_FIRST) -> date:
    """Return a day, from 2000 on: `11/07/24`, `11/07/2024`, `2024-07-11` or `11 July 2024`.

    Args:
        text: of the cell.
        order: of numbers between slashes; that of the whole table, which no cell changes.

    Raises:
        ValueError: when it is none in that order.
    """
    bare = " ".join(text.split())
    if found := _ISO_DAY.fullmatch(bare):
        year, month, day = (int(part) for part in found.groups())
    elif found := _SHORT_DAY.fullmatch(bare):
        first, second, year = (int(part) for part in found.groups())
        year += _FIRST_YEAR if len(found[3]) == 2 else 0  # noqa: PLR2004 - digits of a year
        day, month = (first, second) if order is DateOrder.DAY_FIRST else (second, first)
    elif (found := _LONG_DAY.fullmatch(bare)) and (month := _month(found[2])):
        day, year = int(found[1]), int(found[3])
    else:
        serial = ": it may be how a spreadsheet counts days; have it shown as a day"
        what = serial if _SERIAL_DAY.fullmatch(bare) else ""
        msg = f"{text!r} is no day such as 11/07/24 or 2024-07-11{what}"
        raise ValueError(msg)
    try:
        read = date(year, month, day)
    except ValueError:
        msg = f"{text!r} is no day of the calendar, read {order}"
        raise ValueError(msg) from None
    if year < _FIRST_YEAR:
        msg = f"{text!r} lies before {_FIRST_YEAR}"
        raise ValueError(msg)
    return read


def is_undecided(text: str) -> bool | None:
    """Return whether a day could be read in either order as two; `None` where it says nothing.

    >>> [is_undecided(text) for text in ("11/07/24", "28/07/24", "07/07/24", "2024-07-11")]
    [True, False, None, None]
    """
    found = _SHORT_DAY.fullmatch(" ".join(text.split()))
    if found is None or int(found[1]) == int(found[2]):
        return None
    return max(int(found[1]), int(found[2])) <= len(_MONTHS)


def _month(name: str) -> int:
    """Return the number of a month by its name or first three letters; 0 for no month."""
    lower = name.casefold()
    for number, month in enumerate(_MONTHS, 1):
        if lower in {month, month[:3]} or (month == "september" and lower == "sept"):
            return number
    return 0
