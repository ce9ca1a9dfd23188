"""Shards of drawn templates, as an import makes them."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from workbench.faces.templates import EncoderIdentity
from workbench.retrospective.shards import Shard, ShardRows

ENCODERS = {
    "facenet": EncoderIdentity("facenet", "drawn", "0" * 64, "drawn/1", 32),
    "sface": EncoderIdentity("sface", "drawn", "1" * 64, "drawn/1", 16),
}
PICTURES = ("object-1", "object-2")


def shard(count: int, seed: int = 0) -> Shard:
    rng = np.random.default_rng(seed)
    templates = {}
    for name, identity in ENCODERS.items():
        vectors = rng.standard_normal((count, identity.dimension))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        templates[name] = vectors.astype(np.float16)
    rows = pl.DataFrame(
        {
            "number": range(100, 100 + count),
            "subject": [f"NOM-{at // 2}" for at in range(count)],
            "sha256": [f"{at:064x}" for at in range(count)],
            "image_date": [date(2025, 1, 1) if at % 2 else None for at in range(count)],
            "source": ["custody"] * count,
            "legal_basis": ["police-function"] * count,
            "verdict": ["warn" if at % 3 else "accept" for at in range(count)],
            "reasons": [
                "28 px between the eyes.\nBlurred." if at % 3 else "" for at in range(count)
            ],
        },
        schema_overrides={"image_date": pl.Date},
    )
    return Shard(ShardRows.validate(rows, cast=True), ENCODERS, templates, PICTURES)
