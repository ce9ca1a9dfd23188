"""Crops of many tracks go in small batches, nobody is passed over, and a wait is not hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from tests.live.test_pipeline import (
    ListFeed,
    SquareAnalyser,
    SquareMatcher,
    standing,
    vector,
)
from tests.live.test_steady import searching
from workbench.arrays import FloatArray, ImageArray, IntArray
from workbench.faces.templates import Templates
from workbench.faces.types import Faces
from workbench.feeds.frames import Frame
from workbench.live.compared import Compared
from workbench.live.crops import HeldCrop
from workbench.live.track_work import MOST_AT_A_TIME
from workbench.settings import LiveSettings

ONE_BY_ONE = LiveSettings(overlap=False, skip_frames=0)
STEP_S = 0.04
PLACES = [(40.0 + 80 * column, 60.0 + 120 * row) for row in range(2) for column in range(4)]


class Counting(SquareAnalyser):
    """Notes how many crops each batch has."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[int] = []

    def encode_crops(self, crops: Mapping[str, ImageArray]) -> dict[str, Templates]:
        self.batches.append(len(crops["sface"]))
        return super().encode_crops(crops)


class FirstCompared:
    """Notes the frame in which each track was first compared."""

    def __init__(self) -> None:
        self.first: dict[int, int] = {}
        self._frame = 0

    def on_frame(self, frame: int, _tracks: IntArray, _boxes: FloatArray) -> None:
        self._frame = frame

    def on_scores(self, track: int, _scores: Any) -> None:
        self.first.setdefault(track, self._frame)

    def on_join(self, _number: int, _into: int) -> None:
        raise AssertionError


@pytest.mark.parametrize("people", [1, 4, 8])
def test_all_who_step_into_view_together_are_compared_one_small_batch_after_the_other(
    people: int,
) -> None:
    analyser, compared = Counting(), FirstCompared()
    steps = [[(5, place, 0.95) for place in PLACES[:people]] for _ in range(40)]
    raw = [analyser.draw(index, step) for index, step in enumerate(steps)]
    searching(analyser, ONE_BY_ONE).run(ListFeed(raw), observer=compared)  # type: ignore[arg-type]
    crops = ONE_BY_ONE.crops_per_comparison
    assert max(analyser.batches) == min(crops * people, MOST_AT_A_TIME)
    assert sorted(compared.first) == list(range(1, people + 1)), "everybody was compared"
    first, last = min(compared.first.values()), max(compared.first.values())
    # The second batch begins in the frame after the first, and is finished with the next one due.
    most = (
        0 if crops * people <= MOST_AT_A_TIME else 1 + round(ONE_BY_ONE.compare_interval_s / STEP_S)
    )
    assert last - first == most


def test_a_track_is_not_compared_more_often_because_others_wait() -> None:
    alone, among = Counting(), Counting()
    for analyser, people in ((alone, 1), (among, 8)):
        steps = [[(5, place, 0.95) for place in PLACES[:people]] for _ in range(100)]
        raw = [analyser.draw(index, step) for index, step in enumerate(steps)]
        result = searching(analyser, ONE_BY_ONE).run(ListFeed(raw))  # type: ignore[arg-type]
        assert result.comparisons == sum(analyser.batches)
    assert sum(among.batches) == 8 * sum(alone.batches)


def test_the_delay_of_an_alert_counts_from_the_first_look_that_waited() -> None:
    now = 0.0
    cut_at: list[float] = []

    class Ticking(ListFeed):
        def frames(self) -> Iterator[Frame]:
            nonlocal now
            for frame in super().frames():
                now = 10.0 * frame.time_s
                yield frame

    class Noting(SquareAnalyser):
        def crops(self, image: ImageArray, faces: Faces) -> dict[str, ImageArray]:
            cut_at.append(now)
            return super().crops(image, faces)

    analyser = Noting()
    raw = [analyser.draw(index, people) for index, people in enumerate(standing(1, 40))]
    search = searching(analyser, ONE_BY_ONE, clock=lambda: now)
    result = search.run(Ticking(raw))  # type: ignore[arg-type]
    (alert,) = result.alerts
    assert alert.latency_s == pytest.approx(10.0 * alert.time_s - cut_at[0])
    assert alert.latency_s > 10.0 * ONE_BY_ONE.compare_interval_s


def test_a_picture_of_more_people_than_a_batch_holds_is_compared_whole() -> None:
    analyser = Counting()
    crowd: Sequence[tuple[int, tuple[float, float], float]] = [
        (5, (30.0 + 45 * column, 30.0 + 45 * row), 0.95) for row in range(4) for column in range(6)
    ]
    result = searching(analyser, LiveSettings()).run(ListFeed([analyser.draw(0, crowd)]))  # type: ignore[arg-type]
    assert result.comparisons == len(crowd) == 24
    assert max(analyser.batches) == MOST_AT_A_TIME
    assert np.array(analyser.batches).sum() == 24


class AlikeMatcher(SquareMatcher):
    """Takes person 6 for person 1, by a score less."""

    def __init__(self) -> None:
        super().__init__()
        self.listed = {"person 1": 0.99 * vector(1) + 0.92 * vector(6), "person 2": vector(2)}


@pytest.mark.parametrize("frames", [1, 8], ids=["a still", "the end of a feed"])
def test_whom_a_face_is_taken_for_is_decided_on_all_faces_together(frames: int) -> None:
    places = [(30.0 + 50 * column, 30.0 + 60 * row) for row in range(3) for column in range(6)]
    people = [5] * len(places)
    people[0], people[-1] = 6, 1
    crowd = [(who, place, 0.95) for who, place in zip(people, places, strict=True)]
    analyser = Counting()
    search = searching(analyser, ONE_BY_ONE, AlikeMatcher())
    feed = ListFeed([analyser.draw(index, crowd) for index in range(frames)])
    result = search.run(feed)  # type: ignore[arg-type]
    assert len(analyser.batches) > 1, "they did not fit into one batch"
    (alert,) = result.alerts
    assert (alert.subject, alert.contests) == ("person 1", None)
    assert alert.score == pytest.approx(0.99)
    assert result.suppressed == 0
    assert tuple((alert.box[:2] + alert.box[2:]) / 2) == pytest.approx(places[-1])


def test_a_joined_track_keeps_the_longest_wait_and_its_best_look() -> None:
    def one(weight: float, since_s: float, first_seen_s: float) -> Compared:
        crop = HeldCrop(
            {}, np.zeros((4, 4, 3), np.uint8), np.zeros(4, np.float32), weight, 0, 0.0, first_seen_s
        )
        return Compared([crop], weight, since_s, first_seen_s)

    kept = one(0.2, 5.0, 3.0)
    kept.absorb(one(0.9, 4.0, 1.0))
    assert (kept.weight, kept.since_s, kept.first_seen_s) == (0.9, 4.0, 1.0)
    assert [crop.weight for crop in kept.crops] == [0.9, 0.2]
