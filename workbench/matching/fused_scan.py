"""A full scan of several encoders at once, by the fused score of each reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from workbench.arrays import FloatArray, IntArray
from workbench.faces.templates import Templates
from workbench.matching.calibration import LinearFusion
from workbench.matching.candidates import Candidates
from workbench.matching.comparisons import Reduction
from workbench.matching.fusion import SUMMED, fused_score
from workbench.matching.gallery import Gallery
from workbench.matching.row_search import RowSearch, Wide
from workbench.matching.scan import ScanGallery
from workbench.matching.subject_table import SubjectTable

__all__ = ["FusedScan", "scanned_together"]


def scanned_together(galleries: Mapping[str, Gallery]) -> dict[str, ScanGallery] | None:
    """Return galleries that a `FusedScan` can scan; `None` where one of them is none of these."""
    scanned = {name: one for name, one in galleries.items() if isinstance(one, ScanGallery)}
    tables = {id(one.table) for one in scanned.values()}
    is_full = all(one.full_scan for one in scanned.values())
    return scanned if len(scanned) == len(galleries) and len(tables) == 1 and is_full else None


class FusedScan(RowSearch):
    """Finds exactly those of the best fused scores, in one pass over galleries of one table.

    The best of each encoder alone are not enough: somebody whom neither ranks high may have the
    highest sum. Bytes of every encoder are sifted together, with the margins of all of them.
    """

    def __init__(self, galleries: Mapping[str, ScanGallery], fusion: LinearFusion) -> None:
        """Scan what `scanned_together` gave.

        Args:
            galleries: by encoder name.
            fusion: how their cosines become a score.
        """
        self._galleries = dict(galleries)
        self._fusion = fusion
        self._lead = next(iter(self._galleries.values()))
        self.threads = max(one.threads for one in self._galleries.values())

    @property
    def table(self) -> SubjectTable:
        """Whose each row is, of every gallery."""
        return self._lead.table

    def search(self, probes: Mapping[str, Templates], k: int, by: Reduction) -> list[Candidates]:
        """Return the best `k` subjects for each probe.

        Args:
            probes: by encoder name, row `i` of each being the same face.
            k: how many candidates at most.
            by: how several references of a subject become one score.

        Raises:
            EncoderMismatchError: when another encoder made the probes.
            UsageError: when `k` is less than 1, or a gallery has not been given all references.
        """
        for name, gallery in self._galleries.items():
            gallery.require_probes(probes[name], k)
        joined = np.concatenate([probes[name].vectors for name in self._galleries], axis=1)
        return self.best(joined, k, by)

    def sift(self, probes: FloatArray, rows: IntArray | slice) -> FloatArray:
        """Return fused scores of what each gallery sifts."""
        return self._summed(
            np.float32(weight) * gallery.sift(part, rows)
            for gallery, weight, part in self._of_each(probes)
        )

    def slacks(self, probes: FloatArray) -> Wide:
        """Return by how much each sifted score may be off, by all encoders together."""
        total = np.full(len(probes), SUMMED)
        for gallery, weight, part in self._of_each(probes):
            total += abs(weight) * gallery.slacks(part)
        return total

    def sift_finely(self, probes: FloatArray, rows: slice) -> FloatArray:
        """Return fused scores of what each gallery sifts finely."""
        return self._summed(
            np.float32(weight) * gallery.sift_finely(part, rows)
            for gallery, weight, part in self._of_each(probes)
        )

    @property
    def fine_slack(self) -> float:
        """By how much these may be off, by all encoders together."""
        return SUMMED + sum(
            abs(self._fusion.weights[name]) * gallery.fine_slack
            for name, gallery in self._galleries.items()
        )

    def refine(self, probe: FloatArray, rows: IntArray) -> tuple[Wide, float]:
        """Return fused scores of what each gallery refines, and by how much they may be off."""
        total, off = np.full(len(rows), self._fusion.intercept, np.float64), SUMMED
        for gallery, weight, part in self._of_each(probe[None]):
            scores, slack = gallery.refine(part[0], rows)
            total += weight * scores
            off += abs(weight) * slack
        return total, off

    def products(self, probes: FloatArray, rows: IntArray) -> FloatArray:
        """Return the fused score of each probe and row, as references are kept."""
        cosines = {
            name: gallery.products(part, rows)
            for name, (gallery, _, part) in zip(self._galleries, self._of_each(probes), strict=True)
        }
        return fused_score(cosines, self._fusion)

    def _summed(self, scores: Iterator[FloatArray]) -> FloatArray:
        """Return the sum of the scores of each encoder, in the memory of the first."""
        total = next(scores)
        total += np.float32(self._fusion.intercept)
        for other in scores:
            total += other
        return total

    def _of_each(self, probes: FloatArray) -> Iterator[tuple[ScanGallery, float, FloatArray]]:
        """Yield each gallery, its weight, and its part of joined probes `(p, d)`."""
        start = 0
        for name, gallery in self._galleries.items():
            stop = start + gallery.encoder.dimension
            yield gallery, self._fusion.weights[name], probes[:, start:stop]
            start = stop
