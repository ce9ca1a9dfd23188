"""How long a template lives after its comparison: measured, limited, and never beyond a second.

Templates of people who are not on the watchlist are to be deleted at once. The pipeline drops
crops and templates when their comparison returns; only this memory may keep a template longer,
for less than its lifetime, to tell that a face found again is the one just lost.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from workbench.faces.templates import Templates

__all__ = ["TemplateMemory"]

_MARGIN = 0.6
"""Templates go at this share of their lifetime, so that a late timer is not a late deletion."""
_SHORTEST_S = 0.01
"""Of a timer: where the clock is a test's own, it may stand still."""


@dataclass(slots=True, eq=False)
class _Kept:
    templates: dict[str, Templates]
    compared_s: float


class TemplateMemory:
    """One template a track and encoder, each gone within its lifetime of its comparison.

    A timer deletes them, so that they also go when a feed stops giving frames. The clock is that
    of the machine, not of the feed: a file that is read slowly does not lengthen a lifetime.
    """

    def __init__(
        self, lifetime_s: float, clock: Callable[[], float], *, timer: bool = True
    ) -> None:
        """Set the lifetime.

        Args:
            lifetime_s: seconds from comparison to deletion that may not be passed; 0 keeps none.
            clock: seconds, monotonic.
            timer: delete by a timer also between calls; a test with a clock of its own may not.
        """
        self._lifetime_s = lifetime_s
        self._clock = clock
        self._use_timer = timer
        self._kept: dict[int, _Kept] = {}
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._longest_s = 0.0
        self._overdue = 0

    def __len__(self) -> int:
        """Return for how many tracks a template is held."""
        return len(self._kept)

    @property
    def longest_s(self) -> float:
        """The longest time that any template lived after its comparison."""
        return self._longest_s

    @property
    def overdue(self) -> int:
        """How many templates outlived their lifetime; anything but 0 is a fault to look into."""
        return self._overdue

    def record_dropped(self, compared_s: float, count: int = 1) -> None:
        """Note that `count` templates compared at `compared_s` were dropped just now."""
        age = self._clock() - compared_s
        self._longest_s = max(self._longest_s, age)
        if age > self._lifetime_s > 0:
            self._overdue += count

    def keep(self, track: int, templates: Mapping[str, Templates], compared_s: float) -> None:
        """Keep a track's newest template, one row for each encoder, in place of an older one."""
        if self._lifetime_s <= 0:
            return
        with self._lock:
            self._drop(track)
            self._kept[track] = _Kept(dict(templates), compared_s)
            if self._use_timer and self._timer is None:
                self._start_timer()

    def recall(self, track: int) -> Mapping[str, Templates] | None:
        """Return the template of a track while it may live, and nothing afterwards."""
        self.expire()
        with self._lock:
            kept = self._kept.get(track)
            return None if kept is None else kept.templates

    def tracks(self) -> list[int]:
        """Return the tracks for which a template is held."""
        self.expire()
        with self._lock:
            return list(self._kept)

    def forget(self, track: int) -> None:
        """Drop the template of a track: it ended, or an alert settled who it is."""
        with self._lock:
            self._drop(track)

    def expire(self) -> None:
        """Drop every template whose time has come."""
        limit = self._clock() - _MARGIN * self._lifetime_s
        with self._lock:
            for track in [t for t, kept in self._kept.items() if kept.compared_s <= limit]:
                self._drop(track)

    def clear(self) -> None:
        """Drop everything and stop the timer."""
        with self._lock:
            for track in list(self._kept):
                self._drop(track)
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def _drop(self, track: int) -> None:
        kept = self._kept.pop(track, None)
        if kept is not None:
            self.record_dropped(kept.compared_s)

    def _start_timer(self) -> None:
        """Have the timer go off when the oldest template's time has come; the first is the oldest.

        A timer that looked now and then would leave a busy machine that much less time to be late.
        """
        oldest_s = next(iter(self._kept.values())).compared_s
        left_s = oldest_s + _MARGIN * self._lifetime_s - self._clock()
        self._timer = threading.Timer(max(left_s, _SHORTEST_S), self._on_timer)
        self._timer.daemon = True
        self._timer.start()

    def _on_timer(self) -> None:
        self.expire()
        with self._lock:
            self._timer = None
            if self._kept:
                self._start_timer()
