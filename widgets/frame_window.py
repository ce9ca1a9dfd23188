"""How far the browsers are behind: at most two frames that a view has not acknowledged."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import Final

__all__ = ["FrameWindow"]

MOST: Final = 2
"""Frames under way to a view; with one, the line would idle while the acknowledgement travels."""
PATIENCE_S: Final = 5.0
"""A view that acknowledged nothing for so long is not waited for until it does again."""

TRY_EVERY_S: Final = 0.5
"""How often a frame is tried where all views are silent, so at most two a second."""
HEARD_S: Final = 20.0
"""Pages say every five seconds that they are there; a hidden one may do so once a minute."""


class FrameWindow:
    """Counts what is under way to each view. From any thread.

    A view that is hidden or slow keeps nobody waiting for longer than `PATIENCE_S`. While none
    follows, one frame is tried each `TRY_EVERY_S`, as long as some view has said anything lately:
    where frames or acknowledgements were lost on the way, the picture comes back by itself. Where
    nobody has spoken for `HEARD_S`, nothing is sent, so nothing queues up for a page that is gone.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin without a view."""
        self._clock = clock
        self._changed = threading.Condition()
        self._under_way: dict[str, dict[int, float]] = {}
        self._number = 0
        self._delays: dict[str, float] = {}
        self._heard: dict[str, float] = {}
        self._sent = -math.inf

    def join(self, view: str) -> None:
        """Let a view follow from the next frame on."""
        with self._changed:
            self._under_way[view] = {}
            self._heard[view] = self._clock()
            self._changed.notify_all()

    def heard(self, view: str) -> None:
        """Note that a view has said anything; one nobody knows follows now."""
        with self._changed:
            self._under_way.setdefault(view, {})
            self._heard[view] = self._clock()
            self._changed.notify_all()

    def leave(self, view: str) -> None:
        """Wait for a view no more."""
        with self._changed:
            self._under_way.pop(view, None)
            self._delays.pop(view, None)
            self._heard.pop(view, None)
            self._changed.notify_all()

    def acknowledged(self, view: str, number: int) -> None:
        """Note that a view has drawn a frame, or passed it over; one nobody knows follows now."""
        with self._changed:
            waiting = self._under_way.setdefault(view, {})
            self._heard[view] = self._clock()
            sent = waiting.get(number)
            if sent is not None:
                self._delays[view] = self._clock() - sent
            # Messages keep their order, so what was sent before has come as well.
            self._under_way[view] = {one: at for one, at in waiting.items() if one > number}
            self._changed.notify_all()

    @property
    def is_open(self) -> bool:
        """Whether a frame is to be sent.

        It is where some view follows and none that follows has its two frames under way, and where
        none follows but one was heard, if nothing was tried in the last half second.
        """
        now = self._clock()
        with self._changed:
            following = [waiting for waiting in self._under_way.values() if _follows(waiting, now)]
            if following:
                return all(len(waiting) < MOST for waiting in following)
            heard = any(now - at < HEARD_S for at in self._heard.values())
            return heard and now - self._sent >= TRY_EVERY_S

    @property
    def under_way(self) -> int:
        """The most frames under way to any one view."""
        with self._changed:
            return max(map(len, self._under_way.values()), default=0)

    @property
    def delay_s(self) -> float | None:
        """Seconds from sending to acknowledgement, of the slowest view's last frame."""
        with self._changed:
            return max(self._delays.values(), default=None)

    def next_number(self) -> int:
        """Take the number of a frame that is sent to all views now."""
        with self._changed:
            self._number += 1
            now = self._sent = self._clock()
            for waiting in self._under_way.values():
                # Those that do not follow get it as well; that they are behind is known already.
                if len(waiting) < MOST:
                    waiting[self._number] = now
            return self._number

    def wait(self, timeout_s: float) -> None:
        """Wait until something changes, at most so long."""
        with self._changed:
            self._changed.wait(timeout_s)

    def wake(self) -> None:
        """Have whoever waits look again."""
        with self._changed:
            self._changed.notify_all()


def _follows(waiting: dict[int, float], now: float) -> bool:
    return not waiting or now - min(waiting.values()) < PATIENCE_S
