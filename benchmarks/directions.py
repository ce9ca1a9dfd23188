"""Random unit vectors, and vectors turned away from others: templates of nobody who exists."""

from __future__ import annotations

import numpy as np

from workbench.arrays import FloatArray

__all__ = ["directions", "turned"]


def directions(rng: np.random.Generator, count: int, dimension: int) -> FloatArray:
    """Return random unit vectors."""
    vectors = rng.standard_normal((count, dimension), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def turned(vectors: FloatArray, cosine: float, rng: np.random.Generator) -> FloatArray:
    """Return unit vectors at a cosine to these, in random directions."""
    away = directions(rng, len(vectors), vectors.shape[1])
    away -= (away * vectors).sum(axis=1, keepdims=True) * vectors
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    made = np.float32(cosine) * vectors + np.float32(np.sqrt(1 - cosine**2)) * away
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return np.asarray(made, np.float32)
