"""What a search returns for one probe: subjects with their scores, best first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.arrays import FloatArray, IntArray, check_shape

__all__ = ["Candidates", "rank"]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The candidates of one probe; none is `Candidates.empty()`, never `None`.

    A candidate is a suggestion to a person who decides, never a decision.

    Attributes:
        subjects: `k` names, each once.
        scores: shape `(k,)` float32, descending, in the unit of the matcher that made them.
            Equal scores stand in the order of the names.
        reference: shape `(k,)` int64, the number of each subject's best reference (for a
            watchlist: its row), or `None` where the gallery does not say.

    Raises:
        ValueError: when the lengths differ or the scores ascend.
    """

    subjects: tuple[str, ...]
    scores: FloatArray
    reference: IntArray | None = None

    def __post_init__(self) -> None:
        """Check lengths and order."""
        k = len(self.subjects)
        check_shape("scores", self.scores, (k,))
        if self.reference is not None:
            check_shape("reference", self.reference, (k,))
        if np.any(np.diff(self.scores) > 0):
            msg = f"scores must descend, but are {self.scores.tolist()}"
            raise ValueError(msg)

    @classmethod
    def empty(cls) -> Candidates:
        """No candidate."""
        return cls((), np.zeros(0, np.float32), np.zeros(0, np.int64))

    def __len__(self) -> int:
        """Return how many candidates there are."""
        return len(self.subjects)

    def __iter__(self) -> Iterator[tuple[str, float]]:
        """Yield `(subject, score)`, best first."""
        return zip(self.subjects, map(float, self.scores), strict=True)

    def first(self, k: int) -> Candidates:
        """Return the best `k` of them."""
        reference = None if self.reference is None else self.reference[:k]
        return Candidates(self.subjects[:k], self.scores[:k], reference)

    def at_or_above(self, threshold: float) -> Candidates:
        """Return those whose score is at or above `threshold`."""
        return self.first(int(np.count_nonzero(self.scores >= threshold)))


def rank(
    subjects: Sequence[str], scores: FloatArray, reference: IntArray | None, k: int
) -> Candidates:
    """Order subjects by score, descending, then by name, and keep the best `k`.

    Args:
        subjects: `s` names, each once, in any order.
        scores: shape `(s,)`.
        reference: shape `(s,)`, or `None`.
        k: how many to keep at most.
    """
    ordered = np.argsort(-scores, kind="stable")
    order = ordered.tolist()
    if np.any(np.diff(scores[ordered]) == 0):
        # Names are compared where there is need to alone: of most lists no two scores are equal.
        order.sort(key=lambda at: (-float(scores[at]), subjects[at]))
    order = order[:k]
    picked = np.array(order, np.int64)
    return Candidates(
        tuple(subjects[at] for at in order),
        scores[picked].astype(np.float32, copy=False),
        None if reference is None else reference[picked].astype(np.int64, copy=False),
    )
