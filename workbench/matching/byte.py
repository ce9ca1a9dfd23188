"""A gallery in a byte a number: a quarter of the memory of single precision."""

from __future__ import annotations

from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray, IntArray
from workbench.faces.templates import EncoderIdentity
from workbench.matching.kernels import byte_products
from workbench.matching.one_encoder import ROUNDING
from workbench.matching.scan import ScanGallery, Wide
from workbench.matching.subject_table import SubjectTable

__all__ = ["ByteGallery"]

_STEPS: Final = 127
_LONGEST: Final = 1.05
"""More than the norm of a unit vector of up to 2,048 numbers, rounded to the nearest step."""


class ByteGallery(ScanGallery):
    """References of one encoder as whole numbers of -127 to 127, each with a step of its own.

    The step is the largest number of a reference divided by 127. Cosines differ from those of the
    references in single precision by some 0.001; how often that changes who is found is measured
    in `benchmarks/galleries.py`.
    """

    precision: ClassVar[str] = "int8"

    def __init__(
        self, encoder: EncoderIdentity, *, threads: int = 1, table: SubjectTable | None = None
    ) -> None:
        """Start empty, for templates of `encoder` alone; as `ScanGallery`."""
        super().__init__(encoder, threads=threads, table=table)
        self._codes: NDArray[np.int8] = np.zeros((0, encoder.dimension), np.int8)
        self._steps: FloatArray = np.zeros(0, np.float32)

    def _resize(self, rows: int, used: int) -> None:
        codes = np.zeros((rows, self._encoder.dimension), np.int8)
        codes[:used] = self._codes[:used]
        self._codes.fill(0)
        steps = np.zeros(rows, np.float32)
        steps[:used] = self._steps[:used]
        self._steps.fill(0)
        self._codes, self._steps = codes, steps

    def _keep(self, rows: slice, vectors: FloatArray) -> None:
        self._codes[rows], self._steps[rows] = _coded(vectors)

    def _wipe(self, rows: IntArray | slice) -> None:
        self._codes[rows] = 0
        self._steps[rows] = 0

    def _read(self, rows: IntArray) -> Wide:
        return self._codes[rows].astype(np.float64) * self._steps[rows, None].astype(np.float64)

    def _sift(self, probes: FloatArray, rows: IntArray | slice) -> FloatArray:
        codes, steps = _coded(probes)
        products = byte_products(codes, self._codes[rows])
        products *= self._steps[rows, None]
        products *= steps
        return products

    def _slack(self, probe: FloatArray) -> float:
        codes, steps = _coded(probe[None])
        rounded = codes[0].astype(np.float32) * steps[0]
        return _LONGEST * float(np.linalg.norm(probe - rounded)) + ROUNDING


def _coded(vectors: FloatArray) -> tuple[NDArray[np.int8], FloatArray]:
    """Return whole numbers `(n, d)` and the step of each vector `(n,)`."""
    steps = np.abs(vectors).max(axis=1) / _STEPS
    return np.rint(vectors / steps[:, None]).astype(np.int8), steps.astype(np.float32)
