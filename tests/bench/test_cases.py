"""Cases: opened provisionally, decided by another in time, and gone with all they hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from alert_values import plant_alert
from bench_steps import AsRole, Authorised, log_of

from workbench.bench import Workbench
from workbench.bench.case_access import covering
from workbench.errors import (
    IllegalMoveError,
    KeyDestroyedError,
    NotAuthorisedError,
    NotPermittedError,
    RecordError,
    RefusedError,
    UnknownRecordError,
    VaultError,
)
from workbench.governance.cases import CaseState
from workbench.governance.certificates import Result
from workbench.governance.holds import HoldGround
from workbench.governance.permissions import Permission
from workbench.governance.roles import Role
from workbench.records.alerts import move_alert
from workbench.records.audit.verbs import Verb
from workbench.records.cases import add_item, case_key, find_case, list_items
from workbench.records.identifiers import new_id
from workbench.records.vault.register import KeyRegister

NUMBER = "CASE/2026/118"
REASON = "Strictly necessary: no other lead, one offence, one evening's footage."


def application(clock: Any, **changes: Any) -> dict[str, Any]:
    return {
        "number": NUMBER,
        "offence": "Robbery on 24 November 2026, Theft Act 1968, s.8",
        "authority": "Common law power to investigate crime; DPA 2018, Part 3",
        "purpose": "To find out who is seen with the bag.",
        "necessity": "Witnesses saw a face and know no name.",
        "expiry": (clock() + timedelta(days=10)).isoformat(),
    } | changes


@pytest.fixture
def opened(as_role: AsRole, clock: Any) -> str:
    """Open a case and return its number."""
    return as_role("analyst").cases.open(application(clock)).number


def keep(workbench: Workbench, number: str, content: bytes = b"a face") -> str:
    """Seal something for a case, as a search of it would."""
    context = workbench._context
    with context.acting(Permission.CASE_CONSULT) as acting:
        row = covering(acting, number)
        object_id = new_id("probe", acting.now)
        add_item(
            context.vault,
            acting.connection,
            row.id,
            object_id=object_id,
            kind="probe",
            plaintext=content,
            now=acting.now,
        )
        acting.serving(row.id).log(Verb.COLLECT, [object_id])
    return object_id


def move(workbench: Workbench, alert: str, number: str, content: bytes) -> str:
    """Make an alert the case's, sealed under a key of its own."""
    context = workbench._context
    with context.acting(Permission.CASE_CONSULT) as acting:
        connection, now = acting.connection, acting.now
        row = covering(acting, number)
        key, object_id = new_id("key", now), new_id("object", now)
        KeyRegister(context.keys).make(
            connection, key_id=key, retention="case", purpose=row.id, now=now
        )
        context.vault.put(
            connection,
            object_id=object_id,
            key_id=key,
            kind="alert",
            purpose=row.id,
            plaintext=content,
            now=now,
        )
        move_alert(connection, alert, case=row.id, object_id=object_id, key_id=key)
        acting.serving(row.id).log(Verb.COMBINE, [alert], justification="held for the trial")
    return object_id


def entries_of(workbench: Workbench, purpose: str) -> list[Any]:
    return [entry for entry in log_of(workbench) if entry.purpose == purpose]


def test_there_is_none_at_first(as_role: AsRole) -> None:
    assert as_role("reviewer").cases.list() == []


def test_a_case_is_opened_provisionally_with_a_key_of_its_own(as_role: AsRole, clock: Any) -> None:
    bench = as_role("analyst")
    case = bench.cases.open(application(clock))
    assert case.state is CaseState.OPEN_PROVISIONAL
    assert case.requester == "analyst"
    assert case.opened == clock()
    assert case.authorise_by == clock() + timedelta(hours=48)
    assert case.items == ()
    with bench._context.store.reading() as connection:
        key = case_key(connection, case.id)
    assert key in bench._context.keys.store.ids()
    (entry,) = entries_of(bench, case.id)
    assert entry.verb is Verb.APPLY
    assert entry.details["number"] == NUMBER


def test_what_is_kept_for_a_case_opens_with_its_key_alone(as_role: AsRole, opened: str) -> None:
    bench = as_role("analyst")
    object_id = keep(bench, opened, b"a probe")
    case = bench.cases.get(opened, justification="looking for the probe")
    assert [(one.id, one.kind) for one in case.items] == [(object_id, "probe")]
    with bench._context.store.reading() as connection:
        assert bench._context.vault.get(connection, object_id) == b"a probe"


