"""How often people who are not on a list score as high, in words: one rule for every place."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from workbench.intervals import FEWEST_EXPECTED_ERRORS

__all__ = [
    "CERTAIN",
    "FACES",
    "NOT_FRAMES",
    "Rate",
    "chance_words",
    "ends_words",
    "few_or_many",
    "rate_ends_words",
    "rate_words",
]

CERTAIN: Final = 0.995
"""From here on two digits would write a probability as 1."""


FACES: Final = "faces of people who are not on the list score this high"
NOT_FRAMES: Final = "measured on photographs, not on frames of cameras"
"""What belongs to each rate that stands alone beside a score of footage."""

_EVERY: Final = 0.95
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
        ends = ends_words(few_or_many(rate.high), few_or_many(rate.low))
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
        f"{seen}; fewer than {few_or_many(rate.high)} {FACES} "
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


def chance_words(chance: float) -> str:
    """Return a probability in two digits, which never write one as certain.

    >>> chance_words(0.0), chance_words(0.437), chance_words(0.996)
    ('0.00', '0.44', 'more than 0.99')
    """
    return f"{chance:.2f}" if chance < CERTAIN else "more than 0.99"


def rate_ends_words(low: float, high: float) -> str:
    """Return the interval of a rate by its ends, the more frequent first.

    >>> rate_ends_words(0.0, 1 / 60), rate_ends_words(0.001, 0.01)
    ('95 % interval 1 in 60 to none', '95 % interval 1 in 100 to 1 in 1,000')
    """
    first, last = (few_or_many(end) if end > 0.0 else "none" for end in (high, low))
    return ends_words(first, last)


def few_or_many(share: float) -> str:
    """Return a share as people say it.

    >>> few_or_many(1 / 6012), few_or_many(0.31), few_or_many(0.99)
    ('1 in 6,000', '3 in 10', 'nearly all')
    """
    if share > _EVERY:
        return "nearly all"
    if share > _FEW:
        return f"{round(share * 10)} in 10"
    one_in = 1.0 / share
    digits = 10 ** max(0, math.floor(math.log10(one_in)) - 1)
    return f"1 in {round(one_in / digits) * digits:,}"
