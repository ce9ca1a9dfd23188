"""Every published quotient is what its stated basis makes, and unknown where that has no basis."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

import pytest
from outcome_rows import records_of
from publication_pages import Between

from workbench.outcomes import met_deployments
from workbench.reports.publication_annual import annual_page
from workbench.reports.publication_figures import PublishedFigure
from workbench.reports.publication_foi import foi_page
from workbench.reports.publication_sums import (
    cost_figures,
    found_figures,
    outcome_figures,
    rate_figures,
    summed,
)
from workbench.reports.publication_tables import ways_of_counting

SAID = {"total_alerts": 4, "arrests": 3, "faces_seen": 700, "duration_minutes": 90.0, "cost": 50.0}
BASIS = re.compile(r"([\d,.]+) [a-z ]+ over ([\d,.]+) [a-z ]+")


def checked(figures: Iterable[PublishedFigure]) -> set[str]:
    """Reckon each quotient and share of its own words; return the quotients that have a value."""
    found = set()
    for one in figures:
        if one.share is not None:
            assert one.of
            assert one.share == one.value / one.of if one.value is not None else False
            assert one.basis.startswith(f"{one.of:,} ")
        if " over " not in one.basis or one.value is None:
            continue
        stated = BASIS.fullmatch(one.basis)
        assert stated is not None, one
        count, n = (float(part.replace(",", "")) for part in stated.groups())
        # The basis is written to one decimal of an hour, and the figure to its own.
        assert one.value == pytest.approx(count / n, rel=0.002), one
        decimals = len(one.shown.partition(".")[2])
        assert float(one.shown.replace(",", "")) == pytest.approx(
            one.value, abs=0.51 / 10**decimals
        )
        assert one.of in {None, n}, one
        found.add(one.name)
    return found


def test_those_of_the_example_are(between: Between) -> None:
    whole = met_deployments()
    page = foi_page(whole, whole)
    every = [one for group in page.groups.values() for one in group]
    assert checked(every) == {"faces_per_arrest", "arrests_per_hour"}
    (hourly,) = [one for one in every if one.name == "arrests_per_hour"]
    assert (hourly.shown, hourly.basis) == ("0.64", "951 arrests over 1,474.7 hours")
    year = annual_page(between(date(2024, 1, 1), date(2024, 12, 31)), whole)
    assert checked(one for group in year.groups.values() for one in group)


def test_what_is_not_known_of_all_has_no_quotient_and_says_why() -> None:
    records = records_of([SAID, SAID, {**SAID, "faces_seen": None}])
    row = summed(records)
    every = {one.name: one for one in (*outcome_figures(row), *cost_figures(row, "none"))}
    assert checked(every.values()) == {
        "arrests_per_hour", "cost_per_deployment", "cost_per_alert", "cost_per_arrest",
    }  # fmt: skip
    assert every["faces_per_arrest"].shown == "unknown"
    assert every["faces_per_arrest"].note == "no quotient: faces seen unknown for 1 deployment"
    row = summed(records_of([SAID, {**SAID, "arrests": None, "duration_minutes": 600.0}]))
    every = {one.name: one for one in (*outcome_figures(row), *cost_figures(row, "none"))}
    assert every["arrests_per_hour"].basis == "3 arrests over 1.5 hours"
    assert every["arrests_per_hour"].value == 2.0
    assert every["cost_per_arrest"].value is None
    assert every["cost_per_arrest"].note == "no quotient: arrests unknown for 1 deployment"


def test_faces_an_hour_are_of_deployments_that_say_both() -> None:
    rows = [SAID, {"faces_seen": 9_000}, {"duration_minutes": 6_000.0}]
    (row,) = ways_of_counting(records_of(rows)).rows
    assert row[4] == "467"  # 700 faces in 90 minutes


def test_what_a_rate_at_worst_leaves_out_stands_by_it() -> None:
    known = {**SAID, "false_alerts": 1, "true_unconfirmed": 1, "unresolved": 1}
    row = summed(records_of([known, {**known, "unresolved": None}]))
    rates = {one.name: one for one in rate_figures(row)}
    checked((*rates.values(), *found_figures(row)))
    for name in ("false_of_faces_worst", "false_of_alerts_worst"):
        assert "unknown of 1 of 2 deployments: it may be worse" in rates[name].note
    assert rates["false_of_alerts_worst"].value == 5
    assert rates["false_of_alerts"].note == ""
    rates = {one.name: one for one in rate_figures(summed(records_of([known])))}
    assert rates["false_of_alerts_worst"].note == ""
