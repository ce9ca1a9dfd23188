"""The lowest threshold that keeps a false-positive rate, by one rule everywhere."""

from __future__ import annotations

import math

import numpy as np

from workbench.arrays import FloatArray

__all__ = ["allowed_errors", "threshold_for"]


def allowed_errors(rate: float, n: int) -> int:
    """Return the largest count `k` of `n` trials with `k / n <= rate`.

    Raises:
        ValueError: when `rate` is not within 0..1 or there is no trial.
    """
    if not 0.0 <= rate <= 1.0 or n < 1:
        msg = f"a rate within 0..1 of at least 1 trial is needed, not {rate} of {n}"
        raise ValueError(msg)
    k = math.floor(rate * n)
    # The product of a decimal fraction may fall just short of the whole number that it is.
    if (k + 1) / n <= rate:
        return k + 1
    return k if k / n <= rate else k - 1


def threshold_for(scores: FloatArray, n: int, rate: float) -> float:
    """Return the lowest threshold T at which at most `rate` of `n` trials score T or more.

    A score at the threshold counts. With `k` errors allowed, T is the next float32 above the
    (k+1)th highest score, so that scores which tie with it do not count, however many there are;
    that is the lowest T, since the (k+1)th score itself would let k+1 trials through. T is a
    float32 because scores are: it parts them in single precision as well as in double.

    Args:
        scores: shape `(m,)` float32, `m <= n`, of the trials that gave one, in any order.
        n: trials; those without a score can cause no error but count.
        rate: highest rate allowed, 0..1.

    Returns:
        The threshold; minus infinity where no threshold is needed because at most `k` trials gave
        a score at all.

    Raises:
        ValueError: when there are more scores than trials, no trial, or no such rate.
    """
    if len(scores) > n:
        msg = f"there are {len(scores)} scores of {n} trials"
        raise ValueError(msg)
    k = allowed_errors(rate, n)
    if len(scores) <= k:
        return -math.inf
    highest_not_allowed = np.sort(scores.astype(np.float32))[len(scores) - 1 - k]
    return float(np.nextafter(highest_not_allowed, np.float32(np.inf)))
