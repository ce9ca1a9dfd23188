"""The record of a deployment: what is counted, what is kept apart, and that it outlives alerts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from alert_values import plant_alert, plant_session
from bench_steps import REFERENCE, AsRole, Authorised, went_live
from outcome_values import made_older

from workbench.bench import Workbench
from workbench.bench.deployment_record import freeze_record
from workbench.governance.alerts import AlertState
from workbench.governance.categories import Category
from workbench.governance.deployment_records import DeploymentRecord
from workbench.governance.outcomes import Engagement, Outcome
from workbench.records.adjudications import add_engagement
from workbench.records.audit.verbs import Verb
from workbench.records.deployments import find_deployment
from workbench.records.erased_rows import delete_alerts

A = AlertState


def engaged(workbench: Workbench, alert: str, outcome: Outcome, minutes: float = 5) -> None:
    """Record that somebody was spoken to because of an alert."""
    with workbench._context.system() as acting:
        made = Engagement(
            alert=alert,
            started=acting.now,
            minutes=minutes,
            stopped=outcome is Outcome.ARREST,
            outcome=outcome,
        )
        add_engagement(acting.connection, made, by="engagement-officer", at=acting.at)
        acting.log(Verb.ENGAGE, [alert])


def erased(workbench: Workbench, alerts: Sequence[str]) -> None:
    """Let the rows of alerts go as an erasure does."""
    with workbench._context.system() as acting:
        freeze_record(acting, find_deployment(acting.connection, REFERENCE), leaving=alerts)
        delete_alerts(acting.connection, alerts)
        acting.log(Verb.ERASE)


@pytest.fixture
def alerts(as_role: AsRole, authorised: Authorised, clock: Any) -> list[str]:
    """A live deployment with two searches and six alerts, one of them on seeded staff."""
    authorised()
    clock.turn(hours=2)
    went_live(as_role("operator"))
    workbench = as_role("analyst")
    plant_session(workbench, REFERENCE)
    plant_session(workbench, REFERENCE, threshold=2.5)
    states = (A.TRUE_CONFIRMED, A.TRUE_UNCONFIRMED, A.FALSE_CONFIRMED, A.UNRESOLVED, A.OPEN)
    planted = [plant_alert(workbench, REFERENCE, state=state).id for state in states]
    seeded = plant_alert(
        workbench,
        REFERENCE,
        subject="staff-1",
        category=Category.BLUE_LIST,
        state=A.TRUE_CONFIRMED,
    )
    engaged(workbench, planted[0], Outcome.ARREST, 12.5)
    engaged(workbench, planted[2], Outcome.NO_ACTION, 4)
    return [*planted, seeded.id]


def test_one_that_was_never_searched_counts_nothing(
    as_role: AsRole, authorised: Authorised
) -> None:
    authorised()
    record = as_role("reviewer").deployments.record(REFERENCE)
    assert record.searches == ()
    assert record.counts.alerts == 0
    assert record.counts.faces_seen is None
    assert record.counts.false_of_faces.best.rate is None
    assert record.watchlist is None
    assert record.costs.total is None


def test_alerts_by_state_with_those_of_the_blue_list_apart(
    as_role: AsRole, alerts: list[str]
) -> None:
    record = as_role("analyst").deployments.record(REFERENCE)
    counts = record.counts
    assert counts.alerts == len(alerts) - 1
    assert (counts.true_confirmed, counts.true_unconfirmed) == (1, 1)
    assert (counts.false_confirmed, counts.unresolved, counts.open) == (1, 1, 1)
    assert record.blue_list_alerts == 1


def test_engagements_and_stops_are_counted_apart(as_role: AsRole, alerts: list[str]) -> None:
    counts = as_role("analyst").deployments.record(REFERENCE).counts
    assert (counts.engagements, counts.stops, counts.engagement_minutes) == (2, 1, 16.5)
    assert (counts.false_alert_engagements, counts.false_alert_minutes) == (1, 4)
    assert (counts.outcomes.arrest, counts.outcomes.no_action) == (1, 1)
    assert counts.outcomes.without_outcome == 3


def test_both_false_alert_rates_with_their_denominators(as_role: AsRole, alerts: list[str]) -> None:
    counts = as_role("analyst").deployments.record(REFERENCE).counts
    assert counts.faces_seen == 800
    of_faces, of_alerts = counts.false_of_faces, counts.false_of_alerts
    assert (of_faces.best.count, of_faces.best.n) == (1, 800)
    assert (of_alerts.best.count, of_alerts.best.n) == (1, 5)
    assert (of_faces.worst.count, of_faces.severest.count) == (3, 4)
    low, high = of_alerts.best.interval
    assert low < 0.2 < high


def test_searches_with_their_feed_threshold_and_times(as_role: AsRole, alerts: list[str]) -> None:
    record = as_role("analyst").deployments.record(REFERENCE)
    assert [one.feed for one in record.searches] == ["gate", "gate"]
    assert {one.threshold for one in record.searches} == {2.3102, 2.5}
    assert record.searched_minutes == 20
    assert record.watchlist is not None
    assert record.watchlist.categories == {"wanted-by-courts": 1, "blue-list": 1}


@pytest.mark.slow
def test_faces_are_unknown_where_a_search_was_not_counted(
    as_role: AsRole, alerts: list[str]
) -> None:
    analyst = as_role("analyst")
    plant_session(analyst, REFERENCE, ended=False)
    record = analyst.deployments.record(REFERENCE)
    assert record.counts.faces_seen is None
    assert record.searched_minutes is None
    assert record.counts.false_of_faces.best.rate is None


def test_the_record_names_nobody(as_role: AsRole, alerts: list[str]) -> None:
    as_role("operator").deployments.close(REFERENCE)
    shown = json.dumps(as_role("analyst").deployments.record(REFERENCE).shown())
    for name in ("subject-1", "staff-1", "analyst", "operator", "authorising-officer", *alerts):
        assert f'"{name}"' not in shown


def test_the_record_is_kept_at_the_close_and_can_be_read_back(
    as_role: AsRole, alerts: list[str]
) -> None:
    operator = as_role("operator")
    operator.deployments.close(REFERENCE)
    with operator._context.store.reading() as connection:
        kept = find_deployment(connection, REFERENCE).record
    assert kept is not None
    assert kept["record"]["alerts"] == 5
    assert kept["record"]["state"] == "closed"
    record = as_role("analyst").deployments.record(REFERENCE)
    assert DeploymentRecord.read(record.plain(), what="the record") == record


@pytest.mark.slow
@pytest.mark.parametrize("steps", [[6], [1, 5], [1, 1, 1, 1, 1, 1], [3, 0, 3]])
def test_it_is_the_same_however_its_alerts_go(
    as_role: AsRole, alerts: list[str], steps: list[int]
) -> None:
    operator = as_role("operator")
    operator.deployments.close(REFERENCE)
    before = operator.deployments.record(REFERENCE)
    left = list(alerts)
    for step in steps:
        erased(operator, left[:step])
        left = left[step:]
        gone = before.counts.model_copy(update={"open": 0, "destroyed_undecided": 1})
        after = before if alerts[4] in left else before.model_copy(update={"counts": gone})
        assert operator.deployments.record(REFERENCE) == after
    with operator._context.store.reading() as connection:
        kept = find_deployment(connection, REFERENCE).record
    assert kept is not None
    assert kept["record"] == after.shown()
    assert not any(alert in json.dumps(kept) for alert in alerts)


def test_what_went_undecided_is_open_no_more_and_still_counts_at_worst(
    as_role: AsRole, alerts: list[str]
) -> None:
    operator = as_role("operator")
    operator.deployments.close(REFERENCE)
    before = operator.deployments.record(REFERENCE).counts
    assert (before.open, before.destroyed_undecided) == (1, 0)
    erased(operator, alerts)
    after = operator.deployments.record(REFERENCE).counts
    assert (after.open, after.destroyed_undecided, after.unresolved) == (0, 1, 1)
    assert (after.alerts, after.undecided) == (before.alerts, before.undecided) == (5, 2)
    assert after.false_of_alerts == before.false_of_alerts


def test_an_older_record_that_called_them_open_is_read_and_added_to(
    as_role: AsRole, alerts: list[str]
) -> None:
    operator = as_role("operator")
    operator.deployments.close(REFERENCE)
    erased(operator, alerts[4:])
    made_older(operator)
    counts = operator.deployments.record(REFERENCE).counts
    assert (counts.open, counts.destroyed_undecided, counts.alerts) == (0, 1, 5)
    erased(operator, alerts[:4])
    assert operator.deployments.record(REFERENCE).counts == counts


def test_what_is_decided_between_two_erasures_is_counted(
    as_role: AsRole, alerts: list[str]
) -> None:
    from workbench.records.alerts import set_alert_state

    operator = as_role("operator")
    operator.deployments.close(REFERENCE)
    erased(operator, alerts[:3])
    with operator._context.system() as acting:
        set_alert_state(acting.connection, alerts[4], A.FALSE_CONFIRMED, acting.now)
        acting.log(Verb.ADJUDICATE, [alerts[4]])
    erased(operator, alerts[3:])
    counts = operator.deployments.record(REFERENCE).counts
    assert (counts.open, counts.false_confirmed, counts.alerts) == (0, 2, 5)


def test_costs_are_those_noted_last(as_role: AsRole, authorised: Authorised, clock: Any) -> None:
    authorised()
    deployments = as_role("analyst").deployments
    assert deployments.record(REFERENCE).costs.unknown == 1
    for amount in (None, "100.00", "250.50"):
        clock.now += timedelta(seconds=1)
        deployments.note_costs(REFERENCE, {"lines": [{"what": "officers", "amount": amount}]})
    shown = deployments.record(REFERENCE).shown()
    assert (shown["cost_total"], shown["cost_lines_unknown"]) == ("250.50", 0)
