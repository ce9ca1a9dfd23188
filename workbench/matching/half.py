"""A gallery in two bytes a number: half the memory of single precision."""

from __future__ import annotations

from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray, IntArray
from workbench.faces.templates import EncoderIdentity
from workbench.matching.byte import ByteGallery
from workbench.matching.scan import Wide
from workbench.matching.subject_table import SubjectTable

__all__ = ["HalfGallery"]

_PARTS: Final = 256
"""Of a step of the first byte, that the second counts."""
_HALF: Final = _PARTS // 2
_LARGEST: Final = 127 * _PARTS
_AT_ONCE: Final = 2_048
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
            part = vectors[at : at + _AT_ONCE]
            into = slice(rows.start + at, rows.start + at + len(part))
            super()._keep(into, part)
            steps = self._steps[into, None]
            numbers = np.rint(part / (steps / _PARTS))
            numbers = numbers.clip(-_LARGEST, _LARGEST).astype(np.int32)
            codes = (numbers + _HALF) >> 8
            rests = numbers - _PARTS * codes
            self._codes[into], self._rests[into] = codes, rests
            lengths = np.linalg.norm(rests.astype(np.float32), axis=1) * (steps[:, 0] / _PARTS)
            self._longest_rest = max(self._longest_rest, float(lengths.max()))

    def _wipe(self, rows: IntArray | slice) -> None:
        super()._wipe(rows)
        self._rests[rows] = 0

    def _read(self, rows: IntArray) -> Wide:
        numbers = self._codes[rows].astype(np.int16)
        numbers *= _PARTS
        numbers += self._rests[rows]
        steps = self._steps[rows, None].astype(np.float64) / _PARTS
        return numbers * steps

    def _slack(self, probe: FloatArray) -> float:
        return super()._slack(probe) + 1.001 * self._longest_rest
