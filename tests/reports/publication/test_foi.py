"""The pack that answers questions, and what may be said of what a bench holds."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta

import pytest
from publication_pages import Between, PublishedPage

from workbench.governance.retention_profiles import MET
from workbench.outcomes import met_deployments
from workbench.reports.publication_building import foi_files
from workbench.reports.publication_foi import FoiPage, foi_page
from workbench.reports.publication_head import PublicationHead
from workbench.reports.publication_held import HeldFacts, kept_words, told_categories
from workbench.reports.publication_rendering import render_publication

QUESTIONS = (
    "What did it cost?",
    "What was found?",
    "How often was it wrong?",
    "Where exactly?",
    "On whose authority?",
    "What was kept, and for how long?",
    "Whose images were on the list?",
    "What was it linked to?",
)


def facts(**changes: object) -> HeldFacts:
    values = {
        "reference": "r0",
        "rank": "superintendent",
        "urgent": False,
        "documents": ("Data protection impact assessment of 2026-01-15, version 2.0",),
        "categories": {"suspected": 40, "wanted-by-courts": 12},
        "too_few": False,
        "feeds": ("gate",),
        "notices": 1,
        "list_destroyed": True,
    }
    return HeldFacts(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def june(between: Between) -> FoiPage:
    return foi_page(between(date(2024, 6, 1), date(2024, 6, 30)), met_deployments())


def test_the_questions_that_people_ask_are_answered(june: FoiPage) -> None:
    assert tuple(one.question for one in june.questions) == QUESTIONS
    answers = {one.name: one.answer for one in june.questions}
    assert answers["found"] == (
        "124 alerts and 63 arrests in 16 deployments, of 18,697 faces seen."
    )
    assert answers["wrong"] == (
        "Of faces seen: 0.0535 % (10 of 18,697 faces seen; 95 % interval 0.0257 % to 0.0983 %). "
        "Of alerts: 8.06 % (10 of 124 alerts; 95 % interval 3.94 % to 14.3 %)."
    )
    assert answers["where"].startswith("A street or a spot is named in 0 of 16 records")


def test_what_the_grids_do_not_say_is_not_held_and_says_why(june: FoiPage) -> None:
    for name in ("cost", "authority", "kept", "linked"):
        (question,) = [one for one in june.questions if one.name == name]
        assert question.answer.startswith("Not held"), name
        assert {one.shown for one in question.figures} == {"not held"}
        assert all(one.note for one in question.figures)


def test_the_golden_days_of_2023(between: Between) -> None:
    page = foi_page(between(date(2023, 4, 6), date(2023, 9, 24)), met_deployments())
    figures = {one.name: one for group in page.groups.values() for one in group}
    assert figures["deployments"].value == 13
    assert figures["faces_seen"].value == 247_764
    assert figures["arrests"].value == 12
    assert figures["false_alerts"].value == 0
    assert figures["false_of_faces"].interval_shown == "0 % to 0.00149 %"


def test_the_files_hold_every_figure_with_its_base(june: FoiPage, head: PublicationHead) -> None:
    files = foi_files("foi", head, june, pdf=False)
    assert set(files) == {
        "foi.html", "foi.json", "foi-figures.csv", "foi-tables.csv", "SHA256SUMS",
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(files["foi-figures.csv"].decode())))
    assert {row["question"] for row in rows} == set(QUESTIONS)
    assert all(row["basis"] for row in rows)
    assert all(row["value"] or row["shown"] in {"unknown", "not held"} for row in rows)
    plain = json.loads(files["foi.json"])
    assert len(plain["figures"]) == len(rows)
    page = PublishedPage(files["foi.html"].decode())
    assert page.figure("false_alerts")[1:3] == ["10", "16 of 16 deployments"]


def test_what_a_bench_holds_is_answered(between: Between, head: PublicationHead) -> None:
    records = between(date(2024, 6, 4), date(2024, 6, 4))
    held = (facts(), facts(reference="r1", urgent=True, list_destroyed=False))
    page = foi_page(records, records, held=held, kept=kept_words(MET))
    answers = {one.name: one for one in page.questions}
    assert answers["authority"].answer == (
        "By written authority: 2 deployments, 1 of them in urgency."
    )
    html = render_publication("foi", head, page=page)
    seen = PublishedPage(html)
    assert seen.figure("lists_destroyed")[1:] == ["1", "2 deployments with a list"]
    assert ["suspected", "80"] in seen.table("categories").rows
    assert ["Alerts, with their pictures", "deleted within 31 days of being raised"] in (
        seen.table("kept").rows
    )
    assert answers["linked"].figures[0].value == 2


@pytest.mark.parametrize(
    ("lists", "shown"),
    [
        ([{}], {}),
        ([{"a": 5, "b": 6}], {"a": "5", "b": "6"}),
        ([{"a": 5}, {"a": 1_200, "b": 9}], {"a": "1,205", "b": "9"}),
    ],
)
def test_categories_are_added_up_as_lists_tell_them(
    lists: list[dict[str, int]], shown: dict[str, str]
) -> None:
    assert dict(told_categories([facts(categories=one) for one in lists])) == shown


def test_small_counts_of_a_category_are_suppressed() -> None:
    held = [facts(categories={"a": 7}), facts(categories={"a": 8}, too_few=True)]
    assert told_categories(held) == (
        ("a", "15"), ("further categories", "suppressed (fewer than 5)"),
    )  # fmt: skip


def test_the_rules_of_the_force_say_how_long_data_are_kept() -> None:
    assert MET.limit("alert").keep == timedelta(days=31)  # type: ignore[arg-type]
    said = dict(kept_words(MET))
    assert said["The list and its pictures"].startswith("deleted within 24 h of the deployment")
    assert said["What the system makes of a face that is like nobody's on the list"] == (
        "deleted at once, by itself"
    )
