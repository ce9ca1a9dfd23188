"""The arithmetic between YuNet's cells and faces, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.faces.runtimes.yunet_network import Cells
from workbench.faces.yunet_cells import MOST_CANDIDATES, faces_of


def grid(face: list[float], *, stride: int = 8, columns: int = 4, size: float = 1.0) -> Cells:
    """Return cells whose boxes are `size` cells wide and high, about their corners."""
    count = len(face)
    boxes = np.tile(np.array([0, 0, np.log(size), np.log(size)], np.float32), (count, 1))
    landmarks = np.tile(np.linspace(-0.5, 0.5, 10, dtype=np.float32).reshape(5, 2), (count, 1, 1))
    return Cells(
        stride, columns, np.array(face, np.float32), np.ones(count, np.float32), boxes, landmarks
    )


def test_no_cell_is_sure() -> None:
    faces = faces_of([grid([0.0, 0.1])], min_confidence=0.5, nms=0.3)
    assert len(faces) == 0
    assert faces.boxes.dtype == faces.landmarks.dtype == faces.confidence.dtype == np.float32


@pytest.mark.parametrize("stride", [8, 16, 32])
def test_a_cell_lies_where_its_grid_says(stride: int) -> None:
    faces = faces_of(
        [grid([0, 0, 0, 0, 0, 0, 0.64, 0], stride=stride)], min_confidence=0.5, nms=0.3
    )
    (box,), (points,), (confidence,) = faces.boxes, faces.landmarks, faces.confidence
    assert box / stride == pytest.approx([1.5, 0.5, 2.5, 1.5])
    assert points[0] / stride == pytest.approx([1.5, 1 - 7 / 18])
    assert points[4] / stride == pytest.approx([2 + 7 / 18, 1.5])
    assert confidence == pytest.approx(0.8)


def test_scores_beyond_their_range_are_cut() -> None:
    faces = faces_of([grid([3.0, -1.0])], min_confidence=0.0001, nms=0.3)
    assert faces.confidence.tolist() == [1.0]


@pytest.mark.parametrize(
    ("face", "found"), [([0.25, 0.0], [0.5]), ([0.25, 1.0], [1.0]), ([0.25, 0.25], [])]
)
def test_as_much_as_the_least_confidence(face: list[float], found: list[float]) -> None:
    """One box alone may be just sure enough; beside another it must be surer, as in OpenCV."""
    faces = faces_of([grid(face)], min_confidence=0.5, nms=0.3)
    assert faces.confidence.tolist() == found


def test_of_two_that_overlap_the_surer_stays_whatever_its_grid() -> None:
    near = [grid([0.5, 0, 0, 0.4], size=4), grid([0.9], stride=16, columns=1, size=2)]
    faces = faces_of(near, min_confidence=0.3, nms=0.3)
    assert faces.confidence**2 == pytest.approx([0.9, 0.4])


def test_overlaps_are_counted_on_whole_pixels() -> None:
    """Boxes of 1.9 px that share 0.9 px are boxes of 1 px that share none."""
    one = grid([0.9, 0.8], stride=1, columns=2, size=1.9)
    boxes = one.boxes.copy()
    boxes[:, :2] += 6
    faces = faces_of([one._replace(boxes=boxes)], min_confidence=0.3, nms=0.3)
    assert len(faces) == 2


def test_only_the_surest_candidates_count() -> None:
    face = np.linspace(0.5, 1, MOST_CANDIDATES + 100).tolist()
    faces = faces_of([grid(face, columns=100)], min_confidence=0.1, nms=0.3)
    assert len(faces) == MOST_CANDIDATES
    assert faces.confidence.min() ** 2 == pytest.approx(face[100], abs=1e-5)
