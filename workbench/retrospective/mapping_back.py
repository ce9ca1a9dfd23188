"""Where what is in an enhanced copy is in the original, and the other way: steps move points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray
from workbench.governance.enhancements import Crop, Operation, Rotate, Upscale
from workbench.retrospective.enhancing import turning

__all__ = ["boxes_in_copy", "boxes_in_original", "in_original"]


def in_original(
    points: NDArray[np.float64], operations: Sequence[Operation], shape: tuple[int, ...]
) -> NDArray[np.float64]:
    """Return points of a copy as points of the original, `(n, 2)` px, middles of pixels whole.

    Args:
        points: `(n, 2)` px of the copy.
        operations: that lead from the original to the copy, in order.
        shape: of the original, height and width first.
    """
    moved = np.column_stack([np.asarray(points, np.float64), np.ones(len(points))])
    return np.asarray(np.linalg.solve(_whole(operations, shape), moved.T).T[:, :2], np.float64)


def boxes_in_copy(
    boxes: FloatArray, operations: Sequence[Operation], shape: tuple[int, ...]
) -> FloatArray:
    """Return where faces of the original are in the copy, `(n, 4)` px, maybe outside of it.

    Args:
        boxes: `(n, 4)` px of the original. A face is taken to fill the ellipse in its box.
        operations: that lead from the original to the copy, in order.
        shape: of the original, height and width first.
    """
    return _moved(boxes, _whole(operations, shape))


def boxes_in_original(
    boxes: FloatArray, operations: Sequence[Operation], shape: tuple[int, ...]
) -> FloatArray:
    """Return where faces of the copy are in the original; as `boxes_in_copy`, the other way."""
    return _moved(boxes, np.linalg.inv(_whole(operations, shape)))


def _moved(boxes: FloatArray, matrix: NDArray[np.float64]) -> FloatArray:
    corners = boxes.astype(np.float64)
    middle, half = (corners[:, :2] + corners[:, 2:]) / 2, (corners[:, 2:] - corners[:, :2]) / 2
    middle = middle @ matrix[:2, :2].T + matrix[:2, 2]
    half = np.sqrt(half**2 @ (matrix[:2, :2] ** 2).T)
    return np.concatenate([middle - half, middle + half], axis=1).astype(np.float32)


def _whole(operations: Sequence[Operation], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return how all steps together move points, `(3, 3)`."""
    size, whole = (shape[1], shape[0]), np.eye(3)
    for operation in operations:
        matrix, size = _forward(operation, size)
        whole = matrix @ whole
    return whole


def _forward(
    operation: Operation, size: tuple[int, int]
) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Return how a step moves points, `(3, 3)`, and the size that it leaves."""
    matrix = np.eye(3)
    match operation:
        case Crop():
            matrix[:2, 2] = -operation.left, -operation.top
            size = (operation.width, operation.height)
        case Upscale():
            factor = operation.factor
            matrix[:2] = [[factor, 0, (factor - 1) / 2], [0, factor, (factor - 1) / 2]]
            size = (size[0] * factor, size[1] * factor)
        case Rotate():
            matrix[:2], size = turning(size, operation.degrees)
        case _:
            pass  # it changes no place
    return matrix, size
