"""Which frames are left to the tracker, and that their faces are covered all the same."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from tests.live.test_pipeline import (
    ListFeed,
    People,
    SquareAnalyser,
    SquareMatcher,
    SquareWatchlist,
    clear_share,
    standing,
)
from workbench.arrays import FloatArray, ImageArray
from workbench.feeds.frames import Frame
from workbench.live import LiveResult, LiveSearch, RedactedFrame, Tracker
from workbench.settings import LiveSettings
from workbench.tracking.pace import DetectionPace

HEIGHT, WIDTH = 120, 160


def picture(shade: int = 90) -> ImageArray:
    return np.full((HEIGHT, WIDTH, 3), shade, np.uint8)


def box(x: float, side: float = 40.0) -> FloatArray:
    return np.array([[x, 30, x + side, 30 + side]], np.float32)


def paced(
    pace: DetectionPace,
    pictures: list[ImageArray],
    *,
    step_s: float = 0.04,
    speed: float = 0.0,
    confirm: int = 1,
) -> list[bool]:
    """Say of each frame whether faces are looked for, with one face that moves along."""
    tracker = Tracker(confirm_frames=confirm)
    looked = []
    for index, image in enumerate(pictures):
        frame = Frame(index, index * step_s, image)
        looked.append(pace.is_due(frame, tracker))
        if looked[-1]:
            tracker.update(frame.time_s, box(10 + speed * frame.time_s))
        else:
            tracker.skip()
    return looked


@pytest.mark.parametrize(
    ("most", "expected"),
    [(0, [True] * 7), (1, [True, False, True, False, True, False, True])],
)
def test_while_nothing_moves_so_many_frames_are_left_to_the_tracker(
    most: int, expected: list[bool]
) -> None:
    assert paced(DetectionPace(most), [picture()] * 7) == expected


def test_detections_are_never_far_apart() -> None:
    assert all(paced(DetectionPace(3), [picture()] * 6, step_s=0.08))
    assert paced(DetectionPace(3), [picture()] * 4, step_s=0.04) == [True, False, True, False]
    assert paced(DetectionPace(3), [picture()] * 5, step_s=0.02) == [True, *[False] * 3, True]


def test_a_face_that_moves_fast_is_looked_for_in_each_frame() -> None:
    slow = paced(DetectionPace(1), [picture()] * 13, speed=40.0, confirm=3)
    fast = paced(DetectionPace(1), [picture()] * 13, speed=500.0, confirm=3)
    assert sum(slow) == 8
    assert all(fast)


def test_a_picture_that_changes_is_looked_at() -> None:
    pictures = [picture(), picture(), picture(), picture(200), picture(200)]
    assert paced(DetectionPace(1), pictures) == [True, False, True, True, False]


def test_another_size_or_another_scene_is_looked_at() -> None:
    smaller = np.full((HEIGHT // 2, WIDTH, 3), 90, np.uint8)
    assert paced(DetectionPace(1), [picture(), smaller]) == [True, True]
    pace = DetectionPace(1)
    assert pace.is_due(Frame(0, 0.0, picture()), Tracker())
    pace.start_anew()
    assert pace.is_due(Frame(1, 0.04, picture()), Tracker())


def test_a_track_about_to_be_confirmed_is_looked_for_in_each_frame() -> None:
    tracker, pace = Tracker(confirm_frames=3), DetectionPace(1)
    looked = []
    for index in range(6):
        frame = Frame(index, index * 0.04, picture())
        looked.append(pace.is_due(frame, tracker))
        if looked[-1]:
            tracker.update(frame.time_s, box(10))
        else:
            tracker.skip()
    assert looked == [True, True, True, False, True, False]


def test_a_tracker_says_how_far_its_fastest_face_has_come() -> None:
    tracker = Tracker()
    assert tracker.moved(1.0) == 0.0
    for index in range(10):
        tracker.update(index * 0.04, box(10 + 100 * index * 0.04))
    assert tracker.moved(0.36) == 0.0
    assert tracker.moved(0.40) == pytest.approx(100 * 0.04 / 40, rel=0.05)


def search(
    steps: list[People], settings: LiveSettings | None = None, hidden: frozenset[int] = frozenset()
) -> tuple[LiveResult, list[RedactedFrame], list[Frame]]:
    """Search staged squares; in `hidden` frames nobody is detected though they are there."""
    analyser = SquareAnalyser()
    raw = [analyser.draw(index, people) for index, people in enumerate(steps)]
    for index in hidden:
        analyser.places[id(raw[index].image)] = []
    shown: list[RedactedFrame] = []
    live = LiveSearch(
        analyser,  # type: ignore[arg-type]
        SquareMatcher(),  # type: ignore[arg-type]
        SquareWatchlist(),  # type: ignore[arg-type]
        threshold=0.9,
        settings=settings,
    )
    return live.run(ListFeed(raw), shown.append), shown, raw  # type: ignore[arg-type]


def walking(person: int, frames: int, *, first: int = 0, step: float = 3.0) -> list[People]:
    """One person who walks to the right, from a frame on."""
    return [
        [] if index < first else [(person, (40 + step * (index - first), 100), 0.95)]
        for index in range(frames)
    ]


def test_faces_are_covered_in_the_frames_between() -> None:
    steps = walking(5, 60)
    result, shown, raw = search(steps)
    assert result.detected_frames < 0.7 * result.frames
    for people, before, after in zip(steps, raw, shown, strict=True):
        assert clear_share(before, after, people[0][1]) < 0.05


@pytest.mark.parametrize("first", range(20, 26))
def test_who_steps_into_view_between_is_covered_from_the_first_frame(first: int) -> None:
    steps = [
        a + b for a, b in zip(standing(6, 60, (60, 200)), walking(5, 60, first=first), strict=True)
    ]
    result, shown, raw = search(steps)
    assert result.detected_frames < result.frames
    for people, before, after in zip(steps, raw, shown, strict=True):
        for _, at, _ in people:
            assert clear_share(before, after, at) < 0.05


@pytest.mark.parametrize("frames", range(20, 26))
def test_the_last_frame_is_looked_at_in_any_case(frames: int) -> None:
    """Whoever appears in the last frame alone has no later one to be found in."""
    steps = [*standing(6, frames, (60, 200)), [(6, (60, 200), 0.95), (5, (200, 80), 0.95)]]
    _, shown, raw = search(steps)
    assert clear_share(raw[-1], shown[-1], (200, 80)) < 0.05


@pytest.mark.parametrize("last", range(20, 26))
def test_who_leaves_between_is_covered_to_the_last_frame_whatever_is_held(last: int) -> None:
    steps = [
        (one if index <= last else []) + other
        for index, (one, other) in enumerate(
            zip(standing(5, 60), standing(6, 60, (60, 200)), strict=True)
        )
    ]
    result, shown, raw = search(steps, LiveSettings(redaction_hold_s=0.0))
    assert result.detected_frames < result.frames
    for people, before, after in zip(steps, raw, shown, strict=True):
        for _, at, _ in people:
            assert clear_share(before, after, at) < 0.05


def test_without_looking_back_no_frame_is_left_to_the_tracker() -> None:
    result, _, _ = search(standing(5, 40), LiveSettings(redaction_lookback_frames=0))
    assert result.detected_frames == result.frames


def test_the_face_of_an_alert_does_not_flicker() -> None:
    result, shown, raw = search(standing(1, 60))
    assert result.detected_frames < result.frames
    alert = result.alerts[0]
    for before, after in zip(raw, shown, strict=True):
        expected = 1.0 if after.index >= alert.frame else 0.0
        assert clear_share(before, after, (100, 100)) == pytest.approx(expected, abs=0.05)


def test_where_an_alerted_face_was_missed_it_is_covered() -> None:
    result, shown, raw = search(standing(1, 60), hidden=frozenset(range(40, 48)))
    assert result.alerts[0].frame < 39
    for index in range(41, 47):
        assert clear_share(raw[index], shown[index], (100, 100)) < 0.05


def test_a_passer_by_over_an_alerted_face_is_covered_between_too() -> None:
    passing = [[(1, (100, 100), 0.95), (5, (100 + 20, 100), 0.9)] for _ in range(60)]
    _, shown, _ = search(passing)
    for after in shown:
        beside = after.image[80:120, 122:138]
        assert (beside == (200, 50, 100)).all(axis=-1).mean() < 0.05


def test_tracks_and_counts_are_those_of_looking_in_each_frame() -> None:
    steps = [
        a + b
        for a, b in zip(walking(5, 80, step=2.5), walking(6, 80, first=30, step=3.5), strict=True)
    ]
    steps = [
        [(who, (x, 60.0 + 100 * (who - 5)), c) for who, (x, _), c in people if x < 290]
        for people in steps
    ]
    each, _, _ = search(steps, LiveSettings(skip_frames=0))
    some, _, _ = search(steps)
    assert some.detected_frames < each.detected_frames == each.frames
    assert (some.faces_seen, some.tracks) == (each.faces_seen, each.tracks) == (2, 2)


@pytest.mark.slow
def test_no_raw_frame_outlives_the_run() -> None:
    result, shown, raw = search(standing(5, 41))
    assert result.frames == len(shown) == 41
    pictures = [weakref.ref(frame.image) for frame in raw]
    del raw
    gc.collect()
    assert [ref for ref in pictures if ref() is not None] == []
