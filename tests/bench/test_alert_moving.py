"""A held alert moves to a case: sealed anew, its own key destroyed, and gone when the case is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from alert_values import plant_alert

from workbench.bench import Workbench
from workbench.errors import (
    IllegalMoveError,
    NotAuthorisedError,
    NotPermittedError,
    RefusedError,
    UnknownRecordError,
)
from workbench.governance.alerts import AlertState
from workbench.governance.holds import HoldGround
from workbench.records.alerts import AlertRow, find_alert
from workbench.records.audit.reading import entries as logged
from workbench.records.audit.verbs import Verb

REFERENCE = "2026-11/HIGH-ST-1"
WHY = "deciding on the alerts of the day"

Open = Callable[[str], Workbench]


@pytest.fixture
def alert(authorised: Callable[..., str], as_role: Open) -> AlertRow:
    """Plant an alert of a deployment under the two-person rule."""
    return plant_alert(as_role("operator"), authorised())


def decide(alert: AlertRow, as_role: Open, state: str) -> None:
    """Have two people say the same."""
    as_role("operator").alerts.adjudicate(alert, state, "one, for a test")
    as_role("operator-2").alerts.adjudicate(alert, state, "two, for a test")


CASE = {
    "number": "CASE/2026/118",
    "offence": "Robbery in High Street on 24 November 2026",
    "authority": "Theft Act 1968, s.8; PACE 1984.",
    "purpose": "To find where the suspect went.",
    "necessity": "Nobody saw where they went.",
    "expiry": "2027-03-01T09:00:00+00:00",
}


def hold(as_role: Open, alert: AlertRow, clock: Any) -> None:
    """Place a legal hold on an alert."""
    as_role("authorising-officer").holds.place(
        ground=next(iter(HoldGround)),
        reason="Proceedings are under way.",
        review_by=clock() + timedelta(days=60),
        alerts=[alert.id],
    )


def authorised_case(as_role: Open, clock: Any) -> str:
    """Open a case and authorise it."""
    number = as_role("analyst").cases.open(CASE).number
    clock.turn(minutes=5)
    as_role("authorising-officer").cases.authorise(number, "one offence, one suspect")
    return number


@pytest.mark.slow
def test_a_held_alert_moves_to_a_case(
    alert: AlertRow, as_role: Open, clock: Any, bench: Any
) -> None:
    decide(alert, as_role, "true-confirmed")
    hold(as_role, alert, clock)
    number = authorised_case(as_role, clock)
    analyst = as_role("analyst")
    before = analyst.alerts.get(alert, justification=WHY).document
    certificate = analyst.alerts.move_to_case(alert, number, justification="needed as evidence")
    assert certificate.keys == (alert.key_id,)
    assert certificate.objects == ()
    view = analyst.alerts.get(alert, justification=WHY)
    assert (view.moved_to, view.document) == (number, before)
    assert view.state is AlertState.TRUE_CONFIRMED
    assert analyst.alerts.list(REFERENCE, justification=WHY) == []
    with analyst._context.store.reading() as connection:
        row = find_alert(connection, alert.id)
        assert row.key_id != alert.key_id
        assert row.object_id != alert.object_id
    assert alert.key_id not in analyst._context.keys.store.ids()
    kept = {path.name.split(".")[0] for path in (bench.folder / "vault").rglob("*.sealed")}
    assert alert.object_id not in kept
    assert row.object_id in kept
    with pytest.raises(IllegalMoveError, match="was moved to case"):
        analyst.alerts.move_to_case(alert, number, justification="again, for a test")
    told = {one.verb for one in log_of_purpose(analyst, row.moved_to or "")}
    assert Verb.COLLECT in told
    clock.turn(days=40)
    assert as_role("analyst").alerts.get(alert, justification=WHY).document == before


def log_of_purpose(bench: Workbench, purpose: str) -> list[Any]:
    """Entries of a purpose."""
    with bench._context.store.reading() as connection:
        return [one.entry for one in logged(connection) if one.entry.purpose == purpose]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("state", "held", "case", "error", "words"),
    [
        ("true-confirmed", False, "authorised", RefusedError, "under no legal hold"),
        ("false-confirmed", True, "authorised", RefusedError, "only one that was decided as true"),
        ("open", True, "authorised", RefusedError, "the alert is open"),
        ("true-confirmed", True, "provisional", NotAuthorisedError, "is provisional"),
        ("true-confirmed", True, "none", UnknownRecordError, "there is no case"),
    ],
)
def test_what_does_not_move(
    *,
    state: str,
    held: bool,
    case: str,
    error: type[Exception],
    words: str,
    alert: AlertRow,
    as_role: Open,
    clock: Any,
) -> None:
    if state != "open":
        decide(alert, as_role, state)
    if held:
        hold(as_role, alert, clock)
    if case == "authorised":
        authorised_case(as_role, clock)
    elif case == "provisional":
        as_role("analyst").cases.open(CASE)
    with pytest.raises(error, match=words):
        as_role("reviewer").alerts.move_to_case(
            alert, CASE["number"], justification="evidence, for a test"
        )
    with as_role("reviewer")._context.store.reading() as connection:
        assert find_alert(connection, alert.id).key_id == alert.key_id
    assert as_role("reviewer").alerts.get(alert, justification=WHY).moved_to is None


def test_others_do_not_move_alerts(alert: AlertRow, as_role: Open) -> None:
    with pytest.raises(NotPermittedError, match="move a held alert"):
        as_role("operator").alerts.move_to_case(
            alert, CASE["number"], justification="evidence, for a test"
        )
