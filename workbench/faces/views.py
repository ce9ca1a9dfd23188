"""A picture of any size -> views that a detector can take, and their faces -> faces of the picture.

A detector finds faces between a smallest and a largest size in its own input, and memory bounds
that input. A *view* is a rectangle of the picture and the scale it is shown at. The fine views
hold the smallest face asked for and overlap where there are several; one coarse view of the whole
picture holds the faces too large for them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from workbench.arrays import BoolArray, ImageArray, check_shape
from workbench.faces.boxes import CONTAINED, centres, sizes, suppress
from workbench.faces.types import Faces

__all__ = ["Reach", "View", "check_image", "find_faces", "plan_views"]

OVERLAP_PX: Final = 256
"""How far fine views overlap, in pixels of the detector's input."""
LARGEST_IN_TILE_PX: Final = 192
"""Width of a face that surely fits one of several fine views: its height fits the overlap."""
LARGE_PX: Final = 300_000
"""From so many pixels on a view is scaled by lines between pixels instead of by areas, which takes
half as long as the network: 8.4 ms of a picture of 1920x1080, against 1.6. In 94 frames of a real
street both found the same faces, 268 and 271, a hundredth of their width apart."""
LEAST_LINEAR: Final = 0.5
"""Below, lines between pixels would leave some pixels out."""
_ROUNDING: Final = 1.001
_NO_PIXEL: Final = "the image has no pixel"


@dataclass(frozen=True, slots=True)
class Reach:
    """What a detector finds in its input, widths of a face in pixels.

    Attributes:
        smallest: narrowest face found reliably.
        largest: widest face found reliably.
        short_side: short side of the coarse view, so that a face that fills it is found.
        max_pixels: most pixels of one input.
        enlarge_below: pictures with a shorter short side are enlarged to it.
    """

    smallest: float
    largest: float
    short_side: int
    max_pixels: int
    enlarge_below: int


@dataclass(frozen=True, slots=True)
class View:
    """One input of the detector.

    Attributes:
        box: `x0, y0, x1, y1` whole pixels of the picture that are shown.
        core: the part of `box` whose faces count, by their centres, so that none counts twice.
        scale: input pixels for one pixel of the picture.
        narrowest: faces narrower than this, in pixels of the picture, are left to other views.
        widest: likewise faces wider than this, of which the view may show a part only.
    """

    box: tuple[int, int, int, int]
    core: tuple[float, float, float, float]
    scale: float
    narrowest: float = 0.0
    widest: float = math.inf

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the detector's input, px."""
        x0, y0, x1, y1 = self.box
        return max(1, round((x1 - x0) * self.scale)), max(1, round((y1 - y0) * self.scale))

    def show(self, image: ImageArray) -> ImageArray:
        """Return the detector's input, shape `(height, width, 3)` uint8 RGB, at least 1x1."""
        x0, y0, x1, y1 = self.box
        part = image[y0:y1, x0:x1]
        if self.scale == 1.0:
            return part
        return np.asarray(cv2.resize(part, self.size, interpolation=self._way(part)), np.uint8)

    def _way(self, part: ImageArray) -> int:
        if self.scale >= 1:
            return cv2.INTER_CUBIC
        nearly = self.scale >= LEAST_LINEAR and part.shape[0] * part.shape[1] >= LARGE_PX
        return cv2.INTER_LINEAR if nearly else cv2.INTER_AREA


