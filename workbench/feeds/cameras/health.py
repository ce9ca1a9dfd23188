"""Whether a camera shows anything: live, frozen, dark, covered or dead, by its pictures alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

import numpy as np

from workbench.arrays import FloatArray, check_shape

__all__ = ["GRID", "CameraGap", "Health", "HealthChange", "Look"]

GRID: Final = (36, 64)
"""Rows and columns of the cells that a picture is looked at by: fine enough for a person far
away, coarse enough that sensor noise and compression average out in each."""
_MOST: Final = 95.0
"""Percentile that stands for the picture: the rest may be a clock that the camera writes in."""


class Health(StrEnum):
    """What a camera is found to be, the worst last."""

    LIVE = "live"
    FROZEN = "frozen"
    COVERED = "covered"
    DARK = "dark"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class CameraGap:
    """A stretch in which a camera showed nothing that could be searched.

    Attributes:
        start_s: when it began, seconds on the clock of the feed's frames.
        end_s: when it was over; `None` while it goes on, and where the feed was closed before.
        kind: what the camera was.
        why: in words, without address or login.
    """

    start_s: float
    end_s: float | None
    kind: Health
    why: str


@dataclass(frozen=True, slots=True)
class HealthChange:
    """A camera was one thing and is another.

    Attributes:
        at_s: when that was found, seconds on the clock of the feed's frames.
        was: before.
        now: from then on.
        why: in words, without address or login.
        ended: the gap that is over with it, if there was one.
    """

    at_s: float
    was: Health
    now: Health
    why: str
    ended: CameraGap | None


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What is kept of a picture to judge the camera by; too coarse to recognise anybody.

    Attributes:
        cells: shape `GRID` float32, mean grey level of each cell, 0..255.
        brightness: grey level that 95 of 100 cells do not pass.
        texture: difference between neighbouring cells that 90 of 100 do not pass, in grey levels.
    """

    cells: FloatArray
    brightness: float
    texture: float

    @classmethod
    def of(cls, cells: FloatArray) -> Self:
        """Measure the cells of a picture, shape `GRID`.

        Raises:
            ValueError: when they are of another shape.
        """
        check_shape("cells", cells, GRID)
        down, across = np.abs(np.diff(cells, axis=0)), np.abs(np.diff(cells, axis=1))
        steps = np.maximum(down[:, :-1], across[:-1, :])
        return cls(
            cells,
            float(np.percentile(cells, _MOST)),
            float(np.percentile(steps, 90.0)),
        )

    def differs(self, other: Look, levels: float) -> bool:
        """Return whether some cell is more than `levels` grey levels off, as motion makes it."""
        return bool(np.abs(self.cells - other.cells).max() > levels)
