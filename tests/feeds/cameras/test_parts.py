"""Waits, times and the few pictures that wait."""

from __future__ import annotations

import random
import threading

import pytest

from workbench.errors import UsageError
from workbench.feeds.cameras.backoff import Backoff
from workbench.feeds.cameras.clock import ArrivalClock
from workbench.feeds.cameras.newest import Newest
from workbench.settings import CameraSettings, load_settings


def test_waits_double_up_to_the_longest_and_differ() -> None:
    settings = CameraSettings(first_wait_s=1.0, longest_wait_s=5.0)
    waits = Backoff(settings, random.Random(1))
    drawn = [waits.wait_s(0.0) for _ in range(6)]
    for wait, most in zip(drawn, [1.0, 2.0, 4.0, 5.0, 5.0, 5.0], strict=True):
        assert most / 2 <= wait <= most
    assert len(set(drawn)) == len(drawn)


def test_only_a_camera_that_held_is_asked_soon_again() -> None:
    waits = Backoff(CameraSettings(first_wait_s=1.0, longest_wait_s=8.0), random.Random(1))
    for _ in range(3):
        waits.wait_s(0.5)
    assert waits.wait_s(5.0) > 2.0
    assert waits.wait_s(60.0) <= 1.0


def test_waits_that_shrink_are_refused() -> None:
    with pytest.raises(UsageError, match="longest_wait_s must not be below first_wait_s"):
        load_settings(camera={"first_wait_s": 5.0, "longest_wait_s": 1.0})


def test_a_burst_is_spread_by_the_cameras_own_times() -> None:
    clock = ArrivalClock()
    times = [clock.time(10.0 + i * 0.04, 1.0 + i * 1e-4) for i in range(5)]
    assert times[0] == pytest.approx(1.0)
    assert times[-1] <= 1.01
    late = [clock.time(10.2 + i * 0.04, 1.3) for i in range(3)]
    assert late == sorted(late)


def test_a_clock_that_is_off_is_followed_and_a_reconnection_leaves_its_gap() -> None:
    clock = ArrivalClock()
    for i in range(100):
        assert abs(clock.time(i * 0.03, i * 0.04) - i * 0.04) <= 0.5 + 0.04
    clock.connected()
    assert clock.time(0.0, 60.0) == 60.0


def test_a_camera_without_times_of_its_own_has_those_of_arrival() -> None:
    clock = ArrivalClock()
    assert [clock.time(None, at) for at in (0.0, 0.5, 0.5, 2.0)] == [0.0, 0.5, 0.501, 2.0]


def test_the_oldest_gives_way_and_is_counted() -> None:
    newest: Newest[int] = Newest(2)
    newest.put(0)
    newest.put(1)
    newest.put(2)
    newest.want()
    assert (len(newest), newest.drops) == (0, 0)
    for number in range(10):
        newest.put(number)
        assert len(newest) <= 2
    assert newest.drops == 8
    newest.want()
    assert [newest.take(0.0), newest.take(0.0), newest.take(0.0)] == [8, 9, None]


def test_the_end_wakes_whoever_waits() -> None:
    newest: Newest[int] = Newest(2)
    newest.want()
    found: list[int | None] = []
    waiting = threading.Thread(target=lambda: found.append(newest.take(60.0)))
    waiting.start()
    newest.end()
    waiting.join(10)
    assert found == [None]
    newest.put(3)
    assert len(newest) == 0
