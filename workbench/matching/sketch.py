"""A search in two stages: signs alone for everybody, then cosines for the few that look alike."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray, IntArray
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.candidates import Candidates
from workbench.matching.comparisons import Reduction
from workbench.matching.half import HalfGallery
from workbench.matching.kernels import nearest_signs
from workbench.matching.subject_table import NOBODY, SubjectTable

__all__ = ["SHORTLIST", "SketchGallery", "triage_gallery"]

SHORTLIST: Final = 1_024
"""References that are scored unless told otherwise."""
_FEW_NUMBERS: Final = 128
"""Numbers of a template, at most, whose signs say too little: they are soon compared as a whole."""


class SketchGallery(HalfGallery):
    """Triage of a large gallery, **not exact**. A conclusion rests on a full scan.

    Each reference is kept as in `HalfGallery` and as the signs of its numbers, a bit each. A search
    takes the `shortlist` of references whose signs differ least from the probe's, and scores these
    as `HalfGallery` does. Somebody on the gallery whose score is low is lost in the first stage:
    how often, by the score, is measured by `benchmarks/gallery_recall.py`.

    Attributes:
        shortlist: how many references are scored, at least.
        scans_all: whether `search` is a full scan after all, as `scan` always is.
    """

    def __init__(
        self,
        encoder: EncoderIdentity,
        *,
        threads: int = 1,
        table: SubjectTable | None = None,
        shortlist: int = SHORTLIST,
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
        self.scans_all = False
        self._words: NDArray[np.uint64] = np.zeros((0, _words(encoder.dimension)), np.uint64)

    @property
    def full_scan(self) -> bool:
        """Whether a search looks at every reference."""
        return self.scans_all

    def search(self, probes: Templates, k: int, by: Reduction = "best") -> list[Candidates]:
        """Return `k` subjects for each probe, by two stages: somebody may be missing.

        Where `scans_all` is set, nobody is.

        Raises:
            EncoderMismatchError: when another encoder made the probes.
            UsageError: when `k` is less than 1.
        """
        if self.scans_all:
            return self.scan(probes, k, by)
        self.require_probes(probes, k)
        shortlists = self._alike(probes.vectors, max(self.shortlist, 4 * k))
        return [
            self._ranked(probe, self._of_shortlist(probe, rows, k), k, by)
            if len(rows)
            else Candidates.empty()
            for probe, rows in zip(probes.vectors, shortlists, strict=True)
        ]

    def scan(self, probes: Templates, k: int, by: Reduction = "best") -> list[Candidates]:
        """Return the best `k` subjects for each probe, by a full scan of all that is kept.

        Raises:
            EncoderMismatchError: when another encoder made the probes.
            UsageError: when `k` is less than 1.
        """
        return super().search(probes, k, by)

    def _of_shortlist(
        self, probe: FloatArray, rows: IntArray, k: int
    ) -> Iterator[tuple[IntArray, float]]:
        """Yield those of a shortlist that may be among the best `k`, then all of it."""
        if len(rows) > k:
            yield self._fewer(probe, rows, k)
        yield rows, -np.inf

    def _alike(self, probes: FloatArray, count: int) -> list[IntArray]:
        """Return so many rows whose signs differ least from each probe's.

        Of those that differ as much, the ones that were added first.
        """
        own = _signs(probes)
        # Rows that were removed have signs, too, and are left out afterwards.
        asked = count
        while True:
            scanned = self._in_parts(partial(self._fewest, own, asked))
            rows = np.concatenate([part[0] for part in scanned], axis=1)
            distances = np.concatenate([part[1] for part in scanned], axis=1)
            order = np.argsort(distances, axis=1, kind="stable")[:, :asked]
            rows = np.take_along_axis(rows, order, axis=1)
            here = self._table.owners[rows] != NOBODY
            if asked >= self._table.rows or bool(np.all(here.sum(axis=1) >= count)):
                return [one[kept][:count] for one, kept in zip(rows, here, strict=True)]
            asked = min(8 * asked, self._table.rows)

    def _fewest(
        self, probes: NDArray[np.uint64], count: int, start: int, stop: int
    ) -> tuple[IntArray, NDArray[np.int32]]:
        """Return rows between two whose signs differ least, and by how much, `(p, count)`."""
        wanted = min(count, stop - start)
        if not wanted:
            return np.zeros((len(probes), 0), np.int64), np.zeros((len(probes), 0), np.int32)
        rows, distances = nearest_signs(probes, self._words[start:stop], wanted)
        return rows + start, distances

    def _resize(self, rows: int, used: int) -> None:
        super()._resize(rows, used)
        words = np.zeros((rows, self._words.shape[1]), np.uint64)
        words[:used] = self._words[:used]
        self._words.fill(0)
        self._words = words

    def _keep(self, rows: slice, vectors: FloatArray) -> None:
        super()._keep(rows, vectors)
        self._words[rows] = _signs(vectors)

    def _wipe(self, rows: IntArray | slice) -> None:
        super()._wipe(rows)
        self._words[rows] = 0


def triage_gallery(
    encoder: EncoderIdentity, *, threads: int = 1, table: SubjectTable | None = None
) -> HalfGallery:
    """Return what triage compares templates of an encoder with.

    Two stages where templates are long. Signs of 128 numbers lose most people of a low score among
    a million, and all of those numbers are read as fast as signs of some more are: such templates
    are compared by a full scan in triage, too.
    """
    kind = SketchGallery if encoder.dimension > _FEW_NUMBERS else HalfGallery
    return kind(encoder, threads=threads, table=table)


def _signs(vectors: FloatArray) -> NDArray[np.uint64]:
    """Return the signs of vectors `(n, d)` as packed bits, `(n, d / 64)`; rests are 0."""
    packed = np.zeros((len(vectors), 8 * _words(vectors.shape[1])), np.uint8)
    bits = np.packbits(vectors > 0, axis=1)
    packed[:, : bits.shape[1]] = bits
    return packed.view(np.uint64)


def _words(dimension: int) -> int:
    return (dimension + 63) // 64
