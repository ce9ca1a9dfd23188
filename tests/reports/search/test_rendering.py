"""The report as HTML: all that was done is in it, and it stands on its own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from workbench.governance.checklists import Component, Seen
from workbench.governance.conclusions import CONCLUSION_SOURCE, LEAD_ONLY, Conclusion
from workbench.governance.reviews import Examination, Review
from workbench.matching.calibration import load_calibration
from workbench.matching.confidence import ScoreMeaning, meaning, not_measured
from workbench.reports.search_parts import Another, CutFrom
from workbench.reports.search_rendering import render_search
from workbench.reports.search_report import SearchReport
from workbench.reports.search_views import brief, comparisons, interval
from workbench.retrospective.candidate_lists import CandidateList

BuildReport = Callable[..., SearchReport]
BuildExamination = Callable[..., Examination]
MEANT = "1 in 6,000 1 in 30,000 to 1 in 2,000"
"""What a score means in a row of the list, with its interval."""


class Outline(HTMLParser):
    """Collects tags, and text in one line."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] != [("style", {})]:
            self.words += data.split()

    @property
    def text(self) -> str:
        return " ".join(self.words)


def text_of(report: SearchReport) -> str:
    return Outline(render_search(report)).text


def test_a_search_that_found_nobody(build_report: BuildReport) -> None:
    nobody = Examination(
        by="Ana Silva",
        candidate=None,
        conclusion=Conclusion.NO_CANDIDATE,
        checklist=None,
        reason="Nobody there resembles the person.",
        at="2026-11-03T13:00:00Z",
    )
    review = Review("search-7", (nobody, nobody.model_copy(update={"by": "Ben Okoro"})))
    said = text_of(build_report(0, review=review))
    assert "What the search says None of the candidates is put forward." in said
    assert "There was nobody to consider: what was searched holds no face." in said
    assert LEAD_ONLY in said


def test_everything_that_was_done_is_there(build_report: BuildReport) -> None:
    report = build_report()
    said = text_of(report)
    steps = report.probe.log.steps
    for words in (
        "CR-2026-0417",
        "Authorised by DI Otis Hart, inspector, 2026-11-02 12:00 UTC.",
        "ends 2026-12-01 12:00 UTC",
        "ab" * 32,
        report.probe.log.original,
        *(one.after for one in steps),
        report.probe.log.describe(),
        "left 4, top 4, width 90, height 90",
        "by DI Otis Hart, 2026-11-03 12:00 UTC: There is no other picture of the person.",
        "3 pictures of one face, weighted by what each is worth",
        f"The first is shown here; the others have SHA-256 {'bc' * 32} {'cd' * 32}",
        "4,000 reference images of 3,750 people",
        "custody taken in police detention (PACE 1984, s.64A) 3,900 of 4,000",
        "Every reference was compared.",
        "50 candidates asked for, 6 returned, out of 4,000 references",
        "facenet: int16, sface: int16",
        "policy-3",
        "Examiner 1: Ana Silva",
        "Examiner 2: Ben Okoro",
        "nose similar broad bridge, tip turned to its left",
        "ears not visible not visible",
        "9a" * 32,
        "number 1,421, 2026-11-03 16:00 UTC",
        "Crown Prosecution Service",
        "Category: demonstration.",
        "The search used an enhanced copy of the probe, not the original.",
        "was judged too poor to search with (reject), and was let pass by DI Otis Hart.",
        "faces of other people hidden: 1",
    ):
        assert words in said, words


def test_a_demonstration_says_where_the_scores_of_its_footage_come_from(
    build_report: BuildReport, build_footage: Callable[[], Any]
) -> None:
    words = "out of the very one that is the probe: scores of this footage are far above those"
    of_footage = build_report(searched=build_footage())
    assert words in text_of(of_footage)
    assert words not in text_of(replace(of_footage, category=None))
    assert words not in text_of(build_report()), "its collection has another photograph"


