"""Numbers by a hash, in eight bytes each."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import IntArray

__all__ = ["HashIndex"]

_PIECE: Final = 65_536
"""Entries that are moved at once: a copy of all of them would take as much memory again."""


class HashIndex:
    """Numbers sorted by the hash of what they stand for; several may have one hash.

    Of a million names some hundred share 32 bits with another, which whoever asks tells apart.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._hashes: NDArray[np.uint32] = np.zeros(0, np.uint32)
        self._numbers: NDArray[np.int32] = np.zeros(0, np.int32)
        self._count = 0

    def __len__(self) -> int:
        """Return how many there are."""
        return self._count

    @property
    def hashes(self) -> NDArray[np.uint32]:
        """Their hashes, ascending, shape `(n,)`."""
        return self._hashes[: self._count]

    @property
    def numbers(self) -> NDArray[np.int32]:
        """What has each of these hashes, shape `(n,)`; of equal ones the first added first."""
        return self._numbers[: self._count]

    def reserve(self, count: int) -> None:
        """Make room for so many, so that adding them moves none to other memory."""
        if count > len(self._hashes):
            self._hashes = _longer(self.hashes, count)
            self._numbers = _longer(self.numbers, count)

    def add(self, hashes: NDArray[np.uint32], numbers: NDArray[np.int32]) -> None:
        """Add numbers, each with its hash, both `(m,)`."""
        stop = self._count + len(hashes)
        if stop > len(self._hashes):
            self.reserve(max(stop, 2 * self._count))
        order = np.argsort(hashes, kind="stable")
        hashes, numbers = hashes[order], numbers[order]
        before: IntArray = np.searchsorted(self.hashes, hashes, side="right")
        # From the back, so that nothing is written over what is still to be moved.
        end, left = self._count, len(hashes)
        while left:
            start = max(0, end - _PIECE)
            first = int(np.searchsorted(before, start, side="right")) if start else 0
            into = slice(start + first, end + left)
            at = before[first:left] - start
            for kept, added in ((self._hashes, hashes), (self._numbers, numbers)):
                kept[into] = np.insert(kept[start:end], at, added[first:left])
            end, left = start, first
        self._count = stop


def _longer(kept: NDArray[Any], count: int) -> NDArray[Any]:
    longer = np.zeros(count, kept.dtype)
    longer[: len(kept)] = kept
    return longer
