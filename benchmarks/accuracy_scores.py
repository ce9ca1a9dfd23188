"""Ways of making one score of two encoders' templates, learnt on tuning people only."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl
from accuracy_trials import Score
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from workbench.arrays import FloatArray, IntArray
from workbench.matching.calibration import LinearFusion
from workbench.matching.fit import fit_fusion
from workbench.matching.fusion import fused_score

__all__ = [
    "Cosines",
    "both_must_agree",
    "by_turn",
    "centred",
    "cohort_normalised",
    "cosines",
    "linear",
    "mean_of_mirrored",
    "ratio_of_each",
    "refitted",
    "squares",
    "unit",
    "whitened",
]

Cosines = Callable[[IntArray, IntArray], dict[str, FloatArray]]
PRIOR = 0.05
"""Effective prior of the shipped fusion."""
ENCODERS = ("facenet", "sface")


def unit(vectors: FloatArray) -> FloatArray:
    """Return vectors of unit norm."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def cosines(probes: Mapping[str, FloatArray], references: Mapping[str, FloatArray]) -> Cosines:
    """Return the cosines of rows of templates with rows of templates, by encoder."""
    return lambda rows, columns: {
        name: probes[name][rows] @ references[name][columns].T for name in probes
    }


def linear(of: Cosines, fusion: LinearFusion) -> Score:
    """Score by a fusion."""
    return lambda rows, columns: fused_score(of(rows, columns), fusion)


def mean_of_mirrored(plain: FloatArray, mirrored: FloatArray) -> FloatArray:
    """Return the template of a face and its mirror image together."""
    return unit(plain + mirrored)


def centred(vectors: FloatArray, learnt: IntArray) -> FloatArray:
    """Take the mean of the people that it is learnt on off each template."""
    return unit(vectors - vectors[learnt].mean(axis=0))


def whitened(
    vectors: FloatArray, learnt: IntArray, people: IntArray, keep: int, shrink: float
) -> FloatArray:
    """Turn templates so that what differs within a person weighs less (LDA).

    Args:
        vectors: all templates.
        learnt: rows of the people that it is learnt on.
        people: whose they are.
        keep: dimensions between people that are kept.
        shrink: share of a round covariance mixed into that within people.
    """
    known = vectors[learnt].astype(np.float64)
    mean = known.mean(axis=0)
    sums: dict[int, FloatArray] = {p: known[people == p].mean(axis=0) for p in np.unique(people)}
    inner = known - np.stack([sums[p] for p in people])
    within = inner.T @ inner / len(inner)
    size = len(within)
    within = (1 - shrink) * within + shrink * np.trace(within) / size * np.eye(size)
    values, axes = np.linalg.eigh(within)
    white = axes / np.sqrt(values)
    means = (np.stack(list(sums.values())) - mean) @ white
    _, _, turned = np.linalg.svd(means, full_matrices=False)
    return unit((vectors - mean) @ white @ turned[:keep].T)


def _stacked(of: Cosines, rows: IntArray, people: IntArray) -> tuple[FloatArray, IntArray]:
    first, second = np.triu_indices(len(rows), 1)
    by_encoder = of(rows, rows)
    features = np.stack([by_encoder[name][first, second] for name in ENCODERS], axis=1)
    return features.astype(np.float64), (people[first] == people[second]).astype(np.int64)


def refitted(of: Cosines, rows: IntArray, people: IntArray) -> Score:
    """Fit the form of the shipped fusion anew on the tuning people's rows."""
    features, mated = _stacked(of, rows, people)
    table = pl.DataFrame(
        {n: features[:, at] for at, n in enumerate(ENCODERS)} | {"mated": mated > 0}
    )
    return linear(of, fit_fusion(table, ENCODERS, effective_prior=PRIOR))


def squares(of: Cosines, rows: IntArray, people: IntArray) -> Score:
    """Fit a logistic regression on the cosines, their squares and their product."""

    def bent(f: FloatArray, s: FloatArray) -> FloatArray:
        return np.stack([f, s, f * f, s * s, f * s], axis=-1)

    features, mated = _stacked(of, rows, people)
    weights = np.where(mated > 0, PRIOR / mated.sum(), (1 - PRIOR) / (1 - mated).sum())
    model = LogisticRegression(C=1e7, solver="newton-cholesky", max_iter=500)
    model.fit(bent(features[:, 0], features[:, 1]), mated, sample_weight=weights)

    def score(one: IntArray, other: IntArray) -> FloatArray:
        by_encoder = of(one, other)
        return np.asarray(bent(by_encoder["facenet"], by_encoder["sface"]) @ model.coef_[0])

    return score


