"""The managers' overview as Python tells it: golden figures, filters, eras, a map without guesses."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import dataframely as dy
import pytest
from managers_values import part_of, section_of, snapshot_folder, text_of
from outcome_rows import records_of

from widgets import OutcomesOverview
from widgets.outcomes_figures import NOT_SHOWN
from widgets.outcomes_map import NEVER_GUESSED
from workbench.outcomes import Correction, OutcomeRecords, correct, met_deployments
from workbench.outcomes.authors import REASON_KEPT

Show = Callable[..., dict[str, Any]]


@pytest.fixture
def show(tmp_path: Path) -> Iterator[Show]:
    """Give a function that returns what the page shows of records and of what was chosen."""
    made: list[OutcomesOverview] = []

    def look(
        choices: Mapping[str, str] | None = None,
        records: dy.DataFrame[OutcomeRecords] | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        page = OutcomesOverview(snapshot_folder(tmp_path / f"s{len(made)}", records, **more))
        made.append(page)
        page.wait()
        return page.document(choices)

    yield look
    for one in made:
        one.close()


def figures(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the large figures by their titles."""
    return {one["title"]: one for one in part_of(document, "figures", "five")["figures"]}


def values(document: dict[str, Any]) -> list[str]:
    """Return the five counts."""
    names = ("Deployments", "Faces seen", "Alerts", "False alerts", "Arrests")
    return [figures(document)[name]["value"] for name in names]


def sides(document: dict[str, Any]) -> dict[str, list[str]]:
    """Return the lines of both rates of false alerts."""
    return dict(figures(document)["False alerts"]["sides"])


def test_the_published_record_is_summed_up_with_both_rates(show: Show) -> None:
    shown = show()
    assert values(shown) == ["285", "2,529,031", "2,186", "44", "960"]
    rates = sides(shown)
    assert rates["Of faces seen"][:2] == [
        "44 of 2,529,031 faces seen: 1 in 57,000",
        "95 % interval: 1 in 80,000 to 1 in 42,000",
    ]
    assert rates["Of alerts"][:2] == [
        "44 of 2,186 alerts: 1 in 50",
        "95 % interval: 1 in 69 to 1 in 37",
    ]
    assert "76 of 2,529,031 faces seen: 1 in 33,000" in rates["Of faces seen"]
    assert "76 of 2,186 alerts: 1 in 29" in rates["Of alerts"]
    (unsaid,) = figures(shown)["False alerts"]["lines"]
    assert unsaid == (
        "Unresolved alerts are unknown of 285 of 285 deployments and unconfirmed true alerts are "
        "unknown of 8 of 285 deployments: it may be worse than the worst here"
    )
    assert "Of faces counted in 6 ways: each has its own rate below" in rates["Of faces seen"]
    came = figures(shown)["Arrests"]["lines"]
    assert came[:2] == [
        "2,634 faces seen for each arrest",
        "Other disposals: 846, unknown of 8 deployments",
    ]


@pytest.mark.parametrize(
    ("year", "told"),
    [
        ("2020", ["2", "13,200", "8", "7", "1"]),
        ("2022", ["6", "144,366", "20", "3", "8"]),
        ("2023", ["23", "326,392", "58", "2", "34"]),
        ("2024", ["180", "902,748", "1,286", "27", "575"]),
        ("2025", ["74", "1,142,325", "814", "5", "342"]),
    ],
)
def test_a_year_has_its_golden_figures_in_all_of_the_page(
    show: Show, year: str, told: list[str]
) -> None:
    shown = show({"period": year})
    assert values(shown) == told
    (row,) = part_of(shown, "rates", "rates-by")["rows"]
    assert [row[0]["value"], *(f"{row[at]:,}" for at in (1, 2, 3, 4))] == [int(year), *told[:4]]
    rows = part_of(shown, "records", "deployments")["rows"]
    assert len(rows) == int(told[0]) + (year == "2020")
    assert {row[1][:4] for row in rows} == {year}
    columns = [one["key"] for one in part_of(shown, "trend", "trend")["columns"]]
    trend = part_of(shown, "trend", "trend")["rows"]
    assert f"{sum(row[columns.index('arrests')] for row in trend):,}" == told[4]


