"""The rows of a scan that may be among the best, for many probes at a time."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray, IntArray

__all__ = ["Best", "largest"]

_LOWEST: Final = -1e30
_SLACK_ROWS: Final = 512
"""So many rows of each probe more than were kept are worth looking at which to keep."""


class Best:
    """Rows whose sifted score may be among the best so many of each probe."""

    def __init__(self, depth: int, margins: NDArray[np.float64]) -> None:
        """Begin with none.

        Args:
            depth: how many of each probe.
            margins: by how much two scores of each probe may be off together, `(p,)`.
        """
        self._depth = depth
        self._margins = margins
        self._limits = np.full(len(margins), _LOWEST, np.float32)
        self._parts: list[tuple[NDArray[np.uint16], IntArray, FloatArray]] = []
        self._held = 0
        self._enough = 0
        self._enough_after(0)

    def __len__(self) -> int:
        """Return of how many probes."""
        return len(self._limits)

    def offer(self, start: int, scores: FloatArray) -> None:
        """Take what is worth it of scores `(n, p)` of the rows from `start` on; none of -inf."""
        if not self._held and len(scores) > self._depth:
            # Of the first rows everything would be worth it, which takes much memory to sort out.
            at = len(scores) - self._depth
            limits = np.partition(scores, at, axis=0)[at] - self._margins
            self._limits = np.maximum(self._limits, limits.astype(np.float32))
        flat = np.flatnonzero(scores >= self._limits)
        if not len(flat):
            return
        rows, probes = np.divmod(flat, len(self._limits))
        self._parts.append((probes.astype(np.uint16), rows + start, scores.ravel()[flat]))
        self._held += len(flat)
        if self._held > self._enough:
            kept = self._thinned()
            self._parts = [
                (np.full(len(rows), at, np.uint16), rows, scores)
                for at, (rows, scores) in enumerate(kept)
            ]
            self._held = sum(len(rows) for rows, _ in kept)
            self._enough_after(self._held)

    def kept(self) -> list[tuple[IntArray, FloatArray]]:
        """Return rows and their scores, for each probe."""
        return self._thinned()

    def _enough_after(self, held: int) -> None:
        self._enough = 2 * held + len(self._limits) * (self._depth + _SLACK_ROWS)

    def _thinned(self) -> list[tuple[IntArray, FloatArray]]:
        probes = np.concatenate([one[0] for one in self._parts] or [np.zeros(0, np.uint16)])
        rows = np.concatenate([one[1] for one in self._parts] or [np.zeros(0, np.int64)])
        scores = np.concatenate([one[2] for one in self._parts] or [np.zeros(0, np.float32)])
        order = np.argsort(probes, kind="stable")
        ends = np.cumsum(np.bincount(probes, minlength=len(self._limits)))[:-1]
        kept = []
        for at, own in enumerate(np.split(order, ends)):
            of_probe = scores[own]
            if len(own) > self._depth:
                limit = largest(of_probe, self._depth) - self._margins[at]
                self._limits[at] = max(self._limits[at], np.float32(limit))
                own = own[of_probe >= limit]  # noqa: PLW2901 - what is left of them
            kept.append((rows[own], scores[own]))
        return kept


def largest(scores: NDArray[Any], k: int) -> float:
    """Return the `k`-th largest of at least `k` scores."""
    return float(np.partition(scores, len(scores) - k)[len(scores) - k])
