"""Random unit vectors, and vectors turned away from others: templates of nobody who exists."""

from __future__ import annotations

import numpy as np

from workbench.arrays import FloatArray

__all__ = ["directions", "spread_of", "turned"]


def directions(
    rng: np.random.Generator, count: int, dimension: int, spread: FloatArray | None = None
) -> FloatArray:
    """Return random unit vectors, spread as `spread_of` says; alike in every direction without."""
    vectors = rng.standard_normal((count, dimension), np.float32)
    if spread is not None:
        vectors = vectors @ spread
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def spread_of(templates: FloatArray) -> FloatArray:
    """Return a square root `(d, d)` of the covariance of templates `(n, d)`.

    Real templates differ in few directions much and in most little, so that two of them are nearer
    than two random vectors are, and their signs say less.
    """
    apart = templates.astype(np.float64) - templates.mean(axis=0, dtype=np.float64)
    values, vectors = np.linalg.eigh(apart.T @ apart / len(templates))
    return np.asarray((vectors * np.sqrt(values.clip(min=0))) @ vectors.T, np.float32)


def turned(
    vectors: FloatArray,
    cosine: float,
    rng: np.random.Generator,
    spread: FloatArray | None = None,
) -> FloatArray:
    """Return unit vectors at a cosine to these, turned into random directions."""
    away = directions(rng, len(vectors), vectors.shape[1], spread)
    away -= (away * vectors).sum(axis=1, keepdims=True) * vectors
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    made = np.float32(cosine) * vectors + np.float32(np.sqrt(1 - cosine**2)) * away
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return np.asarray(made, np.float32)
