"""What a deployment has to reckon with: list, faces and threshold in, false alerts and misses out.

False alerts to expect are faces times FPIR(N, T); at least one comes with 1 - exp(-E). Where lists
of another size were searched, the rate is reckoned by `workbench.list_rates.rate_of_list`, which
takes references for independent, and is told as reckoned. What is to be expected is a mean; what
one deployment counts lies further about it (`planner_scatter`), and by that it is held to the cap.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from numbers import Integral
from typing import Final

from workbench.errors import UsageError
from workbench.evaluation.measurement import Measurement
from workbench.evaluation.planner_checks import ListCheck, list_check
from workbench.evaluation.planner_figures import AgainstCap, Plan, PlannedAt
from workbench.evaluation.planner_scatter import in_one_deployment
from workbench.evaluation.planner_sources import (
    Measured,
    ScoreCounts,
    alarms,
    alarms_by_people,
    data_of,
    is_counted_at,
    misses,
    require_counted,
    searched_list,
)
from workbench.intervals import FEWEST_EXPECTED_ERRORS, Interval
from workbench.list_rates import rate_of_list

__all__ = [
    "CAP",
    "MOST",
    "AgainstCap",
    "ListCheck",
    "Plan",
    "PlannedAt",
    "ScoreCounts",
    "plan",
    "planned_at",
]

CAP: Final = 0.001
"""False alerts a face that are not to be exceeded: South Wales Police, standard operating
procedure, in [2020] EWCA Civ 1058."""

MOST: Final = 1_000_000_000
"""References on a list, or faces, beyond which a number is taken for a slip."""

_SHORTEST_H: Final = 1 / 3600
_LONGEST_H: Final = 24 * 366.0


def plan(
    *,
    list_size: int,
    faces: int,
    threshold: float,
    rate: Measured,
    hours: float | None = None,
    cap: float = CAP,
    step: float | None = None,
    checks: Sequence[ScoreCounts] = (),
) -> Plan:
    """Return what a deployment has to reckon with.

    Args:
        list_size: references on its list, 1 to `MOST`.
        faces: faces that it expects to see, 0 to `MOST`.
        threshold: in the unit of the measurement.
        rate: a measurement; counted scores; or what was counted at this threshold alone, as
            (searches at or above it, searches, references on the list of each).
        hours: how long it lasts.
        cap: false alerts a face that are not to be exceeded.
        step: also reckoned so much above and below the threshold; of three numbers nothing is
            known there.
        checks: searches of whole lists, on other people, that a rate reckoned for a list of
            another size is held against.

    Raises:
        UsageError: when a number is none that can be reckoned with, or nothing was counted at so
            low a threshold.
        ProtocolError: when the frame of a measurement does not fit.
    """
    faults = list(_faults(list_size, faces, threshold, hours, cap))
    if step is not None and not 0.0 < step < math.inf:
        faults.append(f"the step is {step}, not a number above 0")
    if faults:
        msg = f"nothing can be reckoned with these numbers: {'; '.join(faults)}. Mend them."
        raise UsageError(msg)
    searched = searched_list(rate)
    require_counted(rate, threshold)
    power = list_size / searched

    def at(score: float) -> PlannedAt:
        return planned_at(
            score,
            power,
            faces,
            false_alarms=alarms(rate, score),
            missed=misses(rate, score),
            by_people=alarms_by_people(rate, score),
        )

    known = step is not None and not isinstance(rate, tuple)
    extrapolated = list_size != searched
    return Plan(
        list_size=list_size,
        faces=faces,
        hours=hours,
        cap=cap,
        at=at(threshold),
        up=at(threshold + step) if known and step is not None else None,
        down=(
            at(threshold - step)
            if known and step is not None and is_counted_at(rate, threshold - step)
            else None
        ),
        searched_list=searched,
        data=data_of(rate),
        by_people=isinstance(rate, Measurement),
        check=list_check(rate, checks, threshold) if extrapolated else None,
    )


def planned_at(
    threshold: float,
    power: float,
    faces: int,
    *,
    false_alarms: tuple[int, int, Interval],
    missed: tuple[int, int, Interval | None],
    by_people: Interval | None = None,
) -> PlannedAt:
    """Return what one threshold has one reckon with, from what was counted at it.

    Args:
        threshold: from which score on an alert is raised.
        power: references on the list of the plan for each that was searched, `N / M`.
        faces: that are expected.
        false_alarms: false alarms, non-mated searches (1 or more), and the interval of their rate.
        missed: misses, mated searches, and the interval of their rate; `None` without any.
        by_people: interval of the rate of false alarms that takes people for the trials, where that
            of `false_alarms` does not; what one deployment counts is reckoned from it.
    """
    count, searches, counted = false_alarms
    ends = _of_list(counted, power)
    fpir = rate_of_list(count / searches, power)
    expected = Interval(faces * ends.low, faces * ends.high)
    wrong, mated, missed_interval = missed
    told = count >= FEWEST_EXPECTED_ERRORS
    wide = ends if by_people is None else _of_list(by_people, power)
    one = in_one_deployment(faces * fpir, Interval(faces * wide.low, faces * wide.high), faces)
    return PlannedAt(
        threshold=threshold,
        count=count,
        searches=searches,
        fpir=fpir,
        fpir_interval=ends,
        expected=faces * fpir if told else None,
        expected_interval=expected,
        in_one=one if told else Interval(0.0, one.high),
        at_least_one=-math.expm1(-faces * fpir) if told else None,
        at_least_one_interval=Interval(-math.expm1(-expected.low), -math.expm1(-expected.high)),
        fnir=wrong / mated if wrong >= FEWEST_EXPECTED_ERRORS else None,
        fnir_interval=missed_interval,
        misses=wrong,
        mated=mated,
    )


def _of_list(interval: Interval, power: float) -> Interval:
    return Interval(rate_of_list(interval.low, power), rate_of_list(interval.high, power))


def _faults(
    list_size: int, faces: int, threshold: float, hours: float | None, cap: float
) -> Iterator[str]:
    if not _is_whole(list_size) or not 1 <= list_size <= MOST:
        yield f"the list has {list_size} references, not a whole number from 1 to {MOST:,}"
    if not _is_whole(faces) or not 0 <= faces <= MOST:
        yield f"{faces} faces cannot be seen, only a whole number from 0 to {MOST:,}"
    if not math.isfinite(threshold):
        yield f"the threshold is {threshold}, not a number"
    if hours is not None and not _SHORTEST_H <= hours <= _LONGEST_H:
        yield f"it lasts {hours} hours, not a second to {_LONGEST_H:,.0f} hours"
    if not 0.0 < cap <= 1.0:
        yield f"the cap is {cap}, not above 0 and at most 1"


def _is_whole(value: object) -> bool:
    return isinstance(value, Integral)
