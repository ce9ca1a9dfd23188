"""Who else is in a picture of a probe: whoever is found in the original or in its enhanced copy.

A step may make a face that was found before one that is not: who stood upright in a picture that
is turned lies in the copy. So where somebody was found in either, they are hidden in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from workbench.arrays import BoolArray, FloatArray
from workbench.faces.boxes import clip, expand, sizes
from workbench.faces.mosaic import Mosaic
from workbench.governance.enhancements import Operation
from workbench.retrospective.mapping_back import boxes_in_copy, boxes_in_original
from workbench.retrospective.probe_parts import FaceInPicture

__all__ = ["found_in_either", "holding"]

_COVERED: Final = 0.98
"""Share of a box from which on the mosaic over another one hides it too."""


def holding(boxes: FloatArray, point: FloatArray) -> BoolArray:
    """Return which of boxes `(n, 4)` hold a point `(2,)`."""
    return np.asarray(((boxes[:, :2] <= point) & (point <= boxes[:, 2:])).all(axis=1), np.bool_)


def found_in_either(
    original: FaceInPicture,
    copy: FaceInPicture,
    operations: Sequence[Operation],
    shapes: tuple[tuple[int, ...], tuple[int, ...]],
) -> tuple[FaceInPicture, FaceInPicture]:
    """Return both with the bystanders of the other that are not hidden already.

    Args:
        original: what was found in the picture as it came.
        copy: what was found in its copy.
        operations: that lead from the one to the other, in order.
        shapes: of the two, height and width first.
    """
    before, after = shapes
    back = boxes_in_original(copy.bystanders, operations, before)
    forth = boxes_in_copy(original.bystanders, operations, before)
    return (
        FaceInPicture(original.eyes, _with(original.bystanders, back, before)),
        FaceInPicture(copy.eyes, _with(copy.bystanders, forth, after)),
    )


def _with(found: FloatArray, moved: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Add what lies in the picture and is not hidden by what was found."""
    inside = clip(moved, shape[1], shape[0])
    hidden = expand(found, Mosaic().expand)
    low = np.maximum(inside[:, None, :2], hidden[None, :, :2])
    high = np.minimum(inside[:, None, 2:], hidden[None, :, 2:])
    shared = np.maximum(high - low, 0).prod(axis=2)
    area = sizes(inside).prod(axis=1)
    new = (area > 0) & ~(shared > _COVERED * area[:, None]).any(axis=1)
    return np.concatenate([found, moved[new]]).astype(np.float32)
