"""What is lost at the camera and what is lost on the list are two figures."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from workbench.evaluation import acquisition_failures, clopper_pearson, identification_result

Make = Callable[..., pl.DataFrame]


def test_each_kind_is_counted_apart(searches: Make, references: Make) -> None:
    probes = searches([(0.9, 1), (None, None)], [0.1, None, None, 0.2], tops=[0.9, None])
    listed = references("listed 0", "listed 1", "listed 1", "listed 2", failed=2)
    found = {row.pop("kind"): row for row in acquisition_failures(probes, listed).to_dicts()}
    counts = {kind: (row["failed"], row["trials"]) for kind, row in found.items()}
    assert counts == {
        "mated probe": (1, 2), "nonmated probe": (2, 4), "reference": (2, 4),
        "listed person": (1, 3),  # of listed 1 another image was enrolled
    }  # fmt: skip
    low, high = clopper_pearson(2, 4)
    assert found["reference"] == {"failed": 2, "trials": 4, "rate": 0.5, "low": low, "high": high}


def test_without_a_trial_there_is_no_rate(searches: Make, references: Make) -> None:
    found = acquisition_failures(searches(), references())
    assert found["trials"].to_list() == [0] * 4
    assert found["rate"].to_list() == [None] * 4


def test_the_result_holds_them_the_ranks_and_what_few_errors_are_worth(
    searches: Make, references: Make
) -> None:
    probes = searches([(0.9, 1), (0.8, 2)], [k / 40 for k in range(40)], tops=[0.9, 0.9])
    result = identification_result(probes, references("listed 0", "listed 1"), replicates=20)
    assert set(result["failure_rates"]) == {
        "mated probe", "nonmated probe", "reference", "listed person",
    }  # fmt: skip
    assert [row["rate"] for row in result["cmc"][:3]] == [0.5, 1.0, 1.0]
    assert [row["rank"] for row in result["cmc"]] == [1, 2, 3, 5, 10, 20, 50]
    rows = result["tpir_at_fpir"]
    assert rows["0.1"]["few_errors"] == (
        "4 of 40 trials: the 95 % interval runs from 0.27 to 2.37 times the rate"
    )
    assert rows["0.03"]["few_errors"] == (
        "1 of 40 trials: not measurable here, at most 0.132 (upper end of the 95 % interval)"
    )
    assert rows["0.001"]["few_errors"] == (
        "none of 40 trials: not measurable here, at most 1 in 13 (rule of three)"
    )
