"""The report and the terminal of labelled clips: thresholds by name, bounds, who is not enrolled."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.cli.evaluate_telling import show_clips
from workbench.cli.evaluate_video_result import figures_of
from workbench.live.clip_counts import LabelledClip, thresholds_for
from workbench.live.clip_scores import ClipSearch
from workbench.reports.evaluation_page import EvaluationPage
from workbench.reports.evaluation_rendering import render_evaluation
from workbench.reports.evaluation_video import video_page

OWN = 2.3102


def result_of(
    clips: int = 5, *, asked: tuple[float, ...] = (2.31,), photographs: int = 2
) -> dict[str, Any]:
    """Clips of nobody listed, and one of Anna, in which no track was compared."""
    nothing = ClipSearch(50, 2.0, 1, None, (), 2, 30.0)
    people = [frozenset({"Anna"})] + [frozenset[str]()] * (clips - 1)
    labelled = [LabelledClip(f"{at}.avi", who, nothing) for at, who in enumerate(people)]
    at = thresholds_for(labelled, OWN, asked)
    refused = [
        {"path": f"Ben/{k}.jpg", "subject": "Ben", "reason": "no face found"}
        for k in range(photographs)
    ]
    return {
        "protocol": "clips.csv", "protocol_sha256": "ab" * 32, "detector": "yunet",
        "encoder": "fused", "unit": "log10 likelihood ratio", "encoders": [], "runtime": "fp32",
        "calibration": "lfw-tuning/1", "n_references": 3, "n_identities": 1,
        "not_enrolled": ["Ben"] if refused else [], "not_enrolled_photographs": refused,
        "refused": refused, **figures_of(labelled, at, OWN, asked),
    }  # fmt: skip


def rows_of(page: EvaluationPage, name: str) -> list[tuple[str, ...]]:
    (table,) = [one.table for one in page.sections if one.id == name]
    assert table is not None
    return [tuple(row) for row in table.rows]


def test_the_own_threshold_is_marked_and_no_threshold_reads_as_another(
    capsys: pytest.CaptureFixture[str],
) -> None:
    result = result_of()
    assert [one["is_default"] for one in result["thresholds"]].count(True) == 1
    names = [row[0] for row in rows_of(video_page(result), "thresholds")]
    assert len(set(names)) == len(names)
    assert {"2.31, asked", "2.3102, own"} <= set(names)
    assert "2.31" not in names
    show_clips(result)
    shown = capsys.readouterr()
    assert "2.3102, own" in shown.out
    assert "Own is the matcher's own threshold" in " ".join(shown.err.split())


def test_a_step_that_reads_as_the_own_threshold_is_left_out() -> None:
    found = thresholds_for([], OWN)
    assert OWN in found
    assert 2.31 not in found
    assert 2.31 in thresholds_for([], OWN, [2.31]), "who asks for it gets it"


def test_without_a_wrong_alert_the_bound_is_the_rule_of_three_everywhere(
    capsys: pytest.CaptureFixture[str],
) -> None:
    result = result_of()
    (row,) = [one for one in result["thresholds"] if one["is_default"]]
    assert row["wrong_bound"] == pytest.approx(0.6)
    assert row["few_errors"]["wrong"] == (
        "none of 5 trials: not measurable here, at most 0.600 (rule of three)"
    )
    page = video_page(result)
    assert "0 of 5 clips raise a wrong alert (not measurable here: at most 0.600, rule of three)" in page.headline  # fmt: skip
    assert any("at most 0.600 (rule of three) of clips" in one for one in page.notices)
    assert {row[6] for row in rows_of(page, "thresholds")} == {"at most 0.600"}
    assert "0.522" not in render_evaluation(page), "the end of the exact interval is another number"
    show_clips(result)
    assert "at most 0.600" in capsys.readouterr().out


def test_photographs_that_were_not_enrolled_are_named_with_their_reasons() -> None:
    page = video_page(result_of())
    assert rows_of(page, "not-enrolled") == [
        ("Ben/0.jpg", "Ben", "no face found"),
        ("Ben/1.jpg", "Ben", "no face found"),
    ]
    (figure,) = [one for one in page.figures if one.label == "On the list"]
    assert figure.note == "people, 3 photographs; 2 not enrolled"
    assert any(one.endswith("each appearance is missed: Ben.") for one in page.notices)
    whole = video_page(result_of(photographs=0))
    assert not [one for one in whole.sections if one.id == "not-enrolled"]
