from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from workbench.errors import ProtocolError
from workbench.evaluation import det_curve, hit_rate, identification_result, tpir_at_fpir

Make = Callable[..., pl.DataFrame]


def row(frame: pl.DataFrame, target: float, **options: int) -> dict[str, object]:
    return tpir_at_fpir(frame, [target], replicates=0, **options).row(0, named=True)


def test_nothing_gives_no_rate(searches: Make) -> None:
    empty = searches()
    assert hit_rate(empty) is None
    found = row(empty, 0.1)
    assert found["tpir"] is None
    assert found["fpir"] is None
    assert found["threshold"] is None
    assert not found["measurable"]
    assert found["fpir_bound"] == 1.0
    assert len(det_curve(empty)) == 0


def test_without_non_mated_probes_no_tpir_is_claimed(searches: Make) -> None:
    found = row(searches([(0.9, 1)]), 0.1)
    assert (found["tpir"], found["fpir"], found["tpir_low"]) == (None, None, None)


# One table for everything that can become of a search. Non-mated scores 0.1 to 1.0; at FPIR 0.1
# one false alarm is allowed, so the threshold lies just above 0.9.
OTHERS = [round(0.1 * k, 1) for k in range(1, 11)]


@pytest.mark.parametrize(
    ("mated", "tops", "tpir", "reason", "any_rank"),
    [
        ([(0.95, 1)], None, 1.0, None, 1.0),
        ([(0.9, 1)], None, 0.0, "below_threshold", 0.0),  # a tie with the score not allowed
        ([(0.95, 2)], [0.96], 0.0, "outranked", 1.0),
        ([(0.95, 2)], [0.95], 0.0, "outranked", 1.0),  # an equal score is not won by luck
        ([(None, None)], [None], 0.0, "not_acquired", 0.0),
        ([(None, None)], [0.3], 0.0, "not_returned", 0.0),
        ([(0.95, 1), (0.2, 1), (0.99, 1), (None, None)], None, 0.5, None, 0.5),
    ],
)
def test_known_answers(  # noqa: PLR0917 - the columns of the table
    searches: Make,
    mated: list[tuple[float | None, int | None]],
    tops: list[float | None] | None,
    tpir: float,
    reason: str | None,
    any_rank: float,
) -> None:
    found = row(searches(mated, OTHERS, tops=tops), 0.1)
    assert found["threshold"] == np.nextafter(np.float32(0.9), np.float32(1))
    assert (found["false_alarms"], found["fpir"]) == (1, 0.1)
    assert found["tpir"] == tpir
    assert found["tpir_any_rank"] == any_rank
    assert found["misses"] == round((1 - tpir) * len(mated))
    if reason:
        reasons = ("not_acquired", "not_returned", "outranked", "below_threshold")
        assert {name: found[name] for name in reasons} == {
            name: int(name == reason) for name in reasons
        }


def test_a_wrong_person_above_the_threshold_is_told_apart(searches: Make) -> None:
    frame = searches([(0.2, 2), (0.2, 2)], OTHERS, tops=[0.95, 0.5])
    found = row(frame, 0.1)
    assert (found["outranked"], found["wrong_person"]) == (2, 1)


def test_a_non_mated_probe_without_a_face_counts_and_raises_no_alarm(searches: Make) -> None:
    with_failures = row(searches([(0.5, 1)], [0.9, None, None, None, None]), 0.2)
    assert with_failures["fpir"] == 0.2
    assert with_failures["threshold"] is None
    assert with_failures["tpir"] == 1.0
    assert row(searches([(0.5, 1)], [0.9]), 0.2)["tpir"] == 0.0


def test_too_few_non_mated_probes_are_marked(searches: Make) -> None:
    table = tpir_at_fpir(searches([(0.5, 1)], [0.1] * 300), replicates=0)
    assert dict(table.select("fpir_target", "measurable").iter_rows()) == {
        0.1: True, 0.03: True, 0.01: True, 0.003: False, 0.001: False,
    }  # fmt: skip
    assert table["fpir_bound"].to_list() == [0.01] * 5


def test_figures_agree_with_a_brute_force_count(random_searches: Make) -> None:
    frame = random_searches()
    mated, others = frame.filter("mated"), frame.filter(~pl.col("mated"))
    for found in tpir_at_fpir(frame, replicates=0).iter_rows(named=True):
        candidates = sorted({*others["top_score"].drop_nulls()})
        fitting = [
            t for t in (np.nextafter(np.float32(c), np.float32(9)) for c in candidates)
            if sum(s is not None and s >= t for s in others["top_score"]) / len(others)
            <= found["fpir_target"]
        ]  # fmt: skip
        threshold = float(min(fitting))
        assert found["threshold"] == threshold
        hits = [
            score is not None and rank == 1 and score >= threshold
            for score, rank in mated.select("mate_score", "mate_rank").iter_rows()
        ]
        assert found["misses"] == len(mated) - sum(hits)
        kinds = ("not_acquired", "not_returned", "outranked", "below_threshold")
        assert sum(found[name] for name in kinds) == found["misses"]
        assert found["tpir_low"] <= found["tpir"] <= found["tpir_high"]


def test_the_curve_holds_every_figure_of_the_table(random_searches: Make) -> None:
    frame = random_searches()
    curve = det_curve(frame)
    assert curve["threshold"].is_sorted()
    for found in tpir_at_fpir(frame, replicates=0).iter_rows(named=True):
        at = curve.filter(pl.col("threshold") >= found["threshold"]).row(0, named=True)
        assert (at["false_alarms"], at["misses"]) == (found["false_alarms"], found["misses"])


