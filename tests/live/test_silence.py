"""A camera that falls silent holds up nobody's look, and nothing that is still to be shown."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.live.test_pipeline import ListFeed, SquareAnalyser, standing
from tests.live.test_steady import drawn, searching
from workbench.feeds.frames import Frame
from workbench.live.reading import ReadAhead
from workbench.settings import LiveSettings

BEFORE = 12
SETTINGS = LiveSettings(
    lost_s=0.3, redaction_hold_s=0.3, compare_interval_s=5.0, min_comparisons=1, cooldown_s=1.0
)
"""Nobody is compared before the silence: after the first frame, which shows nobody confirmed yet,
the next comparison is five seconds away."""


class FallsSilent(ListFeed):
    """A camera that gives its frames, then nothing until it is told to go on; it keeps none."""

    live = True

    def __init__(self, frames: list[Frame], more: list[Frame]) -> None:
        super().__init__(frames)
        self._more = more
        self.goes_on = threading.Event()

    def frames(self) -> Iterator[Frame]:
        while self._frames:
            time.sleep(0.02)
            yield self._frames.pop(0)
        assert self.goes_on.wait(20)
        while self._more:
            time.sleep(0.02)
            yield self._more.pop(0)


@pytest.mark.slow
def test_who_was_in_view_is_compared_and_all_is_shown_while_nothing_comes() -> None:
    analyser = SquareAnalyser()
    before = drawn(analyser, standing(1, BEFORE))
    images = [weakref.ref(frame.image) for frame in before]
    later = [
        replace(frame, index=frame.index + BEFORE, time_s=frame.time_s + 60)
        for frame in drawn(analyser, standing(1, BEFORE))
    ]
    feed = FallsSilent(before, later)
    del before
    shown: list[int] = []
    alerts: list[float] = []
    in_silence: list[tuple[int, int, int]] = []

    def go_on() -> None:
        deadline = time.monotonic() + 15
        while (len(shown) < BEFORE or not alerts) and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.2)
        gc.collect()
        in_silence.append((len(shown), len(alerts), sum(one() is not None for one in images)))
        feed.goes_on.set()

    watching = threading.Thread(target=go_on)
    watching.start()
    result = searching(analyser, SETTINGS).run(
        feed,  # type: ignore[arg-type]
        on_frame=lambda picture: shown.append(picture.index),
        on_alert=lambda alert: alerts.append(alert.time_s),
    )
    watching.join()
    assert in_silence == [(BEFORE, 1, 0)]
    assert shown == list(range(2 * BEFORE))
    # Whoever stands there afterwards is somebody new.
    assert (result.tracks, result.frames) == (2, 2 * BEFORE)


class Slow(ListFeed):
    """A feed that takes long for each frame, and for its end."""

    def frames(self) -> Iterator[Frame]:
        for frame in super().frames():
            time.sleep(0.4)
            yield frame
        time.sleep(0.4)


@pytest.mark.slow
@pytest.mark.parametrize(("live", "expected"), [(True, [0, 1, 2]), (False, [])])
def test_each_silence_is_told_once_and_none_of_a_file(*, live: bool, expected: list[int]) -> None:
    feed = Slow(drawn(SquareAnalyser(), standing(1, 2)))
    feed.live = live
    ahead = ReadAhead(feed)  # type: ignore[arg-type]
    taken: list[int] = []
    calls: list[int] = []
    ahead.tell_silence(0.1, lambda: calls.append(len(taken)))
    taken.extend(frame.index for frame in ahead.frames())
    assert taken == [0, 1]
    assert calls == expected
