"""A report of a probe of several pictures: each is shown, and who said what of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from workbench.governance.eyes_by_hand import EyesByHand
from workbench.governance.joined_pictures import JoinedPicture
from workbench.governance.said_before import SaidBefore
from workbench.reports.search_limits import limits
from workbench.reports.search_parts import Further, Override
from workbench.reports.search_rendering import render_search
from workbench.reports.search_report import SearchReport

BuildReport = Callable[..., SearchReport]

AT = datetime(2026, 11, 1, 10, tzinfo=UTC)
WHY = "Coat and bag are the same in both."


def rendered(report: SearchReport) -> str:
    """Return it with its lines joined."""
    return " ".join(render_search(report).split())


def test_each_is_shown_and_that_they_may_show_different_people(build_report: BuildReport) -> None:
    report = build_report(enhanced=False)
    unlike = JoinedPicture(
        verdict="reject",
        reasons=("It is blurred.",),
        eye_distance_px=20.0,
        likeness=-2.0,
        unit="log10 likelihood ratio",
        floor=-0.5,
    )
    probe = replace(
        report.probe,
        verdict="accept",
        frames=3,
        further=(
            Further("bc" * 32, unlike, report.probe.original),
            Further("cd" * 32),
        ),
        same_person=Override("DC Mara Lind", AT, WHY),
    )
    said = rendered(replace(report, probe=probe))
    for words in (
        "may show different people. Picture 2 is less like the first",
        "DC Mara Lind joined them. See section 2.",
        "Picture 2 of the probe was judged too poor to search with (reject)",
        "Likeness to the first: -2.00 log10 likelihood ratio, below -0.50, which 1 in 100 pairs",
        "It is blurred.",
        "Not shown: where other people are in it was not kept",
        "The version that searched did not judge it",
        f'by DC Mara Lind, 2026-11-01 10:00 UTC: <span class="typed">{WHY}',
        "3 pictures given as of one face",
        "bc" * 32,
        "cd" * 32,
    ):
        assert words in said, words
    assert said.count('alt="Picture 2 of the probe"') == 1
    assert 'alt="Picture 3 of the probe"' not in said


def test_an_override_of_pictures_that_are_all_good_lets_nothing_pass(
    build_report: BuildReport,
) -> None:
    report = build_report()
    assert "was let pass by" in rendered(report)
    good = replace(report.probe, verdict="warn")
    assert "was let pass by" not in rendered(replace(report, probe=good))


def test_what_was_said_in_an_earlier_search_is_told_of_it(build_report: BuildReport) -> None:
    report = build_report()
    placed = EyesByHand(pixels=report.probe.log.searched, right_eye=(20, 30), left_eye=(60, 31))
    earlier = SaidBefore(search="search-3", by="DS First", at=AT)
    probe = replace(report.probe, by_hand=placed, earlier=earlier)
    said = rendered(replace(report, probe=probe))
    assert "Placed by DS First, 2026-11-01 10:00 UTC, in search <code>search-3</code>" in said
    told = " ".join(one.text for one in limits(replace(report, probe=probe)))
    assert "DS First placed them." in told
    assert f"{report.searched_by} placed them" not in told
