"""Looks at faces, cut out of a frame at once so that the frame can go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from workbench.arrays import ImageArray
from workbench.faces.mosaic import Mosaic, pixel_regions
from workbench.faces.types import Faces
from workbench.feeds.frames import Frame
from workbench.live.crops import HeldCrop

__all__ = ["CropSource", "cut"]


class CropSource(Protocol):
    """What the cutting asks of a face analyser."""

    def crops(self, image: ImageArray, faces: Faces) -> dict[str, ImageArray]:
        """Cut the crop of each face that each encoder wants."""
        ...


def cut(
    source: CropSource,
    frame: Frame,
    faces: Faces,
    *,
    weights: Mapping[int, float],
    first_seen_s: Mapping[int, float],
    mosaic: Mosaic,
) -> dict[int, HeldCrop]:
    """Cut looks out of a frame; nothing of them refers to its pixels.

    Args:
        source: cuts what each encoder wants.
        frame: raw.
        faces: all of the frame.
        weights: what the looks to be cut are worth, by row of `faces`.
        first_seen_s: when the track of each of them began, by row.
        mosaic: covers the faces beside the one that a look is of.

    Returns:
        The looks, by row.
    """
    rows = list(weights)
    if not rows:
        return {}
    crops = source.crops(frame.image, faces[rows])
    held = {}
    for place, row in enumerate(rows):
        probe, hidden = _probe(frame.image, faces, row, mosaic)
        held[row] = HeldCrop(
            {name: batch[place : place + 1].copy() for name, batch in crops.items()},
            probe,
            faces.boxes[row].copy(),
            weights[row],
            frame.index,
            frame.time_s,
            first_seen_s[row],
            hidden,
        )
    return held


def _probe(image: ImageArray, faces: Faces, row: int, mosaic: Mosaic) -> tuple[ImageArray, float]:
    """Cut a face out tight, the faces beside it unrecognisable; and say how much that hides."""
    height, width = image.shape[:2]
    box = pixel_regions(faces.boxes[[row]], 1.0, (width, height))[0]
    x0, y0, x1, y1 = box.tolist()
    probe = np.array(image[y0:y1, x0:x1], np.uint8)
    others = np.delete(faces.boxes, row, axis=0) - np.array([x0, y0, x0, y0], np.float32)
    mosaic.cover(probe, others)
    hidden = np.zeros(probe.shape[:2], np.bool_)
    for left, top, right, bottom in pixel_regions(
        others, mosaic.expand, (x1 - x0, y1 - y0)
    ).tolist():
        hidden[top:bottom, left:right] = True
    return probe, float(hidden.mean()) if hidden.size else 0.0
