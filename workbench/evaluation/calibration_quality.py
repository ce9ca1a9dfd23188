"""How far log likelihood ratios mean what they say: Cllr, its two parts, and reliability.

A comparison is mated when both pictures show one person. Arrays go in, numbers and a frame come
out. What the ratios were learnt from must be other people than those that they are judged on.

Comparisons that share a person or a picture are not independent. Weights can let every person, and
every pair of people, count once; the intervals of `reliability` count comparisons, so that they
are, if anything, too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from scipy.special import xlog1py, xlogy
from sklearn.isotonic import isotonic_regression

from workbench.arrays import BoolArray
from workbench.errors import ProtocolError
from workbench.evaluation.frames import check_frame
from workbench.intervals import FEWEST_EXPECTED_ERRORS, clopper_pearson

__all__ = [
    "RELIABILITY_EDGES",
    "CalibrationQuality",
    "Reliability",
    "calibration_loss",
    "calibration_quality",
    "cllr",
    "min_cllr",
    "reliability",
]

_Ratios = NDArray[np.float64]

RELIABILITY_EDGES: Final = (-3.0, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0)
"""Between these log10 likelihood ratios lie the inner bins; one more lies beyond each end."""

_NATURAL: Final = math.log(10.0)


@dataclass(frozen=True, slots=True)
class CalibrationQuality:
    """Cllr and what it is made of, in bits; 1 is what saying nothing costs.

    Attributes:
        cllr: what the ratios cost as they are.
        min_cllr: what they would cost if they were calibrated as well as their order allows.
        mated: mated comparisons that were judged.
        nonmated: non-mated comparisons that were judged.
    """

    cllr: float
    min_cllr: float
    mated: int
    nonmated: int

    @property
    def loss(self) -> float:
        """What is lost by calibration alone: `cllr - min_cllr`."""
        return self.cllr - self.min_cllr


class Reliability(dy.Schema):
    """One row for each bin of stated log10 likelihood ratios, in ascending order.

    - `low`, `high`: ends of the bin; `low <= stated < high`. The outermost are infinite.
    - `mated`, `nonmated`: comparisons in it.
    - `stated`: mean log10 likelihood ratio in it, both kinds weighing the same in the whole; null
      where the bin is empty.
    - `observed`: log10 of the share of mated comparisons in the bin over that of non-mated ones,
      null where either is 0.
    - `observed_low`, `observed_high`: 95 % interval of it, infinite where one side was not seen.
    - `measurable`: whether there are at least three of both kinds.
    """

    low = dy.Float64(allow_inf=True)
    high = dy.Float64(allow_inf=True)
    mated = dy.Int64(min=0)
    nonmated = dy.Int64(min=0)
    stated = dy.Float64(nullable=True, allow_inf=True)
    observed = dy.Float64(nullable=True)
    observed_low = dy.Float64(allow_inf=True)
    observed_high = dy.Float64(allow_inf=True)
    measurable = dy.Bool()


def cllr(log10_lr: ArrayLike, mated: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Return the log likelihood ratio cost, in bits.

    Half of the mean of log2(1 + 1/LR) over mated comparisons plus half of the mean of log2(1 + LR)
    over non-mated ones (Brümmer and du Preez, Application-independent evaluation of speaker
    detection, Computer Speech and Language 20, 2006). A ratio that always is 1 costs 1; misleading
    ratios cost more without limit, infinitely where one is infinite.

    Args:
        log10_lr: shape `(n,)`; may be infinite.
        mated: shape `(n,)`, boolean.
        weights: shape `(n,)`, above 0: how much each counts among those of its kind; all the same
            when left out.

    Raises:
        ProtocolError: when shapes differ, a ratio is NaN, a weight is not above 0, or one kind of
            comparison is absent.
    """
    ratios, truth, counted = _checked(log10_lr, mated, weights)
    # logaddexp(0, x) is log(1 + e^x) without overflow.
    cost = np.logaddexp(0.0, np.where(truth, -ratios, ratios) * _NATURAL) / math.log(2.0)
    sides = [np.average(cost[kind], weights=counted[kind]) for kind in (truth, ~truth)]
    return float(sum(sides) / 2.0)


