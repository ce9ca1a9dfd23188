"""Bands of FMR and FNMR over people drawn anew on both sides.

A comparison has two people, and each of them returns in thousands of others: a face that is close
to many raises FMR with all of them. So people are drawn, those of probes and those of references,
and a comparison counts as often as both of its people were drawn together, the product of how
often each was. This is the pigeonhole bootstrap (Owen, Annals of Applied Statistics 1, 2007), who
shows that no bootstrap of two crossed sides is exact and that this one is, if anything, a little
too wide. Somebody on both sides is drawn once for both. Images of a person stay together.

What is drawn with replacement is the weight of a comparison, never a list to be searched: a list
drawn so would hold about 63 % of its people, and FPIR, which grows with the list, would come out
too low. `workbench.evaluation.list_draws` draws lists, without replacement.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_matrix

from workbench.arrays import FloatArray, IntArray
from workbench.evaluation.bootstrap import percentiles
from workbench.evaluation.comparisons import Comparisons
from workbench.evaluation.counted import DoubleArray, Ends

__all__ = ["comparison_bands"]

_DRAWS_AT_ONCE = 64
_ROWS_AT_ONCE = 1 << 15


def comparison_bands(
    comparisons: Comparisons, thresholds: FloatArray, *, replicates: int, seed: int
) -> tuple[Ends, Ends]:
    """Return the 95 % bands of FMR and of FNMR at each threshold.

    Args:
        comparisons: of `gather_comparisons`.
        thresholds: ascending, as `Comparisons.exact` returns them.
        replicates: draws; 0 gives no band.
        seed: the bands are the same for the same seed and data.

    Returns:
        Of each rate both ends, shape `(thresholds,)`; NaN where there is none to give: no error
        or nothing but errors, fewer than two people on a side, thresholds below the kept scores.
    """
    points = len(thresholds)
    fmr, fnmr = _nothing(points), _nothing(points)
    if not (replicates and points):
        return fmr, fnmr
    people = _People(comparisons)
    false = _FalseMatches(comparisons, thresholds)
    missed = _Misses(comparisons, thresholds)
    drawn = [(false.rates(times), missed.rates(times)) for times in people.draws(replicates, seed)]
    with np.errstate(invalid="ignore"):
        if people.can_vary:
            fmr = percentiles(np.concatenate([pair[0] for pair in drawn], axis=1).T)
        if missed.people > 1:
            shares = np.concatenate([pair[1] for pair in drawn], axis=1)
            fnmr = percentiles(shares[:, np.isfinite(shares).all(axis=0)].T)
    counts = comparisons.false_matches(thresholds)
    still = (counts == 0) | (counts == comparisons.nonmated) | (thresholds < comparisons.floor)
    _clear(fmr, still)
    misses = comparisons.false_non_matches(thresholds)
    _clear(fnmr, (misses == 0) | (misses == comparisons.mated))
    return fmr, fnmr


class _People:
    """Who there is to draw: people of probes alone, of references alone, and of both."""

    def __init__(self, comparisons: Comparisons) -> None:
        self._count = len(comparisons.names)
        probes = np.bincount(comparisons.probe_people, minlength=self._count) > 0
        references = np.bincount(comparisons.reference_people, minlength=self._count) > 0
        kinds = (probes & ~references, ~probes & references, probes & references)
        self._strata = [np.flatnonzero(kind) for kind in kinds if kind.any()]
        self.can_vary = bool(probes.sum() > 1 and references.sum() > 1)

    def draws(self, replicates: int, seed: int) -> Iterator[FloatArray]:
        """Yield how often each person was drawn, shape `(people, draws)` float32."""
        generator = np.random.default_rng(seed)
        for start in range(0, replicates, _DRAWS_AT_ONCE):
            width = min(_DRAWS_AT_ONCE, replicates - start)
            times = np.empty((self._count, width), np.float32)
            for stratum in self._strata:
                chosen = generator.integers(0, len(stratum), (len(stratum), width))
                flat = (chosen * width + np.arange(width)).reshape(-1)
                counted = np.bincount(flat, minlength=len(stratum) * width)
                times[stratum] = counted.reshape(len(stratum), width)
            yield times


class _FalseMatches:
    """The kept non-mated comparisons, by threshold and by probe's and reference's person."""

    def __init__(self, comparisons: Comparisons, thresholds: FloatArray) -> None:
        n, self._points = len(comparisons.names), len(thresholds)
        self._probes = np.bincount(comparisons.probe_people, minlength=n).astype(np.float32)
        self._references = np.bincount(comparisons.reference_people, minlength=n).astype(np.float32)
        # Each passes the first so many thresholds; those that pass none count nowhere.
        passes = np.searchsorted(thresholds, comparisons.high_scores, side="right")
        used = passes > 0
        row = (passes[used] - 1) * n + comparisons.high_probes[used]
        rows, place = np.unique(row, return_inverse=True)
        self._level, self._probe = np.divmod(rows, n)
        ones = np.ones(int(used.sum()), np.float32)
        shape = (len(rows), n)
        self._cells = csr_matrix((ones, (place, comparisons.high_references[used])), shape=shape)

    def rates(self, times: FloatArray) -> DoubleArray:
        """Return FMR of each threshold and draw, shape `(thresholds, draws)`."""
        sums = np.zeros((self._points, times.shape[1]))
        for start in range(0, len(self._level), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            level = self._level[part]
            weights = (self._cells[part] @ times) * times[self._probe[part]]
            first = np.flatnonzero(np.diff(level, prepend=-1))
            sums[level[first]] += np.add.reduceat(weights, first, axis=0, dtype=np.float64)
        reached = sums[::-1].cumsum(axis=0)[::-1]
        weights = times.astype(np.float64)
        # Every probe with every reference, without those of one person.
        every = (self._probes @ weights) * (self._references @ weights)
        own = (self._probes * self._references) @ weights**2
        return _share(reached, every - own)


class _Misses:
    """Mated comparisons by the threshold that they miss, and by person."""

    def __init__(self, comparisons: Comparisons, thresholds: FloatArray) -> None:
        n, points = len(comparisons.names), len(thresholds)
        missed = np.searchsorted(thresholds, comparisons.mated_scores, side="right")
        ones = np.ones(len(missed), np.float32)
        shape = (points + 1, n)
        self._cells = csr_matrix((ones, (missed, comparisons.mated_people)), shape=shape)
        self._each = np.bincount(comparisons.mated_people, minlength=n).astype(np.float64)
        self.people = int((self._each > 0).sum())

    def rates(self, times: FloatArray) -> DoubleArray:
        """Return FNMR of each threshold and draw; NaN of a draw without a mated comparison."""
        missed = (self._cells @ times).astype(np.float64).cumsum(axis=0)[:-1]
        return _share(missed, self._each @ times)


def _share(part: DoubleArray, whole: DoubleArray) -> DoubleArray:
    empty = np.full(part.shape, np.nan)
    return np.asarray(np.divide(part, whole, out=empty, where=whole > 0), np.float64)


def _nothing(points: int) -> Ends:
    return np.full(points, np.nan), np.full(points, np.nan)


def _clear(band: Ends, at: IntArray | np.ndarray[tuple[int], np.dtype[np.bool_]]) -> None:
    for end in band:
        end[at] = np.nan
