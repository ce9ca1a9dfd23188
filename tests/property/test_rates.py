"""What holds for any rates: curves are monotone, order is nothing, bounds are kept."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.evaluation import (
    Searches,
    cmc_curve,
    comparison_eer,
    comparison_rates,
    extrapolate,
    few_errors_words,
    field_interval,
    gather_comparisons,
    paired_difference,
    rates_at,
    relative_ends,
)

pytestmark = pytest.mark.slow

SCORES = st.one_of(st.integers(-3, 3).map(float), st.floats(-2, 2, width=32, allow_subnormal=False))


@st.composite
def any_searches(draw: st.DrawFn, least: int = 0) -> pl.DataFrame:
    rows = []
    for at in range(draw(st.integers(least, 20))):
        score, rank = draw(SCORES), draw(st.integers(1, 4))
        top = score if rank == 1 else float(np.float32(score + draw(st.integers(0, 2))))
        rows.append((f"m{at}", f"p{at % 5}", True, True, top, None, score, rank))
    for at in range(draw(st.integers(least, 20))):
        top = draw(st.none() | SCORES)
        rows.append((f"n{at}", f"q{at % 6}", False, top is not None, top, None, None, None))
    return pl.DataFrame(rows, schema=Searches.create_empty().schema, orient="row")


@given(any_searches(), st.lists(SCORES, min_size=1, max_size=12), st.sampled_from([1, 2, None]))
@settings(max_examples=60, deadline=None)
def test_rates_are_monotone_and_keep_their_bounds(
    frame: pl.DataFrame, thresholds: list[float], rank: int | None
) -> None:
    found = rates_at(frame, thresholds, rank=rank, replicates=20)
    assert found["threshold"].to_list() == sorted(set(thresholds))
    assert found["false_alarms"].is_sorted(descending=True)
    assert found["misses"].is_sorted()
    for row in found.iter_rows(named=True):
        for name in ("fpir", "fnir"):
            if row[name] is not None:
                assert 0.0 <= row[f"{name}_low"] <= row[name] <= row[f"{name}_high"] <= 1.0
            if row[f"{name}_boot_low"] is not None:
                assert 0.0 <= row[f"{name}_boot_low"] <= row[f"{name}_boot_high"] <= 1.0
        assert row["measurable"] == (row["false_alarms"] >= 3)
        assert (row["fpir_bound"] is None) == row["measurable"]
    for end in ("fpir_low", "fpir_high", "fpir_boot_low", "fpir_boot_high"):
        assert found[end].drop_nulls().is_sorted(descending=True)


@given(any_searches(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_rows_is_nothing(frame: pl.DataFrame, random: object) -> None:
    order = list(range(len(frame)))
    random.shuffle(order)  # type: ignore[attr-defined]
    mixed = frame[order]
    at = [-1.0, 0.0, 0.5, 1.0]
    assert rates_at(frame, at, replicates=20).equals(rates_at(mixed, at, replicates=20))
    assert cmc_curve(frame, 4, replicates=20).equals(cmc_curve(mixed, 4, replicates=20))


@given(any_searches())
@settings(max_examples=40, deadline=None)
def test_more_ranks_find_no_fewer(frame: pl.DataFrame) -> None:
    curve = cmc_curve(frame, 6, replicates=10)
    assert curve["found"].is_sorted()
    assert curve["low"].is_sorted()
    assert (curve["low"] <= curve["rate"]).all()
    assert (curve["rate"] <= curve["high"]).all()


@given(any_searches(least=2), st.floats(0, 1))
@settings(max_examples=40, deadline=None)
def test_no_matcher_differs_from_itself(frame: pl.DataFrame, target: float) -> None:
    if frame["top_score"].drop_nulls().n_unique() < 2:
        return
    found = paired_difference(frame, frame, target=target, replicates=10)
    assert (found.difference, found.low, found.high) == (0.0, 0.0, 0.0)


@st.composite
def any_matrix(draw: st.DrawFn) -> tuple[np.ndarray, list[str], list[str]]:
    names = st.sampled_from("abcde")
    probes = draw(st.lists(names, min_size=1, max_size=8))
    references = draw(st.lists(names, min_size=1, max_size=8))
    size = len(probes) * len(references)
    scores = draw(st.lists(SCORES, min_size=size, max_size=size))
    return np.array(scores, np.float32).reshape(len(probes), -1), probes, references


@given(any_matrix(), st.lists(SCORES, min_size=1, max_size=6), st.integers(1, 70))
@settings(max_examples=60, deadline=None)
def test_comparisons_are_counted_as_in_the_whole_matrix(
    made: tuple[np.ndarray, list[str], list[str]], thresholds: list[float], highest: int
) -> None:
    scores, probes, references = made
    half = len(probes) // 2
    blocks = [(half, 0, scores[half:]), (0, 0, scores[:half])]
    gathered = gather_comparisons(blocks, probes, references, highest=highest)
    found = comparison_rates(gathered, thresholds, replicates=10)
    mated = np.array(probes)[:, None] == np.array(references)[None]
    for row in found.iter_rows(named=True):
        at = np.float32(row["threshold"])
        assert row["false_matches"] == int((scores[~mated] >= at).sum())
        assert row["false_non_matches"] == int((scores[mated] < at).sum())
    assert found["false_matches"].is_sorted(descending=True)
    if mated.any() and not mated.all() and len(np.unique(scores)) > 1:
        assert 0.0 <= comparison_eer(gathered).rate <= 1.0


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 500), st.integers(0, 3)), max_size=12))
@settings(deadline=None)
def test_a_rate_in_the_field_is_no_surer_by_deployment_than_by_face(
    rows: list[tuple[int, int, int]],
) -> None:
    table = pl.DataFrame(
        [(f"d{name}", faces + alerts, alerts) for name, faces, alerts in rows],
        schema={"deployment": pl.String, "faces": pl.Int64, "false_alerts": pl.Int64},
        orient="row",
    )
    if not table["faces"].sum():
        return
    found = field_interval(table)
    assert found.exact.low <= found.rate <= found.exact.high
    if found.by_deployment is None:
        assert found.deployments < 3 or not found.false_alerts
    else:
        low, high = found.by_deployment
        assert 0.0 <= low <= found.exact.low <= found.exact.high <= high <= 1.0


@given(st.integers(1, 10**9), st.data(), st.integers(1, 10**6))
def test_a_longer_list_reckons_no_lower_a_rate(n: int, data: st.DataObject, size: int) -> None:
    count = data.draw(st.integers(0, n))
    one, more = extrapolate(count, n, size), extrapolate(count, n, size + 1)
    assert 0.0 <= one.low <= one.rate <= one.high <= 1.0
    assert one.rate <= more.rate
    assert one.rate <= size * count / n + 1e-12


@given(st.integers(1, 10**7), st.data())
def test_ends_of_a_rate_lie_on_both_sides_of_it(n: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, n))
    low, high = relative_ends(count, n)
    assert 0.0 < low <= 1.0 + 1e-12
    assert high >= 1.0 - 1e-12
    words = few_errors_words(count, n)
    assert (words is None) == (count >= 30)
