"""What the page of one deployment shows: circumstances, feeds, times and counts, and nobody.

Every field is a count, a time, a word of the workbench's own, or what a force calls a place, a
feed, a policy or a deployment. What nobody knows is `None`, and is shown as unknown.
"""

from __future__ import annotations

from typing import Final, Self

from pydantic import AwareDatetime, NonNegativeInt, model_validator

from workbench.outcomes.parts import Part

__all__ = [
    "ALERT_BIN_MINUTES",
    "DECISION_STRETCHES",
    "AlertFacts",
    "AuthorityFacts",
    "Category",
    "Circumstances",
    "CostFact",
    "DecisionFacts",
    "DeploymentFacts",
    "Destruction",
    "Document",
    "FeedFacts",
    "Gap",
    "KeptFacts",
    "ListFacts",
    "NoticeFacts",
    "SoFar",
    "TenMinutes",
]

ALERT_BIN_MINUTES: Final = 10
"""Alerts are counted in stretches of so many minutes of the clock. Own choice: short enough to show
a rush, long enough that a stretch does not name one alert's moment."""

DECISION_STRETCHES: Final = (
    ("within_10", "10 seconds or less"),
    ("within_30", "over 10 to 30 seconds"),
    ("within_60", "over 30 seconds to 1 minute"),
    ("within_120", "over 1 to 2 minutes"),
    ("within_300", "over 2 to 5 minutes"),
    ("within_900", "over 5 to 15 minutes"),
    ("within_more", "longer than 15 minutes"),
)
"""How long from alert to decision: field of `DecisionFacts`, and in words."""


class Document(Part):
    """A document that was there before the deployment: that it was, and no word of its title.

    Attributes:
        version: where it is a number such as `2.0`; `None` where it is in words.
        date: the day of that version.
    """

    version: str | None
    date: str


class Circumstances(Part):
    """Where, why and when.

    Attributes:
        place: the spot; `street` and `town` it is of.
        latitude, longitude: where the cameras stood, degrees, WGS 84.
        purposes: codes of the published list and their words.
        use_case: in words; `use_case_paragraph`: of the policy document that allows it.
        assembly: whether a protest or other assembly was expected there.
        two_person: whether two people verified each alert.
        starts, ends: of the authority; `ended`: when the deployment came to an end.
        policy: id of the threshold policy; `unit` and `minimum_threshold` are its.
    """

    place: str
    street: str
    town: str
    latitude: float
    longitude: float
    purposes: tuple[str, ...]
    use_case: str
    use_case_paragraph: str
    assembly: bool
    two_person: bool
    starts: AwareDatetime
    ends: AwareDatetime
    ended: AwareDatetime | None
    dpia: Document
    eia: Document
    appropriate_policy: Document
    policy: str
    unit: str | None
    minimum_threshold: float


class AuthorityFacts(Part):
    """On whose authority: a rank and times, no officer."""

    rank: str
    given_at: AwareDatetime
    urgent: bool
    review_due: AwareDatetime | None
    reviewed_at: AwareDatetime | None
    withdrawn_at: AwareDatetime | None


class NoticeFacts(Part):
    """How the public was told.

    Attributes:
        signs: how many were planned; `leaflets`: whether officers were to hand them out.
        announced_at: when it was to be announced in advance; `None` where it was not.
        given: how often a notice is on record, first at `first_at`, last at `last_at`.
    """

    signs: NonNegativeInt
    leaflets: bool
    announced_at: AwareDatetime | None
    given: NonNegativeInt
    first_at: AwareDatetime | None
    last_at: AwareDatetime | None


class Gap(Part):
    """A stretch in which nothing was searched."""

    kind: str
    start: AwareDatetime
    end: AwareDatetime


class FeedFacts(Part):
    """One live search.

    Attributes:
        feed: name of the feed.
        matcher, unit: what its scores are made with, and their unit.
        started, ended: `ended` is `None` while it runs, or where no end is on record.
        stopped_by: what ended it, in words.
        frames, drops: that were searched, and that came and were not.
        faces_seen, counting_method: `None` where they were not counted.
        gaps: in order; `None` where the record of the search is not there to tell.
        lost: its process went without a word; `damaged`: part of the feed could not be read;
            `fault`: it ended by a fault.
    """

    feed: str
    policy: str
    matcher: str | None
    unit: str | None
    threshold: float
    started: AwareDatetime
    ended: AwareDatetime | None
    stopped_by: str | None
    frames: NonNegativeInt | None
    drops: NonNegativeInt | None
    faces_seen: NonNegativeInt | None
    counting_method: str | None
    gaps: tuple[Gap, ...] | None
    lost: bool
    damaged: bool
    fault: bool


class TenMinutes(Part):
    """Alerts raised in ten minutes of the clock, of those that are still there."""

    start: AwareDatetime
    alerts: NonNegativeInt


class AlertFacts(Part):
    """What came of the alerts, those of the blue list left out.

    Attributes:
        faces_seen: `None` where a search was not counted to its end, or two ways were used.
        gone: of all alerts how many were destroyed in their time; their own times went with them.
    """

    alerts: NonNegativeInt
    open: NonNegativeInt
    destroyed_undecided: NonNegativeInt
    true_confirmed: NonNegativeInt
    true_unconfirmed: NonNegativeInt
    false_confirmed: NonNegativeInt
    false_unconfirmed: NonNegativeInt
    unresolved: NonNegativeInt
    engagements: NonNegativeInt
    stops: NonNegativeInt
    engagement_minutes: float
    false_alert_engagements: NonNegativeInt
    false_alert_minutes: float
    false_alert_arrests: NonNegativeInt
    arrests: NonNegativeInt
    other_disposals: NonNegativeInt
    no_action: NonNegativeInt
    without_outcome: NonNegativeInt
    faces_seen: NonNegativeInt | None
    blue_list_alerts: NonNegativeInt
    gone: NonNegativeInt