def test_stratford_is_4600_faces_and_no_alert(show: Show) -> None:
    shown = show({"place": "Stratford", "period": "2020-02"})
    assert values(shown) == ["1", "4,600", "0", "0", "0"]
    assert sides(shown)["Of faces seen"][:2] == [
        "0 of 4,600 faces seen: none",
        "95 % interval: none to 1 in 1,200",
    ]
    assert sides(shown)["Of alerts"][1] == "No share can be made of that."


@pytest.mark.parametrize(
    ("threshold", "rows", "faces", "false"),
    [
        ("0.6", "112", "491,246", "25"),
        ("0.62", "10", "16,589", "4"),
        ("0.64", "155", "1,863,630", "5"),
        ("?", "8", "157,566", "10"),
    ],
)
def test_a_threshold_narrows_the_page(
    show: Show, threshold: str, rows: str, faces: str, false: str
) -> None:
    shown = values(show({"threshold": threshold}))
    assert [shown[0], shown[1], shown[3]] == [rows, faces, false]


def test_june_2024_reads_as_a_sum_that_hides_four_places(show: Show) -> None:
    shown = show({"period": "2024-06"})
    assert sides(shown)["Of faces seen"][0] == "10 of 18,697 faces seen: 1 in 1,900"
    lines = part_of(shown, "above", "above")["lines"]
    assert lines[0].startswith("4 of 16 deployments had more than 1 false alert in 1,000 faces.")
    assert lines[1].startswith("The sum is under 1 in 1,000 and does not show them")
    assert lines[2].startswith("The interval of each of them holds 1 in 1,000")
    places = [row[0] for row in part_of(shown, "above", "above-rows")["rows"]]
    assert places == ["Peckham", "Barking", "Haringey", "Brent"]
    assert part_of(show({"period": "2025"}), "above", "above")["lines"][0].startswith("None of 74")


def test_lines_break_where_faces_were_counted_in_another_way(show: Show) -> None:
    drawn = part_of(show(), "trend", "trend")
    faces = [one for one in drawn["traces"] if one["name"].endswith("faces seen")]
    assert [one["name"][0] for one in faces] == ["A", "B", "C", "D", "E", "F"]
    assert sum(y for one in faces for y in one["y"] if y is not None) == 2_529_031
    breaks = [one["x0"] for one in drawn["layout"]["shapes"]]
    assert breaks == ["2023-04-06", "2023-12-14", "2024-07-18", "2024-08-22", "2025-01-08"]
    assert "C: estimate, 14 December 2023 to 17 July 2024" in drawn["note"]
    # December 2023 is of two ways, and so two points that no line joins.
    december = [row[:4] for row in drawn["rows"] if row[0] == "December 2023"]
    assert [row[1][0] for row in december] == ["B", "C"]
    # Nothing was deployed in 2021: no line goes over it either.
    assert None in faces[0]["y"]


def test_rates_of_each_way_of_counting_stand_apart(show: Show) -> None:
    drawn = part_of(show(), "trend", "rates")
    rows = drawn["rows"]
    assert [row[0][0] for row in rows] == ["A", "B", "C", "D", "E", "F"]
    assert (sum(row[1] for row in rows), sum(row[2] for row in rows)) == (44, 2_529_031)
    # The last way of counting is all of 2025: 5 in 1,142,325.
    assert (rows[-1][1:3], rows[-1][3]["words"]) == ([5, 1_142_325], "1 in 230,000")
    none = [one for one in drawn["traces"] if one["marker"].get("symbol") == "triangle-down-open"]
    assert [one["x"] for one in none] == [["E"], ["E"]]


def test_places_are_never_guessed(show: Show) -> None:
    part = part_of(show(), "map", "map")
    assert part["kind"] == "words"
    assert NEVER_GUESSED in part["lines"][0]


def test_deployments_with_coordinates_are_drawn_with_a_scale(show: Show) -> None:
    north = {"place": "Sample Street, Stoke", "latitude": 53.0, "longitude": -2.2}
    south = {"place": "Example Road, Stoke", "latitude": 52.9, "longitude": -2.1}
    shown = show(records=records_of([north, north, south, {}]))
    part = part_of(shown, "map", "map")
    assert part["kind"] == "chart"
    assert [row[0::3] for row in part["rows"]] == [
        ["Sample Street, Stoke", 2],
        ["Example Road, Stoke", 1],
    ]
    assert part["note"].startswith("3 of 4 deployments")
    axis = part["layout"]["yaxis"]
    # A degree of longitude is shorter by the cosine of the latitude, about 0.603 here.
    assert (axis["scaleanchor"], axis["scaleratio"]) == ("x", pytest.approx(1 / 0.603, rel=0.001))
    (bar,) = part["layout"]["shapes"]
    (said,) = part["layout"]["annotations"]
    long_km = (bar["x1"] - bar["x0"]) * 111.32 * 0.6030
    assert long_km == pytest.approx(float(said["text"].removesuffix(" km")), rel=0.001)
    wide = part["layout"]["xaxis"]["range"]
    assert 0.1 < (bar["x1"] - bar["x0"]) / (wide[1] - wide[0]) <= 0.25


