"""Intervals of the ratio and the difference of two rates, and the correction for many at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import betaincinv

from workbench.evaluation.equity_people import Cohort
from workbench.intervals import Interval

__all__ = [
    "Effective",
    "difference_interval",
    "effective",
    "effective_interval",
    "holm",
    "ratio_interval",
]


_FEWEST_ERRING: Final = 10
"""People who err from which on their images tell how much they hang together."""


@dataclass(frozen=True, slots=True)
class Effective:
    """A rate, and how many independent searches know as much of it as the searches of a group.

    Attributes:
        rate: errors over searches.
        trials: searches over the design effect.
    """

    rate: float
    trials: float


def effective(made_of: Cohort, groups: Sequence[str]) -> dict[str, Effective]:
    """Return the effective numbers of searches of groups.

    The design effect is the variance of a rate with people as clusters (that of a ratio of
    totals: Cochran, Sampling Techniques (1977)) over that of as many independent searches. Where
    few people err it cannot be known, and all images of a person are taken to come out alike. It
    is never less than 1, nor than the one within all groups together.

    Args:
        made_of: all people.
        groups: each with a search.
    """
    within = _design_effect(made_of, groups)
    found = {}
    for group in groups:
        row, trials = made_of.row(group), made_of.trials(group)
        erring = int(row[made_of.errors > 0].sum())
        own = _design_effect(made_of, [group])
        if erring < _FEWEST_ERRING:
            own = max(own, float(row @ made_of.searches**2) / trials)
        found[group] = Effective(made_of.rate(group), trials / max(1.0, within, own))
    return found


def _design_effect(made_of: Cohort, groups: Sequence[str]) -> float:
    seen, independent = 0.0, 0.0
    for group in groups:
        row, rate = made_of.row(group), made_of.rate(group)
        seen += float(row @ (made_of.errors - rate * made_of.searches) ** 2)
        independent += made_of.trials(group) * rate * (1.0 - rate)
    return seen / independent if independent > 0.0 else 1.0


def effective_interval(of: Effective, confidence: float) -> Interval:
    """Return the interval of Clopper and Pearson with an effective number of searches.

    Korn and Graubard, Survey Methodology 24 (1998): for rates of few errors in clusters.
    """
    tail = (1.0 - confidence) / 2.0
    errors, right = of.rate * of.trials, (1.0 - of.rate) * of.trials
    low = 0.0 if errors <= 0.0 else float(betaincinv(errors, right + 1.0, tail))
    high = 1.0 if right <= 0.0 else float(betaincinv(errors + 1.0, right, 1.0 - tail))
    return Interval(low, high)


def difference_interval(one: Effective, other: Effective, confidence: float) -> Interval:
    """Return the interval of `one.rate - other.rate`, of those of the two rates.

    Zou and Donner, Statistics in Medicine 27 (2008): MOVER, of which Newcombe is a case.
    """
    low, high = effective_interval(one, confidence)
    below, above = effective_interval(other, confidence)
    middle = one.rate - other.rate
    return Interval(
        max(-1.0, middle - math.hypot(one.rate - low, above - other.rate)),
        min(1.0, middle + math.hypot(high - one.rate, other.rate - below)),
    )


def ratio_interval(one: Effective, other: Effective, confidence: float) -> Interval:
    """Return the interval of `one.rate / other.rate`; its upper end may be infinite.

    Donner and Zou, Statistical Methods in Medical Research 21 (2012), formula 9 (MOVER-R), solved
    so that no rate of 0 divides by 0.
    """
    low, high = effective_interval(one, confidence)
    below, above = effective_interval(other, confidence)
    product = one.rate * other.rate
    # Both ends solve one quadratic, with either end of each interval.
    first, second = low * (2.0 * one.rate - low), above * (2.0 * other.rate - above)
    divisor = product + math.sqrt(max(0.0, product * product - first * second))
    least = first / divisor if divisor > 0.0 else 0.0
    first, second = high * (2.0 * one.rate - high), below * (2.0 * other.rate - below)
    if second <= 0.0:
        return Interval(least, math.inf)
    root = math.sqrt(max(0.0, product * product - first * second))
    return Interval(least, (product + root) / second)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for each other; the chance of any false finding keeps to the level.

    Holm, Scandinavian Journal of Statistics 6 (1979): the k-th smallest of m is multiplied by
    m - k + 1, and none is adjusted to less than a smaller one.
    """
    order = np.argsort(np.array(p_values, np.float64), kind="stable")
    adjusted, highest = [0.0] * len(order), 0.0
    for place, at in enumerate(order):
        highest = max(highest, min(1.0, (len(order) - place) * p_values[at]))
        adjusted[at] = highest
    return adjusted
