"""A gallery in half precision: half the memory of single precision."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray, IntArray
from workbench.faces.templates import EncoderIdentity
from workbench.matching.kernels import half_products
from workbench.matching.one_encoder import ROUNDING
from workbench.matching.scan import ScanGallery, Wide
from workbench.matching.subject_table import SubjectTable

__all__ = ["HalfGallery"]


class HalfGallery(ScanGallery):
    """References of one encoder in half precision, all of them compared with every probe.

    A cosine differs from that of the references in single precision by at most 0.0005 (each
    number of a reference by 2**-11 of itself), typically by 0.00002.
    """

    precision: ClassVar[str] = "float16"

    def __init__(
        self, encoder: EncoderIdentity, *, threads: int = 1, table: SubjectTable | None = None
    ) -> None:
        """Start empty, for templates of `encoder` alone; as `ScanGallery`."""
        super().__init__(encoder, threads=threads, table=table)
        self._matrix: NDArray[np.float16] = np.zeros((0, encoder.dimension), np.float16)

    def _resize(self, rows: int, used: int) -> None:
        matrix = np.zeros((rows, self._encoder.dimension), np.float16)
        matrix[:used] = self._matrix[:used]
        self._matrix.fill(0)
        self._matrix = matrix

    def _keep(self, rows: slice, vectors: FloatArray) -> None:
        self._matrix[rows] = vectors

    def _wipe(self, rows: IntArray | slice) -> None:
        self._matrix[rows] = 0

    def _read(self, rows: IntArray) -> Wide:
        return self._matrix[rows].astype(np.float64)

    def _sift(self, probes: FloatArray, rows: slice) -> FloatArray:
        return half_products(probes, self._matrix[rows])

    def _slack(self, probe: FloatArray) -> float:
        rounded = probe.astype(np.float16).astype(np.float32)
        # References have unit norm but for their own rounding.
        return 1.001 * float(np.linalg.norm(probe - rounded)) + ROUNDING
