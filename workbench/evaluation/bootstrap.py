"""Resampling by identity: images of one person are not independent trials."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import numpy as np

from workbench.arrays import FloatArray, IntArray
from workbench.evaluation.counted import DoubleArray, Ends
from workbench.intervals import CONFIDENCE, Interval

__all__ = [
    "REPLICATES",
    "bootstrap_interval",
    "group_by_identity",
    "percentiles",
    "resample",
    "share_bands",
]

_AT_ONCE: Final = 2048
"""Points of a curve for which draws are held at a time: 1,000 draws of them take 16 MB."""

REPLICATES: Final = 1000


def bootstrap_interval(
    statistic: Callable[[np.random.Generator], float],
    *,
    replicates: int = REPLICATES,
    confidence: float = CONFIDENCE,
    seed: int = 0,
) -> Interval:
    """Return the percentile interval of a statistic over resampled data.

    Args:
        statistic: computes it on data that it resamples with the generator.
        replicates: how often.
        confidence: share of replicates within the interval.
        seed: the interval is the same for the same seed and data.
    """
    generator = np.random.default_rng(seed)
    values = [statistic(generator) for _ in range(replicates)]
    low, high = percentiles(np.array(values, np.float64), confidence)
    return Interval(float(low), float(high))


def percentiles(draws: DoubleArray, confidence: float = CONFIDENCE) -> Ends:
    """Return the percentile interval over draws, which are the first axis.

    Efron, An Introduction to the Bootstrap (1993), chapter 13.
    """
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(draws, [tail, 1.0 - tail], axis=0)
    return low, high


def share_bands(
    levels: IntArray, sizes: IntArray, points: int, *, replicates: int, seed: int
) -> Ends:
    """Return the intervals of how many images pass each of many points, people drawn anew.

    Each draw takes as many people as there are, then as many images of each, and counts the
    images of each level once: the points of a curve share the draw, as they share the people.
    Memory does not grow with the points: more than 2,048 are done in turn, on the same draws.

    Args:
        levels: shape `(n,)`, how many of the points each image passes, 0 to `points`; it passes
            the first so many. Those of a person lie side by side.
        sizes: shape `(p,)`, images of each person; `n` in sum.
        points: of the curve.
        replicates: draws.
        seed: the bands are the same for the same seed and data.

    Returns:
        Both ends, shape `(points,)`; NaN where nothing can vary: for fewer than two people, and
        at points that no image or every image passes. Draws say nothing of errors never seen.
    """
    low, high = np.full(points, np.nan), np.full(points, np.nan)
    if len(sizes) < 2 or not replicates:  # noqa: PLR2004 - one person is drawn again and again
        return low, high
    for start in range(0, points, _AT_ONCE):
        part = slice(start, min(start + _AT_ONCE, points))
        width = part.stop - part.start
        here = np.clip(levels - start, 0, width)
        generator = np.random.default_rng(seed)
        shares = np.empty((replicates, width))
        for row in shares:
            drawn = here[resample(sizes, generator)]
            passed = np.bincount(drawn, minlength=width + 1)[:0:-1].cumsum()[::-1]
            np.divide(passed, len(drawn), out=row)
        low[part], high[part] = percentiles(shares)
    passed = np.bincount(levels, minlength=points + 1)[:0:-1].cumsum()[::-1]
    still = (passed == 0) | (passed == len(levels))
    low[still] = high[still] = np.nan
    return low, high


def resample(sizes: IntArray, generator: np.random.Generator) -> IntArray:
    """Draw as many people as there are, with replacement, then as many images of each.

    Args:
        sizes: shape `(p,)` int64, images of each person; those of a person lie side by side.
        generator: of the random numbers.

    Returns:
        Indices of the drawn images, shape `(m,)` int64; `m` varies with who is drawn.
    """
    if not len(sizes):
        return np.zeros(0, np.int64)
    starts = np.cumsum(sizes) - sizes
    people = generator.integers(0, len(sizes), len(sizes))
    images = np.repeat(sizes[people], sizes[people])
    first = np.repeat(starts[people], sizes[people])
    return first + np.floor(generator.random(len(images)) * images).astype(np.int64)


def group_by_identity(identities: Iterable[str], values: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return values with those of a person side by side, in an order that only they decide.

    Args:
        identities: `n` names.
        values: shape `(n,)`.

    Returns:
        values: shape `(n,)`, sorted by name, then by value.
        sizes: shape `(p,)` int64, how many each person has.
    """
    if not len(values):
        return values, np.zeros(0, np.int64)
    names = np.array(list(identities), dtype=np.str_)
    order = np.lexsort((values, names))
    _, sizes = np.unique(names, return_counts=True)
    return values[order], sizes.astype(np.int64)
