"""How many frames are under way, and who is waited for."""

from __future__ import annotations

import pytest

from widgets.frame_window import HEARD_S, MOST, PATIENCE_S, TRY_EVERY_S, FrameWindow


class Clock:
    """A clock that is turned by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def window(clock: Clock) -> FrameWindow:
    return FrameWindow(clock)


def test_nothing_is_sent_where_nobody_looks(window: FrameWindow) -> None:
    assert not window.is_open
    assert window.delay_s is None


def test_two_frames_are_under_way_and_no_third(window: FrameWindow) -> None:
    window.join("a")
    sent = []
    while window.is_open:
        sent.append(window.next_number())
    assert sent == [1, 2]
    assert window.under_way == MOST
    window.acknowledged("a", 1)
    assert window.is_open
    assert window.next_number() == 3
    assert not window.is_open


def test_the_slowest_view_is_waited_for(window: FrameWindow, clock: Clock) -> None:
    window.join("quick")
    window.join("slow")
    for number in (window.next_number(), window.next_number()):
        window.acknowledged("quick", number)
    assert not window.is_open
    clock.now += 0.4
    window.acknowledged("slow", 1)
    assert window.is_open
    assert window.delay_s == pytest.approx(0.4)


def test_an_acknowledgement_covers_what_was_sent_before(window: FrameWindow) -> None:
    window.join("a")
    window.next_number()
    window.acknowledged("a", window.next_number())
    assert window.under_way == 0


def test_a_view_that_is_gone_holds_up_nobody_and_may_come_back(
    window: FrameWindow, clock: Clock
) -> None:
    window.join("gone")
    window.join("here")
    window.acknowledged("here", window.next_number())
    window.acknowledged("here", window.next_number())
    assert not window.is_open
    clock.now += PATIENCE_S
    assert window.is_open, "the one that is there goes on"
    window.acknowledged("here", window.next_number())
    assert window.under_way == MOST, "nothing more is counted for one that does not follow"
    window.acknowledged("gone", 2)
    assert window.under_way == 0


def test_a_silent_view_gets_two_frames_a_second_at_most_and_comes_back_by_itself(
    window: FrameWindow, clock: Clock
) -> None:
    window.join("silent")
    window.next_number()
    window.next_number()
    clock.now += PATIENCE_S
    tried = []
    for _ in range(40):
        clock.now += 0.25
        if window.is_open:
            tried.append(window.next_number())
    assert len(tried) == pytest.approx(10 / TRY_EVERY_S, abs=1)
    assert window.under_way == MOST
    window.acknowledged("silent", tried[-1])
    assert window.is_open
    assert window.under_way == 0


def test_one_that_was_given_up_and_speaks_again_gets_frames_again(
    window: FrameWindow, clock: Clock
) -> None:
    window.join("hidden")
    window.next_number()
    clock.now += 100
    window.leave("hidden")
    assert not window.is_open
    window.heard("hidden")
    assert window.is_open


def test_where_the_only_view_is_gone_nothing_is_sent(window: FrameWindow, clock: Clock) -> None:
    window.join("gone")
    window.next_number()
    clock.now += HEARD_S
    assert not window.is_open
    window.leave("gone")
    assert not window.is_open
    assert window.under_way == 0


def test_one_that_acknowledges_is_one_that_looks(window: FrameWindow) -> None:
    window.acknowledged("unknown", 7)
    assert window.is_open
