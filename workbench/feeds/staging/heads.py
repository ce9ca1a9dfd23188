"""A head cut out of a portrait by the box of its face: soft, and without a learnt model."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.arrays import ImageArray
from workbench.feeds.staging.people import Portrait
from workbench.feeds.staging.sprites import Sprite

__all__ = ["cut_head", "skin_colour"]

_REACH = 1.3
"""Half a side of the square that is cut, in face heights."""
_COARSE = 96
"""Side in px at which foreground and background are told apart."""
_PASSES = 3
_KEPT = (0.55, 1.0)
"""Share of the head ellipse that a plausible cut keeps; outside it the ellipse alone is used."""


def cut_head(portrait: Portrait, largest_px: float) -> Sprite:
    """Return the head of a portrait as a sprite whose unit is the height of the face box.

    An ellipse around hair and chin with a neck below it, softened; inside it colours that belong
    to the surroundings (GrabCut: Rother, Kolmogorov, Blake, SIGGRAPH 2004) are taken away, but
    never from the face itself. The anchor is the middle of the face box.

    Args:
        portrait: the photograph.
        largest_px: height in px at which the face will be shown at most; larger photographs are
            scaled down to it.
    """
    x0, y0, x1, y1 = (float(value) for value in portrait.box)
    face = y1 - y0
    unit = min(face, largest_px)
    side = max(8, round(2 * _REACH * unit))
    scale = unit / face
    matrix = np.array(
        [
            [scale, 0, side / 2 - 0.5 - scale * ((x0 + x1) / 2 - 0.5)],
            [0, scale, side / 2 - 0.5 - scale * ((y0 + y1) / 2 - 0.5)],
        ]
    )
    source = portrait.image
    if scale < 1:
        # A transform skips pixels when it shrinks: blur away what the smaller picture cannot hold.
        source = cast("ImageArray", cv2.GaussianBlur(source, (0, 0), 0.4 / scale))
    size = (side, side)
    colour = cv2.warpAffine(source, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    present = np.full(portrait.image.shape[:2], 255, np.uint8)
    inside = cv2.warpAffine(present, matrix, size).astype(np.float32) / np.float32(255)
    cover = _cover(cast("ImageArray", colour), (x1 - x0) / face, portrait.roll_deg, unit)
    cover *= _inset(inside, 0.05 * unit)
    return Sprite.of(cast("ImageArray", colour), cover, (side / 2, side / 2), unit)


def skin_colour(portrait: Portrait) -> tuple[int, int, int]:
    """Return the median red, green and blue of the cheeks, for a neck and hands that fit."""
    x0, y0, x1, y1 = (float(value) for value in portrait.box)
    height, width = portrait.image.shape[:2]
    left, right = (int(np.clip(x0 + s * (x1 - x0), 0, width)) for s in (0.25, 0.75))
    top, bottom = (int(np.clip(y0 + s * (y1 - y0), 0, height)) for s in (0.5, 0.7))
    part = portrait.image[top : max(bottom, top + 1), left : max(right, left + 1)]
    red, green, blue = np.median(part.reshape(-1, 3), axis=0)
    return int(red), int(green), int(blue)


def _cover(colour: ImageArray, aspect: float, roll_deg: float, unit: float) -> NDArray[np.float32]:
    """Return the soft cover of the head, shape of `colour`, 0..1."""
    side = colour.shape[0]
    outer = _shape(_COARSE, 1.0, max(aspect, 0.7), roll_deg)
    inner = _shape(_COARSE, 0.72, max(aspect, 0.7), roll_deg)
    kept = _kept(colour, outer, inner)
    large = cv2.resize(kept, (side, side), interpolation=cv2.INTER_CUBIC)
    edge = max(0.035 * unit, 0.6)
    return np.clip(cv2.GaussianBlur(large, (0, 0), edge), 0, 1).astype(np.float32)


def _shape(side: int, size: float, aspect: float, roll_deg: float) -> NDArray[np.float32]:
    """Return a head with neck drawn in a square of `side` px, 0..1."""
    face = side / (2 * _REACH)
    mask = np.zeros((side, side), np.uint8)
    middle = side / 2
    turn = np.radians(roll_deg)
    up = -0.2 * face * (1.0 if size >= 1 else 0.25)
    centre = (middle - up * np.sin(turn), middle + up * np.cos(turn))
    axes = (0.78 * aspect * size * face, 0.72 * size * face)
    _ellipse(mask, centre, axes, roll_deg)
    if size >= 1:
        neck = np.array([(-0.29, 0.2), (0.29, 0.2), (0.3, 0.66), (-0.3, 0.66)], np.float64) * face
        cv2.fillConvexPoly(mask, np.rint((neck + middle) * 16).astype(np.int32), 255, 16, 4)
    return mask.astype(np.float32) / np.float32(255)


def _ellipse(
    mask: NDArray[np.uint8],
    centre: tuple[float, float],
    axes: tuple[float, float],
    roll_deg: float,
) -> None:
    """Fill an ellipse, to a sixteenth of a pixel."""
    cv2.ellipse(
        mask,
        (round(centre[0] * 16), round(centre[1] * 16)),
        (round(axes[0] * 16), round(axes[1] * 16)),
        roll_deg,
        0,
        360,
        255,
        -1,
        cv2.LINE_AA,
        4,
    )


def _kept(
    colour: ImageArray, outer: NDArray[np.float32], inner: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return `outer` without what looks like the surroundings, but all of `inner`."""
    small = cv2.resize(colour, (_COARSE, _COARSE), interpolation=cv2.INTER_AREA)
    labels = np.full((_COARSE, _COARSE), cv2.GC_BGD, np.uint8)
    labels[outer > 0] = cv2.GC_PR_FGD
    labels[inner > 0.5] = cv2.GC_FGD  # noqa: PLR2004 - the middle of an anti-aliased edge
    # GrabCut draws from OpenCV's generator: the same portrait is to give the same cut.
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(small, labels, (0, 0, 0, 0), *models, _PASSES, cv2.GC_INIT_WITH_MASK)
    front = ((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)).astype(np.float32)
    front = cv2.medianBlur((front * 255).astype(np.uint8), 5).astype(np.float32) / np.float32(255)
    share = float((front * outer).sum() / outer.sum())
    if not _KEPT[0] <= share <= _KEPT[1]:
        return outer
    return cast("NDArray[np.float32]", np.maximum(np.minimum(outer, front), inner))


def _inset(inside: NDArray[np.float32], edge: float) -> NDArray[np.float32]:
    """Return 1 well inside the photograph, fading to 0 at its edges over about `edge` px."""
    if inside.min() > 0:
        return inside
    reach = max(1, round(edge))
    shrunk = cv2.erode(inside, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    return cast("NDArray[np.float32]", cv2.GaussianBlur(shrunk, (0, 0), max(edge / 2, 0.5)))
