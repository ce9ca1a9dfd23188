"""Measurements for the threshold lab whose figures can be counted by hand, and pictures of nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from drawn_faces import portrait

from widgets import ThresholdLab
from workbench.evaluation import Measurement, MeasurementFacts
from workbench.images import encode_jpeg

__all__ = ["FACTS", "counted", "pictured", "pictured_lab"]

FACTS: dict[str, Any] = {
    "name": "sface fp32",
    "created": datetime(2026, 11, 27, 9, tzinfo=UTC),
    "data_set": "drawings",
    "split": "tuning",
    "rule": "all of them",
    "protocol_sha256": "0" * 64,
    "matcher": "sface",
    "unit": "cosine",
    "encoders": {"sface": {"artefact": "sface-2021", "dimension": 128}},
    "runtime": "fp32",
    "list_size": 100,
}
_SCHEMA = {
    "probe": pl.String, "identity": pl.String, "mated": pl.Boolean, "acquired": pl.Boolean,
    "top_score": pl.Float32, "top_identity": pl.String, "mate_score": pl.Float32,
    "mate_rank": pl.Int64, "group": pl.String, "top_reference": pl.String,
    "mate_reference": pl.String,
}  # fmt: skip


def counted(
    own: Sequence[float | None],
    others: Sequence[float | None],
    *,
    outranked: int = 0,
    groups: Sequence[str | None] = (),
    images: Sequence[str] = (),
    **facts: Any,
) -> Measurement:
    """Return a measurement of one search for each person.

    Args:
        own: score of each listed person's own reference; `None` where no template was made.
        others: highest score of each person who is not listed.
        outranked: how many of the first listed people somebody else outranks by 0.05.
        groups: of the people in turn, listed and others alike; none when empty.
        images: names of images that probes and references are called by, in turn.
        facts: other than `FACTS`.
    """
    rows = []
    for place, score in enumerate([*own, *others]):
        mated = place < len(own)
        beaten = mated and place < outranked and score is not None
        name = images[place % len(images)] if images else None
        reference = images[(place + 1) % len(images)] if images else None
        top = score + 0.05 if beaten and score is not None else score
        rows.append((
            f"{name}#{place}" if name and place >= len(images) else name or f"probe {place}",
            f"person {place}", mated, score is not None, top, None if score is None else "x",
            score if mated else None, None if not mated or score is None else 2 if beaten else 1,
            groups[place % len(groups)] if groups else None, reference,
            reference if mated else None,
        ))  # fmt: skip
    known = MeasurementFacts.model_validate(FACTS | facts)
    listed = [f"r{place}" for place in range(known.list_size)]
    references = pl.DataFrame({"reference": listed}).with_columns(
        identity=pl.lit("person 0"), acquired=pl.lit(value=True)
    )
    return Measurement.of(known, pl.DataFrame(rows, schema=_SCHEMA, orient="row"), references)


def pictured(folder: Path, count: int = 12) -> list[str]:
    """Draw so many faces of nobody into a folder, and return their names."""
    names = [f"drawn-{number}.jpg" for number in range(count)]
    for number, name in enumerate(names):
        (folder / name).write_bytes(encode_jpeg(portrait(number), 90))
    return names


def pictured_lab(folder: str) -> ThresholdLab:
    """Return a lab whose errors have pictures in a folder, for a notebook of a test."""
    names = pictured(Path(folder))
    measurement = counted(
        [0.5 + number / 100 for number in range(6)],
        [0.3 + number / 20 for number in range(6)],
        images=names,
    )
    return ThresholdLab(measurement, images=folder, replicates=50)
