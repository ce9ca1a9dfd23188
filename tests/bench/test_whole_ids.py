"""Parts of ids: taken where they are unique, for those alone who may read ids of that kind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from alert_values import plant_alert, plant_session
from bench_steps import REFERENCE, AsRole, Authorised, log_of

from workbench.bench.whole_ids import whole_entries
from workbench.errors import NotPermittedError, UnknownRecordError
from workbench.governance.holds import HoldGround
from workbench.governance.permissions import Permission
from workbench.records.alerts import AlertRow
from workbench.records.audit.verbs import Verb
from workbench.records.id_parts import IdKind, is_whole, part_of, the_one

WHY = "deciding on the alerts of the day"
NUMBER = "CASE/2026/118"


@pytest.fixture
def alerts(authorised: Authorised, as_role: AsRole) -> list[AlertRow]:
    """Plant six alerts whose ids begin alike, and end as they happen to."""
    reference = authorised()
    with as_role("operator") as operator:
        return [plant_alert(operator, reference) for _ in range(6)]


def shared(alerts: list[AlertRow]) -> str:
    """Return the beginning that all of the ids have, without the kind."""
    (beginning,) = {one.id.removeprefix("alert-")[:14] for one in alerts}
    return beginning


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", None),
        ("alert-", None),
        ("alert-9f2c4d7a", "9f2c4d7a"),
        ("9F2C", "9f2c"),
        ("0678f3c2a1b0ab-9f2c", "0678f3c2a1b0ab-9f2c"),
        ("hold-9f2c", None),
        ("9f2c%", None),
        ("9f_c", None),
        ("2026-11/HIGH-ST-1", None),
    ],
)
def test_what_can_be_a_part(text: str, part: str | None) -> None:
    assert part_of(IdKind.ALERT, text) == part
    assert not is_whole(IdKind.ALERT, text)


@pytest.mark.parametrize("text", ["9f2", "alert-9f2", "-"])
def test_a_part_that_is_too_short(text: str) -> None:
    with pytest.raises(UnknownRecordError, match=f"there is no alert {text}.*4 characters or more"):
        part_of(IdKind.ALERT, text)


def test_which_one_is_meant() -> None:
    assert the_one(IdKind.HOLD, "9f2c", []) == "9f2c"
    assert the_one(IdKind.HOLD, "9f2c", ["hold-a"]) == "hold-a"
    many = [f"hold-{number}" for number in range(8)]
    with pytest.raises(UnknownRecordError) as refused:
        the_one(IdKind.HOLD, "9f2c\x1b", many)
    assert "9f2c\\x1b begins or ends the id of more than one hold: hold-0, hold-1, hold-2, " in str(
        refused.value
    )
    assert "hold-4 and 3 more. Give more of it." in str(refused.value)
    assert "hold-5" not in str(refused.value)


def test_the_end_or_the_beginning_of_an_id_names_an_alert(
    alerts: list[AlertRow], as_role: AsRole
) -> None:
    one = alerts[2]
    with as_role("operator") as operator:
        for part in (
            one.id,
            one.id[-8:],
            f"alert-{one.id[-8:]}",
            one.id[6:-6],
            one.id[-8:].upper(),
        ):
            assert operator.alerts.get(part, justification=WHY).id == one.id
        logged = log_of(operator)
    lookups = [entry for entry in logged if entry.details.get("looked_up") == "id of alert"]
    assert len(lookups) == 4, "a whole id needs no looking up"
    assert all(entry.objects == (one.id,) for entry in lookups)
    assert all(entry.verb == Verb.CONSULT for entry in lookups)


@pytest.mark.slow
@pytest.mark.parametrize("role", ["operator", "reviewer", "data-protection-officer"])
def test_whoever_reads_the_record_of_a_search_names_it_by_a_part(
    role: str, authorised: Authorised, as_role: AsRole
) -> None:
    reference = authorised()
    with as_role("operator") as operator:
        session = plant_session(operator, reference)
    with as_role(role) as reader:
        whole = reader.whole_id("session", session.id[-8:])
        assert whole == session.id
        assert reader.live.record(whole).deployment == reference


def test_several_are_named_and_that_is_logged(alerts: list[AlertRow], as_role: AsRole) -> None:
    with as_role("operator") as operator:
        with pytest.raises(UnknownRecordError) as refused:
            operator.alerts.get(shared(alerts), justification=WHY)
        entry = log_of(operator)[-1]
    named = [one.id for one in alerts if one.id in str(refused.value)]
    assert len(named) == 5
    assert "and 1 more" in str(refused.value)
    assert set(entry.objects) == set(named)
    assert entry.details["found"] == 6


@pytest.mark.slow
@pytest.mark.parametrize("bare", ["alert", "alert-", "ALERT"])
def test_the_kind_alone_says_that_more_than_one_fits(
    bare: str, alerts: list[AlertRow], as_role: AsRole
) -> None:
    with as_role("operator") as operator:
        with pytest.raises(UnknownRecordError) as refused:
            operator.alerts.get(bare, justification=WHY)
        assert log_of(operator)[-1].details["found"] == 6
    assert f"{bare} is how the id of every alert begins; more than one fits: alert-" in str(
        refused.value
    )
    assert "and 1 more. Give the id, or 4 characters or more" in str(refused.value)
    with as_role("manager") as manager, pytest.raises(NotPermittedError):
        manager.alerts.get(bare, justification=WHY)


def test_the_kind_alone_takes_not_even_the_only_one(as_role: AsRole) -> None:
    with as_role("administrator") as administrator:
        change = administrator.rule_changes.propose({"needs_equity": True}, "So the board decided.")
    with as_role("data-protection-officer") as officer:
        with pytest.raises(UnknownRecordError, match=f"there is one: {change.id}") as refused:
            officer.rule_changes.confirm("change")
        assert "the id of every change of the rules begins" in str(refused.value)
        with pytest.raises(UnknownRecordError, match="there is no hold hold"):
            officer.holds.release("hold", reason="The complaint was withdrawn.")


def test_a_part_that_no_id_has(alerts: list[AlertRow], as_role: AsRole) -> None:
    with (
        as_role("operator") as operator,
        pytest.raises(UnknownRecordError, match="there is no alert ffffffffffff"),
    ):
        operator.alerts.get("ffffffffffff", justification=WHY)


@pytest.mark.slow
@pytest.mark.parametrize("account", ["administrator", "manager", "data-scientist"])
def test_whoever_may_not_learns_no_id(
    account: str, alerts: list[AlertRow], as_role: AsRole
) -> None:
    with as_role(account) as somebody:
        before = len(log_of(somebody))
        for part in (alerts[0].id[-8:], shared(alerts), "9f2"):
            with pytest.raises(NotPermittedError) as refused:
                somebody.alerts.get(part, justification=WHY)
            assert not any(one.id in str(refused.value) for one in alerts)
        refusals = log_of(somebody)[before:]
    assert [entry.verb for entry in refusals] == [Verb.REFUSAL] * 3
    assert not any(one.id in str(entry) for one in alerts for entry in refusals)


def test_a_hold_is_placed_by_a_part_only_where_its_alert_may_be_known(
    alerts: list[AlertRow], as_role: AsRole, clock: Any
) -> None:
    values = {
        "ground": HoldGround.COMPLAINT,
        "reason": "Complaint 12/26.",
        "review_by": clock() + timedelta(days=30),
    }
    part = alerts[0].id[-8:]
    with as_role("authorising-officer") as officer:
        with pytest.raises(UnknownRecordError) as refused:
            officer.holds.place(alerts=[part], **values)
        assert alerts[0].id not in str(refused.value)
        by_id = officer.holds.place(alerts=[alerts[1].id], **values)
    with as_role("data-protection-officer") as protection:
        placed = protection.holds.place(alerts=[part], **values)
        assert placed.objects == (alerts[0].id,)
        released = protection.holds.release(by_id.id[-8:], reason="The complaint was withdrawn.")
        assert released.id == by_id.id
    with as_role("authorising-officer") as officer:
        later = clock() + timedelta(days=60)
        reviewed = officer.holds.review(placed.id[-6:], reason="Still open.", review_by=later)
        assert reviewed.id == placed.id


@pytest.mark.slow
def test_an_alert_of_a_case_is_known_to_those_alone_who_read_cases(
    alerts: list[AlertRow], as_role: AsRole, clock: Any
) -> None:
    one = alerts[0]
    for account in ("operator", "operator-2"):
        as_role(account).alerts.adjudicate(one.id, "true-confirmed", "The scar is the same.")
    number = as_role("analyst").cases.open(case_values(clock)).number
    as_role("authorising-officer").cases.authorise(number, "One offence, one suspect.")
    as_role("authorising-officer").holds.place(
        ground=HoldGround.JUDICIAL,
        reason="Proceedings are under way.",
        review_by=clock() + timedelta(days=60),
        alerts=[one.id],
    )
    case = as_role("analyst").cases.list()[0]
    as_role("reviewer").alerts.move_to_case(one.id[-8:], case.id[:-4], justification=WHY)
    assert as_role("reviewer").alerts.get(one.id[-8:], justification=WHY).moved_to == NUMBER
    with pytest.raises(UnknownRecordError, match=f"there is no alert {one.id[-8:]}"):
        as_role("operator").alerts.get(one.id[-8:], justification=WHY)


def case_values(clock: Any) -> dict[str, Any]:
    return {
        "number": NUMBER,
        "offence": "Robbery on 24 November 2026, Theft Act 1968, s.8",
        "authority": "PACE 1984.",
        "purpose": "To find out who is seen with the bag.",
        "necessity": "Witnesses saw a face and know no name.",
        "expiry": (clock() + timedelta(days=10)).isoformat(),
    }


def test_a_case_is_named_by_its_number_or_by_its_id(as_role: AsRole, clock: Any) -> None:
    with as_role("analyst") as analyst:
        case = analyst.cases.open(case_values(clock))
        for text in (NUMBER, case.id, f"case-{case.id[-6:]}"):
            assert analyst.cases.get(text, justification=WHY).number == NUMBER
        with pytest.raises(UnknownRecordError):
            analyst.cases.get(case.id[-6:], justification=WHY)
        assert analyst.cases.close  # an authorised one alone is closed
        for bare in ("case", "case-"):
            with pytest.raises(UnknownRecordError, match=f"there is one: {case.id}"):
                analyst.cases.get(bare, justification=WHY)
    as_role("authorising-officer").cases.authorise(f"case-{case.id[-6:]}", "One offence.")
    assert as_role("analyst").cases.close(f"case-{case.id[-6:]}").case.number == NUMBER


@pytest.mark.slow
def test_a_proposal_and_a_certificate_are_named_by_a_part(
    alerts: list[AlertRow], as_role: AsRole, clock: Any
) -> None:
    with as_role("administrator") as administrator:
        change = administrator.rule_changes.propose({"needs_equity": True}, "So the board decided.")
    assert as_role("data-protection-officer").rule_changes.confirm(change.id[-7:]).needs_equity
    clock.turn(days=40)
    with as_role("data-protection-officer") as officer:
        every = officer.retention.certificates()
        found = officer.retention.certificate(every[0].id[-7:])
        assert found.certificate.id == every[0].id
        assert officer.whole_id("certificate", every[0].id[-7:]) == every[0].id
        assert {one.reference for one in officer.retention.issued()} == {REFERENCE}
    with as_role("manager") as manager:
        assert manager.whole_id("certificate", every[0].id[-7:]) == every[0].id[-7:]
        assert manager.whole_id("entry", "9f2c") == "9f2c"


def test_entries_are_looked_up_on_the_list_of_their_deployment(
    alerts: list[AlertRow], as_role: AsRole
) -> None:
    entry = alerts[0].entry
    with as_role("reviewer") as reviewer:
        context = reviewer._context
        check = Permission.WATCHLIST_CHECK
        found = whole_entries(context, check, REFERENCE, [entry[-8:], entry, "nobody"])
        assert found == [entry, "nobody"]  # each once, however it was named
        with pytest.raises(UnknownRecordError, match="4 characters or more"):
            whole_entries(context, check, REFERENCE, ["9f"])
        assert log_of(reviewer)[-1].details["looked_up"] == "id of entry"
        with pytest.raises(UnknownRecordError, match="the id of every entry begins") as refused:
            whole_entries(context, check, REFERENCE, [entry, "entry"])
        assert entry in str(refused.value)
    with as_role("data-protection-officer") as officer:
        purge = Permission.WATCHLIST_PURGE
        assert whole_entries(officer._context, purge, REFERENCE, [entry[-8:]]) == [entry[-8:]]
