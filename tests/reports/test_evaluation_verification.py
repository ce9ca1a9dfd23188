"""The report and the terminal of a verification tell counts and bounds where few pairs err."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl
import pytest

from workbench.cli.evaluate_telling_pairs import show_pairs
from workbench.evaluation.equal_error import equal_error
from workbench.evaluation.results import verification_result
from workbench.evaluation.verification import error_rates
from workbench.intervals import clopper_pearson
from workbench.reports.evaluation_page import EvaluationPage, Section
from workbench.reports.evaluation_rendering import render_evaluation
from workbench.reports.evaluation_verification import verification_page

MADE_WITH: dict[str, Any] = {
    "protocol": "pairs.csv", "protocol_sha256": "ab" * 32, "detector": "yunet", "encoder": "sface",
    "unit": "cosine", "encoders": [], "runtime": "fp32", "calibration": None,
}  # fmt: skip


def scored(mated: list[float], others: list[float]) -> pl.DataFrame:
    """Pairs of people who are in one pair each, in two folds."""
    truth = [True] * len(mated) + [False] * len(others)
    count = len(truth)
    return pl.DataFrame(
        {
            "pair": range(1, count + 1),
            "fold": [at % 2 + 1 for at in range(count)],
            "mated": truth,
            "acquired": [True] * count,
            "score": [*mated, *others],
            "identity": [f"a{at}" for at in range(count)],
            "other_identity": [f"a{at}" if one else f"b{at}" for at, one in enumerate(truth)],
        },
        schema_overrides={"score": pl.Float32},
    )


def result_of(pairs: pl.DataFrame) -> dict[str, Any]:
    return {**MADE_WITH, **verification_result(pairs, replicates=50)}


def page_of(pairs: pl.DataFrame, **options: bool) -> EvaluationPage:
    return verification_page(pairs, error_rates(pairs), result_of(pairs), **options)


def section(page: EvaluationPage, name: str) -> Section:
    return next(one for one in page.sections if one.id == name)


CLEAN = scored([0.9, 0.8] * 10, [0.1, 0.2] * 10)
generator = np.random.default_rng(1)
NOISY = scored(list(generator.normal(1.2, 1.0, 60)), list(generator.normal(0.0, 1.0, 60)))


def test_without_an_error_there_are_counts_and_bounds_and_no_accuracy() -> None:
    result, page = result_of(CLEAN), page_of(CLEAN)
    assert result["equal_error_rate_interval"] is None, "draws that agree are no interval"
    assert result["equal_error"]["few_errors"].endswith("at most 0.150 (rule of three)")
    assert result["few_errors"] == (
        "none of 40 trials: not measurable here, at most 1 in 13 (rule of three)"
    )
    assert "0 of 40 pairs" in page.headline
    assert "too few for an accuracy, of wrong ones at most 1 in 13 (rule of three)" in page.headline
    html = render_evaluation(page)
    assert "1.0000" not in html
    assert "± 0" not in html
    assert "0 to 0" not in html
    said = " ".join(page.notices)
    for words in (
        "Fewer than three pairs are decided wrongly, 0 of 40: the accuracy is not measurable here",
        "It is at least 0.925 (rule of three).",
        "even without a false match FAR is at most 0.150 (rule of three)",
    ):
        assert words in said
    (equal,) = [one for one in page.figures if one.label == "Equal error rate"]
    assert equal.value == "not measurable here"
    assert equal.note == "none of 20 false matches and none of 20 false non-matches, at most 0.150 (rule of three)"  # fmt: skip
    table = section(page, "frr").table
    assert table is not None
    assert table.rows[-1][:4] == ("0.001 (1 in 1,000)", "0.20", "0 of 20", "at most 0.150")
    assert "rule of three, 3 / n" in section(page, "frr").notes[0]


def test_the_terminal_tells_the_same_bounds(capsys: pytest.CaptureFixture[str]) -> None:
    show_pairs(result_of(CLEAN))
    shown = capsys.readouterr()
    flat = " ".join(shown.out.split())
    for words in (
        "0 of 40 over 2 folds",
        "not measurable here: at least 0.925 (rule of three)",
        "none of 20 false matches and none of 20 false non-matches: not measurable here, at most",
        "0.001 0.2000 0 of 20 at most 0.150 0 of 20 not measurable here",
    ):
        assert words in flat
    assert "1.0000" not in flat
    assert shown.err.count("rule of three") == 1, "its kind is named once below the table"


def test_with_errors_enough_rates_have_their_intervals(capsys: pytest.CaptureFixture[str]) -> None:
    result, page = result_of(NOISY), page_of(NOISY)
    low, high = clopper_pearson(result["errors"], 120)
    assert 3 <= result["errors"] < 60
    assert f"accuracy {result['accuracy']:.4f} ± " in page.headline
    ends = f"{math.floor(low * 1000) / 1000:.3f} to {math.ceil(high * 1000) / 1000:.3f}"
    assert ends in page.headline
    assert result["equal_error"]["few_errors"] is None
    show_pairs(result)
    out = " ".join(capsys.readouterr().out.split())
    assert f"{result['accuracy']:.4f} ± " in out
    assert f"95 % {1 - high:.4f} to {1 - low:.4f}, exact" in out
    assert f"{result['equal_error_rate']:.4f} (95 %, by people, " in out


def test_counts_of_the_equal_error_rate_are_those_at_its_threshold() -> None:
    found = equal_error(NOISY)
    assert found is not None
    score = pl.col("score")
    assert found.false_matches == NOISY.filter(~pl.col("mated"), score >= found.threshold).height
    assert found.false_non_matches == NOISY.filter(pl.col("mated"), score < found.threshold).height
    assert found.rate == pytest.approx((found.false_matches + found.false_non_matches) / 120)


def test_groups_that_pairs_name_are_not_denied() -> None:
    assert "do not say" in section(page_of(CLEAN), "equity").text[0]
    named = section(page_of(CLEAN, has_groups=True), "equity").text[0]
    assert named.startswith("The pairs name groups")
