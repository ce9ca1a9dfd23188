"""Products of probes with many references that are kept in less than single precision."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numkong
import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray

__all__ = ["byte_products", "half_products", "sign_distances"]

_ADDING: Final = 5e-6
_FEW: Final = 4
"""So many probes are compared one by one; more of them are worth a matrix product."""


def half_products(probes: FloatArray, rows: NDArray[np.float16]) -> FloatArray:
    """Return products of probes `(p, d)` and rows `(n, d)`, shape `(p, n)`.

    Probes that are few are rounded to half precision, too.
    """
    if len(probes) > _FEW or not _adds_in_single_precision():
        return probes @ rows.astype(np.float32).T
    return _pairwise(probes.astype(np.float16), rows)


def byte_products(probes: NDArray[np.int8], rows: NDArray[np.int8]) -> FloatArray:
    """Return products of codes `(p, d)` and `(n, d)`, shape `(p, n)`, exact."""
    if len(probes) > _FEW:
        # Each product is below 2**24 / d in size, so single precision adds them without error.
        return probes.astype(np.float32) @ rows.astype(np.float32).T
    return _pairwise(probes, rows)


def sign_distances(probes: NDArray[np.uint8], rows: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return how many bits differ between packed bits `(p, d / 8)` and `(n, d / 8)`, `(p, n)`."""
    return np.asarray(numkong.cdist(probes, rows, "hamming", dtype="uint1"), np.float32)


@cache
def _adds_in_single_precision() -> bool:
    """Whether the kernel of this processor adds as exactly as the galleries take for granted.

    Some processors can add in half precision, too, which would err by more than the margin.
    """
    values = np.random.default_rng(0).standard_normal((65, 512)).astype(np.float32)
    half = (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float16)
    exact = half[:1].astype(np.float64) @ half.astype(np.float64).T
    return bool(np.abs(_pairwise(half[:1], half) - exact).max() < _ADDING)


def _pairwise(probes: NDArray[Any], rows: NDArray[Any]) -> FloatArray:
    return np.asarray(numkong.cdist(probes, rows, "dot"), np.float32)
