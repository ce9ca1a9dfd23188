"""How many times as high one rate is as another, in words: the higher first, in three figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, Self

__all__ = ["Turned", "ends_words", "times_in_words", "times_words"]

_FIGURES: Final = 3
_MOST: Final = 10_000.0
"""From here on a multiple says no more than that it is large."""


class Turned(NamedTuple):
    """A comparison as seen from the group of the higher rate.

    Attributes:
        higher: the group whose rate is the higher one.
        lower: the other.
        ratio: rate of `higher` over that of `lower`, 1 or more; `None` where it is not told.
        low: lower end of the interval of that ratio.
        high: its upper end; infinite where nothing bounds it.
        difference: of the rates, 0 or more.
        difference_low: lower end of its interval.
        difference_high: its upper end.
    """

    higher: str
    lower: str
    ratio: float | None
    low: float
    high: float
    difference: float
    difference_low: float
    difference_high: float

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Return a row of `EquityComparisons` so; where rates are one, as it stands."""
        low, high = row["ratio_low"], row["ratio_high"]
        high = math.inf if high is None else high
        apart = row["difference"], row["difference_low"], row["difference_high"]
        if row["difference"] >= 0.0:
            return cls(row["group"], row["against"], row["ratio"], low, high, *apart)
        ratio = None if row["ratio"] is None else 1.0 / row["ratio"]
        middle, least, most = (-value for value in apart)
        return cls(
            row["against"], row["group"], ratio, _over(high), _over(low), middle, most, least
        )


def times_words(ratio: float) -> str:
    """Return a multiple in three figures, with those that are 0.

    >>> [times_words(ratio) for ratio in (1.0, 1.02, 4.336, 9.996, 84.74, 123.4, 1234.0)]
    ['1.00', '1.02', '4.34', '10.0', '84.7', '123', '1,230']
    >>> times_words(math.inf), times_words(12_345.0)
    ('any number of', 'more than 10,000')
    """
    if math.isinf(ratio):
        return "any number of"
    if ratio > _MOST:
        return f"more than {_MOST:,.0f}"
    known = float(f"{ratio:.{_FIGURES}g}")
    whole = math.floor(math.log10(known)) + 1 if known > 0.0 else 1
    return f"{known:,.{max(0, _FIGURES - whole)}f}"


def times_in_words(ratio: float, group: str, against: str) -> str:
    """Return a ratio of two rates as a multiple of the lower one, naming whose is the higher.

    >>> times_in_words(4.336, "B", "A"), times_in_words(0.0071, "B", "A")
    ('4.34 times as high in B', '141 times as high in A')
    """
    if ratio >= 1.0:
        return f"{times_words(ratio)} times as high in {group}"
    return f"{times_words(_over(ratio))} times as high in {against}"


def ends_words(low: float, high: float, group: str, against: str) -> str:
    """Return both ends of the interval of a ratio, each by the group of the higher rate.

    >>> ends_words(1.62, 4.9, "B", "A")
    '1.62 to 4.90 times as high in B'
    >>> ends_words(0.82, 85.0, "B", "A")
    '1.22 times as high in A to 85.0 times as high in B'
    """
    if low >= 1.0:
        return f"{times_words(low)} to {times_words(high)} times as high in {group}"
    first, last = (times_in_words(end, group, against) for end in (low, high))
    return f"{first} to {last}"


def _over(ratio: float) -> float:
    return 1.0 / ratio if ratio > 0.0 else math.inf
