"""Rates, chances and numbers of things in words: how each is rounded, once for every place.

A rate is written `1 in n`, n to two figures. What is counted or reckoned is rounded to the nearest;
an end of an interval is rounded outwards, so that what is shown never leaves out what the interval
holds. What is not 0 is never shown as 0, and what is not certain never as 1. Beside its count a
rate may be a percentage to three figures, the ends of its interval to the nearest, as published.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

__all__ = [
    "CERTAIN",
    "amount_ends_words",
    "amount_words",
    "at_most_words",
    "chance_at_most_words",
    "chance_ends_words",
    "chance_words",
    "few_or_many",
    "high_rate_words",
    "low_rate_words",
    "of_hundred_words",
    "percent",
    "rounded_down",
    "rounded_up",
    "times_ends_words",
]

CERTAIN: Final = 0.99
"""Beyond it a probability in two digits, rounded up, would be written as 1."""

_EVERY: Final = 0.95
_FEW: Final = 0.1
_TENS: Final = 10.0
_HUNDREDTH: Final = 0.01
_RAREST: Final = 1e-9

_DIGITS: Final = 3
"""Significant digits of a percentage: enough for the count that stands beside it."""
_MOST_PLACES: Final = 8

_EXACT: Final = 1e-9
"""60 is 60, whatever binary fractions make of 1 / (1 / 60): so much is no reason to round away."""


def chance_words(chance: float) -> str:
    """Return a probability in two digits, which never write one as impossible or as certain.

    >>> chance_words(0.0), chance_words(0.004), chance_words(0.437), chance_words(0.996)
    ('0', 'under 0.01', '0.44', 'over 0.99')
    """
    return _beyond(chance) or f"{chance:.2f}"


def chance_ends_words(low: float, high: float) -> str:
    """Return the interval of a probability by its ends, once where both read alike.

    >>> chance_ends_words(0.173, 0.651), chance_ends_words(0.0, 0.002), chance_ends_words(0.992, 1)
    ('0.17 to 0.66', '0 to 0.01', 'over 0.99')
    >>> chance_ends_words(0.002, 0.004), chance_ends_words(0.002, 0.3)
    ('under 0.01', 'under 0.01 to 0.30')
    """
    first = _beyond(low) or f"{rounded_down(low * 100) / 100:.2f}"
    # After a lower end of 0 an upper end is told as the number that it does not exceed.
    small = low > 0.0 or high <= 0.0 or high > CERTAIN
    last = (_beyond(high) if small else None) or f"{rounded_up(high * 100) / 100:.2f}"
    return first if first == last else f"{first} to {last}"


def chance_at_most_words(high: float) -> str | None:
    """Return the upper end alone of a probability; `None` where it says nothing, beyond `CERTAIN`.

    >>> chance_at_most_words(0.0004), chance_at_most_words(0.561), chance_at_most_words(0.993)
    ('at most 0.01', 'at most 0.57', None)
    """
    if high <= 0.0:
        return "at most 0"
    return None if high > CERTAIN else f"at most {rounded_up(high * 100) / 100:.2f}"


def few_or_many(share: float) -> str:
    """Return a share as people say it, rounded to the nearest.

    >>> few_or_many(1 / 6012), few_or_many(0.31), few_or_many(0.99), few_or_many(0.0)
    ('1 in 6,000', '3 in 10', 'nearly all', 'none')
    """
    return _share_words(share, round)


def low_rate_words(share: float) -> str:
    """Return the lower end of the interval of a rate: never a higher rate than it is.

    >>> low_rate_words(1 / 1234), low_rate_words(0.37), low_rate_words(0.0)
    ('1 in 1,300', '3 in 10', 'none')
    """
    return _share_words(share, rounded_down, rounded_up)


def high_rate_words(share: float) -> str:
    """Return the upper end of the interval of a rate: never a lower rate than it is.

    >>> high_rate_words(1 / 1278), high_rate_words(0.31), high_rate_words(0.93)
    ('1 in 1,200', '4 in 10', 'nearly all')
    """
    return _share_words(share, rounded_up, rounded_down)


def amount_ends_words(low: float, high: float) -> str:
    """Return a number of things to expect by its ends, once where both read alike.

    Two decimals below a tenth, one below ten, whole above.

    >>> amount_ends_words(0.24, 4.12), amount_ends_words(41.3, 412.7), amount_ends_words(0.0, 0.0)
    ('0.2 to 4.2', '41 to 413', '0')
    >>> amount_ends_words(0.0004, 0.002), amount_ends_words(0.0004, 0.02)
    ('under 0.01', 'under 0.01 to 0.02')
    """
    first, last = _amount(low, rounded_down), _amount(high, rounded_up)
    if low > 0.0 and high < _HUNDREDTH:
        return first
    return first if first == last else f"{first} to {last}"


def amount_words(amount: float) -> str:
    """Return a number of things to expect, rounded to the nearest.

    >>> amount_words(0.004), amount_words(0.034), amount_words(4.13), amount_words(1234.4)
    ('under 0.01', '0.03', '4.1', '1,234')
    """
    return _amount(amount, round)


def at_most_words(high: float) -> str:
    """Return the upper end alone of a number of things to expect.

    >>> at_most_words(0.0004), at_most_words(0.9), at_most_words(12.01), at_most_words(0.0)
    ('at most 0.01', 'at most 0.9', 'at most 13', 'at most 0')
    """
    return f"at most {_amount(high, rounded_up)}"


def times_ends_words(low: float, high: float) -> str:
    """Return the ends of an interval as multiples of the rate that was counted.

    >>> times_ends_words(0.5185, 1.7402), times_ends_words(0.95, 1.05)
    ('0.51 to 1.75', '0.95 to 1.05')
    """
    return f"{rounded_down(low * 100) / 100:.2f} to {rounded_up(high * 100) / 100:.2f}"


def of_hundred_words(low: float, high: float) -> str:
    """Return the interval of a share of people, out of 100.

    >>> of_hundred_words(0.0294, 0.0681), of_hundred_words(0.00002, 0.004)
    ('2.9 to 6.9 of 100', 'under 0.01 to 0.4 of 100')
    """
    return f"{amount_ends_words(low * 100, high * 100)} of 100"


def percent(rate: Fraction | float) -> str:
    """Return a rate as a percentage to three significant digits, rounded half up, never cut off.

    >>> percent(Fraction(1, 3940)), percent(Fraction(27, 902_748)), percent(0), percent(1.0)
    ('0.0254 %', '0.00299 %', '0 %', '100 %')
    """
    exact = Fraction(rate) * 100
    if exact == 0:
        return "0 %"
    value = Decimal(exact.numerator) / Decimal(exact.denominator)
    places = min(max(_DIGITS - 1 - value.adjusted(), 0), _MOST_PLACES)
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if rounded == 0:
        return f"under {Decimal(1).scaleb(-places):f} %"
    if rounded.adjusted() > value.adjusted() and places:  # 9.996 is 10.0, not 10.00
        rounded = rounded.quantize(Decimal(1).scaleb(1 - places))
    return f"{rounded:f} %"


def _share_words(
    share: float, nearest: Callable[[float], int], inverse: Callable[[float], int] | None = None
) -> str:
    """Return a share, rounded one way, and as `1 in n` with n rounded the other."""
    if share <= 0.0:
        return "none"
    if share < _RAREST:
        return "fewer than 1 in 1,000,000,000"
    tenths = nearest(share * _TENS)
    if share > _EVERY or tenths >= _TENS:
        return "nearly all"
    if share > _FEW:
        return f"{tenths} in 10"
    one_in = 1.0 / share
    digits = 10 ** max(0, math.floor(math.log10(one_in) + _EXACT) - 1)
    return f"1 in {(inverse or nearest)(one_in / digits) * digits:,}"


def _amount(value: float, nearest: Callable[[float], int]) -> str:
    if value <= 0.0:
        return "0"
    if value < _HUNDREDTH and nearest is not rounded_up:
        return "under 0.01"
    if value < _FEW:
        return f"{nearest(value * 100) / 100:.2f}"
    tenths = nearest(value * _TENS)
    return f"{tenths / _TENS:.1f}" if tenths < _TENS * _TENS else f"{nearest(value):,}"


def _beyond(chance: float) -> str | None:
    """Return what is said of a probability that two digits would write as 0 or as 1."""
    if chance <= 0.0:
        return "0"
    if chance < _HUNDREDTH:
        return "under 0.01"
    return "over 0.99" if chance > CERTAIN else None


def rounded_down(value: float) -> int:
    """Return the whole number at or below a value: of the lower end of an interval."""
    return math.floor(value * (1.0 + _EXACT))


def rounded_up(value: float) -> int:
    """Return the whole number at or above a value: of the upper end of an interval."""
    return math.ceil(value * (1.0 - _EXACT))
