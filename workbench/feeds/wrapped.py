"""A feed made of another: what is the same of both."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.closing import ClosedAtTheEnd
from workbench.feeds.frames import Feed, Frame

__all__ = ["WrappedFeed"]


class WrappedFeed(ClosedAtTheEnd):
    """Another feed as it is, closed with this one; whoever inherits changes what differs."""

    def __init__(self, feed: Feed) -> None:
        """Take over the feed."""
        self._feed = feed

    @property
    def name(self) -> str:
        """Return its name."""
        return self._feed.name

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height of its frames in pixels."""
        return self._feed.size

    @property
    def fps(self) -> float | None:
        """Return its nominal frames a second."""
        return self._feed.fps

    @property
    def frame_count(self) -> int | None:
        """Return an estimate of how many frames there are."""
        return self._feed.frame_count

    @property
    def live(self) -> bool:
        """Return whether frames come as they happen."""
        return self._feed.live

    @property
    def damage(self) -> str | None:
        """Return what of it could not be read."""
        return self._feed.damage

    def frames(self) -> Iterator[Frame]:
        """Give its frames in order."""
        return self._feed.frames()

    def close(self) -> None:
        """Close it."""
        self._feed.close()
