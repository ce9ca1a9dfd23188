"""What stands beside the figures: what was fitted to the people shown, and how far they carry."""

from __future__ import annotations

from typing import Any

import pytest
from lab_values import counted

from widgets.threshold_lab_caveats import caveats_of
from widgets.threshold_lab_document import figures_of, lab_words
from workbench.evaluation.shipped import shipped_measurements
from workbench.matching.calibration import load_calibration

FITTED = "The weights and the calibration of the fused matcher were fitted on"
LFW = load_calibration().provenance.data_set


def told(**facts: Any) -> str:
    return " ".join(caveats_of(counted([0.5], [0.3], **facts)))


def test_what_ships_says_that_the_matcher_was_fitted_on_the_people_shown() -> None:
    tuning, test = shipped_measurements(), shipped_measurements("test")
    for numbers in ("fp32", "int8"):
        first, second = caveats_of(tuning[f"fused {numbers}"])
        assert first.startswith(f"{FITTED} these very people")
        assert "flatter" in first
        assert "the locked test" in first
        assert "the press published, not frames of a camera" in second
        assert "forecasts nothing for a street" in second
        (only,) = caveats_of(test[f"fused {numbers}"])
        assert only == second, "nothing was fitted to the locked test"
    assert FITTED not in " ".join(caveats_of(tuning["sface fp32"]))
    assert "The crop of faces was chosen on these" in caveats_of(tuning["sface fp32"])[0]


@pytest.mark.parametrize(
    ("facts", "fitted"),
    [
        ({"data_set": LFW, "matcher": "fused", "calibration": "lfw-tuning/1"}, "these very people"),
        ({"data_set": LFW, "matcher": "fused", "calibration": "lfw-tuning/1", "split": "whole"}, "people who are among these"),
        ({"data_set": LFW, "matcher": "fused", "calibration": "own/1"}, None),
        ({"data_set": "a street", "matcher": "fused", "calibration": "lfw-tuning/1"}, None),
    ],
)  # fmt: skip
def test_fitted_is_said_of_the_people_it_is_true_of(
    facts: dict[str, Any], fitted: str | None
) -> None:
    assert (FITTED in told(**facts)) is (fitted is not None)
    if fitted is not None:
        assert f"{FITTED} {fitted}" in told(**facts)


def test_own_images_are_not_called_photographs_of_the_press() -> None:
    words = told()
    assert "press" not in words
    assert "forecasts nothing for a street" in words
    assert "A threshold looks better on the people it was chosen on" in words


def test_they_go_to_the_page() -> None:
    measurement = counted([0.5] * 5, [0.3] * 5)
    assert lab_words(figures_of(measurement, None, 0))["caveats"] == caveats_of(measurement)
