"""A deployment whose outcome was counted by hand, and whether an aggregate is that of a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from alert_values import plant_alert, plant_session
from bench_steps import REFERENCE

from workbench.bench import Workbench
from workbench.bench.deployment_record import freeze_record
from workbench.governance.alerts import AlertState
from workbench.governance.categories import Category
from workbench.governance.deployment_outcomes import DeploymentOutcome
from workbench.governance.deployment_records import DeploymentRecord
from workbench.governance.outcomes import Engagement, Outcome
from workbench.records.adjudications import add_engagement
from workbench.records.audit.verbs import Verb
from workbench.records.deployments import find_deployment, save_deployment
from workbench.records.erased_rows import delete_alerts

__all__ = ["COUNTED", "engaged", "erased", "made_older", "of_record", "searched"]

_A = AlertState

COUNTED: dict[str, Any] = {
    "faces_seen": 800,
    "open": 1,
    "destroyed_undecided": 0,
    "true_confirmed": 1,
    "true_unconfirmed": 1,
    "false_confirmed": 1,
    "false_unconfirmed": 1,
    "unresolved": 1,
    "engagements": 4,
    "stops": 3,
    "engagement_minutes": 20.75,
    "false_alert_engagements": 2,
    "false_alert_minutes": 5.0,
    "false_alert_arrests": 1,
    "outcomes": {
        "arrest": 2,
        "other_disposal": 1,
        "no_action": 0,
        "with_outcome": 3,
        "alerts": 6,
        "unengaged_is_no_action": False,
    },
}
"""What `searched` comes to: the alert on seeded staff, and the engagement on it, count nowhere."""


def engaged(
    workbench: Workbench, alert: str, outcome: Outcome, minutes: float, *, stopped: bool = False
) -> None:
    """Record that somebody was spoken to because of an alert; whoever is arrested was stopped."""
    with workbench._context.system() as acting:
        made = Engagement(
            alert=alert,
            started=acting.now,
            minutes=minutes,
            stopped=stopped or outcome is Outcome.ARREST,
            outcome=outcome,
        )
        add_engagement(acting.connection, made, by="engagement-officer", at=acting.at)
        acting.log(Verb.ENGAGE, [alert])


def searched(workbench: Workbench, reference: str = REFERENCE) -> list[str]:
    """Search a deployment twice, raise seven alerts and record what came of them; return the ids.

    Two searches of 400 faces and ten minutes each; the last alert is on seeded staff.
    """
    plant_session(workbench, reference)
    plant_session(workbench, reference, threshold=2.5)
    states = (
        _A.TRUE_CONFIRMED,
        _A.TRUE_UNCONFIRMED,
        _A.FALSE_CONFIRMED,
        _A.FALSE_UNCONFIRMED,
        _A.UNRESOLVED,
        _A.OPEN,
    )
    found = [plant_alert(workbench, reference, state=state).id for state in states]
    seeded = plant_alert(
        workbench,
        reference,
        subject="staff-1",
        category=Category.BLUE_LIST,
        state=_A.TRUE_CONFIRMED,
    ).id
    engaged(workbench, found[0], Outcome.ARREST, 12.5)
    # Twice on one alert: two engagements and one outcome.
    engaged(workbench, found[1], Outcome.OTHER_DISPOSAL, 3.25)
    engaged(workbench, found[2], Outcome.ARREST, 4.5)
    engaged(workbench, found[2], Outcome.ARREST, 0.5)
    engaged(workbench, seeded, Outcome.NO_ACTION, 9)
    return [*found, seeded]


def erased(workbench: Workbench, alerts: Sequence[str], reference: str = REFERENCE) -> None:
    """Let the rows of alerts go as an erasure does."""
    with workbench._context.system() as acting:
        freeze_record(acting, find_deployment(acting.connection, reference), leaving=alerts)
        delete_alerts(acting.connection, alerts)
        acting.log(Verb.ERASE)


def made_older(workbench: Workbench, reference: str = REFERENCE) -> None:
    """Make what is kept of alerts that are gone what it was before: open was what went so."""
    with workbench._context.system() as acting:
        row = find_deployment(acting.connection, reference)
        assert row.record is not None
        gone = dict(row.record["gone"])
        counts = dict(gone["counts"])
        counts["open"] += counts.pop("destroyed_undecided")
        kept = {**row.record, "gone": {**gone, "counts": counts}}
        save_deployment(acting.connection, replace(row, record=kept))
        acting.log(Verb.ERASE)


def of_record(record: DeploymentRecord, feeds: Sequence[str] = ("gate",)) -> DeploymentOutcome:
    """Return what an aggregate says of the deployment that a record is of."""
    size = record.watchlist
    return DeploymentOutcome(
        reference=record.reference,
        force=record.force,
        place=record.location.name,
        town=record.location.town,
        state=record.state,
        starts=record.starts,
        ends=record.ends,
        ended=record.ended,
        feeds=tuple(feeds),
        searches=len(record.searches),
        searched_minutes=record.searched_minutes,
        list_references=size and size.references,
        list_subjects=size and size.subjects,
        counts=record.counts,
        blue_list_alerts=record.blue_list_alerts,
        costs=record.costs,
    )
