"""The shapes that JPEG headers declare, of thousands of pictures at once, nothing decoded.

Layout of the header: ITU-T T.81 (ISO/IEC 10918-1), annex B. A picture begins with SOI, ends with
EOI, and is a row of segments `FF kind length`; the frame header SOF says height, width and
components. All pictures are walked side by side, a segment a step.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import BoolArray, IntArray

__all__ = ["jpeg_shapes"]

_START: Final = (0xFF, 0xD8)
_END: Final = (0xFF, 0xD9)
_PRECISION: Final = 8
_FRAME_BYTES: Final = 10
"""From the marker of a frame to its number of components."""
_MOST_SEGMENTS: Final = 64


def _kinds(*kinds: int) -> BoolArray:
    table = np.zeros(256, np.bool_)
    table[list(kinds)] = True
    return table


# Baseline, extended and progressive: what decoders read everywhere.
_FRAMES: Final = _kinds(0xC0, 0xC1, 0xC2)
# Tables, restart interval, application data and comments may come before the frame.
_PASSED: Final = _kinds(0xC4, 0xDB, 0xDD, 0xFE, *range(0xE0, 0xF0))


def jpeg_shapes(pictures: NDArray[np.uint8], offsets: IntArray) -> IntArray:
    """Return height, width and components of each picture, shape `(n, 3)`.

    Args:
        pictures: shape `(bytes,)` uint8, the pictures one after the other.
        offsets: shape `(n + 1,)`, ascending from 0 to the number of bytes: where each begins, and
            the last ends.

    Returns:
        Zeros for what does not begin and end as a JPEG of 8 bits a sample, or declares no frame.
    """
    shapes = np.zeros((len(offsets) - 1, 3), np.int64)
    starts, ends = offsets[:-1], offsets[1:]
    rows = np.flatnonzero(ends - starts >= len(_START) + len(_END) + _FRAME_BYTES)
    rows = rows[_has(pictures, starts[rows], _START) & _has(pictures, ends[rows] - 2, _END)]
    places = starts[rows] + len(_START)
    for _ in range(_MOST_SEGMENTS):
        inside = places + _FRAME_BYTES <= ends[rows]
        rows, places = rows[inside], places[inside]
        if not len(rows):
            break
        head = pictures[places[:, None] + np.arange(_FRAME_BYTES)].astype(np.int64)
        lead, kind, high, low, precision = head[:, :5].T
        marked = lead == 0xFF  # noqa: PLR2004 - as in `_START`
        framed = marked & _FRAMES[kind] & (precision == _PRECISION)
        sides = head[framed][:, [5, 7, 9]] * 256
        sides[:, :2] += head[framed][:, [6, 8]]
        sides[:, 2] //= 256
        shapes[rows[framed]] = sides
        length = 256 * high + low
        passed = marked & _PASSED[kind] & (length >= 2)  # noqa: PLR2004 - it counts itself
        rows, places = rows[passed], (places + 2 + length)[passed]
    return shapes


def _has(pictures: NDArray[np.uint8], places: IntArray, pair: tuple[int, int]) -> BoolArray:
    """Return at which places these two bytes lie."""
    first, second = pair
    found: BoolArray = (pictures[places] == first) & (pictures[places + 1] == second)
    return found
