"""A gallery in a byte a number: a quarter of the memory of single precision."""

from __future__ import annotations

from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray, IntArray
from workbench.faces.templates import EncoderIdentity
from workbench.matching.codes import PARTS, coded, coded_twice
from workbench.matching.kernels import byte_products
from workbench.matching.one_encoder import ROUNDING
from workbench.matching.row_search import Wide
from workbench.matching.scan import ScanGallery
from workbench.matching.subject_table import SubjectTable

__all__ = ["ByteGallery"]

_LONGEST: Final = 1.05
"""More than the norm of a unit vector of up to 2,048 numbers, rounded to the nearest step."""


class ByteGallery(ScanGallery):
    """References of one encoder as whole numbers of -127 to 127, each with a step of its own.

    The step is the largest number of a reference divided by 127. Cosines differ from those of the
    references in single precision by some 0.001; how often that changes who is found is measured
    by `benchmarks/gallery_recall.py`. For whoever uses the library: no search of the workbench
    rests on it.
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
        self._codes[rows], self._steps[rows] = coded(vectors)

    def _wipe(self, rows: IntArray | slice) -> None:
        self._codes[rows] = 0
        self._steps[rows] = 0

    def _read(self, rows: IntArray) -> Wide:
        return self._codes[rows].astype(np.float64) * self._steps[rows, None].astype(np.float64)

    def sift(self, probes: FloatArray, rows: IntArray | slice) -> FloatArray:
        """Return products of codes alone, `(rows, p)`."""
        codes, steps = coded(probes)
        products = byte_products(codes, self._codes[rows])
        products *= self._steps[rows, None]
        products *= steps
        return products

    def sift_finely(self, probes: FloatArray, rows: slice) -> FloatArray:
        """Return products of codes and probes as they are, `(rows, p)`."""
        products: FloatArray = self._codes[rows].astype(np.float32) @ probes.T
        products *= self._steps[rows, None]
        return products

    def slacks(self, probes: FloatArray) -> Wide:
        """Return by how much products of codes are off for what the probes' codes leave out."""
        codes, steps = coded(probes)
        off = np.linalg.norm(probes - codes.astype(np.float32) * steps[:, None], axis=1)
        return np.asarray(_LONGEST * off.astype(np.float64) + ROUNDING)

    def refine(self, probe: FloatArray, rows: IntArray) -> tuple[Wide, float]:
        """Return products with both bytes of the probe."""
        twice = coded_twice(probe[None])
        whole = self._whole_products(np.concatenate([twice.codes, twice.rests]), rows)
        step = float(twice.steps[0]) / PARTS
        scores = whole * self._steps[rows].astype(np.float64) * step
        as_coded = PARTS * twice.codes[0].astype(np.float64) + twice.rests[0]
        return scores, _LONGEST * float(np.linalg.norm(probe - as_coded * step)) + ROUNDING

    def _whole_products(self, pair: NDArray[np.int8], rows: IntArray) -> Wide:
        """Return products of both bytes of a probe `(2, d)` and rows, in steps, `(len(rows),)`."""
        products = byte_products(pair, self._codes[rows]).astype(np.float64)
        return PARTS * products[:, 0] + products[:, 1]