def test_the_curve_agrees_with_scikit_learn_where_it_applies(random_searches: Make) -> None:
    # With one reference and no failure, identification at rank 1 is verification.
    from sklearn.metrics import det_curve as reference

    frame = random_searches().filter(
        pl.col("top_score").is_not_null() & (~pl.col("mated") | (pl.col("mate_rank") == 1))
    )
    scores = frame["mate_score"].fill_null(frame["top_score"]).to_numpy()
    fpr, fnr, thresholds = reference(frame["mated"].to_numpy(), scores)
    curve = {
        np.float32(t): (fpir, fnir)
        for t, fpir, fnir in det_curve(frame).select("threshold", "fpir", "fnir").iter_rows()
    }
    compared = 0
    for t, false_positives, false_negatives in zip(thresholds, fpr, fnr, strict=True):
        if np.isfinite(t):
            assert curve[np.float32(t)] == pytest.approx((false_positives, false_negatives))
            compared += 1
    assert compared > 15


def test_the_bootstrap_is_repeatable_and_knows_people(random_searches: Make) -> None:
    frame = random_searches()
    first = tpir_at_fpir(frame, [0.1], replicates=200)
    again = tpir_at_fpir(frame.sample(fraction=1.0, shuffle=True, seed=1), [0.1], replicates=200)
    assert first.equals(again)
    found = first.row(0, named=True)
    assert found["tpir_boot_low"] < found["tpir"] < found["tpir_boot_high"]
    # All probes of one person sink or swim together: the interval must widen with the clusters.
    clustered = frame.with_columns(
        identity=pl.when("mated")
        .then(pl.concat_str(pl.lit("p"), pl.col("mate_score").fill_null(0).round(0)))
        .otherwise("identity")
    )
    wide = tpir_at_fpir(clustered, [0.1], replicates=200).row(0, named=True)
    assert (
        wide["tpir_boot_high"] - wide["tpir_boot_low"]
        > 1.5 * (found["tpir_boot_high"] - found["tpir_boot_low"])
    )  # fmt: skip


def test_the_bootstrap_finds_the_threshold_anew(searches: Make) -> None:
    # Many mated people leave TPIR at a given threshold nearly sure; ten others leave the
    # threshold itself wide open, and the interval has to show it.
    mated = [(k / 1000, 1) for k in range(1000)]
    found = tpir_at_fpir(searches(mated, OTHERS), [0.3], replicates=200).row(0, named=True)
    assert found["tpir_high"] - found["tpir_low"] < 0.07
    assert found["tpir_boot_high"] - found["tpir_boot_low"] > 0.2


@pytest.mark.parametrize(("rank", "rate"), [(1, 0.25), (2, 0.5), (50, 0.5)])
def test_hit_rate_by_rank(searches: Make, rank: int, rate: float) -> None:
    frame = searches([(0.9, 1), (0.8, 2), (None, None), (None, None)], tops=[0.9, 0.9, 0.5, None])
    assert hit_rate(frame, rank) == rate


BROKEN = {
    "a score of a probe without template": {"acquired": False},
    "a mate of a non-mated probe": {"mated": False},
    "a rank without a score": {"mate_score": None},
    "a mate above the top": {"top_score": 0.1},
    "first, but below the top": {"top_score": 0.99},
    "a score that is no number": {"top_score": float("nan"), "mate_score": float("nan")},
    "a rank of 0": {"mate_rank": 0},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_impossible_searches_are_refused(searches: Make, change: dict[str, object]) -> None:
    frame = searches([(0.9, 1)], [0.5])
    first = pl.col("probe") == "m0"
    broken = frame.with_columns(
        pl.when(first).then(pl.lit(value)).otherwise(name).cast(frame.schema[name]).alias(name)
        for name, value in change.items()
    )
    with pytest.raises(ProtocolError, match="the searches cannot be evaluated"):
        tpir_at_fpir(broken)


def test_a_missing_column_and_a_double_probe_are_refused(searches: Make) -> None:
    frame = searches([(0.9, 1)], [0.5])
    with pytest.raises(ProtocolError, match="mate_rank") as caught:
        hit_rate(frame.drop("mate_rank"))
    assert "\n" not in str(caught.value)
    with pytest.raises(ProtocolError, match="primary_key"):
        hit_rate(pl.concat([frame, frame]))


@pytest.mark.parametrize("targets", [[0.1, 0.1], [-0.1], [1.5], [float("nan")]])
def test_targets_that_are_no_rates_are_refused(searches: Make, targets: list[float]) -> None:
    with pytest.raises(ProtocolError, match="FPIR targets"):
        tpir_at_fpir(searches([(0.9, 1)], [0.5]), targets)


def test_result_counts_failures_by_role(searches: Make, references: Make) -> None:
    frame = searches([(0.9, 1), (None, None), (None, None)], [0.1, None], tops=[0.9, None, 0.2])
    result = identification_result(
        frame, references("listed 0", "listed 1", "listed 1", failed=2), replicates=10
    )
    assert result["n_references"] == 3
    assert result["n_references_enrolled"] == 1
    assert result["n_identities"] == 2
    assert (result["n_mated"], result["n_nonmated"]) == (3, 2)
    assert result["failures_to_acquire"] == {
        "reference": 2, "probe": 2, "mated_probe": 1, "nonmated_probe": 1,
    }  # fmt: skip
    assert result["rank1"] == pytest.approx(1 / 3)
    assert list(result["tpir_at_fpir"]) == ["0.1", "0.03", "0.01", "0.003", "0.001"]
