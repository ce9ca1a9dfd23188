"""Curves and intervals agree to 1e-9 with scikit-learn, SciPy and statsmodels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from scipy import stats

from workbench.evaluation import (
    Searches,
    clopper_pearson,
    comparison_eer,
    comparison_rates,
    det_curve,
    gather_comparisons,
    rates_at,
    wilson,
)
from workbench.evaluation.bootstrap import percentiles
from workbench.evaluation.counted import clustered_intervals, exact_intervals, wilson_intervals

Make = Callable[..., pl.DataFrame]
NEAR = 1e-9
COUNTS = [(0, 1), (0, 50), (1, 50), (3, 1055), (30, 100_000), (49, 50), (50, 50), (2500, 5000)]


def verification_of(seed: int, digits: int, n: int = 800) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    truth = generator.random(n) < 0.4
    return truth, (generator.normal(0, 1, n) + 1.5 * truth).round(digits).astype(np.float32)


def as_searches(truth: np.ndarray, scores: np.ndarray) -> pl.DataFrame:
    """Build searches of a list of one, in which nobody is outranked."""
    rows = [
        (
            f"s{at}",
            f"p{at}",
            bool(mated),
            True,
            score,
            "x",
            *((score, 1) if mated else (None, None)),
        )
        for at, (mated, score) in enumerate(zip(truth, scores.tolist(), strict=True))
    ]
    return pl.DataFrame(rows, schema=Searches.create_empty().schema, orient="row")


@pytest.mark.parametrize("digits", [1, 6])
def test_both_rates_are_those_of_scikit_learn(digits: int) -> None:
    from sklearn.metrics import det_curve as peer

    truth, scores = verification_of(1, digits)
    fpr, fnr, at = peer(truth, scores)
    kept = np.isfinite(at)
    at = at[kept].astype(np.float32)
    order = np.argsort(at)
    found = rates_at(as_searches(truth, scores), at, replicates=0)
    assert len(found) == kept.sum() > 20
    np.testing.assert_allclose(found["fpir"], fpr[kept][order], atol=NEAR, rtol=0)
    np.testing.assert_allclose(found["fnir"], fnr[kept][order], atol=NEAR, rtol=0)
    curve = det_curve(as_searches(truth, scores)).filter(pl.col("threshold").is_in(at.tolist()))
    np.testing.assert_allclose(curve["fpir"], found["fpir"], atol=NEAR, rtol=0)


@pytest.mark.parametrize("digits", [1, 6])
def test_a_matrix_in_blocks_is_that_of_scikit_learn(digits: int) -> None:
    from sklearn.metrics import det_curve as peer
    from sklearn.metrics import roc_curve

    generator = np.random.default_rng(2)
    probes, references = ([f"p{k}" for k in generator.integers(0, 30, size)] for size in (70, 90))
    mated = np.array(probes)[:, None] == np.array(references)[None]
    scores = (generator.normal(0, 1, mated.shape) + 2 * mated).round(digits).astype(np.float32)
    gathered = gather_comparisons([(0, 0, scores)], probes, references)
    fpr, fnr, at = peer(mated.reshape(-1), scores.reshape(-1))
    kept = np.isfinite(at)
    order = np.argsort(at[kept])
    found = comparison_rates(gathered, at[kept], replicates=0)
    np.testing.assert_allclose(found["fmr"], fpr[kept][order], atol=NEAR, rtol=0)
    np.testing.assert_allclose(found["fnmr"], fnr[kept][order], atol=NEAR, rtol=0)
    fpr, tpr, _ = roc_curve(mated.reshape(-1), scores.reshape(-1), drop_intermediate=False)
    closest = int(np.argmin(np.abs(fpr - (1 - tpr))))
    expected = (fpr[closest] + 1 - tpr[closest]) / 2
    assert comparison_eer(gathered).rate == pytest.approx(expected, abs=NEAR)


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_intervals_of_many_counts_are_those_of_scipy_and_statsmodels(confidence: float) -> None:
    from statsmodels.stats.proportion import proportion_confint

    for count, n in COUNTS:
        many = np.array([count]), n, confidence
        for ours, single, peer, name in (
            (exact_intervals, clopper_pearson, "beta", "exact"),
            (wilson_intervals, wilson, "wilson", "wilson"),
        ):
            found = np.concatenate(ours(*many))
            by_scipy = stats.binomtest(count, n).proportion_ci(confidence, name)
            by_statsmodels = proportion_confint(count, n, 1 - confidence, peer)
            np.testing.assert_allclose(found, single(count, n, confidence), atol=NEAR, rtol=0)
            np.testing.assert_allclose(found, (by_scipy.low, by_scipy.high), atol=NEAR, rtol=0)
            np.testing.assert_allclose(found, by_statsmodels, atol=NEAR, rtol=0)


def test_percentiles_are_those_of_scipys_bootstrap() -> None:
    values = np.random.default_rng(3).normal(0, 1, 60)
    peer = stats.bootstrap(
        (values,), np.mean, n_resamples=2000, method="percentile", rng=np.random.default_rng(4)
    )
    ends = percentiles(peer.bootstrap_distribution)
    np.testing.assert_allclose(ends, peer.confidence_interval, atol=NEAR, rtol=0)


def test_the_effective_number_is_that_of_a_cluster_robust_variance() -> None:
    import statsmodels.api as sm

    generator = np.random.default_rng(5)
    sizes = generator.integers(1, 6, 80)
    own = generator.beta(0.5, 2.0, 80)
    errors = generator.binomial(sizes, own)
    people = np.repeat(np.arange(80), sizes)
    each = np.concatenate([np.arange(s) < e for s, e in zip(sizes, errors, strict=True)])
    # A mean is a regression on nothing but a constant; its variance knows the people.
    fitted = sm.OLS(each.astype(float), np.ones(len(each))).fit(
        cov_type="cluster", cov_kwds={"groups": people, "use_correction": False}
    )
    rate, n = each.mean(), len(each)
    effective = rate * (1 - rate) / (fitted.bse[0] ** 2 * 80 / 79)
    assert effective < n
    expected = exact_intervals(np.array([rate * effective]), effective)
    found = clustered_intervals(errors, sizes)
    np.testing.assert_allclose(np.ravel(found), np.ravel(expected), atol=NEAR, rtol=0)


def test_a_silent_set_counts_each_person_once() -> None:
    sizes = np.full(40, 5)
    found = clustered_intervals(np.zeros(40, np.int64), sizes)
    np.testing.assert_allclose(found, clopper_pearson(0, 40), atol=NEAR, rtol=0)
    with pytest.raises(ValueError, match="each person needs"):
        clustered_intervals(np.array([6]), np.array([5]))
    with pytest.raises(ValueError, match="each count"):
        exact_intervals(np.array([6]), 5)
