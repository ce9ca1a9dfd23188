"""The mosaic that makes a face unrecognisable, for good.

A mosaic of block means keeps a small picture of the face: whoever pixelates the references the
same way can match against it (McPherson et al., Defeating Image Obfuscation with Deep Learning,
2016, call this the parrot attack). So the default mosaic carries one colour of the region, its
mean, and varies the blocks by numbers that come from no picture. `benchmarks/redaction.py`
measures both kinds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import cv2
import numpy as np

from workbench.arrays import FloatArray, ImageArray, IntArray, check_shape

__all__ = ["Mosaic", "MosaicKind", "pixel_regions"]

_PATTERNS = 64
_VARIATION = 28.0
"""Spread of the blocks around the mean colour, of 255: enough to look like pixelation."""


class MosaicKind(StrEnum):
    """What a block is filled with."""

    NOISE = "noise"
    """The region's mean colour, varied by numbers that come from no picture."""
    MEANS = "means"
    """The mean of the block itself; kept for comparison, because it can be matched."""


def pixel_regions(boxes: FloatArray, factor: float, size: tuple[int, int]) -> IntArray:
    """Return the whole-pixel regions that cover boxes enlarged about their centres.

    Args:
        boxes: shape `(n, 4)`, pixels.
        factor: 1 keeps the size, 1.4 adds a fifth of it on each side.
        size: width and height of the image; regions are cut at its border.

    Returns:
        Shape `(n, 4)` int64, `x0, y0, x1, y1` with the ends exclusive; regions outside the image
        have no width or height.
    """
    check_shape("boxes", boxes, (None, 4))
    corners = boxes.astype(np.float64)
    centre = (corners[:, :2] + corners[:, 2:]) / 2
    half = np.maximum(corners[:, 2:] - corners[:, :2], 1.0) / 2 * factor
    limit = np.array(size, np.float64)
    low = np.clip(np.floor(centre - half), 0, limit)
    high = np.clip(np.ceil(centre + half), 0, limit)
    return np.concatenate([low, high], axis=1).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Mosaic:
    """How a region is made unrecognisable.

    Attributes:
        kind: what a block is filled with.
        blocks: blocks along the longer side of a region.
        expand: how far the region reaches around the face box, as a factor of its size.
    """

    kind: MosaicKind = MosaicKind.NOISE
    blocks: int = 7
    expand: float = 1.4

    def cover(self, image: ImageArray, boxes: FloatArray, *, expand: float | None = None) -> None:
        """Overwrite the regions of `boxes` in `image`, in place; every pixel of them changes hands.

        Args:
            image: shape `(height, width, 3)`, writable.
            boxes: shape `(n, 4)`, pixels; may reach beyond the image.
            expand: in place of the mosaic's own factor.
        """
        height, width = image.shape[:2]
        factor = self.expand if expand is None else expand
        regions = pixel_regions(boxes, factor, (width, height))
        for x0, y0, x1, y1 in regions.tolist():
            if x1 > x0 and y1 > y0:
                image[y0:y1, x0:x1] = self._fill(image[y0:y1, x0:x1], x0 // 16 + y0 // 16)

    def _fill(self, region: ImageArray, salt: int) -> ImageArray:
        """Return what replaces a region; `salt` varies the pattern from place to place."""
        height, width = region.shape[:2]
        side = max(height, width)
        rows = max(1, round(self.blocks * height / side))
        columns = max(1, round(self.blocks * width / side))
        if self.kind is MosaicKind.MEANS:
            small = cv2.resize(region, (columns, rows), interpolation=cv2.INTER_AREA)
        else:
            mean = np.array(cv2.mean(region)[:3], np.float32)
            noise = _pattern(salt % _PATTERNS, rows, columns)
            small = np.clip(mean + noise, 0, 255).astype(np.uint8)
        filled = cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST)
        return np.asarray(filled, np.uint8).reshape(height, width, 3)


@lru_cache(maxsize=2048)
def _pattern(salt: int, rows: int, columns: int) -> FloatArray:
    """Return variations of brightness, shape `(rows, columns, 1)`, the same for the same salt.

    They need not be secret: what hides the face is that they owe nothing to it.
    """
    values = np.random.default_rng(salt).normal(0.0, _VARIATION, (rows, columns, 1))
    made = values.astype(np.float32)
    made.setflags(write=False)
    return made
