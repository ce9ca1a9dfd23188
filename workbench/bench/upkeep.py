"""Looking again, while a bench is open, whether anything in it has passed its limit.

Retention runs at every opening. A bench that stays open for days, as a notebook's does, would
read on what has come to its end since: so whoever does something in it has it looked at first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

__all__ = ["EVERY", "Upkeep"]

EVERY: Final = timedelta(seconds=10)
"""The least time between two looks; a look is one statement where nothing is due. Within it, an
alert is refused by its own limit, and a list and a case by the end of what covers them."""


class Upkeep:
    """Does something at most once in a while, by one thread at a time."""

    def __init__(self) -> None:
        """Do nothing until it is begun."""
        self._looked: datetime | None = None
        self._act: Callable[[], None] = lambda: None
        self._busy = threading.Lock()

    def begin(self, now: datetime, act: Callable[[], None]) -> None:
        """Begin after a look that was just taken.

        Args:
            now: when that was, by the clock of the bench.
            act: what is done at each look.
        """
        self._looked, self._act = now, act

    def look(self, now: datetime) -> None:
        """Do it, unless it was done a moment ago or another thread is at it.

        A clock that was set back counts as time that has passed: the log is what refuses to go on
        with it.
        """
        if self._looked is None or abs(now - self._looked) < EVERY:
            return
        if not self._busy.acquire(blocking=False):
            return
        try:
            self._looked = now
            self._act()
        finally:
            self._busy.release()