def min_cllr(scores: ArrayLike, mated: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Return the least Cllr that any non-decreasing map of the scores could reach on these data.

    The map is found by pool adjacent violators (Ayer and others, Annals of Mathematical
    Statistics 26, 1955) on the very comparisons that it is judged on; so it measures how well the
    order parts the two kinds, and no calibration that was learnt elsewhere reaches it.

    Args:
        scores: shape `(n,)`, ratios or any score; those of one value stay together.
        mated: as in `cllr`.
        weights: as in `cllr`.

    Raises:
        ProtocolError: as `cllr`.
    """
    values, truth, counted = _checked(scores, mated, weights)
    _, at = np.unique(values, return_inverse=True)
    of_mated = np.bincount(at, np.where(truth, counted, 0.0)) / counted[truth].sum()
    of_nonmated = np.bincount(at, np.where(truth, 0.0, counted)) / counted[~truth].sum()
    both = of_mated + of_nonmated
    p = np.clip(isotonic_regression(of_mated / both, sample_weight=both), 0.0, 1.0)
    # Where p is 0 or 1 the other kind has no weight there, and costs nothing.
    cost = -xlogy(of_mated, p) - xlog1py(of_nonmated, -p)
    return float(cost.sum() / math.log(2.0) / 2.0)


def calibration_quality(
    log10_lr: ArrayLike, mated: ArrayLike, weights: ArrayLike | None = None
) -> CalibrationQuality:
    """Return Cllr, min Cllr and how many comparisons they rest on.

    Raises:
        ProtocolError: as `cllr`.
    """
    _, truth, _ = _checked(log10_lr, mated, weights)
    n = int(truth.sum())
    return CalibrationQuality(
        cllr(log10_lr, truth, weights), min_cllr(log10_lr, truth, weights), n, len(truth) - n
    )


def calibration_loss(
    log10_lr: ArrayLike, mated: ArrayLike, weights: ArrayLike | None = None
) -> float:
    """Return what is lost by calibration alone, `cllr - min_cllr`, in bits.

    Raises:
        ProtocolError: as `cllr`.
    """
    return calibration_quality(log10_lr, mated, weights).loss


def reliability(
    log10_lr: ArrayLike, mated: ArrayLike, *, edges: Sequence[float] = RELIABILITY_EDGES
) -> dy.DataFrame[Reliability]:
    """Return what was stated against what was observed, bin by bin: a reliability plot as a table.

    With `M` mated and `N` non-mated comparisons, of which `m` and `n` fall into a bin, the observed
    ratio is (m/M) / (n/N), whatever mixture of both kinds was judged. Its interval is that of
    Clopper and Pearson (1934) for `m` of `m + n`, carried through the odds.

    Args:
        log10_lr: shape `(n,)`; may be infinite.
        mated: shape `(n,)`, boolean.
        edges: between the bins, ascending.

    Raises:
        ProtocolError: as `cllr`, or when the edges do not ascend.
    """
    ratios, truth, _ = _checked(log10_lr, mated, None)
    ends = np.asarray(edges, np.float64)
    if not len(ends) or not np.all(np.isfinite(ends)) or not np.all(np.diff(ends) > 0.0):
        msg = f"the bins of reliability lie between ascending edges, not {list(edges)}. Give such."
        raise ProtocolError(msg)
    bins = np.searchsorted(ends, ratios, side="right")
    of_mated = np.bincount(bins[truth], minlength=len(ends) + 1)
    of_nonmated = np.bincount(bins[~truth], minlength=len(ends) + 1)
    shares = np.where(truth, 1.0 / truth.sum(), 1.0 / (~truth).sum())
    with np.errstate(invalid="ignore"):
        # An empty bin has no mean: 0 / 0.
        means = np.bincount(bins, ratios * shares, minlength=len(ends) + 1) / np.bincount(
            bins, shares, minlength=len(ends) + 1
        )
    odds = math.log10(truth.sum()) - math.log10((~truth).sum())
    rows = [
        {"low": float(low), "high": float(high), "stated": float(mean) if m + n else None}
        | _observed(int(m), int(n), odds)
        for low, high, m, n, mean in zip(
            [-math.inf, *ends], [*ends, math.inf], of_mated, of_nonmated, means, strict=True
        )
    ]
    return check_frame(Reliability, pl.DataFrame(rows, schema=_TYPES), "the reliability")


_TYPES: Final = {
    "low": pl.Float64,
    "high": pl.Float64,
    "mated": pl.Int64,
    "nonmated": pl.Int64,
    "stated": pl.Float64,
    "observed": pl.Float64,
    "observed_low": pl.Float64,
    "observed_high": pl.Float64,
    "measurable": pl.Boolean,
}


def _observed(m: int, n: int, odds: float) -> dict[str, Any]:
    """Return what a bin holds; `odds` are log10 of those of mated ones among all."""
    ends = [_log10_odds(p) - odds for p in clopper_pearson(m, m + n)]
    return {
        "mated": m,
        "nonmated": n,
        "observed": math.log10(m) - math.log10(n) - odds if m and n else None,
        "observed_low": ends[0],
        "observed_high": ends[1],
        "measurable": min(m, n) >= FEWEST_EXPECTED_ERRORS,
    }


def _log10_odds(p: float) -> float:
    if p <= 0.0:
        return -math.inf
    return math.inf if p >= 1.0 else math.log10(p) - math.log10(1.0 - p)


def _checked(
    values: ArrayLike, mated: ArrayLike, weights: ArrayLike | None
) -> tuple[_Ratios, BoolArray, _Ratios]:
    """Return ratios, truth and weights as arrays of one length that can be judged."""
    ratios = np.asarray(values, np.float64)
    truth = np.asarray(mated)
    counted = np.ones(ratios.shape) if weights is None else np.asarray(weights, np.float64)
    if ratios.ndim != 1 or truth.shape != ratios.shape or counted.shape != ratios.shape:
        shapes = f"{ratios.shape}, {truth.shape} and {counted.shape}"
        msg = f"ratios, truth and weights are lists of one length, but have shapes {shapes}."
        raise ProtocolError(msg)
    if truth.dtype != np.bool_:
        msg = f"whether a comparison is mated is true or false, but is given as {truth.dtype}."
        raise ProtocolError(msg)
    if np.isnan(ratios).any():
        msg = f"comparison {int(np.isnan(ratios).argmax())} has no ratio (NaN). Leave it out."
        raise ProtocolError(msg)
    if not np.all(np.isfinite(counted)) or np.any(counted <= 0.0):
        msg = "the weights of comparisons must be finite and above 0. Leave out what has none."
        raise ProtocolError(msg)
    n = int(truth.sum())
    if n in {0, len(truth)}:
        msg = (
            f"calibration is judged on mated and non-mated comparisons, but there are {n} mated "
            f"and {len(truth) - n} non-mated ones. Give both."
        )
        raise ProtocolError(msg)
    return ratios, truth, counted
