"""The search of many rows: sifted with a margin, refined, then scored as they are kept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray, IntArray
from workbench.matching.best_rows import Best, largest
from workbench.matching.candidates import Candidates, rank
from workbench.matching.comparisons import Comparisons, Reduction
from workbench.matching.kernels import FEW
from workbench.matching.subject_table import NOBODY, SubjectTable

__all__ = ["RowSearch", "Wide"]

Wide = NDArray[np.float64]
"""(n, d) float64."""

_CHUNK: Final = 32_768
"""Rows between two looks at what is worth keeping: enough for a kernel to run at full speed."""
_CHUNK_OF_MANY: Final = 2_048
"""The same where many probes are compared, whose scores then stay in the cache."""
_FIRST: Final = 4_096
"""Rows of the first chunk, of which nothing is known yet."""
_PROBES_AT_ONCE: Final = 256
_SMALL: Final = 65_536
"""Rows of which many probes are compared by numbers in single precision, which leaves next to
nothing to look at twice, and which one thread goes through, at most."""
_WORTH_SIFTING: Final = 64
"""So many rows more than are wanted are worth sifting again before they are scored."""
Scanned = TypeVar("Scanned")


class RowSearch(ABC):
    """Finds exactly those who score best, though most rows are only sifted.

    Attributes:
        threads: that share a scan.
    """

    threads: int

    @property
    @abstractmethod
    def table(self) -> SubjectTable:
        """Whose each row is."""

    @abstractmethod
    def sift(self, probes: FloatArray, rows: IntArray | slice) -> FloatArray:
        """Return scores of rows and probes `(p, d)`, shape `(rows, p)`, within `slacks`."""

    @abstractmethod
    def slacks(self, probes: FloatArray) -> Wide:
        """Return by how much a sifted score of each probe `(p, d)` may be off at most, `(p,)`."""

    @abstractmethod
    def sift_finely(self, probes: FloatArray, rows: slice) -> FloatArray:
        """Return the same in single precision, within `fine_slack`."""

    @property
    @abstractmethod
    def fine_slack(self) -> float:
        """By how much a score of `sift_finely` may be off at most."""

    @abstractmethod
    def refine(self, probe: FloatArray, rows: IntArray) -> tuple[Wide, float]:
        """Return scores of a probe `(d,)` and rows, and by how much they may be off at most.

        Much nearer than those of `sift`.
        """

    @abstractmethod
    def products(self, probes: FloatArray, rows: IntArray) -> FloatArray:
        """Return the scores of probes `(p, d)` and rows, shape `(p, len(rows))`."""

    def best(self, probes: FloatArray, k: int, by: Reduction) -> list[Candidates]:
        """Return the best `k` subjects for each probe `(p, d)`."""
        found: list[Candidates] = []
        wanted = min(k, self.table.subject_count)
        if wanted == 0:
            return [Candidates.empty() for _ in range(len(probes))]
        for at in range(0, len(probes), _PROBES_AT_ONCE):
            part = probes[at : at + _PROBES_AT_ONCE]
            for probe, nearest in zip(part, self._nearest(part, wanted), strict=True):
                widening = self._deeper(probe, nearest, wanted)
                found.append(self._ranked(probe, widening, wanted, by))
        return found

    def _nearest(self, probes: FloatArray, depth: int) -> list[tuple[IntArray, float]]:
        """Return rows for each probe, and from which score on no row is left out.

        At least `depth` rows, where there are so many.
        """
        finely = len(probes) > FEW and self.table.rows <= _SMALL
        slacks = np.full(len(probes), self.fine_slack) if finely else self.slacks(probes)
        sift = partial(self.sift_finely if finely else self.sift, probes)
        scanned = self._in_parts(
            lambda start, stop: self._scan(sift, Best(depth, 2 * slacks), start, stop)
        )
        found = []
        for at, (probe, slack) in enumerate(zip(probes, slacks.tolist(), strict=True)):
            rows = np.concatenate([part[at][0] for part in scanned])
            scores = np.concatenate([part[at][1] for part in scanned])
            if len(rows) == len(self.table):
                found.append((rows, -np.inf))
                continue
            floor = largest(scores, depth)
            rows, complete = rows[scores >= floor - 2 * slack], floor - slack
            if len(rows) > _WORTH_SIFTING + depth:
                rows, nearer = self._fewer(probe, rows, depth)
                complete = max(complete, nearer)
            found.append((rows, complete))
        return found

    def _fewer(self, probe: FloatArray, rows: IntArray, depth: int) -> tuple[IntArray, float]:
        """Return which of `depth` rows or more may be among the best, and how the others score.

        That is what none of those left out reaches.
        """
        scores, slack = self.refine(probe, rows)
        floor = largest(scores, depth)
        return rows[scores >= floor - 2 * slack], floor - slack

    def _in_parts(self, scan: Callable[[int, int], Scanned]) -> list[Scanned]:
        """Return what a scan of each part of the rows gives, a thread for each."""
        threads = self.threads if self.table.rows > _SMALL else 1
        edges = np.linspace(0, self.table.rows, threads + 1).astype(int).tolist()
        parts = list(pairwise(edges))
        if len(parts) == 1:
            return [scan(*parts[0])]
        # The calling thread takes a part, too: one thread less is started.
        with ThreadPoolExecutor(len(parts) - 1) as pool:
            others = [pool.submit(scan, *part) for part in parts[1:]]
            return [scan(*parts[0]), *(one.result() for one in others)]

    def _scan(
        self, sift: Callable[[slice], FloatArray], best: Best, start: int, stop: int
    ) -> list[tuple[IntArray, FloatArray]]:
        """Return rows between two, with sifted scores, that may be among the best."""
        with_gaps = len(self.table) < self.table.rows
        chunk = _CHUNK if len(best) <= FEW else _CHUNK_OF_MANY
        at, step = start, _FIRST
        while at < stop:
            rows = slice(at, min(at + min(step, chunk), stop))
            scores = sift(rows)
            if with_gaps:
                scores[self.table.owners[rows] == NOBODY] = -np.inf
            best.offer(at, scores)
            at, step = rows.stop, chunk
        return best.kept()

    def _deeper(
        self, probe: FloatArray, nearest: tuple[IntArray, float], depth: int
    ) -> Iterator[tuple[IntArray, float]]:
        """Yield what is nearest, then more of it, until that is everything."""
        while True:
            yield nearest
            depth *= 8
            (nearest,) = self._nearest(probe[None], depth)

    def _ranked(
        self, probe: FloatArray, widening: Iterable[tuple[IntArray, float]], k: int, by: Reduction
    ) -> Candidates:
        """Return the best `k` subjects; looks deeper while somebody left out may be among them.

        Args:
            probe: `(d,)`.
            widening: rows, and from which score on none is left out, which is -inf at last.
            k: how many are wanted.
            by: how several references of a subject become one score.
        """
        for rows, complete in widening:
            subjects, scores, references = self._scored(probe, rows, by)
            # Nobody's reduced score is higher than their best, and whoever was left out has none
            # from `complete` on.
            if complete == -np.inf or (len(scores) >= k and largest(scores, k) >= complete):
                break
        at = np.flatnonzero(scores >= largest(scores, min(k, len(scores))))
        names = self.table.names_of(subjects[at])
        return rank(names, scores[at], references[at], k)

    def _scored(
        self, probe: FloatArray, rows: IntArray, by: Reduction
    ) -> tuple[IntArray, FloatArray, IntArray]:
        """Return subjects with a row among these, their scores, and their best references."""
        owners = self.table.owners[rows].astype(np.int64)
        if by != "best":
            subjects = np.unique(owners)
            reduced, best = self.compared(probe[None], subjects.tolist()).reduce(by)
            return subjects, reduced[0], best[0]
        scores = self.products(probe[None], rows)[0]
        # By subject, then the best first, then the one that was added first.
        order = np.lexsort((rows, -scores, owners))
        first = order[np.flatnonzero(np.diff(owners[order], prepend=NOBODY - 1))]
        return owners[first], scores[first], rows[first]

    def compared(self, probes: FloatArray, numbers: Sequence[int]) -> Comparisons:
        """Compare probes `(p, d)` with every row of subjects, given by number."""
        picked = [self.table.rows_of(number) for number in numbers]
        rows = np.concatenate([*picked, np.zeros(0, np.int64)])
        counts = np.array([len(own) for own in picked], np.int64)
        return Comparisons(self.products(probes, rows), rows, counts)