def test_every_candidate_is_listed(build_report: BuildReport) -> None:
    said = text_of(build_report(6))
    for rank in range(1, 7):
        assert f"candidate-{rank} REF-{999 + rank}" in said
    assert f"candidate-1 REF-1000 put forward 6.50 0.50 {MEANT} accept 2016-05-17" in said
    assert f"candidate-2 REF-1001 6.00 0.50 {MEANT} warn 28 px between the eyes" in said
    assert f"candidate-3 REF-1002 5.50 0.50 {MEANT} accept unknown" in said
    assert "candidate-6 REF-1005 4.00 last" in said


def test_a_fitted_ratio_is_told_as_an_order_and_as_no_weight_of_evidence(
    build_report: BuildReport,
) -> None:
    said = text_of(build_report())
    assert "Whether that holds for other people and pictures was not checked" in said
    assert (
        "above the highest score of two different people in its data nothing bears it out" in said
    )
    assert "1,000 times" not in said


def test_the_scale_of_conclusions_and_whose_it_is_are_told(build_report: BuildReport) -> None:
    said = text_of(build_report())
    assert "Of a candidate one of seven grades is said" in said
    grades = [one for one in Conclusion if one.is_about_a_candidate]
    assert len(grades) == 7
    assert CONCLUSION_SOURCE.describe() in said


def test_what_the_score_means_stands_beside_the_conclusion(build_report: BuildReport) -> None:
    said = text_of(build_report())
    means = "1 in 6,000 faces of people who are not on the list score this high"
    where = "measured on photographs, not on frames of cameras"
    assert f"What the program's score means: {means}, {where}." in said
    assert f"its 95 % interval. That was {where}; section 7 says on which." in said
    assert said.index("What the program's score means") < said.index("1. The case")


@pytest.mark.parametrize(
    ("meant", "told"),
    [
        ("nearly all X (95 % interval nearly all to nearly all; of Y)", ""),
        ("8 in 10 X (95 % interval 8 in 10 to 8 in 10; of Y)", ""),
        ("nearly all X (95 % interval: nearly all at both ends; of Y)", ""),
        ("8 in 10 X (95 % interval 7 in 10 to 8 in 10; of Y)", "7 in 10 to 8 in 10"),
        ("above all of Y; fewer than 1 in 260 X (upper end of the 95 % interval)", ""),
    ],
)
def test_an_interval_stands_in_the_list_where_it_says_more(meant: str, told: str) -> None:
    faces = "faces of people who are not on the list score this high"
    text = meant.replace("X", faces)
    assert interval(ScoreMeaning(1.0, 9, 0.1, 0.8, 0.7, 0.8, text, "Y", True)) == told


def test_images_that_were_not_taken_are_counted(build_report: BuildReport) -> None:
    report = build_report()
    left = replace(report.searched, refused=1244, listed="7f" * 32)
    said = text_of(replace(report, searched=left))
    assert "Not in it 1,244 further images were not taken when it was imported" in said
    assert "Whoever only these show was not searched for" in said
    assert f"before any was refused {'7f' * 32}" in said
    assert "Not in it" not in text_of(report)


def test_a_picture_that_was_cut_from_footage_is_no_frame_as_it_came(
    build_report: BuildReport,
) -> None:
    report = build_report()
    assert "As it was cut from the footage" not in text_of(report)
    cut = replace(report.probe, cut_from=CutFrom("footage-1/0/3", "12" * 32))
    said = text_of(replace(report, probe=cut))
    assert "As it was cut from the footage, 100 x 100 px" in said
    assert "So its digests are not those of the frame." in said
    assert "As it came," not in said


def test_parts_of_which_nobody_said_anything_are_named(build_report: BuildReport) -> None:
    said = text_of(build_report())
    assert "Nothing was said of: skin; outline of face and head; hair and hairline" in said
    (left,) = re.findall(r"Nothing was said of: (.+?)\.", said)
    assert {"nose", "ears", "chin and jaw"}.isdisjoint(left.split("; "))
    assert len(left.split("; ")) == len(Component) - 3


