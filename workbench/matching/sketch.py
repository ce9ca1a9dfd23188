"""A search in two stages: signs alone for everybody, then cosines for the few that look alike."""

from __future__ import annotations

from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray, IntArray
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.candidates import Candidates
from workbench.matching.comparisons import Reduction
from workbench.matching.half import HalfGallery
from workbench.matching.kernels import sign_distances
from workbench.matching.subject_table import SubjectTable

__all__ = ["SketchGallery"]

_CHUNK: Final = 131_072


class SketchGallery(HalfGallery):
    """Triage of a large gallery, **not exact**. A conclusion rests on a full scan.

    Each reference is kept in half precision and as the signs of its numbers, a bit each. A search
    takes the `shortlist` of references whose signs differ least from the probe's, and scores these
    as `HalfGallery` does. Somebody on the gallery whose score is low is lost in the first stage:
    how often, by the score, is measured in `benchmarks/galleries.py`.
    """

    full_scan: ClassVar[bool] = False

    def __init__(
        self,
        encoder: EncoderIdentity,
        *,
        threads: int = 1,
        table: SubjectTable | None = None,
        shortlist: int = 1024,
    ) -> None:
        """Start empty, for templates of `encoder` alone.

        Args:
            encoder: what made every template in it.
            threads: that share a full scan.
            table: shared with galleries of other encoders.
            shortlist: references that are scored, at least four for each candidate asked for.
        """
        super().__init__(encoder, threads=threads, table=table)
        self.shortlist = shortlist
        self._signs: NDArray[np.uint8] = np.zeros((0, _packed(encoder.dimension)), np.uint8)

    def search(self, probes: Templates, k: int, by: Reduction = "best") -> list[Candidates]:
        """Return `k` subjects for each probe, by two stages: somebody may be missing.

        Raises:
            EncoderMismatchError: when another encoder made the probes.
            UsageError: when `k` is less than 1.
        """
        self._require_probes(probes, k)
        found = []
        for probe in probes.vectors:
            rows = self._alike(probe, max(self.shortlist, 4 * k))
            found.append(
                self._ranked(probe, (rows, -np.inf), k, by) if len(rows) else Candidates.empty()
            )
        return found

    def scan(self, probes: Templates, k: int, by: Reduction = "best") -> list[Candidates]:
        """Return the best `k` subjects for each probe, by a full scan in half precision.

        Raises:
            EncoderMismatchError: when another encoder made the probes.
            UsageError: when `k` is less than 1.
        """
        return super().search(probes, k, by)

    def _alike(self, probe: FloatArray, count: int) -> IntArray:
        """Return so many rows whose signs differ least from a probe's, with all that tie."""
        own = _signs(probe[None])
        here = self._table.rows
        distances = np.empty(here, np.float32)
        for at in range(0, here, _CHUNK):
            part = slice(at, min(at + _CHUNK, here))
            distances[part] = sign_distances(own, self._signs[part])[0]
        if len(self._table) < here:
            distances[self._table.owners < 0] = np.inf
        if len(self._table) <= count:
            return np.flatnonzero(np.isfinite(distances))
        # Distances are whole numbers, so they are counted instead of sorted.
        counts = np.bincount(distances[np.isfinite(distances)].astype(np.int64))
        limit = int(np.searchsorted(np.cumsum(counts), count))
        return np.flatnonzero(distances <= limit)

    def _resize(self, rows: int, used: int) -> None:
        super()._resize(rows, used)
        signs = np.zeros((rows, self._signs.shape[1]), np.uint8)
        signs[:used] = self._signs[:used]
        self._signs.fill(0)
        self._signs = signs

    def _keep(self, rows: slice, vectors: FloatArray) -> None:
        super()._keep(rows, vectors)
        self._signs[rows] = _signs(vectors)

    def _wipe(self, rows: IntArray | slice) -> None:
        super()._wipe(rows)
        self._signs[rows] = 0


def _packed(dimension: int) -> int:
    return (dimension + 7) // 8


def _signs(vectors: FloatArray) -> NDArray[np.uint8]:
    """Return the signs of vectors `(n, d)` as packed bits, `(n, d / 8)`; rests are 0."""
    return np.packbits(vectors > 0, axis=1)
