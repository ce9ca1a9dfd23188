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
from workbench.matching.subject_table import NOBODY, SubjectTable

__all__ = ["SketchGallery"]

_CHUNK: Final = 32_768
"""Rows whose signs stay in the cache while several probes look at them."""
_REMOVED: Final = np.iinfo(np.uint16).max
_Alike = tuple[IntArray, NDArray[np.uint16]]
"""Rows, and how many of their signs differ from a probe's."""
_NONE: Final = (np.zeros(0, np.int64), np.zeros(0, np.uint16))


class SketchGallery(HalfGallery):
    """Triage of a large gallery, **not exact**. A conclusion rests on a full scan.

    Each reference is kept as in `HalfGallery` and as the signs of its numbers, a bit each. A search
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
            threads: that share a search.
            table: shared with galleries of other encoders.
            shortlist: references that are scored, at least four for each candidate asked for.
        """
        super().__init__(encoder, threads=threads, table=table)
        self.shortlist = shortlist
        self._words: NDArray[np.uint64] = np.zeros((_words(encoder.dimension), 0), np.uint64)

    def search(self, probes: Templates, k: int, by: Reduction = "best") -> list[Candidates]:
        """Return `k` subjects for each probe, by two stages: somebody may be missing.

        Raises:
            EncoderMismatchError: when another encoder made the probes.
            UsageError: when `k` is less than 1.
        """
        self._require_probes(probes, k)
        shortlists = self._alike(probes.vectors, max(self.shortlist, 4 * k))
        return [
            self._ranked(probe, (rows, -np.inf), k, by) if len(rows) else Candidates.empty()
            for probe, rows in zip(probes.vectors, shortlists, strict=True)
        ]

    def scan(self, probes: Templates, k: int, by: Reduction = "best") -> list[Candidates]:
        """Return the best `k` subjects for each probe, by a full scan of all that is kept.

        Raises:
            EncoderMismatchError: when another encoder made the probes.
            UsageError: when `k` is less than 1.
        """
        return super().search(probes, k, by)

    def _alike(self, probes: FloatArray, count: int) -> list[IntArray]:
        """Return so many rows whose signs differ least from each probe's, with all that tie."""
        own = _signs(probes)
        scanned = self._in_parts(lambda start, stop: self._fewest(own, count, start, stop))
        return [
            _within(
                np.concatenate([part[at][0] for part in scanned]),
                np.concatenate([part[at][1] for part in scanned]),
                count,
            )[0]
            for at in range(len(own))
        ]

    def _fewest(
        self, probes: NDArray[np.uint64], count: int, start: int, stop: int
    ) -> list[_Alike]:
        """Return rows between two and how many signs differ, of the `count` least and more."""
        found = [_NONE for _ in probes]
        with_gaps = len(self._table) < self._table.rows
        for at in range(start, stop, _CHUNK):
            part = slice(at, min(at + _CHUNK, stop))
            gaps = self._table.owners[part] == NOBODY if with_gaps else None
            for one, probe in enumerate(probes):
                distances = sign_distances(probe, self._words[:, part])
                if gaps is not None:
                    distances[gaps] = _REMOVED
                rows, least = found[one]
                limit = least.max() if len(least) >= count else _REMOVED - 1
                near = np.flatnonzero(distances <= limit)
                if len(near):
                    found[one] = _within(
                        np.concatenate([rows, near + at]),
                        np.concatenate([least, distances[near]]),
                        count,
                    )
        return found

    def _resize(self, rows: int, used: int) -> None:
        super()._resize(rows, used)
        words = np.zeros((len(self._words), rows), np.uint64)
        words[:, :used] = self._words[:, :used]
        self._words.fill(0)
        self._words = words

    def _keep(self, rows: slice, vectors: FloatArray) -> None:
        super()._keep(rows, vectors)
        self._words[:, rows] = _signs(vectors).T

    def _wipe(self, rows: IntArray | slice) -> None:
        super()._wipe(rows)
        self._words[:, rows] = 0


def _within(rows: IntArray, distances: NDArray[np.uint16], count: int) -> _Alike:
    """Return those of the `count` least distances, with all that tie."""
    if len(rows) <= count:
        return rows, distances
    kept = distances <= np.partition(distances, count - 1)[count - 1]
    return rows[kept], distances[kept]


def _signs(vectors: FloatArray) -> NDArray[np.uint64]:
    """Return the signs of vectors `(n, d)` as packed bits, `(n, d / 64)`; rests are 0."""
    packed = np.zeros((len(vectors), 8 * _words(vectors.shape[1])), np.uint8)
    bits = np.packbits(vectors > 0, axis=1)
    packed[:, : bits.shape[1]] = bits
    return packed.view(np.uint64)


def _words(dimension: int) -> int:
    return (dimension + 63) // 64
