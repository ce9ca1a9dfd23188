"""What is kept of a deployment for good: its circumstances and its counts, and no person.

The fields are those of the Metropolitan Police's published record (deployment grids, 2023 to May
2025) and, besides, what those leave out and its critics asked for: times, place and area, list by
category, references of the assessments, costs, and how the public was told. Neither who was on the
list nor who was alerted on is in it, and no officer is named.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from pydantic import Field, StrictBool

from workbench.errors import RecordError
from workbench.governance.costs import Costs
from workbench.governance.deployment_counts import DeploymentCounts, FalseAlertRates, Rate
from workbench.governance.deployments import DeploymentState, DocumentReference
from workbench.governance.notices import CommunityEngagement, NoticePlan
from workbench.governance.outcomes import Count, OutcomeCounts
from workbench.governance.places import Location
from workbench.governance.purposes import Purpose, UseCase
from workbench.governance.ranks import Rank
from workbench.governance.record import Record
from workbench.governance.session_gaps import SessionGap
from workbench.governance.text import Identifier, Line, Moment, Prose

__all__ = [
    "UNENGAGED_IS_NO_ACTION",
    "DeploymentRecord",
    "GroupCounts",
    "ListSize",
    "NoticeGiven",
    "SearchPeriod",
    "faces_seen",
    "joined",
    "minutes_searched",
    "shown_rates",
]

UNENGAGED_IS_NO_ACTION: Final = False
"""How records of deployments count alerts on which nobody was engaged: as without an outcome."""


class SearchPeriod(Record):
    """One live search of a deployment.

    Attributes:
        feed: name of the feed.
        policy: id of the threshold policy.
        threshold: from which score on it raised alerts.
        started: when it began.
        ended: when it ended; `None` where that was never written down.
        stopped_by: what ended it.
        faces_seen: faces seen, by `counting_method`; `None` where it was not counted.
        counting_method: what counts as a face seen.
        gaps_s: stretches of the feed without frames, from when to when in seconds of the search.
        gaps: stretches in which nothing was searched, pauses among them.
        damage: what of the feed could not be read.
        fault: what ended it, where that was a fault.
    """

    feed: Line
    policy: Identifier
    threshold: float
    started: Moment
    ended: Moment | None = None
    stopped_by: Line | None = None
    faces_seen: Count | None = None
    counting_method: Line | None = None
    gaps_s: tuple[tuple[float, float], ...] = ()
    gaps: tuple[SessionGap, ...] = ()
    damage: Prose | None = None
    fault: Prose | None = None


class ListSize(Record):
    """The watchlist in numbers.

    Attributes:
        references: images on it.
        subjects: people on it.
        built: when it was built.
        destroyed: when it was destroyed.
        categories: images by category.
        under_18: people on it who are or may be under 18.
    """

    references: Count
    subjects: Count
    built: Moment
    destroyed: Moment | None = None
    categories: dict[Line, Count] = Field(default_factory=dict)
    under_18: Count = 0


class NoticeGiven(Record):
    """What was put up to tell the public, and when."""

    what: Prose
    at: Moment


class GroupCounts(Record):
    """False alerts by group, as officers entered them.

    Attributes:
        scheme: what the groups are, and who assigned them.
        counts: false alerts by group.
        false_alerts: how many there were when it was entered.
        at: when.
    """

    scheme: Line
    counts: dict[Line, Count]
    false_alerts: Count
    at: Moment


class DeploymentRecord(Record):
    """The record of one deployment.

    Attributes:
        starts: of the authority; of the application where none was given.
        ends: likewise.
        ended: when it came to an end.
        authority_rank: the rank that authorised it; `None` where none did.
        urgent: whether that was in urgency.
        unit: of all thresholds.
        searches: the live searches, in order.
        watchlist: its size; `None` where none was built.
        counts: of its alerts and what came of them, without those of the blue list.
        blue_list_alerts: alerts on consenting staff, which measure recognition and count nowhere
            else.
        notice: how the public was to be told.
        notices: how it was told.
        community: talks with those whom the deployment concerns.
        field_counts: false alerts by group, as officers entered them.
    """

    reference: Identifier
    force: Line
    state: DeploymentState
    location: Location
    purposes: tuple[Purpose, ...]
    use_case: UseCase
    assembly: StrictBool
    starts: Moment
    ends: Moment
    ended: Moment | None
    authority_rank: Rank | None
    urgent: StrictBool
    two_person: StrictBool
    dpia: DocumentReference
    eia: DocumentReference
    appropriate_policy: DocumentReference
    policy: Identifier
    unit: Line
    minimum_threshold: float
    searches: tuple[SearchPeriod, ...] = ()
    watchlist: ListSize | None = None
    counts: DeploymentCounts
    blue_list_alerts: Count
    costs: Costs
    notice: NoticePlan
    notices: tuple[NoticeGiven, ...] = ()
    community: tuple[CommunityEngagement, ...] = ()
    field_counts: tuple[GroupCounts, ...] = ()

    @property
    def searched_minutes(self) -> float | None:
        """Minutes from the start to the end of each search, added up.

        `None` where a search has no end on record.
        """
        return minutes_searched(self.searches)

    def shown(self) -> dict[str, Any]:
        """Return the record as plain values, with both false alert rates and what is unknown."""
        total, minutes = self.costs.total, self.searched_minutes
        return self.plain() | {
            "searched_minutes": None if minutes is None else round(minutes, 2),
            "alerts": self.counts.alerts,
            "false_alerts": self.counts.false,
            "false_alerts_of_faces_seen": shown_rates(self.counts.false_of_faces),
            "false_alerts_of_alerts": shown_rates(self.counts.false_of_alerts),
            "cost_known": str(self.costs.known),
            "cost_lines_unknown": self.costs.unknown,
            "cost_total": "unknown" if total is None else str(total),
        }


_NOT_ADDED: Final = frozenset({"faces_seen", "outcomes"})


def minutes_searched(searches: Collection[SearchPeriod]) -> float | None:
    """Return the minutes from the start to the end of each search, added up.

    `None` where a search has no end on record.
    """
    spans = [
        None if one.ended is None else (one.ended - one.started).total_seconds() for one in searches
    ]
    known = [span for span in spans if span is not None]
    return sum(known) / 60 if len(known) == len(spans) else None


def faces_seen(searches: Collection[SearchPeriod], alerts: int) -> int | None:
    """Return the faces seen in all searches; `None` where a search was not counted to its end."""
    counted = [one.faces_seen for one in searches]
    known = [count for count in counted if count is not None]
    if not counted or len(known) < len(counted) or sum(known) < alerts:
        return None
    return sum(known)


def joined(one: DeploymentCounts, other: DeploymentCounts) -> DeploymentCounts:
    """Return the counts of two sets of alerts that have none in common.

    The faces seen are those of `one`.

    Raises:
        RecordError: when they do not count alerts without an engagement alike.
    """
    added = {
        name: getattr(one, name) + getattr(other, name)
        for name in DeploymentCounts.model_fields
        if name not in _NOT_ADDED
    }
    left, right = one.outcomes.plain(), other.outcomes.plain()
    counted_as, what = "unengaged_is_no_action", "the counts of the deployment"
    if left[counted_as] != right[counted_as]:
        msg = f"{what} count alerts without an engagement otherwise than those they are added to."
        raise RecordError(msg)
    outcomes = {name: left[name] + right[name] for name in left if name != counted_as}
    return DeploymentCounts.read(
        {
            **added,
            "faces_seen": one.faces_seen,
            "outcomes": OutcomeCounts.read({**outcomes, counted_as: left[counted_as]}, what=what),
        },
        what=what,
    )


def shown_rates(rates: FalseAlertRates) -> dict[str, dict[str, Any]]:
    """Return false alert rates as plain values, each with its count, denominator and interval."""
    return {name: _rate(rate) for name, rate in rates._asdict().items()}


def _rate(rate: Rate) -> dict[str, Any]:
    low, high = rate.interval
    return {"count": rate.count, "n": rate.n, "rate": rate.rate, "low": low, "high": high}
