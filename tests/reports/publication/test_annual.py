"""The annual report of the published example: its golden figures, and what each is of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from outcome_rows import records_of
from publication_pages import PublishedPage

from workbench.errors import RecordError
from workbench.number_words import percent
from workbench.outcomes import met_deployments
from workbench.reports.publication_annual import annual_page, of_year

Annual = Callable[[int], PublishedPage]


@pytest.mark.parametrize(
    ("year", "figures"),
    [
        (2020, ("2", "13,200", "8", "1", "7", "1")),
        (2022, ("6", "144,366", "20", "17", "3", "8")),
        (2023, ("23", "326,392", "58", "56", "2", "34")),
        (2024, ("180", "902,748", "1,286", "1,260", "27", "575")),
        (2025, ("74", "1,142,325", "814", "809", "5", "342")),
    ],
)
def test_the_golden_figures_of_a_year(annual: Annual, year: int, figures: tuple[str, ...]) -> None:
    page = annual(year)
    names = (
        "deployments", "faces_seen", "total_alerts", "true_alerts", "false_alerts", "arrests",
    )  # fmt: skip
    assert tuple(page.figure(name)[1] for name in names) == figures
    assert page.figure("deployments")[2].startswith("3 " if year == 2020 else figures[0])


def test_both_rates_of_2024_stand_with_count_denominator_and_interval(annual: Annual) -> None:
    page = annual(2024)
    shown = {
        name: page.figure(name)[1:]
        for name in (
            "false_of_faces", "false_of_faces_worst", "false_of_alerts", "false_of_alerts_worst",
        )
    }  # fmt: skip
    assert shown == {
        "false_of_faces": ["27", "902,748 faces seen", "0.00299 %", "0.00197 % to 0.00435 %"],
        "false_of_faces_worst": ["45", "902,748 faces seen", "0.00498 %", "0.00364 % to 0.00667 %"],
        "false_of_alerts": ["27", "1,286 alerts", "2.10 %", "1.39 % to 3.04 %"],
        "false_of_alerts_worst": ["45", "1,286 alerts", "3.50 %", "2.56 % to 4.65 %"],
    }
    assert "27 of 902,748 faces seen; 95 % interval" in page.headline["false_of_faces"]


@pytest.mark.parametrize("year", [2020, 2022, 2023, 2024, 2025])
def test_every_figure_says_what_it_is_of(annual: Annual, year: int) -> None:
    page = annual(year)
    found = 0
    for table in page.tables:
        for name, row in zip(table.figures, table.rows, strict=True):
            if name:
                found += 1
                at = table.headings.index("Of what")
                assert any(letter.isdigit() for letter in row[at]), (name, row)
            for cell in row:
                if cell.endswith("%)") or (cell.endswith("%") and len(row) > 5):
                    assert " of " in cell, (table.name, row)
    assert found > 15
    assert page.headline
    for said in page.headline.values():
        assert any(word in said for word in (" of ", " in ", "of ")), said


def test_the_months_of_2024_hold_june_as_it_is_known(annual: Annual) -> None:
    months = annual(2024).table("by-month")
    (june,) = [row for row in months.rows if row[0] == "June 2024"]
    assert june[:6] == ["June 2024", "16", "18,697", "124", "10", "63"]
    assert june[6].startswith("0.0535 % (10 of 18,697 faces seen")
    assert sum(int(row[1]) for row in months.rows) == 180


def test_what_lies_above_the_mark_stands_with_intervals_that_hold_the_mark(annual: Annual) -> None:
    above = annual(2024).table("above-the-mark")
    assert [row[1] for row in above.rows] == [
        "Peckham", "Barking", "Haringey", "Brent", "Uxbridge", "Ilford",
    ]  # fmt: skip
    assert above.rows[0][3] == ("0.125 % (1 of 798 faces seen; 95 % interval 0.00317 % to 0.696 %)")
    assert "does not show that the mark was exceeded" in above.caption
    for row in above.rows:
        low = float(row[3].rpartition("interval ")[2].split(" %")[0])
        assert low < 0.1, row
    assert annual(2025).tables  # no deployment of 2025 lies above it
    assert "No deployment lies above the mark." in annual(2025).text


def test_ways_of_counting_are_told_apart_and_not_smoothed(annual: Annual) -> None:
    page = annual(2024)
    ways = page.table("ways-of-counting")
    assert [row[2] for row in ways.rows] == ["95", "14", "71"]
    assert [row[3] for row in ways.rows] == ["173,138", "53,584", "676,026"]
    assert "Faces were not counted alike throughout" in page.text
    assert "3 ways that are not comparable" in page.figure("false_of_faces")[0]
    assert "Faces were not counted alike throughout" not in annual(2025).text


def test_what_is_not_known_or_not_shown_is_said(annual: Annual) -> None:
    page = annual(2024)
    assert page.figure("cost")[1:] == ["not held", "0 of 180 deployments"]
    assert page.figure("unresolved")[1:] == ["unknown", "0 of 180 deployments"]
    for said in (
        "Whether crime was deterred",
        "without an alert",
        "No published source states why",
        "one of the two seems a copy",
        "87 of 180 name no street or spot",
    ):
        assert said in page.text, said


def test_corrections_say_role_and_reason_and_name_nobody(annual: Annual) -> None:
    (row,) = annual(2024).table("corrections").rows
    assert row[0] == "Dalston, 11 July 2024"
    assert row[2] == "date from 2023-07-11 to 2024-07-11"
    assert row[3] == "the makers of the software, who ship the example"
    assert "the year is a slip" in row[4]
    assert "Dalston" not in annual(2023).text


def test_rules_that_look_at_neighbours_see_the_whole_document(annual: Annual) -> None:
    quality = {row[0]: row[1:] for row in annual(2024).table("data-quality").rows}
    (truncated,) = [row for says, row in quality.items() if "cut off" in says]
    assert truncated == ["warning", "10", "180"]
    (copied,) = [row for says, row in quality.items() if "do not agree in every row" in says]
    assert copied == ["warning", "1", "180"]


def test_a_year_without_a_record_is_refused() -> None:
    with pytest.raises(RecordError, match=r"no record is of 2021; there are records of 2020, 2022"):
        of_year(met_deployments(), 2021)


def test_a_cost_that_is_partly_known_is_never_divided() -> None:
    both = {"faces_seen": 100, "total_alerts": 2, "arrests": 1, "false_alerts": 0}
    records = records_of(
        [
            both | {"cost": 500.0, "cost_lines_unknown": 0, "date": date(2026, 2, 1)},
            both | {"cost": 20.5, "cost_lines_unknown": 1, "date": date(2026, 2, 2)},
            both | {"date": date(2026, 2, 3)},
        ]
    )
    costs = {one.name: one for one in annual_page(records, records).costs}
    assert costs["cost"].shown == "520.50"
    assert costs["cost"].basis == "1 of 3 deployments with all of its cost"
    assert costs["cost_per_arrest"].shown == "unknown"
    assert costs["cost_per_arrest"].basis == "520.50 pounds over 3 arrests"


def test_costs_that_are_entered_and_unknown_are_unknown_and_not_absent() -> None:
    records = records_of([{"cost_lines_unknown": 2, "faces_seen": 100}])
    (cost,) = annual_page(records, records).costs
    assert (cost.shown, cost.note) == (
        "unknown",
        "2 lines of cost entered, of which nothing is known",
    )


def test_the_interval_of_no_false_alert_is_said(annual: Annual) -> None:
    months = annual(2024).table("by-month")
    (august,) = [row for row in months.rows if row[0] == "August 2024"]
    assert august[6] == "0 % (0 of 89,081 faces seen; 95 % interval 0 % to 0.00414 %)"
    assert percent(0.0) == "0 %"
