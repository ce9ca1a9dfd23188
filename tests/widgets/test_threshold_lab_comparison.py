"""Encoders compared: only of one protocol, with differences of their own, and no word of equality."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from lab_values import FACTS, counted
from review_values import Said

from widgets import EncoderComparison, compare_encoders
from widgets.threshold_lab_differences import better_of, difference_words
from widgets.threshold_lab_words import share_words
from workbench.evaluation import Measurement, write_measurement
from workbench.evaluation.differences import PairedDifference
from workbench.evaluation.identification import det_curve
from workbench.intervals import clopper_pearson
from workbench.settings import Settings

DRAWN = np.random.default_rng(5)
OWN = DRAWN.normal(0.6, 0.1, 300)
OTHERS = DRAWN.normal(0.3, 0.05, 400)


def measured(name: str, shift: float, **facts: Any) -> Measurement:
    return counted((OWN + shift).tolist(), OTHERS.tolist(), name=name, **facts)


@pytest.fixture
def made() -> Iterator[list[EncoderComparison]]:
    kept: list[EncoderComparison] = []
    yield kept
    for one in kept:
        one.close()


def words_of(made: list[EncoderComparison], *given: Any, **how: Any) -> dict[str, Any]:
    """Return what the page of a comparison is told."""
    comparison = EncoderComparison(*given, replicates=100, **how)
    made.append(comparison)
    comparison.wait()
    said = Said(comparison)
    said.tell("hello", tries=1)
    told = said.of("comparison")[-1]
    assert told.items() >= comparison.words.items()
    return told


def found(low: float, high: float, *, measurable: bool = True) -> PairedDifference:
    """Return a difference of an interval."""
    return PairedDifference(
        target=0.01, threshold_a=0.5, threshold_b=0.5, false_alarms_a=4, false_alarms_b=4,
        tpir_a=0.9, tpir_b=0.8, difference=(low + high) / 2, low=low, high=high, only_a=1, only_b=1,
        mated=100, mated_people=100, nonmated=400, nonmated_people=400, replicates=100,
        measurable=measurable,
    )  # fmt: skip


def test_with_nothing_it_says_how_to_begin(made: list[EncoderComparison]) -> None:
    told = words_of(made)
    assert told["state"] == "empty"
    assert "--encoder NAME --report FOLDER" in told["words"]


def test_rates_and_differences_are_those_of_the_searches(made: list[EncoderComparison]) -> None:
    told = words_of(made, [measured("one", 0.0), measured("other", 0.05)], targets=(0.03,))
    assert told["state"] == "ready"
    assert (told["names"], told["reference"]) == (["one", "other"], "one")
    threshold = np.nextafter(np.sort(OTHERS.astype(np.float32))[-13], np.float32(1))
    counts = [int(((OWN + shift).astype(np.float32) >= threshold).sum()) for shift in (0.0, 0.05)]
    assert [row["found"] for row in told["rates"]] == counts
    assert [row["false_alarms"] for row in told["rates"]] == [12, 12]
    (difference,) = told["differences"]
    assert difference["difference"] == pytest.approx((counts[1] - counts[0]) / 300)
    assert (difference["only"], difference["only_reference"]) == (counts[1] - counts[0], 0)
    assert difference["low"] <= difference["difference"] <= difference["high"]


def test_curves_are_thinned_and_ascend(made: list[EncoderComparison]) -> None:
    many = counted(OWN.tolist(), DRAWN.normal(0.5, 0.1, 2000).tolist(), name="many")
    told = words_of(made, [many, many])
    for curve in told["curves"]:
        assert 100 < len(curve["fpir"]) <= 300
        assert len(set(curve["fpir"])) == len(curve["fpir"])
        assert curve["threshold"] == sorted(curve["threshold"])
        assert curve["fnir"] == sorted(curve["fnir"])
        assert min(curve["fpir"] + curve["fnir"]) > 0


def test_locked_tests_say_what_they_were_opened_for(made: list[EncoderComparison]) -> None:
    opened = {"split": "test", "opened": FACTS["created"], "opened_by": "scientist"}
    pair = [measured(name, 0.0, **opened, opened_for=f"{name}/1") for name in ("one", "other")]
    told = " ".join(words_of(made, pair)["warnings"])
    assert "opened for one/1, other/1." in told
    assert "slider" not in told


@pytest.mark.parametrize(
    "facts", [{"protocol_sha256": "1" * 64}, {"data_set": "others"}, {"split": "whole"}, {"list_size": 7}]
)  # fmt: skip
def test_another_task_is_not_compared(made: list[EncoderComparison], facts: dict[str, Any]) -> None:
    told = words_of(made, [measured("one", 0.0), measured("other", 0.0, **facts)])
    assert told["state"] == "error"
    assert f"differ in their {next(iter(facts)).replace('_', ' ')}" in told["words"]


def test_one_is_no_comparison_and_an_unknown_reference_is_said(
    made: list[EncoderComparison],
) -> None:
    assert "two measurements or more" in words_of(made, [measured("one", 0.0)])["words"]
    pair = [measured("one", 0.0), measured("other", 0.1)]
    assert "Choose one of one, other." in words_of(made, pair, reference="third")["words"]


def test_folders_of_one_name_are_told_apart(made: list[EncoderComparison], tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write_measurement(measured("same", 0.0), tmp_path / folder)
    told = words_of(made, [tmp_path / "a", str(tmp_path / "b")], reference="same (2)")
    assert told["names"] == ["same", "same (2)"]
    assert told["reference"] == "same (2)"
    assert all("does not tell which" in one["words"] for one in told["differences"] if one["measurable"])  # fmt: skip


def test_too_few_false_alarms_are_said_with_their_count_and_bound(
    made: list[EncoderComparison],
) -> None:
    told = words_of(made, [measured("one", 0.0), measured("other", 0.1)], targets=(0.003,))
    count = told["rates"][0]["false_alarms"]
    assert count == 1
    bound = share_words(clopper_pearson(1, 400).high)
    leave = f"in 400 searches, where 3 are needed, leave an FPIR of up to {bound} open"
    for row in told["rates"]:
        assert row["words"] == (
            "not measurable here: 1 false alarm in 400 searches, where 3 are needed, leaves an "
            f"FPIR of up to {bound} open"
        )
        assert row["detail"] == f"T = {row['threshold']:.2f}, {row['found']} of 300 found"
    (difference,) = told["differences"]
    assert difference["alarms"] == f"1 and 1 false alarms {leave}"
    assert difference["words"] == (
        f"At FPIR 1 in 330: not measurable here. 1 false alarm of other and 1 of one {leave}."
    )
    assert difference["better"] is None


def test_lines_end_where_fewer_than_three_errors_stand_behind_them(
    made: list[EncoderComparison],
) -> None:
    pair = [measured("one", -0.1), measured("sure", 0.3)]
    one, sure = words_of(made, pair)["curves"]
    assert min(one["fpir"]) == pytest.approx(3 / 400)
    assert min(one["fnir"]) >= 3 / 300 - 1e-6
    drawn = det_curve(pair[0].searches)
    assert drawn.filter(pl.col("false_alarms").is_in([1, 2])).height, "and there is more to draw"
    assert sure["fpir"] == [], "misses are fewer than three wherever there are false alarms"


@pytest.mark.parametrize(
    ("difference", "better", "said"),
    [
        (found(0.02, 0.06), "new", "At FPIR 1 in 100 new is better on this data: of 100 searches for listed people it finds the person in 2 to 6 more than old."),
        (found(-0.06, -0.02), "old", "At FPIR 1 in 100 old is better on this data: of 100 searches for listed people new finds the person in 2 to 6 fewer."),
        (found(-0.02, 0.013), None, "At FPIR 1 in 100 this data does not tell which of new and old is better: anything from 2.0 fewer to 1.3 more found of 100 searches agrees with it. That is no sign that they are alike."),
        (found(0.0, 0.0), None, "At FPIR 1 in 100 this data does not tell which of new and old is better: anything from 0.0 fewer to 0.0 more found of 100 searches agrees with it. That is no sign that they are alike."),
        (found(0.02, 0.06, measurable=False), None, "At FPIR 1 in 100: not measurable here. 4 false alarms of new and 4 of old in 400 searches, where 3 are needed, leave an FPIR of up to 1 in 39 open."),
    ],
)  # fmt: skip
def test_a_difference_in_words(difference: PairedDifference, better: str | None, said: str) -> None:
    assert difference_words("new", "old", difference) == said
    assert better_of("new", "old", difference) == better


@pytest.mark.parametrize(
    ("given", "chosen", "usual"),
    [
        ({"a": ("facenet", "fp32"), "b": ("fused", "int8"), "c": ("fused", "fp32")}, "c", True),
        ({"a": ("facenet", "fp32"), "b": ("fused", "int8")}, "b", True),
        ({"a": ("facenet", "fp32"), "b": ("sface", "fp32")}, "a", False),
    ],
)
def test_what_a_fresh_bench_compares_with_is_what_others_are_held_against(
    given: dict[str, tuple[str, str]], chosen: str, *, usual: bool, made: list[EncoderComparison]
) -> None:
    assert Settings.model_fields["encoder"].default == "fused"
    known = {
        name: measured(name, 0.0, matcher=matcher, runtime=runtime)
        for name, (matcher, runtime) in given.items()
    }
    told = words_of(made, known, targets=(0.03,))
    assert (told["reference"], told["usual"]) == (chosen, usual)


FITTED = {"matcher": "fused", "calibration": "lfw-tuning/1"}
LFW = "Labeled Faces in the Wild, deep-funneled, development people"


def test_a_matcher_that_was_fitted_on_the_people_shown_is_said_to_be_flattered(
    made: list[EncoderComparison],
) -> None:
    here = {"data_set": LFW, "split": "tuning"}
    pair = [measured("fused fp32", 0.0, **FITTED, **here), measured("sface fp32", 0.0, **here)]
    told = words_of(made, pair, targets=(0.03,))
    assert told["fitted"] == ["fused fp32"]
    said = " ".join(told["warnings"])
    assert "fused fp32: weights and calibration were fitted on these very people, the 1,128" in said
    assert "Only the locked test people say how they do" in said
    assert "These are press photographs (LFW), not frames of a camera" in said
    assert "who pass" not in str(told)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"data_set": "street", "split": "whole"}, "If any of them is shown here, the figures"),
        ({"data_set": LFW, "split": "test"}, None),
    ],
)
def test_of_other_people_it_says_no_more_than_is_known(
    facts: dict[str, Any], said: str | None, made: list[EncoderComparison]
) -> None:
    pair = [measured("fused", 0.0, **FITTED, **facts), measured("sface", 0.0, **facts)]
    told = words_of(made, pair, targets=(0.03,))
    assert told["fitted"] == []
    warnings = " ".join(told["warnings"])
    assert ("fitted on" in warnings) == (said is not None)
    assert said is None or said in warnings


def test_a_notebook_without_folders_is_shown_some_by_their_data() -> None:
    comparison = compare_encoders(targets=(0.03,))
    comparison.wait()
    assert comparison.words["state"] == "ready"
    assert len(comparison.words["names"]) > 1
    assert comparison.words["reference"] == "fused fp32"
    assert comparison.words["fitted"] == ["fused fp32", "fused int8"]
    comparison.close()
