"""The figures of a plan, with what follows from them."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from workbench.intervals import FEWEST_EXPECTED_ERRORS, Interval

if TYPE_CHECKING:
    from workbench.evaluation.planner_checks import ListCheck

__all__ = ["AgainstCap", "Plan", "PlannedAt"]

# 14 is 14, whatever binary fractions make of 0.001 * 14,000.
_ROUNDING: Final = 1e-9


class AgainstCap(StrEnum):
    """Where false alerts lie, by a whole interval."""

    BELOW = "below the cap"
    ABOVE = "above the cap"
    UNKNOWN = "cannot be said"


@dataclass(frozen=True, slots=True)
class PlannedAt:
    """What one threshold has one reckon with.

    Attributes:
        threshold: from which score on an alert is raised.
        count: non-mated searches of the measurement that score as high.
        searches: non-mated searches of it.
        fpir: rate reckoned for the list of the plan; only `measurable` is it more than a bound.
        fpir_interval: its 95 % interval, people as clusters where they are known.
        expected: false alerts in all faces; `None` of fewer than three counted errors.
        expected_interval: of it: where the mean of many such deployments lies.
        in_one: 95 % interval of the false alerts that one such deployment counts, whole numbers.
        at_least_one: chance of one or more; `None` as before.
        at_least_one_interval: of it.
        fnir: share of mated searches that miss, at the list size of the measurement; `None`
            where none was made or fewer than three missed.
        fnir_interval: of it; `None` where no mated search was made.
        misses: mated searches that miss.
        mated: mated searches.
    """

    threshold: float
    count: int
    searches: int
    fpir: float
    fpir_interval: Interval
    expected: float | None
    expected_interval: Interval
    in_one: Interval
    at_least_one: float | None
    at_least_one_interval: Interval
    fnir: float | None
    fnir_interval: Interval | None
    misses: int
    mated: int

    @property
    def measurable(self) -> bool:
        """Whether enough was counted for the rate to be told; else its bound is."""
        return self.count >= FEWEST_EXPECTED_ERRORS


@dataclass(frozen=True, slots=True)
class Plan:
    """What a deployment has to reckon with.

    Attributes:
        list_size: references on its list, `N`.
        faces: faces that it expects to see: captures, not people.
        hours: how long it lasts; `None` where nobody says.
        cap: false alerts a face that are not to be exceeded.
        at: at its threshold.
        up: one step above; `None` without a step, or where the measurement knows T alone.
        down: one step below; `None` also where nothing was counted there.
        searched_list: references on the lists that were searched, `M`.
        data: what was searched.
        by_people: whether intervals allow for several searches of one person; where it is not
            known whose searches were counted, they are, if anything, too narrow.
        check: the reckoning for a list of another size, held against one that was searched; `None`
            where none was, or nothing was reckoned.
    """

    list_size: int
    faces: int
    hours: float | None
    cap: float
    at: PlannedAt
    up: PlannedAt | None
    down: PlannedAt | None
    searched_list: int
    data: str
    by_people: bool
    check: ListCheck | None = None

    @property
    def extrapolated(self) -> bool:
        """Whether lists of another size were searched."""
        return self.list_size != self.searched_list

    @property
    def an_hour(self) -> Interval | None:
        """False alerts an hour, as an interval; `None` where nobody says how long it lasts."""
        if self.hours is None:
            return None
        low, high = self.at.expected_interval
        return Interval(low / self.hours, high / self.hours)

    @property
    def within_cap(self) -> int:
        """The most false alerts that keep to the cap in so many faces."""
        return math.floor(self.cap * self.faces + _ROUNDING)

    @property
    def expected_against_cap(self) -> AgainstCap:
        """Where false alerts a face are to be expected, by the interval and not by the rate."""
        low, high = self.at.fpir_interval
        return _against(low, high, self.cap)

    @property
    def one_against_cap(self) -> AgainstCap:
        """Where the false alerts that one deployment counts lie."""
        return _against(*self.at.in_one, self.within_cap)

    @property
    def against_cap(self) -> AgainstCap:
        """Where both lie, what is to be expected and what one deployment counts.

        The cap is held against what one deployment counts. In so few faces that hardly any has a
        false alert, most keep to it by chance alone: then what is to be expected says more.
        """
        both = {self.expected_against_cap, self.one_against_cap}
        return both.pop() if len(both) == 1 else AgainstCap.UNKNOWN

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return asdict(self) | {
            "extrapolated": self.extrapolated,
            "an_hour": self.an_hour,
            "within_cap": self.within_cap,
            "expected_against_cap": self.expected_against_cap.value,
            "one_against_cap": self.one_against_cap.value,
            "against_cap": self.against_cap.value,
        }


def _against(low: float, high: float, cap: float) -> AgainstCap:
    if high <= cap:
        return AgainstCap.BELOW
    return AgainstCap.ABOVE if low > cap else AgainstCap.UNKNOWN
