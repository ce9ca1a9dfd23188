"""Cases of retrospective work: the 48 hours, expiry, and what may be moved to one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from workbench.errors import (
    IllegalMoveError,
    NotAuthorisedError,
    NotPermittedError,
    RecordError,
    RefusedError,
)
from workbench.governance.alerts import AlertState
from workbench.governance.cases import (
    CASE_MOVES,
    LATE_AUTHORISATION_SOURCE,
    CaseApplication,
    CaseDecision,
    CaseState,
    due_move,
    may_move,
    purge_due,
    require_case_covers,
    require_decision_possible,
    require_movable,
)

OPENED = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
S = CaseState
INSTANT = timedelta(microseconds=1)


def case(**changed: Any) -> CaseApplication:
    values = {
        "number": "CR/2026/881",
        "offence": "Robbery, Theft Act 1968, s.8",
        "authority": "Investigation of a named offence.",
        "purpose": "Who is the man in image 3?",
        "necessity": "Witnesses could not name him, and no other line is left.",
        "requester": "a.khan",
        "opened": OPENED,
        "expiry": OPENED + timedelta(days=28),
    }
    return CaseApplication.read(values | changed, what="the case")


def decision(**changed: Any) -> CaseDecision:
    values = {
        "by": "s.murray",
        "rank": "superintendent",
        "at": OPENED + timedelta(hours=3),
        "granted": True,
        "reason": "Strictly necessary for this offence.",
    }
    return CaseDecision.read(values | changed, what="the decision")


@pytest.mark.parametrize("field", CaseApplication.model_fields)
def test_every_field_of_an_application_is_owed(field: str) -> None:
    with pytest.raises(RecordError, match=f"{field}: "):
        case(**{field: None})


@pytest.mark.parametrize("after", [timedelta(0), timedelta(days=-1)])
def test_a_case_expires_after_it_opens(after: timedelta) -> None:
    with pytest.raises(RecordError, match="expiry must lie after opened"):
        case(expiry=OPENED + after)


def test_it_can_be_authorised_for_48_hours_or_until_it_expires() -> None:
    assert case().decide_by == OPENED + timedelta(hours=48)
    assert case(expiry=OPENED + timedelta(hours=5)).decide_by == OPENED + timedelta(hours=5)
    last = datetime.max.replace(tzinfo=UTC)
    assert case(opened=last - timedelta(hours=1), expiry=last).decide_by == last


@pytest.mark.parametrize("by", ["a.khan", "A.KHAN"])
@pytest.mark.parametrize("granted", [True, False])
def test_who_asks_does_not_decide(by: str, granted: bool) -> None:
    with pytest.raises(NotPermittedError) as refused:
        require_decision_possible(case(), decision(by=by, granted=granted))
    assert str(refused.value) == (
        "case CR/2026/881 was asked for by a.khan, so another officer must decide on it."
    )


@pytest.mark.parametrize(
    ("after", "granted", "possible"),
    [
        (timedelta(hours=-5), True, True),
        (timedelta(hours=48), True, True),
        (timedelta(hours=48) + INSTANT, True, False),
        (timedelta(days=9), False, True),
    ],
)
def test_a_grant_comes_within_48_hours(after: timedelta, granted: bool, possible: bool) -> None:
    late = decision(at=OPENED + after, granted=granted)
    if possible:
        require_decision_possible(case(), late)
        return
    with pytest.raises(NotAuthorisedError) as refused:
        require_decision_possible(case(), late)
    assert str(refused.value) == (
        "case CR/2026/881 could be authorised until 2026-11-27 12:00 UTC; nobody did, so it "
        "counts as refused and its data must go. Apply for a new case."
    )


def test_nothing_is_granted_once_the_case_has_expired() -> None:
    short = case(expiry=OPENED + timedelta(hours=5))
    with pytest.raises(NotAuthorisedError):
        require_decision_possible(short, decision(at=short.expiry))
    require_decision_possible(short, decision(at=short.expiry - INSTANT))


@pytest.mark.parametrize(
    ("state", "after", "move"),
    [
        (S.OPEN_PROVISIONAL, timedelta(0), None),
        (S.OPEN_PROVISIONAL, timedelta(hours=48), None),
        (S.OPEN_PROVISIONAL, timedelta(hours=48) + INSTANT, "refuse"),
        (S.AUTHORISED, timedelta(hours=49), None),
        (S.AUTHORISED, timedelta(days=28) - INSTANT, None),
        (S.AUTHORISED, timedelta(days=28), "expire"),
        (S.REFUSED, timedelta(0), "purge"),
        (S.CLOSED, timedelta(0), "purge"),
        (S.EXPIRED, timedelta(0), "purge"),
        (S.PURGED, timedelta(days=99), None),
    ],
)
def test_time_makes_moves_due(state: CaseState, after: timedelta, move: str | None) -> None:
    found = due_move(state, case(), OPENED + after)
    assert found == move
    if found is not None:
        assert CASE_MOVES.allows(state, found)


def test_a_short_provisional_case_is_refused_when_it_expires() -> None:
    short = case(expiry=OPENED + timedelta(hours=5))
    assert due_move(S.OPEN_PROVISIONAL, short, short.expiry) == "refuse"


@pytest.mark.parametrize("state", CaseState)
def test_what_has_ended_is_purged_at_once(state: CaseState) -> None:
    ended = state in (S.REFUSED, S.CLOSED, S.EXPIRED)
    assert purge_due(state, OPENED) == (OPENED if ended else None)


def test_a_refusal_leads_to_nothing_but_the_purge() -> None:
    refused = CASE_MOVES.after(S.OPEN_PROVISIONAL, "refuse")
    assert set(CASE_MOVES.table[refused]) == {"purge"}
    assert CASE_MOVES.table[S.PURGED] == {}


def test_a_provisional_case_cannot_be_closed_to_get_round_the_decision() -> None:
    with pytest.raises(IllegalMoveError) as refused:
        CASE_MOVES.after(S.OPEN_PROVISIONAL, "close", name="CR/2026/881")
    assert str(refused.value) == (
        "case CR/2026/881 is open-provisional, so close is not possible. Possible now: "
        "authorise, refuse."
    )


@pytest.mark.parametrize(
    ("state", "after", "why"),
    [
        (S.OPEN_PROVISIONAL, timedelta(0), None),
        (S.OPEN_PROVISIONAL, timedelta(hours=48), None),
        (S.AUTHORISED, timedelta(hours=49), None),
        (
            S.OPEN_PROVISIONAL,
            timedelta(hours=48, seconds=1),
            "nobody authorised it by 2026-11-27 12:00 UTC",
        ),
        (S.AUTHORISED, timedelta(days=28), "it expired at 2026-12-23 12:00 UTC"),
        (S.AUTHORISED, timedelta(seconds=-1), "it opens at 2026-11-25 12:00 UTC"),
        (S.REFUSED, timedelta(0), "it is refused"),
        (S.CLOSED, timedelta(0), "it is closed"),
        (S.EXPIRED, timedelta(0), "it is expired"),
        (S.PURGED, timedelta(0), "it is purged"),
    ],
)
def test_a_case_covers_a_search_or_says_why_not(
    state: CaseState, after: timedelta, why: str | None
) -> None:
    if why is None:
        require_case_covers(state, case(), OPENED + after)
        return
    with pytest.raises(NotAuthorisedError) as refused:
        require_case_covers(state, case(), OPENED + after)
    assert str(refused.value) == (
        f"case CR/2026/881 allows no search: {why}. Apply for a case that covers now."
    )


@pytest.mark.parametrize(
    ("alert", "held", "state", "words"),
    [
        (AlertState.TRUE_CONFIRMED, True, S.AUTHORISED, None),
        (AlertState.TRUE_UNCONFIRMED, True, S.AUTHORISED, None),
        (AlertState.TRUE_CONFIRMED, False, S.AUTHORISED, "under no legal hold"),
        (AlertState.OPEN, True, S.AUTHORISED, "the alert is open; only one"),
        (AlertState.UNRESOLVED, True, S.AUTHORISED, "the alert is unresolved; only one"),
        (AlertState.FALSE_CONFIRMED, True, S.AUTHORISED, "false-confirmed; only one"),
        (AlertState.FALSE_UNCONFIRMED, True, S.AUTHORISED, "false-unconfirmed; only one"),
        (AlertState.TRUE_CONFIRMED, True, S.OPEN_PROVISIONAL, "is provisional and may yet be"),
        (AlertState.TRUE_CONFIRMED, True, S.CLOSED, "allows no search: it is closed"),
    ],
)
def test_a_held_true_alert_may_be_moved_to_an_authorised_case(
    alert: AlertState, held: bool, state: CaseState, words: str | None
) -> None:
    asked = {"held": held, "state": state, "application": case(), "now": OPENED}
    assert may_move(alert, **asked) is (words is None)
    if words is None:
        require_movable(alert, **asked)
        return
    with pytest.raises(RefusedError) as refused:
        require_movable(alert, **asked)
    assert words in str(refused.value)


def test_the_48_hours_are_said_to_be_a_benchmark() -> None:
    assert "art. 26(10); not UK law" in LATE_AUTHORISATION_SOURCE.describe()
