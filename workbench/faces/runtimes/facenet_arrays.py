"""FaceNet's weights as arrays; torch, which takes seconds to import, only where it is needed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

__all__ = ["SHAPES", "facenet_arrays", "shapes_digest"]

SHAPES: Final = "85d43996164f0738f90bd2440a419cc4e039ac51722297849b04d89850589b3f"
"""`shapes_digest` of facenet-pytorch's `InceptionResnetV1` without its classifier."""


def facenet_arrays(weights: Path) -> dict[str, NDArray[Any]]:
    """Return the weights of `InceptionResnetV1` without its classifier, as float32.

    A file of exactly these names and shapes is read as it is; torch reads and judges any other.

    Args:
        weights: `.safetensors`, or upstream's `.pt`.

    Raises:
        ArtefactError: when the file does not hold this network's weights.
    """
    if weights.suffix == ".safetensors":
        try:
            state = load_file(weights)
        except (OSError, SafetensorError, KeyError, TypeError, ValueError):
            state = {}
        state = {name: one for name, one in state.items() if not name.startswith("logits.")}
        if shapes_digest({name: one.shape for name, one in state.items()}) == SHAPES:
            return {name: np.asarray(one, np.float32) for name, one in state.items()}
    from workbench.faces.runtimes.facenet_module import facenet_state  # noqa: PLC0415

    return {name: value.float().numpy() for name, value in facenet_state(weights).items()}


def shapes_digest(shapes: Mapping[str, tuple[int, ...]]) -> str:
    """Return the SHA-256 of names and shapes, but for counts of batches, which a file may lack."""
    told = sorted(
        f"{name} {list(shape)}"
        for name, shape in shapes.items()
        if not name.endswith("num_batches_tracked")
    )
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
