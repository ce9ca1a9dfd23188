"""Whether an image can be enrolled: what an enrolment asks of each, before any template is made."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from workbench.arrays import FloatArray, ImageArray
from workbench.errors import ImageError
from workbench.faces.analysis import FaceAnalyser, primary_face
from workbench.faces.boxes import same_face
from workbench.faces.quality import Verdict
from workbench.faces.types import Faces
from workbench.images import ImageLimits, load_image
from workbench.matching.person_folders import Photograph

__all__ = [
    "SIMILAR_SIZE",
    "JudgedImage",
    "faces_of_similar_size",
    "judge_image",
    "photograph_pixels",
]

SIMILAR_SIZE: Final = 0.6
"""A face whose box has at least this share of the main face's side might be the person meant."""


def _no_boxes() -> FloatArray:
    return np.zeros((0, 4), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class JudgedImage:
    """What an enrolment makes of an image, copies apart.

    Attributes:
        verdict: on it; `reject` where there is no face, or several that could be meant.
        refused: why it cannot be enrolled, a sentence without a full stop; `None` where it can.
        reasons: a sentence for each measure of its face beyond a limit.
        quality: by measure, what could be measured of its face.
        face: the one face that it is of; `None` where there is none, or which is meant is unclear.
        others: shape `(n, 4)`, px, boxes of the smaller faces beside that one.
        faint: shape `(m, 4)`, px, boxes of what may be a face beside it; to be hidden as well.
    """

    verdict: Verdict
    refused: str | None = None
    reasons: tuple[str, ...] = ()
    quality: Mapping[str, float] = field(default_factory=dict)
    face: Faces | None = field(default=None, repr=False)
    others: FloatArray = field(default_factory=_no_boxes, repr=False)
    faint: FloatArray = field(default_factory=_no_boxes, repr=False)


def judge_image(image: ImageArray, analyser: FaceAnalyser) -> JudgedImage:
    """Judge an image as an enrolment does.

    Args:
        image: shape `(height, width, 3)` uint8 RGB.
        analyser: what finds and judges faces.
    """
    found = _only_face(image, analyser)
    if isinstance(found, str):
        return JudgedImage(Verdict.REJECT, found)
    face, others, faint = found
    quality, judgements = analyser.measure(image, face)
    verdict, reasons = judgements[0].verdict, judgements[0].reasons
    low = f"quality too low: {' '.join(reasons).rstrip('.')}"
    return JudgedImage(
        verdict,
        low if verdict is Verdict.REJECT else None,
        reasons,
        # What could not be measured is left out; a file holds no number that is none.
        {name: one for name, one in quality.values(0).items() if math.isfinite(one)},
        face,
        others,
        faint,
    )


def photograph_pixels(photograph: Photograph, limits: ImageLimits) -> ImageArray | str:
    """Return the pixels of a photograph, or why it cannot be read: a sentence without a stop."""
    image = photograph.image
    if image is not None and not isinstance(image, bytes):
        return image
    name = str(photograph.path)
    try:
        return load_image(photograph.path if image is None else image, limits=limits, name=name)
    except ImageError as error:
        return str(error).removeprefix(f"{name}: ").rstrip(".")


def faces_of_similar_size(boxes: FloatArray, main: int) -> int:
    """Return how many faces, with the main one, are about as large as it or larger.

    Args:
        boxes: shape `(n, 4)`, pixels, `x0, y0, x1, y1`.
        main: index of the main face.
    """
    sides = np.sqrt(np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0.0), axis=1))
    return int(np.count_nonzero(sides >= SIMILAR_SIZE * sides[main]))


def _only_face(
    image: ImageArray, analyser: FaceAnalyser
) -> tuple[Faces, FloatArray, FloatArray] | str:
    """Return the one face that an image is clearly of, the others and what may be one, or why not.

    What may be a face is left out where it is that face once more.
    """
    faces, faint = analyser.detect_with_faint(image)
    main = primary_face(faces, image.shape)
    if main is None:
        return "no face found; give a photograph that shows the face larger and from the front"
    similar = faces_of_similar_size(faces.boxes, main)
    if similar > 1:
        return f"shows {similar} faces of similar size; crop it to the person"
    again = same_face(faces.boxes[main], faint.boxes)
    return faces[[main]], np.delete(faces.boxes, main, axis=0), faint.boxes[~again]
