"""Cllr and reliability against known answers and against other people's computations of them."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import log_loss

from workbench.errors import ProtocolError
from workbench.evaluation.calibration_quality import (
    RELIABILITY_EDGES,
    calibration_loss,
    calibration_quality,
    cllr,
    min_cllr,
    reliability,
)
from workbench.intervals import clopper_pearson


def _gaussian(n: int = 4_000, seed: int = 0) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """True log10 ratios: of normal scores whose means are 3 apart, mated and non-mated unequal."""
    random = np.random.default_rng(seed)
    mated = np.arange(n) < n // 4
    scores = random.normal(np.where(mated, 1.5, -1.5), 1.0)
    return 3.0 * scores / math.log(10.0), mated


@pytest.mark.parametrize(
    ("ratios", "mated", "cost"),
    [
        ([0.0, 0.0], [True, False], 1.0),
        ([math.inf, -math.inf], [True, False], 0.0),
        ([-math.inf, -math.inf], [True, False], math.inf),
        ([math.log10(3.0), math.log10(1 / 3)], [True, False], math.log2(4 / 3)),
        ([0.0, 0.0, math.log10(3.0)], [True, False, False], 0.5 + (1.0 + 2.0) / 4),
        ([300.0, 400.0], [True, False], 200 / math.log10(2.0)),
    ],
)
def test_cllr_by_hand(ratios: list[float], mated: list[bool], cost: float) -> None:
    assert cllr(ratios, mated) == pytest.approx(cost)


def test_cllr_is_the_log_loss_with_both_kinds_weighing_the_same() -> None:
    ratios, mated = _gaussian()
    p = 10.0**ratios / (1.0 + 10.0**ratios)
    weights = np.where(mated, 0.5 / mated.sum(), 0.5 / (~mated).sum())
    other = log_loss(mated, p, sample_weight=weights) / math.log(2.0)
    assert cllr(ratios, mated) == pytest.approx(other, rel=1e-12)
    plain = (
        np.log2(1 + 10.0 ** -ratios[mated]).mean() + np.log2(1 + 10.0 ** ratios[~mated]).mean()
    ) / 2
    assert cllr(ratios, mated) == pytest.approx(plain, rel=1e-12)


def test_a_weight_of_two_is_the_same_comparison_twice() -> None:
    ratios, mated = _gaussian(200)
    weights = np.where(np.arange(200) % 3 == 0, 2.0, 1.0)
    twice = np.repeat(np.arange(200), weights.astype(int))
    for cost in (cllr, min_cllr):
        assert cost(ratios, mated, weights) == pytest.approx(cost(ratios[twice], mated[twice]))


def test_min_cllr_by_a_fit_of_its_own() -> None:
    ratios, mated = _gaussian()
    scores = ratios.round(1)
    weights = np.where(mated, 1.0 / mated.sum(), 1.0 / (~mated).sum())
    p = IsotonicRegression(y_min=0, y_max=1).fit_transform(scores, mated, sample_weight=weights)
    with np.errstate(divide="ignore"):
        fitted = np.log10(p) - np.log10(1.0 - p)
    assert min_cllr(scores, mated) == pytest.approx(cllr(fitted, mated), rel=1e-9)


def test_true_ratios_lose_nothing_and_overstated_ones_much() -> None:
    ratios, mated = _gaussian(200_000)
    assert 0.0 <= calibration_loss(ratios, mated) < 0.002
    overstated = calibration_quality(3.0 * ratios, mated)
    assert overstated.loss > 0.05
    # Their order is the same, and so is what it allows.
    assert overstated.min_cllr == pytest.approx(min_cllr(ratios, mated), abs=1e-12)
    assert (overstated.mated, overstated.nonmated) == (50_000, 150_000)
    assert calibration_loss(ratios + 1.0, mated) > 0.02


@pytest.mark.parametrize(
    ("scores", "mated", "least"),
    [
        ([0.1, 0.2, 0.8], [False, False, True], 0.0),
        ([0.8, 0.2, 0.1], [False, False, True], 1.0),
        ([0.5, 0.5], [False, True], 1.0),
    ],
)
def test_min_cllr_by_hand(scores: list[float], mated: list[bool], least: float) -> None:
    assert min_cllr(scores, mated) == pytest.approx(least, abs=1e-12)


def test_reliability_of_true_ratios_is_what_they_state() -> None:
    ratios, mated = _gaussian(200_000)
    table = reliability(ratios, mated)
    assert len(table) == len(RELIABILITY_EDGES) + 1
    assert table["mated"].sum() == 50_000
    assert table["nonmated"].sum() == 150_000
    seen = [row for row in table.to_dicts() if row["mated"] >= 100 and row["nonmated"] >= 100]
    assert len(seen) >= 4
    for row in seen:
        assert row["low"] <= row["stated"] < row["high"]
        assert row["low"] <= row["observed"] < row["high"]
        assert row["observed_low"] < row["observed"] < row["observed_high"]
        assert row["observed"] == pytest.approx(row["stated"], abs=0.15)


def test_reliability_shows_ratios_that_say_too_much() -> None:
    ratios, mated = _gaussian(200_000)
    for row in reliability(2.0 * ratios, mated).to_dicts():
        if row["measurable"] and abs(row["stated"]) > 1.0:
            assert abs(row["observed"]) < 0.7 * abs(row["stated"])
            assert not row["observed_low"] <= row["stated"] <= row["observed_high"]


def test_reliability_by_hand() -> None:
    ratios = [-2.0, -1.0, -1.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 2.0, 2.0]
    mated = [False] * 3 + [True, True, True, False, False, False, False] + [True, True]
    table = reliability(ratios, mated, edges=[-1.0, 0.0, 1.0]).to_dicts()
    assert [(row["mated"], row["nonmated"]) for row in table] == [(0, 1), (0, 2), (3, 4), (2, 0)]
    assert [row["measurable"] for row in table] == [False, False, True, False]
    assert [row["observed"] for row in table[::3]] == [None, None]
    assert table[2]["observed"] == pytest.approx(math.log10((3 / 5) / (4 / 7)))
    low, high = clopper_pearson(3, 7)
    for name, p in (("observed_low", low), ("observed_high", high)):
        assert table[2][name] == pytest.approx(math.log10(p / (1 - p) / (5 / 7)))
    assert table[1]["stated"] == -1.0
    assert table[0]["observed_low"] == -math.inf
    assert table[3]["observed_high"] == math.inf
    for one, other in itertools.pairwise(table):
        assert one["high"] == other["low"]


def test_the_mixture_that_is_judged_changes_neither_what_is_stated_nor_what_is_observed() -> None:
    ratios, mated = _gaussian(2_000)
    more = np.concatenate([np.arange(2_000), np.flatnonzero(~mated), np.flatnonzero(~mated)])
    columns = ["stated", "observed"]
    one = reliability(ratios, mated).select(columns)
    other = reliability(ratios[more], mated[more]).select(columns)
    for name in columns:
        assert other[name].to_list() == pytest.approx(one[name].to_list(), nan_ok=True)


def test_an_empty_bin_says_nothing() -> None:
    row = reliability([5.0, -5.0], [True, False], edges=[-1.0, 1.0]).row(1, named=True)
    assert (row["mated"], row["nonmated"], row["stated"], row["observed"]) == (0, 0, None, None)
    assert (row["observed_low"], row["observed_high"]) == (-math.inf, math.inf)


@pytest.mark.parametrize(
    ("ratios", "mated", "weights", "message"),
    [
        ([], [], None, "given as float64|0 mated"),
        ([1.0], [True], None, "1 mated and 0 non-mated"),
        ([1.0, 2.0], [False, False], None, "0 mated and 2 non-mated"),
        ([1.0, math.nan], [True, False], None, "comparison 1 has no ratio"),
        ([1.0, 2.0], [True], None, "lists of one length"),
        ([[1.0, 2.0]], [[True, False]], None, "lists of one length"),
        ([1.0, 2.0], [1, 0], None, "true or false"),
        ([1.0, 2.0], [True, False], [1.0], "lists of one length"),
        ([1.0, 2.0], [True, False], [1.0, 0.0], "above 0"),
        ([1.0, 2.0], [True, False], [1.0, math.nan], "above 0"),
    ],
)
def test_what_cannot_be_judged(ratios: Any, mated: Any, weights: Any, message: str) -> None:
    for judge in (cllr, min_cllr, calibration_loss):
        with pytest.raises(ProtocolError, match=message):
            judge(ratios, mated, weights)
    if weights is None:
        with pytest.raises(ProtocolError, match=message):
            reliability(ratios, mated)


@pytest.mark.parametrize("edges", [[], [1.0, 1.0], [2.0, 1.0], [math.nan], [0.0, math.inf]])
def test_edges_of_bins_ascend(edges: list[float]) -> None:
    with pytest.raises(ProtocolError, match="ascending edges"):
        reliability([1.0, -1.0], [True, False], edges=edges)
