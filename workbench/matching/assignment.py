"""One-to-one assignment within a frame: one listed person cannot be two faces of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from workbench.arrays import FloatArray, IntArray, check_shape

__all__ = ["assign"]

_NOBODY = -1e-9
"""Worth of leaving a face unassigned: just below that of a score equal to the floor."""


def assign(scores: FloatArray | NDArray[np.float64], floor: float) -> IntArray:
    """Give each face of a frame at most one subject, and each subject at most one face.

    The total of `score - floor` over the assigned pairs is the largest possible, so that a face
    takes its second choice where that lets another face have its first. Where scores are log
    likelihood ratios and the floor stands for the odds that a face is on the list at all, this
    is the most likely explanation of the frame.

    Args:
        scores: shape `(faces, subjects)`; `-inf` where a pair is out of the question.
        floor: no pair below it is assigned; one that equals it may be.

    Returns:
        Shape `(faces,)` int64: the index of the subject of each face, -1 for none.

    Raises:
        ValueError: when the shape is wrong, a score is NaN or `+inf`, or the floor not finite.
    """
    check_shape("scores", scores, (None, None))
    if np.any(np.isnan(scores)) or np.any(np.isposinf(scores)) or not np.isfinite(floor):
        msg = "scores must be numbers or -inf, and the floor finite"
        raise ValueError(msg)
    assigned = np.full(len(scores), -1, np.int64)
    # Compared in the precision of the scores, as everywhere else that a threshold is applied.
    allowed = scores >= float(floor)
    worth = np.maximum(scores.astype(np.float64) - floor, 0.0)
    faces = np.flatnonzero(allowed.any(axis=1))
    subjects = np.flatnonzero(allowed.any(axis=0))
    if not len(faces):
        return assigned
    block = np.ix_(faces, subjects)
    # With a column of "nobody" for each face one is always free, so that a pair below the floor,
    # being worth less, is never taken.
    table = np.where(allowed[block], worth[block], 2 * _NOBODY)
    nobody = np.full((len(faces), len(faces)), _NOBODY)
    rows, columns = linear_sum_assignment(np.hstack([table, nobody]), maximize=True)
    real = columns < len(subjects)
    assigned[faces[rows[real]]] = subjects[columns[real]]
    return assigned
