"""A feed that remembers when each of its frames was, and nothing of what they showed."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.feeds.frames import Feed, Frame
from workbench.feeds.wrapped import WrappedFeed

__all__ = ["TimedFeed"]


class TimedFeed(WrappedFeed):
    """Another feed, with the times of the frames that it gave.

    Attributes:
        times: time in the feed of each frame, seconds, by its index.
    """

    def __init__(self, feed: Feed) -> None:
        """Take over the feed."""
        super().__init__(feed)
        self.times: dict[int, float] = {}

    def frames(self) -> Iterator[Frame]:
        """Give the frames in order."""
        for frame in self._feed.frames():
            self.times[frame.index] = frame.time_s
            yield frame
