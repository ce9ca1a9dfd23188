"""A recording that is played at its own speed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from drawn_faces import DrawnFeed

from widgets import paced_feed
from widgets.paced_feed import PacedFeed
from workbench.feeds.frames import Feed


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Take note of each wait of a feed, and of no other thread's, and let no time pass."""
    waits: list[float] = []

    class Closed(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            assert timeout is not None
            waits.append(timeout)
            return False

    monkeypatch.setattr(paced_feed, "threading", SimpleNamespace(Event=Closed))
    return waits


def test_it_is_a_feed_like_the_one_it_plays() -> None:
    with PacedFeed(DrawnFeed(4)) as feed:  # type: ignore[arg-type]
        assert isinstance(feed, Feed)
        assert (feed.name, feed.size, feed.fps, feed.frame_count) == ("drawn", (160, 160), 25.0, 4)
        assert feed.damage is None
        assert not feed.live, "a search that is paused goes on where it was"


def test_each_frame_waits_for_its_time(waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    now: Iterator[float] = iter(range(1000))
    monkeypatch.setattr(paced_feed, "time", SimpleNamespace(monotonic=lambda: next(now) / 1000))
    feed = PacedFeed(DrawnFeed(3))  # type: ignore[arg-type]
    assert [frame.index for frame in feed.frames()] == [0, 1, 2]
    assert waits == pytest.approx([0.039, 0.039])


def test_one_that_is_late_does_not_wait(
    waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    now: Iterator[float] = iter(range(1000))
    monkeypatch.setattr(paced_feed, "time", SimpleNamespace(monotonic=lambda: float(next(now))))
    assert len(list(PacedFeed(DrawnFeed(3)).frames())) == 3  # type: ignore[arg-type]
    assert waits == [0.0, 0.0]
