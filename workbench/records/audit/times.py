"""Moments of entries: always in UTC, and never behind the entry before without a word on it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator

from workbench.errors import ClockError, UsageError
from workbench.governance.moments import spoken
from workbench.governance.text import Moment

__all__ = ["TOLERANCE", "UtcMoment", "not_before"]

TOLERANCE: Final = timedelta(seconds=5)
"""How far a clock may be behind the last entry before entries are refused; the product's choice.

Clocks of several machines that keep the same time differ by less.
"""


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        msg = "must lie in the years 1 to 9999"
        raise ValueError(msg) from None


UtcMoment: TypeAlias = Annotated[Moment, AfterValidator(_utc)]
"""A moment, turned to UTC."""


def not_before(last: datetime, now: datetime, *, tolerance: timedelta = TOLERANCE) -> datetime:
    """Return the time of the next entry: that of the clock, or of the last entry if later.

    Args:
        last: time of the last entry.
        now: what the clock says.
        tolerance: how far behind the clock may be.

    Raises:
        ClockError: when it is further behind than that.
        UsageError: when `now` has no time zone.
    """
    if now.tzinfo is None:
        msg = "the moment of an entry needs a time zone"
        raise UsageError(msg)
    if last - now > tolerance:
        behind = round((last - now).total_seconds())
        msg = (
            f"the clock says {spoken(now)}, the record's last entry is of {spoken(last)}, "
            f"{behind:,} s later. Set the clock; or, if it is right, have an administrator "
            "accept it with workbench audit accept-clock."
        )
        raise ClockError(msg)
    return max(last, now.astimezone(UTC))
