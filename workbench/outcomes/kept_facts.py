"""What managers' pages know of what is kept: what was due for destruction, what went, and holds.

Counts, moments and words of the workbench's own, as in `safeguard_facts`. Moments are in UTC;
lateness is in whole seconds.
"""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime

from workbench.outcomes.parts import Part

__all__ = [
    "AlertsKept",
    "CertificateFacts",
    "HoldFacts",
    "ListFacts",
    "RetentionFacts",
    "RuleFacts",
]


class RuleFacts(Part):
    """A rule in force, and where it comes from.

    Attributes:
        text: what it says.
        where: the source.
        standing: how far the source can be relied on, in words.
    """

    text: str
    where: str
    standing: str


class ListFacts(Part):
    """The watchlist of one deployment.

    Attributes:
        reference: of the deployment.
        built: when it was.
        counts_from: the end from which its limit counts.
        due: when it is to be gone.
        destroyed: when it was.
        late_by_s: seconds after `due`: of what is destroyed as its certificate says, of what is
            not up to the moment of these facts; 0 in time.
        held: a legal hold keeps it.
        certificate: `complete`, `partial` or `None`, the newest.
    """

    reference: str
    built: AwareDatetime
    counts_from: AwareDatetime
    due: AwareDatetime
    destroyed: AwareDatetime | None
    late_by_s: int
    held: bool
    certificate: Literal["complete", "partial"] | None

    @property
    def state(self) -> Literal["in time", "was late", "due", "held", "late"]:
        """Where it is: the first two are of what is destroyed, the others of what is there."""
        if self.destroyed is not None:
            return "was late" if self.late_by_s else "in time"
        if self.held:
            return "held"
        return "late" if self.late_by_s else "due"


class AlertsKept(Part):
    """The alerts of one deployment.

    Attributes:
        reference: of the deployment; `None` for what is of none that was authorised.
        kept: alerts that are there.
        held: those among them that legal holds keep.
        overdue: those past their limit that no hold keeps.
        next_due: when the next is to be gone.
        destroyed: how many certificates name as destroyed.
        destroyed_late: how many of these are on a certificate that was late.
        longest_late_s: by how much the first alert of a certificate was late at most.
    """

    reference: str | None
    kept: int = 0
    held: int = 0
    overdue: int = 0
    next_due: AwareDatetime | None = None
    destroyed: int = 0
    destroyed_late: int = 0
    longest_late_s: int = 0


class RetentionFacts(Part):
    """What is kept of one class of data.

    Attributes:
        retention: the class.
        keep_s: how long it is kept; `None` where it has no limit.
        starts_from: the moment from which that counts.
        rule: the limit, with its source.
        kept: things that are there.
        held: those that legal holds keep.
        overdue: those past their limit that no hold keeps.
        overdue_since: when the first of them was to be gone.
        next_due: when the next is to be gone.
        erasures: deletion certificates of this class.
        late: those of them that were late.
        partial: those that left something.
        longest_late_s: the latest of them.
    """

    retention: str
    keep_s: int | None
    starts_from: str
    rule: RuleFacts
    kept: int = 0
    held: int = 0
    overdue: int = 0
    overdue_since: AwareDatetime | None = None
    next_due: AwareDatetime | None = None
    erasures: int = 0
    late: int = 0
    partial: int = 0
    longest_late_s: int = 0


class HoldFacts(Part):
    """Legal holds on one ground.

    Attributes:
        ground: of the closed list.
        meaning: in words.
        active: that hold now.
        review_overdue: those among them whose review date has passed.
        released: that hold no more.
        next_review: when the next is to be looked at.
    """

    ground: str
    meaning: str
    active: int = 0
    review_overdue: int = 0
    released: int = 0
    next_review: AwareDatetime | None = None


class CertificateFacts(Part):
    """One deletion certificate.

    Attributes:
        reference: of its deployment; `None` for a case, a set, a collection and what was never
            authorised.
        retention: the class.
        due: when it was to be gone; `None` for what went before it had a date.
        finished: when it was gone and checked.
        late_by_s: seconds after `due`; 0 in time.
        result: whether all went.
        destroyed: how many things.
        held: how many legal holds kept.
        remaining: how many could not be destroyed.
        leftovers: how many a search found elsewhere.
        disclosed: how many exports had left the bench before.
        logged: whether the audit log holds its digest.
    """

    reference: str | None
    retention: str
    due: AwareDatetime | None
    finished: AwareDatetime
    late_by_s: int
    result: Literal["complete", "partial"]
    destroyed: int
    held: int
    remaining: int
    leftovers: int
    disclosed: int
    logged: bool
