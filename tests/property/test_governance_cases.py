"""Cases: whatever happens and whenever, nobody searches for one that is not covered or is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import IllegalMoveError, NotAuthorisedError
from workbench.governance.cases import (
    CASE_MOVES,
    LATE_AUTHORISATION_HOURS,
    CaseApplication,
    CaseState,
    due_move,
    purge_due,
    require_case_covers,
)

OPENED = datetime(2026, 11, 25, 9, tzinfo=UTC)
GOING_ON = {CaseState.OPEN_PROVISIONAL, CaseState.AUTHORISED}
# The edges as written in the design, apart from the table that the product uses.
EDGES = {
    ("open-provisional", "authorised"),
    ("open-provisional", "refused"),
    ("authorised", "closed"),
    ("authorised", "expired"),
    ("refused", "purged"),
    ("closed", "purged"),
    ("expired", "purged"),
}
MOVES = st.sampled_from(sorted(CASE_MOVES.moves | {"open", "", "REFUSE", "reopen"}))
MOMENTS = st.timedeltas(timedelta(days=-1), timedelta(days=9)).map(lambda span: OPENED + span)
TERMS = st.timedeltas(timedelta(minutes=1), timedelta(days=7))


def application(term: timedelta) -> CaseApplication:
    return CaseApplication.read(
        {
            "number": "CASE-1",
            "offence": "Robbery on 3 November",
            "authority": "A power",
            "purpose": "Who it was",
            "necessity": "No other way",
            "requester": "a.khan",
            "opened": OPENED.isoformat(),
            "expiry": (OPENED + term).isoformat(),
        },
        what="a case",
    )


@given(st.lists(MOVES, max_size=20))
def test_any_sequence_of_moves_keeps_to_legal_states(moves: list[str]) -> None:
    state = CaseState.OPEN_PROVISIONAL
    for move in moves:
        allowed = CASE_MOVES.allows(state, move)
        try:
            after = CASE_MOVES.after(state, move)
        except IllegalMoveError:
            assert not allowed
            continue
        assert allowed
        assert (state, after) in EDGES
        state = after
    assert CASE_MOVES.table[CaseState.PURGED] == {}


@given(st.lists(st.tuples(MOMENTS, MOVES), max_size=12), TERMS)
def test_time_ends_what_nobody_does_and_what_is_over_goes(
    deeds: list[tuple[datetime, str]], term: timedelta
) -> None:
    asked = application(term)
    state = CaseState.OPEN_PROVISIONAL
    for now, move in sorted(deeds):
        while (due := due_move(state, asked, now)) is not None:
            assert CASE_MOVES.allows(state, due), "what time makes due is legal"
            if due == "purge":
                assert purge_due(state, now) == now
            state = CASE_MOVES.after(state, due)
        late = now > asked.opened + timedelta(hours=LATE_AUTHORISATION_HOURS)
        assert not (state is CaseState.OPEN_PROVISIONAL and (late or now > asked.expiry))
        assert not (state is CaseState.AUTHORISED and now >= asked.expiry)
        if CASE_MOVES.allows(state, move):
            state = CASE_MOVES.after(state, move)


@given(st.sampled_from(CaseState), MOMENTS, TERMS)
def test_covered_is_what_goes_on_in_its_time_and_nothing_else(
    state: CaseState, now: datetime, term: timedelta
) -> None:
    asked = application(term)
    in_time = asked.opened <= now < asked.expiry
    undecided = state is CaseState.OPEN_PROVISIONAL and now > asked.decide_by
    if state in GOING_ON and in_time and not undecided:
        require_case_covers(state, asked, now)
        assert due_move(state, asked, now) is None
        assert purge_due(state, now) is None
    else:
        with pytest.raises(NotAuthorisedError, match="CASE-1"):
            require_case_covers(state, asked, now)
