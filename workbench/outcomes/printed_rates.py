"""A false alert rate as it is printed, against the counts that are printed beside it."""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import Final

__all__ = ["PrintedRate", "compare_printed", "read_printed"]

_PRINTED: Final = re.compile(r"\s*(?P<number>\d{1,3}(?:\.\d{1,12})?)\s*%\s*")


class PrintedRate(StrEnum):
    """What a printed rate is of the one that its counts make.

    `ROUNDED`: that rate, rounded to the digits that are printed. `TRUNCATED`: cut off there, so
    that it understates. `WRONG`: neither. `UNREADABLE`: no percentage.
    """

    ROUNDED = "rounded"
    TRUNCATED = "truncated"
    WRONG = "wrong"
    UNREADABLE = "unreadable"


def read_printed(text: str) -> Decimal | None:
    """Return the percentage that a text prints, with its digits; `None` where it prints none.

    >>> read_printed("0.08%")
    Decimal('0.08')
    >>> read_printed("N/A") is None
    True
    """
    found = _PRINTED.fullmatch(text)
    if found is None:
        return None
    try:
        return Decimal(found["number"])
    except InvalidOperation:  # pragma: no cover - the pattern lets no such text through
        return None


def compare_printed(text: str, false_alerts: int, faces_seen: int) -> PrintedRate:
    """Say what a printed rate is of `false_alerts / faces_seen`.

    Both are compared as whole fractions, so that no binary rounding decides. `0%` is taken for
    what it says, to no digit behind the point, when there were false alerts: 0.3 % rounds to it,
    and a rate that is not 0 was printed as none, so that it is `TRUNCATED`.

    >>> compare_printed("0.07%", 1, 1330)
    <PrintedRate.TRUNCATED: 'truncated'>

    Raises:
        ValueError: when no face was seen, or more false alerts than faces.
    """
    if not 0 <= false_alerts <= faces_seen or faces_seen == 0:
        msg = f"{false_alerts} false alerts of {faces_seen} faces make no rate"
        raise ValueError(msg)
    printed = read_printed(text)
    if printed is None:
        return PrintedRate.UNREADABLE
    exact = Fraction(false_alerts * 100, faces_seen)
    places = -int(printed.as_tuple().exponent)
    step = Decimal(1).scaleb(-places)
    # Enough digits that the last one printed is decided by what stands behind it.
    digits = Decimal(exact.numerator) / Decimal(exact.denominator)
    if printed == 0 and false_alerts:
        return PrintedRate.TRUNCATED
    if printed in {digits.quantize(step, way) for way in (ROUND_HALF_UP, ROUND_HALF_EVEN)}:
        return PrintedRate.ROUNDED
    if printed == digits.quantize(step, ROUND_DOWN):
        return PrintedRate.TRUNCATED
    return PrintedRate.WRONG
