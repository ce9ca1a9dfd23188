"""Encoders compared: only of one protocol, with differences of their own, and no word of equality."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lab_values import FACTS, counted
from review_values import Said

from widgets import EncoderComparison, compare_encoders
from widgets.threshold_lab_differences import difference_words
from workbench.evaluation import Measurement, write_measurement
from workbench.evaluation.differences import PairedDifference

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


def test_too_few_searches_are_said_instead_of_a_rate(made: list[EncoderComparison]) -> None:
    told = words_of(made, [measured("one", 0.0), measured("other", 0.1)], targets=(0.001,))
    assert [row["words"] for row in told["rates"]] == ["not measurable here"] * 2
    assert "not measurable here" in told["differences"][0]["words"]


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (found(0.02, 0.06), "At FPIR 1 in 100 new finds more than old: 2 to 6 of 100 listed people more."),
        (found(-0.06, -0.02), "At FPIR 1 in 100 new finds fewer than old: 2 to 6 of 100 listed people fewer."),
        (found(-0.02, 0.013), "At FPIR 1 in 100 this data does not tell which of new and old finds more: anything from 2.0 fewer to 1.3 more of 100 agrees with it. That is no sign that they are alike."),
        (found(0.0, 0.0), "At FPIR 1 in 100 this data does not tell which of new and old finds more: anything from 0.0 fewer to 0.0 more of 100 agrees with it. That is no sign that they are alike."),
        (found(0.02, 0.06, measurable=False), "At FPIR 1 in 100: not measurable here. Fewer than 3 false alarms are to be expected in 400 searches."),
    ],
)  # fmt: skip
def test_a_difference_in_words(difference: PairedDifference, said: str) -> None:
    assert difference_words("new", "old", difference) == said


def test_a_notebook_without_folders_is_shown_some_by_their_data() -> None:
    comparison = compare_encoders(targets=(0.03,))
    comparison.wait()
    assert comparison.words["state"] == "ready"
    assert len(comparison.words["names"]) > 1
    comparison.close()