def test_a_correction_and_a_finding_are_said_in_the_table(show: Show) -> None:
    (row,) = part_of(show({"check": "corrected"}), "records", "deployments")["rows"]
    words = text_of(row)
    assert "date 2023-07-11 as printed, now 2024-07-11" in words
    assert "the year is a slip" in words
    assert "lfr-workbench" not in words
    errors = part_of(show({"check": "error"}), "records", "deployments")["rows"]
    assert len(errors) == 2
    assert "error: 0.01% is printed; 1 of 3,940 is 0.0254 %" in text_of(errors)
    assert "error: total alerts 1, but true 2 and false 0 make 2" in text_of(errors)
    found = part_of(show(), "records", "findings")["rows"]
    counts = {row[1]: row[2] for row in found}
    assert (
        counts["The printed false alert rate was cut off, not rounded, so that it understates."]
        == 10
    )


def test_a_correction_changes_the_figures_and_keeps_what_was_printed(show: Show) -> None:
    change = Correction("met-2020-2022-001", {"faces_seen": 5000}, "A. Analyst", "the log")
    shown = show({"place": "Stratford", "period": "2020"}, correct(met_deployments(), change))
    assert values(shown)[1] == "5,000"
    words = text_of(part_of(shown, "records", "deployments")["rows"])
    assert f"faces_seen 4600 as printed, now 5000. {REASON_KEPT}" in words
    assert "A. Analyst" not in text_of(shown)


def test_what_a_document_gets_wrong_stands_by_the_figures(show: Show) -> None:
    said = text_of(part_of(show(), "figures", "documents"))
    assert "other disposals equal no action in 203 of 203 rows" in said
    names = [one["name"] for one in section_of(show({"period": "2025"}), "figures")["parts"]]
    assert "documents" not in names


def test_a_cost_that_is_not_known_stays_unknown(show: Show) -> None:
    known = [{"cost": 1000.0, "cost_lines_unknown": 0, "arrests": 1, "total_alerts": 2}] * 2
    pairs = dict(part_of(show(records=records_of(known)), "cost", "cost")["pairs"])
    assert pairs["Cost for each arrest"] == "£1,000"
    assert pairs["Cost for each deployment"] == "£1,000"
    some = [known[0], {"cost": 500.0, "cost_lines_unknown": 1, "arrests": 1, "total_alerts": 2}]
    pairs = dict(part_of(show(records=records_of(some)), "cost", "cost")["pairs"])
    assert pairs["Cost for each arrest"] == "unknown"
    assert pairs["Deployments whose cost is not known to the last line"] == "1 of 2"


def test_forces_are_never_added_up_and_the_reason_stands_in_place_of_a_comparison(
    show: Show,
) -> None:
    rows = [{"force": "North", "faces_seen": 100}] * 2 + [{"force": "South", "faces_seen": 900}]
    records = records_of(rows)
    first = show(records=records)
    assert values(first)[:2] == ["2", "200"]
    other = show({"force": "South"}, records)
    assert values(other)[:2] == ["1", "900"]
    both = show({"force": "*"}, records)
    names = [one["name"] for one in section_of(both, "figures")["parts"]]
    assert names == ["several"]
    for shown in (first, other, both):
        assert part_of(shown, "forces", "refused")["lines"][0].startswith("Not compared: ")
    forces = next(one for one in both["filters"] if one["name"] == "force")
    assert [key for key, _ in forces["options"]] == ["", "South", "*"]


def test_of_a_bench_the_own_force_is_shown_first(show: Show) -> None:
    rows = [{"force": "North", "faces_seen": 100}] * 2
    records = records_of([*rows, {"force": "South", "faces_seen": 900, "source": "ours"}])
    assert values(show(records=records, bench="ours"))[1] == "900"
    assert values(show(records=records, bench="another"))[1] == "200"


