"""Scores of nobody for the threshold lab: many, of groups, drawn from a seed, and marked so."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.arrays import FloatArray
from workbench.evaluation.measurement import Measurement, MeasurementFacts

__all__ = ["SYNTHETIC", "synthetic_measurement"]

SYNTHETIC: Final = "made-up scores of nobody"
_PEOPLE: Final = 500
_STRANGERS: Final = 600
_FAILED: Final = 0.004
_GROUPS: Final = ("made-up group A", "made-up group B", "made-up group C")


def synthetic_measurement(seed: int = 0, *, shift: float = 0.0) -> Measurement:
    """Return a measurement of nobody, which fills every part of the page.

    Args:
        seed: the same seed gives the same scores.
        shift: added to the scores of mated searches, for a second one that differs.
    """
    drawn = np.random.default_rng(seed)
    frames = [
        _rows(drawn, "listed", _PEOPLE, 2, mated=True, shift=shift),
        _rows(drawn, "other", _STRANGERS, 2, mated=False, shift=0.0),
    ]
    listed = [f"listed {number}" for number in range(_PEOPLE)]
    facts = MeasurementFacts(
        name=f"made-up scores, seed {seed}",
        created=datetime(2026, 1, 1, tzinfo=UTC),
        data_set=SYNTHETIC,
        split="tuning",
        rule=f"drawn by a random generator of seed {seed}",
        protocol_sha256=hashlib.sha256(SYNTHETIC.encode()).hexdigest(),
        matcher="sface",
        unit="cosine",
        encoders={},
        runtime="fp32",
        list_size=_PEOPLE,
        synthetic_references=_PEOPLE,
    )
    references = pl.DataFrame(
        {"reference": listed, "identity": listed, "acquired": [True] * _PEOPLE}
    )
    return Measurement.of(facts, pl.concat(frames), references)


def _rows(
    drawn: np.random.Generator, kind: str, people: int, images: int, *, mated: bool, shift: float
) -> pl.DataFrame:
    count = people * images
    who = np.repeat(np.arange(people), images)
    top = _cut(drawn.gumbel(0.30, 0.045, count))
    own = _cut(
        drawn.normal(0.66 + shift, 0.11, count) + np.repeat(drawn.normal(0, 0.04, people), images)
    )
    first = own > top
    acquired = drawn.random(count) > _FAILED
    listed = [f"listed {number}" for number in drawn.integers(0, _PEOPLE, count)]
    names = [f"{kind} {number}" for number in who]
    return pl.DataFrame(
        {
            "probe": [f"{kind} {number} image {place}" for place, number in enumerate(who)],
            "identity": names,
            "mated": [mated] * count,
            "acquired": acquired,
            "top_score": np.maximum(own, top) if mated else top,
            "top_identity": [
                own_name if mated and is_first else other
                for own_name, is_first, other in zip(names, first, listed, strict=True)
            ],
            "mate_score": own if mated else [None] * count,
            "mate_rank": np.where(first, 1, 2) if mated else [None] * count,
            "group": [_GROUPS[number % 9 // 4] for number in who],
        },
        schema_overrides={"top_score": pl.Float32, "mate_score": pl.Float32, "mate_rank": pl.Int64},
    ).with_columns(
        pl.when("acquired").then(name).alias(name)
        for name in ("top_score", "top_identity", "mate_score", "mate_rank")
    )


def _cut(scores: NDArray[np.float64]) -> FloatArray:
    """Return scores as a cosine may be."""
    return np.clip(scores, -0.2, 0.99).astype(np.float32)
