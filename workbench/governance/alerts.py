"""The states of an alert, and which may follow which. Software only ever sets `open`.

True and false alerts, confirmed and unconfirmed, are those of the Metropolitan Police's published
deployment records; what could not be decided stays apart as `unresolved`, since such alerts have
been counted as true ones (Big Brother Watch, "Understanding live facial recognition statistics").
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from workbench.governance.moves import Moves

__all__ = ["ALERT_MOVES", "DECIDED", "AlertMove", "AlertState", "move_to"]


class AlertState(StrEnum):
    """What people have decided about an alert; software only ever sets `OPEN`."""

    OPEN = "open"
    TRUE_CONFIRMED = "true-confirmed"
    TRUE_UNCONFIRMED = "true-unconfirmed"
    FALSE_CONFIRMED = "false-confirmed"
    FALSE_UNCONFIRMED = "false-unconfirmed"
    UNRESOLVED = "unresolved"

    @property
    def is_true(self) -> bool:
        """Whether people decided that it is the person, confirmed or not."""
        return self in _TRUE

    @property
    def is_false(self) -> bool:
        """Whether people decided that it is not the person, confirmed or not."""
        return self in DECIDED and self not in _TRUE

    @property
    def is_decided(self) -> bool:
        """Whether it was decided either way; neither `open` nor `unresolved` is."""
        return self in DECIDED


class AlertMove(StrEnum):
    """What takes an alert from one state to another.

    Attributes:
        DECIDE: verdicts on an open alert.
        REVIEW: a later look at an unresolved one, as in the post-deployment review.
        CONFIRM: what was decided without confirmation is confirmed, as true or as false.
        CORRECT: a decision was wrong; a reviewer says why.
    """

    DECIDE = "decide"
    REVIEW = "review"
    CONFIRM = "confirm"
    CORRECT = "correct"


_TRUE: Final = frozenset({AlertState.TRUE_CONFIRMED, AlertState.TRUE_UNCONFIRMED})

DECIDED: Final = _TRUE | {AlertState.FALSE_CONFIRMED, AlertState.FALSE_UNCONFIRMED}
"""The states in which an alert was decided as true or as false."""

_CONFIRMED: Final = frozenset({AlertState.TRUE_CONFIRMED, AlertState.FALSE_CONFIRMED})


def move_to(move: AlertMove, state: AlertState) -> str:
    """Return the name that `ALERT_MOVES` has for `move` where it leads to `state`."""
    return f"{move}-as-{state}"


def _moves(move: AlertMove, states: frozenset[AlertState]) -> dict[str, AlertState]:
    return {move_to(move, state): state for state in sorted(states)}


def _out_of(state: AlertState) -> dict[str, AlertState]:
    if state is AlertState.OPEN:
        return _moves(AlertMove.DECIDE, DECIDED | {AlertState.UNRESOLVED})
    if state is AlertState.UNRESOLVED:
        return _moves(AlertMove.REVIEW, DECIDED)
    confirmations = {} if state in _CONFIRMED else _moves(AlertMove.CONFIRM, _CONFIRMED)
    return confirmations | _moves(AlertMove.CORRECT, DECIDED - {state})


ALERT_MOVES: Final = Moves(
    "alert", MappingProxyType({state: _out_of(state) for state in AlertState})
)
"""From open to any other state, from unresolved to a decision, from a decision to another;
nothing leads back to open."""
