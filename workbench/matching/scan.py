"""Full scans of large galleries: every reference is looked at, in the precision it is kept in."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Final

import numpy as np
import polars as pl

from workbench.arrays import FloatArray, IntArray
from workbench.errors import UsageError
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.candidates import Candidates
from workbench.matching.comparisons import Comparisons, Reduction
from workbench.matching.gallery import Gallery
from workbench.matching.one_encoder import ROUNDING, OneEncoderGallery, products, require_known
from workbench.matching.row_search import RowSearch, Wide
from workbench.matching.subject_table import NOBODY, SubjectTable

__all__ = ["ScanGallery"]

_AT_ONCE: Final = 32_768
"""References that are taken in at once."""
_SMALLEST_CAPACITY: Final = 64


class ScanGallery(OneEncoderGallery, RowSearch):
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
        for at in range(0, len(templates), _AT_ONCE):
            part = templates.vectors[at : at + _AT_ONCE]
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
        self.require_probes(probes, k)
        return self.best(probes.vectors, k, by)

    def compare(self, probes: Templates, subjects: Sequence[str]) -> Comparisons:
        """Compare probes with every reference of the named subjects, in the order given.

        Raises:
            EncoderMismatchError: when another encoder made the probes.
            UsageError: when a subject is not in the gallery.
        """
        self._encoder.require_same(probes.encoder, "probes")
        self._require_filled()
        numbers = self._table.numbers_of(subjects).tolist()
        require_known([name for name, at in zip(subjects, numbers, strict=True) if at == NOBODY])
        return self.compared(probes.vectors, numbers)

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

    @property
    def fine_slack(self) -> float:
        """Return what single precision errs in a cosine at most."""
        return ROUNDING

    def require_probes(self, probes: Templates, k: int) -> None:
        """Raise as well where it shares subjects and has not been given all references."""
        super().require_probes(probes, k)
        self._require_filled()

    def _require_filled(self) -> None:
        if self._filled != self._table.rows:
            msg = (
                f"the gallery of {self._encoder.name} has {self._filled:,} of "
                f"{self._table.rows:,} references that it shares with others. Give it the rest."
            )
            raise UsageError(msg)

    def products(self, probes: FloatArray, rows: IntArray) -> FloatArray:
        """Return cosines of probes `(p, d)` and rows as they are kept, `(p, len(rows))`."""
        return products(probes, len(rows), lambda part: self._read(rows[part]))
