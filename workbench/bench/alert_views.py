"""An alert as people see it: what it says, what was decided, and no more than they may see yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from workbench.governance.adjudication import Adjudication, Revision, Verdict
from workbench.governance.alerts import AlertState
from workbench.governance.categories import Category
from workbench.governance.engaging import EngagementDecision
from workbench.governance.entries import WatchlistEntry
from workbench.governance.outcomes import Engagement
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.score_meaning import meaning_under
from workbench.records.alerts import AlertRow
from workbench.records.sessions import SessionRow

if TYPE_CHECKING:
    from workbench.live.alert_document import AlertDocument

__all__ = ["AlertView", "Candidate", "Said", "alert_view"]


class Candidate(NamedTuple):
    """A person on the list, how high the face scored for them, and what such a score means."""

    subject: str
    score: float
    meaning: str


@dataclass(frozen=True, slots=True)
class Said:
    """What people said and did about one alert.

    Attributes:
        adjudication: verdicts and revisions.
        decisions: whether to engage, in order.
        engagements: what officers did, in order.
    """

    adjudication: Adjudication
    decisions: Sequence[EngagementDecision] = ()
    engagements: Sequence[Engagement] = ()

    def is_shown_to(self, actor: str) -> bool:
        """Return whether `actor` may see it: nobody who may still be asked for a verdict does."""
        return self.adjudication.is_settled or self.adjudication.has_said(actor)


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert, as whoever asks may see it.

    Attributes:
        id: names it.
        deployment: reference of the deployment.
        session: id of the live search.
        feed: name of the feed.
        raised: when.
        time_s: time in the feed.
        subject: reference of the person on the list whom the face was assigned to.
        category: why that person is on the list.
        blue_list: whether it is a consenting member of staff.
        score: of the face for that person, in `unit`.
        threshold: what it had to reach.
        unit: of both.
        references: on the list that it was searched in.
        meaning: what the score means under the policy of the deployment.
        state: what people have decided.
        decided: when they had.
        two_person: whether two people decide it, each on their own.
        owed: how many verdicts it still needs.
        said_by_me: whether whoever asks has given a verdict.
        verdicts: those that they may see.
        revisions: later changes of what was decided.
        decisions: whether officers were to engage; likewise as they may see it.
        engagements: what officers did; likewise.
        moved_to: number of the case that it was moved to.
        candidates: the best people for the face, best first; only where the alert was opened.
        contests: id of an earlier alert for the same person: one of the two is wrong; likewise.
        listed: the entry of the list, which says why that person is on it; likewise.
        age_warning: what to say about the age of the image, if anything; likewise.
        document: the pictures; likewise.
    """

    id: str
    deployment: str
    session: str
    feed: str
    raised: datetime
    time_s: float
    subject: str
    category: Category
    blue_list: bool
    score: float
    threshold: float
    unit: str
    references: int
    meaning: str
    state: AlertState
    decided: datetime | None
    two_person: bool
    owed: int
    said_by_me: bool
    verdicts: tuple[Verdict, ...] = ()
    revisions: tuple[Revision, ...] = ()
    decisions: tuple[EngagementDecision, ...] = ()
    engagements: tuple[Engagement, ...] = ()
    moved_to: str | None = None
    candidates: tuple[Candidate, ...] = ()
    contests: str | None = None
    listed: WatchlistEntry | None = field(default=None, repr=False)
    age_warning: str | None = None
    document: AlertDocument | None = field(default=None, repr=False)

    @property
    def time_to_decision(self) -> timedelta | None:
        """From the alert to when the verdicts had settled it; `None` while they have not."""
        return None if self.decided is None else self.decided - self.raised

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold, without any picture."""
        taken = self.time_to_decision
        return {
            "id": self.id,
            "deployment": self.deployment,
            "session": self.session,
            "feed": self.feed,
            "raised": self.raised.isoformat(),
            "time_s": round(self.time_s, 3),
            "subject": self.subject,
            "category": self.category.value,
            "blue_list": self.blue_list,
            "score": round(self.score, 4),
            "threshold": self.threshold,
            "unit": self.unit,
            "references": self.references,
            "meaning": self.meaning,
            "state": self.state.value,
            "decided": None if self.decided is None else self.decided.isoformat(),
            "time_to_decision_s": None if taken is None else round(taken.total_seconds(), 1),
            "two_person": self.two_person,
            "verdicts_owed": self.owed,
            "said_by_me": self.said_by_me,
            "verdicts": [one.plain() for one in self.verdicts],
            "revisions": [one.plain() for one in self.revisions],
            "engagement_decisions": [one.plain() for one in self.decisions],
            "engagements": [one.plain() for one in self.engagements],
            "moved_to": self.moved_to,
            "candidates": [
                {"subject": one.subject, "score": round(one.score, 4), "meaning": one.meaning}
                for one in self.candidates
            ],
            "contests": self.contests,
            "grounds": None if self.listed is None else self.listed.grounds,
        }


def alert_view(
    row: AlertRow,
    *,
    actor: str,
    deployment: str,
    session: SessionRow,
    policy: ThresholdPolicy,
    said: Said,
    case: str | None = None,
    document: AlertDocument | None = None,
) -> AlertView:
    """Return an alert as somebody may see it.

    Args:
        row: the alert.
        actor: who asks: verdicts are kept from whoever may still be asked for one.
        deployment: reference of the deployment.
        session: the search that raised it.
        policy: that it was raised under.
        said: all that people said about it.
        case: number of the case that it was moved to.
        document: of the vault, if it was opened.
    """
    size = session.setup.references
    adjudication = said.adjudication
    shown = said.is_shown_to(actor)
    candidates = () if document is None else document.candidates
    return AlertView(
        id=row.id,
        deployment=deployment,
        session=row.session,
        feed=row.feed,
        raised=row.raised,
        time_s=row.time_s,
        subject=row.subject,
        category=row.category,
        blue_list=row.blue_list,
        score=row.score,
        threshold=row.threshold,
        unit=session.setup.unit,
        references=size,
        meaning=meaning_under(policy, row.score, size).text,
        state=row.state,
        decided=row.decided,
        two_person=adjudication.two_person,
        owed=adjudication.owed,
        said_by_me=adjudication.has_said(actor),
        verdicts=adjudication.visible_to(actor),
        revisions=adjudication.revisions if shown else (),
        decisions=tuple(said.decisions) if shown else (),
        engagements=tuple(said.engagements) if shown else (),
        moved_to=case,
        candidates=tuple(
            Candidate(subject, score, meaning_under(policy, score, size).text)
            for subject, score in candidates
        ),
        contests=None if document is None else document.contests,
        document=document,
    )
