"""A face with what is around it, for people to compare: other people in it are not recognisable.

Ears, hairline, neck and scars are compared too, so that as much of the picture is kept as lies
within a reach of the face. Nothing of it is for an encoder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from workbench.arrays import FloatArray, ImageArray
from workbench.faces.boxes import same_face, sizes
from workbench.faces.mosaic import Mosaic
from workbench.faces.thumbnails import thumbnail
from workbench.images import encode_jpeg

__all__ = [
    "LONGEST_PX",
    "KeptPicture",
    "around_face",
    "encode_around",
    "face_alone",
    "keep_picture",
    "kept_around",
]

LONGEST_PX: Final = 640
"""Longer edge of what is kept of a reference, at most; nothing is enlarged to it."""
_REACH: Final = 1.0
_QUALITY: Final = 90
"""Of JPEG; at 80 a third less is kept, and fine marks of a skin begin to go."""
_MOSAIC: Final = Mosaic()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class KeptPicture:
    """What is kept of a picture, for people.

    Attributes:
        thumbnail: JPEG of the face alone, square.
        jpeg: the face and what is around it.
        eyes: shape `(2, 2)` float32, right and left of the person, px of the kept picture.
    """

    thumbnail: bytes
    jpeg: bytes
    eyes: FloatArray


def around_face(
    image: ImageArray, box: FloatArray, others: FloatArray, faint: FloatArray, reach: float
) -> tuple[ImageArray, FloatArray]:
    """Cut out a face with what is around it, as far as the picture goes.

    Args:
        image: shape `(height, width, 3)` uint8 RGB.
        box: shape `(4,)`, px, of the face.
        others: shape `(n, 4)`, px, of other people's faces, which are pixelated: what is around
            them where it does not lie in the box, and they themselves in it too, unless the face
            is a part of one.
        faint: shape `(m, 4)`, px, of what may be a face, which is pixelated outside the box.
        reach: beyond the box at each side, as a share of its longer side.

    Returns:
        A copy, and `x, y` of its corner in the image, px.
    """
    x0, y0, x1, y1 = box.astype(np.float64).tolist()
    room = reach * max(x1 - x0, y1 - y0)
    height, width = image.shape[:2]
    left, right = _range(x0 - room, x1 + room, width)
    top, bottom = _range(y0 - room, y1 + room, height)
    part = image[top:bottom, left:right].copy()
    corner = np.array([left, top], np.float32)
    if not len(others) and not len(faint):
        return part, corner
    covered = part.copy()
    shift = np.tile(corner, 2)
    _MOSAIC.cover(covered, np.concatenate([others, faint]) - shift)
    # A bystander's mosaic must not take away what is to be compared.
    own = np.s_[
        max(0, int(y0) - top) : int(y1) - top + 1, max(0, int(x0) - left) : int(x1) - left + 1
    ]
    covered[own] = part[own]
    # Nor may it show a bystander whose face lies before it, or in it. What only may be a face is
    # too often an arm, or an ear of this one, to hide any of it.
    holds = same_face(box, others) & (sizes(others).prod(axis=1) > sizes(box[None]).prod())
    _MOSAIC.cover(covered, others[~holds] - shift, expand=1.0)
    return covered, corner


def keep_picture(
    image: ImageArray, box: FloatArray, eyes: FloatArray, others: FloatArray, faint: FloatArray
) -> KeptPicture:
    """Return what a collection keeps of a reference: it alone, and a face's length around it.

    Args:
        image: shape `(height, width, 3)` uint8 RGB.
        box: shape `(4,)`, px, of the face.
        eyes: shape `(2, 2)`, px, right and left of the person.
        others: shape `(n, 4)`, px, of other people's faces, which are pixelated.
        faint: shape `(m, 4)`, px, of what may be one, likewise.
    """
    part, corner = around_face(image, box, others, faint, _REACH)
    tight = _alone(part, box, corner)
    shown, moved = _kept(part, corner, eyes)
    return KeptPicture(encode_jpeg(tight), encode_around(shown), moved)


def kept_around(
    image: ImageArray, box: FloatArray, eyes: FloatArray, others: FloatArray, faint: FloatArray
) -> tuple[ImageArray, FloatArray]:
    """Return the wider picture of `keep_picture` in pixels, and where the eyes are in it."""
    part, corner = around_face(image, box, others, faint, _REACH)
    return _kept(part, corner, eyes)


def encode_around(image: ImageArray) -> bytes:
    """Return a wider picture as it is kept, JPEG."""
    return encode_jpeg(image, _QUALITY)


def face_alone(
    image: ImageArray, box: FloatArray, others: FloatArray, faint: FloatArray
) -> ImageArray:
    """Return what a watchlist keeps of a reference, `(160, 160, 3)` uint8 RGB: as above, no more.

    See Also:
        `keep_picture`: its parameters, and the same picture with what is around it.
    """
    part, corner = around_face(image, box, others, faint, _REACH)
    return _alone(part, box, corner)


def _alone(part: ImageArray, box: FloatArray, corner: FloatArray) -> ImageArray:
    return np.asarray(thumbnail(part, (box - np.tile(corner, 2))[None])[0], np.uint8)


def _kept(part: ImageArray, corner: FloatArray, eyes: FloatArray) -> tuple[ImageArray, FloatArray]:
    shown, scale = _reduced(part)
    return shown, ((eyes.astype(np.float64) - corner) * scale).astype(np.float32)


def _reduced(image: ImageArray) -> tuple[ImageArray, FloatArray]:
    """Return an image whose longer edge is `LONGEST_PX` at most, and by how much, `x, y`."""
    height, width = image.shape[:2]
    times = max(1, max(height, width) // LONGEST_PX)
    if times > 1:
        # Means of whole pixels, then lines between the few that are left: means of parts of
        # pixels take ten times as long, which an import would notice.
        image = image[: height // times * times, : width // times * times]
        size = width // times, height // times
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    height, width = image.shape[:2]
    rest = min(1.0, LONGEST_PX / max(height, width))
    if rest < 1:
        size = max(1, round(width * rest)), max(1, round(height * rest))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    # By each side its own: a size is whole pixels.
    by = np.array(image.shape[1::-1], np.float64) / np.array([width, height]) / times
    return image, by


def _range(first: float, last: float, length: int) -> tuple[int, int]:
    start = min(max(0, int(first)), length - 1)
    return start, max(start + 1, min(length, int(last) + 1))