def by_turn(of: Cosines, turn: FloatArray, rows: IntArray, people: IntArray) -> Score:
    """Fit weights that depend on how far the more turned of the two heads is turned.

    Args:
        of: cosines.
        turn: yaw of each image, degrees; the sign does not matter.
        rows: that it is learnt on.
        people: whose they are.
    """
    away = np.abs(turn) / 45.0

    def bent(f: FloatArray, s: FloatArray, t: FloatArray) -> FloatArray:
        return np.stack([f, s, t, f * t, s * t], axis=-1)

    features, mated = _stacked(of, rows, people)
    first, second = np.triu_indices(len(rows), 1)
    more = np.maximum(away[rows][first], away[rows][second])
    weights = np.where(mated > 0, PRIOR / mated.sum(), (1 - PRIOR) / (1 - mated).sum())
    model = LogisticRegression(C=1e7, solver="newton-cholesky", max_iter=500)
    model.fit(bent(features[:, 0], features[:, 1], more), mated, sample_weight=weights)

    def score(one: IntArray, other: IntArray) -> FloatArray:
        by_encoder = of(one, other)
        turned = np.maximum(away[one][:, None], away[other])
        return np.asarray(bent(by_encoder["facenet"], by_encoder["sface"], turned) @ model.coef_[0])

    return score


def _ratios(of: Cosines, rows: IntArray, people: IntArray) -> Callable[..., dict[str, FloatArray]]:
    """Learn log10 LR of each encoder's cosines by isotonic regression (PAV), without ties.

    A straight line of slight slope is added, so that scores beyond the data keep their order.
    """
    features, mated = _stacked(of, rows, people)
    weights = np.where(mated > 0, 0.5 / mated.sum(), 0.5 / (1 - mated).sum())
    learnt = {}
    for at, name in enumerate(ENCODERS):
        model = IsotonicRegression(y_min=1e-6, y_max=1 - 1e-6, out_of_bounds="clip")
        model.fit(features[:, at], mated, sample_weight=weights)
        learnt[name] = model

    def ratios(one: IntArray, other: IntArray) -> dict[str, FloatArray]:
        found = {}
        for name, values in of(one, other).items():
            share = learnt[name].predict(values.ravel()).reshape(values.shape)
            found[name] = np.log10(share / (1 - share)) + 0.5 * values
        return found

    return ratios


def ratio_of_each(of: Cosines, rows: IntArray, people: IntArray) -> Score:
    """Add the two encoders' log likelihood ratios, as if they were independent."""
    ratios = _ratios(of, rows, people)
    return lambda one, other: sum(ratios(one, other).values(), np.zeros(1))


def both_must_agree(of: Cosines, rows: IntArray, people: IntArray) -> Score:
    """Take the lower of the two encoders' log likelihood ratios."""
    ratios = _ratios(of, rows, people)
    return lambda one, other: np.minimum(*ratios(one, other).values())


def cohort_normalised(score: Score, cohort: IntArray, most: int | None = None) -> Score:
    """Normalise by how each image scores with a cohort of other people (symmetric, s-norm).

    Auckenthaler et al., Score normalization for text-independent speaker verification systems
    (2000); Shum et al. (2010) for the symmetric form; with `most` the adaptive form of
    Cumani et al. (2011).

    Args:
        score: that is normalised.
        cohort: rows, one image a person; nobody who is searched for or listed.
        most: take the highest so many of the cohort alone.
    """

    def about(rows: IntArray) -> tuple[FloatArray, FloatArray]:
        against = score(rows, cohort)
        if most is not None:
            against = -np.sort(-against, axis=1)[:, :most]
        return against.mean(axis=1), against.std(axis=1)

    def normalised(one: IntArray, other: IntArray) -> FloatArray:
        (m1, s1), (m2, s2) = about(one), about(other)
        plain = score(one, other)
        return (plain - m1[:, None]) / s1[:, None] + (plain - m2) / s2

    return normalised
