"""More people walk by than can be compared: what waits is bounded, and who was left out is said."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

import pytest

from tests.live.test_pipeline import ListFeed, People, SquareAnalyser
from tests.live.test_steady import drawn, searching
from workbench.arrays import ImageArray
from workbench.faces.templates import Templates
from workbench.feeds.frames import Frame
from workbench.live import LiveStatus
from workbench.settings import LiveSettings

PASSING = 60
EVERY = 4
"""Frames between two who come."""
STAYS = 12
SETTINGS = LiveSettings(
    longest_wait_s=0.4, lost_s=0.2, redaction_hold_s=0.2, compare_interval_s=0.1
)


class Street(ListFeed):
    """A camera four times as fast as its clock says."""

    live = True

    def frames(self) -> Iterator[Frame]:
        for frame in super().frames():
            time.sleep(0.01)
            yield frame


class SlowEncoder(SquareAnalyser):
    """Encodes far slower than people come."""

    def __init__(self, crop_s: float) -> None:
        super().__init__()
        self._crop_s = crop_s

    def encode_crops(self, crops: Mapping[str, ImageArray]) -> dict[str, Templates]:
        time.sleep(self._crop_s * len(crops["sface"]))
        return super().encode_crops(crops)


def street() -> list[People]:
    """Strangers who step into view one after the other, and are gone a moment later."""
    steps: list[People] = [[] for _ in range(PASSING * EVERY + STAYS)]
    for one in range(PASSING):
        place = (30.0 + 50 * (one % 6), 40.0 + 50 * (one // 6 % 4))
        for frame in range(one * EVERY, one * EVERY + STAYS):
            steps[frame].append((3 + one % 5, place, 0.95))
    return steps


@pytest.mark.slow
def test_who_left_and_waited_too_long_is_dropped_and_counted() -> None:
    analyser = SlowEncoder(0.15)
    search = searching(analyser, SETTINGS)
    states: list[LiveStatus] = []
    result = search.run(
        Street(drawn(analyser, street())),  # type: ignore[arg-type]
        on_frame=lambda _frame: states.append(search.status()),
    )
    assert result.uncompared > PASSING // 3
    assert search.status().uncompared == result.uncompared
    assert [one.uncompared for one in states] == sorted(one.uncompared for one in states)
    # Those in view and those of the last half second, two looks each.
    assert max(one.queue_depths["crops"] for one in states) < PASSING
    assert result.faces_seen > result.uncompared


@pytest.mark.slow
def test_a_file_leaves_nobody_out_however_slow_the_search() -> None:
    analyser = SlowEncoder(0.015)
    result = searching(analyser, SETTINGS).run(
        ListFeed(drawn(analyser, street()))  # type: ignore[arg-type]
    )
    assert result.uncompared == 0
    assert result.comparisons >= result.faces_seen == PASSING
