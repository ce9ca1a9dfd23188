"""Learn maps from score to likelihood ratio from measured comparisons, with intervals by people.

Comparisons of one person, or of one pair of people, are not independent: each person counts once
among the mated comparisons, each pair of people once among the non-mated ones, however many
photographs there are. Everything here is deterministic. It needs scikit-learn, which reading and
asking the maps does not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import repeat
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.isotonic import isotonic_regression
from sklearn.linear_model import LogisticRegression

from workbench.arrays import IntArray
from workbench.errors import UsageError
from workbench.matching.calibration import Unit
from workbench.matching.likelihood_map import (
    LikelihoodMap,
    LogisticLine,
    ScoreLikelihood,
    ScoresSeen,
)

__all__ = [
    "BOUNDING",
    "EFFECTIVE_PRIOR",
    "INTERVALS",
    "REPLICATES",
    "WEIGHTING",
    "comparison_weights",
    "fit_likelihood",
]

REPLICATES: Final = 400

EFFECTIVE_PRIOR: Final = 0.01
"""Where the logistic line is to fit best. A search asks of many who are not listed, so that what
matters is decided among high scores of non-mated comparisons. Of 0.5 to 0.001 it did best or within
0.0005 bits of it on tuning people by Cllr, and 0.5 understated high ratios there by up to 1.9."""

WEIGHTING: Final = (
    "each person counts once among the mated comparisons and each pair of people once among the "
    f"non-mated ones; the logistic form is fitted at an effective prior of {EFFECTIVE_PRIOR}"
)
BOUNDING: Final = (
    "one misleading unit is added at each end, a mated one below and a non-mated one above every "
    "score, as for the empirical bounds of Vergeer and others (Science & Justice 56, 2016), so "
    "that no ratio goes beyond one more than the number of units; the logistic form is cut at the "
    "same bounds"
)
INTERVALS: Final = (
    "95 %, Bayesian bootstrap (Rubin, Annals of Statistics 9, 1981): each person, and each "
    "misleading unit that is added, is given a weight from the exponential distribution, and a "
    "comparison of two people weighs the product of theirs"
)

_TAIL: Final = 0.025
_BINS: Final = 4096
"""Scores are put into so many bins for the replicates; the maps themselves use every score."""
_RIDGE: Final = 1e-7
"""Keeps the slope finite where one score parts mated from non-mated comparisons completely."""
_DECIMALS: Final = 4

_Weights = NDArray[np.float64]


def comparison_weights(first: IntArray, second: IntArray) -> _Weights:
    """Return how much each comparison counts, so that each person or pair of people counts once.

    Args:
        first: shape `(n,)`, number of the person of one photograph.
        second: shape `(n,)`, number of the person of the other.

    Returns:
        Shape `(n,)`: 1 over how many comparisons there are of the same person or pair.
    """
    people = int(max(first.max(initial=0), second.max(initial=0))) + 1
    pairs = np.minimum(first, second) * np.int64(people) + np.maximum(first, second)
    _, at, counts = np.unique(pairs, return_inverse=True, return_counts=True)
    return np.asarray(1.0 / counts[at], np.float64)


def fit_likelihood(
    scores: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    unit: Unit,
    *,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> ScoreLikelihood:
    """Learn the isotonic and the logistic map of one matcher.

    The isotonic map is found by pool adjacent violators (Ayer and others, Annals of Mathematical
    Statistics 26, 1955): the slopes of the convex hull of the ROC. The logistic one is the straight
    line of prior-weighted logistic regression (Brümmer and du Preez, Computer Speech and Language
    20, 2006). How comparisons count, what bounds the ratios and how intervals are made is in
    `WEIGHTING`, `BOUNDING` and `INTERVALS`.

    Args:
        scores: shape `(n,)`, one a comparison.
        first: shape `(n,)`, number of the person of one photograph, from 0.
        second: shape `(n,)`, number of the person of the other; mated where it is the same.
        unit: of the scores.
        replicates: of the bootstrap, at least 1.
        seed: of it; the same maps come of the same seed and data.

    Returns:
        The maps, judged on nothing yet.

    Raises:
        UsageError: when a score is not finite, shapes differ, one kind of comparison is absent,
            scores do not vary or mated ones do not score higher.
    """
    values, people, weights = _checked(scores, first, second)
    mated = people[0] == people[1]
    distinct, at = np.unique(values, return_inverse=True)
    sides = _sides(at, mated, weights, len(distinct))
    units = [round(float(weights[kind].sum())) for kind in (mated, ~mated)]
    bounds = (-_down(math.log10(units[0] + 1)), _down(math.log10(units[1] + 1)))
    grid, isotonic = _knots(distinct, _pooled(*sides, 1.0, 1.0))
    intercept, slope = _line(distinct, *sides)
    logistic = np.clip(intercept + slope * grid, *bounds)
    draws = repeat(np.random.default_rng(seed), replicates)
    drawn = _replicates((values, weights), people, grid, draws)
    return ScoreLikelihood(
        unit=unit,
        mated=_seen(values[mated], units[0]),
        nonmated=_seen(values[~mated], units[1]),
        bounds=bounds,
        scores=tuple(float(score) for score in grid),
        isotonic=_map(isotonic, drawn[0], bounds),
        line=LogisticLine(intercept=intercept, slope=slope),
        logistic=_map(logistic, drawn[1], bounds),
        judged={},
    )


def _checked(
    scores: ArrayLike, first: ArrayLike, second: ArrayLike
) -> tuple[NDArray[np.float32], tuple[IntArray, IntArray], _Weights]:
    """Return scores, people and how much each comparison counts, once they can be learnt from."""
    values = np.asarray(scores, np.float32)
    one, other = np.asarray(first, np.int64), np.asarray(second, np.int64)
    if values.ndim != 1 or one.shape != values.shape or other.shape != values.shape:
        shapes = f"{values.shape}, {one.shape} and {other.shape}"
        msg = f"scores and both people are lists of one length, but have shapes {shapes}."
        raise UsageError(msg)
    mated = one == other
    n = int(mated.sum())
    if n in {0, len(values)} or not np.all(np.isfinite(values)):
        msg = (
            "likelihood ratios are learnt from finite scores of mated and non-mated comparisons, "
            f"but there are {n} mated and {len(values) - n} non-mated ones, of which "
            f"{int((~np.isfinite(values)).sum())} are not finite."
        )
        raise UsageError(msg)
    if min(int(one.min()), int(other.min())) < 0:
        msg = "people are numbered from 0, but one has a number below it."
        raise UsageError(msg)
    weights = comparison_weights(one, other)
    if not _mean(values, weights, mated) > _mean(values, weights, ~mated):
        msg = (
            "mated comparisons score no higher than non-mated ones, so that scores say nothing. "
            "Check which comparisons are mated."
        )
        raise UsageError(msg)
    return values, (one, other), weights


def _mean(values: NDArray[np.float32], weights: _Weights, kind: NDArray[np.bool_]) -> float:
    return float(np.average(values[kind].astype(np.float64), weights=weights[kind]))


def _sides(
    at: IntArray, mated: NDArray[np.bool_], weights: _Weights, n: int
) -> tuple[_Weights, _Weights]:
    """Return the weight of mated and of non-mated comparisons at each of `n` places."""
    one = np.bincount(at, np.where(mated, weights, 0.0), n)
    two = np.bincount(at, np.where(mated, 0.0, weights), n)
    return one.astype(np.float64), two.astype(np.float64)


def _pooled(mated: _Weights, nonmated: _Weights, below: float, above: float) -> _Weights:
    """Return log10 likelihood ratios at each place, by pool adjacent violators.

    Args:
        mated: weights, by ascending score.
        nonmated: weights likewise.
        below: weight of the mated unit that is added below every score.
        above: weight of the non-mated unit that is added above every score.
    """
    one = np.concatenate([[below], mated, [0.0]])
    two = np.concatenate([[0.0], nonmated, [above]])
    one, two = one / one.sum(), two / two.sum()
    fitted = isotonic_regression(one / (one + two), sample_weight=one + two)
    blocks = np.cumsum(np.concatenate([[False], np.diff(fitted) != 0.0]))
    # Summed anew: near 1 a probability would lose the digits that its odds are made of.
    ratios = np.log10(np.bincount(blocks, one)) - np.log10(np.bincount(blocks, two))
    return np.asarray(np.maximum.accumulate(ratios)[blocks][1:-1])


def _knots(distinct: NDArray[np.float32], ratios: _Weights) -> tuple[_Weights, _Weights]:
    """Return the first and the last score of each block, and the ratios there."""
    changes = np.diff(ratios) != 0.0
    keep = np.concatenate([[True], changes]) | np.concatenate([changes, [True]])
    return distinct[keep].astype(np.float64), ratios[keep]


def _line(scores: ArrayLike, mated: _Weights, nonmated: _Weights) -> tuple[float, float]:
    """Fit log10 LR = a + b * score; return a, and b, which is never below 0."""
    values = np.asarray(scores, np.float64)
    features = np.concatenate([values, values])
    truth = np.repeat([True, False], len(values))
    weights = np.concatenate(
        [
            mated * (EFFECTIVE_PRIOR / mated.sum()),
            nonmated * ((1.0 - EFFECTIVE_PRIOR) / nonmated.sum()),
        ]
    )
    kept = weights > 0.0
    features, truth, weights = features[kept], truth[kept], weights[kept]
    centre = float(weights @ features)
    spread = math.sqrt(float(weights @ (features - centre) ** 2))
    model = LogisticRegression(C=1.0 / _RIDGE, solver="newton-cholesky", tol=1e-10, max_iter=500)
    model.fit(((features - centre) / spread)[:, None], truth, sample_weight=weights)
    slope = float(model.coef_[0, 0]) / spread
    if slope <= 0.0:
        # Drawn people among whom scores say nothing: a ratio of 1 everywhere.
        return 0.0, 0.0
    natural = math.log(10.0)
    prior = math.log(EFFECTIVE_PRIOR) - math.log1p(-EFFECTIVE_PRIOR)
    return (float(model.intercept_[0]) - slope * centre - prior) / natural, slope / natural


def _replicates(
    measured: tuple[NDArray[np.float32], _Weights],
    people: tuple[IntArray, IntArray],
    grid: _Weights,
    draws: Iterable[np.random.Generator],
) -> tuple[_Weights, _Weights]:
    """Return both maps at the grid for each draw, shape `(draws, len(grid))` each.

    Args:
        measured: scores and how much each counts.
        people: of both photographs.
        grid: scores at which the maps are asked.
        draws: generators of the random numbers, one a draw; may be the same one each time.
    """
    values, weights = measured
    low, high = float(values.min()), float(values.max())

    def binned(scores: _Weights) -> IntArray:
        places: IntArray = ((scores - low) * (_BINS / (high - low))).astype(np.int64)
        return np.minimum(places, _BINS - 1)

    occupied, at = np.unique(binned(values.astype(np.float64)), return_inverse=True)
    knots = np.searchsorted(occupied, binned(grid))
    centres = low + (occupied + 0.5) * ((high - low) / _BINS)
    mated = people[0] == people[1]
    n_people = int(max(people[0].max(), people[1].max())) + 1
    isotonic, logistic = [], []
    for generator in draws:
        drawn = generator.standard_exponential(n_people)
        # A mated comparison weighs what its one person does, not the square of it.
        of_pair = np.where(mated, 1.0, drawn[people[1]]) * drawn[people[0]]
        sides = _sides(at, mated, weights * of_pair, len(occupied))
        isotonic.append(_pooled(*sides, *generator.standard_exponential(2))[knots])
        intercept, slope = _line(centres, *sides)
        logistic.append(intercept + slope * grid)
    return np.array(isotonic), np.array(logistic)


def _map(value: _Weights, drawn: _Weights, bounds: tuple[float, float]) -> LikelihoodMap:
    """Return the map with its interval, all within the bounds."""
    low, high = np.quantile(drawn, [_TAIL, 1.0 - _TAIL], axis=0)
    rows = value, np.minimum(low, value), np.maximum(high, value)
    value, low, high = (np.clip(row, *bounds).round(_DECIMALS).tolist() for row in rows)
    return LikelihoodMap(log10_lr=tuple(value), low=tuple(low), high=tuple(high))


def _seen(values: NDArray[np.float32], units: int) -> ScoresSeen:
    return ScoresSeen(
        comparisons=len(values),
        units=units,
        lowest=float(values.min()),
        highest=float(values.max()),
    )


def _down(value: float) -> float:
    """Cut, so that a ratio that is rounded does not go beyond it."""
    return math.floor(value * 10**_DECIMALS) / 10**_DECIMALS
