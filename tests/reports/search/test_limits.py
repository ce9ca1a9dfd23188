"""The limits of a search in plain words: each where it holds, with the numbers of the search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from workbench.governance.conclusions import LEAD_ONLY, LEAD_ONLY_SOURCE
from workbench.governance.eyes_by_hand import EyesByHand
from workbench.matching.confidence import not_measured
from workbench.reports.search_limits import limits
from workbench.reports.search_parts import CutFrom
from workbench.reports.search_report import SearchReport
from workbench.retrospective.candidate_lists import CandidateList

BuildReport = Callable[..., SearchReport]


def told(report: SearchReport) -> str:
    return "\n".join(f"{one.heading} {one.text}" for one in limits(report))


def test_what_every_report_says(build_report: BuildReport) -> None:
    said = told(build_report(enhanced=False))
    assert said.startswith(LEAD_ONLY)
    for words in (
        LEAD_ONLY_SOURCE.describe(),
        "The list has 6 candidates, all there are; 50 were asked for.",
        "would be as long if the person in the probe were not in what was searched",
        "people who look alike",
        "1,234,567 comparisons of photographs of 2,019 people (LFW, tuning)",
        "need not carry to this search",
        "those of the measurement share people, so that intervals are rather too narrow",
        "No score is a percentage of a match",
        "How often these examiners err was not measured here",
        "Candidates are shown by rank, so that each knew whom the program puts first.",
        "Section 5 says of each whether this bench showed them scores",
        "replaced by blocks of one mean colour",
    ):
        assert words in said


@pytest.mark.parametrize("words", ["An enhanced copy", "Several pictures", "Triage", "appearance"])
def test_what_does_not_hold_is_not_said(words: str, build_report: BuildReport) -> None:
    report = build_report(enhanced=False)
    assert words not in told(replace(report, probe=replace(report.probe, frames=1)))


def test_an_enhanced_copy_and_joined_frames(build_report: BuildReport) -> None:
    said = told(build_report())
    assert "An enhanced copy was searched with." in said
    assert "What scores mean was not measured with enhanced pictures." in said
    assert "How often a joined probe of somebody who is not there scores as high" in said
    assert "made of 3 pictures of one face, weighted by what each is worth" in said
    assert "Should they not all show the same person" in said
    assert "track" not in said, "stills of several cameras are none"


def test_looks_at_an_appearance_are_of_one_track(build_report: BuildReport) -> None:
    report = build_report()
    cut = replace(report.probe, cut_from=CutFrom("footage-1/0/3", "12" * 32))
    said = told(replace(report, probe=cut))
    assert "made of 3 pictures of one face, of one track, weighted by what each is worth" in said
    assert "Should the track have passed from one person to another" in said


def test_eyes_by_hand(build_report: BuildReport) -> None:
    report = build_report()
    placed = EyesByHand(
        pixels=report.probe.log.searched,
        right_eye=(20, 30),
        left_eye=(60, 31.25),
        found=((22, 40), (58, 40)),
    )
    said = told(replace(report, probe=replace(report.probe, by_hand=placed)))
    assert "placed by hand, at right (20.0, 30.0) px, left (60.0, 31.2) px." in said
    assert "The detector had them at right (22.0, 40.0) px, left (58.0, 40.0) px." in said
    assert "DC Mara Lind placed them." in said
    assert "placed by hand" not in told(report)


def test_triage(build_report: BuildReport, build_list: Callable[..., CandidateList]) -> None:
    said = told(build_report(found=build_list(4, full_scan=False)))
    assert "A conclusion rests on a full scan." in said


def test_enlarging_makes_no_face_larger(
    build_report: BuildReport, build_picture: Callable[..., Any]
) -> None:
    report = build_report()
    assert report.probe.picture.eyes_px == 40
    assert "It has 20 px between the eyes, fewer than 30." in told(report)
    large = replace(report.probe, original=build_picture(1, 100, 31))
    assert "The face is small" not in told(replace(report, probe=large))
    unknown = replace(large, picture=build_picture(1, 100), original=build_picture(1, 100))
    assert "The face is small" not in told(replace(report, probe=unknown))


def test_ages_are_counted_from_the_search(build_report: BuildReport) -> None:
    report = build_report(4)
    dates = (date(2006, 11, 3), date(2021, 11, 2), date(2021, 11, 10), None)
    aged = [replace(one, image_date=day) for one, day in zip(report.considered, dates, strict=True)]
    said = told(replace(report, considered=aged))
    assert "Of the 4 pictures, 2 were 5 years old or older, the oldest 20 years" in said
    assert "and of 1 nobody knows when they were taken" in said
    none = [replace(one, image_date=None) for one in report.considered]
    assert "Of the 4 pictures, 0 were 5 years old or older, and of 4" in told(
        replace(report, considered=none)
    )


def test_a_full_list_is_as_long_as_it_was_asked_for(build_report: BuildReport) -> None:
    assert "The list has 50 candidates because so many were asked for." in told(build_report(50))


def test_footage_has_limits_of_its_own(
    build_report: BuildReport, build_footage: Callable[[], Any]
) -> None:
    said = told(build_report(searched=build_footage()))
    assert "Not seen does not mean not there." in said
    assert "Faces age" not in said


def test_times_of_footage_are_as_good_as_its_clocks(
    build_report: BuildReport, build_footage: Callable[[], Any]
) -> None:
    footage = build_footage()
    clock, counted = "the clock of its file, corrected", "times count from its start"
    both = told(build_report(searched=footage))
    assert clock in both
    assert counted in both
    timed, untimed = (
        told(build_report(searched=replace(footage, files=(one,)))) for one in footage.files
    )
    assert clock in timed
    assert counted not in timed
    assert "Times of footage-2 were counted" in both
    assert "were counted" not in timed
    assert clock not in untimed
    assert counted in untimed


def test_what_was_not_measured_is_not_said_to_be(
    build_report: BuildReport, build_list: Callable[..., CandidateList]
) -> None:
    found = build_list(2)
    blank = tuple(
        replace(one, meaning=not_measured(one.score, 4000, "no calibration"))
        for one in found.candidates
    )
    said = told(build_report(found=replace(found, candidates=blank)))
    assert "What the scores mean was not measured." in said
    assert "Error rates were measured" not in said