def test_forces_that_count_alike_are_beside_each_other(show: Show) -> None:
    alike = {
        "counting_method": "tracks", "matcher": "sface", "threshold": 0.4, "total_alerts": 5,
        "true_unconfirmed": 0, "false_unconfirmed": 0, "unresolved": 0, "false_alerts": 1,
        "faces_seen": 1000, "date": date(2026, 1, 5),
    }  # fmt: skip
    records = records_of([{"force": one, **alike} for one in ("North", "South")])
    rows = part_of(show(records=records), "forces", "by-force")["rows"]
    assert [row[0]["value"] for row in rows] == ["North", "South"]


@pytest.mark.parametrize(
    "choice", [{}, {"period": "2024"}, {"place": "Stratford", "period": "2025"}]
)
def test_what_figures_do_not_show_is_always_said(show: Show, choice: dict[str, str]) -> None:
    assert NOT_SHOWN in text_of(section_of(show(choice), "figures"))


def test_a_choice_that_no_record_has_is_left_out_and_said(show: Show) -> None:
    shown = show({"place": "<script>", "force": "nobody"})
    assert values(shown)[0] == "285"
    said = text_of(part_of(shown, "figures", "unknown"))
    assert "force 'nobody'" in said
    assert "place '<script>'" in said


def test_without_records_the_page_says_what_to_do(show: Show) -> None:
    shown = show(records=OutcomeRecords.create_empty())
    assert shown["state"] == "empty"
    assert "once it is closed" in shown["words"]


def test_records_that_say_little_are_shown_as_unknown(show: Show) -> None:
    broken = show(records=records_of([{"state": "aborted"}]))
    assert values(broken) == ["0", "unknown", "unknown", "unknown", "unknown"]
    assert (
        part_of(broken, "trend", "trend")["empty"] == "No deployment here says what would be drawn."
    )
    silent = show(
        records=records_of([{}, {"faces_seen": 10, "false_alerts": 12, "total_alerts": 3}])
    )
    assert values(silent) == ["2", "10", "3", "12", "unknown"]
    assert sides(silent)["Of faces seen"][:2] == [
        "12 of 10 faces seen",
        "No share can be made of that.",
    ]
    assert "Unknown of 1 deployments" in figures(silent)["False alerts"]["lines"]


def test_names_from_outside_stay_text(show: Show) -> None:
    evil = "<img src=x onerror=alert(1)>, %{x} Road"
    row = {"place": evil, "latitude": 53.0, "longitude": -2.0, "record": "a/b#c?d"}
    shown = show(records=records_of([row]))
    (drawn,) = part_of(shown, "map", "map")["traces"]
    assert drawn["hovertemplate"] == "%{text}<extra></extra>"
    assert drawn["text"] == [f"{evil}, 1"]
    (cells,) = part_of(shown, "records", "deployments")["rows"]
    assert cells[0]["link"] == "51_deployment.ipynb#deployment=a%2Fb%23c%3Fd"


def test_a_withheld_part_and_applications_are_told(show: Show) -> None:
    shown = show(applications_not_shown=3, withheld={"outcomes": "your role may not read them."})
    said = text_of(section_of(shown, "figures"))
    assert "Applied for and not authorised: 3, not shown." in said
    assert "Not shown, outcomes: your role may not read them." in said


def test_the_page_loads_nothing_that_could_open_a_bench_or_see_a_face() -> None:
    script = "import sys; from widgets import OutcomesOverview; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "workbench.outcomes.comparing" in loaded
    for name in ("torch", "cv2", *(f"workbench.{one}" for one in ("bench", "records", "faces"))):
        assert name not in loaded, name


def test_rules_are_asked_once_for_each_snapshot(
    show: Show, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[float] = []
    page = OutcomesOverview(snapshot_folder(tmp_path / "once"))
    page.wait()
    from widgets import outcomes_overview

    plain = outcomes_overview.findings_of

    def counted(records: dy.DataFrame[OutcomeRecords]) -> object:
        asked.append(time.monotonic())
        return plain(records)

    monkeypatch.setattr(outcomes_overview, "findings_of", counted)
    page.document({})
    page.document({"period": "2024"})
    page.close()
    assert len(asked) == 1