def test_an_application_that_is_not_one_is_refused_whole(as_role: AsRole, clock: Any) -> None:
    bench = as_role("analyst")
    for changes, said in (
        ({"number": ""}, "number: must be 1 to 100"),
        ({"offence": ""}, "offence: is empty"),
        ({"necessity": ""}, "necessity: is empty"),
        ({"suspect": "a name"}, "suspect: extra inputs are not permitted"),
        ({"expiry": "2026-11-25T08:00:00+00:00"}, "expiry must lie after opened"),
        ({"expiry": "2026-12-24 17:00"}, "expiry: must be a date and time with its zone"),
        ({"opened": "2026-11-24T09:00:00+00:00"}, "cannot be opened as of 2026-11-24 09:00 UTC"),
        ({"requester": "somebody"}, "Leave requester out"),
        ({"purpose": "a\x1b[2Jb"}, "purpose: character 2 cannot be shown"),
        ({"necessity": "x" * 10_001}, "necessity: has 10,001 characters"),
    ):
        with pytest.raises(RecordError, match=said):
            bench.cases.open(application(clock, **changes))
    assert bench.cases.list() == []


def test_a_number_is_given_once_whatever_its_case(as_role: AsRole, clock: Any, opened: str) -> None:
    with pytest.raises(RefusedError, match=f"there is a case {NUMBER} already"):
        as_role("analyst").cases.open(application(clock, number=NUMBER.lower()))


def test_an_unknown_case_is_named(as_role: AsRole) -> None:
    with pytest.raises(UnknownRecordError, match="there is no case CASE/1"):
        as_role("reviewer").cases.get("CASE/1", justification="looking, for a test")


def test_another_officer_authorises(as_role: AsRole, opened: str, clock: Any) -> None:
    clock.turn(hours=47)
    case = as_role("authorising-officer").cases.authorise(opened, REASON)
    assert case.state is CaseState.AUTHORISED
    assert case.decision is not None
    assert case.decision.by == "authorising-officer"
    assert case.decision.rank == "superintendent"
    assert case.decision.reason == REASON


def test_a_decision_needs_a_reason(as_role: AsRole, opened: str) -> None:
    officer = as_role("authorising-officer")
    for decide in (officer.cases.authorise, officer.cases.refuse):
        for reason in ("", " ", "x" * 10_001):
            with pytest.raises(RecordError, match=f"the decision on case {NUMBER} cannot be used"):
                decide(opened, reason)


def test_who_may(as_role: AsRole, clock: Any, opened: str) -> None:
    officer, reviewer = Role.AUTHORISING_OFFICER, Role.REVIEWER
    asks = {Role.ANALYST, Role.INVESTIGATOR}
    for role in Role:
        cases = as_role(role.value).cases
        if role not in asks:
            with pytest.raises(NotPermittedError, match="may not open a case"):
                cases.open(application(clock))
        if role is not officer:
            with pytest.raises(NotPermittedError, match="may not give a case its authority"):
                cases.authorise(opened, REASON)
            with pytest.raises(NotPermittedError, match="may not refuse a case its authority"):
                cases.refuse(opened, REASON)
        if role not in {*asks, officer}:
            with pytest.raises(NotPermittedError, match="may not close a case"):
                cases.close(opened)
        if role not in {*asks, Role.EXAMINER, officer, reviewer}:
            with pytest.raises(NotPermittedError, match="may not read a case"):
                cases.get(opened, justification="curious, for a test")
            with pytest.raises(NotPermittedError, match="may not read a case"):
                cases.list()
    refusal = log_of(as_role("administrator"))[-1]
    assert (refusal.verb, refusal.details["permission"]) == (Verb.REFUSAL, "case.consult")


def test_who_asked_does_not_decide_even_in_another_role(
    as_role: AsRole, bench: Any, opened: str
) -> None:
    from workbench.governance.ranks import Rank

    as_role("administrator").users.change(
        "analyst", role=Role.AUTHORISING_OFFICER, rank=Rank.SUPERINTENDENT
    )
    promoted = as_role("analyst")
    for decide in (promoted.cases.authorise, promoted.cases.refuse):
        with pytest.raises(NotPermittedError, match="was asked for by analyst, so another officer"):
            decide(opened, REASON)


