"""The page of one deployment: what it says of one of the bench, of one that runs, of a published."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from deployment_facts_values import BENCH, ENDED, RUNNING, STARTED, drawn_facts, drawn_snapshot
from managers_values import part_of, section_of, snapshot_folder, text_of

from widgets.deployment_page import DeploymentPage
from widgets.deployment_sections import fact_sections
from widgets.deployment_times import alert_chart, decision_chart, search_chart
from workbench.outcomes import met_deployments
from workbench.outcomes.deployment_facts import FeedFacts
from workbench.outcomes.snapshot import Snapshot, write_snapshot

DALSTON = "met-2023-2024-113"
NOW = STARTED + timedelta(days=2)
WESTMINSTER = "met-2023-2024-024"


def shown(folder: Path, choices: Mapping[str, str] | None = None) -> dict[str, Any]:
    page = DeploymentPage(folder)
    try:
        page.wait()
        return page.document(choices)
    finally:
        page.close()


def pairs(document: dict[str, Any], section: str, name: str) -> dict[str, str]:
    return dict(part_of(document, section, name)["pairs"])


def table_of(part: dict[str, Any]) -> list[list[str]]:
    """Return the words of each row of a table."""
    return [
        [str(one["words"] if isinstance(one, dict) else one) for one in row] for row in part["rows"]
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drawn_snapshot(tmp_path_factory.mktemp("page51") / "snapshot")


def test_the_newest_of_the_bench_comes_first_and_those_that_run_are_listed(folder: Path) -> None:
    document = shown(folder)
    source, deployment = document["filters"]
    assert [one for one, _ in source["options"]][:3] == ["", "running", BENCH]
    names = [one for one, _ in deployment["options"]]
    assert (names[1], names[-1], len(names)) == (ENDED, RUNNING, 1 + 1 + 286 + 1)
    assert section_of(document, "which")["title"].startswith("North End, outside the Whitgift")


def test_a_source_narrows_the_list_to_its_own(folder: Path) -> None:
    document = shown(folder, {"source": "running"})
    assert [one for one, _ in document["filters"][1]["options"]] == ["", RUNNING]
    assert "no record yet" in text_of(section_of(document, "which"))
    assert pairs(document, "which", "so_far")["Alerts up to 25 November 2026, 10:50:00 UTC"] == "9"
    later = "told once the deployment has ended"
    assert text_of(part_of(document, "decisions", "later")).endswith(later)
    assert pairs(document, "kept", "kept")["Of them kept by a legal hold"] == later
    assert "While it runs" in part_of(document, "times", "alerts")["note"]
    document = shown(folder, {"source": "Met LFR deployment grid 2020 to 2022"})
    assert len(document["filters"][1]["options"]) == 1 + 9
    assert "28 July 2022" in section_of(document, "which")["title"]


def test_another_source_leaves_the_deployment_of_the_one_before(folder: Path) -> None:
    document = shown(folder, {"source": BENCH, "deployment": DALSTON})
    assert document["filters"][1]["value"] == ""
    assert pairs(document, "which", "which")["Record"] == ENDED
    assert shown(folder, {"source": BENCH, "deployment": ENDED})["filters"][1]["value"] == ENDED


def test_of_one_of_the_bench_the_questions_of_critics_are_answered(folder: Path) -> None:
    """What it cost, what was found, how often wrong, where exactly, on whose authority, kept."""
    document = shown(folder, {"deployment": ENDED})
    figures = {one["title"]: one for one in part_of(document, "glance", "figures")["figures"]}
    assert figures["Cost"]["value"] == "£412.50 known"
    assert "1 line unknown: this is no total" in figures["Cost"]["lines"]
    assert pairs(document, "cost", "sums")["Total"] == "unknown"
    assert figures["Arrests"]["lines"][0] == "5 of 16 alerts"
    false = figures["False alerts"]["lines"]
    assert false[0] == "2 of 18,240 faces seen: 1 in 9,100"
    assert false[2].startswith("2 of 16 alerts: ")
    assert "at worst, undecided and unconfirmed taken for false: 7 of 16 alerts" in false[4]
    assert len(false) == 5
    where = pairs(document, "where", "place")
    assert where["Coordinates"] == "51.37421, -0.10032 (WGS 84)"
    assert where["Place"] == "North End, outside the Whitgift Centre, Croydon"
    authority = pairs(document, "where", "authority")
    assert authority["Rank of the authorising officer"] == "superintendent"
    assert authority["Data protection impact assessment"] == "on record, version 2.0, 2026-10-01"
    kept = pairs(document, "kept", "kept")
    assert kept["Alerts with their pictures"].startswith("18 are kept; the first is due by")
    assert kept["Alerts destroyed in their time"] == "2 of 16 alerts"


def test_a_late_list_is_late_in_words_and_its_certificate_is_whole(folder: Path) -> None:
    document = shown(folder, {"deployment": ENDED})
    assert pairs(document, "list", "size")["Destroyed"].startswith(
        "26 November 2026, 15:22:11 UTC: late"
    )
    assert text_of(part_of(document, "list", "late")).endswith(
        "was destroyed 2 h after it was due."
    )
    [row] = part_of(document, "kept", "certificates")["rows"]
    [late] = [one for one in row if isinstance(one, dict) and one["value"] == 7200]
    assert late["words"] == "2 h late"
    assert late["mark"] == "bad"
    [digest] = pairs(document, "kept", "digests").values()
    assert len(digest) == 64


def test_a_list_that_is_still_there_past_its_time_is_late() -> None:
    one = drawn_facts()
    assert one.watchlist is not None
    there = one.watchlist.model_dump() | {"destroyed": None, "in_time": None, "state": "ready"}
    sections = fact_sections(drawn_facts(watchlist=there), one.watchlist.due + timedelta(hours=3))
    document = {"state": "ready", "sections": sections}
    said = part_of(document, "list", "late")
    assert said["mark"] == "bad"
    assert "still there, 3 h after it was due" in text_of(said)
    document["sections"] = fact_sections(drawn_facts(watchlist=there), one.watchlist.built)
    assert [one["name"] for one in section_of(document, "list")["parts"]] == ["size", "categories"]


def test_lateness_is_judged_by_when_the_figures_were_read(tmp_path: Path) -> None:
    """They were looked at again since, and not read: what is late by now is not said to be."""
    one = drawn_facts()
    assert one.watchlist is not None
    assert one.watchlist.due is not None
    there = one.watchlist.model_dump() | {"destroyed": None, "in_time": None, "state": "ready"}
    due, hour = one.watchlist.due, timedelta(hours=1)
    snapshot = Snapshot(
        bench=BENCH,
        deployments=(drawn_facts(watchlist=there),),
        read_at=due - hour,
        written_at=due + hour,
    )
    for read_at, parts in ((due - hour, 0), (due + hour, 1)):
        said = snapshot.model_copy(update={"read_at": read_at})
        write_snapshot(tmp_path / "s", said, met_deployments())
        document = shown(tmp_path / "s", {"deployment": ENDED})
        named = [one["name"] for one in section_of(document, "list")["parts"]]
        assert named.count("late") == parts


def test_one_that_has_ended_is_told_of_though_its_record_is_not_there(tmp_path: Path) -> None:
    snapshot = Snapshot(bench=BENCH, deployments=(drawn_facts(),), written_at=NOW)
    write_snapshot(tmp_path / "s", snapshot, met_deployments())
    document = shown(tmp_path / "s", {"deployment": ENDED})
    assert "its record is not among those that are shown" in json.dumps(document)
    assert section_of(document, "which")["title"].startswith("North End")


def test_small_categories_are_told_together_or_suppressed() -> None:
    document = {"state": "ready", "sections": fact_sections(drawn_facts(), NOW)}
    assert table_of(part_of(document, "list", "categories"))[1][0] == "3 other categories together"
    held = drawn_facts().watchlist
    assert held is not None
    few = {"name": None, "categories": 2, "people": None, "images": None}
    small = held.model_dump() | {"categories": [few]}
    document["sections"] = fact_sections(drawn_facts(watchlist=small), NOW)
    [row] = table_of(part_of(document, "list", "categories"))
    assert row[0] == "2 categories together"
    assert row[1:] == ["suppressed (fewer than 5)"] * 2


def test_what_is_published_stands_beside_what_it_makes(folder: Path) -> None:
    document = shown(folder, {"deployment": DALSTON})
    rows = {row[0]: row[1:] for row in table_of(part_of(document, "record", "columns"))}
    assert len(rows) == 16
    glance = {one["title"]: one for one in part_of(document, "glance", "figures")["figures"]}
    assert glance["False alerts"]["lines"][-1] == (
        "unresolved alerts are unknown: it may be worse than the worst here"
    )
    assert rows["Date"] == ["11/07/23", "11 July 2024, corrected"]
    assert "Late:" not in text_of(document)
    assert rows["Total alerts"] == ["10", "10 true + 0 false = 10"]
    assert rows["False alert rate"][0] == "0%"
    assert rows["False alert rate"][1].startswith("0 of 602 = 0 % (95 % interval 0 % to 0.611 %)")
    assert rows["No action"][1] == "arrests, other disposals and no action make 17 of 10 alerts"
    found = text_of(part_of(document, "record", "findings"))
    assert "make 17, but alerts 10" in found
    assert "Dalston alone does not say where" in found
    assert "this is of the whole document it comes from" in found
    assert "the year is a slip" in text_of(part_of(document, "record", "corrections"))


def test_what_a_force_does_not_publish_is_said_and_not_left_out(folder: Path) -> None:
    document = shown(folder, {"deployment": DALSTON})
    said = pairs(document, "unpublished", "unpublished")
    assert set(said.values()) == {"not published"}
    assert {"Cost", "On whose authority", "What was kept, and until when"} <= set(said)
    names = [one["name"] for one in document["sections"]]
    assert names == ["which", "glance", "record", "unpublished"]
    [cost] = [
        one for one in part_of(document, "glance", "figures")["figures"] if one["title"] == "Cost"
    ]
    assert cost["value"] == "not published"


def test_one_that_was_broken_off_is_in_no_rate(folder: Path) -> None:
    document = shown(folder, {"deployment": "met-2020-2022-002"})
    assert "is in no rate" in pairs(document, "which", "which")["Carried out"]
    figures = part_of(document, "glance", "figures")["figures"]
    assert [one["value"] for one in figures] == ["unknown"] * 4 + ["not published"]


def test_an_unknown_one_is_said_and_never_markup(folder: Path) -> None:
    document = shown(folder, {"deployment": "<b>no such"})
    assert document["state"] == "ready"
    assert "Nothing is known of '<b>no such'" in text_of(document["sections"])


def test_a_part_that_a_store_does_not_tell_says_why(tmp_path: Path) -> None:
    folder = drawn_snapshot(
        tmp_path / "s", deployments=(), withheld={"deployments": "this store was set up before."}
    )
    document = shown(folder, {"deployment": ENDED})
    assert "Not shown: this store was set up before." in text_of(
        section_of(document, "unpublished")
    )


def test_where_there_is_nothing_it_says_what_to_do(tmp_path: Path) -> None:
    none = met_deployments().clear()
    document = shown(snapshot_folder(tmp_path / "s", none))
    assert document["state"] == "empty"
    assert "appears here once it is authorised" in document["words"]


class TestCharts:
    """What the charts draw is what their tables say."""

    def test_ten_minutes_without_an_alert_are_there(self) -> None:
        part = alert_chart(drawn_facts())
        counts = [row[2] for row in part["rows"]]
        assert counts == [2, 0, 1, 4, 0, 0, 2, 0, 0, 1, 0, 0, 3, 0, 0, 0, 0, 1]
        assert part["traces"][0]["y"] == counts
        assert "2 of 16 alerts were destroyed in their time" in part["note"]
        assert part["alt"].startswith("14 alerts from 10:00 to 13:00 UTC; the most")
        assert len(part["layout"]["shapes"]) == 3

    def test_gaps_are_marked_each_with_its_kind(self) -> None:
        part = search_chart(drawn_facts())
        kinds = [row[1] for row in part["rows"] if str(row[1]).startswith("gap")]
        assert kinds == ["gap: dark", "gap: paused", "gap: no frames"]
        named = [one["name"] for one in part["traces"] if "name" in one]
        assert sorted(named) == sorted(kinds)
        assert "gate from 10:02 to 13:17, 3 gaps of" in part["alt"]

    def test_a_search_without_an_end_draws_none_and_says_so(self) -> None:
        [feed, _] = drawn_facts().feeds
        running = FeedFacts.model_validate(
            feed.model_dump() | {"ended": None, "gaps": None, "stopped_by": None}
        )
        one = drawn_facts(feeds=(running,))
        assert "no end on record" in search_chart(one)["alt"]
        document = {"state": "ready", "sections": fact_sections(one, NOW)}
        [row] = table_of(part_of(document, "times", "feeds"))
        assert row[2:4] == ["no end on record", "it runs"]
        assert "unknown" in row

    def test_decisions_add_up_to_the_alerts_that_are_there(self) -> None:
        one = drawn_facts()
        assert one.decisions is not None
        part = decision_chart(one.decisions)
        assert sum(row[1] for row in part["rows"]) == one.decisions.alerts == 14
        assert part["rows"][-1] == ["undecided: the verdicts are not complete", 2]

    def test_without_alerts_nothing_is_drawn(self) -> None:
        one = drawn_facts(timeline=(), decisions={}, feeds=())
        assert one.decisions is not None
        for part in (alert_chart(one), decision_chart(one.decisions), search_chart(one)):
            assert part["empty"]

    def test_times_are_those_of_the_snapshot(self) -> None:
        part = alert_chart(drawn_facts())
        first = STARTED.replace(minute=0, second=0)
        assert part["rows"][0][:2] == [
            f"{first:%Y-%m-%d %H:%M:%S} UTC",
            f"{first + timedelta(minutes=10):%Y-%m-%d %H:%M:%S} UTC",
        ]


def test_what_goes_to_the_browser_is_json(folder: Path) -> None:
    for name in (ENDED, RUNNING, DALSTON, WESTMINSTER):
        json.dumps(shown(folder, {"deployment": name}), allow_nan=False)
