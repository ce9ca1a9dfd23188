"""Cases: what retrospective work needs before it may search, and when its data must go.

A case names one offence. Work may begin before anybody has authorised it, as a provisional case;
whoever authorises has 48 hours, and if they refuse, or say nothing, the work stops and what is
linked to it goes at once (EU AI Act, Regulation 2024/1689, art. 26(10); not UK law, taken as a
benchmark).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Self

from pydantic import model_validator

from workbench.errors import NotAuthorisedError, NotPermittedError, RefusedError
from workbench.governance.alerts import AlertState
from workbench.governance.moments import spoken
from workbench.governance.moves import Moves
from workbench.governance.people import same_person
from workbench.governance.record import Record
from workbench.governance.sources import Source, Standing
from workbench.governance.text import Identifier, Line, Moment, Prose

__all__ = [
    "CASE_MOVES",
    "LATE_AUTHORISATION_HOURS",
    "LATE_AUTHORISATION_SOURCE",
    "CaseApplication",
    "CaseDecision",
    "CaseState",
    "due_move",
    "may_move",
    "purge_due",
    "require_case_covers",
    "require_decision_possible",
    "require_movable",
]

LATE_AUTHORISATION_HOURS: Final = 48

LATE_AUTHORISATION_SOURCE: Final = Source(
    text="Authorisation within 48 hours; if it is refused, stop at once and delete what is linked",
    where="EU AI Act (Regulation 2024/1689), art. 26(10); not UK law, taken as a benchmark",
    standing=Standing.VERIFIED,
)


class CaseState(StrEnum):
    """Where a case is."""

    OPEN_PROVISIONAL = "open-provisional"
    AUTHORISED = "authorised"
    REFUSED = "refused"
    CLOSED = "closed"
    EXPIRED = "expired"
    PURGED = "purged"


CASE_MOVES: Final = Moves(
    "case",
    MappingProxyType(
        {
            CaseState.OPEN_PROVISIONAL: {
                "authorise": CaseState.AUTHORISED,
                "refuse": CaseState.REFUSED,
            },
            CaseState.AUTHORISED: {"close": CaseState.CLOSED, "expire": CaseState.EXPIRED},
            CaseState.REFUSED: {"purge": CaseState.PURGED},
            CaseState.CLOSED: {"purge": CaseState.PURGED},
            CaseState.EXPIRED: {"purge": CaseState.PURGED},
            CaseState.PURGED: {},
        }
    ),
)
"""A provisional case cannot be closed: that would get round the decision it is owed."""


class CaseApplication(Record):
    """What is asked for: one case of retrospective work.

    Attributes:
        number: of the case, in the force's records.
        offence: the one offence that it is about.
        authority: the power relied on, in words.
        purpose: what the search is to find out.
        necessity: why it is strictly necessary, and why less would not do.
        requester: who asks for it.
        opened: when work on it may begin.
        expiry: from when on it may not go on.
    """

    number: Identifier
    offence: Line
    authority: Prose
    purpose: Prose
    necessity: Prose
    requester: Line
    opened: Moment
    expiry: Moment

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.expiry <= self.opened:
            msg = "expiry must lie after opened"
            raise ValueError(msg)
        return self

    @property
    def decide_by(self) -> datetime:
        """The last moment at which it can be authorised.

        48 hours after it was opened, or its expiry where that is earlier.
        """
        late = timedelta(hours=LATE_AUTHORISATION_HOURS)
        return self.expiry if self.expiry - self.opened <= late else self.opened + late


class CaseDecision(Record):
    """What an officer decided about an application.

    Attributes:
        by: who decided; never who asked.
        rank: their rank or office.
        at: when.
        granted: whether the case is authorised.
        reason: why, in words.
    """

    by: Line
    rank: Line
    at: Moment
    granted: bool
    reason: Prose


def require_decision_possible(application: CaseApplication, decision: CaseDecision) -> None:
    """Raise unless the decision can be taken: by another person, and in time if it grants.

    A refusal is never too late. A grant may precede the opening.

    Raises:
        NotPermittedError: when who decides is who asked.
        NotAuthorisedError: when the time for granting has passed.
    """
    if same_person(application.requester, decision.by):
        msg = (
            f"case {application.number} was asked for by {application.requester}, so another "
            "officer must decide on it."
        )
        raise NotPermittedError(msg)
    if decision.granted and _is_too_late(application, decision.at):
        msg = (
            f"case {application.number} could be authorised until {spoken(application.decide_by)}; "
            "nobody did, so it counts as refused and its data must go. Apply for a new case."
        )
        raise NotAuthorisedError(msg)


def due_move(state: CaseState, application: CaseApplication, now: datetime) -> str | None:
    """Return the move that time itself makes due at `now`, if any.

    A provisional case that nobody authorised in time is refused; an authorised one whose expiry
    has come expires; what was refused, closed or has expired is purged, since the data of a case
    end with it.
    """
    if state is CaseState.OPEN_PROVISIONAL and _is_too_late(application, now):
        return "refuse"
    if state is CaseState.AUTHORISED and now >= application.expiry:
        return "expire"
    return "purge" if CASE_MOVES.allows(state, "purge") else None


def purge_due(state: CaseState, since: datetime) -> datetime | None:
    """Return from when on the data of a case must go, unless a legal hold keeps them.

    Args:
        state: where the case is.
        since: when it came there.

    Returns:
        `since`, so at once, for a case that was refused, closed or has expired; `None` for one
        that goes on or is purged.
    """
    return since if CASE_MOVES.allows(state, "purge") else None


def require_case_covers(state: CaseState, application: CaseApplication, now: datetime) -> None:
    """Raise `NotAuthorisedError` unless the case allows a search at `now`; says why not."""
    number = application.number
    if state not in (CaseState.OPEN_PROVISIONAL, CaseState.AUTHORISED):
        why = f"it is {state}"
    elif now < application.opened:
        why = f"it opens at {spoken(application.opened)}"
    elif now >= application.expiry:
        why = f"it expired at {spoken(application.expiry)}"
    elif state is CaseState.OPEN_PROVISIONAL and _is_too_late(application, now):
        why = f"nobody authorised it by {spoken(application.decide_by)}"
    else:
        return
    msg = f"case {number} allows no search: {why}. Apply for a case that covers now."
    raise NotAuthorisedError(msg)


def require_movable(
    alert: AlertState,
    *,
    held: bool,
    state: CaseState,
    application: CaseApplication,
    now: datetime,
) -> None:
    """Raise unless an alert may be moved to a case.

    Only an alert that a legal hold keeps, that was decided as true, and only to a case that is
    authorised: a provisional one may yet be refused and purged, and a face that is not the
    listed person's, or may not be, has no place in a search.

    Args:
        alert: state of the alert.
        held: whether a legal hold in force keeps it.
        state: where the case is.
        application: what the case is.
        now: the moment.

    Raises:
        RefusedError: when the alert is not held, or not decided as true.
        NotAuthorisedError: when the case is not authorised or does not cover now.
    """
    if not held:
        msg = (
            "the alert is under no legal hold, so it ends with its own term and is not moved. Have "
            "one placed on it first, if there is a ground."
        )
        raise RefusedError(msg)
    if not alert.is_true:
        msg = f"the alert is {alert}; only one that was decided as true is moved to a case."
        raise RefusedError(msg)
    require_case_covers(state, application, now)
    if state is not CaseState.AUTHORISED:
        msg = (
            f"case {application.number} is provisional and may yet be refused; an alert is moved "
            "to it once it is authorised."
        )
        raise NotAuthorisedError(msg)


def may_move(
    alert: AlertState,
    *,
    held: bool,
    state: CaseState,
    application: CaseApplication,
    now: datetime,
) -> bool:
    """Return whether an alert may be moved to a case, as `require_movable` has it."""
    try:
        require_movable(alert, held=held, state=state, application=application, now=now)
    except RefusedError:
        return False
    return True


def _is_too_late(application: CaseApplication, now: datetime) -> bool:
    return now > application.decide_by or now >= application.expiry
