"""Pictures with a soft edge, ready to be laid on a frame at any size and tilt."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.arrays import ImageArray

__all__ = ["Cover", "Look", "Sprite", "lay", "placed"]

_HALF = 0.5
_SMALLEST_LEVEL = 8


@dataclass(frozen=True, slots=True, eq=False)
class Sprite:
    """A cut-out at several sizes, each half of the one before.

    Attributes:
        levels: `(h, w, 4)` uint8 each: red, green, blue times cover, and cover 0..255.
        centre: column and row of the anchor in the first level, px.
        unit_px: how many px of the first level one unit of the caller is.
    """

    levels: tuple[NDArray[np.uint8], ...]
    centre: tuple[float, float]
    unit_px: float

    @classmethod
    def of(
        cls,
        colour: ImageArray,
        cover: NDArray[np.float32],
        centre: tuple[float, float],
        unit_px: float,
    ) -> Sprite:
        """Return a sprite of a picture and its cover in 0..1, with its smaller levels."""
        rgba = np.dstack([colour * cover[..., None], cover * 255.0])
        level = np.rint(np.clip(rgba, 0, 255)).astype(np.uint8)
        levels = [level]
        while min(level.shape[:2]) >= 2 * _SMALLEST_LEVEL:
            height, width = level.shape[:2]
            # Whole pairs only, so that a level is exactly half of the one before.
            even = level[: height // 2 * 2, : width // 2 * 2]
            level = cast(
                "NDArray[np.uint8]",
                cv2.resize(even, (width // 2, height // 2), interpolation=cv2.INTER_AREA),
            )
            levels.append(level)
        return cls(tuple(levels), centre, unit_px)


@dataclass(frozen=True, slots=True)
class Look:
    """How a sprite is turned and blurred.

    Attributes:
        roll_deg: turn about the anchor, degrees clockwise.
        motion: motion during the exposure, px right and down.
        soft_px: standard deviation of a blur the same in all directions, px.
    """

    roll_deg: float = 0.0
    motion: tuple[float, float] = (0.0, 0.0)
    soft_px: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """What a sprite hides of a frame.

    Attributes:
        x, y: column and row of the upper left corner, px.
        alpha: shape `(h, w)` uint8, 0 nothing to 255 everything.
    """

    x: int
    y: int
    alpha: NDArray[np.uint8]


def placed(
    sprite: Sprite,
    unit_px: float,
    at: tuple[float, float],
    frame: tuple[int, int],
    look: Look | None = None,
) -> tuple[Cover, NDArray[np.uint8]] | None:
    """Return a sprite as it covers a frame: its cover, and `(h, w, 4)` of colour and cover.

    Args:
        sprite: what to place.
        unit_px: how many px of the frame one unit of the sprite is.
        at: column and row of the anchor in the frame, px.
        frame: width and height of the frame, px.
        look: how it is turned and blurred; neither when left out.

    Returns:
        `None` when nothing of it is inside the frame.
    """
    seen = look or Look()
    scale = unit_px / sprite.unit_px
    step = 0
    while scale <= _HALF and step + 1 < len(sprite.levels):
        scale, step = scale * 2, step + 1
    level = sprite.levels[step]
    cx, cy = (value / 2**step for value in sprite.centre)
    turn = math.radians(seen.roll_deg)
    cos, sin = scale * math.cos(turn), scale * math.sin(turn)
    # Pixel centres: a level's pixel (0, 0) covers 0..1, OpenCV's transform maps its middle.
    matrix = np.array([[cos, -sin, at[0]], [sin, cos, at[1]]], np.float64)
    matrix[:, 2] += matrix[:, :2] @ (np.array([0.5, 0.5]) - (cx, cy)) - 0.5
    height, width = level.shape[:2]
    corners = matrix[:, :2] @ np.array([[0, width, 0, width], [0, 0, height, height]], float)
    corners += matrix[:, 2:]
    room = math.ceil(max(map(abs, seen.motion))) + math.ceil(3 * seen.soft_px) + 1
    x0, y0 = (max(0, math.floor(low) - room) for low in corners.min(axis=1))
    x1 = min(frame[0], math.ceil(corners[0].max()) + room)
    y1 = min(frame[1], math.ceil(corners[1].max()) + room)
    if x0 >= x1 or y0 >= y1:
        return None
    matrix[:, 2] -= (x0, y0)
    smooth = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR
    patch = cv2.warpAffine(level, matrix, (x1 - x0, y1 - y0), flags=smooth)
    if seen.soft_px > 0:
        patch = cv2.GaussianBlur(patch, (0, 0), seen.soft_px)
    patch = _moved(cast("NDArray[np.uint8]", patch), seen.motion)
    return Cover(x0, y0, np.ascontiguousarray(patch[..., 3])), patch


def lay(
    frame: ImageArray,
    cover: Cover,
    patch: NDArray[np.uint8],
    gain: tuple[float, float, float] = (1.0, 1.0, 1.0),
) -> None:
    """Lay a placed sprite on a frame, in place.

    Args:
        frame: shape `(height, width, 3)` uint8.
        cover: where it lies.
        patch: what `placed` gave with it.
        gain: brightness factor of red, green and blue.
    """
    height, width = cover.alpha.shape
    part = frame[cover.y : cover.y + height, cover.x : cover.x + width]
    colour = cv2.cvtColor(patch, cv2.COLOR_RGBA2RGB)
    if gain != (1.0, 1.0, 1.0):
        colour = cv2.multiply(colour, np.array([*gain, 1.0]))
    through = cv2.cvtColor(cv2.bitwise_not(cover.alpha), cv2.COLOR_GRAY2RGB)
    part[:] = cv2.add(cv2.multiply(part, through, scale=1 / 255), colour)


def _moved(patch: NDArray[np.uint8], blur: tuple[float, float]) -> NDArray[np.uint8]:
    """Return the patch smeared along a motion of `blur` px."""
    length = math.hypot(*blur)
    if length < _HALF:
        return patch
    # Eighths of a pixel: a kernel each, made once.
    kernel = _line(round(blur[0] * 8), round(blur[1] * 8))
    smeared = cv2.filter2D(patch, -1, kernel, borderType=cv2.BORDER_REPLICATE)
    return cast("NDArray[np.uint8]", smeared)


@cache
def _line(dx: int, dy: int) -> NDArray[np.float32]:
    """Return the kernel of an even motion by `dx, dy` eighths of a pixel, summing to 1."""
    reach = math.ceil(max(abs(dx), abs(dy)) / 16 + 0.5)
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float64)
    for share in np.linspace(-0.5, 0.5, 33):
        x, y = reach + share * dx / 8, reach + share * dy / 8
        left, top = int(x), int(y)
        fx, fy = x - left, y - top
        for row, column, weight in (
            (top, left, (1 - fx) * (1 - fy)),
            (top, left + 1, fx * (1 - fy)),
            (top + 1, left, (1 - fx) * fy),
            (top + 1, left + 1, fx * fy),
        ):
            if weight > 0:
                kernel[row, column] += weight
    return cast("NDArray[np.float32]", (kernel / kernel.sum()).astype(np.float32))
