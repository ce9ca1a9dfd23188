"""A feed that remembers when each of its frames was, and nothing of what they showed."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Self

from workbench.feeds.frames import Feed, Frame

__all__ = ["TimedFeed"]


class TimedFeed:
    """Another feed, with the times of the frames that it gave.

    Attributes:
        times: time in the feed of each frame, seconds, by its index.
    """

    def __init__(self, feed: Feed) -> None:
        """Take the feed."""
        self._feed = feed
        self.times: dict[int, float] = {}

    @property
    def name(self) -> str:
        """Return its name."""
        return self._feed.name

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height in pixels."""
        return self._feed.size

    @property
    def fps(self) -> float | None:
        """Return the nominal frames a second."""
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
        """Return what of the feed could not be read."""
        return self._feed.damage

    def frames(self) -> Iterator[Frame]:
        """Give the frames in order."""
        for frame in self._feed.frames():
            self.times[frame.index] = frame.time_s
            yield frame

    def close(self) -> None:
        """Release what the feed holds."""
        self._feed.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
