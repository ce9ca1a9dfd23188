"""Which reports of a search cannot be made, and what the others say of how it was concluded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from workbench.errors import IllegalMoveError, RecordError
from workbench.governance.conclusions import Conclusion
from workbench.governance.reviews import Examination, Review, Surrender
from workbench.reports.search_parts import FacePicture
from workbench.reports.search_report import SearchReport
from workbench.reports.search_views import outcome_words

BuildReport = Callable[..., SearchReport]
BuildExamination = Callable[..., Examination]
NOBODY = {"candidate": None, "conclusion": Conclusion.NO_CANDIDATE, "checklist": None}
SURRENDER = Surrender(
    by="DI Otis Hart", reason="No third examiner is free.", at=datetime(2026, 11, 4, tzinfo=UTC)
)


@pytest.mark.parametrize("examined", [0, 1])
def test_no_report_shows_an_examiner_what_the_other_said(
    build_report: BuildReport, build_examination: BuildExamination, examined: int
) -> None:
    said = (build_examination("Ana Silva", 1),)[:examined]
    with pytest.raises(IllegalMoveError, match="search-7 is not concluded"):
        build_report(review=Review("search-7", said))


def test_no_report_is_made_while_two_differ(
    build_report: BuildReport, build_examination: BuildExamination
) -> None:
    said = build_examination("Ana Silva", 1), build_examination("Ben Okoro", 2, **NOBODY)
    with pytest.raises(IllegalMoveError, match="not concluded"):
        build_report(review=Review("search-7", said))


def test_no_candidate_can_be_left_out(build_report: BuildReport) -> None:
    whole = build_report()
    for considered in (whole.considered[:-1], whole.considered[::-1], ()):
        with pytest.raises(RecordError, match="not those of its list"):
            replace(whole, considered=considered)


def test_each_candidate_has_its_own_id(build_report: BuildReport) -> None:
    whole = build_report()
    same = tuple(replace(one, id="candidate-1") for one in whole.considered)
    with pytest.raises(RecordError, match="its own id"):
        replace(whole, considered=same)


def test_examiners_name_candidates_of_the_list(
    build_report: BuildReport, build_examination: BuildExamination
) -> None:
    said = tuple(build_examination(by, 1, candidate="candidate-99") for by in ("Ana", "Ben"))
    with pytest.raises(RecordError, match="candidate-99, which is no one candidate of the list"):
        build_report(review=Review("search-7", said))


@pytest.mark.parametrize(
    ("others", "surrender", "words"),
    [
        ([{}], None, ("said the same", "The images support that they show one person.")),
        ([NOBODY], SURRENDER, ("No third was asked", "do not agree on a candidate")),
        (
            [{"conclusion": Conclusion.INCONCLUSIVE}],
            SURRENDER,
            ("No third was asked", "do not agree on what the images say"),
        ),
        ([NOBODY, NOBODY], None, ("said what one of them had said", "None of the candidates")),
        (
            [NOBODY, {"candidate": "candidate-2"}],
            None,
            ("each said something else", "do not agree on a candidate"),
        ),
        (
            [NOBODY, {"conclusion": Conclusion.INCONCLUSIVE, "candidate": "candidate-2"}],
            None,
            ("each said something else", "do not agree on a candidate"),
        ),
    ],
    ids=[
        "agreed",
        "left",
        "left on one candidate",
        "third decides",
        "three differ",
        "three, one unsure",
    ],
)
def test_how_it_was_concluded(
    others: list[dict[str, Any]],
    surrender: Surrender | None,
    words: tuple[str, str],
    build_report: BuildReport,
    build_examination: BuildExamination,
) -> None:
    first = build_examination("Ana Silva", 1)
    rest = [
        build_examination(by, 2, **changes)
        for by, changes in zip(("Ben Okoro", "Chi Watanabe"), others, strict=False)
    ]
    report = build_report(review=Review("search-7", (first, *rest), surrender))
    assert words[0] in report.how_concluded
    assert words[1] in outcome_words(report)


def test_a_picture_has_the_shape_of_one() -> None:
    image = np.zeros((4, 5, 3), np.uint8)
    assert FacePicture(image).eyes_px is None
    assert FacePicture(image, np.array([[0, 0], [3, 4]], np.float32)).eyes_px == 5
    assert "0, 0" not in repr(FacePicture(image)), "no pixel is printed"
    for wrong in (
        {"image": image[..., 0]},
        {"image": image, "eyes": np.zeros((1, 2), np.float32)},
        {"image": image, "bystanders": np.zeros(4, np.float32)},
    ):
        with pytest.raises(ValueError, match="must have shape"):
            FacePicture(**wrong)