def test_reading_a_case_needs_a_justification(as_role: AsRole, opened: str) -> None:
    bench = as_role("reviewer")
    with pytest.raises(RecordError, match="justification"):
        bench.cases.get(opened, justification=" ")
    case = bench.cases.get(opened, justification="the weekly review")
    entry = entries_of(bench, case.id)[-1]
    assert (entry.verb, entry.justification) == (Verb.CONSULT, "the weekly review")


def test_a_list_of_cases_says_nothing_of_people(as_role: AsRole, opened: str) -> None:
    (case,) = as_role("reviewer").cases.list()
    assert case.number == opened
    assert case.application is None
    assert case.plain()["decision"] is None


def test_refusal_destroys_at_once(as_role: AsRole, opened: str) -> None:
    analyst, officer = as_role("analyst"), as_role("authorising-officer")
    object_id = keep(analyst, opened)
    with analyst._context.store.reading() as connection:
        row = find_case(connection, opened)
        key = case_key(connection, row.id)
    ended = officer.cases.refuse(opened, "One witness will do.")
    assert ended.case.state is CaseState.PURGED
    assert ended.case.decision is not None
    assert ended.case.decision.granted is False
    assert ended.certificate is not None
    assert ended.certificate.result is Result.COMPLETE
    assert ended.certificate.keys == (key,)
    assert ended.certificate.late_by_s == 0
    assert key not in officer._context.keys.store.ids()
    with analyst._context.store.reading() as connection:
        assert list_items(connection, row.id) == []
        with pytest.raises((KeyDestroyedError, UnknownRecordError, VaultError)):
            analyst._context.vault.get(connection, object_id)
    verbs = [entry.verb for entry in entries_of(officer, row.id)]
    assert verbs.index(Verb.REFUSE) < verbs.index(Verb.ERASE)
    digests = [entry.details.get("digest") for entry in entries_of(officer, row.id)]
    assert ended.certificate.digest() in digests


@pytest.mark.slow
def test_nothing_is_sealed_for_a_case_that_is_gone(as_role: AsRole, opened: str) -> None:
    as_role("authorising-officer").cases.refuse(opened, REASON)
    with pytest.raises(NotAuthorisedError, match="allows no search: it is purged"):
        keep(as_role("analyst"), opened)


def test_a_decision_is_taken_once(as_role: AsRole, opened: str) -> None:
    officer = as_role("authorising-officer")
    officer.cases.authorise(opened, REASON)
    with pytest.raises(IllegalMoveError, match="is authorised, so authorise is not possible"):
        officer.cases.authorise(opened, REASON)
    with pytest.raises(IllegalMoveError, match="is authorised, so refuse is not possible"):
        officer.cases.refuse(opened, REASON)


def test_a_case_that_nobody_authorised_in_time_counts_as_refused_and_goes(
    as_role: AsRole, opened: str, clock: Any
) -> None:
    keep(as_role("analyst"), opened)
    clock.turn(hours=6)
    clock.turn(hours=42, seconds=1)
    officer = as_role("authorising-officer-2")
    with pytest.raises(NotAuthorisedError, match="could be authorised until 2026-11-27 09:00 UTC"):
        officer.cases.authorise(opened, REASON)
    case = officer.cases.get(opened, justification="what became of it")
    assert case.state is CaseState.PURGED
    assert case.ended == case.authorise_by
    assert case.items == ()


def test_time_ends_a_case_while_a_bench_stays_open(make_bench: Any, clock: Any) -> None:
    bench = make_bench()
    analyst = bench.open("analyst")
    analyst.cases.open(application(clock, expiry=(clock() + timedelta(hours=5)).isoformat()))
    object_id = keep(analyst, NUMBER)
    bench.open("authorising-officer").cases.authorise(NUMBER, REASON)
    clock.turn(hours=5)
    case = analyst.cases.get(NUMBER, justification="is it still open?")
    assert case.state is CaseState.PURGED
    assert case.ended == clock()
    with analyst._context.store.reading() as connection, pytest.raises(UnknownRecordError):
        analyst._context.vault.get(connection, object_id)


