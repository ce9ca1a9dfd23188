"""What a plan is reckoned from: a measurement, a policy's counted scores, or three numbers."""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from numbers import Integral
from typing import TypeAlias

import polars as pl

from workbench.errors import UsageError
from workbench.evaluation.equity_intervals import Effective, effective, effective_interval
from workbench.evaluation.equity_parts import wrong_searches
from workbench.evaluation.equity_people import cohort
from workbench.evaluation.equity_tables import FNIR, FPIR
from workbench.evaluation.equity_words import data_words
from workbench.evaluation.measurement import Measurement
from workbench.intervals import CONFIDENCE, Interval, clopper_pearson

__all__ = [
    "Measured",
    "ScoreCounts",
    "alarms",
    "alarms_by_people",
    "data_of",
    "is_counted_at",
    "misses",
    "require_counted",
    "searched_list",
]


@dataclass(frozen=True, slots=True)
class ScoreCounts:
    """Non-mated searches, counted by their highest score, as a threshold policy keeps them.

    Attributes:
        list_size: references on the list of each search, `M`; 1 for comparisons.
        searches: how many there were.
        scores: a grid, ascending; the last is the highest score seen.
        counts: searches at or above each grid score.
        data: what was searched, for people.
        people: how many they were of; `None` where that is not known.
    """

    list_size: int
    searches: int
    scores: Sequence[float]
    counts: Sequence[int]
    data: str
    people: int | None = None

    def at_or_above(self, threshold: float) -> int:
        """Return how many searches score as high, never too few."""
        if not self.scores or threshold > self.scores[-1]:
            return 0
        at = bisect.bisect_right(self.scores, threshold) - 1
        return self.searches if at < 0 else self.counts[at]


Measured: TypeAlias = Measurement | ScoreCounts | tuple[int, int, int]
"""What rates are known from; three numbers are (errors, searches, references on each list)."""


def alarms(rate: Measured, threshold: float) -> tuple[int, int, Interval]:
    """Return false alarms, non-mated searches, and the interval of their rate as counted."""
    if isinstance(rate, Measurement):
        return _counted(rate.searches, FPIR, threshold)
    if isinstance(rate, ScoreCounts):
        count, searches = rate.at_or_above(threshold), rate.searches
    else:
        count, searches, _ = rate
    return count, searches, clopper_pearson(count, searches)


def alarms_by_people(rate: Measured, threshold: float) -> Interval | None:
    """Return the interval of the rate of false alarms with people for trials, where they are known.

    Counted scores say how many people there were and not whose each search was. So no more trials
    are taken than could be independent: pairs of people of comparisons, people of searches, as if
    all images of a person came out alike (likewise `effective`, where few people err).

    Returns:
        The interval, no nearer than that of `alarms`; `None` for a measurement, whose own interval
        is by people already, and where nobody says how many they were.
    """
    if not isinstance(rate, ScoreCounts) or rate.people is None:
        return None
    count, searches, counted = alarms(rate, threshold)
    pairs = rate.people * (rate.people - 1) // 2
    trials = max(1, min(searches, pairs if rate.list_size == 1 else rate.people))
    low, high = effective_interval(Effective(count / searches, trials), CONFIDENCE)
    return Interval(min(low, counted.low), max(high, counted.high))


def is_counted_at(rate: Measured, threshold: float) -> bool:
    """Return whether it is known how many searches score at or above a threshold.

    Beyond the highest score seen it is: none does. Below the lowest counted score of a grid that
    does not hold all of the searches it is not.
    """
    if not isinstance(rate, ScoreCounts) or not rate.scores:
        return True
    return threshold >= rate.scores[0] or rate.counts[0] == rate.searches


def require_counted(rate: Measured, threshold: float) -> None:
    """Raise `UsageError` where it is not known how many searches reach a threshold."""
    if isinstance(rate, ScoreCounts) and not is_counted_at(rate, threshold):
        msg = (
            f"the threshold {threshold:g} lies below {rate.scores[0]:g}, the lowest score at which "
            f"the {rate.searches:,} searches were counted: how many reach it is not known. Give "
            "one from there on."
        )
        raise UsageError(msg)


def misses(rate: Measured, threshold: float) -> tuple[int, int, Interval | None]:
    """Return misses, mated searches, and the interval of their rate; no interval without any."""
    if not isinstance(rate, Measurement) or not rate.searches["mated"].any():
        return 0, 0, None
    return _counted(rate.searches, FNIR, threshold)


def _counted(searches: pl.DataFrame, rate: str, threshold: float) -> tuple[int, int, Interval]:
    """Return errors, searches and an interval in which people are clusters.

    With one search a person it is that of Clopper and Pearson.
    """
    everybody = searches.with_columns(group=pl.lit("everybody"))
    people = cohort(wrong_searches(everybody, rate, threshold))
    (group,) = people.groups
    known = effective(people, [group])[group]
    return (
        people.wrong(group),
        people.trials(group),
        effective_interval(known, CONFIDENCE),
    )


def searched_list(rate: Measured) -> int:
    """Return how many references were on the lists that were searched.

    Raises:
        UsageError: when nothing can be reckoned from the measurement.
    """
    if isinstance(rate, Measurement):
        if rate.searches["mated"].all():
            msg = (
                "the measurement has no non-mated search, and false alerts cannot be reckoned "
                "from it. Give one with probes of people who are not on the list."
            )
            raise UsageError(msg)
        return rate.facts.list_size
    if isinstance(rate, ScoreCounts):
        _check_grid(rate)
        return rate.list_size
    count, searches, listed = rate
    whole = all(isinstance(one, Integral) for one in rate)
    if not whole or not 0 <= count <= searches or searches < 1 or listed < 1:
        msg = (
            f"{count} of {searches} searches of a list of {listed} cannot be. Give counts of a "
            "measurement."
        )
        raise UsageError(msg)
    return listed


def _check_grid(rate: ScoreCounts) -> None:
    pairs = list(zip(rate.scores, rate.counts, strict=False))
    rising = all(one[0] < two[0] and one[1] >= two[1] for one, two in pairwise(pairs))
    whole = len(rate.scores) == len(rate.counts) and rate.list_size >= 1
    whole = whole and all(map(math.isfinite, rate.scores))
    if not whole or not rising or not 0 <= max(rate.counts, default=0) <= max(0, rate.searches):
        msg = (
            "scores must be finite and ascend, and counts, one for each, must fall. Give those of "
            "a policy."
        )
        raise UsageError(msg)
    if rate.searches < 1:
        msg = "no search was counted, and nothing can be reckoned from none. Give a measurement."
        raise UsageError(msg)
    if rate.people is not None and rate.people < 1:
        msg = f"the searches cannot be of {rate.people} people. Give those of a policy."
        raise UsageError(msg)


def data_of(rate: Measured) -> str:
    """Return what was searched, for people."""
    if isinstance(rate, Measurement):
        return data_words(rate.facts)
    if isinstance(rate, ScoreCounts):
        return rate.data
    return f"{rate[1]:,} searches, of what is not said"
