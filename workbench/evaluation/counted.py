"""Intervals of many counted rates at once, for curves: as `workbench.intervals`, on arrays."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from workbench.arrays import IntArray
from workbench.interval_arrays import DoubleArray, Ends, checked_counts, exact_intervals
from workbench.intervals import CONFIDENCE

__all__ = ["DoubleArray", "Ends", "clustered_intervals", "exact_intervals", "wilson_intervals"]


def wilson_intervals(
    counts: IntArray | DoubleArray, n: int | DoubleArray, confidence: float = CONFIDENCE
) -> Ends:
    """Return Wilson's (1927) score intervals of each of many counts, for display.

    Args:
        counts: errors, any shape.
        n: trials, one number or one for each count, above 0.
        confidence: share of such intervals that hold the rate, about.

    Raises:
        ValueError: when a count is not within 0..n.
    """
    k, trials = checked_counts(counts, n)
    z = float(ndtri(1.0 - (1.0 - confidence) / 2.0))
    p, scale = k / trials, 1.0 + z * z / trials
    centre = (p + z * z / (2.0 * trials)) / scale
    half = z * np.sqrt(p * (1.0 - p) / trials + z * z / (4.0 * trials * trials)) / scale
    low = np.where(k == 0.0, 0.0, np.maximum(0.0, centre - half))
    return low, np.where(k == trials, 1.0, np.minimum(1.0, centre + half))


def clustered_intervals(errors: IntArray, images: IntArray, confidence: float = CONFIDENCE) -> Ends:
    """Return exact intervals for images of people, each of whom counts for what they add.

    The number of trials is the effective one of Korn and Graubard (Survey Methodology 24, 1998):
    the images over the design effect, which the scatter of errors between people tells; without
    their correction for degrees of freedom, and never more than the images. With no error at all,
    or nothing but errors, people tell nothing of their scatter, and each person is one trial.

    Args:
        errors: shape `(..., p)`, of each person; the last axis are people.
        images: shape `(p,)` or as `errors`, of each person, at least 1.
        confidence: share of such intervals that hold the rate.

    Raises:
        ValueError: when there is nobody, or somebody has more errors than images.
    """
    people = errors.shape[-1]
    if people == 0 or bool(np.any(errors > images)) or bool(np.any(images < 1)):
        msg = "each person needs an image or more, and no more errors than images"
        raise ValueError(msg)
    sizes = np.broadcast_to(np.asarray(images, np.float64), errors.shape)
    total = sizes.sum(-1)
    rate = errors.sum(-1) / total
    scatter = ((errors - rate[..., None] * sizes) ** 2).sum(-1) * people / max(people - 1, 1)
    variance = scatter / total**2
    plain = rate * (1.0 - rate)
    effective = np.divide(plain, variance, out=np.full_like(total, people), where=variance > 0)
    effective = np.minimum(effective, total)
    return exact_intervals(rate * effective, effective, confidence)
