"""Reading ahead: a file loses no frame, a live feed its oldest ones, and nothing hangs."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from workbench.errors import FeedError
from workbench.feeds.frames import Frame
from workbench.live.reading import MOST_AHEAD, MOST_LIVE, ReadAhead, drops_of

WAIT_S = 20.0


class CountedFeed:
    """Frames that are made as they are asked for; says when some number was made."""

    name, damage, fps, size = "counted", None, 25.0, (4, 4)

    def __init__(self, frames: int, *, live: bool = False, fails_at: int | None = None) -> None:
        self.frame_count = frames
        self.live = live
        self.drops = 0
        self.made = 0
        self.closed = 0
        self.over = threading.Event()
        self._fails_at = fails_at

    def frames(self) -> Iterator[Frame]:
        try:
            for index in range(self.frame_count):
                if index == self._fails_at:
                    message = "the camera is gone."
                    raise FeedError(message)
                self.made += 1
                yield Frame(index, index / 25, np.zeros((4, 4, 3), np.uint8))
        finally:
            self.closed += 1
            self.over.set()

    def close(self) -> None:
        """Do nothing."""


def reading(feed: CountedFeed) -> ReadAhead:
    return ReadAhead(feed)  # type: ignore[arg-type]


def test_every_frame_of_a_file_comes_in_order() -> None:
    feed = CountedFeed(200)
    ahead = reading(feed)
    assert [frame.index for frame in ahead.frames()] == list(range(200))
    assert (ahead.drops, feed.closed) == (0, 1)


def test_an_empty_file_ends_at_once() -> None:
    assert list(reading(CountedFeed(0)).frames()) == []


def test_a_file_is_read_no_further_than_it_may_be() -> None:
    feed = CountedFeed(100)
    ahead = reading(feed)
    most = 0
    for frame in ahead.frames():
        # One frame is searched, one is at hand to the reader, the others wait.
        most = max(most, feed.made - frame.index)
        assert len(ahead) <= MOST_AHEAD
    assert most <= MOST_AHEAD + 2


def test_a_live_feed_drops_its_oldest_frames_and_counts_them() -> None:
    feed = CountedFeed(50, live=True)
    ahead = reading(feed)
    frames = ahead.frames()
    first = next(frames).index
    # The feed goes on while this frame is searched.
    assert feed.over.wait(WAIT_S)
    rest = [frame.index for frame in frames]
    assert rest == [48, 49] or (first == 48 and rest == [49])
    assert 1 + len(rest) + ahead.drops == 50
    assert len(rest) <= MOST_LIVE


def test_what_the_feed_dropped_itself_counts_as_well() -> None:
    feed = CountedFeed(3, live=True)
    feed.drops = 7
    assert drops_of(reading(feed)) == 7
    assert drops_of(object()) == 0


def test_what_came_before_a_failure_is_given_first() -> None:
    frames = reading(CountedFeed(9, fails_at=4)).frames()
    assert [next(frames).index for _ in range(4)] == [0, 1, 2, 3]
    with pytest.raises(FeedError, match="camera is gone"):
        next(frames)


def test_leaving_early_ends_the_thread_and_frees_the_feed() -> None:
    feed = CountedFeed(10_000)
    ahead = reading(feed)
    for frame in ahead.frames():
        if frame.index == 3:
            break
    ahead.close()
    assert feed.closed == 1
    assert len(ahead) == 0
    assert feed.made < 20


@pytest.mark.slow
def test_whoever_waits_for_a_camera_that_hangs_is_woken() -> None:
    hang, ended = threading.Event(), threading.Event()

    class Hanging(CountedFeed):
        def frames(self) -> Iterator[Frame]:
            yield Frame(0, 0.0, np.zeros((4, 4, 3), np.uint8))
            hang.wait(WAIT_S)

    ahead = reading(Hanging(2, live=True))
    frames = ahead.frames(ended.is_set)
    assert next(frames).index == 0

    def end() -> None:
        ended.set()
        ahead.wake()

    threading.Timer(0.05, end).start()
    assert list(frames) == []
    hang.set()
