"""The exact gallery: every reference compared with every probe, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from workbench.arrays import FloatArray, IntArray
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.candidates import Candidates, rank
from workbench.matching.comparisons import Comparisons, Reduction
from workbench.matching.one_encoder import ROUNDING, OneEncoderGallery, products, require_known

__all__ = ["ExactGallery"]

_SMALLEST_CAPACITY = 64


@dataclass(frozen=True, slots=True)
class _Columns:
    """The rows of the matrix ordered by subject, worked out once after each change."""

    rows: IntArray
    counts: IntArray
    references: IntArray
    subjects: tuple[str, ...]
    in_order: bool


class ExactGallery(OneEncoderGallery):
    """References of one encoder, searched without any approximation.

    Scores are cosine similarities, accumulated in double precision: the score of a probe and a
    reference does not depend on what else is in the gallery or in the batch, so equal templates
    get equal scores and ties fall by name. A search first sifts in single precision, with a
    margin wider than its rounding error, and then scores what is left.

    Adding costs amortised constant time; a subject is removed in time proportional to its own
    references. Rows that are no longer in use are overwritten with zeros, in the old memory too
    when the matrix grows. One thread at a time may use a gallery.
    """

    precision: ClassVar[str] = "float32"
    full_scan: ClassVar[bool] = True

    def __init__(self, encoder: EncoderIdentity) -> None:
        """Start empty, for templates of `encoder` alone."""
        super().__init__(encoder)
        self._matrix: FloatArray = np.zeros((0, encoder.dimension), np.float32)
        self._numbers: IntArray = np.zeros(0, np.int64)
        self._owners: list[str] = []
        self._rows: dict[str, list[int]] = {}
        self._next_number = 0
        self._columns: _Columns | None = None

    @property
    def subjects(self) -> tuple[str, ...]:
        """Names of those it holds, each once, in the order they were first added."""
        return tuple(self._rows)

    def __len__(self) -> int:
        """Return how many references it holds."""
        return len(self._owners)

    def extend(self, subjects: Sequence[str], templates: Templates) -> IntArray:
        """Add one reference for each name; return their numbers, shape `(len(templates),)`.

        Raises:
            EncoderMismatchError: when another encoder made the templates.
            UsageError: when a name is empty or their number is not that of the templates.
        """
        self._require_references(subjects, templates)
        start, stop = len(self._owners), len(self._owners) + len(templates)
        self._reserve(stop)
        numbers = self._next_number + np.arange(len(templates), dtype=np.int64)
        self._matrix[start:stop] = templates.vectors
        self._numbers[start:stop] = numbers
        for row, subject in enumerate(subjects, start):
            self._owners.append(subject)
            self._rows.setdefault(subject, []).append(row)
        self._next_number += len(templates)
        self._columns = None
        return numbers

    def remove(self, subject: str) -> int:
        """Drop all references of a subject, overwrite them, and return how many there were."""
        rows = self._rows.pop(subject, [])
        # From the back, so that the last row, which fills each gap, is never one still to go.
        for row in sorted(rows, reverse=True):
            last = len(self._owners) - 1
            owner = self._owners.pop()
            if row != last:
                self._matrix[row] = self._matrix[last]
                self._numbers[row] = self._numbers[last]
                self._owners[row] = owner
                owned = self._rows[owner]
                owned[owned.index(last)] = row
            self._matrix[last] = 0.0
        self._columns = None
        return len(rows)

    def clear(self) -> int:
        """Drop and overwrite everything; return how many references there were."""
        count = len(self._owners)
        self._matrix.fill(0.0)
        self._owners.clear()
        self._rows.clear()
        self._columns = None
        return count

    def search(self, probes: Templates, k: int, by: Reduction = "best") -> list[Candidates]:
        """Return the best `k` subjects for each probe, by exact cosine similarity.

        Raises:
            EncoderMismatchError: when another encoder made the probes.
            UsageError: when `k` is less than 1.
        """
        likely = self.likely(self.sifted(probes, k), k, by, ROUNDING)
        found: list[Candidates] = []
        for at, names in enumerate(likely):
            scores, best = self.compare(probes[at : at + 1], names).reduce(by)
            found.append(rank(names, scores[0], best[0], k))
        return found

    @property
    def references(self) -> IntArray:
        """Numbers of its references, those of a subject side by side; `sifted` has this order."""
        return self._ordered().references

    def sifted(self, probes: Templates, k: int) -> FloatArray:
        """Return the cosine of each probe and reference within `ROUNDING`, shape `(n, r)`.

        Raises:
            EncoderMismatchError: when another encoder made the probes.
            UsageError: when `k` is less than 1.
        """
        self.require_probes(probes, k)
        columns = self._ordered()
        products = probes.vectors @ self._matrix[: len(self._owners)].T
        return products if columns.in_order else products[:, columns.rows]

    def likely(self, sifted: FloatArray, k: int, by: Reduction, slack: float) -> list[list[str]]:
        """Return who may be among the best `k` of each probe.

        Args:
            sifted: scores of probes and references, in the order of `references`.
            k: how many are wanted.
            by: how several references of a subject become one score.
            slack: by how much a score may be off at most.
        """
        columns = self._ordered()
        s = len(columns.subjects)
        if s == 0:
            return [[] for _ in sifted]
        reduced = self._reduced(sifted, columns, by)
        kept = min(k, s)
        floors = np.partition(reduced, s - kept, axis=1)[:, s - kept] - 2 * slack
        return [
            [columns.subjects[i] for i in np.flatnonzero(own >= floor)]
            for own, floor in zip(reduced, floors, strict=True)
        ]

    def compare(self, probes: Templates, subjects: Sequence[str]) -> Comparisons:
        """Compare probes with every reference of the named subjects, in the order given.

        Raises:
            EncoderMismatchError: when another encoder made the probes.
            UsageError: when a subject is not in the gallery.
        """
        self._encoder.require_same(probes.encoder, "probes")
        require_known([subject for subject in subjects if subject not in self._rows])
        picked = [
            sorted(self._rows[subject], key=lambda row: int(self._numbers[row]))
            for subject in subjects
        ]
        rows = np.array([row for own in picked for row in own], np.int64)
        scores = products(probes.vectors, len(rows), lambda part: self._matrix[rows[part]])
        counts = np.array([len(own) for own in picked], np.int64)
        return Comparisons(scores, self._numbers[rows], counts)

    def _reduced(self, sifted: FloatArray, columns: _Columns, by: Reduction) -> FloatArray:
        """Return sifted scores of every subject, `(n, s)`."""
        if len(columns.rows) == len(columns.subjects):
            return sifted
        if by == "best":
            starts = np.cumsum(columns.counts) - columns.counts
            return np.maximum.reduceat(sifted, starts, axis=1)
        return Comparisons(sifted, columns.references, columns.counts).reduce(by)[0]

    def _ordered(self) -> _Columns:
        """Return the rows ordered by subject."""
        if self._columns is None:
            rows = np.array([row for own in self._rows.values() for row in own], np.int64)
            self._columns = _Columns(
                rows=rows,
                counts=np.array([len(own) for own in self._rows.values()], np.int64),
                references=self._numbers[rows],
                subjects=tuple(self._rows),
                in_order=bool(np.all(rows == np.arange(len(rows)))),
            )
        return self._columns

    def _reserve(self, rows: int) -> None:
        """Make room for `rows` rows, at least doubling, and overwrite the memory left behind."""
        capacity = len(self._matrix)
        if rows <= capacity:
            return
        capacity = max(rows, 2 * capacity, _SMALLEST_CAPACITY)
        used = len(self._owners)
        matrix = np.zeros((capacity, self._encoder.dimension), np.float32)
        matrix[:used] = self._matrix[:used]
        self._matrix.fill(0.0)
        self._matrix = matrix
        numbers = np.zeros(capacity, np.int64)
        numbers[:used] = self._numbers[:used]
        self._numbers = numbers
