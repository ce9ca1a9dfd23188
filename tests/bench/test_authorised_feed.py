"""A feed under an authority: it ends by the clock, by the records, and when a camera hangs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from live_values import FramesFeed
from threads_left import threads_left, threads_now

from workbench.bench.authorised_feed import AuthorisedFeed
from workbench.errors import FeedError, StoreError
from workbench.feeds import Feed, Frame
from workbench.governance.stopping import StopReason
from workbench.live.ending import Ending
from workbench.live.reading import MOST_AHEAD

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
TICK_S = 0.02


class Turned:
    """A clock that tests turn."""

    now = NOON - timedelta(hours=1)

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now


def frames(count: int = 10) -> list[Frame]:
    """Draw frames."""
    return [Frame(n, n / 25, np.full((4, 6, 3), n % 256, np.uint8)) for n in range(count)]


def authorised(
    feed: FramesFeed,
    clock: Turned | None = None,
    look: Callable[[], StopReason | None] = lambda: None,
    tick_s: float = TICK_S,
) -> tuple[AuthorisedFeed, Ending]:
    """Put a feed under an authority until noon."""
    ending = Ending()
    return AuthorisedFeed(
        feed,
        "gate",
        ending,
        until=lambda: NOON,
        look=look,
        clock=clock or Turned(),
        tick_s=tick_s,
    ), ending


def until(what: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + 10
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.fixture(autouse=True)
def _none_left() -> Iterator[None]:
    """Fail where a thread of a feed outlives its test."""
    ran_before = threads_now()
    yield
    until(lambda: threads_left(ran_before) == [])


def test_it_is_a_feed_by_the_deployments_name() -> None:
    inner = FramesFeed(frames())
    feed, _ = authorised(inner)
    assert isinstance(feed, Feed)
    assert (feed.name, feed.size, feed.fps, feed.frame_count) == ("gate", (6, 4), 12.5, 10)
    assert (feed.live, feed.damage, feed.taken) == (False, None, None)
    with feed:
        pass
    assert inner.closed.wait(5)


def test_all_frames_come_in_order_and_then_the_feed_has_ended() -> None:
    inner = FramesFeed(frames())
    feed, ending = authorised(inner)
    assert [frame.index for frame in feed.frames()] == list(range(10))
    assert ending.reason is StopReason.FEED_ENDED
    assert feed.taken == NOON - timedelta(hours=1)
    assert inner.closed.wait(5)


def test_an_empty_feed_ends_at_once() -> None:
    feed, ending = authorised(FramesFeed([]))
    assert list(feed.frames()) == []
    assert ending.reason is StopReason.FEED_ENDED


def test_no_more_frames_are_fetched_than_may_wait() -> None:
    inner = FramesFeed(frames(100))
    feed, _ = authorised(inner)
    for frame in feed.frames():
        time.sleep(0.001)
        # Besides those that wait, one is at hand to the thread that reads.
        assert inner.given <= frame.index + 1 + MOST_AHEAD + 1


@pytest.mark.parametrize("late_s", [0.0, 1e-6, 3600.0])
def test_the_frame_that_comes_at_the_end_of_the_authority_is_not_given(late_s: float) -> None:
    clock = Turned()
    inner = FramesFeed(frames())
    feed, ending = authorised(inner, clock, tick_s=3600.0)
    given = []
    for frame in feed.frames():
        given.append(frame.index)
        if frame.index == 5:
            until(lambda: inner.given > 6)
            clock.now = NOON + timedelta(seconds=late_s)
    assert given == list(range(6))
    assert ending.reason is StopReason.AUTHORITY_ENDED


def test_just_before_the_end_it_still_comes() -> None:
    clock = Turned()
    clock.now = NOON - timedelta(microseconds=1)
    feed, _ = authorised(FramesFeed(frames()), clock)
    assert len(list(feed.frames())) == 10


@pytest.mark.parametrize(
    "reason", [StopReason.WITHDRAWN, StopReason.CLOSED, StopReason.LIST_CHANGED]
)
def test_what_the_records_say_ends_it(reason: StopReason) -> None:
    said: list[StopReason | None] = [None]
    inner = FramesFeed(frames(1000), {5: lambda: (said.append(reason), time.sleep(0.2))})
    feed, ending = authorised(inner, look=lambda: said[-1])
    assert len(list(feed.frames())) == 5
    assert ending.reason is reason


def test_records_that_cannot_be_read_end_it() -> None:
    def fail() -> StopReason | None:
        message = "the records are gone"
        raise StoreError(message)

    feed, ending = authorised(FramesFeed(frames(), {3: lambda: time.sleep(0.2)}), look=fail)
    assert len(list(feed.frames())) <= 3
    assert ending.reason is StopReason.FAULT
    assert str(feed.fault) == "the records are gone"


def test_a_clock_that_tells_no_time_ends_it() -> None:
    class Broken(Turned):
        """Tells the time for a while."""

        def __call__(self) -> datetime:
            """Tell it, or fail."""
            if broken.is_set():
                message = "there is no time"
                raise OSError(message)
            return self.now

    broken, inner = threading.Event(), FramesFeed(frames(), hangs_at=1)
    feed, ending = authorised(inner, Broken())
    given = iter(feed.frames())
    next(given)
    broken.set()
    assert list(given) == []
    assert ending.reason is StopReason.FAULT
    assert isinstance(feed.fault, OSError)
    inner.goes_on.set()


@pytest.mark.parametrize("way", ["clock", "stop", "records"])
def test_a_camera_that_hangs_ends_all_the_same(way: str) -> None:
    clock = Turned()
    said: list[StopReason | None] = [None]
    inner = FramesFeed(frames(), hangs_at=2)
    feed, ending = authorised(inner, clock, lambda: said[-1])
    given: list[int] = []
    thread = threading.Thread(target=lambda: given.extend(f.index for f in feed.frames()))
    thread.start()
    assert inner.hangs.wait(10)
    until(lambda: len(given) == 2)
    if way == "clock":
        clock.now = NOON
    elif way == "stop":
        feed.close()
    else:
        said.append(StopReason.WITHDRAWN)
    thread.join(5)
    assert not thread.is_alive()
    assert given == [0, 1]
    assert inner.closed.wait(5)
    inner.goes_on.set()
    time.sleep(0.05)
    assert given == [0, 1]
    expected = {
        "clock": StopReason.AUTHORITY_ENDED,
        "stop": StopReason.STOPPED,
        "records": StopReason.WITHDRAWN,
    }
    assert ending.reason is expected[way]


@pytest.mark.slow
@pytest.mark.parametrize(("live", "expected"), [(True, [2]), (False, [])])
def test_a_camera_that_gives_nothing_for_a_while_is_told_of_once(
    *, live: bool, expected: list[int]
) -> None:
    feed = FramesFeed(frames(4), {2: lambda: time.sleep(0.8)})
    feed.live = live
    gate, _ = authorised(feed)
    taken: list[int] = []
    calls: list[int] = []
    gate.tell_silence(0.3, lambda: calls.append(len(taken)))
    with gate:
        taken.extend(frame.index for frame in gate.frames())
    assert taken[:2] == [0, 1]
    assert calls == expected


def test_a_feed_that_fails_ends_it_without_its_login() -> None:
    feed, ending = authorised(FramesFeed(frames(), fails_at=4))
    assert len(list(feed.frames())) == 4
    assert ending.reason is StopReason.FAULT
    assert isinstance(feed.fault, FeedError)
    assert str(feed.fault) == "rtsp://10.0.0.7/ch1: the camera is gone."


def test_a_decoder_that_raises_anything_else_is_a_feed_that_failed() -> None:
    def fail() -> None:
        message = "cannot decode rtsp://op:secret@10.0.0.7/ch1"
        raise ValueError(message)

    feed, _ = authorised(FramesFeed(frames(), {1: fail}))
    assert len(list(feed.frames())) == 1
    assert isinstance(feed.fault, FeedError)
    assert "ValueError" in str(feed.fault)
    assert "secret" not in str(feed.fault)


def test_what_could_not_be_read_is_told_without_a_login() -> None:
    inner = FramesFeed(frames())
    inner.damage = "rtsp://op:secret@10.0.0.7/ch1 lost 3 frames"
    with authorised(inner)[0] as feed:
        assert feed.damage == "rtsp://10.0.0.7/ch1 lost 3 frames"


def test_a_reader_that_stops_asking_leaves_no_thread() -> None:
    feed, _ = authorised(FramesFeed(frames()))
    for frame in feed.frames():
        if frame.index == 3:
            break
    feed.close()
    time.sleep(0.1)
    assert not [one for one in threading.enumerate() if one.name == "frames of gate"]
