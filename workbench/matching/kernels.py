"""Products of probes with many references that are kept as bytes, and distances of signs."""

from __future__ import annotations

from typing import Final

import numkong
import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray

__all__ = ["byte_products", "sign_distances"]

_FEW: Final = 8
"""So many probes are compared one by one; more of them are worth a matrix product."""
_BLOCK: Final = 1_024
"""Rows that still lie in the cache, in single precision, when they are multiplied."""
_WORDS_AT_ONCE: Final = 3
"""Differing bits of so many words of 64 are counted in a byte."""


def byte_products(probes: NDArray[np.int8], rows: NDArray[np.int8]) -> FloatArray:
    """Return products of codes `(p, d)` and `(n, d)`, shape `(p, n)`, exact for `d` up to 1,040."""
    if len(probes) <= _FEW:
        return np.asarray(numkong.cdist(probes, rows, "dot"), np.float32)
    # Each product is below 2**24 / d in size, so single precision adds them without error.
    wide = probes.astype(np.float32)
    products = np.empty((len(probes), len(rows)), np.float32)
    for at in range(0, len(rows), _BLOCK):
        products[:, at : at + _BLOCK] = wide @ rows[at : at + _BLOCK].astype(np.float32).T
    return products


def sign_distances(probe: NDArray[np.uint64], words: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """Return how many bits of a probe `(w,)` and of references differ, shape `(n,)`.

    Args:
        probe: bits of one probe.
        words: bits of the references, `(w, n)`: the first word of each, then the second. Some ten
            thousand references at a time stay in the cache.
    """
    count = words.shape[1]
    distances = np.zeros(count, np.uint16)
    differing = np.empty(count, np.uint64)
    bits, sums = np.empty(count, np.uint8), np.empty(count, np.uint8)
    for start in range(0, len(probe), _WORDS_AT_ONCE):
        sums.fill(0)
        for at in range(start, min(start + _WORDS_AT_ONCE, len(probe))):
            np.bitwise_xor(words[at], probe[at], out=differing)
            np.add(sums, np.bitwise_count(differing, out=bits), out=sums)
        np.add(distances, sums, out=distances)
    return distances
