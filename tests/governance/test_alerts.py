"""The states of an alert and what may follow which."""

from __future__ import annotations

import itertools

import pytest

from workbench.errors import IllegalMoveError
from workbench.governance.alerts import ALERT_MOVES, DECIDED, AlertMove, AlertState, move_to

S = AlertState
M = AlertMove


def legal(state: AlertState) -> set[tuple[AlertMove, AlertState]]:
    return {
        (move, to)
        for move, to in itertools.product(AlertMove, AlertState)
        if ALERT_MOVES.allows(state, move_to(move, to))
    }


def test_the_states_are_those_of_the_published_records_and_two_more() -> None:
    assert [str(state) for state in S] == [
        "open",
        "true-confirmed",
        "true-unconfirmed",
        "false-confirmed",
        "false-unconfirmed",
        "unresolved",
    ]
    assert [state for state in S if state.is_decided] == list(S)[1:5]
    assert [state for state in S if state.is_true] == [S.TRUE_CONFIRMED, S.TRUE_UNCONFIRMED]
    assert [state for state in S if state.is_false] == [S.FALSE_CONFIRMED, S.FALSE_UNCONFIRMED]


def test_from_open_to_any_other() -> None:
    assert legal(S.OPEN) == {(M.DECIDE, state) for state in S if state is not S.OPEN}


def test_an_unresolved_alert_is_decided_in_review() -> None:
    assert legal(S.UNRESOLVED) == {(M.REVIEW, state) for state in DECIDED}


@pytest.mark.parametrize("state", [S.TRUE_UNCONFIRMED, S.FALSE_UNCONFIRMED])
def test_what_was_not_confirmed_can_be(state: AlertState) -> None:
    confirmations = {(M.CONFIRM, S.TRUE_CONFIRMED), (M.CONFIRM, S.FALSE_CONFIRMED)}
    corrections = {(M.CORRECT, other) for other in DECIDED - {state}}
    assert legal(state) == confirmations | corrections


@pytest.mark.parametrize("state", [S.TRUE_CONFIRMED, S.FALSE_CONFIRMED])
def test_what_was_confirmed_is_only_corrected(state: AlertState) -> None:
    assert legal(state) == {(M.CORRECT, other) for other in DECIDED - {state}}


def test_nothing_leads_back_to_open() -> None:
    for state in S:
        assert S.OPEN not in ALERT_MOVES.table[state].values()
        for to, move in itertools.product((S.OPEN,), AlertMove):
            with pytest.raises(IllegalMoveError):
                ALERT_MOVES.after(state, move_to(move, to))


def test_every_move_leads_where_its_name_says() -> None:
    for state in S:
        for move, to in legal(state):
            assert ALERT_MOVES.after(state, move_to(move, to)) is to


def test_a_refused_move_says_what_is_possible() -> None:
    with pytest.raises(IllegalMoveError) as refused:
        ALERT_MOVES.after(S.UNRESOLVED, move_to(M.DECIDE, S.TRUE_CONFIRMED), name="A-7")
    assert str(refused.value) == (
        "alert A-7 is unresolved, so decide-as-true-confirmed is not possible. Possible now: "
        "review-as-false-confirmed, review-as-false-unconfirmed, review-as-true-confirmed, "
        "review-as-true-unconfirmed."
    )
