"""What a deployment has to reckon with: list, faces and threshold in, false alerts and misses out.

False alerts to expect are faces times FPIR(N, T); at least one comes with 1 - exp(-E). Where lists
of another size were searched, the rate is reckoned by `workbench.list_rates.rate_of_list`, which
takes references for independent, and is told as reckoned.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from workbench.errors import UsageError
from workbench.evaluation.measurement import Measurement
from workbench.evaluation.planner_sources import (
    Measured,
    ScoreCounts,
    alarms,
    data_of,
    misses,
    searched_list,
)
from workbench.intervals import FEWEST_EXPECTED_ERRORS, Interval
from workbench.list_rates import rate_of_list

__all__ = ["CAP", "AgainstCap", "Plan", "PlannedAt", "ScoreCounts", "plan", "planned_at"]

CAP: Final = 0.001
"""False alerts a face that are not to be exceeded: South Wales Police, standard operating
procedure, in [2020] EWCA Civ 1058."""


class AgainstCap(StrEnum):
    """Where false alerts a face lie, by their whole interval."""

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
        expected_interval: of it.
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
        down: one step below.
        searched_list: references on the lists that were searched, `M`.
        data: what was searched.
        by_people: whether intervals allow for several searches of one person; where it is not
            known whose searches were counted, they are, if anything, too narrow.
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
    def against_cap(self) -> AgainstCap:
        """Where false alerts a face lie, by the interval and not by the rate alone."""
        low, high = self.at.fpir_interval
        if high <= self.cap:
            return AgainstCap.BELOW
        return AgainstCap.ABOVE if low > self.cap else AgainstCap.UNKNOWN

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return asdict(self) | {
            "extrapolated": self.extrapolated,
            "an_hour": self.an_hour,
            "against_cap": self.against_cap.value,
        }


def plan(
    *,
    list_size: int,
    faces: int,
    threshold: float,
    rate: Measured,
    hours: float | None = None,
    cap: float = CAP,
    step: float | None = None,
) -> Plan:
    """Return what a deployment has to reckon with.

    Args:
        list_size: references on its list, 1 or more.
        faces: faces that it expects to see.
        threshold: in the unit of the measurement.
        rate: a measurement; counted scores; or what was counted at this threshold alone, as
            (searches at or above it, searches, references on the list of each).
        hours: how long it lasts.
        cap: false alerts a face that are not to be exceeded.
        step: also reckoned so much above and below the threshold; of three numbers nothing is
            known there.

    Raises:
        UsageError: when a number is none that can be reckoned with.
        ProtocolError: when the frame of a measurement does not fit.
    """
    faults = list(_faults(list_size, faces, threshold, hours, cap))
    if step is not None and not 0.0 < step < math.inf:
        faults.append(f"the step is {step}, not a number above 0")
    if faults:
        msg = f"nothing can be reckoned with these numbers: {'; '.join(faults)}. Mend them."
        raise UsageError(msg)
    searched = searched_list(rate)
    power = list_size / searched

    def at(score: float) -> PlannedAt:
        return planned_at(
            score, power, faces, false_alarms=alarms(rate, score), missed=misses(rate, score)
        )

    known = step is not None and not isinstance(rate, tuple)
    return Plan(
        list_size=list_size,
        faces=faces,
        hours=hours,
        cap=cap,
        at=at(threshold),
        up=at(threshold + step) if known and step is not None else None,
        down=at(threshold - step) if known and step is not None else None,
        searched_list=searched,
        data=data_of(rate),
        by_people=isinstance(rate, Measurement),
    )


def planned_at(
    threshold: float,
    power: float,
    faces: int,
    *,
    false_alarms: tuple[int, int, Interval],
    missed: tuple[int, int, Interval | None],
) -> PlannedAt:
    """Return what one threshold has one reckon with, from what was counted at it.

    Args:
        threshold: from which score on an alert is raised.
        power: references on the list of the plan for each that was searched, `N / M`.
        faces: that are expected.
        false_alarms: false alarms, non-mated searches (1 or more), and the interval of their rate.
        missed: misses, mated searches, and the interval of their rate; `None` without any.
    """
    count, searches, counted = false_alarms
    ends = Interval(rate_of_list(counted.low, power), rate_of_list(counted.high, power))
    fpir = rate_of_list(count / searches, power)
    expected = Interval(faces * ends.low, faces * ends.high)
    wrong, mated, missed_interval = missed
    told = count >= FEWEST_EXPECTED_ERRORS
    return PlannedAt(
        threshold=threshold,
        count=count,
        searches=searches,
        fpir=fpir,
        fpir_interval=ends,
        expected=faces * fpir if told else None,
        expected_interval=expected,
        at_least_one=-math.expm1(-faces * fpir) if told else None,
        at_least_one_interval=Interval(-math.expm1(-expected.low), -math.expm1(-expected.high)),
        fnir=wrong / mated if wrong >= FEWEST_EXPECTED_ERRORS else None,
        fnir_interval=missed_interval,
        misses=wrong,
        mated=mated,
    )


def _faults(
    list_size: int, faces: int, threshold: float, hours: float | None, cap: float
) -> Iterator[str]:
    if list_size < 1:
        yield f"the list has {list_size} references, not 1 or more"
    if faces < 0:
        yield f"{faces} faces cannot be seen"
    if not math.isfinite(threshold):
        yield f"the threshold is {threshold}, not a number"
    if hours is not None and not 0.0 < hours < math.inf:
        yield f"it lasts {hours} hours, not more than none"
    if not 0.0 < cap <= 1.0:
        yield f"the cap is {cap}, not above 0 and at most 1"
