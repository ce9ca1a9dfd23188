"""Pictures of a report: equal scale for what is compared, and nobody shown who is not involved.

All of it is done on pixels before they are encoded. Nothing of a face that is covered here can be
had back from a report, whatever reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from workbench.arrays import FloatArray, ImageArray
from workbench.errors import UsageError
from workbench.faces.mosaic import Mosaic
from workbench.images import encode_jpeg
from workbench.reports.page import Picture
from workbench.reports.search_parts import FacePicture

__all__ = ["Side", "side_by_side", "whole", "withheld"]

_MOSAIC: Final = Mosaic()
_EYES_PX: Final = 104
"""Between the eyes of both faces that are compared; a head is about 2.5 times as wide."""
_SIDE: Final = 480
_EYE_LINE: Final = 0.42
"""Where the middle between the eyes lies, from above, as a share of the height."""
_WHOLE_SIDE: Final = 1000
_WITHHELD_SIDE: Final = 84
_GREY: Final = 128
_QUALITY: Final = 92
_SAME_SIZE: Final = (0.95, 1.05)


@dataclass(frozen=True, slots=True)
class Side:
    """One picture of a comparison.

    Attributes:
        picture: as it is printed.
        eyes_px: between the eyes in the picture as it was, px; `None` where they were not found.
        scale: by how much it was enlarged; below 1 it was reduced.
    """

    picture: Picture
    eyes_px: float | None
    scale: float

    @property
    def said(self) -> str:
        """Scale and resolution, in words."""
        low, high = _SAME_SIZE
        if self.scale > high:
            how = f"enlarged {self.scale:.1f} times"
        elif self.scale < low:
            how = f"reduced to {self.scale:.2f} of its size"
        else:
            how = "at its own size"
        if self.eyes_px is None:
            return f"Eyes not found; {how}."
        return f"{self.eyes_px:.0f} px between the eyes; {how}."


def side_by_side(
    first: FacePicture, second: FacePicture, alts: tuple[str, str]
) -> tuple[Side, Side, bool]:
    """Return two faces as they are compared: moved and scaled, never turned or warped.

    Both have as many pixels between the eyes, and these at one height. Where the eyes of either
    were not found, both are shown whole.

    Returns:
        The two, and whether they are at equal scale.

    Raises:
        UsageError: when the eyes of a face lie in one point.
    """
    if first.eyes is None or second.eyes is None:
        return _fitted(first, alts[0]), _fitted(second, alts[1]), False
    return _scaled(first, first.eyes, alts[0]), _scaled(second, second.eyes, alts[1]), True


def whole(picture: FacePicture, alt: str, caption: str) -> Picture:
    """Return a whole picture, reduced where it is large, its bystanders unrecognisable."""
    image = _private(picture)
    scale = _WHOLE_SIDE / max(image.shape[:2])
    if scale < 1:
        image = _resized(image, scale)
    return Picture(encode_jpeg(image, _QUALITY), alt, caption)


def withheld(image: ImageArray) -> Picture:
    """Return what stands for the picture of somebody who is not involved.

    One colour of it is kept, the mean of all of its pixels, and nothing else.
    """
    copy = np.ascontiguousarray(image).copy()
    height, width = copy.shape[:2]
    _MOSAIC.cover(copy, np.array([[0, 0, width, height]], np.float32), expand=1.0)
    small = cv2.resize(copy, (_WITHHELD_SIDE, _WITHHELD_SIDE), interpolation=cv2.INTER_NEAREST)
    return Picture(encode_jpeg(np.asarray(small, np.uint8)), "Picture withheld", "")


def _private(picture: FacePicture) -> ImageArray:
    """Return a copy in which other people cannot be recognised."""
    copy = np.ascontiguousarray(picture.image).copy()
    if picture.bystanders is not None and len(picture.bystanders):
        _MOSAIC.cover(copy, picture.bystanders)
    return copy


def _scaled(picture: FacePicture, eyes: FloatArray, alt: str) -> Side:
    points = eyes.astype(np.float64)
    apart = float(np.linalg.norm(points[1] - points[0]))
    if not apart >= 1:
        msg = f"the eyes of {alt} lie {apart:.2f} px apart. Give the middles of two eyes."
        raise UsageError(msg)
    scale = _EYES_PX / apart
    image = _private(picture)
    height, width = image.shape[:2]
    reach = _SIDE / scale
    start = points.mean(axis=0) - reach * np.array([0.5, _EYE_LINE])
    # Only what will be seen is scaled: a small face of a large frame is enlarged many times.
    low = np.clip(np.floor(start), 0, [width - 1, height - 1]).astype(int)
    high = np.clip(np.ceil(start + reach), low + 1, [width, height]).astype(int)
    part = _resized(image[low[1] : high[1], low[0] : high[0]], scale)
    canvas = np.full((_SIDE, _SIDE, 3), _GREY, np.uint8)
    x, y = np.rint((low - start) * scale).astype(int)
    top, left = max(0, y), max(0, x)
    seen = part[top - y : top - y + _SIDE - top, left - x : left - x + _SIDE - left]
    canvas[top : top + seen.shape[0], left : left + seen.shape[1]] = seen
    return Side(Picture(encode_jpeg(canvas, _QUALITY), alt, ""), apart, scale)


def _fitted(picture: FacePicture, alt: str) -> Side:
    image = _private(picture)
    height, width = image.shape[:2]
    scale = _SIDE / max(height, width)
    part = _resized(image, scale)[:_SIDE, :_SIDE]
    canvas = np.full((_SIDE, _SIDE, 3), _GREY, np.uint8)
    top, left = (_SIDE - part.shape[0]) // 2, (_SIDE - part.shape[1]) // 2
    canvas[top : top + part.shape[0], left : left + part.shape[1]] = part
    return Side(Picture(encode_jpeg(canvas, _QUALITY), alt, ""), picture.eyes_px, scale)


def _resized(image: ImageArray, scale: float) -> ImageArray:
    height, width = image.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size, interpolation=how), np.uint8)
