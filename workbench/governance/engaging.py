"""Whether to speak to a person because of an alert: a decision of its own, which nobody owes."""

from __future__ import annotations

from enum import StrEnum

from workbench.errors import IllegalMoveError
from workbench.governance.adjudication import Adjudication
from workbench.governance.record import Record
from workbench.governance.text import Line, Moment, Prose

__all__ = [
    "EngagementChoice",
    "EngagementDecision",
    "require_engagement_decidable",
    "require_outcome_recordable",
]


class EngagementChoice(StrEnum):
    """Whether to speak to the person."""

    ENGAGE = "engage"
    DO_NOT_ENGAGE = "do-not-engage"


class EngagementDecision(Record):
    """Whether to engage, decided by an officer. Apart from every verdict, and never owed.

    Officers are not obliged to act on an alert; the final decision is always a human's
    (Metropolitan Police, 2019).

    Attributes:
        by: who decided.
        at: when.
        decision: engage or not.
        reason: why, in words.
    """

    by: Line
    at: Moment
    decision: EngagementChoice
    reason: Prose


def require_engagement_decidable(adjudication: Adjudication, decision: EngagementChoice) -> None:
    """Raise unless this may be decided about engaging now.

    To engage acts on an identification, so the alert must be decided as true under the rule in
    force. With the two-person rule two people must have said so: the first of two is not enough
    (and being let to engage would tell the second what the first said), nor is a third person or
    a reviewer whom nobody agrees with. Not to engage may be decided at any time before the alert
    is decided as false, when there is nothing to decide.

    Raises:
        IllegalMoveError: when the alert is in no state for it.
    """
    alert, state = adjudication.alert, adjudication.state
    if state.is_false:
        msg = f"alert {alert} is {state}: there is nobody to engage."
        raise IllegalMoveError(msg)
    if decision is EngagementChoice.DO_NOT_ENGAGE:
        return
    if not state.is_true:
        who = "two people" if adjudication.two_person else "a person"
        msg = f"alert {alert} is {state}: nobody is engaged on it before {who} decided it is true."
        raise IllegalMoveError(msg)
    if adjudication.two_person and not adjudication.two_said_true:
        msg = (
            f"alert {alert} is {state}, but only one person said so: nobody is engaged on it "
            "unless two people did."
        )
        raise IllegalMoveError(msg)


def require_outcome_recordable(adjudication: Adjudication) -> None:
    """Raise unless it may be recorded now what officers did about an alert.

    What they did tells what whoever sent them had said, so it waits until nobody can be asked for
    a verdict any more: a verifier sees none before their own is saved.

    Raises:
        IllegalMoveError: while a verdict is owed; the message tells nothing of those there are.
    """
    if adjudication.owed:
        msg = (
            f"alert {adjudication.alert} is still owed a verdict: what officers did would tell "
            "what others said of it. Record it once the alert is decided."
        )
        raise IllegalMoveError(msg)
