"""Who may authorise a deployment, and when an authority covers it.

The College of Policing's guidance asks for a written authority with a set start and end (APP Live
facial recognition, as summarised by others). Which rank gives it is a `RankRule`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Self

from pydantic import StrictBool, model_validator

from workbench.errors import NotAuthorisedError, NotPermittedError, RecordError
from workbench.governance.deployments import Application, DeploymentState
from workbench.governance.moments import duration, spoken
from workbench.governance.people import same_person
from workbench.governance.ranks import Rank, RankRule
from workbench.governance.record import Record
from workbench.governance.text import Line, Moment, Prose

__all__ = [
    "Authority",
    "AuthorityReview",
    "Rank",
    "RankRule",
    "Withdrawal",
    "check_authority",
    "confirm_urgent",
    "covers_until",
    "due_move",
    "require_covers",
]


class AuthorityReview(Record):
    """A senior officer upholds an urgent authority; one that is not upheld is withdrawn instead.

    Attributes:
        officer: account of the reviewing officer.
        officer_rank: the rank they hold.
        at: when they reviewed it.
        reasons: why it stands, in their words.
    """

    officer: Line
    officer_rank: Rank
    at: Moment
    reasons: Prose


class Authority(Record):
    """The written authority for a deployment.

    Attributes:
        officer: account of the authorising officer.
        officer_rank: the rank they hold.
        at: when it was given.
        starts: when it begins; it never reaches back behind `at`.
        ends: when it ends; that moment is no longer covered.
        necessity: why the deployment is necessary, in the officer's words.
        proportionality: why it is proportionate, in the officer's words.
        urgent: whether it was given in urgency, when a lower rank may.
        urgent_reason: why it could not wait; there when, and only when, it is urgent.
        review_due: by when it must be reviewed; likewise.
        review: the review, once there was one.
    """

    officer: Line
    officer_rank: Rank
    at: Moment
    starts: Moment
    ends: Moment
    necessity: Prose
    proportionality: Prose
    urgent: StrictBool = False
    urgent_reason: Prose | None = None
    review_due: Moment | None = None
    review: AuthorityReview | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        faults = [
            fault
            for fault in (self._fault_of_window(), self._fault_of_urgency())
            if fault is not None
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _fault_of_window(self) -> str | None:
        if self.ends <= self.starts:
            return (
                f"it ends at {spoken(self.ends)}, which is not after its start at "
                f"{spoken(self.starts)}"
            )
        if self.starts < self.at:
            return (
                f"it was given at {spoken(self.at)} and cannot reach back to "
                f"{spoken(self.starts)}; let it start when it is given, or later"
            )
        return None

    def _fault_of_urgency(self) -> str | None:
        if self.urgent:
            if self.urgent_reason is None or self.review_due is None:
                return "an urgent authority needs urgent_reason and review_due"
            if self.review_due <= self.at:
                return f"review_due must be later than {spoken(self.at)}, when it was given"
            if self.review is not None and not self.at <= self.review.at < self.review_due:
                return (
                    f"the review is dated {spoken(self.review.at)}, but must be later than "
                    f"{spoken(self.at)} and before {spoken(self.review_due)}"
                )
            return None
        if (self.urgent_reason, self.review_due, self.review) != (None, None, None):
            return "urgent_reason, review_due and review belong to an urgent authority only"
        return None


class Withdrawal(Record):
    """An authority or a deployment was ended before its time.

    Attributes:
        by: account of whoever ended it.
        at: when.
        reason: why.
    """

    by: Line
    at: Moment
    reason: Prose


def check_authority(
    application: Application, applicant: str, authority: Authority, rule: RankRule, now: datetime
) -> None:
    """Refuse an authority that may not be given for this application.

    Args:
        application: what was applied for.
        applicant: account of who applied.
        authority: what the officer is about to give.
        rule: the ranks of the force.
        now: the moment.

    Raises:
        NotPermittedError: when the officer is the applicant, or of too low a rank.
        RecordError: when its times do not fit the application, the rule or the clock.
        NotAuthorisedError: when it is over already.
    """
    what = f"deployment {application.reference}"
    _require_another(what, applicant, authority.officer, "authorise")
    least = rule.needed(assembly=application.assembly, urgent=authority.urgent)
    reason = "since an assembly is expected there, " if application.assembly else ""
    _require_rank(f"authorise {what}", authority.officer_rank, least, reason)
    if authority.review is not None:
        msg = f"{what}: the authority is reviewed after it was given; leave review out."
        raise RecordError(msg)
    if authority.at > now:
        msg = (
            f"{what}: the authority says that it was given at {spoken(authority.at)}, but it is "
            f"{spoken(now)}. Correct the time, or the clock of the machine."
        )
        raise RecordError(msg)
    latest = authority.at + rule.urgent_review
    if authority.review_due is not None and authority.review_due > latest:
        msg = (
            f"{what}: an urgent authority is reviewed within {duration(rule.urgent_review)}, so "
            f"review_due may be {spoken(latest)} at the latest."
        )
        raise RecordError(msg)
    if authority.starts < application.starts or authority.ends > application.ends:
        msg = (
            f"{what} was applied for from {spoken(application.starts)} to "
            f"{spoken(application.ends)}; an authority from {spoken(authority.starts)} to "
            f"{spoken(authority.ends)} reaches beyond that. Keep it inside, or have the "
            "application changed."
        )
        raise RecordError(msg)
    if authority.ends <= now:
        msg = (
            f"{what}: the authority would have ended at {spoken(authority.ends)} already. Apply "
            "for a time to come."
        )
        raise NotAuthorisedError(msg)


def confirm_urgent(
    application: Application,
    applicant: str,
    authority: Authority,
    review: AuthorityReview,
    rule: RankRule,
) -> Authority:
    """Return the urgent authority as upheld by its review; from then it covers its whole window.

    Raises:
        NotPermittedError: when the reviewer applied or authorised, or is of too low a rank.
        RecordError: when there is nothing to review, or the review is dated before the authority.
        NotAuthorisedError: when it comes too late; the authority has lapsed.
    """
    what = f"deployment {application.reference}"
    if authority.review_due is None or authority.review is not None:
        state = "was not urgent" if authority.review_due is None else "was reviewed already"
        msg = f"{what}: the authority {state}, so there is nothing to review."
        raise RecordError(msg)
    _require_another(what, applicant, review.officer, "review the urgent authority of")
    if same_person(authority.officer, review.officer):
        msg = (
            f"{review.officer} gave the urgent authority of {what} and may not review it. Ask "
            "another officer."
        )
        raise NotPermittedError(msg)
    least = rule.needed(assembly=application.assembly, urgent=False)
    _require_rank(f"review the urgent authority of {what}", review.officer_rank, least, "")
    if review.at < authority.at:
        msg = (
            f"{what}: the review is dated {spoken(review.at)}, before the authority was given at "
            f"{spoken(authority.at)}. Correct the time."
        )
        raise RecordError(msg)
    if review.at >= authority.review_due:
        msg = (
            f"{what}: the review was due by {spoken(authority.review_due)}, and the authority "
            "has lapsed without it. Apply anew."
        )
        raise NotAuthorisedError(msg)
    return authority.model_copy(update={"review": review})


def covers_until(authority: Authority) -> datetime:
    """Return the moment from which the authority no longer covers anything.

    That is its end, or for an urgent one that was not reviewed the time by which it had to be.
    """
    if authority.review_due is None or authority.review is not None:
        return authority.ends
    return min(authority.ends, authority.review_due)


def require_covers(
    state: DeploymentState,
    authority: Authority | None,
    now: datetime,
    reference: str,
    *,
    withdrawal: Withdrawal | None = None,
) -> None:
    """Refuse unless the deployment has an authority that covers this moment.

    Args:
        state: of the deployment.
        authority: what was given, or `None`.
        now: the moment.
        reference: of the deployment, for the message.
        withdrawal: how the authority was ended before its time, if it was.

    Raises:
        NotAuthorisedError: says that there is none, when it begins, or when it ended.
    """
    what = f"deployment {reference}"
    if authority is None:
        msg = (
            f"{what} is {state} and has no authority. An authorising officer other than the "
            "applicant must authorise it first."
        )
        raise NotAuthorisedError(msg)
    if withdrawal is not None:
        msg = (
            f"the authority of {what} was withdrawn at {spoken(withdrawal.at)} by "
            f"{withdrawal.by}. Apply anew if it is still needed."
        )
        raise NotAuthorisedError(msg)
    if state not in _COVERED:
        msg = f"{what} is {state}, so its authority covers nothing. Apply for another deployment."
        raise NotAuthorisedError(msg)
    if now < authority.starts:
        msg = (
            f"the authority of {what} begins at {spoken(authority.starts)}; it is {spoken(now)}. "
            "Wait until then."
        )
        raise NotAuthorisedError(msg)
    until = covers_until(authority)
    if now >= until:
        ended = (
            f"ended at {spoken(until)}"
            if until == authority.ends
            else f"lapsed at {spoken(until)}, by when it had to be reviewed, being urgent"
        )
        msg = f"the authority of {what} {ended}; it is {spoken(now)}. Apply for another deployment."
        raise NotAuthorisedError(msg)


_COVERED: Final = frozenset({DeploymentState.AUTHORISED, DeploymentState.LIVE})


def due_move(
    state: DeploymentState, application: Application, authority: Authority | None, now: datetime
) -> str | None:
    """Return the move of `DEPLOYMENT_MOVES` that time alone makes due, or `None`.

    What was applied for or authorised expires at its end; what is live is closed at the end of
    its authority.
    """
    if state is DeploymentState.APPLIED:
        return "expire" if now >= application.ends else None
    if state not in _COVERED or authority is None or now < covers_until(authority):
        return None
    return "close" if state is DeploymentState.LIVE else "expire"


def _require_another(what: str, applicant: str, officer: str, deed: str) -> None:
    if same_person(applicant, officer):
        msg = (
            f"{officer} applied for {what} and may not {deed} it. Ask another officer; nobody "
            "decides on an application of their own."
        )
        raise NotPermittedError(msg)


def _require_rank(deed: str, rank: Rank, least: Rank, reason: str) -> None:
    if rank < least:
        msg = (
            f"{_article(rank)} may not {deed}: {reason}the lowest rank that may is "
            f"{least.spoken}. Ask an officer of that rank or above."
        )
        raise NotPermittedError(msg)


def _article(rank: Rank) -> str:
    return f"{'an' if rank.value[0] in 'aeiou' else 'a'} {rank.spoken}"
