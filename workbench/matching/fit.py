"""Learn a fusion and a table of false match rates from measured scores.

Scores come in as frames or arrays; which people they are of is the caller's part. Everything here
is deterministic. It needs scikit-learn, which searching does not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from sklearn.linear_model import LogisticRegression

from workbench.arrays import FloatArray
from workbench.errors import UsageError
from workbench.matching.calibration import FmrTable, LinearFusion

__all__ = ["fit_fusion", "fmr_table", "score_at_fmr"]

_RIDGE = 1e-7
"""Keeps the weights finite where one line parts mated from non-mated comparisons completely."""


def fit_fusion(
    scores: pl.DataFrame,
    encoders: Sequence[str],
    *,
    mated: str = "mated",
    effective_prior: float = 0.5,
) -> LinearFusion:
    """Fit log10 LR = a + sum of b * cosine by prior-weighted logistic regression.

    The two kinds of comparison are weighted so that mated ones make up `effective_prior` of the
    whole, however many there are of each; the log odds of that prior are then taken off again, so
    that what is left is a likelihood ratio (Brümmer and du Preez, Application-independent
    evaluation of speaker detection, 2006). A low prior makes the fit careful where false
    positives are decided: among the high scores of non-mated comparisons.

    Args:
        scores: one row a comparison; a column of cosines for each encoder, and `mated`.
        encoders: names of those columns.
        mated: name of the boolean column.
        effective_prior: between 0 and 1.

    Raises:
        UsageError: when a column is missing, a value not finite, or a kind of comparison absent.
    """
    absent = [name for name in (*encoders, mated) if name not in scores.columns]
    if absent or not encoders:
        msg = f"a fusion is fitted from a column for each encoder; there is no {absent}."
        raise UsageError(msg)
    if not 0.0 < effective_prior < 1.0:
        msg = f"the effective prior must lie between 0 and 1, but is {effective_prior}."
        raise UsageError(msg)
    features = scores.select(encoders).to_numpy().astype(np.float64)
    truth = scores[mated].to_numpy().astype(np.bool_)
    n_mated = int(truth.sum())
    n_nonmated = len(truth) - n_mated
    if not (n_mated and n_nonmated) or not np.all(np.isfinite(features)):
        msg = (
            "a fusion is fitted from finite cosines of mated and non-mated comparisons, but there "
            f"are {n_mated} mated and {n_nonmated} non-mated ones."
        )
        raise UsageError(msg)
    weights = np.where(truth, effective_prior / n_mated, (1.0 - effective_prior) / n_nonmated)
    centre = weights @ features
    spread = np.sqrt(weights @ (features - centre) ** 2)
    spread[spread == 0.0] = 1.0
    model = LogisticRegression(C=1.0 / _RIDGE, solver="newton-cholesky", tol=1e-10, max_iter=500)
    # Weights that add up to 1 leave the ridge the same strength for any number of comparisons.
    model.fit((features - centre) / spread, truth, sample_weight=weights)
    slopes = model.coef_[0] / spread
    prior_log_odds = math.log(effective_prior) - math.log1p(-effective_prior)
    intercept = float(model.intercept_[0]) - float(slopes @ centre) - prior_log_odds
    natural = math.log(10.0)
    return LinearFusion(
        intercept=intercept / natural,
        weights={
            name: float(slope) / natural for name, slope in zip(encoders, slopes, strict=True)
        },
    )


def fmr_table(non_mated: ArrayLike, *, per_decade: int = 48) -> FmrTable:
    """Count how many non-mated comparisons score at or above a grid of scores.

    The grid follows the counts: every one of the highest scores is on it, then `per_decade` for
    each factor of ten, so that the rate read off is at most about 5 % too high.

    Args:
        non_mated: scores of the non-mated comparisons, any shape.
        per_decade: grid scores for each factor of ten of the count.

    Raises:
        UsageError: when there is no score or one is not finite.
    """
    ascending = _ascending(non_mated)
    n = len(ascending)
    steps = max(2, round(per_decade * math.log10(n)) + 1)
    counts = np.unique(np.geomspace(1, n, steps).round().astype(np.int64))
    grid = np.unique(ascending[n - counts])
    at_or_above = n - np.searchsorted(ascending, grid, side="left")
    return FmrTable(
        comparisons=n,
        scores=tuple(float(score) for score in grid),
        counts=tuple(int(count) for count in at_or_above),
    )


def score_at_fmr(non_mated: ArrayLike, fmr: float) -> float:
    """Return the lowest score seen at which the false match rate is at most `fmr`.

    Where no score seen is that high, the next larger float32 after the highest is returned.

    Raises:
        UsageError: when there is no score, one is not finite, or `fmr` is not in 0..1.
    """
    ascending = _ascending(non_mated)
    if not 0.0 <= fmr <= 1.0:
        msg = f"a false match rate lies between 0 and 1; {fmr} does not."
        raise UsageError(msg)
    grid, first = np.unique(ascending, return_index=True)
    enough = np.flatnonzero(len(ascending) - first <= fmr * len(ascending))
    if not len(enough):
        return float(np.nextafter(grid[-1], np.float32(np.inf)))
    return float(grid[enough[0]])


def _ascending(scores: ArrayLike) -> FloatArray:
    """Return the scores in single precision, as matchers give them, sorted."""
    flat: NDArray[np.float32] = np.sort(np.asarray(scores, np.float32), axis=None)
    if not len(flat) or not np.all(np.isfinite(flat)):
        msg = f"false match rates need finite scores, but these are {len(flat)}, some not finite."
        raise UsageError(msg)
    return flat
