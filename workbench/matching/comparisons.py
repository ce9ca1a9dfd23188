"""Scores of single references, and how several references of a person become one score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from workbench.arrays import FloatArray, IntArray, check_shape

__all__ = ["LOWEST_SHARE", "Comparisons", "Reduction", "kept_by_trimming"]

Reduction: TypeAlias = Literal["best", "trimmed-mean"]
"""`best`: the highest score of a subject's references. `trimmed-mean`: their mean after the
lowest `LOWEST_SHARE` of them is dropped, so that one poor photograph does not pull it down."""

LOWEST_SHARE = 1 / 3
"""Share of a subject's scores that the trimmed mean drops, rounded down."""


def kept_by_trimming(references: int, share: float = LOWEST_SHARE) -> int:
    """Return how many of a subject's scores the trimmed mean keeps.

    With a third dropped: 1 of 1, 2 of 2, 2 of 3, 3 of 4, 4 of 5, 4 of 6. Never none.
    """
    # The small term keeps 3 * (1/3) from rounding down to 0.
    return max(1, references - int(references * share + 1e-9))


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """Every probe compared with every reference of some subjects.

    Attributes:
        scores: shape `(n, r)` float32, one column a reference, those of a subject side by side.
        references: shape `(r,)` int64, the number of each reference in its gallery, ascending
            within a subject.
        counts: shape `(s,)` int64, how many references each subject has, in column order; at
            least one each.

    Raises:
        ValueError: when the shapes do not fit each other.
    """

    scores: FloatArray
    references: IntArray
    counts: IntArray

    def __post_init__(self) -> None:
        """Check the shapes."""
        check_shape("scores", self.scores, (None, len(self.references)))
        check_shape("counts", self.counts, (None,))
        if int(self.counts.sum()) != len(self.references) or np.any(self.counts < 1):
            msg = f"counts {self.counts.tolist()} must part {len(self.references)} references"
            raise ValueError(msg)

    def reduce(self, by: Reduction) -> tuple[FloatArray, IntArray]:
        """Return one score for each probe and subject, and the best reference behind it.

        Returns:
            scores: shape `(n, s)` float32.
            references: shape `(n, s)` int64, the number of the reference with the highest score;
                of equals the one added first.
        """
        n, s = len(self.scores), len(self.counts)
        reduced = np.zeros((n, s), np.float32)
        best = np.zeros((n, s), np.int64)
        starts = np.cumsum(self.counts) - self.counts
        # Subjects with equally many references are reduced together, as one dense block.
        for count in np.unique(self.counts):
            subjects = np.flatnonzero(self.counts == count)
            columns = starts[subjects, None] + np.arange(count)
            block = self.scores[:, columns]
            best[:, subjects] = self.references[columns][
                np.arange(len(subjects)), np.argmax(block, axis=2)
            ]
            reduced[:, subjects] = _reduced(block, by)
        return reduced, best


def _reduced(block: FloatArray, by: Reduction) -> FloatArray:
    """Reduce the last axis of a block of shape `(n, subjects, count)`."""
    count = block.shape[2]
    if by == "best" or count == 1:
        return np.asarray(block.max(axis=2), np.float32)
    kept = kept_by_trimming(count)
    highest = np.sort(block, axis=2)[:, :, count - kept :]
    return np.asarray(highest.mean(axis=2, dtype=np.float64), np.float32)
