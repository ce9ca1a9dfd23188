"""What holds for any searches: rates are monotone, targets are kept, order does not matter."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from workbench.evaluation import (
    Searches,
    clopper_pearson,
    det_curve,
    threshold_for,
    tpir_at_fpir,
    wilson,
)

pytestmark = pytest.mark.slow

# Few different scores, so that ties are common.
SCORES = st.one_of(st.integers(-4, 4).map(float), st.floats(-2, 2, width=32, allow_subnormal=False))
RATES = st.floats(0.0, 1.0)


@st.composite
def mated_search(draw: st.DrawFn) -> tuple[bool, float | None, float | None, int | None]:
    kind = draw(st.sampled_from(["found", "outranked", "failed", "not returned"]))
    score, more = draw(SCORES), draw(st.floats(0, 1, width=32))
    if kind == "failed":
        return False, None, None, None
    if kind == "not returned":
        return True, score, None, None
    if kind == "found":
        return True, score, score, 1
    return True, float(np.float32(score + more)), score, draw(st.integers(2, 9))


@st.composite
def any_searches(draw: st.DrawFn) -> pl.DataFrame:
    mated = draw(st.lists(mated_search(), max_size=25))
    others = draw(st.lists(st.none() | SCORES, max_size=25))
    rows = [
        (f"m{at}", f"p{at % 4}", True, acquired, top, None, score, rank)
        for at, (acquired, top, score, rank) in enumerate(mated)
    ] + [
        (f"n{at}", f"q{at % 7}", False, top is not None, top, None, None, None)
        for at, top in enumerate(others)
    ]
    return pl.DataFrame(rows, schema=Searches.create_empty().schema, orient="row")


@given(st.lists(SCORES, max_size=40), st.integers(0, 10), RATES)
def test_the_threshold_keeps_the_rate_and_is_the_lowest_that_does(
    scores: list[float], silent: int, rate: float
) -> None:
    values, n = np.array(scores, np.float32), len(scores) + silent
    if n == 0:
        return
    threshold = threshold_for(values, n, rate)
    assert (values >= threshold).sum() / n <= rate
    if math.isfinite(threshold):
        lower = np.nextafter(np.float32(threshold), np.float32(-np.inf))
        assert (values >= lower).sum() / n > rate


@given(any_searches(), st.lists(RATES, min_size=1, max_size=5, unique=True))
@settings(deadline=None)
def test_more_false_alarms_never_find_fewer(frame: pl.DataFrame, targets: list[float]) -> None:
    table = tpir_at_fpir(frame, sorted(targets), replicates=0)
    for name in ("tpir", "tpir_any_rank", "fpir"):
        rates = table[name].drop_nulls().to_list()
        assert rates == sorted(rates)
        assert len(rates) in {0, len(targets)}
    for found in table.iter_rows(named=True):
        assert found["fpir"] is None or found["fpir"] <= found["fpir_target"]
        assert found["misses_any_rank"] <= found["misses"]
        kinds = ("not_acquired", "not_returned", "outranked", "below_threshold")
        assert sum(found[name] for name in kinds) == found["misses"]
        assert found["wrong_person"] <= found["outranked"]


@given(any_searches(), st.randoms(use_true_random=False), st.lists(RATES, max_size=3, unique=True))
@settings(max_examples=40, deadline=None)
def test_the_order_of_rows_does_not_matter(
    frame: pl.DataFrame, random: object, targets: list[float]
) -> None:
    order = list(range(len(frame)))
    random.shuffle(order)  # type: ignore[attr-defined]
    mixed = frame[order]
    assert det_curve(frame).equals(det_curve(mixed))
    first = tpir_at_fpir(frame, targets, replicates=20)
    assert first.equals(tpir_at_fpir(mixed, targets, replicates=20))


@given(any_searches())
def test_the_curve_is_monotone_and_within_its_counts(frame: pl.DataFrame) -> None:
    curve = det_curve(frame)
    assert curve["threshold"].is_sorted()
    assert curve["false_alarms"].is_sorted(descending=True)
    assert curve["misses"].is_sorted()
    mated = int(frame["mated"].sum())
    assert curve["misses"].max() is None or curve["misses"].max() <= mated  # type: ignore[operator]


@given(st.integers(0, 400), st.data(), st.floats(0.5, 0.999))
@settings(deadline=None)
def test_intervals_hold_the_rate_and_agree_with_scipy(
    n: int, data: st.DataObject, confidence: float
) -> None:
    count = data.draw(st.integers(0, n))
    for interval in (clopper_pearson, wilson):
        low, high = interval(count, n, confidence)
        assert 0.0 <= low <= high <= 1.0
        assert n == 0 or low - 1e-12 <= count / n <= high + 1e-12
    if n:
        exact = binomtest(count, n).proportion_ci(confidence, "exact")
        assert np.allclose(clopper_pearson(count, n, confidence), (exact.low, exact.high))
