"""Forces are compared where their figures mean the same; else it is said why not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from outcome_rows import records_of

from workbench.outcomes import compare_forces, deployments_above, met_deployments, summarise
from workbench.outcomes.records import OutcomeRecords

ALIKE: dict[str, Any] = {
    "counting_method": "tracks, counted by the matcher",
    "matcher": "sface",
    "threshold": 0.4,
    "total_alerts": 5,
    "true_unconfirmed": 1,
    "false_unconfirmed": 0,
    "unresolved": 0,
    "false_alerts": 1,
    "faces_seen": 1000,
}


def _two(**second: Any) -> list[dict[str, Any]]:
    """Return two rows of a force and two of another, the latter with other values."""
    days = [date(2026, 1, 5), date(2026, 3, 5)]
    north = [{"force": "North", "date": day, **ALIKE} for day in days]
    south = [{"force": "South", "date": day, **ALIKE, **second} for day in days]
    return north + south


def test_figures_that_mean_the_same_are_compared() -> None:
    found = compare_forces(records_of(_two(false_alerts=3)))
    assert (found.forces, found.reasons) == (("North", "South"), ())
    assert found.period == (date(2026, 1, 5), date(2026, 3, 5))
    assert found.table is not None
    assert found.table.select("force", "false_of_faces_count", "false_of_faces_n").rows() == [
        ("North", 2, 2000),
        ("South", 6, 2000),
    ]


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (
            {"counting_method": "by hand"},
            (
                "It is not one and the same how faces were counted (North: tracks, counted by the "
                "matcher; South: by hand)."
            ),
        ),
        (
            {"counting_method": None},
            "It is not known of all deployments of South how faces were counted.",
        ),
        (
            {"matcher": "neoface"},
            (
                "It is not one and the same which matcher was used, whose unit the threshold has "
                "(North: sface; South: neoface)."
            ),
        ),
        (
            {"matcher": None},
            (
                "It is not known of all deployments of South which matcher was used, whose unit the "
                "threshold has."
            ),
        ),
        (
            {"unresolved": None},
            "An alert is not the same: North counts those that are unresolved apart, South does not.",
        ),
        (
            {"date": date(2025, 1, 5)},
            (
                "Their deployments are of other days (North: 2026-01-05 to 2026-03-05; South: "
                "2025-01-05 to 2025-01-05)."
            ),
        ),
        (
            {"date": date(2026, 2, 1)},
            "North had no deployment from 2026-02-01 to 2026-02-01, the days of all.",
        ),
    ],
)
def test_where_a_definition_differs_the_reason_is_said(second: dict[str, Any], reason: str) -> None:
    found = compare_forces(records_of(_two(**second)))
    assert found.reasons == (reason,)
    assert found.table is None


def test_a_state_that_only_some_records_count_is_no_definition() -> None:
    rows = _two()
    rows[3]["unresolved"] = None
    found = compare_forces(records_of(rows))
    assert found.reasons == (
        "Alerts that are unresolved are counted in some records of South only.",
    )


def test_only_days_that_all_forces_have_are_compared() -> None:
    rows = _two()
    rows.append({"force": "South", "date": date(2026, 9, 1), **ALIKE, "false_alerts": 900})
    found = compare_forces(records_of(rows))
    assert found.table is not None
    assert found.table["false_of_faces_count"].to_list() == [2, 2]


@pytest.mark.parametrize(
    ("rows", "words"),
    [([], "there are none"), ([{"force": "North"}], "there are those of North alone")],
)
def test_one_force_is_no_comparison(rows: list[dict[str, Any]], words: str) -> None:
    records = records_of(rows) if rows else OutcomeRecords.create_empty()
    found = compare_forces(records)
    assert found.reasons == (f"A comparison needs completed deployments of two forces; {words}.",)
    assert found.table is None


def test_the_published_example_is_one_force_counted_in_several_ways() -> None:
    published = met_deployments()
    assert "alone" in compare_forces(published).reasons[0]


def test_a_sum_under_the_cap_hides_four_deployments_above_it() -> None:
    published = met_deployments()
    june = OutcomeRecords.cast(
        published.filter(
            (published["date"] >= date(2024, 6, 1)) & (published["date"] <= date(2024, 6, 30))
        )
    )
    (pooled,) = summarise(june).to_dicts()
    assert (pooled["deployments"], pooled["false_alerts"], pooled["faces_seen"]) == (16, 10, 18_697)
    assert pooled["false_of_faces"] < 0.001
    above = deployments_above(june)
    assert above.select("place", "false_alerts", "faces_seen", "may_be_under").rows() == [
        ("Peckham", 1, 798, True),
        ("Barking", 1, 697, True),
        ("Haringey", 2, 1150, True),
        ("Brent", 3, 1650, True),
    ]
    assert deployments_above(published).height == 6
    assert deployments_above(published)["may_be_under"].all()
    assert deployments_above(june, 0.0017).height == 2
