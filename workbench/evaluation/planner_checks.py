"""A rate reckoned for a list, held against searches of a whole list that were counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.evaluation.planner_sources import Measured, ScoreCounts, alarms, searched_list
from workbench.intervals import FEWEST_EXPECTED_ERRORS, Interval
from workbench.list_rates import rate_of_list

__all__ = ["ListCheck", "list_check"]


@dataclass(frozen=True, slots=True)
class ListCheck:
    """One list that was searched: what was counted on it, beside what the reckoning says of it.

    Attributes:
        list_size: references on it.
        threshold: at which its searches were counted, the nearest to that of the plan.
        count: searches of it that score as high.
        searches: of it.
        measured: 95 % interval of their rate.
        reckoned_count: of what the rate is reckoned from, at the same threshold.
        reckoned: 95 % interval of the rate reckoned for this list.
        data: what was searched, for people.
    """

    list_size: int
    threshold: float
    count: int
    searches: int
    measured: Interval
    reckoned_count: int
    reckoned: Interval
    data: str

    @property
    def apart(self) -> bool:
        """Whether the two intervals leave each other out: then the reckoning is off."""
        return self.reckoned.high < self.measured.low or self.measured.high < self.reckoned.low

    @property
    def measurable(self) -> bool:
        """Whether enough was counted on both sides for them to be held against each other."""
        return min(self.count, self.reckoned_count) >= FEWEST_EXPECTED_ERRORS


def list_check(rate: Measured, checks: Sequence[ScoreCounts], threshold: float) -> ListCheck | None:
    """Return the longest list that was searched, at its counted score nearest to a threshold.

    Args:
        rate: what rates are reckoned from.
        checks: searches of whole lists, on other people.
        threshold: of the plan.

    Returns:
        The check; `None` where no list was searched.

    Raises:
        UsageError: when the counts of a check do not fit together.
    """
    known = [one for one in checks if searched_list(one) and one.scores]
    if not known:
        return None
    check = max(known, key=lambda one: one.list_size)
    score = min(check.scores, key=lambda one: abs(one - threshold))
    count, searches, measured = alarms(check, score)
    reckoned_count, _, counted = alarms(rate, score)
    power = check.list_size / searched_list(rate)
    return ListCheck(
        list_size=check.list_size,
        threshold=score,
        count=count,
        searches=searches,
        measured=measured,
        reckoned_count=reckoned_count,
        reckoned=Interval(rate_of_list(counted.low, power), rate_of_list(counted.high, power)),
        data=check.data,
    )
