"""Each rule finds the published rows that it must, and no other one."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from outcome_rows import records_of

from workbench.outcomes import RULES, Findings, as_printed, findings_of, met_deployments, newest

P1, P2, P3 = (
    f"Met LFR deployment grid {years}" for years in ("2020 to 2022", "2023 to 2024", "2025")
)


@pytest.fixture(scope="module")
def found() -> pl.DataFrame:
    return findings_of(met_deployments())


def rows_of(found: pl.DataFrame, rule: str) -> list[tuple[str, int | None]]:
    return found.filter(pl.col("rule") == rule).select("source", "source_row").rows()


@pytest.mark.parametrize(
    ("rule", "rows"),
    [
        ("alerts-add-up", [(P2, 24)]),
        ("faces-hold-alerts", []),
        ("printed-rate", [(P2, 18)]),
        ("printed-rate-truncated", [(P2, at) for at in (27, 35, 45, 47, 51, 63, 73, 83, 85, 116)]),
        ("other-equals-no-action", [(P2, None)]),
        ("date-in-order", []),
        ("threshold-in-line", []),
        ("list-size-jumps", [(P3, 68)]),
        ("list-size-one-digit", [(P2, 26), (P3, 68), (P3, 74)]),
        ("purpose-one-meaning", [(P2, None)]),
        ("above-the-cap", [(P2, at) for at in (100, 106, 109, 112, 119, 122)]),
        ("aborted", [(P1, 2)]),
    ],
)
def test_it_finds_these_published_rows_and_no_other(
    found: pl.DataFrame, rule: str, rows: list[tuple[str, int | None]]
) -> None:
    assert rows_of(found, rule) == rows


def test_outcomes_add_up_in_few_rows(found: pl.DataFrame) -> None:
    rows = rows_of(found, "outcomes-add-up")
    assert [sum(source == one for source, _ in rows) for one in (P1, P2, P3)] == [0, 171, 17]
    given = newest(met_deployments()).with_columns(
        made=pl.col("arrests") + pl.col("other_disposals") + pl.col("no_action")
    )
    wrong = given.filter(pl.col("made") != pl.col("total_alerts"))
    assert sorted(rows) == sorted(wrong.select("source", "source_row").rows())


def test_sites_of_one_day_are_told_apart(found: pl.DataFrame) -> None:
    rows = newest(met_deployments()).join(
        found.filter(pl.col("rule") == "site-named").select("record"), on="record"
    )
    groups = rows.group_by("date", "place").len().sort("date")
    assert groups["len"].to_list() == [2, 2, 2, 2, 2, 2, 4, 2, 2]
    assert groups.filter(pl.col("len") == 4).row(0)[:2] == (date(2024, 8, 22), "Westminster")


def test_places_that_are_boroughs_and_towns(found: pl.DataFrame) -> None:
    wide = newest(met_deployments()).join(
        found.filter(pl.col("rule") == "place-is-a-street").select("record"), on="record"
    )
    assert {"Westminster", "Croydon", "Islington", "Camden"} <= set(wide["place"])
    streets = {"Powis St, Woolwich", "London Rd, Croydon", "Oxford Circus", "Camden High Street"}
    assert not streets & set(wide["place"])


def test_dalston_is_found_as_it_is_printed() -> None:
    printed = findings_of(as_printed(met_deployments()))
    assert rows_of(printed, "date-in-order") == [(P2, 113)]
    assert rows_of(printed, "threshold-in-line") == [(P2, 113)]


def test_messages_hold_printed_and_recomputed_figures(found: pl.DataFrame) -> None:
    messages = dict(
        found.filter(pl.col("severity") == "error").select("rule", "message").iter_rows()
    )
    assert messages == {
        "alerts-add-up": "total alerts 1, but true 2 and false 0 make 2",
        "printed-rate": "0.01% is printed; 1 of 3,940 is 0.0254 %, neither rounded nor cut off to that",
    }
    westminster = found.filter(pl.col("source_row") == 112, pl.col("rule") == "above-the-cap")
    assert westminster["message"].item() == (
        "3 false of 1,650 faces is 0.182 % (95 % interval 0.0375 % to 0.530 %); so few say little: "
        "the interval holds the cap of 0.1 %"
    )


def test_errors_come_first(found: pl.DataFrame) -> None:
    order = found["severity"].to_list()
    assert order == sorted(order, key=["error", "warning", "note"].index)
    Findings.validate(found)
    assert set(found["rule"]) <= {rule.name for rule in RULES}


GOOD: dict[str, Any] = {
    "total_alerts": 3,
    "true_alerts": 2,
    "false_alerts": 1,
    "arrests": 1,
    "other_disposals": 1,
    "no_action": 1,
    "faces_seen": 4_000,
    "false_alert_rate_printed": "0.03%",
}


@pytest.mark.parametrize(
    ("changed", "rules"),
    [
        ({}, set()),
        ({"total_alerts": 4, "no_action": 2}, {"alerts-add-up"}),
        ({"total_alerts": 4, "no_action": 2, "unresolved": 1}, set()),
        ({"no_action": 0}, {"outcomes-add-up"}),
        ({"no_action": None}, set()),
        (
            {"faces_seen": 2, "false_alert_rate_printed": "50%"},
            {"faces-hold-alerts", "above-the-cap"},
        ),
        ({"false_alert_rate_printed": "0.3%"}, {"printed-rate"}),
        ({"false_alert_rate_printed": "none"}, {"printed-rate"}),
        ({"faces_seen": 2_600}, {"printed-rate-truncated"}),
        ({"faces_seen": 1_000, "false_alert_rate_printed": "0.1%"}, set()),
        ({"faces_seen": 999, "false_alert_rate_printed": "0.1%"}, {"above-the-cap"}),
        ({"place": "Islington"}, {"place-is-a-street"}),
        ({"state": "aborted"}, {"aborted"}),
    ],
)
def test_one_thing_wrong_is_one_finding(changed: dict[str, Any], rules: set[str]) -> None:
    found = findings_of(records_of([{**GOOD, **changed}]))
    assert set(found["rule"]) == rules


def test_nothing_is_found_in_no_record() -> None:
    assert findings_of(records_of([])).is_empty()
    assert findings_of(records_of([GOOD]), ()).is_empty()


def test_few_rows_that_agree_by_chance_are_no_finding() -> None:
    same = {**GOOD, "other_disposals": 1, "no_action": 1}
    few, many = records_of([same] * 9), records_of([same] * 10)
    rules = (next(rule for rule in RULES if rule.name == "other-equals-no-action"),)
    assert findings_of(few, rules).is_empty()
    assert len(findings_of(many, rules)) == 1
