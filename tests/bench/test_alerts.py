"""Alerts on a bench, decided by people; no model is loaded, the faces are drawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from alert_values import plant_alert, plant_session

from workbench.bench import Workbench
from workbench.errors import (
    IllegalMoveError,
    KeyDestroyedError,
    NotPermittedError,
    RecordError,
    UnknownRecordError,
)
from workbench.governance.alerts import AlertState
from workbench.governance.categories import Category
from workbench.governance.roles import Role
from workbench.matching.candidates import Candidates
from workbench.records.alerts import AlertRow, find_alert
from workbench.records.audit.reading import entries as logged
from workbench.records.audit.verbs import Verb
from workbench.records.vault.register import KeyRegister

REFERENCE = "2026-11/HIGH-ST-1"
WHY = "deciding on the alerts of the day"

Open = Callable[[str], Workbench]


@pytest.fixture
def reference(authorised: Callable[..., str]) -> str:
    """Authorise a deployment under the two-person rule."""
    return authorised()


@pytest.fixture
def alert(reference: str, as_role: Open) -> AlertRow:
    """Plant an alert of it."""
    return plant_alert(as_role("operator"), reference)


def log_of(bench: Workbench, verb: Verb) -> list[Any]:
    """Entries of a kind."""
    with bench._context.store.reading() as connection:
        return [one.entry for one in logged(connection) if one.entry.verb is verb]


@pytest.mark.slow
def test_no_alert_at_all(reference: str, as_role: Open) -> None:
    assert as_role("operator").alerts.list(reference, justification=WHY) == []
    plant_session(as_role("operator"), reference)
    assert as_role("operator").alerts.list(reference, justification=WHY) == []


@pytest.mark.slow
def test_a_list_says_what_each_is_and_shows_no_face(alert: AlertRow, as_role: Open) -> None:
    (view,) = as_role("operator").alerts.list(REFERENCE, justification=WHY)
    assert (view.id, view.subject, view.state) == (alert.id, "subject-1", AlertState.OPEN)
    assert view.category is Category.WANTED_BY_COURTS
    assert (view.two_person, view.owed, view.said_by_me) == (True, 2, False)
    assert view.document is None
    assert view.candidates == ()
    assert view.time_to_decision is None
    assert view.plain()["time_to_decision_s"] is None


def test_a_score_comes_with_its_meaning_and_never_as_a_percentage(
    alert: AlertRow, as_role: Open
) -> None:
    (view,) = as_role("operator").alerts.list(REFERENCE, justification=WHY)
    assert "1 in " in view.meaning
    assert "faces of people who are not on the list score this high" in view.meaning
    assert "95 % interval" in view.meaning
    assert "comparisons of" in view.meaning
    assert view.meaning.count("%") == view.meaning.count("95 % interval")


def test_lists_are_by_state(reference: str, as_role: Open) -> None:
    operator = as_role("operator")
    open_one = plant_alert(operator, reference)
    other = plant_alert(operator, reference, state=AlertState.UNRESOLVED)
    found = operator.alerts.list(reference, AlertState.OPEN, justification=WHY)
    assert [one.id for one in found] == [open_one.id]
    found = operator.alerts.list(reference, AlertState.UNRESOLVED, justification=WHY)
    assert [one.id for one in found] == [other.id]


def test_an_opened_alert_has_pictures_candidates_and_what_it_contests(
    reference: str, as_role: Open
) -> None:
    operator = as_role("operator")
    first = plant_alert(operator, reference)
    second = plant_alert(operator, reference, contests=first.id)
    view = operator.alerts.get(second, justification=WHY)
    assert view.contests == first.id
    assert [one.subject for one in view.candidates] == ["subject-1", "subject-2"]
    assert all(one.meaning for one in view.candidates)
    assert view.document is not None
    assert view.document.probe_image().shape == (48, 48, 3)
    assert view.document.reference_image().shape == (160, 160, 3)
    assert "probe" not in repr(view)
    consulted = log_of(operator, Verb.CONSULT)[-1]
    assert (consulted.objects, consulted.justification) == ((second.id,), WHY)
    assert consulted.purpose == first.deployment


@pytest.mark.slow
@pytest.mark.parametrize("role", ["operator", "engagement-officer", "reviewer"])
def test_whoever_may_decide_reads_why_the_person_is_listed(
    role: str, alert: AlertRow, as_role: Open
) -> None:
    bench = as_role(role)
    (listed,) = bench.alerts.list(REFERENCE, justification=WHY)
    assert listed.listed is None, "only of an alert that was opened"
    view = bench.alerts.get(alert, justification=WHY)
    assert view.listed is not None
    assert view.listed.category is view.category
    assert view.plain()["grounds"] == [
        view.listed.legal_basis.explanation,
        view.listed.rationale,
    ]
    assert view.listed.rationale not in repr(view)


def test_reading_needs_a_reason(alert: AlertRow, as_role: Open) -> None:
    for read in (
        lambda: as_role("operator").alerts.get(alert, justification=" "),
        lambda: as_role("operator").alerts.list(REFERENCE, justification=""),
    ):
        with pytest.raises(RecordError, match="justification: is empty"):
            read()


@pytest.mark.slow
@pytest.mark.parametrize("role", sorted(set(Role)))
def test_who_may_look(role: Role, alert: AlertRow, as_role: Open) -> None:
    bench = as_role(role.value)
    may = {Role.ANALYST, Role.OPERATOR, Role.ENGAGEMENT_OFFICER, Role.REVIEWER}
    if role in may:
        assert bench.alerts.get(alert.id, justification=WHY).id == alert.id
        return
    for read in (
        lambda: bench.alerts.get(alert.id, justification=WHY),
        lambda: bench.alerts.list(REFERENCE, justification=WHY),
        lambda: bench.alerts.adjudicate(alert.id, "true-confirmed", "same scar"),
    ):
        with pytest.raises(NotPermittedError, match=f"{role.value}.* may not|may"):
            read()
    assert log_of(bench, Verb.REFUSAL)[-1].actor == role.value


def test_an_alert_that_is_not_there(reference: str, as_role: Open) -> None:
    for act in (
        lambda: as_role("operator").alerts.get("alert-1\n", justification=WHY),
        lambda: as_role("operator").alerts.adjudicate("alert-1\n", "unresolved", "?, for a test"),
    ):
        with pytest.raises(UnknownRecordError, match=r"there is no alert alert-1\\n\. Check"):
            act()


def test_two_people_who_agree_decide(alert: AlertRow, as_role: Open, clock: Any) -> None:
    clock.turn(minutes=1)
    first = as_role("operator").alerts.adjudicate(alert, "true-confirmed", "same scar")
    assert (first.state, first.owed, first.decided) == (AlertState.OPEN, 1, None)
    assert [one.by for one in first.verdicts] == ["operator"]
    clock.turn(minutes=2)
    second = as_role("engagement-officer").alerts.adjudicate(
        alert, "true-confirmed", "spoke, for a test"
    )
    assert (second.state, second.owed) == (AlertState.TRUE_CONFIRMED, 0)
    assert second.time_to_decision == timedelta(minutes=3)
    assert [one.by for one in second.verdicts] == ["operator", "engagement-officer"]
    said = [dict(one.details) for one in log_of(as_role("operator"), Verb.ADJUDICATE)]
    assert [one["state"] for one in said] == ["open", "true-confirmed"]
    assert [one["place"] for one in said] == [1, 2]


@pytest.mark.slow
def test_the_second_verifier_is_shown_nothing_before_their_own_verdict(
    alert: AlertRow, as_role: Open
) -> None:
    as_role("operator").alerts.adjudicate(alert, "false-confirmed", "another nose")
    as_role("operator").alerts.engage(alert, "do-not-engage", "not the person")
    for other in ("operator-2", "engagement-officer", "reviewer", "analyst"):
        bench = as_role(other)
        views = [
            bench.alerts.get(alert, justification=WHY),
            *bench.alerts.list(REFERENCE, justification=WHY),
        ]
        for view in views:
            assert (view.state, view.verdicts, view.decisions) == (AlertState.OPEN, (), ())
            assert (view.owed, view.said_by_me) == (1, False)
            assert "another nose" not in str(view.plain())
            assert "not the person" not in str(view.plain())
    (own,) = as_role("operator").alerts.list(REFERENCE, justification=WHY)
    assert [one.reason for one in own.verdicts] == ["another nose"]
    after = as_role("operator-2").alerts.adjudicate(alert, "false-confirmed", "other ears")
    assert [one.reason for one in after.verdicts] == ["another nose", "other ears"]


@pytest.mark.slow
def test_two_who_differ_leave_it_to_a_third(alert: AlertRow, as_role: Open) -> None:
    as_role("operator").alerts.adjudicate(alert, "true-confirmed", "same scar")
    differs = as_role("operator-2").alerts.adjudicate(alert, "true-unconfirmed", "left before")
    assert (differs.state, differs.owed, differs.decided) == (AlertState.UNRESOLVED, 1, None)
    (blind,) = as_role("reviewer").alerts.list(REFERENCE, justification=WHY)
    assert blind.verdicts == ()
    settled = as_role("reviewer").alerts.adjudicate(alert, "true-unconfirmed", "agree with one")
    assert (settled.state, settled.owed) == (AlertState.TRUE_UNCONFIRMED, 0)
    with pytest.raises(IllegalMoveError, match="its verdicts are complete"):
        as_role("engagement-officer").alerts.adjudicate(alert, "true-confirmed", "late, for a test")


def test_nobody_gives_two_verdicts(alert: AlertRow, as_role: Open) -> None:
    as_role("operator").alerts.adjudicate(alert, "true-confirmed", "same scar")
    with pytest.raises(NotPermittedError, match="the next must come from another person") as raised:
        as_role("operator").alerts.adjudicate(alert, "true-confirmed", "again, for a test")
    assert "scar" not in str(raised.value)
    (view,) = as_role("operator").alerts.list(REFERENCE, justification=WHY)
    assert len(view.verdicts) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("decision", "reason", "words"),
    [
        ("open", "no", "nothing goes back to open"),
        ("match", "no", "verdict: input should be"),
        ("true-confirmed", "", "reason: is empty"),
        ("true-confirmed", "x" * 10_001, "reason: has 10,001 characters"),
        ("true-confirmed", "\x1b[2J", "reason: character 1 cannot be shown"),
    ],
)
def test_what_is_no_verdict(
    decision: str, reason: str, words: str, alert: AlertRow, as_role: Open
) -> None:
    with pytest.raises(RecordError, match=words):
        as_role("operator").alerts.adjudicate(alert, decision, reason)
    (view,) = as_role("operator").alerts.list(REFERENCE, justification=WHY)
    assert view.owed == 2


def test_one_verdict_decides_where_the_rule_is_set_aside(
    authorised: Callable[..., str], as_role: Open
) -> None:
    reference = authorised(two_person=False)
    alert = plant_alert(as_role("operator"), reference)
    view = as_role("operator").alerts.adjudicate(alert, "true-unconfirmed", "looks alike")
    assert (view.state, view.owed) == (AlertState.TRUE_UNCONFIRMED, 0)
    confirmed = as_role("operator").alerts.correct(alert, "true-confirmed", "spoke to them")
    assert confirmed.state is AlertState.TRUE_CONFIRMED


def decide(alert: AlertRow, as_role: Open, state: str) -> None:
    """Have two people say the same."""
    as_role("operator").alerts.adjudicate(alert, state, "one, for a test")
    as_role("operator-2").alerts.adjudicate(alert, state, "two, for a test")


@pytest.mark.slow
def test_a_reviewer_corrects_what_was_decided(alert: AlertRow, as_role: Open) -> None:
    decide(alert, as_role, "true-confirmed")
    after = as_role("reviewer").alerts.correct(
        alert, "false-confirmed", "the custody photo was old"
    )
    assert after.state is AlertState.FALSE_CONFIRMED
    assert [one.move for one in after.revisions] == ["correct"]
    entry = log_of(as_role("reviewer"), Verb.ADJUDICATE)[-1]
    assert entry.justification == "the custody photo was old"
    assert dict(entry.details)["from"] == "true-confirmed"


@pytest.mark.slow
def test_others_do_not_correct(alert: AlertRow, as_role: Open) -> None:
    decide(alert, as_role, "true-confirmed")
    with pytest.raises(NotPermittedError, match="correct the decision on an alert"):
        as_role("engagement-officer").alerts.correct(alert, "false-confirmed", "no, for a test")
    with pytest.raises(NotPermittedError, match=r"look|may"):
        as_role("analyst").alerts.correct(alert, "false-confirmed", "no, for a test")


def test_who_gave_a_verdict_does_not_revise_it(alert: AlertRow, as_role: Open) -> None:
    as_role("reviewer").alerts.adjudicate(alert, "true-unconfirmed", "one, for a test")
    as_role("operator").alerts.adjudicate(alert, "true-unconfirmed", "two, for a test")
    with pytest.raises(NotPermittedError, match="gave a verdict on alert"):
        as_role("reviewer").alerts.correct(alert, "false-confirmed", "no, for a test")
    with pytest.raises(NotPermittedError, match="gave a verdict on alert"):
        as_role("operator").alerts.correct(alert, "true-confirmed", "yes, for a test")
    after = as_role("operator-2").alerts.correct(alert, "true-confirmed", "spoke to them")
    assert (after.state, after.revisions[0].move) == (AlertState.TRUE_CONFIRMED, "confirm")


def test_an_alert_that_is_owed_a_verdict_is_not_revised(alert: AlertRow, as_role: Open) -> None:
    with pytest.raises(IllegalMoveError, match="2 more verdicts are needed"):
        as_role("reviewer").alerts.correct(alert, "true-confirmed", "early, for a test")


def test_an_unresolved_alert_is_reviewed(alert: AlertRow, as_role: Open) -> None:
    decide(alert, as_role, "unresolved")
    after = as_role("reviewer").alerts.correct(alert, "false-unconfirmed", "saw the footage")
    assert (after.state, after.revisions[0].move) == (AlertState.FALSE_UNCONFIRMED, "review")


@pytest.mark.slow
def test_nobody_is_engaged_before_two_people_said_that_it_is_true(
    alert: AlertRow, as_role: Open
) -> None:
    with pytest.raises(IllegalMoveError, match="before two people decided it is true"):
        as_role("engagement-officer").alerts.engage(alert, "engage", "he is there")
    as_role("operator").alerts.adjudicate(alert, "true-confirmed", "one, for a test")
    with pytest.raises(IllegalMoveError, match="before two people decided it is true"):
        as_role("engagement-officer").alerts.engage(alert, "engage", "he is there")
    as_role("operator-2").alerts.adjudicate(alert, "true-confirmed", "two, for a test")
    view = as_role("engagement-officer").alerts.engage(alert, "engage", "he is there")
    assert [one.decision for one in view.decisions] == ["engage"]
    with pytest.raises(RecordError, match="decision: input should be"):
        as_role("engagement-officer").alerts.engage(alert, "arrest", "now, for a test")


def test_a_false_alert_engages_nobody(alert: AlertRow, as_role: Open) -> None:
    decide(alert, as_role, "false-confirmed")
    with pytest.raises(IllegalMoveError, match="there is nobody to engage"):
        as_role("operator").alerts.engage(alert, "engage", "still, for a test")


OUTCOME = {
    "started": "2026-11-25T10:06:00+00:00",
    "minutes": 12.5,
    "stopped": True,
    "outcome": "arrest",
    "note": "Warrant executed.",
}


@pytest.mark.slow
def test_an_outcome_is_recorded_once(alert: AlertRow, as_role: Open) -> None:
    decide(alert, as_role, "true-confirmed")
    view = as_role("engagement-officer").alerts.outcome(alert, OUTCOME)
    assert [(one.outcome, one.minutes) for one in view.engagements] == [("arrest", 12.5)]
    with pytest.raises(RecordError, match="has two outcomes, arrest and no-action"):
        as_role("engagement-officer").alerts.outcome(alert, OUTCOME | {"outcome": "no-action"})
    with pytest.raises(RecordError, match="whoever is arrested was stopped"):
        as_role("engagement-officer").alerts.outcome(alert, OUTCOME | {"stopped": False})
    record = as_role("analyst").deployments.record(REFERENCE)
    assert (record.counts.engagements, record.counts.outcomes.arrest) == (1, 1)


def test_how_far_verdicts_agree(reference: str, as_role: Open) -> None:
    operator = as_role("operator")
    alerts = [plant_alert(operator, reference, subject=f"subject-{n}") for n in range(4)]
    said = [("true-confirmed",) * 2, ("false-confirmed",) * 2, ("true-confirmed", "unresolved")]
    for alert, (one, other) in zip(alerts, said, strict=False):
        operator.alerts.adjudicate(alert, one, "one, for a test")
        as_role("operator-2").alerts.adjudicate(alert, other, "two, for a test")
    operator.alerts.adjudicate(alerts[3], "true-confirmed", "one, for a test")
    found = as_role("reviewer").alerts.agreement(reference)
    assert (found.n, found.agreed) == (3, 2)
    assert found.kappa == pytest.approx(0.5)
    with pytest.raises(NotPermittedError):
        operator.alerts.agreement(reference)


def test_blue_list_alerts_are_marked(reference: str, as_role: Open) -> None:
    operator = as_role("operator")
    plant_alert(operator, reference, subject="PC-7", category=Category.BLUE_LIST)
    (view,) = operator.alerts.list(reference, justification=WHY)
    assert (view.blue_list, view.category) == (True, Category.BLUE_LIST)


def test_an_alert_whose_key_is_to_go_is_not_opened(alert: AlertRow, as_role: Open) -> None:
    bench = as_role("operator")
    with bench._context.system() as acting:
        KeyRegister.mark(acting.connection, [alert.key_id], acting.now)
        acting.log(Verb.ERASE, [alert.id])
    with pytest.raises(KeyDestroyedError, match="was destroyed on"):
        bench.alerts.get(alert, justification=WHY)


def test_the_log_names_nobody_and_shows_no_face(alert: AlertRow, as_role: Open) -> None:
    decide(alert, as_role, "true-confirmed")
    as_role("engagement-officer").alerts.outcome(alert, OUTCOME)
    with as_role("operator")._context.store.reading() as connection:
        told = [one for one in logged(connection) if alert.id in one.entry.objects]
        assert find_alert(connection, alert.id).state is AlertState.TRUE_CONFIRMED
    assert {one.entry.verb for one in told} >= {Verb.ALERT, Verb.ADJUDICATE, Verb.ENGAGE}
    text = " ".join(one.entry.model_dump_json() for one in told)
    assert "subject-1" not in text
    assert "same scar" not in text


@pytest.mark.slow
def test_scores_of_candidates_that_nothing_was_measured_for(reference: str, as_role: Open) -> None:
    far = Candidates(("subject-1", "subject-2"), np.array([99.0, -99.0]), None)
    alert = plant_alert(as_role("operator"), reference, score=99.0, candidates=far)
    view = as_role("operator").alerts.get(alert, justification=WHY)
    assert view.candidates[0].meaning.startswith("above every non-mated score seen in")
    assert "fewer than 1 in" in view.candidates[0].meaning
    assert view.candidates[1].meaning.startswith("nearly all faces")
