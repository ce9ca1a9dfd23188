"""Legal holds: what is kept past its limit, on whose word, and until when that is looked at again.

The Metropolitan Police keep alerts 31 days "or longer if there is a judicial reason" (to a select
committee, May 2023, as reported). A hold names what it keeps: alerts or other objects one by one,
which is to be preferred, or all of one deployment or case. It never lapses by itself: past its
review date it still holds, and is shown as overdue, until another person than the one who placed it
releases it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final, Self, TypeAlias

from pydantic import AfterValidator, model_validator

from workbench.errors import (
    ClockError,
    HeldError,
    IllegalMoveError,
    NotPermittedError,
    RecordError,
)
from workbench.governance.people import same_person
from workbench.governance.record import Record
from workbench.governance.sources import Source, Standing
from workbench.governance.text import Identifier, Line, Moment, Prose

__all__ = [
    "LONGEST_TO_REVIEW",
    "REVIEW_SOURCE",
    "GroundsLeftOut",
    "Hold",
    "HoldGround",
    "HoldRelease",
    "HoldReview",
    "holds_on",
    "is_held",
    "place_hold",
    "require_not_held",
]

LONGEST_TO_REVIEW: Final = timedelta(days=183)
"""How far ahead a review date may lie, unless a force sets less or more."""

REVIEW_SOURCE: Final = Source(
    text="a hold is looked at again within six months",
    where="chosen so that no hold is forgotten; the sources read name no period",
    standing=Standing.OWN_CHOICE,
)


class HoldGround(StrEnum):
    """Why something may be kept past its limit; closed.

    That there may be a judicial reason is reported; the other grounds are the product's own
    choice, and a force may leave them out.
    """

    JUDICIAL = "judicial"
    INQUEST = "inquest"
    COMPLAINT = "complaint"
    REGULATOR = "regulator"
    DATA_SUBJECT_REQUEST = "data-subject-request"

    @property
    def meaning(self) -> str:
        """The ground in words."""
        return _GROUNDS[self]


_GROUNDS: Final = {
    HoldGround.JUDICIAL: "a court or tribunal, or proceedings that are brought or expected",
    HoldGround.INQUEST: "an inquest or a public inquiry",
    HoldGround.COMPLAINT: "a complaint or a conduct matter that is being looked into",
    HoldGround.REGULATOR: "an enquiry of the Information Commissioner or another regulator",
    HoldGround.DATA_SUBJECT_REQUEST: "a request of the person whose data it is",
}


def _keeps_judicial(grounds: tuple[HoldGround, ...]) -> tuple[HoldGround, ...]:
    if HoldGround.JUDICIAL in grounds:
        msg = "judicial cannot be left out: what a court needs must be there for it"
        raise ValueError(msg)
    return grounds


GroundsLeftOut: TypeAlias = Annotated[tuple[HoldGround, ...], AfterValidator(_keeps_judicial)]
"""Grounds on which a force places no hold."""


class HoldReview(Record):
    """A hold was looked at and is still needed.

    Attributes:
        by: account that looked.
        at: when.
        reason: why it is still needed.
        review_by: when it is looked at next.
    """

    by: Line
    at: Moment
    reason: Prose
    review_by: Moment


class HoldRelease(Record):
    """A hold was released: by which account, when and why."""

    by: Line
    at: Moment
    reason: Prose


class Hold(Record):
    """A legal hold; make one with `place_hold`.

    Attributes:
        id: names it.
        ground: why, of a closed list.
        reason: why, in words.
        authoriser: account that placed it.
        objects: what it keeps, by id.
        purpose: deployment or case of which it keeps everything.
        placed: when it was placed.
        review_by: when it is first to be looked at again.
        reviews: what came of that, in order.
        released: by whom, when and why, once it is.
    """

    id: Identifier
    ground: HoldGround
    reason: Prose
    authoriser: Line
    objects: tuple[Identifier, ...] = ()
    purpose: Identifier | None = None
    placed: Moment
    review_by: Moment
    reviews: tuple[HoldReview, ...] = ()
    released: HoldRelease | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if not self.objects and self.purpose is None:
            msg = "a hold names what it keeps: objects by id, or a deployment or case"
            raise ValueError(msg)
        if len(set(self.objects)) != len(self.objects):
            msg = "a hold names each object once"
            raise ValueError(msg)
        looks = [(self.placed, self.review_by), *((r.at, r.review_by) for r in self.reviews)]
        if any(review_by <= at for at, review_by in looks):
            msg = "a review date lies after the moment at which it is set"
            raise ValueError(msg)
        times = [at for at, _ in looks]
        if self.released is not None:
            times.append(self.released.at)
            if same_person(self.released.by, self.authoriser):
                msg = "whoever placed a hold does not release it"
                raise ValueError(msg)
        if times != sorted(times):
            msg = "a hold is placed, reviewed and released in this order"
            raise ValueError(msg)
        return self

    @property
    def next_review(self) -> datetime:
        """When it is to be looked at again."""
        return self.reviews[-1].review_by if self.reviews else self.review_by

    def is_active(self, now: datetime) -> bool:
        """Return whether it holds at `now`: from when it was made until it is released.

        A clock that was set back frees nothing.
        """
        return self.released is None or now < self.released.at

    def is_overdue(self, now: datetime) -> bool:
        """Return whether it holds although its review date has passed."""
        return self.is_active(now) and now >= self.next_review

    def keeps(self, object_id: str, purpose: str, now: datetime) -> bool:
        """Return whether it keeps an object of a deployment or case at `now`."""
        return self.is_active(now) and (object_id in self.objects or purpose == self.purpose)

    def review(
        self,
        *,
        by: str,
        at: datetime,
        reason: str,
        review_by: datetime,
        longest: timedelta = LONGEST_TO_REVIEW,
    ) -> Hold:
        """Return the hold with a later review date; it held in the meantime all the same.

        Raises:
            ClockError: when `at` is before what was recorded of it last.
            IllegalMoveError: when it is released already.
            RecordError: when a text cannot be used, or the date is past or too far ahead.
        """
        self._require_unreleased("reviewed", at)
        _require_in_reach(self.id, at, review_by, longest)
        entry = {"by": by, "at": at, "reason": reason, "review_by": review_by}
        review = HoldReview.read(entry, what=f"the review of hold {self.id}")
        return self.model_copy(update={"reviews": (*self.reviews, review)})

    def release(self, *, by: str, at: datetime, reason: str) -> Hold:
        """Return the hold as released.

        Raises:
            ClockError: when `at` is before what was recorded of it last.
            IllegalMoveError: when it is released already.
            NotPermittedError: when `by` placed it.
            RecordError: when a text cannot be used.
        """
        self._require_unreleased("released", at)
        if same_person(by, self.authoriser):
            msg = f"{by} placed hold {self.id} and may not release it. Another person must."
            raise NotPermittedError(msg)
        entry = {"by": by, "at": at, "reason": reason}
        release = HoldRelease.read(entry, what=f"the release of hold {self.id}")
        return self.model_copy(update={"released": release})

    def _require_unreleased(self, what: str, at: datetime) -> None:
        if self.released is not None:
            msg = (
                f"hold {self.id} was released on {_day(self.released.at)} by {self.released.by}, "
                f"so it cannot be {what}. Place another if it is needed."
            )
            raise IllegalMoveError(msg)
        last = self.reviews[-1].at if self.reviews else self.placed
        if at < last:
            msg = (
                f"hold {self.id} cannot be {what} at {at.isoformat()}, before {last.isoformat()}, "
                "when it was last looked at. Set the clock right."
            )
            raise ClockError(msg)


def place_hold(
    values: Mapping[str, Any],
    *,
    longest: timedelta = LONGEST_TO_REVIEW,
    left_out: Collection[HoldGround] = (),
) -> Hold:
    """Return a new hold.

    Args:
        values: of `Hold`, by field name.
        longest: how far ahead of its placing the review date may lie.
        left_out: grounds on which the force places none.

    Raises:
        RecordError: when a field is missing or wrong, the ground left out, or the review date too
            far ahead.
    """
    hold = Hold.read(values, what="the hold")
    if hold.ground in left_out:
        offered = ", ".join(one for one in HoldGround if one not in left_out)
        msg = (
            f"the hold cannot be used: the rules of the force leave out ground {hold.ground}. "
            f"Choose one of {offered}, or let it end with its term."
        )
        raise RecordError(msg)
    if hold.reviews or hold.released is not None:
        msg = "the hold cannot be used: a new hold is neither reviewed nor released."
        raise RecordError(msg)
    _require_in_reach(hold.id, hold.placed, hold.review_by, longest)
    return hold


def holds_on(
    object_id: str, purpose: str, holds: Iterable[Hold], now: datetime
) -> tuple[Hold, ...]:
    """Return the holds that keep an object of a deployment or case at `now`."""
    return tuple(hold for hold in holds if hold.keeps(object_id, purpose, now))


def is_held(object_id: str, purpose: str, holds: Iterable[Hold], now: datetime) -> bool:
    """Return whether any hold keeps an object of a deployment or case at `now`."""
    return any(hold.keeps(object_id, purpose, now) for hold in holds)


def require_not_held(object_id: str, purpose: str, holds: Iterable[Hold], now: datetime) -> None:
    """Let pass what no hold keeps.

    Raises:
        HeldError: names the holds, their grounds and who placed them; overdue ones as such.
    """
    found = holds_on(object_id, purpose, holds, now)
    if not found:
        return
    said = "; ".join(
        f"{hold.id} ({hold.ground}, placed by {hold.authoriser} on {_day(hold.placed)}"
        f"{', review overdue' if hold.is_overdue(now) else ''})"
        for hold in found
    )
    msg = (
        f"{object_id} of {purpose} is kept by legal hold {said}, so it was not destroyed. "
        "Have the hold released first, by another person than the one who placed it."
    )
    raise HeldError(msg)


def _require_in_reach(name: str, at: datetime, review_by: datetime, longest: timedelta) -> None:
    if not at < review_by <= at + longest:
        msg = (
            f"hold {name} cannot be looked at again on {_day(review_by)}. Choose a moment after "
            f"{at.isoformat()} and at most {longest.days} days ahead, by {_day(at + longest)}."
        )
        raise RecordError(msg)


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
