"""How often a search for somebody who is not on the list raises an alert, under a policy."""

from __future__ import annotations

import math
from dataclasses import dataclass

from workbench.errors import UsageError
from workbench.governance.policies import ThresholdPolicy
from workbench.intervals import FEWEST_EXPECTED_ERRORS, clopper_pearson
from workbench.list_rates import rate_of_list

__all__ = ["FpirEstimate", "fpir", "longest_within"]


@dataclass(frozen=True, slots=True)
class FpirEstimate:
    """A false positive identification rate, with all that it rests on.

    Attributes:
        rate: share of searches for people who are not on the list that score as high.
        low: lower end of its 95 % interval.
        high: upper end of it.
        count: searches of the measurement that score as high.
        searches: searches of the measurement.
        extrapolated: whether the rate was reckoned for another size of list than was searched.
        checked: whether lists as large were searched to check the reckoning.
    """

    rate: float
    low: float
    high: float
    count: int
    searches: int
    extrapolated: bool
    checked: bool

    @property
    def is_measurable(self) -> bool:
        """Whether enough was counted for `rate` to be shown; else only `high` says something."""
        return self.count >= FEWEST_EXPECTED_ERRORS


def fpir(policy: ThresholdPolicy, score: float, list_size: int) -> FpirEstimate:
    """Return the rate at which people who are not on the list score at or above `score`.

    From searches of lists of another size it is reckoned as `1 - (1 - p)^(N / M)`, which takes
    the references for independent (ISO/IEC 19795-1 keeps the two rates apart: that of
    comparisons, and this, of searches). The interval is that of Clopper and Pearson (1934) for
    the count, carried through the same formula. Searches that share a person are not
    independent, so that it is, if anything, too narrow.

    Args:
        policy: with the measured scores.
        score: in the policy's unit.
        list_size: references on the list, `N`, at least 1.

    Raises:
        UsageError: when the score is not finite or the list is empty.
    """
    if not math.isfinite(score) or list_size < 1:
        msg = (
            f"a rate is of a score and a list with references, but the score is {score} and the "
            f"list has {list_size}. Give a number, and a list of one reference or more."
        )
        raise UsageError(msg)
    table = policy.table
    count = table.at_or_above(score)
    power = list_size / table.list_size
    low, high = clopper_pearson(count, table.searches)
    return FpirEstimate(
        rate=rate_of_list(count / table.searches, power),
        low=rate_of_list(low, power),
        high=rate_of_list(high, power),
        count=count,
        searches=table.searches,
        extrapolated=list_size != table.list_size,
        checked=list_size <= max(policy.checked_up_to, table.list_size),
    )


def longest_within(policy: ThresholdPolicy, score: float, cap: float) -> int:
    """Return the longest list, of those the policy is for, whose reckoned rate keeps within a cap.

    Args:
        policy: with the measured scores.
        score: in the policy's unit.
        cap: rate, above 0 and at most 1.

    Returns:
        References on the list; 0 where the rate of the shortest is above the cap already.

    Raises:
        UsageError: when the score is not finite, or the cap is no such rate.
    """
    if not 0 < cap <= 1:
        msg = f"a cap is a rate above 0 and at most 1, not {cap}. Give one."
        raise UsageError(msg)
    low, high = policy.smallest_list - 1, policy.largest_list
    while low < high:
        middle = (low + high + 1) // 2
        if fpir(policy, score, middle).rate <= cap:
            low = middle
        else:
            high = middle - 1
    return low if low >= policy.smallest_list else 0
