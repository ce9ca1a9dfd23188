"""How much of a face is left to see behind nearer people, obstacles and the edge of the frame."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.feeds.staging.sprites import Cover
from workbench.feeds.staging.walks import Pose

__all__ = ["FaceInView"]

_FINE = 4
_LEAST_PX = 1e-3
"""Boxes are written as 32-bit floats and must keep an extent."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceInView:
    """The oval of one face in one frame, and the share of each pixel that is still visible.

    Attributes:
        box: `x0, y0, x1, y1` px, cut at the edges of the frame.
        present: whether the box has any extent inside the frame.
        left, top: column and row of the first pixel of `visible`.
        visible: shape `(h, w)` float32: the oval inscribed in the face box, less what hides it.
        whole: sum of the oval, parts outside the frame included.
    """

    box: tuple[float, float, float, float]
    present: bool
    left: int
    top: int
    visible: NDArray[np.float32]
    whole: float

    @classmethod
    def at(cls, pose: Pose, aspect: float, size: tuple[int, int]) -> Self:
        """Return the face of someone at a pose, hidden by nothing but the edge of the frame.

        Args:
            pose: where the face is.
            aspect: width of the face divided by its height.
            size: width and height of the frame, px.
        """
        half_w, half_h = aspect * pose.face_px / 2, pose.face_px / 2
        full = (
            pose.x_px - half_w,
            pose.y_px - half_h,
            pose.x_px + half_w,
            pose.y_px + half_h,
        )
        left, top = math.floor(full[0]), math.floor(full[1])
        width, height = math.ceil(full[2]) - left, math.ceil(full[3]) - top
        centre = (pose.x_px - left, pose.y_px - top)
        oval = _oval(centre, (half_w, half_h), (width, height))
        whole = float(oval.sum())
        oval[:, : max(0, -left)] = 0
        oval[: max(0, -top)] = 0
        oval[:, max(0, size[0] - left) :] = 0
        oval[max(0, size[1] - top) :] = 0
        box = (
            max(0.0, full[0]),
            max(0.0, full[1]),
            min(float(size[0]), full[2]),
            min(float(size[1]), full[3]),
        )
        present = box[2] - box[0] > _LEAST_PX and box[3] - box[1] > _LEAST_PX
        return cls(box, present, left, top, oval, whole)

    def hide(self, cover: Cover) -> None:
        """Take away what a nearer thing covers."""
        height, width = cover.alpha.shape
        x0, y0 = max(self.left, cover.x), max(self.top, cover.y)
        x1 = min(self.left + self.visible.shape[1], cover.x + width)
        y1 = min(self.top + self.visible.shape[0], cover.y + height)
        if x0 >= x1 or y0 >= y1:
            return
        alpha = cover.alpha[y0 - cover.y : y1 - cover.y, x0 - cover.x : x1 - cover.x]
        part = self.visible[y0 - self.top : y1 - self.top, x0 - self.left : x1 - self.left]
        part *= 1 - alpha.astype(np.float32) / 255

    def occluded(self) -> float:
        """Return the share of the face that is hidden, 0..1."""
        return min(1.0, max(0.0, 1.0 - float(self.visible.sum()) / self.whole))


def _oval(
    centre: tuple[float, float], axes: tuple[float, float], size: tuple[int, int]
) -> NDArray[np.float32]:
    """Return how much of each pixel an upright ellipse covers, 0..1, `size` wide and high."""
    fine = np.zeros((size[1] * _FINE, size[0] * _FINE), np.uint8)
    x, y = (round((value * _FINE - 0.5) * 16) for value in centre)
    # OpenCV fills the pixels of the outline too, half a pixel beyond it.
    reach = [max(0, round((value * _FINE - 0.5) * 16)) for value in axes]
    cv2.ellipse(fine, (x, y), (reach[0], reach[1]), 0, 0, 360, 255, -1, cv2.LINE_8, 4)
    small = cv2.resize(fine, size, interpolation=cv2.INTER_AREA)
    return cast("NDArray[np.float32]", small.astype(np.float32) / 255)
