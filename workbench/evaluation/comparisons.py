"""What is kept of millions of comparisons, so that every rate of them can still be told exactly.

A matrix of 10,000 probes by 20,000 references is 800 MB of scores, and its rates need few of them:
the mated ones, all; the highest non-mated ones, each with its two people; of the others a count
for each step of the score; and for each probe the first candidates. Blocks of the matrix are read
one at a time and dropped (`gather_comparisons`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from workbench.arrays import BoolArray, FloatArray, IntArray

__all__ = ["Comparisons", "Ranked", "step_floor", "step_of"]

_BITS: Final = 12
_STEPS: Final = 1 << (32 - _BITS)
_HALF: Final = _STEPS // 2


def step_of(scores: FloatArray) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    """Return the step of each score: 1,048,576 of them, in the order of float32.

    A step holds the scores that share their first 20 bits; it is as wide as 1/2048 of the score.

    Args:
        scores: finite float32, any shape.
    """
    # The sum makes the negative zero the positive one, which it equals.
    bits = np.ascontiguousarray(scores + np.float32(0.0)).view(np.int32)
    # Negative numbers are ordered backwards by their bits; what follows the sign turns round.
    key = bits >> 31
    key &= 0x7FFFFFFF
    key ^= bits
    key >>= _BITS
    key += _HALF
    return key


def step_floor(steps: IntArray) -> FloatArray:
    """Return the lowest score of each step."""
    key = ((steps - _HALF) << _BITS).astype(np.int32)
    bits = key ^ ((key >> 31) & 0x7FFFFFFF)
    return bits.astype(np.int32).view(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """The first candidates of each probe among other people, and its own best score.

    Attributes:
        scores: shape `(n, k)` float32, descending; minus infinity where there are no more.
        people: shape `(n, k)` int32, whose reference each is.
        mate: shape `(n,)` float32, best score of the probe's own person; minus infinity for none.
        complete: whether every other reference is among the candidates.
    """

    scores: FloatArray
    people: np.ndarray[tuple[int, ...], np.dtype[np.int32]]
    mate: FloatArray
    complete: bool


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """Comparisons of every probe with every reference.

    Attributes:
        names: shape `(p,)`, of all people, sorted; people are given by their place here.
        probe_people: shape `(n,)` int64, whom each probe shows.
        reference_people: shape `(r,)` int64, whom each reference shows.
        mated_scores: shape `(m,)` float32, ascending.
        mated_people: shape `(m,)` int64, whose they are.
        counts: shape `(1048576,)` int64, non-mated comparisons of each step of the score; shape
            `(0,)` where all are kept one by one.
        high_scores: shape `(h,)` float32, descending: every non-mated score from `floor` on.
        high_probes: shape `(h,)` int64, people of their probes.
        high_references: shape `(h,)` int64, people of their references.
        floor: lowest score from which on every non-mated comparison is kept; minus infinity
            where all are.
        ranked: the first candidates of each probe.
    """

    names: np.ndarray[tuple[int], np.dtype[np.str_]]
    probe_people: IntArray
    reference_people: IntArray
    mated_scores: FloatArray
    mated_people: IntArray
    counts: IntArray
    high_scores: FloatArray
    high_probes: IntArray
    high_references: IntArray
    floor: float
    ranked: Ranked

    @property
    def mated(self) -> int:
        """How many comparisons are of one person."""
        return len(self.mated_scores)

    @property
    def nonmated(self) -> int:
        """How many are of two."""
        return len(self.probe_people) * len(self.reference_people) - self.mated

    def exact(self, thresholds: FloatArray) -> FloatArray:
        """Return thresholds at which the count is exact: these, or the next step above them.

        From `floor` on every threshold is; below it those that begin a step are, and another is
        moved up by less than 1/2048 of itself.
        """
        steps = step_of(thresholds).astype(np.int64)
        begins = step_floor(steps) == thresholds
        up = step_floor(np.minimum(steps + 1, _STEPS - 1))
        # The step above may begin beyond the floor, where every threshold will do.
        up = np.where(up > self.floor, np.maximum(thresholds, np.float32(self.floor)), up)
        moved = np.where(begins | (thresholds >= self.floor), thresholds, up)
        return moved.astype(np.float32)

    def false_matches(self, thresholds: FloatArray) -> IntArray:
        """Return how many non-mated comparisons reach each threshold that `exact` returned."""
        kept = len(self.high_scores) - np.searchsorted(self.high_scores[::-1], thresholds)
        if np.isneginf(self.floor):
            return kept.astype(np.int64)
        reach = np.append(self.counts[::-1].cumsum()[::-1], 0)
        below = reach[step_of(thresholds)]
        return np.where(thresholds >= self.floor, kept, below).astype(np.int64)

    def false_non_matches(self, thresholds: FloatArray) -> IntArray:
        """Return how many mated comparisons stay below each threshold."""
        return np.searchsorted(self.mated_scores, thresholds).astype(np.int64)

    def steps(self) -> FloatArray:
        """Return every threshold at which a count changes and is exact, ascending."""
        filled: BoolArray = self.counts > 0
        begins = step_floor(np.flatnonzero(filled).astype(np.int64))
        low = begins[begins < self.floor]
        return np.unique(np.concatenate([self.exact(self.mated_scores), self.high_scores, low]))
