"""Templates in random directions, of an encoder that there is not."""

from __future__ import annotations

import numpy as np

from workbench.faces.templates import EncoderIdentity, Templates

__all__ = ["drawn_encoder", "unit_templates"]


def drawn_encoder(dimension: int, name: str = "drawn") -> EncoderIdentity:
    """Return the identity of an encoder that there is not."""
    return EncoderIdentity(name, "drawn", "0" * 64, "drawn/1", dimension)


def unit_templates(count: int, seed: int, encoder: EncoderIdentity) -> Templates:
    """Return templates in random directions, the same for the same seed."""
    values = np.random.default_rng(seed).standard_normal((count, encoder.dimension))
    values = values.astype(np.float32)
    return Templates(values / np.linalg.norm(values, axis=1, keepdims=True), encoder)
