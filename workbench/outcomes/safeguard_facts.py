"""What managers' pages know of safeguards: what was due, what was done, and what is late.

Counts, moments and words of the workbench's own. No account, no person, no id of an alert, an entry
or a hold, and nothing that somebody wrote. Moments are in UTC; lateness is in whole seconds.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from pydantic import AwareDatetime

from workbench.outcomes.kept_facts import (
    AlertsKept,
    CertificateFacts,
    HoldFacts,
    ListFacts,
    RetentionFacts,
    RuleFacts,
)
from workbench.outcomes.parts import Part

__all__ = [
    "CLOSING",
    "AuthorityFacts",
    "CheckFacts",
    "ListCheckFacts",
    "LogFacts",
    "NeverAuthorised",
    "RefusalFacts",
    "SafeguardFacts",
    "VerdictFacts",
]

CLOSING: Final = timedelta(minutes=2)
"""A search ends within a second of its deployment; one that has no end on record by then is taken
for one whose process is gone, as by the workbench itself (`bench/session_records.py`)."""


class AuthorityFacts(Part):
    """The authority of one deployment.

    Attributes:
        reference: of the deployment.
        state: where it is.
        rank: of the officer who gave it.
        given: when.
        starts: of what it covers.
        ends: of what it covers: its end, an urgent one's review that did not come, or that it was
            withdrawn.
        ended: when the deployment came to an end.
        urgent: whether it was given in urgency.
        review_due: by when an urgent one is to be reviewed.
        reviewed: when it was.
        withdrawn: when it was ended before its time.
        two_person: whether two people decide on each of its alerts.
        searches: how many live searches there were.
        going_on: how many of them have no end on record.
        first_search: when the first began.
        last_search_ended: when the end was written of the last that has one.
    """

    reference: str
    state: str
    rank: str
    given: AwareDatetime
    starts: AwareDatetime
    ends: AwareDatetime
    ended: AwareDatetime | None
    urgent: bool
    review_due: AwareDatetime | None
    reviewed: AwareDatetime | None
    withdrawn: AwareDatetime | None
    two_person: bool
    searches: int
    going_on: int
    first_search: AwareDatetime | None
    last_search_ended: AwareDatetime | None

    @property
    def began_within(self) -> bool | None:
        """Whether the first search began within the authority; `None` where there was none."""
        if self.first_search is None:
            return None
        return self.starts <= self.first_search < self.ends

    @property
    def ended_after_s(self) -> int:
        """By how many whole seconds the end of the last search was written after the authority's.

        0 within `CLOSING` of it. A search past its authority takes no frame; where its process
        was gone, whoever opened the bench next wrote its end.
        """
        if self.last_search_ended is None or self.last_search_ended <= self.ends + CLOSING:
            return 0
        return int((self.last_search_ended - self.ends).total_seconds())

    def goes_on_after_end(self, at: datetime) -> bool:
        """Return whether a search has no end on record although its authority ended before."""
        return self.going_on > 0 and self.ends + CLOSING <= at


class NeverAuthorised(Part):
    """What became of applications that nobody authorised; no more is shown of them.

    Attributes:
        refused: by an authorising officer.
        cancelled: by whoever applied, or by an officer.
        expired: their time came before anybody decided.
        waiting: for a decision.
    """

    refused: int = 0
    cancelled: int = 0
    expired: int = 0
    waiting: int = 0


class CheckFacts(Part):
    """A verification or a checkpoint that the log tells of.

    Attributes:
        at: when.
        seq: its place in the log.
        role: of whoever did it; `system` for the workbench itself.
        entries: how many were checked; `None` for a checkpoint.
        faults: how many were found; `None` for a checkpoint.
        agreed_to: the newest entry that a witness or a signed head agreed to.
        witnesses: how many there were.
    """

    at: AwareDatetime
    seq: int
    role: str
    entries: int | None = None
    faults: int | None = None
    agreed_to: int | None = None
    witnesses: int | None = None


class LogFacts(Part):
    """The audit log.

    Attributes:
        entries: how many there are.
        head_hash: of the newest.
        head_at: its time.
        verified: the newest verification on record, whatever it found.
        failed: the newest that found a fault.
        checkpoint: the newest.
        not_verified: why this reading did not verify it itself; `None` where it did, or where it
            was verified not long before.
    """

    entries: int
    head_hash: str
    head_at: AwareDatetime
    verified: CheckFacts | None = None
    failed: CheckFacts | None = None
    checkpoint: CheckFacts | None = None
    not_verified: str | None = None

    @property
    def since(self) -> int | None:
        """How many entries came after what was verified; `None` where nothing was."""
        if self.verified is None or self.verified.entries is None:
            return None
        return max(0, self.entries - self.verified.entries)


class RefusalFacts(Part):
    """What was refused to one role.

    Attributes:
        role: that asked.
        permission: what was asked for.
        meaning: in words.
        kind: of the refusal.
        count: how often.
        newest: when last.
    """

    role: str
    permission: str
    meaning: str
    kind: str
    count: int
    newest: AwareDatetime


class VerdictFacts(Part):
    """How the alerts of one deployment were decided, those that are destroyed among them.

    Attributes:
        reference: of the deployment.
        by_one: where one verdict decides.
        agreed: two blind verdicts said the same.
        differed: two blind verdicts did not.
        third: a third person decided.
        unfinished: with one verdict of two.
        changed_later: that a reviewer reviewed, confirmed or corrected.
    """

    reference: str
    by_one: int
    agreed: int
    differed: int
    third: int
    unfinished: int
    changed_later: int


class ListCheckFacts(Part):
    """What people did to the list of one deployment before it was searched with.

    Attributes:
        reference: of the deployment.
        entries: on the list.
        checked: of which a second person compared the image with the record.
        reviewed: that were reviewed for this very deployment.
    """

    reference: str
    entries: int
    checked: int
    reviewed: int


class SafeguardFacts(Part):
    """What was due and what was done.

    Attributes:
        at: the moment at which they were true.
        profile: name of the retention profile in force.
        ranks: the ranks that may authorise, with its source.
        authorities: of each deployment that was authorised, by when it starts.
        never_authorised: of the others, how many.
        lists: of each deployment that had one.
        alerts: by deployment.
        retention: by class.
        holds: by ground.
        certificates: by when they were issued.
        log: the audit log.
        refusals: by role and permission.
        verdicts: by deployment.
        list_checks: by deployment.
    """

    at: AwareDatetime
    profile: str
    ranks: RuleFacts
    authorities: tuple[AuthorityFacts, ...]
    never_authorised: NeverAuthorised
    lists: tuple[ListFacts, ...]
    alerts: tuple[AlertsKept, ...]
    retention: tuple[RetentionFacts, ...]
    holds: tuple[HoldFacts, ...]
    certificates: tuple[CertificateFacts, ...]
    log: LogFacts
    refusals: tuple[RefusalFacts, ...]
    verdicts: tuple[VerdictFacts, ...]
    list_checks: tuple[ListCheckFacts, ...]
