"""How often people who are not on a list score as high, in words: one rule for every place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workbench.intervals import FEWEST_EXPECTED_ERRORS
from workbench.number_words import (
    CERTAIN,
    amount_ends_words,
    amount_words,
    at_most_words,
    chance_at_most_words,
    chance_ends_words,
    chance_words,
    few_or_many,
    high_rate_words,
    low_rate_words,
    of_hundred_words,
)

__all__ = [
    "CERTAIN",
    "FACES",
    "NOT_FRAMES",
    "Rate",
    "amount_ends_words",
    "amount_words",
    "at_most_words",
    "chance_at_most_words",
    "chance_ends_words",
    "chance_words",
    "ends_words",
    "few_or_many",
    "high_rate_words",
    "low_rate_words",
    "of_hundred_words",
    "rate_ends_words",
    "rate_words",
]

FACES: Final = "faces of people who are not on the list score this high"
NOT_FRAMES: Final = "measured on photographs, not on frames of cameras"
"""What belongs to each rate that stands alone beside a score of footage."""

_FEW: Final = 0.1


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate that was counted, or reckoned from what was.

    Attributes:
        value: the rate, for a list of `references`.
        low: lower end of its 95 % interval.
        high: upper end of it.
        count: errors that were counted.
        references: on the list that it is said of.
        data: what was counted: comparisons or searches, people, name of the images.
        extrapolated: whether lists of another size were searched.
    """

    value: float
    low: float
    high: float
    count: int
    references: int
    data: str
    extrapolated: bool


def rate_words(rate: Rate) -> str:
    """Return a rate in one phrase: never a percentage, never more than was counted.

    A rate of which fewer than three errors were counted is not told; its bound is.
    """
    size = f"{rate.references:,} reference{'s' if rate.references > 1 else ''}"
    if rate.count >= FEWEST_EXPECTED_ERRORS:
        source = (
            f"extrapolated to {size} from {rate.data}"
            if rate.extrapolated
            else f"measured in {rate.data}"
        )
        ends = ends_words(high_rate_words(rate.high), low_rate_words(rate.low))
        return f"{few_or_many(rate.value)} {FACES} ({ends}; {source})"
    seen = (
        f"reached by {rate.count} of {rate.data}, too few for a rate"
        if rate.count
        else f"above every non-mated score seen in {rate.data}"
    )
    if rate.high > _FEW:
        return f"{seen}; too few to say more for {size}"
    beyond = f", extrapolated to {size}" if rate.extrapolated else ""
    return (
        f"{seen}; fewer than {high_rate_words(rate.high)} {FACES} "
        f"(upper end of the 95 % interval{beyond})"
    )


def ends_words(one: str, other: str) -> str:
    """Return an interval by its ends in words, once where both read alike.

    >>> ends_words("7 in 10", "8 in 10")
    '95 % interval 7 in 10 to 8 in 10'
    >>> ends_words("nearly all", "nearly all")
    '95 % interval: nearly all at both ends'
    """
    if one == other:
        return f"95 % interval: {one} at both ends"
    return f"95 % interval {one} to {other}"


def rate_ends_words(low: float, high: float) -> str:
    """Return the interval of a rate by its ends, the more frequent first.

    >>> rate_ends_words(0.0, 1 / 60), rate_ends_words(1 / 1234, 1 / 128)
    ('95 % interval 1 in 60 to none', '95 % interval 1 in 120 to 1 in 1,300')
    """
    return ends_words(high_rate_words(high), low_rate_words(low))
