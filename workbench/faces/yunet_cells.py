"""What YuNet says of the cells of its input -> faces, with the arithmetic of OpenCV's own detector.

OpenCV, `FaceDetectorYN` (modules/objdetect/src/face_detect.cpp). Two of its habits decide which of
two near boxes stays, so they are kept: overlaps are counted on boxes cut to whole pixels, and the
suppression, which begins at two boxes, wants more than the least confidence, not just as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from workbench.arrays import FloatArray
from workbench.faces.runtimes.yunet_network import Cells
from workbench.faces.types import Faces

__all__ = ["faces_of"]

MOST_CANDIDATES: Final = 5000
"""Of more, only the most confident reach the suppression."""


def faces_of(cells: Sequence[Cells], *, min_confidence: float, nms: float) -> Faces:
    """Return the faces that cells show, most confident first.

    Args:
        cells: of one input, each grid once.
        min_confidence: less is no face, 0..1.
        nms: faces that overlap by a larger intersection over union are one face.

    Returns:
        Faces in pixels of the input; boxes may reach beyond it.
    """
    found = [_candidates(grid, min_confidence) for grid in cells]
    corners, sizes, landmarks, confidence = (
        np.concatenate(parts) for parts in zip(*found, strict=True)
    )
    if len(confidence) > 1:
        # Whole numbers in the doubles that this function takes: the same overlaps to the last bit.
        whole = np.trunc(np.concatenate([corners, sizes], axis=1))
        kept = cv2.dnn.NMSBoxes(
            whole.tolist(), confidence.tolist(), min_confidence, nms, top_k=MOST_CANDIDATES
        )
        at = np.asarray(kept, np.int64).reshape(-1)
        corners, sizes, landmarks, confidence = (
            part[at] for part in (corners, sizes, landmarks, confidence)
        )
    return Faces(np.concatenate([corners, corners + sizes], axis=1), landmarks, confidence)


def _candidates(
    grid: Cells, min_confidence: float
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return corners, sizes, landmarks and confidence of the cells that are sure enough."""
    sure = np.sqrt(np.clip(grid.face, 0, 1) * np.clip(grid.thing, 0, 1))
    at = np.flatnonzero(sure >= min_confidence)
    rows, columns = np.divmod(at, grid.columns)
    origin = np.stack([columns, rows], axis=1).astype(np.float32)
    boxes, side = grid.boxes[at], np.float32(grid.stride)
    sizes = np.asarray(np.exp(boxes[:, 2:]) * side, np.float32)
    corners = np.asarray((origin + boxes[:, :2]) * side - sizes / 2, np.float32)
    landmarks = np.asarray((grid.landmarks[at] + origin[:, None]) * side, np.float32)
    return corners, sizes, landmarks, sure[at]
