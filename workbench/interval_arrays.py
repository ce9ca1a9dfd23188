"""The exact interval of many counted rates at once: as `workbench.intervals`, on arrays."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from workbench.arrays import IntArray
from workbench.intervals import CONFIDENCE

__all__ = ["DoubleArray", "Ends", "checked_counts", "exact_intervals"]

DoubleArray: TypeAlias = NDArray[np.float64]
Ends: TypeAlias = tuple[DoubleArray, DoubleArray]
"""Lower and upper ends, each of the shape of the counts."""


def exact_intervals(
    counts: IntArray | DoubleArray, n: int | DoubleArray, confidence: float = CONFIDENCE
) -> Ends:
    """Return the intervals of Clopper and Pearson (1934) of each of many counts.

    Args:
        counts: errors, any shape; they need not be whole (see `evaluation.clustered_intervals`).
        n: trials, one number or one for each count, above 0.
        confidence: share of such intervals that hold the rate.

    Raises:
        ValueError: when a count is not within 0..n.
    """
    k, trials = checked_counts(counts, n)
    tail = (1.0 - confidence) / 2.0
    none, every = k == 0.0, k == trials
    low = betaincinv(np.where(none, 1.0, k), trials - k + 1.0, tail)
    high = betaincinv(k + 1.0, np.where(every, 1.0, trials - k), 1.0 - tail)
    return np.where(none, 0.0, low), np.where(every, 1.0, high)


def checked_counts(counts: IntArray | DoubleArray, n: int | DoubleArray) -> Ends:
    """Return counts and trials as floating-point numbers.

    Raises:
        ValueError: when a count is not within 0..n, or there is no trial.
    """
    k, trials = np.asarray(counts, np.float64), np.asarray(n, np.float64)
    if bool(np.any(trials <= 0)) or bool(np.any(k < 0)) or bool(np.any(k > trials)):
        msg = "each count must lie within 0 and its trials, of which there must be some"
        raise ValueError(msg)
    return k, trials