def plan_views(height: int, width: int, smallest_face_px: float, reach: Reach) -> list[View]:
    """Return the views that together show every face of at least `smallest_face_px` width.

    Args:
        height: of the picture, px.
        width: of the picture, px.
        smallest_face_px: narrowest face asked for, in pixels of the picture.
        reach: what the detector finds.

    Returns:
        The fine views, then the coarse one where it is needed.
    """
    short = min(height, width)
    fine = min(1.0, reach.smallest / smallest_face_px)
    if short < reach.enlarge_below:
        # A strip of 1 x 10,000 px must not be enlarged beyond what one input may hold.
        most = math.sqrt(reach.max_pixels / (height * width))
        fine = max(fine, min(reach.enlarge_below / short, most))
    whole = (0, 0, width, height)
    everywhere = (-math.inf, -math.inf, math.inf, math.inf)
    tiled = height * width * fine * fine > reach.max_pixels * _ROUNDING
    if not tiled:
        views = [View(whole, everywhere, fine)]
        if short * fine > reach.largest:
            coarse = reach.short_side / short
            # Both find the sizes between: the fine view's landmarks are preferred up to there.
            views.append(View(whole, everywhere, coarse, reach.largest / 2 / fine))
        return views
    side = math.sqrt(reach.max_pixels) / fine
    overlap = OVERLAP_PX / fine
    views = [
        View(
            (math.floor(x0), math.floor(y0), math.ceil(x1), math.ceil(y1)),
            (core_x0, core_y0, core_x1, core_y1),
            fine,
            widest=overlap,
        )
        for y0, y1, core_y0, core_y1 in _spans(height, side, overlap)
        for x0, x1, core_x0, core_x1 in _spans(width, side, overlap)
    ]
    largest = LARGEST_IN_TILE_PX / fine
    coarse = min(fine, max(reach.short_side / short, reach.smallest / largest))
    if math.isinf(reach.largest):
        coarse = min(fine, math.sqrt(reach.max_pixels / (height * width)))
    return [*views, View(whole, everywhere, coarse, largest / 2)]


def find_faces(
    image: ImageArray,
    views: Sequence[View],
    detect: Callable[[ImageArray], Faces],
    *,
    most_iou: float,
) -> Faces:
    """Run a detector over views and return their faces in pixels of the picture.

    Args:
        image: shape `(height, width, 3)` uint8 RGB, at least 1x1.
        views: from `plan_views`.
        detect: finds faces in one input.
        most_iou: faces of different views that overlap more are one face.

    Returns:
        The faces, most confident first.

    Raises:
        ValueError: when the image has another shape, another type or no pixel.
    """
    check_image(image)
    found = [_in_picture(view, detect(view.show(image))) for view in views]
    faces = Faces(
        np.concatenate([one.boxes for one in found]),
        np.concatenate([one.landmarks for one in found]),
        np.concatenate([one.confidence for one in found]),
    )
    if len(views) == 1:
        return faces[np.argsort(-faces.confidence, kind="stable")]
    kept = suppress(faces.boxes, faces.confidence, most_iou=most_iou, most_containment=CONTAINED)
    return faces[kept]


def check_image(image: ImageArray) -> None:
    """Raise `ValueError` unless `image` is `(height, width, 3)` uint8 with at least one pixel."""
    check_shape("image", image, (None, None, 3))
    if image.dtype != np.uint8:
        msg = f"image must be uint8, but is {image.dtype}"
        raise ValueError(msg)
    if image.size == 0:
        raise ValueError(_NO_PIXEL)


def _in_picture(view: View, faces: Faces) -> Faces:
    if not len(faces):
        return faces
    x0, y0, x1, y1 = view.box
    width, height = view.size
    # Sides round to whole pixels, so the two scales may differ a little from the one planned.
    back = np.array([(x1 - x0) / width, (y1 - y0) / height], np.float32)
    corner = np.array([x0, y0], np.float32)
    mapped = Faces(
        faces.boxes * np.tile(back, 2) + np.tile(corner, 2),
        faces.landmarks * back + corner,
        faces.confidence,
    )
    return mapped[_counted(view, mapped)]


def _counted(view: View, faces: Faces) -> BoolArray:
    middle = centres(faces.boxes)
    x0, y0, x1, y1 = view.core
    inside = (middle >= (x0, y0)).all(axis=1) & (middle < (x1, y1)).all(axis=1)
    width = sizes(faces.boxes)[:, 0]
    return np.asarray(inside & (width >= view.narrowest) & (width <= view.widest), np.bool_)


def _spans(length: int, side: float, overlap: float) -> list[tuple[float, float, float, float]]:
    """Cut a length into overlapping spans: start, end, and where their faces count."""
    count = max(1, math.ceil((length - overlap) / max(side - overlap, 1.0)))
    step = (length - overlap) / count
    spans = []
    for index in range(count):
        start, end = index * step, min(length, (index + 1) * step + overlap)
        first, last = index == 0, index == count - 1
        core = -math.inf if first else start + overlap / 2
        core_end = math.inf if last else end - overlap / 2
        spans.append((start, end, core, core_end))
    return spans
