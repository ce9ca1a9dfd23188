"""Vectors as whole numbers of one byte or two, with a step for each vector."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray

__all__ = ["LARGEST", "PARTS", "TwoBytes", "coded", "coded_twice"]

LARGEST: Final = 127
"""Of the first byte."""
PARTS: Final = 256
"""Of a step of the first byte, that the second counts."""
_HALF: Final = PARTS // 2


class TwoBytes(NamedTuple):
    """Vectors as numbers `(PARTS * codes + rests) * steps / PARTS`.

    Attributes:
        codes: the first byte, `(n, d)`.
        rests: the second, `(n, d)`.
        steps: of the first, `(n,)`.
    """

    codes: NDArray[np.int8]
    rests: NDArray[np.int8]
    steps: FloatArray


def coded(vectors: FloatArray) -> tuple[NDArray[np.int8], FloatArray]:
    """Return whole numbers `(n, d)` of one byte and the step of each vector `(n,)`."""
    steps = _largest(vectors) / LARGEST
    numbers = vectors / steps[:, None]
    return np.rint(numbers, out=numbers).astype(np.int8), steps.astype(np.float32)


def coded_twice(vectors: FloatArray) -> TwoBytes:
    """Return whole numbers of two bytes and the step of each vector."""
    steps = (_largest(vectors) / LARGEST).astype(np.float32)
    rounded = vectors / (steps[:, None] / PARTS)
    np.rint(rounded, out=rounded)
    np.clip(rounded, -LARGEST * PARTS, LARGEST * PARTS, out=rounded)
    numbers = rounded.astype(np.int32)
    codes = numbers + _HALF
    codes >>= 8
    numbers -= PARTS * codes
    return TwoBytes(codes.astype(np.int8), numbers.astype(np.int8), steps)


def _largest(vectors: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(vectors.max(axis=1), -vectors.min(axis=1)))
