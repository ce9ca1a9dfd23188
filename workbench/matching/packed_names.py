"""Many names in little more than their letters."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = ["PackedNames"]

_PIECE: Final = 65_536
"""Names whose letters lie together, at most: those of no more than so many are copied at once."""


class PackedNames:
    """Names by their number, in UTF-8 and four bytes each; they are added in large pieces."""

    def __init__(self) -> None:
        """Begin with none."""
        self._starts: list[int] = []
        self._letters: list[bytes] = []
        self._edges: list[NDArray[np.uint32]] = []
        self._count = 0

    def __len__(self) -> int:
        """Return how many there are."""
        return self._count

    @property
    def nbytes(self) -> int:
        """Bytes of their letters and of where each begins."""
        return sum(map(len, self._letters)) + sum(edges.nbytes for edges in self._edges)

    def __getitem__(self, number: int) -> str:
        """Return one by its number.

        Raises:
            IndexError: when there is none of that number.
        """
        if not 0 <= number < self._count:
            msg = f"there is no name {number} among {self._count}"
            raise IndexError(msg)
        piece = bisect_right(self._starts, number) - 1
        at = number - self._starts[piece]
        start, stop = self._edges[piece][at : at + 2].tolist()
        return self._letters[piece][start:stop].decode()

    def __iter__(self) -> Iterator[str]:
        """Go through all of them, by their number."""
        for letters, edges in zip(self._letters, self._edges, strict=True):
            start = 0
            for stop in edges[1:].tolist():
                yield letters[start:stop].decode()
                start = stop

    def extend(self, names: pl.Series) -> None:
        """Add names, which are given the next numbers."""
        for start in range(0, len(names), _PIECE):
            piece = names.slice(start, _PIECE)
            edges = np.zeros(len(piece) + 1, np.uint32)
            np.cumsum(piece.str.len_bytes().to_numpy(), out=edges[1:])
            self._starts.append(self._count)
            self._letters.append(piece.str.join("").item().encode())
            self._edges.append(edges)
            self._count += len(piece)