def test_exactly_at_the_end_of_the_48_hours_it_can_be_authorised(
    as_role: AsRole, opened: str, clock: Any
) -> None:
    clock.turn(hours=48)
    assert as_role("authorising-officer").cases.authorise(opened, REASON).state == "authorised"


def test_at_that_moment_its_key_stays_whatever_else_is_due(
    as_role: AsRole, clock: Any, opened: str
) -> None:
    as_role("analyst").cases.open(
        application(
            clock, number="CASE/2026/119", expiry=(clock() + timedelta(hours=48)).isoformat()
        )
    )
    clock.turn(hours=48)
    officer = as_role("authorising-officer")
    (certificate,) = officer.at_opening.certificates
    assert (certificate.counts["cases"], officer.at_opening.failures) == (1, ())
    assert officer.cases.authorise(opened, REASON).state is CaseState.AUTHORISED
    keep(as_role("analyst"), opened)


def test_closing_destroys_what_the_case_held(as_role: AsRole, opened: str, clock: Any) -> None:
    as_role("authorising-officer").cases.authorise(opened, REASON)
    analyst = as_role("analyst")
    keep(analyst, opened)
    clock.turn(hours=1)
    ended = analyst.cases.close(opened)
    assert ended.case.state is CaseState.PURGED
    assert ended.case.ended == clock()
    assert ended.certificate is not None
    assert ended.certificate.counts["sealed-objects"] == 1


def test_a_provisional_case_is_owed_a_decision(as_role: AsRole, opened: str) -> None:
    with pytest.raises(IllegalMoveError, match="open-provisional, so close is not possible"):
        as_role("analyst").cases.close(opened)


def test_a_legal_hold_keeps_a_case_past_its_end(as_role: AsRole, opened: str, clock: Any) -> None:
    officer, analyst = as_role("authorising-officer"), as_role("analyst")
    officer.cases.authorise(opened, REASON)
    object_id = keep(analyst, opened)
    protection = as_role("data-protection-officer")
    hold = protection.holds.place(
        opened,
        ground=HoldGround.JUDICIAL,
        reason="The trial begins in January.",
        review_by=clock() + timedelta(days=60),
    )
    ended = analyst.cases.close(opened)
    assert ended.certificate is None
    assert ended.case.state is CaseState.CLOSED
    clock.turn(hours=1)
    assert as_role("reviewer").cases.list()[0].state is CaseState.CLOSED
    with analyst._context.store.reading() as connection:
        assert analyst._context.vault.get(connection, object_id) == b"a face"
    as_role("data-protection-officer-2").holds.release(hold.id, reason="The trial is over.")
    assert as_role("reviewer").cases.list()[0].state is CaseState.PURGED


@pytest.mark.slow
def test_a_hold_on_one_alert_keeps_that_one_alone(
    as_role: AsRole, authorised: Authorised, opened: str, clock: Any
) -> None:
    reference = authorised()
    analyst = as_role("analyst")
    as_role("authorising-officer").cases.authorise(opened, REASON)
    alerts = [plant_alert(analyst, reference).id for _ in range(2)]
    sealed = [move(analyst, alert, opened, b"picture") for alert in alerts]
    other = keep(analyst, opened)
    hold = as_role("data-protection-officer").holds.place(
        ground=HoldGround.JUDICIAL,
        reason="The defence asked for it.",
        review_by=clock() + timedelta(days=60),
        alerts=[alerts[0]],
    )
    ended = analyst.cases.close(opened)
    assert ended.case.state is CaseState.CLOSED
    assert ended.certificate is not None
    assert ended.certificate.held == (alerts[0],)
    assert ended.certificate.objects == (alerts[1],)
    with analyst._context.store.reading() as connection:
        assert analyst._context.vault.get(connection, sealed[0]) == b"picture"
        for gone in (sealed[1], other):
            with pytest.raises((KeyDestroyedError, UnknownRecordError)):
                analyst._context.vault.get(connection, gone)
    as_role("authorising-officer").holds.release(hold.id, reason="The trial is over.")
    assert as_role("reviewer").cases.list()[0].state is CaseState.PURGED
    with analyst._context.store.reading() as connection, pytest.raises(UnknownRecordError):
        analyst._context.vault.get(connection, sealed[0])
