"""Both rates at many thresholds are what one would count by hand, one threshold at a time."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from workbench.errors import ProtocolError
from workbench.evaluation import (
    clopper_pearson,
    cmc_curve,
    det_bands,
    det_curve,
    hit_rate,
    rates_at,
    tpir_at_fpir,
)
from workbench.evaluation.bootstrap import bootstrap_interval, group_by_identity, resample

Make = Callable[..., pl.DataFrame]
THRESHOLDS = [-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 9.0]


def test_nothing_gives_rows_without_rates(searches: Make) -> None:
    found = rates_at(searches(), [0.5], replicates=10).row(0, named=True)
    assert (found["nonmated"], found["mated"]) == (0, 0)
    assert (found["fpir"], found["fnir"], found["fpir_low"], found["fnir_boot_high"]) == (None,) * 4
    assert (found["measurable"], found["fpir_bound"]) == (False, 1.0)
    assert len(rates_at(searches([(0.9, 1)], [0.5]), [])) == 0


@pytest.mark.parametrize("rank", [1, 2, None])
def test_figures_agree_with_a_brute_force_count(random_searches: Make, rank: int | None) -> None:
    frame = random_searches()
    mated, others = frame.filter("mated"), frame.filter(~pl.col("mated"))
    for found in rates_at(frame, THRESHOLDS, rank=rank, replicates=0).iter_rows(named=True):
        at = np.float32(found["threshold"])
        alarms = sum(score is not None and score >= at for score in others["top_score"])
        hits = sum(
            score is not None and score >= at and (rank is None or place <= rank)
            for score, place in mated.select("mate_score", "mate_rank").iter_rows()
        )
        assert (found["false_alarms"], found["nonmated"]) == (alarms, len(others))
        assert (found["misses"], found["mated"]) == (len(mated) - hits, len(mated))
        assert (found["fpir_low"], found["fpir_high"]) == pytest.approx(
            clopper_pearson(alarms, len(others)), abs=1e-12
        )
        assert (found["fnir_low"], found["fnir_high"]) == pytest.approx(
            clopper_pearson(len(mated) - hits, len(mated)), abs=1e-12
        )
        assert found["fpir_boot_low"] is None


def test_the_bootstrap_is_that_of_one_threshold_at_a_time(random_searches: Make) -> None:
    frame = random_searches()
    table = rates_at(frame, THRESHOLDS, replicates=100, seed=5)
    others = frame.filter(~pl.col("mated"))
    scores = others["top_score"].fill_null(-math.inf).to_numpy().astype(np.float32)
    values, sizes = group_by_identity(others["identity"], scores)
    for found in table.iter_rows(named=True):
        at = found["threshold"]

        def fpir(generator: np.random.Generator, at: float = at) -> float:
            drawn = values[resample(sizes, generator)]
            return float((drawn >= np.float32(at)).mean())

        expected = bootstrap_interval(fpir, replicates=100, seed=5)
        ends = found["fpir_boot_low"], found["fpir_boot_high"]
        if found["false_alarms"] in {0, len(others)}:
            assert ends == (None, None)
        else:
            assert ends == pytest.approx(expected, abs=1e-12)


def test_a_threshold_has_the_same_row_among_thousands(random_searches: Make) -> None:
    frame = random_searches()
    few = np.array([0.5, 1.0, 1.5], np.float32)
    many = np.union1d(few, np.linspace(-2, 4, 5000).astype(np.float32))
    table = rates_at(frame, many, replicates=50)
    alone = rates_at(frame, few, replicates=50)
    assert table.filter(pl.col("threshold").is_in(alone["threshold"].to_list())).equals(alone)


def test_the_intervals_widen_with_people(searches: Make) -> None:
    frame = searches([], [0.1, 0.9] * 100)
    apart = rates_at(frame, [0.5], replicates=300).row(0, named=True)
    together = frame.with_row_index("at").with_columns(
        identity=pl.when(pl.col("at") % 2 == 0)
        .then(pl.format("low {}", pl.col("at") // 20))
        .otherwise(pl.format("high {}", pl.col("at") // 20))
    )
    clustered = rates_at(together.drop("at"), [0.5], replicates=300).row(0, named=True)
    for name in ("fpir", "fpir_low", "fpir_high"):
        assert clustered[name] == apart[name]
    width = apart["fpir_boot_high"] - apart["fpir_boot_low"]
    assert clustered["fpir_boot_high"] - clustered["fpir_boot_low"] > 2 * width


def test_few_errors_are_a_bound_and_no_rate(searches: Make) -> None:
    frame = searches([(0.9, 1)], [0.1] * 97 + [0.6, 0.7, 0.8])
    found = rates_at(frame, [0.55, 0.65, 0.95], replicates=20).to_dicts()
    assert [row["false_alarms"] for row in found] == [3, 2, 0]
    assert [row["measurable"] for row in found] == [True, False, False]
    assert found[0]["fpir_bound"] is None
    assert found[1]["fpir_bound"] == pytest.approx(clopper_pearson(2, 100).high)
    assert found[2]["fpir_bound"] == pytest.approx(0.03)
    assert found[2]["fpir_boot_low"] is None
    # One person alone has nobody to be drawn in their place.
    assert found[2]["fnir_boot_low"] is None


def test_thresholds_come_once_each_and_ascending(random_searches: Make) -> None:
    found = rates_at(random_searches(), [1.0, 0.5, 1.0], replicates=0)
    assert found["threshold"].to_list() == [0.5, 1.0]


def test_the_table_and_the_rates_agree(random_searches: Make) -> None:
    frame = random_searches()
    table = tpir_at_fpir(frame, replicates=0).filter(pl.col("threshold").is_not_null())
    rates = rates_at(frame, table["threshold"].to_list(), replicates=0)
    for row in table.iter_rows(named=True):
        at = rates.filter(pl.col("threshold") == row["threshold"]).row(0, named=True)
        assert (at["false_alarms"], at["misses"]) == (row["false_alarms"], row["misses"])


def test_bands_lie_on_the_curve_and_hold_its_ends(random_searches: Make) -> None:
    frame = random_searches(m=2000, n=2000).with_columns(
        pl.col("top_score", "mate_score") + pl.int_range(pl.len()).cast(pl.Float32) * 1e-5
    )
    frame = frame.with_columns(
        top_score=pl.when(pl.col("mate_rank") == 1).then("mate_score").otherwise("top_score")
    )
    curve, bands = det_curve(frame), det_bands(frame, points=50, replicates=20)
    assert 10 < len(bands) <= 52
    columns = ["threshold", "false_alarms", "misses"]
    assert bands.select(columns).join(curve.select(columns), on=columns).height == len(bands)
    assert bands["threshold"][0] == curve["threshold"][0]
    assert bands["threshold"][-1] == curve["threshold"][-1]
    assert len(det_bands(frame.head(40), replicates=0)) == len(det_curve(frame.head(40)))


def test_each_rank_of_the_curve_is_the_hit_rate(random_searches: Make) -> None:
    frame = random_searches()
    curve = cmc_curve(frame, 3, replicates=100)
    assert curve["rank"].to_list() == [1, 2, 3]
    assert curve["rate"].to_list() == [hit_rate(frame, rank) for rank in (1, 2, 3)]
    for row in curve.iter_rows(named=True):
        assert row["low"] < row["rate"] < row["high"]
        assert row["boot_low"] <= row["rate"] <= row["boot_high"]


def test_a_curve_of_nobody_has_no_row(searches: Make) -> None:
    assert len(cmc_curve(searches([], [0.5]))) == 0


def test_impossible_wishes_are_refused(searches: Make) -> None:
    frame = searches([(0.9, 1)], [0.5])
    with pytest.raises(ProtocolError, match="threshold 2 of 3 is nan"):
        rates_at(frame, [0.1, float("nan"), 0.3])
    with pytest.raises(ProtocolError, match="threshold 1 of 1 is -inf"):
        rates_at(frame, [-math.inf])
    with pytest.raises(ProtocolError, match="rank is 0"):
        rates_at(frame, [0.1], rank=0)
    with pytest.raises(ProtocolError, match="highest rank is 0"):
        cmc_curve(frame, 0)