def test_other_searches_with_the_probe_are_listed(build_report: BuildReport) -> None:
    report = build_report()
    assert "Other searches with this probe none of this case" in text_of(report)
    what = "custody-2026, triage in two stages, in memory; with an enhanced copy"
    left = "two examiners differed; left as inconclusive"
    before = Another("search-6", report.searched_at, "DC Mara Lind", what, left, ("Ana Silva",))
    said = text_of(build_report(others=(before,), left_out=("search-3", "search-4")))
    assert f"Examination: {left}. Of those who concluded here, these did there: Ana Silva." in said
    assert "none was shown what another had said until their own conclusion was saved" in said
    assert "apart from each other" in said
    assert "Of this case, with at least one of its pictures: 1 2026-11-03 12:00 UTC" in said
    assert f"DC Mara Lind: {what} search-6" in said
    assert "As whoever searched asked, the probe of search-3 , search-4" in said


def test_who_knew_of_an_earlier_search_is_not_said_to_have_concluded_apart(
    build_report: BuildReport, build_examination: BuildExamination
) -> None:
    plain = build_report()
    people = ("Ana Silva", "Ben Okoro")
    before = Another(
        "search-6",
        plain.searched_at,
        "DC Mara Lind",
        "custody-2026",
        "two differed",
        people,
        people,
    )
    known = (
        "Not all were blind. When they concluded, Ana Silva and Ben Okoro knew what another had "
        "said of the same probe on search search-6."
    )
    third = {"candidate": None, "conclusion": Conclusion.NO_CANDIDATE, "checklist": None}
    chi = build_examination("Chi Watanabe", 4, conclusion=Conclusion.INCONCLUSIVE)
    reviews = [
        plain.review,
        Review("search-7", (plain.review.examinations[0], build_examination("B", 3, **third), chi)),
        Review("search-7", (plain.review.examinations[0], build_examination("B", 3, **third),
                            build_examination("C", 4, **third))),
    ]  # fmt: skip
    for review in reviews:
        said = text_of(build_report(review=review, others=(before,)))
        assert said.count(known) == 3, "where it is concluded, examined and limited"
        assert "apart from each other" not in said
        assert "none was shown" not in said
        assert "shown neither" not in said
        assert "Each concluded without knowing" not in said
        assert "Knew what another had said there before concluding here: Ana Silva, Ben" in said


def test_whether_scores_were_shown_is_said_of_each_examiner(
    build_report: BuildReport, build_examination: BuildExamination
) -> None:
    seen = [True, False, None]
    third = {"conclusion": Conclusion.INCONCLUSIVE}
    said = [
        build_examination(by, hours, scores_seen=one, **(third if hours == 1 else {}))
        for hours, (by, one) in enumerate(zip(("Ana", "Ben", "Chi"), seen, strict=True), 1)
    ]
    text = text_of(build_report(review=Review("search-7", tuple(said))))
    found = re.findall(r"Saved [^.]+?\. Scores: (.+?)\.", text)
    assert found == [
        "shown before concluding",
        "not shown before concluding",
        "whether they were shown before is not recorded",
    ]


def test_pixels_are_digested_as_the_report_says(build_report: BuildReport) -> None:
    report = build_report()
    said = text_of(report)
    assert "text “HxW RGB” and a line feed, H and W being height and width in px" in said
    pixels = report.probe.original.image
    height, width = pixels.shape[:2]
    by_hand = hashlib.sha256(f"{height}x{width} RGB\n".encode() + pixels.tobytes()).hexdigest()
    assert f"Pixels of the original: {by_hand}" in said


def test_no_score_is_a_percentage(build_report: BuildReport) -> None:
    said = re.findall(r"[\w.]+ %", text_of(build_report()))
    assert set(said) == {"95 %"}, "an interval, and nothing of a match"


def test_it_never_says_that_somebody_was_identified(build_report: BuildReport) -> None:
    said = text_of(build_report()).casefold().replace(LEAD_ONLY.casefold(), "")
    assert not re.findall(r"identif\w+", said)


def test_triage_is_said_before_all_else(
    build_report: BuildReport, build_list: Callable[..., CandidateList]
) -> None:
    said = text_of(build_report(found=build_list(3, full_scan=False)))
    assert said.index("Triage: not every reference was compared") < said.index("1. The case")


