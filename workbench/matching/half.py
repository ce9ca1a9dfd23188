"""A gallery in two bytes a number: half the memory of single precision."""

from __future__ import annotations

from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray, IntArray
from workbench.faces.templates import EncoderIdentity
from workbench.matching.byte import ByteGallery
from workbench.matching.codes import PARTS, coded_twice
from workbench.matching.kernels import byte_products
from workbench.matching.row_search import Wide
from workbench.matching.subject_table import SubjectTable

__all__ = ["HalfGallery"]

_AT_ONCE: Final = 256
"""Rows whose numbers are taken apart at once: of a million, they would take much memory."""


class HalfGallery(ByteGallery):
    """References of one encoder as whole numbers of 16 bits, each with a step of its own.

    The step is the largest number of a reference divided by 127 * 256. A cosine differs from that
    of the references in single precision by at most 0.0004, typically by 0.000002: less than
    numbers of half precision, which take as much memory, would make it.

    The first byte of a number lies apart from the second. A search sifts by first bytes alone, so
    it reads half of what is kept; those that may be among the best are scored by both.
    """

    precision: ClassVar[str] = "int16"

    def __init__(
        self, encoder: EncoderIdentity, *, threads: int = 1, table: SubjectTable | None = None
    ) -> None:
        """Start empty, for templates of `encoder` alone; as `ScanGallery`."""
        super().__init__(encoder, threads=threads, table=table)
        self._rests: NDArray[np.int8] = np.zeros((0, encoder.dimension), np.int8)
        self._longest_rest = 0.0

    def _resize(self, rows: int, used: int) -> None:
        super()._resize(rows, used)
        rests = np.zeros((rows, self._encoder.dimension), np.int8)
        rests[:used] = self._rests[:used]
        self._rests.fill(0)
        self._rests = rests

    def _keep(self, rows: slice, vectors: FloatArray) -> None:
        for at in range(0, len(vectors), _AT_ONCE):
            twice = coded_twice(vectors[at : at + _AT_ONCE])
            into = slice(rows.start + at, rows.start + at + len(twice.codes))
            self._codes[into], self._rests[into], self._steps[into] = twice
            sizes = np.linalg.norm(twice.rests.astype(np.float32), axis=1) * (twice.steps / PARTS)
            self._longest_rest = max(self._longest_rest, float(sizes.max()))

    def _wipe(self, rows: IntArray | slice) -> None:
        super()._wipe(rows)
        self._rests[rows] = 0

    def _read(self, rows: IntArray) -> Wide:
        numbers = self._codes[rows].astype(np.int16)
        numbers *= PARTS
        numbers += self._rests[rows]
        steps = self._steps[rows, None].astype(np.float64) / PARTS
        return numbers * steps

    def sift_finely(self, probes: FloatArray, rows: slice) -> FloatArray:
        """Return products of both bytes and probes as they are, `(rows, p)`."""
        numbers = self._codes[rows].astype(np.float32)
        numbers *= PARTS
        numbers += self._rests[rows]
        products: FloatArray = numbers @ probes.T
        products *= self._steps[rows, None] / PARTS
        return products

    def slacks(self, probes: FloatArray) -> Wide:
        """Return the same, and for the second bytes of the references."""
        return super().slacks(probes) + 1.001 * self._longest_rest

    def _whole_products(self, pair: NDArray[np.int8], rows: IntArray) -> Wide:
        products = byte_products(pair, self._rests[rows]).astype(np.float64)
        rests = PARTS * products[:, 0] + products[:, 1]
        return super()._whole_products(pair, rows) + rests / PARTS
