"""The tracker: one track a person, whatever the pace of the feed."""

from __future__ import annotations

import time

import numpy as np
import pytest

from workbench.arrays import FloatArray
from workbench.tracking.association import Gate, associate
from workbench.tracking.motion import Motion
from workbench.tracking.tracker import Tracker, TrackState


def boxes(*centres: tuple[float, float], size: float = 40.0) -> FloatArray:
    """Square boxes about centres."""
    half = size / 2
    return np.array(
        [[x - half, y - half, x + half, y + half] for x, y in centres], np.float32
    ).reshape(-1, 4)


def test_a_frame_without_faces_gives_no_track() -> None:
    tracker = Tracker()
    numbers, ended = tracker.update(0.0, boxes())
    assert numbers.shape == (0,)
    assert ended == []
    assert tracker.tracks == ()
    assert tracker.predictions(0.0, 1.0)[1].shape == (0, 4)


@pytest.mark.parametrize("fps", [5, 12.5, 25, 60])
def test_a_walker_is_one_track_at_any_pace(fps: float) -> None:
    tracker = Tracker()
    seen = set()
    for frame in range(int(2 * fps)):
        at = frame / fps
        # 1.4 m/s with a face 0.2 m wide and 40 px across: 280 px/s.
        numbers, _ = tracker.update(at, boxes((50 + 280 * at, 100 + 20 * at)))
        seen.update(numbers.tolist())
    assert seen == {1}
    assert tracker.started == 1


def test_uneven_time_steps_do_not_break_a_track() -> None:
    tracker = Tracker()
    at = 0.0
    for step in (0.04, 0.04, 0.12, 0.01, 0.3, 0.04, 0.2, 0.0, 0.5, 0.04):
        numbers, _ = tracker.update(at, boxes((100 + 200 * at, 100)))
        assert numbers.tolist() == [1]
        at += step


def test_states_follow_the_detections() -> None:
    tracker = Tracker(confirm_frames=3, lost_s=0.5)
    states = []
    for frame in range(3):
        tracker.update(frame * 0.04, boxes((100, 100)))
        states.append(tracker.tracks[0].state)
    assert states == [TrackState.TENTATIVE, TrackState.TENTATIVE, TrackState.CONFIRMED]
    tracker.update(0.2, boxes())
    assert tracker.tracks[0].state is TrackState.LOST
    _, ended = tracker.update(0.7, boxes())
    assert [track.state for track in ended] == [TrackState.ENDED]
    assert tracker.tracks == ()


def test_weak_detections_keep_a_track_but_never_confirm_one() -> None:
    tracker = Tracker(confirm_frames=2)
    weak = np.array([False])
    for frame in range(10):
        tracker.update(frame * 0.04, boxes((100, 100)), weak)
    assert not tracker.tracks[0].confirmed
    for frame in range(10, 12):
        numbers, _ = tracker.update(frame * 0.04, boxes((100, 100)), np.array([True]))
    assert numbers.tolist() == [1]
    assert tracker.tracks[0].confirmed


def test_a_strong_detection_is_preferred_to_a_nearer_weak_one() -> None:
    tracker = Tracker()
    tracker.update(0.0, boxes((100, 100)))
    numbers, _ = tracker.update(0.04, boxes((101, 100), (110, 100)), np.array([False, True]))
    assert numbers.tolist() == [2, 1]


def test_two_who_cross_keep_their_numbers() -> None:
    tracker = Tracker()
    for frame in range(40):
        at = frame * 0.04
        left, right = (100 + 200 * at, 100.0), (420 - 200 * at, 135.0)
        numbers, _ = tracker.update(at, boxes(left, right))
        assert numbers.tolist() == [1, 2]


def test_someone_hidden_for_a_moment_is_found_where_they_walked_to() -> None:
    tracker = Tracker(lost_s=1.0)
    for frame in range(30):
        at = frame * 0.04
        hidden = 12 <= frame < 22
        numbers, _ = tracker.update(at, boxes() if hidden else boxes((100 + 150 * at, 100)))
    assert numbers.tolist() == [1]


