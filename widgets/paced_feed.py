"""A recording played no faster than it was taken, as a camera would give it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from workbench.closing import ClosedAtTheEnd
from workbench.feeds.frames import Feed, Frame

__all__ = ["PacedFeed"]


class PacedFeed(ClosedAtTheEnd):
    """Plays a feed at its own speed; where whoever takes frames is slower, it waits for them.

    It is no live feed: nothing is lost, and a search of it that is paused goes on where it was.
    """

    live = False

    def __init__(self, feed: Feed) -> None:
        """Take over a feed, which is closed with this one."""
        self._feed = feed
        self._closed = threading.Event()

    @property
    def name(self) -> str:
        """What the feed is called."""
        return self._feed.name

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of its frames in pixels."""
        return self._feed.size

    @property
    def fps(self) -> float | None:
        """Its nominal frames a second."""
        return self._feed.fps

    @property
    def frame_count(self) -> int | None:
        """An estimate of how many frames there are."""
        return self._feed.frame_count

    @property
    def damage(self) -> str | None:
        """What of it could not be read."""
        return self._feed.damage

    def frames(self) -> Iterator[Frame]:
        """Give its frames, none before its time has passed since the one before."""
        before: tuple[float, float] | None = None
        for frame in self._feed.frames():
            if before is not None:
                shown_s, at_s = before
                self._closed.wait(max(0.0, frame.time_s - shown_s - (time.monotonic() - at_s)))
            before = frame.time_s, time.monotonic()
            yield frame
            del frame

    def close(self) -> None:
        """Close the feed."""
        self._closed.set()
        self._feed.close()
