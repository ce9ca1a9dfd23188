"""A drawn street: pavement, house fronts with windows, and a sky, as the staged camera sees it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.arrays import ImageArray
from workbench.feeds.staging.camera import Camera

__all__ = ["draw_street", "fitted"]

_SIDE_M = 5.2
"""How far the house fronts stand from the middle of the street."""
_END_M = 120.0
_NEAREST_M = 1.0
_FRONTS = (
    (150, 128, 110), (126, 104, 92), (168, 158, 142), (112, 112, 116), (140, 120, 96),
    (96, 84, 80), (176, 170, 160),
)  # fmt: skip
_AWNINGS = ((120, 48, 44), (44, 72, 64), (52, 58, 92), (148, 118, 60), (66, 66, 70))


def draw_street(camera: Camera, rng: np.random.Generator) -> ImageArray:
    """Return an empty street as the camera sees it, shape `(height, width, 3)` uint8 RGB."""
    street = _Street(camera, rng)
    street.sky()
    street.ground()
    for side in (-1.0, 1.0):
        street.houses(side)
        street.kerb(side)
    return street.finished()


def fitted(image: ImageArray, width: int, height: int) -> ImageArray:
    """Return a picture scaled to fill a frame, what stands over cut off evenly."""
    scale = max(width / image.shape[1], height / image.shape[0])
    size = (max(width, round(image.shape[1] * scale)), max(height, round(image.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    large = image if size == image.shape[1::-1] else cv2.resize(image, size, interpolation=how)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return cast("ImageArray", np.ascontiguousarray(large[top : top + height, left : left + width]))


class _Street:
    """The picture while it is drawn, far to near."""

    def __init__(self, camera: Camera, rng: np.random.Generator) -> None:
        self._camera = camera
        self._rng = rng
        self._image = np.zeros((camera.height, camera.width, 3), np.uint8)

    def sky(self) -> None:
        """Fill everything with an overcast sky."""
        top, low = np.array([168, 182, 200.0]), np.array([222, 224, 226.0])
        share = np.linspace(0, 1, max(2, round(max(self._camera.horizon_px, 2))))[:, None]
        rows = top + (low - top) * share
        self._image[:] = low
        visible = rows[-self._camera.height :]
        self._image[: len(visible)] = visible[:, None]

    def ground(self) -> None:
        """Lay paving slabs, each a little different, with joints."""
        self._plane((-40.0, 40.0), (_NEAREST_M, _END_M), (128, 126, 122))
        slab = 0.6
        edges = [_NEAREST_M + slab * row for row in range(70)]
        for z in reversed(edges):
            for column in range(-9, 9):
                tone = 134 + 9 * float(self._rng.standard_normal())
                colour = (tone, tone * 0.985, tone * 0.955)
                x = column * slab
                self._plane((x + 0.006, x + slab - 0.006), (z + 0.006, z + slab - 0.008), colour)
        for _ in range(9):
            z, x = float(self._rng.uniform(2, 24)), float(self._rng.uniform(-4, 4))
            tone = float(self._rng.uniform(92, 118))
            self._plane((x, x + 0.5), (z, z + 0.5), (tone, tone, tone))

    def kerb(self, side: float) -> None:
        """Draw the foot of the house fronts, darker where rain and feet reach."""
        low, high = sorted((side * (_SIDE_M - 0.35), side * _SIDE_M))
        self._plane((low, high), (_NEAREST_M, _END_M), (98, 96, 94))

    def houses(self, side: float) -> None:
        """Draw the fronts of one side from the far end on."""
        fronts = []
        z = _NEAREST_M
        while z < _END_M:
            depth = float(self._rng.uniform(5, 11))
            fronts.append((z, z + depth))
            z += depth
        for first, last in reversed(fronts):
            self._house(side, first, last)

    def _house(self, side: float, first: float, last: float) -> None:
        """Draw one front, its windows and its shop."""
        rng = self._rng
        height = float(rng.uniform(9, 16))
        tint = float(rng.uniform(0.85, 1.1)) * (0.85 if side > 0 else 1.0)
        front = [tint * value for value in _FRONTS[int(rng.integers(len(_FRONTS)))]]
        self._wall(side, (first, last), (0.0, height), front)
        bays = max(2, round((last - first) / 2.2))
        bay = (last - first) / bays
        for floor in range(1, int(height // 3)):
            for number in range(bays):
                z = first + (number + 0.27) * bay
                low = 0.9 + 3.0 * floor
                tone = float(rng.uniform(44, 92))
                glass = (tone * 0.9, tone, tone * 1.1)
                pale = [min(255.0, 1.2 * value) for value in front]
                self._wall(side, (z - 0.08, z + 0.46 * bay + 0.08), (low - 0.1, low + 1.7), pale)
                self._wall(side, (z, z + 0.46 * bay), (low, low + 1.6), glass)
        dark = [0.45 * value for value in front]
        self._wall(side, (first + 0.3, last - 0.3), (0.0, 3.0), dark)
        for number in range(bays):
            z = first + number * bay
            tone = float(rng.uniform(50, 120))
            pane = (tone, tone * 1.02, tone * 1.05)
            self._wall(side, (z + 0.4, z + bay - 0.25), (0.5, 2.4), pane)
        awning = _AWNINGS[int(rng.integers(len(_AWNINGS)))]
        self._wall(side, (first + 0.3, last - 0.3), (2.5, 3.1), awning)

    def finished(self) -> ImageArray:
        """Return the picture with grain, stains, fading into the distance and softness."""
        height, width = self._image.shape[:2]
        rng = self._rng
        coarse = rng.standard_normal((max(2, height // 60), max(2, width // 60)))
        fine = rng.standard_normal((max(2, height // 3), max(2, width // 3)))
        light = np.ones((height, width), np.float32)
        for part, weight in ((coarse, 0.035), (fine, 0.02)):
            size = (width, height)
            light += weight * cv2.resize(part.astype(np.float32), size)
        picture = self._image.astype(np.float32) * light[..., None]
        row = np.arange(height, dtype=np.float32)
        haze = np.exp(-np.maximum(row - self._camera.horizon_px, 0) / (0.1 * height))
        mist = (0.45 * haze)[:, None, None]
        picture = picture * (1 - mist) + np.array([206, 210, 214], np.float32) * mist
        soft = cv2.GaussianBlur(picture, (0, 0), max(0.6, height / 900))
        return cast("ImageArray", np.clip(soft, 0, 255).astype(np.uint8))

    def _plane(
        self, x: tuple[float, float], z: tuple[float, float], colour: Sequence[float]
    ) -> None:
        """Fill a rectangle on the ground, in metres."""
        near, far = max(z[0], _NEAREST_M), z[1]
        self._fill([(x[0], 0, near), (x[1], 0, near), (x[1], 0, far), (x[0], 0, far)], colour)

    def _wall(
        self,
        side: float,
        z: tuple[float, float],
        y: tuple[float, float],
        colour: Sequence[float],
    ) -> None:
        """Fill a rectangle on a house front, in metres."""
        x, near = side * _SIDE_M, max(z[0], _NEAREST_M)
        corners = [(x, y[0], near), (x, y[0], z[1]), (x, y[1], z[1]), (x, y[1], near)]
        self._fill(corners, colour)

    def _fill(self, corners: Sequence[tuple[float, float, float]], colour: Sequence[float]) -> None:
        """Fill a polygon given in metres right, up and away."""
        at = np.array([self._camera.project(*corner) for corner in corners])
        points: NDArray[np.int32] = np.rint(np.clip(at, -30000, 30000) * 16).astype(np.int32)
        shade = tuple(float(min(255, max(0, value))) for value in colour)
        cv2.fillConvexPoly(self._image, points, shade, cv2.LINE_AA, 4)
