"""Tight square pictures of faces, for people to look at; never for an encoder."""

from __future__ import annotations

from typing import Final

import numpy as np

from workbench.arrays import FloatArray, ImageArray
from workbench.faces.boxes import centres, sizes
from workbench.faces.warping import crop_affine

__all__ = ["THUMBNAIL_PX", "thumbnail"]

THUMBNAIL_PX: Final = 160
_ROOM: Final = 1.1


def thumbnail(image: ImageArray, boxes: FloatArray) -> ImageArray:
    """Cut each face out, upright, a tenth wider than the longer side of its box.

    Args:
        image: shape `(height, width, 3)` uint8 RGB.
        boxes: shape `(n, 4)`, pixels; beyond the image its border is repeated.

    Returns:
        Array of shape `(n, 160, 160, 3)` uint8 RGB.
    """
    shown = np.zeros((len(boxes), THUMBNAIL_PX, THUMBNAIL_PX, 3), np.uint8)
    longest = np.maximum(sizes(boxes).max(axis=1, initial=0), 1) * _ROOM
    for index, (middle, side) in enumerate(zip(centres(boxes), longest, strict=True)):
        scale = THUMBNAIL_PX / float(side)
        # The middle of the box, an edge coordinate, comes to the middle of the picture.
        shift = THUMBNAIL_PX / 2 - 0.5 - (middle.astype(np.float64) - 0.5) * scale
        matrix = np.column_stack([np.eye(2) * scale, shift])
        shown[index] = crop_affine(image, matrix, THUMBNAIL_PX, replicate=True)
    return shown
