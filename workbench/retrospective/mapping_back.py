"""Where a point of an enhanced copy is in the original: steps move points, this moves them back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.governance.enhancements import Crop, Operation, Rotate, Upscale
from workbench.retrospective.enhancing import turning

__all__ = ["in_original"]


def in_original(
    points: NDArray[np.float64], operations: Sequence[Operation], shape: tuple[int, ...]
) -> NDArray[np.float64]:
    """Return points of a copy as points of the original, `(n, 2)` px, middles of pixels whole.

    Args:
        points: `(n, 2)` px of the copy.
        operations: that lead from the original to the copy, in order.
        shape: of the original, height and width first.
    """
    size = (shape[1], shape[0])
    maps = []
    for operation in operations:
        matrix, size = _forward(operation, size)
        maps.append(matrix)
    moved = np.column_stack([np.asarray(points, np.float64), np.ones(len(points))])
    for matrix in reversed(maps):
        moved = np.linalg.solve(matrix, moved.T).T
    return np.asarray(moved[:, :2], np.float64)


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