def test_the_gate_widens_with_the_time_since_the_last_detection() -> None:
    gate = Gate()
    since = np.array([0.04, 0.2, 0.6, 10.0])
    radius = gate.radius(since, np.full(4, 5))
    assert (np.diff(radius) > 0).all()
    assert radius[-1] == gate.limit


def test_a_face_elsewhere_is_another_track() -> None:
    tracker = Tracker()
    tracker.update(0.0, boxes((100, 100)))
    numbers, _ = tracker.update(0.04, boxes((300, 100)))
    assert numbers.tolist() == [2]


def test_a_face_of_another_size_is_another_track() -> None:
    tracker = Tracker()
    tracker.update(0.0, boxes((100, 100), size=30))
    numbers, _ = tracker.update(0.04, boxes((100, 100), size=90))
    assert numbers.tolist() == [2]


def test_predictions_move_on_and_stop_when_too_old() -> None:
    tracker = Tracker(lost_s=2.0)
    for frame in range(10):
        tracker.update(frame * 0.1, boxes((100 + 10 * frame, 100)))
    tracker.update(1.0, boxes())
    numbers, predicted, since = tracker.predictions(1.0, 0.5)
    assert numbers.tolist() == [1]
    np.testing.assert_allclose(predicted, boxes((200, 100)), atol=1.0)
    np.testing.assert_allclose(since, [0.1], atol=1e-6)
    tracker.update(1.6, boxes())
    assert len(tracker.predictions(1.6, 0.5)[0]) == 0


def test_only_a_lost_track_can_go_on_as_another() -> None:
    tracker = Tracker(confirm_frames=1)
    tracker.update(0.0, boxes((100, 100), (300, 100)))
    assert not tracker.join(2, into=1)
    tracker.update(0.2, boxes((300, 100)))
    tracker.update(0.4, boxes((300, 100), (500, 300)))
    assert not tracker.join(3, into=2)
    assert tracker.join(3, into=1)
    assert [track.number for track in tracker.tracks] == [1, 2]
    assert tracker.started == 2
    numbers, _ = tracker.update(0.44, boxes((300, 100), (500, 300), (700, 300)))
    assert numbers.tolist() == [2, 1, 4]


def test_the_end_ends_everything_once() -> None:
    tracker = Tracker()
    tracker.update(0.0, boxes((100, 100), (300, 100)))
    assert [track.number for track in tracker.end()] == [1, 2]
    assert tracker.end() == []
    numbers, _ = tracker.update(0.0, boxes((100, 100)))
    assert numbers.tolist() == [3]


def test_motion_learns_a_constant_velocity() -> None:
    motion = Motion.empty()
    motion.start(boxes((0, 0)), 0.0)
    for step in range(1, 20):
        motion.correct(np.array([0]), boxes((10.0 * step, 5.0 * step)), step * 0.1)
    np.testing.assert_allclose(motion.velocity[0], [100, 50, 0, 0], atol=1e-3)
    np.testing.assert_allclose(motion.predict(2.4), boxes((240, 120)), atol=1e-3)


def test_a_shrinking_face_never_vanishes_in_a_prediction() -> None:
    motion = Motion.empty()
    motion.start(boxes((100, 100), size=40), 0.0)
    motion.correct(np.array([0]), boxes((100, 100), size=20), 0.1)
    predicted = motion.predict(5.0)[0]
    assert predicted[2] - predicted[0] >= 10


def test_association_of_nothing() -> None:
    rows, columns = associate(boxes(), np.zeros(0), np.zeros(0, np.int64), boxes((1, 1)), Gate())
    assert rows.shape == columns.shape == (0,)


def test_twenty_faces_a_frame_cost_about_a_millisecond() -> None:
    generator = np.random.default_rng(1)
    start = generator.uniform(50, 1800, (20, 2))
    speed = generator.uniform(-60, 60, (20, 2))
    tracker = Tracker()
    steps = [boxes(*(start + speed * frame * 0.04)) for frame in range(200)]
    costs = []
    for frame, found in enumerate(steps):
        before = time.perf_counter()
        tracker.update(frame * 0.04, found)
        costs.append(time.perf_counter() - before)
    # The median leaves out what other work on the machine does to single frames.
    assert np.median(costs) < 2e-3
