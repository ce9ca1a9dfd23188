"""The plan of a staged crowd: where people are, without a picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from workbench.errors import UsageError
from workbench.feeds import CrowdSettings, Portrait, StagedPerson
from workbench.feeds.staging.camera import FACE_M, Camera
from workbench.feeds.staging.people import check_people
from workbench.feeds.staging.walks import Walk, plan_walks

_IMAGE = np.zeros((100, 100, 3), np.uint8)
_BOX = np.array([30, 25, 70, 75], np.float32)


def _crowd(count: int) -> list[StagedPerson]:
    return [StagedPerson(f"p{n}", n % 2 == 0, (Portrait(_IMAGE, _BOX),)) for n in range(count)]


_SETTINGS = st.builds(
    lambda height, small, growth, at_once, seed: CrowdSettings(
        width=2 * round(height * 8 / 9),
        height=height,
        smallest_face_px=max(10.0, small * height),
        largest_face_px=max(10.0, small * height) * growth,
        at_once=at_once,
        seed=seed,
    ),
    height=st.sampled_from([360, 720, 1080]),
    small=st.floats(0.02, 0.06),
    growth=st.floats(1.2, 5.0),
    at_once=st.integers(1, 12),
    seed=st.integers(0, 2**31),
)


@settings(max_examples=40, deadline=None)
@given(chosen=_SETTINGS, count=st.integers(1, 12))
def test_everyone_comes_nearer_and_leaves_by_the_lower_edge(
    chosen: CrowdSettings, count: int
) -> None:
    camera = Camera.of(chosen)
    walks = plan_walks(_crowd(count), chosen, camera)
    assert sorted(walk.person for walk in walks) == list(range(count))
    for walk in walks:
        times = np.linspace(walk.start_s, walk.start_s + walk.duration_s, 60)
        poses = [walk.pose(float(time)) for time in times]
        sizes = np.array([pose.face_px for pose in poses])
        assert np.all(np.diff(sizes) > 0)
        assert sizes[0] == pytest.approx(chosen.smallest_face_px)
        assert sizes[-1] >= chosen.largest_face_px * 0.95
        assert 0 <= poses[0].y_px <= chosen.height / 2
        assert poses[-1].y_px - 0.6 * sizes[-1] > chosen.height - 0.06 * sizes[-1] - 1
        inside = sizes <= chosen.largest_face_px
        columns = np.array([pose.x_px for pose in poses])[inside]
        assert np.all((columns > 0) & (columns < chosen.width))


@settings(max_examples=25, deadline=None)
@given(at_once=st.integers(1, 8), count=st.integers(1, 20), seed=st.integers(0, 1000))
def test_no_more_are_under_way_than_asked_for(at_once: int, count: int, seed: int) -> None:
    chosen = CrowdSettings(at_once=at_once, seed=seed)
    walks = plan_walks(_crowd(count), chosen, Camera.of(chosen))
    for walk in walks:
        assert sum(other.under_way(walk.start_s) for other in walks) <= at_once


def test_the_plan_follows_from_the_seed() -> None:
    def plan(seed: int) -> tuple[Walk, ...]:
        chosen = CrowdSettings(seed=seed)
        return plan_walks(_crowd(9), chosen, Camera.of(chosen))

    assert plan(1) == plan(1)
    assert plan(1) != plan(2)


def test_entries_are_spread_over_the_seconds_asked_for() -> None:
    chosen = CrowdSettings(seconds=90.0)
    walks = plan_walks(_crowd(6), chosen, Camera.of(chosen))
    ends = [walk.start_s + walk.duration_s for walk in walks]
    assert max(ends) == pytest.approx(90.0)


def test_too_few_seconds_are_refused_and_say_how_many_are_needed() -> None:
    chosen = CrowdSettings(seconds=5.0)
    with pytest.raises(UsageError, match=r"6 people need \d+\.\d s"):
        plan_walks(_crowd(6), chosen, Camera.of(chosen))


def test_the_camera_shows_a_face_as_large_as_asked_for() -> None:
    chosen = CrowdSettings(smallest_face_px=30, largest_face_px=120)
    camera = Camera.of(chosen)
    assert camera.face_px(camera.far_m) == pytest.approx(30)
    assert camera.face_px(camera.near_m) == pytest.approx(120)
    low = camera.project(0.0, 1.5 - FACE_M / 2, camera.near_m)[1]
    high = camera.project(0.0, 1.5 + FACE_M / 2, camera.near_m)[1]
    assert low - high == pytest.approx(120)


@pytest.mark.parametrize(
    "values",
    [
        {"width": 1281},
        {"height": 0},
        {"fps": 0},
        {"fps": float("nan")},
        {"seconds": -1},
        {"seed": -1},
        {"at_once": 0},
        {"smallest_face_px": 160},
        {"largest_face_px": 300},
        {"noise": -1},
        {"crf": 52},
        {"preset": "placebo?"},
        {"umbrellas": 3},
    ],
    ids=str,
)
def test_settings_out_of_range_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        CrowdSettings.model_validate(values)


@pytest.mark.parametrize(
    "box",
    [
        [0, 0, 5, 5],
        [50, 50, 20, 20],
        [200, 200, 260, 260],
        [0, 0, 90, 13],
        [float("nan"), 0, 50, 50],
        [0, 0, float("inf"), 50],
    ],
    ids=str,
)
def test_a_box_that_is_no_face_is_refused(box: list[float]) -> None:
    with pytest.raises(UsageError, match="face box"):
        Portrait(_IMAGE, np.array(box, np.float32))


def test_people_must_be_there_and_be_themselves() -> None:
    portrait = Portrait(_IMAGE, _BOX)
    with pytest.raises(UsageError, match="nobody"):
        check_people([])
    with pytest.raises(UsageError, match="more than once"):
        check_people([*_crowd(2), *_crowd(1)])
    with pytest.raises(UsageError, match="no portrait"):
        StagedPerson("a", listed=True, portraits=())
    with pytest.raises(UsageError, match="no name"):
        StagedPerson("", listed=True, portraits=(portrait,))
    with pytest.raises(ValueError, match="landmarks"):
        Portrait(_IMAGE, _BOX, np.zeros((4, 2), np.float32))


def test_the_tilt_of_a_portrait_comes_from_its_eyes() -> None:
    landmarks = np.array([[40, 40], [60, 60], [50, 60], [40, 70], [60, 70]], np.float32)
    assert Portrait(_IMAGE, _BOX, landmarks).roll_deg == pytest.approx(45)
    assert Portrait(_IMAGE, _BOX).roll_deg == 0
