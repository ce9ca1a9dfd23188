"""Resampling by identity: images of one person are not independent trials."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import numpy as np

from workbench.arrays import FloatArray, IntArray
from workbench.intervals import CONFIDENCE, Interval

__all__ = ["REPLICATES", "bootstrap_interval", "group_by_identity", "resample"]

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
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(np.array(values, np.float64), [tail, 1.0 - tail])
    return Interval(float(low), float(high))


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
