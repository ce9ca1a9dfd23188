"""Intervals of verification by people drawn anew: a pair has two of them.

A person who is drawn twice brings each mated pair twice. A non-mated pair counts as often as both
of its people were drawn together: the product of how often each was (the pigeonhole bootstrap of
Owen, Annals of Applied Statistics 1, 2007, with one draw for both sides, since one person may
stand on either). Owen shows that such an interval is, if anything, a little too wide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import dataframely as dy
import numpy as np
import polars as pl

from workbench.evaluation.bootstrap import REPLICATES, percentiles
from workbench.evaluation.counted import DoubleArray
from workbench.evaluation.frames import check_frame
from workbench.evaluation.pair_scores import PairPeople
from workbench.intervals import Interval

__all__ = ["PairIntervals", "pair_bootstrap"]

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class PairIntervals:
    """What people drawn anew say of a verification.

    Attributes:
        people: in all pairs.
        frr: interval of FRR at each FAR asked for, both ends `None` where there is nothing to
            draw (fewer than two people, or one kind of pair alone) and where all draws agree:
            they say nothing of errors that were never seen.
        equal_error_rate: interval of it; `None` likewise.
    """

    people: int
    frr: tuple[Interval | tuple[None, None], ...]
    equal_error_rate: Interval | None


def pair_bootstrap(
    pairs: pl.DataFrame,
    targets: Sequence[float],
    *,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> PairIntervals:
    """Return intervals by identity of FRR at each FAR, threshold found anew, and of the EER.

    Args:
        pairs: with the schema `PairPeople`, in any order.
        targets: each FAR asked for, 0..1.
        replicates: draws of as many people as there are.
        seed: the intervals are the same for the same seed and data.

    Raises:
        ProtocolError: when the frame does not fit.
    """
    checked = check_frame(PairPeople, pairs, "the pairs")
    drawn = _Pairs(checked)
    if not drawn.can_vary or replicates < 1:
        return PairIntervals(drawn.people, tuple((None, None) for _ in targets), None)
    generator = np.random.default_rng(seed)
    shares = np.array([drawn.draw(generator, targets) for _ in range(replicates)])
    # A draw without a pair of one kind says nothing.
    told = shares[np.isfinite(shares).all(axis=1)]
    ends = percentiles(told)
    found = [
        Interval(float(low), float(high)) if low < high or len(told) == 1 else None
        for low, high in zip(*ends, strict=True)
    ]
    frr = tuple((None, None) if one is None else one for one in found[:-1])
    return PairIntervals(drawn.people, frr, found[-1])


class _Pairs:
    """Pairs as steps of the score, so that a draw is only weighed and summed."""

    def __init__(self, pairs: dy.DataFrame[PairPeople]) -> None:
        ordered = pairs.sort("pair")
        mated = ordered["mated"].to_numpy()
        scores = ordered["score"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        both = pl.concat([ordered["identity"], ordered["other_identity"]]).to_numpy()
        names, codes = np.unique(both.astype(np.str_), return_inverse=True)
        first, second = codes[: len(scores)], codes[len(scores) :]
        steps = np.unique(scores[np.isfinite(scores)])
        # A pair that could not be compared lies below every step.
        at = np.where(np.isfinite(scores), np.searchsorted(steps, scores) + 1, 0)
        self.people = len(names)
        self.can_vary = len(names) > 1 and bool(mated.any()) and not bool(mated.all())
        self._steps = len(steps)
        self._mated = first[mated], at[mated]
        self._others = first[~mated], second[~mated], at[~mated]

    def draw(self, generator: np.random.Generator, targets: Sequence[float]) -> list[float]:
        """Return FRR at each FAR, and the EER, of one draw; NaN where a kind has no pair."""
        times = np.bincount(
            generator.integers(0, self.people, self.people), minlength=self.people
        ).astype(np.float64)
        one, other, at = self._others
        far = self._at_or_above(at, times[one] * times[other])
        frr = 1.0 - self._at_or_above(self._mated[1], times[self._mated[0]])
        if not (np.isfinite(far[0]) and np.isfinite(frr[0])):
            return [np.nan] * (len(targets) + 1)
        lowest = [int(np.argmax(far <= target + _ROUNDING)) for target in targets]
        closest = int(np.argmin(np.abs(far - frr)))
        return [*(float(frr[step]) for step in lowest), float((far[closest] + frr[closest]) / 2)]

    def _at_or_above(
        self, at: np.ndarray[tuple[int], np.dtype[np.int64]], weights: DoubleArray
    ) -> DoubleArray:
        """Return the share of the weight at or above each step, and above all of them, 0."""
        counts = np.bincount(at, weights, minlength=self._steps + 1)
        total = counts.sum()
        if not total:
            return np.full(self._steps + 1, np.nan)
        shares = np.append(counts[:0:-1].cumsum()[::-1], 0.0) / total
        return np.asarray(shares, np.float64)
