"""The blue list: consenting staff who walk past among passers-by, to measure recognition.

The true recognition rate needs passes that are known to have happened; it can never be had from
alerts alone, which say nothing of the passes that raised none.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import Final, Self

from pydantic import model_validator

from workbench.errors import NotAuthorisedError
from workbench.governance.days import Day
from workbench.governance.people import same_person
from workbench.governance.record import Record
from workbench.governance.sources import Source, Standing
from workbench.governance.text import Identifier, Line, Moment

__all__ = [
    "BLUE_LIST_SOURCE",
    "PASS_WINDOW",
    "PASS_WINDOW_SOURCE",
    "BlueListMember",
    "Pass",
    "require_consent",
]

BLUE_LIST_SOURCE: Final = Source(
    text="Seeding consenting staff as a blue list, and counting their known passes",
    where="known from practice, not read in a published document",
    standing=Standing.OWN_CHOICE,
)


PASS_WINDOW: Final = timedelta(seconds=60)
"""How far an alert may lie from the moment noted for a pass, unless a force sets another."""

PASS_WINDOW_SOURCE: Final = Source(
    text="An alert up to a minute from the moment noted is taken as that of the pass",
    where="chosen for people who look at a watch and write",
    standing=Standing.OWN_CHOICE,
)


class BlueListMember(Record):
    """A member of staff who consents to being looked for.

    Attributes:
        member: reference of the member of staff.
        consent: reference of the document in which they consent.
        consented: the day from which the consent holds.
        withdrawn: the day from which it no longer holds, if it was withdrawn.
    """

    member: Identifier
    consent: Identifier
    consented: Day
    withdrawn: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.withdrawn is not None and self.withdrawn < self.consented:
            msg = f"withdrawn {self.withdrawn} lies before consented {self.consented}"
            raise ValueError(msg)
        return self

    def consents_on(self, day: Day) -> bool:
        """Return whether the consent holds on `day`."""
        return self.consented <= day and (self.withdrawn is None or day < self.withdrawn)


class Pass(Record):
    """A member walked past a feed, and somebody saw it.

    Attributes:
        member: reference of the member of staff.
        at: when.
        feed: which feed or part of the zone they passed.
        seen_by: who saw the pass; not the member.
        alert: id of the alert that named this very member for this pass; `None` where there was
            none, so that they were not recognised.
    """

    member: Identifier
    at: Moment
    feed: Line
    seen_by: Line
    alert: Identifier | None = None

    @model_validator(mode="after")
    def _seen_by_another(self) -> Self:
        if same_person(self.member, self.seen_by):
            msg = "seen_by is the member; somebody else must have seen the pass"
            raise ValueError(msg)
        return self

    @property
    def is_recognised(self) -> bool:
        """Whether the pass raised an alert for the member."""
        return self.alert is not None


def require_consent(members: Iterable[BlueListMember], passed: Pass) -> None:
    """Raise `NotAuthorisedError` unless the member's consent holds on the day of the pass, in UTC.

    Args:
        members: everybody on the blue list; a member may have consented more than once.
        passed: the pass.
    """
    day = passed.at.astimezone(UTC).date()
    theirs = [one for one in members if one.member == passed.member]
    if not theirs:
        msg = f"{passed.member} is not on the blue list: record their consent first."
        raise NotAuthorisedError(msg)
    if not any(one.consents_on(day) for one in theirs):
        msg = (
            f"the consent of {passed.member} does not hold on {day.isoformat()}: the pass cannot "
            "be recorded. Destroy what was kept of it."
        )
        raise NotAuthorisedError(msg)
