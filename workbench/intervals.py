"""Intervals for an error rate that was counted, and what can be said when nothing was."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from scipy.special import betaincinv, ndtri, stdtrit

__all__ = [
    "CONFIDENCE",
    "FEWEST_EXPECTED_ERRORS",
    "THIRTY_ERRORS",
    "Interval",
    "clopper_pearson",
    "clustered_interval",
    "measurable",
    "relative_ends",
    "rule_of_three",
    "wilson",
]

CONFIDENCE: Final = 0.95

FEWEST_EXPECTED_ERRORS: Final = 3
"""A rate of which fewer errors are expected in the data is not measurable with it: even if none
is seen, the rule of three leaves a rate as high as the one asked for open."""

THIRTY_ERRORS: Final = 30
"""From so many errors on, a rate is shown without saying how wide its interval is beside it. What
thirty errors are worth is not taken on trust: `relative_ends` computes it for any count."""

# 0.003 of 1,000 is 3, whatever binary fractions make of it.
_ROUNDING: Final = 1e-9

# Student's t of one degree of freedom is 12.7: of two, nothing worth telling would be left.
_FEWEST_CLUSTERS: Final = 3


class Interval(NamedTuple):
    """Both ends of an interval of a rate, within 0..1."""

    low: float
    high: float


def clopper_pearson(count: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Return the exact two-sided interval of a rate of which `count` of `n` were seen.

    Clopper and Pearson, Biometrika 26 (1934): lower end Beta(a/2; k, n-k+1), upper end
    Beta(1-a/2; k+1, n-k). With `n` = 0 nothing is known, and the interval is 0 to 1.

    Raises:
        ValueError: when `count` is not within 0..n or `confidence` not between 0 and 1.
    """
    _check(count, n, confidence)
    tail = (1.0 - confidence) / 2.0
    low = 0.0 if count == 0 else float(betaincinv(count, n - count + 1, tail))
    high = 1.0 if count == n else float(betaincinv(count + 1, n - count, 1.0 - tail))
    return Interval(low, high)


def wilson(count: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Return the score interval of a rate of which `count` of `n` were seen, for display.

    Wilson, Journal of the American Statistical Association 22 (1927). Claims, and counts of 0,
    want the exact interval of `clopper_pearson`.

    Raises:
        ValueError: when `count` is not within 0..n or `confidence` not between 0 and 1.
    """
    _check(count, n, confidence)
    if n == 0:
        return Interval(0.0, 1.0)
    z = float(ndtri(1.0 - (1.0 - confidence) / 2.0))
    p = count / n
    scale = 1.0 + z * z / n
    centre = (p + z * z / (2.0 * n)) / scale
    half = z * math.sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n)) / scale
    # At 0 and at n the ends are 0 and 1 but for rounding.
    low = 0.0 if count == 0 else max(0.0, centre - half)
    high = 1.0 if count == n else min(1.0, centre + half)
    return Interval(low, high)


def clustered_interval(errors: Sequence[int], trials: Sequence[int]) -> Interval | None:
    """Return the 95 % interval of a rate whose errors come in clusters, such as deployments.

    The ratio of two sums and its variance between clusters (Cochran, Sampling Techniques, 1977,
    section 6.3), on the scale of logarithms, with Student's t of one fewer degrees of freedom than
    clusters. It is never told as narrower than the exact interval of Clopper and Pearson at either
    end: that clusters look alike makes no rate surer. Logarithms, since the rate of few clusters is
    skewed: as drawn by `benchmarks/coverage_shown.py`, of up to ten clusters it lies above the
    upper end about half as often as with a t interval of the rate itself, and this is wider by a
    sixth of five clusters and by a twentieth of ten. Where sizes differ as well as rates it still
    holds the rate in 90 to 94 of 100 cases only.

    Args:
        errors: of each cluster.
        trials: of each cluster, in the same order, no fewer than its errors.

    Returns:
        `None` for fewer than three clusters with a trial, or with no error: nothing is known so
        of what clusters have in common. The exact interval, which takes trials for independent, is
        what is left then.
    """
    n, seen, wrong = sum(size > 0 for size in trials), sum(trials), sum(errors)
    if n < _FEWEST_CLUSTERS or not wrong:
        return None
    rate = wrong / seen
    spread = sum((e - rate * size) ** 2 for e, size in zip(errors, trials, strict=True))
    t = float(stdtrit(n - 1, 0.5 + CONFIDENCE / 2.0))
    times = math.exp(t * math.sqrt(n / (n - 1) * spread) / wrong)
    exact = clopper_pearson(wrong, seen)
    return Interval(min(exact.low, rate / times), min(1.0, max(exact.high, rate * times)))


def rule_of_three(n: int) -> float:
    """Return the 95 % upper bound of a rate when none of `n` independent trials erred: 3 / n.

    Hanley and Lippman-Hand, Journal of the American Medical Association 249 (1983). It is 1 for
    up to three trials.
    """
    return 1.0 if n <= FEWEST_EXPECTED_ERRORS else FEWEST_EXPECTED_ERRORS / n


def relative_ends(count: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Return the ends of the exact interval of a rate as multiples of the rate that was counted.

    Of thirty errors in many independent trials, the exact interval at 90 % runs from about a
    quarter less to about a third more than the rate:

    >>> low, high = relative_ends(30, 1_000_000, 0.9)
    >>> round(low, 2), round(high, 2)
    (0.72, 1.36)

    Raises:
        ValueError: when no error was counted (there is no rate to be a multiple of), or as
            `clopper_pearson` does.
    """
    if count == 0:
        msg = "no error was counted, so that an end is no multiple of the rate"
        raise ValueError(msg)
    low, high = clopper_pearson(count, n, confidence)
    return Interval(low * n / count, high * n / count)


def measurable(rate: float, n: int) -> bool:
    """Return whether `n` trials hold the three expected errors that measuring `rate` takes."""
    return rate * n >= FEWEST_EXPECTED_ERRORS - _ROUNDING


def _check(count: int, n: int, confidence: float) -> None:
    if not 0 <= count <= n:
        msg = f"{count} errors of {n} trials cannot be"
        raise ValueError(msg)
    if not 0.0 < confidence < 1.0:
        msg = f"the confidence must lie between 0 and 1, but is {confidence}"
        raise ValueError(msg)
