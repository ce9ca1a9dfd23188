"""How much of a picture looks different from another one; it costs next to nothing."""

from __future__ import annotations

from typing import Final

import numpy as np

from workbench.arrays import ImageArray

__all__ = ["changed", "places"]

_GRID_PX: Final = 16
_DIFFERENT: Final = 24
"""Grey levels between two looks at one place from which it looks different."""


def places(image: ImageArray) -> ImageArray:
    """Return a picture at the points of a grid 16 px wide; nothing of it refers to the picture."""
    start = _GRID_PX // 2
    return image[start::_GRID_PX, start::_GRID_PX].copy()


def changed(before: ImageArray, now: ImageArray) -> float:
    """Return the share of `places` that look different, 0..1; 1 where there are others."""
    if before.shape != now.shape or not now.size:
        return 1.0
    difference = np.abs(before.astype(np.int16) - now.astype(np.int16)).max(axis=-1)
    return float((difference > _DIFFERENT).mean())
