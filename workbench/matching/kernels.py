"""Products of probes with many references that are kept as bytes, and distances of signs."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import Any, Final, cast

import numkong
import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray, IntArray

__all__ = [
    "FEW",
    "byte_products",
    "nearest_signs",
    "nearest_signs_by_numpy",
    "sign_distances",
]

FEW: Final = 4
"""So many probes are compared one by one; more of them are worth a matrix product."""
_AT_ONCE: Final = 4_096
"""References whose signs stay in the cache while they are counted."""
Distances = NDArray[np.int32]


def byte_products(probes: NDArray[np.int8], rows: NDArray[np.int8]) -> FloatArray:
    """Return products of codes `(p, d)` and `(n, d)`, shape `(n, p)`, exact for `d` up to 1,040.

    Many probes are best multiplied with some thousand rows at a time, which stay in the cache.
    """
    # Each product is below 2**24 in size, so single precision holds it without error.
    if len(probes) <= FEW:
        one_by_one = np.asarray(numkong.cdist(probes, rows, "dot"), np.float32)
        return np.ascontiguousarray(one_by_one.T)
    packed = numkong.dots_pack(np.ascontiguousarray(probes))
    products = numkong.dots_packed(np.ascontiguousarray(rows), packed)
    return np.asarray(products).astype(np.float32)


def nearest_signs(
    probes: NDArray[np.uint64], signs: NDArray[np.uint64], count: int
) -> tuple[IntArray, Distances]:
    """Return the references whose signs differ least from each probe's.

    FAISS finds them where it is installed (the extra `faiss`), NumPy otherwise.

    Args:
        probes: bits of probes `(p, w)`.
        signs: bits of the references `(n, w)`.
        count: how many are wanted, at most `n`.

    Returns:
        Rows and how many bits differ, both `(p, count)`, least first, then in their order.
    """
    faiss = _faiss()
    if faiss is None:
        return nearest_signs_by_numpy(probes, signs, count)
    # Callers share the work among threads of their own, and this holds for the calling one alone:
    # a team of more for one probe waits for cores that others use.
    faiss.omp_set_num_threads(1)
    distances, rows = faiss.knn_hamming(
        probes.view(np.uint8), signs.view(np.uint8), count, variant="mc"
    )
    return rows, distances


def nearest_signs_by_numpy(
    probes: NDArray[np.uint64], signs: NDArray[np.uint64], count: int
) -> tuple[IntArray, Distances]:
    """Return the same as `nearest_signs`, where there is no FAISS."""
    rows = np.empty((len(probes), count), np.int64)
    distances = np.empty((len(probes), count), np.int32)
    for at, probe in enumerate(probes):
        differing = sign_distances(probe, signs)
        limit = np.partition(differing, count - 1)[count - 1]
        near = np.flatnonzero(differing <= limit)
        near = near[np.argsort(differing[near], kind="stable")[:count]]
        rows[at], distances[at] = near, differing[near]
    return rows, distances


def sign_distances(probe: NDArray[np.uint64], signs: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """Return how many bits of a probe `(w,)` and of references `(n, w)` differ, shape `(n,)`."""
    distances = np.empty(len(signs), np.uint16)
    # A product with ones adds the few counts of each row faster than a sum along them.
    ones = np.ones(len(probe), np.float32)
    for at in range(0, len(signs), _AT_ONCE):
        part = slice(at, at + _AT_ONCE)
        counts = np.bitwise_count(signs[part] ^ probe)
        distances[part] = counts.astype(np.float32) @ ones
    return distances


@cache
def _faiss() -> Any:  # noqa: ANN401 - FAISS has no types
    """Return FAISS, or `None` where it is not installed."""
    if find_spec("faiss") is None:
        return None
    import faiss  # noqa: PLC0415 - few searches need it

    return cast("Any", faiss)
