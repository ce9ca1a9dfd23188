"""A made-up measurement of identification whose scores overlap, and the page of its report."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl

from workbench.evaluation.comparisons import Comparisons
from workbench.evaluation.gathering import gather_comparisons
from workbench.evaluation.measurement import Measurement, MeasurementFacts
from workbench.evaluation.results import identification_result
from workbench.reports.evaluation_equity import equity_of
from workbench.reports.evaluation_frames import identification_frames
from workbench.reports.evaluation_identification import headline_threshold, identification_page
from workbench.reports.evaluation_page import EvaluationPage

__all__ = ["compared", "measured", "page_of"]


def measured(
    others: int = 400, mated: int = 120, *, groups: bool = False, **changes: Any
) -> Measurement:
    """Searches whose scores overlap, every probe of a person of its own."""
    generator = np.random.default_rng(7)
    false = generator.normal(0.2, 1.0, others).astype(np.float32)
    own = generator.normal(3.0, 1.0, mated).astype(np.float32)
    best = generator.normal(0.2, 1.0, mated).astype(np.float32)
    top = np.maximum(own, best)
    searches = pl.DataFrame(
        {
            "probe": [f"p{k}" for k in range(others + mated)],
            "identity": [f"N{k}" for k in range(others)] + [f"M{k}" for k in range(mated)],
            "mated": [False] * others + [True] * mated,
            "acquired": [True] * (others + mated),
            "top_score": [*false, *top],
            "top_identity": ["M0"] * others
            + [f"M{k}" if own[k] >= best[k] else "M0" for k in range(mated)],
            "mate_score": [None] * others + own.tolist(),
            "mate_rank": [None] * others + [1 if own[k] > best[k] else 3 for k in range(mated)],
        },
        schema_overrides={"top_score": pl.Float32, "mate_score": pl.Float32, "mate_rank": pl.Int64},
    )
    if groups:
        searches = searches.with_columns(group=pl.Series(["a", "b"] * ((others + mated) // 2)))
    references = pl.DataFrame(
        {"reference": [f"r{k}" for k in range(mated)], "identity": [f"M{k}" for k in range(mated)],
         "acquired": [True] * (mated - 1) + [False]}
    )  # fmt: skip
    facts = {
        "name": "fused int8", "created": datetime(2026, 11, 27, 12, 0, tzinfo=UTC),
        "data_set": "volunteers", "split": "tuning", "rule": "rows whose split is tuning",
        "protocol_sha256": "ab" * 32, "matcher": "fused", "unit": "log10 likelihood ratio",
        "encoders": {"sface": {"name": "sface", "artefact": "sface-2021dec", "dimension": 128}},
        "runtime": "int8", "calibration": "lfw-tuning/1", "list_size": mated,
    }  # fmt: skip
    return Measurement.of(MeasurementFacts.model_validate(facts | changes), searches, references)


def compared(measurement: Measurement, mean: float = -1.0) -> Comparisons:
    """Comparisons of its probes with its references, the highest of each about its search's."""
    shown = measurement.searches["identity"].to_list()
    listed = measurement.references["identity"].to_list()
    scores = np.random.default_rng(8).normal(mean, 1.0, (len(shown), len(listed)))
    scores[np.array(shown)[:, None] == np.array(listed)] += 4.0
    return gather_comparisons([(0, 0, scores.astype(np.float32))], shown, listed)


def page_of(measurement: Measurement, comparisons: Comparisons | None = None) -> EvaluationPage:
    """Return the page of its report."""
    result = identification_result(measurement.searches, measurement.references, replicates=50)
    frames = identification_frames(measurement, result, comparisons)
    equity = equity_of(measurement, headline_threshold(result))
    return identification_page(measurement, result, frames, equity=equity.sections)
