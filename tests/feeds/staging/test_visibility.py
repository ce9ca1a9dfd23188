"""How much of a face is hidden, by construction."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.feeds.staging.sprites import Cover
from workbench.feeds.staging.visibility import FaceInView
from workbench.feeds.staging.walks import Pose

_FRAME = (200, 150)


def _face(x: float, y: float, height: float = 40.0, aspect: float = 0.8) -> FaceInView:
    pose = Pose(3.0, x, y, height, 0.0, (1.0, 1.0, 1.0), 0.0)
    return FaceInView.at(pose, aspect, _FRAME)


def _cover(x0: int, y0: int, x1: int, y1: int, alpha: int = 255) -> Cover:
    return Cover(x0, y0, np.full((y1 - y0, x1 - x0), alpha, np.uint8))


def test_a_free_face_is_not_occluded() -> None:
    face = _face(100, 70)
    assert face.present
    assert face.occluded() == 0
    assert face.box == pytest.approx((84, 50, 116, 90))
    assert face.whole == pytest.approx(np.pi * 16 * 20, rel=0.01)


@pytest.mark.parametrize(
    ("cover", "share"),
    [
        (_cover(0, 0, 10, 10), 0.0),
        (_cover(0, 0, 200, 150), 1.0),
        (_cover(0, 0, 100, 150), 0.5),
        (_cover(0, 0, 200, 70), 0.5),
        (_cover(0, 0, 100, 70), 0.25),
        (_cover(0, 0, 200, 150, alpha=51), 0.2),
    ],
)
def test_what_lies_in_front_hides_its_share(cover: Cover, share: float) -> None:
    face = _face(100, 70)
    face.hide(cover)
    assert face.occluded() == pytest.approx(share, abs=0.01)


def test_covers_add_up_where_they_differ_only() -> None:
    face = _face(100, 70)
    for cover in (_cover(0, 0, 100, 150), _cover(0, 0, 100, 150), _cover(90, 0, 100, 150)):
        face.hide(cover)
    assert face.occluded() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("x", "y", "share"), [(0, 70, 0.5), (200, 70, 0.5), (100, 0, 0.5), (100, 150, 0.5)]
)
def test_the_edge_of_the_frame_hides_too(x: float, y: float, share: float) -> None:
    face = _face(x, y)
    assert face.occluded() == pytest.approx(share, abs=0.01)
    assert face.present


@pytest.mark.parametrize(("x", "y"), [(-30, 70), (240, 70), (100, -30), (100, 190)])
def test_a_face_outside_is_not_in_view(x: float, y: float) -> None:
    face = _face(x, y)
    assert not face.present
    assert face.occluded() == 1


@given(
    x=st.floats(-40, 240),
    y=st.floats(-40, 190),
    height=st.floats(8, 120),
    aspect=st.floats(0.5, 1.2),
)
def test_boxes_stay_inside_and_shares_between_0_and_1(
    x: float, y: float, height: float, aspect: float
) -> None:
    face = _face(x, y, height, aspect)
    assert 0 <= face.occluded() <= 1
    if face.present:
        x0, y0, x1, y1 = face.box
        assert 0 <= x0 < x1 <= _FRAME[0]
        assert 0 <= y0 < y1 <= _FRAME[1]
    else:
        assert face.occluded() > 0.99
