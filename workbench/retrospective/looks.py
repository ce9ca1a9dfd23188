"""The best looks at each face that is followed, far enough apart to differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from workbench.arrays import FloatArray, ImageArray
from workbench.faces.boxes import centres, same_face, sizes
from workbench.faces.mosaic import Mosaic, pixel_regions
from workbench.faces.surroundings import kept_around
from workbench.faces.types import Faces
from workbench.feeds.frames import Frame

__all__ = ["CropSource", "Look", "Looks", "cut_looks"]

_ROOM = 1.3
"""Sides of the picture around a face, in sides of the square that is shown of it."""


class CropSource(Protocol):
    """What the cutting asks of a face analyser."""

    def crops(self, image: ImageArray, faces: Faces) -> dict[str, ImageArray]:
        """Cut the crop of each face that each encoder wants."""
        ...


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Look:
    """One look at a face; nothing of it refers to the frame.

    Attributes:
        crops: what each encoder wants of it, `(1, size, size, 3)` uint8 RGB by encoder.
        around: the picture around the face, `(h, w, 3)` uint8 RGB, other faces unrecognisable.
        corner: `x, y` of its upper left corner in the frame, px.
        face: the face alone, in pixels of the frame.
        weight: what the look is worth, above 0.
        frame: index of the frame.
        time_s: of the frame.
        hidden: share of the face's box that is covered because another face reaches into it, 0..1.
        wider: the face with as much around it as is kept for people who compare, 640 px a side at
            most, other faces unrecognisable.
        wider_eyes: shape `(2, 2)`, right and left of the person, px of `wider`.
    """

    crops: Mapping[str, ImageArray]
    around: ImageArray
    corner: tuple[int, int]
    face: Faces
    weight: float
    frame: int
    time_s: float
    hidden: float
    wider: ImageArray
    wider_eyes: FloatArray

    def face_in_picture(self) -> Faces:
        """Return the face in pixels of `around`."""
        x, y = self.corner
        shift = np.array([x, y], np.float32)
        return Faces(
            self.face.boxes - np.tile(shift, 2), self.face.landmarks - shift, self.face.confidence
        )


class Looks:
    """At most `most` looks a track: the best of each span of time, and of those the best."""

    def __init__(self, most: int, apart_s: float) -> None:
        """Set how many looks a track may hold, and the span of which one is kept, s."""
        self._most, self._apart_s = most, apart_s
        self._held: dict[int, dict[int, Look]] = {}

    def wants(self, track: int, time_s: float, weight: float) -> bool:
        """Whether a look of that weight would be kept, before it is cut out."""
        held = self._held.get(track, {})
        before = held.get(self._span(time_s))
        if before is not None:
            return weight > before.weight
        return len(held) < self._most or weight > min(look.weight for look in held.values())

    def add(self, track: int, look: Look) -> None:
        """Keep a look that is wanted, in place of a worse one."""
        held = self._held.setdefault(track, {})
        held[self._span(look.time_s)] = look
        if len(held) > self._most:
            del held[min(held, key=lambda span: (held[span].weight, -span))]

    def take(self, track: int) -> list[Look]:
        """Return the looks at a track, best first, and hold none of it any more."""
        held = self._held.pop(track, {})
        return sorted(held.values(), key=lambda look: (-look.weight, look.time_s))

    def _span(self, time_s: float) -> int:
        return int(time_s // self._apart_s)


def cut_looks(
    source: CropSource,
    frame: Frame,
    faces: Faces,
    weights: Mapping[int, float],
    *,
    strong: Sequence[int],
    believed: FloatArray,
    mosaic: Mosaic,
) -> dict[int, Look]:
    """Cut looks out of a frame.

    Args:
        source: cuts what each encoder wants.
        frame: as it was decoded.
        faces: all that were found in it.
        weights: what the looks to be cut are worth, by row of `faces`.
        strong: rows of `faces` that surely are some, those of `weights` among them.
        believed: shape `(m, 4)`, where faces should be that were not found in it.
        mosaic: covers the faces beside the one that a look is of.

    Returns:
        The looks, by row.
    """
    rows = list(weights)
    if not rows:
        return {}
    crops = source.crops(frame.image, faces[rows])
    looks = {}
    for place, row in enumerate(rows):
        others = np.concatenate([np.delete(faces.boxes, row, axis=0), believed])
        around, corner, hidden = _around(frame.image, faces.boxes[row], others, mosaic)
        wider, wider_eyes = _wider(frame.image, faces, row, strong, believed)
        looks[row] = Look(
            crops={name: batch[place : place + 1].copy() for name, batch in crops.items()},
            around=around,
            corner=corner,
            face=faces[[row]],
            weight=weights[row],
            frame=frame.index,
            time_s=frame.time_s,
            hidden=hidden,
            wider=wider,
            wider_eyes=wider_eyes,
        )
    return looks


def _wider(
    image: ImageArray, faces: Faces, row: int, strong: Sequence[int], believed: FloatArray
) -> tuple[ImageArray, FloatArray]:
    """Cut out the face with what is around it; what may be another hides nothing of it."""
    box = faces.boxes[row]
    sure = [one for one in strong if one != row]
    perhaps = np.concatenate([np.delete(faces.boxes, list(strong), axis=0), believed])
    return kept_around(
        image,
        box,
        faces.landmarks[row, :2],
        faces.boxes[sure],
        perhaps[~same_face(box, perhaps)],
    )


def _around(
    image: ImageArray, box: FloatArray, others: FloatArray, mosaic: Mosaic
) -> tuple[ImageArray, tuple[int, int], float]:
    """Cut out the square around a face, the others unrecognisable; say how much that hides."""
    height, width = image.shape[:2]
    half = np.tile(sizes(box[None]).max(axis=1, initial=1.0) / 2, 2)
    middle = centres(box[None])[0]
    square = np.concatenate([middle - half, middle + half]).astype(np.float32)
    x0, y0, x1, y1 = pixel_regions(square[None], _ROOM, (width, height))[0].tolist()
    around = np.array(image[y0:y1, x0:x1], np.uint8)
    shift = np.array([x0, y0, x0, y0], np.float32)
    mosaic.cover(around, others - shift)
    size = (x1 - x0, y1 - y0)
    own = pixel_regions((box - shift)[None], 1.0, size)[0].tolist()
    covered = np.zeros(around.shape[:2], np.bool_)
    for left, top, right, bottom in pixel_regions(others - shift, mosaic.expand, size).tolist():
        covered[top:bottom, left:right] = True
    face = covered[own[1] : own[3], own[0] : own[2]]
    return around, (x0, y0), float(face.mean()) if face.size else 0.0
