"""The record that stays of a deployment, and counts that are joined as alerts go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from deployment_values import ENDS, STARTS, application

from workbench.errors import RecordError
from workbench.governance.alerts import AlertState
from workbench.governance.costs import Costs
from workbench.governance.deployment_counts import DeploymentCounts
from workbench.governance.deployment_records import DeploymentRecord, SearchPeriod, joined
from workbench.governance.deployments import DeploymentState
from workbench.governance.outcomes import Engagement, Outcome


def counts(*states: AlertState, first: int = 0, **changes: Any) -> DeploymentCounts:
    """Counts of alerts in these states, an arrest on the first that is true."""
    named = {f"alert-{first + place}": state for place, state in enumerate(states)}
    true = next((name for name, state in named.items() if state.is_true), None)
    engaged = [] if true is None else [engagement(true)]
    return DeploymentCounts.of(
        named, engaged, **({"faces_seen": None, "unengaged_is_no_action": False} | changes)
    )


def engagement(alert: str) -> Engagement:
    """An arrest."""
    return Engagement(
        alert=alert, started=STARTS, minutes=7.5, stopped=True, outcome=Outcome.ARREST
    )


def record(**changes: Any) -> DeploymentRecord:
    """A record in order."""
    made = application()
    values = {
        name: getattr(made, name)
        for name in DeploymentRecord.model_fields
        if name in type(made).model_fields
    }
    return DeploymentRecord.read(
        values
        | {
            "state": DeploymentState.CLOSED,
            "ended": ENDS,
            "authority_rank": "superintendent",
            "urgent": False,
            "unit": "cosine",
            "counts": counts(),
            "blue_list_alerts": 0,
        }
        | changes,
        what="the record",
    )


def test_nothing_joined_with_nothing_is_nothing() -> None:
    assert joined(counts(), counts()) == counts()


def test_counts_of_two_sets_are_those_of_both() -> None:
    states = (AlertState.TRUE_CONFIRMED, AlertState.FALSE_CONFIRMED, AlertState.OPEN)
    both = joined(counts(*states, faces_seen=900), counts(AlertState.UNRESOLVED, first=3))
    assert (both.alerts, both.true, both.false, both.open, both.unresolved) == (4, 1, 1, 1, 1)
    assert both.faces_seen == 900
    assert (both.engagements, both.stops, both.outcomes.arrest) == (1, 1, 1)
    assert both.outcomes.without_outcome == 3


def test_counts_that_count_the_unengaged_otherwise_are_not_joined() -> None:
    lax = counts(AlertState.OPEN, unengaged_is_no_action=True)
    with pytest.raises(RecordError, match="count alerts without an engagement otherwise"):
        joined(counts(), lax)


def test_a_record_survives_its_plain_values() -> None:
    made = record()
    assert DeploymentRecord.read(made.plain(), what="the record") == made


def test_what_is_unknown_is_shown_as_unknown() -> None:
    shown = record().shown()
    assert (shown["cost_total"], shown["cost_lines_unknown"]) == ("unknown", 1)
    assert shown["searched_minutes"] == 0
    for rates in ("false_alerts_of_faces_seen", "false_alerts_of_alerts"):
        assert shown[rates]["best"] == {
            "count": 0,
            "n": None if "faces" in rates else 0,
            "rate": None,
            "low": 0.0,
            "high": 1.0,
        }


def test_costs_that_are_known_are_added_up() -> None:
    costs = Costs.read({"lines": [{"what": "van", "amount": "10.50"}]}, what="costs")
    assert record(costs=costs).shown()["cost_total"] == "10.50"


def test_minutes_are_those_of_all_searches_and_unknown_where_one_has_no_end() -> None:
    search = {
        "feed": "gate",
        "policy": "policy-1",
        "threshold": 1.5,
        "started": STARTS,
        "ended": STARTS + timedelta(minutes=90),
    }
    one = SearchPeriod.read(search, what="a search")
    assert record(searches=(one, one)).searched_minutes == 180
    unended = SearchPeriod.read(search | {"ended": None}, what="a search")
    assert record(searches=(one, unended)).searched_minutes is None


def test_no_field_is_for_a_person() -> None:
    names = set(DeploymentRecord.model_fields)
    assert not names & {"applicant", "officer", "operator", "subjects", "references", "by"}