def test_a_case_that_nobody_decided_on_is_provisional(build_report: BuildReport) -> None:
    said = text_of(build_report(decision=None))
    assert said.index("The case is provisional") < said.index("1. The case")
    assert "None yet; to be authorised by 2026-11-03 12:00 UTC." in said
    whole = build_report()
    assert whole.decision is not None
    refused = whole.decision.model_copy(update={"granted": False})
    assert "The case was refused. What was found must not be used." in text_of(
        build_report(decision=refused)
    )


def test_footage_with_its_clocks_and_damage(
    build_report: BuildReport, build_footage: Callable[[], Any]
) -> None:
    report = build_report(2, searched=build_footage(), enhanced=False)
    placed = tuple(
        replace(one, image_date=None, place="footage-1, 0:12.4 to 0:15.0")
        for one in report.considered
    )
    said = text_of(replace(report, considered=placed))
    assert "-42.0 s to the true time" in said
    assert "start unknown: times count from the start of the file" in said
    assert (
        "Note. Its times repeat or run backwards. Note. Not all of it is there: ends early." in said
    )
    assert "1:00:00.0 long" in said
    assert "accept footage-1, 0:12.4 to 0:15.0" in said
    assert "faces were followed over 1,250 stretches" in said
    assert "out of 4,000 looks at 1,250 stretches" in said


def test_where_examiners_differ_is_marked(
    build_report: BuildReport,
    build_examination: BuildExamination,
    build_checklist: Callable[..., Any],
) -> None:
    said = (
        build_examination("Ana Silva", 1),
        build_examination("Ben Okoro", 2, checklist=build_checklist(nose=Seen.DIFFERENT)),
    )
    (found,) = comparisons(build_report(review=Review("search-7", said)))
    assert [part.name for part in found.parts if part.differs] == ["nose"]
    assert {part.name for part in found.parts} == {"nose", "ears", "chin and jaw"}


def test_two_candidates_are_compared_apart_and_a_list_about_none_is_kept(
    build_report: BuildReport,
    build_examination: BuildExamination,
    build_checklist: Callable[..., Any],
) -> None:
    none = {"candidate": None, "conclusion": Conclusion.NO_CANDIDATE}
    said = (
        build_examination("Ana Silva", 1, candidate="candidate-3"),
        build_examination("Ben Okoro", 2),
        build_examination("Chi Watanabe", 3, **none),
    )
    report = build_report(review=Review("search-7", said))
    found = comparisons(report)
    assert [one.candidate and one.candidate.id for one in found] == [
        "candidate-1",
        "candidate-3",
        None,
    ]
    assert [[who.title for who in one.examiners] for one in found] == [
        ["Examiner 2"],
        ["Examiner 1"],
        ["Examiner 3"],
    ]
    assert "Noted by who put nobody forward" in text_of(report)


def test_nothing_is_fetched_and_nothing_runs(build_report: BuildReport) -> None:
    html = render_search(build_report())
    outline = Outline(html)
    assert not {"script", "iframe", "object", "embed", "form", "a"} & {t for t, _ in outline.tags}
    for tag, attributes in outline.tags:
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        address = attributes.get("href") or attributes.get("src") or "data:,"
        assert address.startswith("data:"), (tag, attributes)
    assert "url(" not in html
    assert "@import" not in html


def test_language_headings_tables_and_pictures(build_report: BuildReport) -> None:
    outline = Outline(render_search(build_report()))
    assert ("html", {"lang": "en-GB"}) in outline.tags
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    named = [a["aria-labelledby"] for _, a in outline.tags if "aria-labelledby" in a]
    assert len(set(ids)) == len(ids)
    assert set(named) <= set(ids)
    assert all(a.get("scope") for tag, a in outline.tags if tag == "th")
    assert all(a.get("alt") for tag, a in outline.tags if tag == "img")


@pytest.mark.parametrize(
    ("score", "references", "words"),
    [
        (-9.0, 4000, "nearly all"),
        (40.0, 4000, "fewer than 1 in 110"),
        (40.0, 1_000_000, "too few to say more"),
    ],
)
def test_a_meaning_is_brief_in_a_cell(score: float, references: int, words: str) -> None:
    assert brief(meaning(score, references, load_calibration(), "fused")) == words
    assert brief(not_measured(score, references, "no calibration")) == "not measured"
