"""Faces and templates check themselves."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import EncoderMismatchError
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.faces.types import Faces

FACENET = EncoderIdentity("facenet", "weights", "a" * 64, "box/1", 512)


def unit(count: int, identity: EncoderIdentity = FACENET) -> Templates:
    """Return templates along the first axes."""
    return Templates(np.eye(count, identity.dimension, dtype=np.float32), identity)


def test_empty_is_typed() -> None:
    faces, templates = Faces.empty(), Templates.empty(FACENET)
    assert (faces.boxes.shape, faces.landmarks.shape) == ((0, 4), (0, 5, 2))
    assert templates.vectors.shape == (0, 512)
    assert templates.cosine(unit(3)).shape == (0, 3)
    assert len(faces) == len(templates) == len(faces[[]]) == len(templates[[]]) == 0


@pytest.mark.parametrize(
    ("boxes", "landmarks", "confidence"),
    [((2, 5), (2, 5, 2), (2,)), ((2, 4), (1, 5, 2), (2,)), ((2, 4), (2, 5, 2), (2, 1))],
)
def test_faces_refuse_shapes_that_do_not_fit(
    boxes: tuple[int, ...], landmarks: tuple[int, ...], confidence: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match="must have shape"):
        Faces(*(np.zeros(shape, np.float32) for shape in (boxes, landmarks, confidence)))


@pytest.mark.parametrize("index", [slice(0, 2), [0, 1], np.array([True, True, False])])
def test_faces_and_templates_are_picked_alike(index: slice) -> None:
    boxes = np.arange(12, dtype=np.float32).reshape(3, 4)
    faces = Faces(boxes, np.zeros((3, 5, 2), np.float32), np.ones(3, np.float32))
    assert np.array_equal(faces[index].boxes, boxes[:2])
    assert np.array_equal(unit(3)[index].vectors, unit(2).vectors)


def test_templates_must_have_unit_norm() -> None:
    with pytest.raises(ValueError, match="unit norm"):
        Templates(np.full((1, 512), 0.5, np.float32), FACENET)
    with pytest.raises(ValueError, match="must have shape"):
        Templates(np.zeros((1, 128), np.float32), FACENET)


@pytest.mark.parametrize(
    "other",
    [
        EncoderIdentity("sface", "weights", "a" * 64, "box/1", 512),
        EncoderIdentity("facenet", "other", "a" * 64, "box/1", 512),
        EncoderIdentity("facenet", "weights", "b" * 64, "box/1", 512),
        EncoderIdentity("facenet", "weights", "a" * 64, "box/2", 512),
        EncoderIdentity("facenet", "weights", "a" * 64, "box/1", 128),
    ],
)
def test_templates_of_another_encoder_are_refused(other: EncoderIdentity) -> None:
    with pytest.raises(EncoderMismatchError, match=r"Enrol again") as caught:
        unit(2).cosine(unit(1, other))
    assert caught.value.exit_code == 3
    assert np.array_equal(unit(2).cosine(unit(1)), [[1], [0]])
