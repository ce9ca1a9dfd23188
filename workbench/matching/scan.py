"""Full scans of large galleries: every reference is looked at, in the precision it is kept in."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from typing import ClassVar, Final, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.arrays import FloatArray, IntArray
from workbench.errors import UsageError
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.best_rows import Best, largest
from workbench.matching.candidates import Candidates, rank
from workbench.matching.comparisons import Comparisons, Reduction
from workbench.matching.gallery import Gallery
from workbench.matching.kernels import FEW
from workbench.matching.one_encoder import ROUNDING, OneEncoderGallery, products, require_known
from workbench.matching.subject_table import NOBODY, SubjectTable

__all__ = ["ScanGallery", "Wide"]

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
"""References of a gallery of which many probes are compared by numbers in single precision, which
leaves next to nothing to look at twice, and which one thread goes through, at most."""
_WORTH_SIFTING: Final = 64
"""So many rows more than are wanted are worth sifting again before they are scored."""
_SMALLEST_CAPACITY: Final = 64
Scanned = TypeVar("Scanned")


class ScanGallery(OneEncoderGallery):
    """References of one encoder, kept in less than single precision; a `Gallery`.

    The score of a probe and a reference is the cosine of the probe and of the reference as it is
    kept, accumulated in double precision. A search first sifts with a fast kernel, with a margin
    that is wider than its error, and then scores what is left, so it returns exactly the best of
    these scores. Rows that are removed are overwritten. One thread at a time may use a gallery.
    """

    precision: ClassVar[str]
    """What references are kept in."""

    def __init__(
        self, encoder: EncoderIdentity, *, threads: int = 1, table: SubjectTable | None = None
    ) -> None:
        """Start empty, for templates of `encoder` alone.

        Args:
            encoder: what made every template in it.
            threads: that share a scan, also later; a gallery that does not fit the cache waits for
                memory, so more than two seldom help.
            table: shared with galleries of other encoders, which are given the same references in
                the same order; what is removed from one is removed from all of them.
        """
        super().__init__(encoder)
        self._table = SubjectTable() if table is None else table
        self._table.when_removed(self._forget)
        self.threads = max(1, threads)
        self._filled = self._capacity = 0

    @property
    def full_scan(self) -> bool:
        """Whether a search looks at every reference."""
        return True

    @property
    def table(self) -> SubjectTable:
        """Whose each of its references is."""
        return self._table

    @property
    def subjects(self) -> tuple[str, ...]:
        """Names of those it holds, each once, in the order they were first added."""
        return self._table.subjects

    def __len__(self) -> int:
        """Return how many references it holds."""
        return len(self._table)

    def holds_the_same(self, other: Gallery) -> bool:
        """Return whether another gallery holds references of the same subjects."""
        # A million names that are shared need not be looked through.
        shared = isinstance(other, ScanGallery) and other.table is self._table
        return shared or super().holds_the_same(other)

    def reserve(self, rows: int) -> None:
        """Make room for so many references, so that adding them moves none, which takes twice."""
        self._table.reserve(rows)
        if rows > self._capacity:
            self._resize(rows, self._filled)
            self._capacity = rows

    def extend(self, subjects: Sequence[str] | pl.Series, templates: Templates) -> IntArray:
        """Add one reference for each name; return their numbers, shape `(len(templates),)`.

        Raises:
            EncoderMismatchError: when another encoder made the templates.
            UsageError: when a name is empty, their number is not that of the templates, or a
                gallery that shares the table has other references there.
        """
        self._encoder.require_same(templates.encoder, "references")
        if len(subjects) != len(templates):
            msg = f"{len(templates)} templates need as many subject names, not {len(subjects)}."
            raise UsageError(msg)
        start, stop = self._filled, self._filled + len(templates)
        if start == self._table.rows:
            self._table.extend(subjects)
        elif not self._table.holds(subjects, start):
            msg = (
                f"references {start} to {stop - 1} are others in the galleries that share these "
                "subjects. Give each of them the same, in the same order."
            )
            raise UsageError(msg)
        if stop > self._capacity:
            self.reserve(max(stop, 2 * start, _SMALLEST_CAPACITY) if start else stop)
        for at in range(0, len(templates), _CHUNK):
            part = templates.vectors[at : at + _CHUNK]
            self._keep(slice(start + at, start + at + len(part)), part)
        self._filled = stop
        return np.arange(start, stop, dtype=np.int64)

    def remove(self, subject: str) -> int:
        """Drop all references of a subject, overwrite them, and return how many there were."""
        return len(self._table.remove(subject))

    def clear(self) -> int:
        """Drop and overwrite everything, by itself; return how many references there were."""
        count = len(self._table)
        self._wipe(slice(None))
        self._table = SubjectTable()
        self._table.when_removed(self._forget)
        self._filled = 0
        return count

    def search(self, probes: Templates, k: int, by: Reduction = "best") -> list[Candidates]:
        """Return the best `k` subjects for each probe.

        Raises:
            EncoderMismatchError: when another encoder made the probes.
            UsageError: when `k` is less than 1.
        """
        self._require_probes(probes, k)
        found: list[Candidates] = []
        wanted = min(k, self._table.subject_count)
        if wanted == 0:
            return [Candidates.empty() for _ in range(len(probes))]
        for at in range(0, len(probes), _PROBES_AT_ONCE):
            part = probes.vectors[at : at + _PROBES_AT_ONCE]
            for probe, nearest in zip(part, self._nearest(part, wanted), strict=True):
                widening = self._deeper(probe, nearest, wanted)
                found.append(self._ranked(probe, widening, wanted, by))
        return found

    def compare(self, probes: Templates, subjects: Sequence[str]) -> Comparisons:
        """Compare probes with every reference of the named subjects, in the order given.

        Raises:
            EncoderMismatchError: when another encoder made the probes.
            UsageError: when a subject is not in the gallery.
        """
        self._encoder.require_same(probes.encoder, "probes")
        self._require_filled()
        numbers = [self._table.number_of(subject) for subject in subjects]
        require_known([name for name, at in zip(subjects, numbers, strict=True) if at is None])
        return self._compared(probes.vectors, [number for number in numbers if number is not None])

    def _forget(self, rows: IntArray) -> None:
        """Overwrite rows that were taken from a subject, those that it has of them."""
        self._wipe(rows[rows < self._filled])

    # What each precision does in its own way.

    @abstractmethod
    def _resize(self, rows: int, used: int) -> None:
        """Make room for so many rows, keep the first `used`, and overwrite the old memory."""

    @abstractmethod
    def _keep(self, rows: slice, vectors: FloatArray) -> None:
        """Keep references in rows."""

    @abstractmethod
    def _wipe(self, rows: IntArray | slice) -> None:
        """Overwrite rows."""

    @abstractmethod
    def _read(self, rows: IntArray) -> Wide:
        """Return references as they are kept, shape `(len(rows), d)`."""

    @abstractmethod
    def _sift(self, probes: FloatArray, rows: IntArray | slice) -> FloatArray:
        """Return scores of rows and probes `(p, d)`, shape `(rows, p)`, within `_slack`."""

    @abstractmethod
    def _sift_finely(self, probes: FloatArray, rows: slice) -> FloatArray:
        """Return scores of rows and probes `(p, d)`, shape `(rows, p)`, within `ROUNDING`."""

    @abstractmethod
    def _slacks(self, probes: FloatArray) -> Wide:
        """Return by how much a sifted score of each probe `(p, d)` may be off at most, `(p,)`."""

    @abstractmethod
    def _refine(self, probe: FloatArray, rows: IntArray) -> tuple[Wide, float]:
        """Return scores of a probe `(d,)` and rows, and by how much they may be off at most.

        Much nearer than those of `_sift`.
        """

    # The search.

    def _require_probes(self, probes: Templates, k: int) -> None:
        super()._require_probes(probes, k)
        self._require_filled()

    def _require_filled(self) -> None:
        if self._filled != self._table.rows:
            msg = (
                f"the gallery of {self._encoder.name} has {self._filled:,} of "
                f"{self._table.rows:,} references that it shares with others. Give it the rest."
            )
            raise UsageError(msg)

    def _nearest(self, probes: FloatArray, depth: int) -> list[tuple[IntArray, float]]:
        """Return rows for each probe, and from which score on no row is left out.

        At least `depth` rows, where there are so many.
        """
        finely = len(probes) > FEW and self._table.rows <= _SMALL
        slacks = np.full(len(probes), ROUNDING) if finely else self._slacks(probes)
        sift = self._sift_finely if finely else self._sift
        scanned = self._in_parts(
            lambda start, stop: self._scan(
                partial(sift, probes), Best(depth, 2 * slacks), start, stop
            )
        )
        found = []
        for at, (probe, slack) in enumerate(zip(probes, slacks.tolist(), strict=True)):
            rows = np.concatenate([part[at][0] for part in scanned])
            scores = np.concatenate([part[at][1] for part in scanned])
            if len(rows) == len(self._table):
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
        scores, slack = self._refine(probe, rows)
        floor = largest(scores, depth)
        return rows[scores >= floor - 2 * slack], floor - slack

    def _in_parts(self, scan: Callable[[int, int], Scanned]) -> list[Scanned]:
        """Return what a scan of each part of the rows gives, a thread for each."""
        threads = self.threads if self._table.rows > _SMALL else 1
        edges = np.linspace(0, self._table.rows, threads + 1).astype(int).tolist()
        parts = list(pairwise(edges))
        if len(parts) == 1:
            return [scan(*parts[0])]
        with ThreadPoolExecutor(len(parts)) as pool:
            return list(pool.map(lambda part: scan(*part), parts))

    def _scan(
        self, sift: Callable[[slice], FloatArray], best: Best, start: int, stop: int
    ) -> list[tuple[IntArray, FloatArray]]:
        """Return rows between two, with sifted scores, that may be among the best."""
        with_gaps = len(self._table) < self._table.rows
        chunk = _CHUNK if len(best) <= FEW else _CHUNK_OF_MANY
        at, step = start, _FIRST
        while at < stop:
            rows = slice(at, min(at + min(step, chunk), stop))
            scores = sift(rows)
            if with_gaps:
                scores[self._table.owners[rows] == NOBODY] = -np.inf
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
        names = self._table.names_of(subjects[at])
        return rank(names, scores[at], references[at], k)

    def _scored(
        self, probe: FloatArray, rows: IntArray, by: Reduction
    ) -> tuple[IntArray, FloatArray, IntArray]:
        """Return subjects with a row among these, their scores, and their best references."""
        owners = self._table.owners[rows].astype(np.int64)
        if by != "best":
            subjects = np.unique(owners)
            reduced, best = self._compared(probe[None], subjects.tolist()).reduce(by)
            return subjects, reduced[0], best[0]
        scores = self._products(probe[None], rows)[0]
        # By subject, then the best first, then the one that was added first.
        order = np.lexsort((rows, -scores, owners))
        first = order[np.flatnonzero(np.diff(owners[order], prepend=NOBODY - 1))]
        return owners[first], scores[first], rows[first]

    def _compared(self, probes: FloatArray, numbers: Sequence[int]) -> Comparisons:
        picked = [self._table.rows_of(number) for number in numbers]
        rows = np.concatenate([*picked, np.zeros(0, np.int64)])
        counts = np.array([len(own) for own in picked], np.int64)
        return Comparisons(self._products(probes, rows), rows, counts)

    def _products(self, probes: FloatArray, rows: IntArray) -> FloatArray:
        return products(probes, len(rows), lambda part: self._read(rows[part]))
