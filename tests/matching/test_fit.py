"""Fits against answers that are known: Gaussian scores have a linear log likelihood ratio."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from workbench.errors import UsageError
from workbench.matching.fit import fit_fusion, fmr_table, score_at_fmr
from workbench.matching.fusion import fused_score

MATED, NON_MATED = {"facenet": 0.6, "sface": 0.5}, {"facenet": 0.1, "sface": 0.0}
SPREAD = {"facenet": 0.2, "sface": 0.12}


def _gaussian(n_mated: int, n_nonmated: int, seed: int = 0) -> pl.DataFrame:
    """Cosines, independent between encoders, of known distributions."""
    random = np.random.default_rng(seed)
    columns = {
        name: np.concatenate(
            [
                random.normal(MATED[name], SPREAD[name], n_mated),
                random.normal(NON_MATED[name], SPREAD[name], n_nonmated),
            ]
        )
        for name in MATED
    }
    return pl.DataFrame({**columns, "mated": [True] * n_mated + [False] * n_nonmated})


def _known() -> tuple[float, dict[str, float]]:
    """The true intercept and weights in log10."""
    weights = {
        name: (MATED[name] - NON_MATED[name]) / SPREAD[name] ** 2 / math.log(10) for name in MATED
    }
    middle = {name: (MATED[name] + NON_MATED[name]) / 2 for name in MATED}
    return -sum(weights[name] * middle[name] for name in MATED), weights


@pytest.mark.parametrize(
    ("n_mated", "n_nonmated", "prior"),
    [(60_000, 60_000, 0.5), (20_000, 300_000, 0.5), (100_000, 200_000, 0.05)],
)
def test_known_likelihood_ratio(n_mated: int, n_nonmated: int, prior: float) -> None:
    fitted = fit_fusion(_gaussian(n_mated, n_nonmated), ["facenet", "sface"], effective_prior=prior)
    intercept, weights = _known()
    assert fitted.intercept == pytest.approx(intercept, rel=0.05)
    for name, weight in weights.items():
        assert fitted.weights[name] == pytest.approx(weight, rel=0.05)
    near = {"facenet": np.array([0.35], np.float32), "sface": np.array([0.25], np.float32)}
    assert fused_score(near, fitted)[0] == pytest.approx(0.0, abs=0.1)


def test_deterministic() -> None:
    frame = _gaussian(500, 5_000)
    assert fit_fusion(frame, ["facenet", "sface"]) == fit_fusion(frame, ["facenet", "sface"])


def test_one_encoder() -> None:
    fitted = fit_fusion(_gaussian(20_000, 20_000), ["sface"])
    assert fitted.weights.keys() == {"sface"}
    assert fitted.weights["sface"] == pytest.approx(_known()[1]["sface"], rel=0.05)


def test_scores_that_part_completely_give_finite_weights() -> None:
    frame = pl.DataFrame({"facenet": [0.1, 0.2, 0.8, 0.9], "mated": [False, False, True, True]})
    fitted = fit_fusion(frame, ["facenet"])
    assert math.isfinite(fitted.intercept)
    assert 0 < fitted.weights["facenet"] < 1e4


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pl.DataFrame({"facenet": [], "mated": []}), "0 mated and 0 non-mated"),
        (pl.DataFrame({"facenet": [0.1], "mated": [True]}), "1 mated and 0 non-mated"),
        (pl.DataFrame({"facenet": [0.1, math.nan], "mated": [True, False]}), "finite"),
        (pl.DataFrame({"sface": [0.1], "mated": [True]}), "no .'facenet'"),
        (pl.DataFrame({"facenet": [0.1]}), "no .'mated'"),
    ],
)
def test_what_cannot_be_fitted(frame: pl.DataFrame, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        fit_fusion(frame, ["facenet"])


@pytest.mark.parametrize("prior", [0.0, 1.0, -1.0])
def test_prior_must_be_a_probability(prior: float) -> None:
    with pytest.raises(UsageError, match="effective prior"):
        fit_fusion(_gaussian(10, 10), ["facenet"], effective_prior=prior)


def test_fmr_table_of_one_score() -> None:
    table = fmr_table([0.5])
    assert (table.comparisons, table.scores, table.counts) == (1, (0.5,), (1,))


def test_fmr_table_counts_exactly_on_its_grid() -> None:
    scores = np.random.default_rng(0).normal(size=50_000).astype(np.float32).round(3)
    table = fmr_table(scores)
    assert table.comparisons == 50_000
    assert table.counts[-1] == (scores == scores.max()).sum()
    assert table.counts[0] == 50_000
    for score, count in zip(table.scores, table.counts, strict=True):
        assert count == (scores >= np.float32(score)).sum()


def test_fmr_table_is_never_too_low_and_hardly_too_high() -> None:
    scores = np.random.default_rng(1).normal(size=200_000).astype(np.float32)
    table = fmr_table(scores)
    assert len(table.scores) < 300
    for score in np.linspace(-3.0, 6.0, 400).astype(np.float32):
        true = int((scores >= score).sum())
        assert true <= table.at_or_above(float(score)) <= max(1.06 * true, true + 1)


@pytest.mark.parametrize("scores", [[], [math.nan], [math.inf, 0.0]])
def test_fmr_table_needs_finite_scores(scores: list[float]) -> None:
    with pytest.raises(UsageError, match="finite scores"):
        fmr_table(scores)


@pytest.mark.parametrize(
    ("fmr", "expected"), [(1.0, 0.1), (0.8, 0.2), (0.5, 0.3), (0.2, 0.3), (0.1, None), (0.0, None)]
)
def test_score_at_fmr(fmr: float, expected: float | None) -> None:
    scores = np.array([0.1, 0.2, 0.2, 0.2, 0.3], np.float32)
    found = score_at_fmr(scores, fmr)
    assert (scores >= np.float32(found)).mean() <= fmr
    if expected is None:
        assert found == pytest.approx(0.3)
        assert found > scores.max()
    else:
        assert found == pytest.approx(expected)
