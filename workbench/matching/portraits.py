"""The face that a photograph is clearly of, judged: what a reference of any kind is made of.

A watchlist and a collection take the same photographs and refuse the same in the same words.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.arrays import FloatArray, ImageArray
from workbench.errors import UsageError
from workbench.faces.analysis import FaceAnalyser, primary_face
from workbench.faces.quality import Quality, Verdict
from workbench.faces.runtimes.network import Numbers
from workbench.faces.types import Faces

__all__ = ["SIMILAR_SIZE", "Portrait", "faces_of_similar_size", "portrait_of", "require_fp32"]

SIMILAR_SIZE = 0.6
"""A face whose box has at least this share of the main face's side might be the person meant."""


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """A face that may be a reference.

    Attributes:
        face: the one.
        quality: what was measured of it.
        verdict: `accept` or `warn`.
        reasons: of the verdict, a sentence each.
    """

    face: Faces
    quality: Quality
    verdict: Verdict
    reasons: tuple[str, ...]


def portrait_of(image: ImageArray, analyser: FaceAnalyser) -> Portrait | str:
    """Return the one face that an image is clearly of, or why it may be no reference.

    Args:
        image: shape `(height, width, 3)` uint8 RGB.
        analyser: what finds and judges faces.
    """
    faces = analyser.detect(image)
    main = primary_face(faces, image.shape)
    if main is None:
        return "no face found; give a photograph that shows the face larger and from the front"
    similar = faces_of_similar_size(faces.boxes, main)
    if similar > 1:
        return f"shows {similar} faces of similar size; crop it to the person"
    face = faces[[main]]
    quality, (judgement,) = analyser.measure(image, face)
    if judgement.verdict == Verdict.REJECT:
        return f"quality too low: {' '.join(judgement.reasons).rstrip('.')}"
    return Portrait(face, quality, judgement.verdict, judgement.reasons)


def faces_of_similar_size(boxes: FloatArray, main: int) -> int:
    """Return how many faces, with the main one, are about as large as it or larger.

    Args:
        boxes: shape `(n, 4)`, pixels, `x0, y0, x1, y1`.
        main: index of the main face.
    """
    sides = np.sqrt(np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0.0), axis=1))
    return int(np.count_nonzero(sides >= SIMILAR_SIZE * sides[main]))


def require_fp32(numbers: Numbers) -> None:
    """Let references be made in fp32 alone, whatever searches for them will run in.

    Policies that were measured in int8 were measured so: faces of a feed in int8, references in
    fp32.

    Raises:
        UsageError: when they are others.
    """
    if numbers != "fp32":
        msg = (
            f"references are enrolled in fp32, and these encoders run in {numbers}. Set runtime to "
            "auto."
        )
        raise UsageError(msg)
