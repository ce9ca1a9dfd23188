"""A recording played no faster than it was taken, as a camera would give it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from workbench.feeds.frames import Feed, Frame
from workbench.feeds.wrapped import WrappedFeed

__all__ = ["PacedFeed"]


class PacedFeed(WrappedFeed):
    """Plays a feed at its own speed; where whoever takes frames is slower, it waits for them.

    It is no live feed: nothing is lost, and a search of it that is paused goes on where it was.
    """

    def __init__(self, feed: Feed) -> None:
        """Take over a feed, which is closed with this one."""
        super().__init__(feed)
        self._closed = threading.Event()

    @property
    def live(self) -> bool:
        """Whether frames are lost unless taken: never."""
        return False

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
        super().close()
