"""How long each kind of data is kept, for which force, and what is due to be destroyed now.

Retention is not one number: forces differ, and each kind counts from another moment. A profile is
a table of limits with the source of each. A force may make a profile stricter, as long as people
can still decide on an alert; a laxer limit than the longest that was found published or reported
needs a written basis, and what is never stored, or ends with its case, has no laxer limit: a legal
hold is the way to keep one thing longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple, Self

from pydantic import model_validator

from workbench.governance.holds import Hold, holds_on
from workbench.governance.record import Record
from workbench.governance.sources import Source, Standing
from workbench.governance.text import Identifier, Line, Moment, Prose

__all__ = [
    "LEAST",
    "Due",
    "Held",
    "Kept",
    "Limit",
    "Profile",
    "RetentionClass",
    "RetentionPlan",
    "Upcoming",
    "plan",
]


class RetentionClass(StrEnum):
    """Kinds of data that are kept for different times; each has data keys of its own."""

    NON_MATCH = "non-match"
    WATCHLIST = "watchlist"
    ALERT = "alert"
    CASE = "case"
    EVALUATION_SET = "evaluation-set"
    COLLECTION = "collection"
    CCTV = "cctv"
    AUDIT_LOG = "audit-log"

    @property
    def counts_from_end(self) -> bool:
        """Whether its limit counts from when its purpose ended, not from when it was made."""
        return self in _FROM_THE_END

    @property
    def starts_from(self) -> str:
        """The moment from which its limit counts, in words."""
        return _STARTS[self]


_FROM_THE_END: Final = frozenset(
    {
        RetentionClass.WATCHLIST,
        RetentionClass.CASE,
        RetentionClass.EVALUATION_SET,
        RetentionClass.COLLECTION,
    }
)
_STARTS: Final = {
    RetentionClass.NON_MATCH: "its comparison",
    RetentionClass.WATCHLIST: "the deployment's end, whether closed, cancelled, expired or refused",
    RetentionClass.ALERT: "being raised",
    RetentionClass.CASE: "the case's end, whether closed, expired or refused",
    RetentionClass.EVALUATION_SET: "the end that was set for it",
    RetentionClass.COLLECTION: "the end that was set for it",
    RetentionClass.CCTV: "being recorded",
    RetentionClass.AUDIT_LOG: "being written",
}
_LAXEST: Final = {
    RetentionClass.NON_MATCH: timedelta(0),
    RetentionClass.WATCHLIST: timedelta(hours=24),
    RetentionClass.ALERT: timedelta(days=31),
    RetentionClass.CASE: timedelta(0),
    RetentionClass.EVALUATION_SET: timedelta(0),
    RetentionClass.COLLECTION: timedelta(0),
    RetentionClass.CCTV: timedelta(days=31),
}
_NEVER_LAXER: Final = frozenset({RetentionClass.NON_MATCH, RetentionClass.CASE})
LEAST: Final = {RetentionClass.ALERT: timedelta(hours=1)}
"""An alert that goes sooner is gone before anybody can decide on it. What counts from an end was
there until then; what matches nobody is never kept; and a force may record no footage at all."""
_LONGEST: Final = timedelta(days=3653)
"""Not even a written basis goes further; it also keeps dates within the calendar."""


class Limit(Record):
    """How long one class is kept.

    Attributes:
        retention: the class.
        keep: at most this long after the moment that the class counts from; `None` is for the
            audit log alone, which is kept as long as the bench.
        source: where the limit comes from.
        basis: what allows a laxer limit than any found published or reported; needed for one.
    """

    retention: RetentionClass
    keep: timedelta | None
    source: Source
    basis: Prose | None = None

    @model_validator(mode="after")
    def _is_allowed(self) -> Self:
        name, laxest = self.retention.value, _LAXEST.get(self.retention)
        if laxest is None:
            if self.keep is not None:
                msg = f"{name} has no limit, for it outlives what it tells of; leave keep empty"
                raise ValueError(msg)
            return self
        if self.keep is None or not timedelta(0) <= self.keep <= _LONGEST:
            msg = f"{name} needs a limit from 0 to {_span(_LONGEST)}"
            raise ValueError(msg)
        least = LEAST.get(self.retention)
        if least is not None and self.keep < least:
            msg = (
                f"{name} kept for {_span(self.keep)} would be destroyed before anybody could "
                f"decide on it; keep it for at least {_span(least)} from {self.starts_from}"
            )
            raise ValueError(msg)
        never = self.retention in _NEVER_LAXER
        if self.keep > laxest and (self.basis is None or never):
            way = (
                "place a legal hold on what must stay longer"
                if never
                else "shorten it, or state the basis"
            )
            msg = (
                f"{name} goes within {_span(laxest)} of {self.starts_from}, "
                f"not {_span(self.keep)}; {way}"
            )
            raise ValueError(msg)
        return self

    @property
    def starts_from(self) -> str:
        """The moment from which it counts, in words."""
        return self.retention.starts_from


class Profile(Record):
    """The limits of one force: exactly one for each class."""

    name: Line
    limits: tuple[Limit, ...]

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        classes = [limit.retention for limit in self.limits]
        absent = ", ".join(name for name in RetentionClass if name not in classes)
        if absent or len(classes) != len(RetentionClass):
            what = f"none for {absent}" if absent else "two for one"
            msg = f"a profile has one limit for each class, but this has {what}"
            raise ValueError(msg)
        return self

    def limit(self, retention: RetentionClass) -> Limit:
        """Return the limit of a class."""
        return next(limit for limit in self.limits if limit.retention == retention)

    def with_limits(self, name: str, *limits: Limit) -> Profile:
        """Return a profile of that name in which some limits are replaced."""
        new = {limit.retention: limit for limit in (*self.limits, *limits)}
        return Profile(name=name, limits=tuple(new.values()))

    def keeping(
        self,
        name: str,
        spans: Mapping[str, object],
        *,
        where: str,
        basis: str | None = None,
    ) -> Profile:
        """Return a profile of that name in which a force keeps some classes as long as it says.

        Args:
            name: of the profile.
            spans: by class, a length of time; ISO 8601 will do, for example `P7D`.
            where: the document of the force that says so.
            basis: what allows limits that are laxer than any found published or reported.

        Raises:
            RecordError: when a class is unknown, or a limit cannot be.
        """
        said = {
            "text": "as long as the force itself has set",
            "where": where,
            "standing": Standing.AS_STATED,
        }
        limits = (
            Limit.read(
                {"retention": one, "keep": keep, "source": said, "basis": basis},
                what=f"the limit of {one}",
            )
            for one, keep in spans.items()
        )
        return self.with_limits(name, *limits)

    def due(self, kept: Kept) -> datetime | None:
        """Return when something is to be gone, or `None` while that has no date."""
        keep = self.limit(kept.retention).keep
        start = kept.ended if kept.retention.counts_from_end else kept.began
        return None if keep is None or start is None else start + keep


class Kept(Record):
    """Something that is kept and has a limit.

    Attributes:
        id: of the object.
        retention: its class; what matches nobody is never stored, so it is none of these.
        purpose: the deployment, case, collection or evaluation set it is kept for.
        began: when it was made: an alert raised, a list built, footage recorded.
        ended: when its purpose ended or is to end, whatever the end; `None` while unknown. A
            deployment's authority has an end from the start, so that a list of one that nobody
            closes is due all the same.
    """

    id: Identifier
    retention: RetentionClass
    purpose: Identifier
    began: Moment
    ended: Moment | None = None

    @model_validator(mode="after")
    def _may_be_kept(self) -> Self:
        if self.retention is RetentionClass.NON_MATCH:
            msg = "what matches nobody is never stored; what was found of it is a leftover"
            raise ValueError(msg)
        return self


class Due(NamedTuple):
    """Something whose limit is reached: due now, and for how long already."""

    kept: Kept
    due: datetime
    overdue: timedelta


class Held(NamedTuple):
    """Something that holds keep; `due` is when it would be gone without them."""

    kept: Kept
    due: datetime | None
    holds: tuple[Hold, ...]


class Upcoming(NamedTuple):
    """Something within its limit; `due` is `None` while its end is not known."""

    kept: Kept
    due: datetime | None


class RetentionPlan(NamedTuple):
    """What is to happen to each thing kept, as of one moment: each is in one of the three.

    Attributes:
        now: that moment.
        due: to be destroyed now, longest overdue first.
        held: kept by legal holds, due or not.
        upcoming: not yet due, next first; those without a date last.
    """

    now: datetime
    due: tuple[Due, ...]
    held: tuple[Held, ...]
    upcoming: tuple[Upcoming, ...]

    @property
    def holds_to_review(self) -> tuple[Hold, ...]:
        """The holds that keep something although their review date has passed."""
        found = {hold.id: hold for one in self.held for hold in one.holds}
        return tuple(hold for hold in found.values() if hold.is_overdue(self.now))


def plan(
    kept: Iterable[Kept], holds: Iterable[Hold], profile: Profile, now: datetime
) -> RetentionPlan:
    """Say what is due at `now`; exactly at its limit a thing is due.

    Nothing that a hold keeps is due, however long overdue its review is; everything else at or
    past its limit is.

    Args:
        kept: all that is kept.
        holds: all holds, released ones too.
        profile: the limits.
        now: the moment, with time zone.
    """
    active = tuple(hold for hold in holds if hold.is_active(now))
    due: list[Due] = []
    held: list[Held] = []
    upcoming: list[Upcoming] = []
    for one in kept:
        at = profile.due(one)
        keeping = holds_on(one.id, one.purpose, active, now)
        if keeping:
            held.append(Held(one, at, keeping))
        elif at is not None and at <= now:
            due.append(Due(one, at, now - at))
        else:
            upcoming.append(Upcoming(one, at))
    return RetentionPlan(
        now=now,
        due=tuple(sorted(due, key=lambda one: (one.due, one.kept.id))),
        held=tuple(sorted(held, key=lambda one: one.kept.id)),
        upcoming=tuple(
            sorted(upcoming, key=lambda one: (one.due is None, one.due or now, one.kept.id))
        ),
    )


def _span(time: timedelta) -> str:
    """Return a length of time as people say it."""
    days, rest = divmod(time, timedelta(days=1))
    if days > 1 and not rest:
        return f"{days} days"
    hours, rest = divmod(time, timedelta(hours=1))
    return str(time) if rest else f"{hours} {'hour' if hours == 1 else 'hours'}"
