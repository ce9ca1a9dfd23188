"""Bodies drawn below the heads: coat or shirt, swinging arms, walking legs, a shadow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.arrays import ImageArray
from workbench.feeds.staging.camera import FACE_M
from workbench.feeds.staging.sprites import Sprite

__all__ = ["STRIDES", "draw_bodies"]

STRIDES = 12
"""Pictures of one gait cycle of two steps."""
_UNIT_PX = 60
"""Height of a face in the drawn bodies, px; larger is scaled up, as cloth is soft."""
_FINE = 2
"""Drawn this much larger and shrunk, for smooth edges."""
_HALF_WIDTH_M = 0.5
_TIES, _BAGS = 0.2, 0.3
"""Shares of people."""
_CLOTHES = (
    ((38, 42, 52), 5),
    ((24, 26, 30), 5),
    ((62, 66, 74), 3),
    ((40, 52, 78), 3),
    ((96, 84, 70), 2),
    ((120, 112, 100), 2),
    ((70, 44, 46), 1),
    ((56, 66, 56), 2),
    ((104, 58, 54), 1),
    ((140, 140, 144), 1),
    ((160, 152, 138), 1),
)
_LEGS = (((34, 38, 50), 4), ((44, 54, 78), 4), ((28, 28, 30), 3), ((92, 84, 72), 1))
_SHIRTS = ((196, 196, 200), (168, 180, 196), (60, 64, 72), (112, 66, 64), (184, 178, 166))

_Colour = tuple[int, int, int]
_Points = Sequence[tuple[float, float]]


def draw_bodies(
    rng: np.random.Generator, head_m: float, skin: tuple[int, int, int]
) -> tuple[Sprite, ...]:
    """Return the pictures of one person's body over a gait cycle, `STRIDES` of them.

    The unit of each sprite is the height of a face, its anchor the middle of the face.

    Args:
        rng: what build and clothes are drawn from.
        head_m: height of the middle of the face above the ground, m.
        skin: red, green and blue of neck and hands.
    """
    body = _Body(rng, head_m, skin)
    return tuple(body.sprite(stride / STRIDES) for stride in range(STRIDES))


class _Body:
    """Build and clothes of one person; drawn in metres from the middle of the face, y down."""

    def __init__(self, rng: np.random.Generator, head_m: float, skin: _Colour) -> None:
        self._ground = head_m
        self._skin = tuple(round(0.82 * value) for value in skin)
        self._wide = float(rng.uniform(0.94, 1.14))
        self._coat = _pick(rng, _CLOTHES)
        self._trousers = _pick(rng, _LEGS)
        self._shirt = _SHIRTS[int(rng.integers(len(_SHIRTS)))]
        self._open = float(rng.uniform(0.24, 0.46))
        self._hem = float(rng.uniform(0.76, 0.98))
        self._tie = bool(rng.random() < _TIES)
        self._bag = bool(rng.random() < _BAGS)
        self._bag_side = 2.0 * int(rng.integers(2)) - 1.0
        self._scale = _UNIT_PX / FACE_M
        self._width = 2 * round(_HALF_WIDTH_M * self._scale)
        self._height = round((head_m + 0.06) * self._scale)
        folds = rng.standard_normal((self._height // 26 + 2, self._width // 9 + 2))
        self._folds = self._field(folds.astype(np.float32))
        weave = rng.standard_normal((self._height, self._width)).astype(np.float32)
        self._weave = weave

    def sprite(self, stride: float) -> Sprite:
        """Return the body at a phase of the gait in 0..1."""
        size = (self._height * _FINE, self._width * _FINE)
        colour = np.zeros((*size, 3), np.uint8)
        cover = np.zeros(size, np.uint8)
        self._canvas, self._mask = colour, cover
        swing = math.sin(2 * math.pi * stride)
        order = (-1.0, 1.0) if swing > 0 else (1.0, -1.0)
        for side in order:
            self._leg(side, swing)
        for side in order:
            self._arm(side, -swing)
        self._torso()
        small = (self._width, self._height)
        smooth = cv2.resize(cover, small, interpolation=cv2.INTER_AREA).astype(
            np.float32
        ) / np.float32(255)
        # Colour spreads under the edge, so that edges do not darken.
        weight = np.maximum(smooth, 1e-3)[..., None]
        picture = cv2.resize(colour, small, interpolation=cv2.INTER_AREA).astype(np.float32)
        shaded = picture / weight * self._shade(smooth)[..., None]
        image = cast("ImageArray", np.clip(shaded, 0, 255).astype(np.uint8))
        soft = cv2.GaussianBlur(smooth, (0, 0), 0.8).astype(np.float32)
        return Sprite.of(image, soft, (self._width / 2, 0.0), float(_UNIT_PX))

    def _shade(self, cover: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return light over the body: rounder at the sides, darker below, folds and weave."""
        blurred = cv2.GaussianBlur(cover, (0, 0), 0.05 * self._scale)
        round_ = 0.55 + 0.5 * np.clip(blurred, 0, 1)
        down = np.linspace(1.1, 0.8, self._height, dtype=np.float32)[:, None]
        return cast(
            "NDArray[np.float32]",
            (round_ * down * (1 + 0.06 * self._folds + 0.03 * self._weave)).astype(np.float32),
        )

    def _leg(self, side: float, swing: float) -> None:
        """Draw one leg: the one that swings forward reaches lower and is nearer."""
        forward = side * swing
        lift = 0.07 * max(0.0, -forward)
        foot = self._ground - 0.02 - lift + 0.02 * max(0.0, forward)
        hip, knee = 0.88, 0.88 + (foot - 0.88) * 0.5
        x = side * 0.085 * self._wide
        step = side * 0.075 * self._wide
        tone = _times(self._trousers, 1.0 + 0.12 * forward)
        self._fill(
            [
                (x - 0.085, hip),
                (x + 0.085, hip),
                (step + 0.068, knee),
                (step + 0.055, foot - 0.05),
                (step - 0.055, foot - 0.05),
                (step - 0.068, knee),
            ],
            tone,
        )
        shoe = _times((34, 30, 28), 1.0 + 0.2 * forward)
        self._oval((step, foot - 0.03), (0.052, 0.045), shoe)

    def _arm(self, side: float, swing: float) -> None:
        """Draw one arm, hand included."""
        forward = side * swing
        wide = self._wide
        shoulder, hand = 0.21 * wide, (0.262 - 0.02 * forward) * wide
        wrist = 0.8 - 0.05 * abs(forward) - 0.03 * max(0.0, forward)
        self._oval((side * hand, wrist + 0.045), (0.034, 0.058), self._skin)
        self._fill(
            [
                (side * (shoulder - 0.07), 0.24),
                (side * (shoulder - 0.02), 0.198),
                (side * (shoulder + 0.022), 0.212),
                (side * (shoulder + 0.048), 0.27),
                (side * (hand + 0.036), 0.5),
                (side * (hand + 0.032), wrist),
                (side * (hand - 0.034), wrist),
                (side * (hand - 0.05), 0.5),
                (side * (shoulder - 0.06), 0.36),
            ],
            _times(self._coat, 0.86 + 0.08 * forward),
        )

    def _torso(self) -> None:
        """Draw neck, hips, shirt, coat and what hangs on it."""
        wide, hem = self._wide, self._hem
        self._fill(
            [(-0.16 * wide, 0.7), (0.16 * wide, 0.7), (0.172 * wide, 0.93), (-0.172 * wide, 0.93)],
            _times(self._trousers, 0.9),
        )
        self._fill([(-0.06, 0.03), (0.06, 0.03), (0.075, 0.16), (-0.075, 0.16)], self._skin)
        half = [
            (0.06, 0.118),
            (0.085, 0.14),
            (0.13 * wide, 0.165),
            (0.19 * wide, 0.188),
            (0.222 * wide, 0.215),
            (0.24 * wide, 0.27),
            (0.225 * wide, 0.4),
            (0.188 * wide, 0.6),
            (0.198 * wide, hem),
        ]
        self._fill([(0.0, 0.17), *half, *[(-x, y) for x, y in reversed(half)]], self._coat)
        tip = self._open
        self._fill([(-0.06, 0.118), (0.06, 0.118), (0.0, tip)], self._shirt)
        self._fill(
            [(-0.046, 0.1), (0.046, 0.1), (0.03, 0.14), (0.0, 0.165), (-0.03, 0.14)], self._skin
        )
        if self._tie:
            self._fill(
                [
                    (-0.012, 0.155),
                    (0.012, 0.155),
                    (0.016, 0.8 * tip),
                    (0.0, tip),
                    (-0.016, 0.8 * tip),
                ],
                _times(self._coat, 0.6),
            )
        for side in (-1.0, 1.0):
            lapel = [(side * 0.056, 0.112), (side * 0.094, 0.15), (side * 0.008, tip)]
            self._fill(lapel, _times(self._coat, 1.15))
        self._line((0.0, tip), (0.004, hem), _times(self._coat, 0.7))
        if self._bag:
            self._strap()

    def _strap(self) -> None:
        """Draw a bag carried across the body."""
        side, tone = self._bag_side, _times(self._coat, 0.62)
        self._fill(
            [
                (side * 0.12, 0.15),
                (side * 0.145, 0.16),
                (-side * 0.18, 0.7),
                (-side * 0.205, 0.69),
            ],
            tone,
        )
        self._fill(
            [
                (-side * 0.14, 0.68),
                (-side * 0.3, 0.69),
                (-side * 0.31, 0.9),
                (-side * 0.15, 0.91),
            ],
            tone,
        )

    def _field(self, coarse: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return coarse values as a smooth field over the body."""
        size = (self._width, self._height)
        field = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
        return cast("NDArray[np.float32]", field)

    def _px(self, points: _Points) -> NDArray[np.int32]:
        """Return points in metres as OpenCV's fixed-point pixels of the fine canvas."""
        scale = self._scale * _FINE
        at = np.asarray(points, np.float64) * scale + (self._width * _FINE / 2, 0.0)
        return np.rint(at * 16).astype(np.int32)

    def _fill(self, points: _Points, colour: Sequence[int]) -> None:
        for canvas, value in ((self._canvas, tuple(colour)), (self._mask, 255)):
            cv2.fillPoly(canvas, [self._px(points)], value, cv2.LINE_AA, 4)

    def _oval(
        self, centre: tuple[float, float], axes: tuple[float, float], colour: Sequence[int]
    ) -> None:
        x, y = (int(value) for value in self._px([centre])[0])
        rx, ry = (round(axis * self._scale * _FINE * 16) for axis in axes)
        for canvas, value in ((self._canvas, tuple(colour)), (self._mask, 255)):
            cv2.ellipse(canvas, (x, y), (rx, ry), 0, 0, 360, value, -1, cv2.LINE_AA, 4)

    def _line(
        self, start: tuple[float, float], end: tuple[float, float], colour: Sequence[int]
    ) -> None:
        first, last = self._px([start, end])
        a, b = (int(first[0]), int(first[1])), (int(last[0]), int(last[1]))
        cv2.line(self._canvas, a, b, tuple(colour), 2, cv2.LINE_AA, 4)


def _pick(rng: np.random.Generator, table: Sequence[tuple[_Colour, int]]) -> _Colour:
    """Return a colour of a table of colours and how common they are, slightly varied."""
    weights = np.array([weight for _, weight in table], float)
    colour = table[int(rng.choice(len(table), p=weights / weights.sum()))][0]
    return _times(colour, float(rng.uniform(0.8, 1.25)))


def _times(colour: Sequence[int], factor: float) -> _Colour:
    """Return a colour made brighter or darker."""
    red, green, blue = (max(0, min(255, round(factor * value))) for value in colour)
    return red, green, blue
