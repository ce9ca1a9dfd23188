"""What stands or passes close to the camera, in front of everyone: pillars and umbrellas."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.arrays import ImageArray
from workbench.feeds.staging.settings import CrowdSettings
from workbench.feeds.staging.sprites import Sprite

__all__ = ["Obstacle", "place_obstacles"]

_PANELS = 8
_CANOPIES = ((36, 38, 44), (44, 52, 84), (116, 40, 44), (56, 74, 60), (150, 140, 120))


@dataclass(frozen=True, slots=True, eq=False)
class Obstacle:
    """Something between the camera and everyone; its sprite's unit is one frame height.

    Attributes:
        sprite: what it looks like, its anchor the middle.
        start_px, speed_px: column of its middle at second 0, and px a second to the right.
        row_px: row of its middle.
        turn_px: after so many px it begins again at the other side; 0 stays.
    """

    sprite: Sprite
    start_px: float
    speed_px: float
    row_px: float
    turn_px: float

    def at(self, time_s: float, width: int) -> tuple[float, float]:
        """Return column and row in px of its middle at `time_s` seconds."""
        column = self.start_px + self.speed_px * time_s
        if self.turn_px:
            margin = (self.turn_px - width) / 2
            column = (column + margin) % self.turn_px - margin
        return column, self.row_px


def place_obstacles(settings: CrowdSettings) -> tuple[Obstacle, ...]:
    """Return the obstacles of a crowd: pillar, umbrella, pillar, ... as many as asked for."""
    rng = np.random.default_rng([settings.seed, 2])
    return tuple(
        _umbrella(rng, settings) if number % 2 else _pillar(rng, settings)
        for number in range(settings.obstacles)
    )


def _pillar(rng: np.random.Generator, settings: CrowdSettings) -> Obstacle:
    """Return a lamp post that stands beside the middle, out of focus."""
    size = settings.height
    half = 0.5 * size * float(rng.uniform(0.035, 0.055))
    margin = 4
    width = math.ceil(2 * half) + 2 * margin
    across = (np.arange(width) + 0.5 - width / 2) / half
    light = 0.35 + 0.65 * np.sqrt(np.clip(1 - (across + 0.35) ** 2 / 2, 0, 1))
    tone = float(rng.uniform(46, 74))
    row = np.clip(tone * light, 0, 255)[:, None] * np.array([0.96, 1.0, 1.02])
    colour = np.broadcast_to(row.astype(np.uint8), (size + 16, width, 3))
    edge = np.clip((1 - np.abs(across)) * half / 2 + 0.5, 0, 1).astype(np.float32)
    cover = np.broadcast_to(edge, (size + 16, width))
    side = _side(rng)
    column = settings.width * (0.5 + side * float(rng.uniform(0.16, 0.38)))
    sprite = Sprite.of(
        cast("ImageArray", colour),
        np.asarray(cover, np.float32),
        (width / 2, (size + 16) / 2),
        float(size),
    )
    return Obstacle(sprite, column, 0.0, size / 2, 0.0)


def _umbrella(rng: np.random.Generator, settings: CrowdSettings) -> Obstacle:
    """Return an umbrella that someone below the frame carries across."""
    size = settings.height
    radius = size * float(rng.uniform(0.15, 0.2))
    width, height = math.ceil(2.3 * radius), math.ceil(1.25 * radius + 0.45 * size)
    colour = np.zeros((height, width, 3), np.uint8)
    cover = np.zeros((height, width), np.uint8)
    middle, base = width / 2, 1.1 * radius
    tint = np.array(_CANOPIES[int(rng.integers(len(_CANOPIES)))], float)
    shaft = ((round(middle), round(base - 0.2 * radius)), (round(middle), height))
    cv2.line(colour, *shaft, (52, 50, 50), max(2, round(size / 110)), cv2.LINE_AA)
    cv2.line(cover, *shaft, 255, max(2, round(size / 110)), cv2.LINE_AA)
    _dome(cover, (middle, base), radius, 1.0, 255)
    for rib in range(_PANELS):
        # From the outer panels to the middle one, each narrower than the one before.
        share = 1.0 - rib / _PANELS
        tone = tint * (0.75 + 0.45 * math.sin(math.pi * (rib + 0.5) / _PANELS))
        _dome(colour, (middle, base), radius, share, tuple(float(part) for part in tone))
    soft = cv2.GaussianBlur(cover.astype(np.float32) / 255, (0, 0), max(1.0, size / 400))
    sprite = Sprite.of(
        cast("ImageArray", cv2.GaussianBlur(colour, (0, 0), max(1.0, size / 400))),
        soft.astype(np.float32),
        (middle, base - radius / 2),
        float(size),
    )
    speed = settings.width * float(rng.uniform(0.1, 0.16)) * _side(rng)
    row = size * float(rng.uniform(0.64, 0.8))
    turn = settings.width * float(rng.uniform(1.8, 2.4))
    return Obstacle(sprite, settings.width * float(rng.uniform(0, 1)), speed, row, turn)


def _side(rng: np.random.Generator) -> int:
    """Return left or right, -1 or 1."""
    return 2 * int(rng.integers(2)) - 1


def _dome(
    canvas: NDArray[np.uint8],
    base: tuple[float, float],
    radius: float,
    share: float,
    value: float | tuple[float, ...],
) -> None:
    """Fill a canopy seen from the side; `share` narrows it toward its middle rib."""
    turn = np.linspace(math.pi, 2 * math.pi, 49)
    rim = np.linspace(1, -1, 41)
    x = np.concatenate([np.cos(turn), rim]) * radius * share + base[0]
    scallops = 0.1 * np.abs(np.sin(np.pi * 2.5 * (rim + 1)))
    y = np.concatenate([np.sin(turn), -scallops]) * radius + base[1]
    points = np.rint(np.stack([x, y], axis=1) * 16).astype(np.int32)
    cv2.fillPoly(canvas, [points], value, cv2.LINE_AA, 4)
