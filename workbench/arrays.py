"""Names for the arrays that travel between the layers: pixels, boxes, templates, scores."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["BoolArray", "FloatArray", "ImageArray", "IntArray", "check_shape"]

ImageArray: TypeAlias = NDArray[np.uint8]
"""(height, width, 3) uint8 RGB, or (n, height, width, 3) for crops."""
FloatArray: TypeAlias = NDArray[np.float32]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]


def check_shape(name: str, array: NDArray[Any], shape: tuple[int | None, ...]) -> None:
    """Raise `ValueError` unless `array` has `shape`, where `None` stands for any length."""
    fits = array.ndim == len(shape) and all(
        want is None or got == want for got, want in zip(array.shape, shape, strict=True)
    )
    if not fits:
        wanted = "(" + ", ".join("n" if side is None else str(side) for side in shape) + ")"
        msg = f"{name} must have shape {wanted}, but has {array.shape}"
        raise ValueError(msg)
