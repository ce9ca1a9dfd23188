"""Arithmetic on boxes: empty first, then invariants."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from workbench.arrays import FloatArray
from workbench.faces.boxes import (
    centres,
    clip,
    containment,
    expand,
    iou,
    same_face,
    sizes,
    suppress,
)

EMPTY = np.zeros((0, 4), np.float32)


def boxes_of(*rows: tuple[float, float, float, float]) -> FloatArray:
    """Return boxes as an array."""
    return np.array(rows, np.float32).reshape(-1, 4)


@st.composite
def some_boxes(draw: st.DrawFn) -> FloatArray:
    """Draw up to eight proper boxes of whole pixels."""
    count = draw(st.integers(0, 8))
    corner = draw(npst.arrays(np.int64, (count, 2), elements=st.integers(-50, 50)))
    size = draw(npst.arrays(np.int64, (count, 2), elements=st.integers(1, 60)))
    return np.concatenate([corner, corner + size], axis=1).astype(np.float32)


def test_empty_boxes_keep_their_shapes() -> None:
    assert iou(EMPTY, EMPTY).shape == (0, 0)
    assert iou(EMPTY, boxes_of((0, 0, 1, 1))).shape == (0, 1)
    assert containment(boxes_of((0, 0, 1, 1)), EMPTY).shape == (1, 0)
    assert centres(EMPTY).shape == sizes(EMPTY).shape == (0, 2)
    assert clip(EMPTY, 5, 5).shape == expand(EMPTY, 2).shape == (0, 4)
    kept = suppress(EMPTY, np.zeros(0, np.float32), most_iou=0.3)
    assert kept.shape == (0,)
    assert kept.dtype == np.int64


@pytest.mark.parametrize(
    ("a", "b", "overlap", "inside"),
    [
        ((0, 0, 10, 10), (0, 0, 10, 10), 1.0, 1.0),
        ((0, 0, 10, 10), (10, 0, 20, 10), 0.0, 0.0),
        ((0, 0, 10, 10), (5, 0, 15, 10), 1 / 3, 0.5),
        ((0, 0, 10, 10), (2, 2, 4, 4), 0.04, 1.0),
        ((0, 0, 10, 10), (3, 3, 3, 8), 0.0, 0.0),
        ((0, 0, 0, 0), (0, 0, 0, 0), 0.0, 0.0),
    ],
)
def test_overlaps(
    a: tuple[float, ...], b: tuple[float, ...], overlap: float, inside: float
) -> None:
    one, other = np.array([a], np.float32), np.array([b], np.float32)
    assert iou(one, other)[0, 0] == pytest.approx(overlap)
    assert containment(one, other)[0, 0] == pytest.approx(inside)


@pytest.mark.slow
@given(some_boxes(), some_boxes())
def test_iou_is_symmetric_and_bounded(a: FloatArray, b: FloatArray) -> None:
    overlap = iou(a, b)
    assert overlap.dtype == np.float32
    assert np.array_equal(overlap, iou(b, a).T)
    assert ((overlap >= 0) & (overlap <= 1)).all()
    assert (containment(a, b) >= overlap).all()
    assert np.allclose(np.diag(iou(a, a)), 1)


@pytest.mark.slow
@given(some_boxes(), st.floats(0.25, 4))
def test_expand_keeps_centres(boxes: FloatArray, factor: float) -> None:
    grown = expand(boxes, factor)
    assert np.allclose(centres(grown), centres(boxes), atol=1e-3)
    assert np.allclose(sizes(grown), sizes(boxes) * factor, rtol=1e-4, atol=1e-3)


@given(some_boxes())
def test_clip_stays_inside(boxes: FloatArray) -> None:
    inside = clip(boxes, 30, 20)
    assert (inside >= 0).all()
    assert (inside[:, [0, 2]] <= 30).all()
    assert (inside[:, [1, 3]] <= 20).all()
    assert np.array_equal(clip(inside, 30, 20), inside)


@given(some_boxes(), st.integers(0, 2**16))
def test_suppress_keeps_the_best_and_no_overlap(boxes: FloatArray, seed: int) -> None:
    confidence = np.random.default_rng(seed).random(len(boxes)).astype(np.float32)
    kept = suppress(boxes, confidence, most_iou=0.3)
    assert (np.diff(confidence[kept]) <= 0).all()
    overlap = iou(boxes[kept], boxes[kept]) - np.eye(len(kept), dtype=np.float32)
    assert (overlap <= 0.3).all()
    if len(boxes):
        assert kept[0] == np.argmax(confidence)
        gone = np.setdiff1d(np.arange(len(boxes)), kept)
        assert (iou(boxes[gone], boxes[kept]) > 0.3).any(axis=1).all()


def test_suppress_drops_a_part_of_a_face_only_if_asked() -> None:
    boxes = boxes_of((0, 0, 100, 100), (40, 40, 50, 50))
    confidence = np.array([0.9, 0.8], np.float32)
    assert suppress(boxes, confidence, most_iou=0.3).tolist() == [0, 1]
    assert suppress(boxes, confidence, most_iou=0.3, most_containment=0.7).tolist() == [0]


def test_a_face_found_twice_is_one_whichever_is_larger() -> None:
    face = boxes_of((0, 0, 100, 100))[0]
    others = boxes_of((20, 20, 50, 60), (-40, -30, 150, 160), (60, 0, 160, 100), (200, 0, 300, 100))
    assert same_face(face, others).tolist() == [True, True, False, False]
    assert same_face(face, others[:0]).tolist() == []