class DecisionFacts(Part):
    """How long decisions took and by how many they were made, of the alerts that are still there.

    Attributes:
        alerts: how many those are.
        undecided: on which the verdicts are not complete.
        within_10 ... within_more: seconds from the alert to the verdict that settled it.
        by_nobody, by_one, by_two: how many people gave a verdict, two counting as two or more.
        agreed, differed: of those by two, whether the first two said the same to the word.
        by_a_third: of those by two, how many a third person settled.
    """

    alerts: NonNegativeInt = 0
    undecided: NonNegativeInt = 0
    within_10: NonNegativeInt = 0
    within_30: NonNegativeInt = 0
    within_60: NonNegativeInt = 0
    within_120: NonNegativeInt = 0
    within_300: NonNegativeInt = 0
    within_900: NonNegativeInt = 0
    within_more: NonNegativeInt = 0
    by_nobody: NonNegativeInt = 0
    by_one: NonNegativeInt = 0
    by_two: NonNegativeInt = 0
    agreed: NonNegativeInt = 0
    differed: NonNegativeInt = 0
    by_a_third: NonNegativeInt = 0


class Category(Part):
    """People of the list by category.

    Attributes:
        name: in words; `None` for those that are told together, each being so few.
        categories: how many are told together.
        people, images: `None` where even together they are fewer than five.
    """

    name: str | None
    categories: NonNegativeInt
    people: NonNegativeInt | None
    images: NonNegativeInt | None


class ListFacts(Part):
    """The watchlist in numbers.

    Attributes:
        state: where it is.
        due: when it was to be gone; `None` where no certificate says so and it has not ended.
        in_time: whether it was; `None` where it is not gone yet, or no due time is known.
    """

    references: NonNegativeInt
    subjects: NonNegativeInt
    limit: NonNegativeInt | None
    state: str
    built: AwareDatetime
    destroyed: AwareDatetime | None
    due: AwareDatetime | None
    in_time: bool | None
    categories: tuple[Category, ...]


class Destruction(Part):
    """One deletion certificate.

    Attributes:
        what: the class of what was destroyed, in words.
        counts: how many, by kind.
        late_s: seconds after its due time; 0 when it was in time or had none.
        held, remaining, leftovers, disclosed: how many holds kept, could not be destroyed, were
            found afterwards, had left the bench before.
        digest: SHA-256 of the certificate, as it stands in the audit log.
    """

    what: str
    at: AwareDatetime
    due: AwareDatetime | None
    late_s: NonNegativeInt
    complete: bool
    counts: dict[str, NonNegativeInt]
    held: NonNegativeInt
    remaining: NonNegativeInt
    leftovers: NonNegativeInt
    disclosed: NonNegativeInt
    digest: str


class CostFact(Part):
    """One line of the costs, without its words; pounds, `None` where nobody knows."""

    pounds: float | None


class KeptFacts(Part):
    """What of the deployment is still kept.

    Attributes:
        alerts: alerts whose pictures are there, those of the blue list among them.
        moved: of them, how many were moved to a case and end with it.
        held: of them, how many a legal hold keeps.
        first_due, last_due: when the first and the last of them are to be gone, holds and cases
            left aside.
        alert_days: how long an alert is kept, in days.
    """

    alerts: NonNegativeInt
    moved: NonNegativeInt
    held: NonNegativeInt
    first_due: AwareDatetime | None
    last_due: AwareDatetime | None
    alert_days: float | None


class SoFar(Part):
    """What is told of a deployment that has not ended: too little to follow one alert.

    Attributes:
        until: end of the last ten minutes of the clock that are over.
        alerts: raised before that, with those that were destroyed.
    """

    until: AwareDatetime
    alerts: NonNegativeInt


class DeploymentFacts(Part):
    """What is known of one deployment that was authorised.

    While it runs, a snapshot each minute would show what became of one alert. So it tells alerts
    of ten minutes that are over, and no decision, outcome or picture kept until it has ended.

    Attributes:
        reference: names it; its outcome record has the same name.
        force: whose it was.
        state: where it is.
        running: whether it has not ended; it has no record yet.
        so_far: alerts while it runs; `None` once it has ended.
        timeline: alerts by when they were raised.
        alerts, decisions, kept: `None` while it runs.
        notes: what to know of its record, in sentences of the workbench's own.
    """

    reference: str
    force: str
    state: str
    running: bool
    circumstances: Circumstances
    authority: AuthorityFacts
    notice: NoticeFacts
    feeds: tuple[FeedFacts, ...]
    so_far: SoFar | None
    timeline: tuple[TenMinutes, ...]
    alerts: AlertFacts | None
    decisions: DecisionFacts | None
    watchlist: ListFacts | None
    destroyed: tuple[Destruction, ...]
    costs: tuple[CostFact, ...]
    kept: KeptFacts | None
    notes: tuple[str, ...]

    @model_validator(mode="after")
    def _tells_no_alert_while_it_runs(self) -> Self:
        told = (self.alerts, self.decisions, self.kept)
        if (self.so_far is not None) != self.running or any(
            (one is None) != self.running for one in told
        ):
            msg = "while a deployment runs, alerts so far are told; once it ended, all of them"
            raise ValueError(msg)
        return self
