"""How many pairs of different people reach a score, where many faces are compared with many."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from workbench.errors import UsageError
from workbench.governance.fpir import fpir
from workbench.governance.policies import Origin, ThresholdPolicy
from workbench.rate_words import NOT_FRAMES, ends_words

__all__ = ["FalsePairs", "false_pairs"]


@dataclass(frozen=True, slots=True)
class FalsePairs:
    """How many pairs of different people are to be expected at a score.

    Attributes:
        score: in the unit of the policy.
        comparisons: of one face with another.
        expected: pairs of different people at or above the score; `None` where too few were
            counted to say more than `high`.
        low: lower end of its 95 % interval.
        high: upper end of it.
        text: all of this in one phrase.
    """

    score: float
    comparisons: int
    expected: float | None
    low: float
    high: float
    text: str


def false_pairs(policy: ThresholdPolicy, score: float, comparisons: int) -> FalsePairs:
    """Return how many pairs of different people are to be expected at or above a score.

    The share of comparisons that the policy counted, times how many are made. Looks at one face
    are alike, so that several of them may make one false pair. The share is carried over from the
    pictures of the policy, which are not frames of these cameras, and the words say so.

    Args:
        policy: with the measured scores.
        score: in the policy's unit.
        comparisons: how many are made, at least 1.

    Raises:
        UsageError: when the score is not finite or nothing is compared.
    """
    if comparisons < 1:
        msg = f"false pairs are among comparisons, and there are {comparisons}. Compare something."
        raise UsageError(msg)
    rate = fpir(policy, score, 1)
    low, high = rate.low * comparisons, rate.high * comparisons
    expected = rate.rate * comparisons if rate.is_measurable else None
    table = policy.table
    among = f"among {comparisons:,} comparisons"
    source = (
        f"of {table.searches:,} with {table.people:,} people ({table.data_set}) "
        f"{rate.count:,} reached it"
    )
    if expected is None:
        text = (
            f"fewer than {_number(high)} false pairs {among} ({_carried(policy)}; {source}, too "
            "few to say more)"
        )
    else:
        text = (
            f"{_number(expected)} false pairs to be expected {among} ({_carried(policy)}; "
            f"{ends_words(_number(low), _number(high))}; {source})"
        )
    return FalsePairs(score, comparisons, expected, low, high, text)


def _carried(policy: ThresholdPolicy) -> str:
    """Return what the figure was measured on, and so what it is carried over from."""
    shipped = policy.origin is Origin.PRODUCT_DEFAULT
    return NOT_FRAMES if shipped else "measured on other pictures than these"


def _number(value: float) -> str:
    """Return a number of pairs in two digits: `0.000048`, `0.012`, `3.4`, `120`."""
    if value >= 10:  # noqa: PLR2004 - from here on nobody needs a fraction
        return f"{value:,.0f}"
    return f"{Decimal(f'{value:.2g}'):f}"  # never as 4.8e-05
