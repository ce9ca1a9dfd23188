"""How long a name has to wait after failed attempts to log in.

The figures are the product's own choice; that repeated failures are slowed down is asked for by
NIST SP 800-63B, 5.2.2 (2017). One waits rather than being locked out: a locked account needs
somebody to open it, and anybody could lock it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from workbench.governance.record import Record
from workbench.governance.text import Moment

__all__ = ["BackOff", "Failures"]

_MANY = 1_000_000
_Span = Annotated[timedelta, Field(gt=timedelta(0))]


class Failures(Record):
    """How often in a row it failed, and when last."""

    count: Annotated[int, Field(ge=1, le=_MANY)]
    last: Moment


class BackOff(Record):
    """When another attempt is taken.

    Attributes:
        attempts: failures in a row from which one has to wait.
        first_wait: the wait then; it doubles with each further failure.
        longest_wait: what it never passes.
        memory: failures older than this are forgotten.
    """

    attempts: Annotated[int, Field(ge=1)] = 5
    first_wait: _Span = timedelta(seconds=30)
    longest_wait: _Span = timedelta(minutes=15)
    memory: _Span = timedelta(days=1)

    def open_from(self, failures: Failures | None, now: datetime) -> datetime | None:
        """Return when another attempt is taken, or `None` where that is now."""
        if failures is None or failures.count < self.attempts:
            return None
        further = min(failures.count - self.attempts, 20)
        moment = failures.last + min(self.first_wait * 2**further, self.longest_wait)
        return moment if now < moment else None

    def after_failure(self, failures: Failures | None, now: datetime) -> Failures:
        """Return what is known after one more failure."""
        known = 0 if failures is None else failures.count
        return Failures(count=min(known + 1, _MANY), last=now)

    def remembered(self, failures: Failures | None, now: datetime) -> Failures | None:
        """Return the failures as they count now.

        One that lies ahead shows that the clock was set back; it counts as of now, so that the
        wait neither lasts as long as the clock was wrong nor falls away.
        """
        if failures is None or now - failures.last > self.memory:
            return None
        return failures if failures.last <= now else Failures(count=failures.count, last=now)
