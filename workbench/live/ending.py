"""The end of a search from outside: any thread may bring it, the first reason stays.

What goes wrong after a feed has ended, while the last looks are compared, is a fault all the same.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from workbench.governance.stopping import StopReason

__all__ = ["Ending"]


class Ending:
    """Whether a search is to end, and why.

    The search looks before each frame; a frame that it has begun it finishes. Whoever waits for
    the feed is woken by `tell`.
    """

    def __init__(self) -> None:
        """Begin with nothing to end."""
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._reason: StopReason | None = None
        self._told: list[Callable[[], None]] = []

    @property
    def reason(self) -> StopReason | None:
        """Why the search is to end; `None` while it is not."""
        return self._reason

    @property
    def is_cut_short(self) -> bool:
        """Whether it is to end before its feed does."""
        return self._reason is not None and not self._reason.is_whole

    def end(self, reason: StopReason) -> bool:
        """Have the search end before its next frame; return whether this was the first reason."""
        with self._lock:
            if self._reason is StopReason.FEED_ENDED and reason is StopReason.FAULT:
                self._reason = reason
            if self._reason is not None:
                return False
            self._reason = reason
            told = tuple(self._told)
        self._ended.set()
        for tell in told:
            tell()
        return True

    def tell(self, action: Callable[[], None]) -> None:
        """Have something called once at the end, by whoever brings it; at once if it is over."""
        with self._lock:
            if self._reason is None:
                self._told.append(action)
                return
        action()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for the end, at most so many seconds; return whether it came."""
        return self._ended.wait(timeout_s)
