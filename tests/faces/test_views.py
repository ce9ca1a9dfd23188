"""Views cover a picture of any size, and no face is lost or counted twice between them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from workbench.arrays import ImageArray
from workbench.faces.mtcnn import MTCNN_REACH
from workbench.faces.types import Faces
from workbench.faces.views import Reach, find_faces, plan_views
from workbench.faces.yunet import YUNET_REACH

REACHES = [YUNET_REACH, MTCNN_REACH]
# Small, so that a small picture is cut into many views.
TINY = Reach(smallest=16.0, largest=500.0, short_side=320, max_pixels=600 * 600, enlarge_below=64)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.integers(1, 9000), st.integers(1, 9000), st.floats(8, 200), st.sampled_from(REACHES))
def test_views_are_bounded_and_cover_the_picture(
    height: int, width: int, smallest: float, reach: Reach
) -> None:
    assume(height * width <= 64_000_000)
    views = plan_views(height, width, smallest, reach)
    for view in views:
        x0, y0, x1, y1 = view.box
        assert 0 <= x0 < x1 <= width
        assert 0 <= y0 < y1 <= height
        wide, high = view.size
        # The overlap of two cuts and rounding may add a little to a view.
        assert wide * high <= reach.max_pixels * 1.1 + wide + high
    fine = views[0].scale
    assert fine * smallest >= min(smallest, reach.smallest) * 0.999
    largest = min(height, width)
    if not math.isinf(reach.largest):
        assert views[-1].scale * largest <= max(reach.largest, reach.smallest * largest / 192 + 1)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 2500), st.integers(1, 2500), st.floats(0, 1), st.floats(0, 1))
def test_each_small_face_counts_in_exactly_one_fine_view(
    height: int, width: int, across: float, down: float
) -> None:
    views = [view for view in plan_views(height, width, 16, TINY) if not view.narrowest]
    x, y = across * width, down * height
    holding = [v for v in views if v.core[0] <= x < v.core[2] and v.core[1] <= y < v.core[3]]
    assert len(holding) == 1
    x0, y0, x1, y1 = holding[0].box
    room = 96 / holding[0].scale  # half of the largest face that a fine view must hold
    assert x - x0 >= min(room, x) - 1
    assert x1 - x >= min(room, width - x) - 1
    assert y - y0 >= min(room, y) - 1
    assert y1 - y >= min(room, height - y) - 1


def test_usual_sizes_need_few_views() -> None:
    assert len(plan_views(250, 250, 24, YUNET_REACH)) == 1
    assert len(plan_views(720, 1280, 24, YUNET_REACH)) == 1
    assert len(plan_views(1080, 1920, 24, YUNET_REACH)) == 2
    assert [view.scale for view in plan_views(1080, 1920, 60, YUNET_REACH)] == [16 / 60]


def test_a_tiny_picture_is_enlarged() -> None:
    (view,) = plan_views(10, 20, 24, YUNET_REACH)
    assert view.size == (128, 64)


def _bright_squares(view: ImageArray) -> Faces:
    """Find bright squares as if they were faces."""
    rows, columns = np.nonzero(view[..., 0] > 128)
    if not len(rows):
        return Faces.empty()
    box = np.array([[columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]], np.float32)
    points = np.repeat(box[:, None, :2], 5, axis=1)
    # A part of a square is a worse square, as a part of a face is a worse face.
    side = (box[:, 2:] - box[:, :2]).min(axis=1)
    return Faces(box, points, (side / (side + 100)).astype(np.float32))


@pytest.mark.slow
@pytest.mark.parametrize("corner", [(0, 0), (430, 410), (1100, 900), (2950, 1960), (700, 1500)])
@pytest.mark.parametrize("side", [30, 150, 900])
def test_faces_come_back_in_pixels_of_the_picture(corner: tuple[int, int], side: int) -> None:
    image = np.zeros((2000, 3000, 3), np.uint8)
    x, y = min(corner[0], 3000 - side), min(corner[1], 2000 - side)
    image[y : y + side, x : x + side] = 255
    faces = find_faces(image, plan_views(2000, 3000, 16, TINY), _bright_squares, most_iou=0.3)
    best = faces[[int(np.argmax(faces.boxes[:, 2] - faces.boxes[:, 0]))]]
    assert np.abs(best.boxes - [x, y, x + side, y + side]).max() <= 8
    assert np.abs(best.landmarks - [x, y]).max() <= 8
    if side < 200:
        assert len(faces) == 1


@pytest.mark.parametrize(
    "image",
    [np.zeros((0, 4, 3), np.uint8), np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32)],
)
def test_what_is_no_image_is_refused(image: ImageArray) -> None:
    with pytest.raises(ValueError, match="image"):
        find_faces(image, [], _bright_squares, most_iou=0.3)
