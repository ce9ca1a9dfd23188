"""Adding up what came of deployments: what is unknown stays so, and dilutes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from workbench.errors import UsageError
from workbench.governance.alerts import AlertState
from workbench.governance.costs import Costs
from workbench.governance.deployment_counts import DeploymentCounts
from workbench.governance.deployment_outcomes import DeploymentOutcome, OutcomeTotals, Period

AT = datetime(2026, 11, 25, 10, tzinfo=UTC)


def outcome(
    *states: AlertState, faces: int | None = 100, costs: Any = (), **changes: Any
) -> DeploymentOutcome:
    """One deployment with an alert in each state; costs are pounds, or `None`."""
    counts = DeploymentCounts.of(
        {f"alert-{n}": state for n, state in enumerate(states)},
        [],
        faces_seen=faces,
        unengaged_is_no_action=False,
    )
    lines = [{"what": "officers", "amount": amount} for amount in costs]
    return DeploymentOutcome(
        **{
            "reference": "2026-11/HIGH-ST-1",
            "force": "a force",
            "place": "High Street, outside the station",
            "town": "Croydon",
            "state": "closed",
            "starts": AT,
            "ends": AT,
            "ended": AT,
            "feeds": ("gate",),
            "searches": 1,
            "searched_minutes": 10,
            "list_references": 3,
            "list_subjects": 3,
            "counts": counts,
            "blue_list_alerts": 0,
            "costs": Costs.read({"lines": lines}, what="costs"),
        }
        | changes
    )


def test_nothing_adds_up_to_nothing_and_no_rate() -> None:
    totals = OutcomeTotals.of([])
    assert (totals.deployments, totals.searched, totals.counts.alerts) == (0, 0, 0)
    assert (totals.counts.faces_seen, totals.false_of_faces.best.rate) == (None, None)
    assert totals.cost_total is None


def test_counts_faces_minutes_and_costs_add_up() -> None:
    false, true, still_open = AlertState.FALSE_CONFIRMED, AlertState.TRUE_CONFIRMED, AlertState.OPEN
    totals = OutcomeTotals.of(
        [
            outcome(false, true, costs=["1.50"], blue_list_alerts=2),
            outcome(false, still_open, AlertState.UNRESOLVED, faces=50, costs=["2.50", "0.00"]),
        ]
    )
    counts = totals.counts
    assert (counts.alerts, counts.true, counts.false, counts.undecided) == (5, 1, 2, 2)
    assert (counts.faces_seen, totals.searched_minutes, totals.blue_list_alerts) == (150, 20, 2)
    best, worst, _ = totals.false_of_faces
    assert (best.count, best.n, worst.count) == (2, 150, 4)
    assert totals.cost_total == Decimal("4.00")


def test_what_was_not_searched_is_counted_as_a_deployment_and_in_nothing_else() -> None:
    idle = outcome(faces=None, costs=[None], searches=0, searched_minutes=0, state="refused")
    alone, both = (OutcomeTotals.of(each) for each in ([outcome()], [outcome(), idle]))
    assert both.shown() == alone.shown() | {"deployments": 2}


def test_unknown_faces_minutes_and_costs_are_said_and_not_taken_for_none() -> None:
    known = outcome(AlertState.FALSE_CONFIRMED, costs=["8.00"])
    unknown = outcome(
        AlertState.FALSE_CONFIRMED, faces=None, searched_minutes=None, costs=["1.00", None]
    )
    totals = OutcomeTotals.of([known, unknown, outcome(faces=7)])
    assert (totals.faces_unknown, totals.minutes_unknown, totals.cost_unknown) == (1, 1, 2)
    assert (totals.counts.false, totals.counts.faces_seen) == (2, None)
    best = totals.false_of_faces.best
    assert (best.count, best.n) == (1, 107), "of those that know their faces alone"
    shown = totals.shown()
    assert (shown["cost_known"], shown["cost_total"]) == ("9.00", "unknown")
    assert (shown["searched_minutes"], shown["counts"]["faces_seen"]) == (20, None)


def test_a_period_is_of_days_and_ends_after_it_begins() -> None:
    first, last = date(2026, 11, 1), date(2026, 11, 30)
    assert Period(first, last).plain() == {"from": "2026-11-01", "to": "2026-11-30"}
    assert Period().plain() == {"from": None, "to": None}
    assert Period(first, first).last == first
    with pytest.raises(UsageError, match="ends on 2026-11-01, before it begins on 2026-11-30"):
        Period(last, first)
