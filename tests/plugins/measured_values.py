"""Measurements that a policy can be drafted from: scores drawn from a seed, and of nobody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl

from workbench.bench.default_policies import load_default_policies
from workbench.evaluation import Measurement, MeasurementFacts, References, Searches
from workbench.governance.setups import Matcher

__all__ = ["MEASURED", "OPENED", "measured"]

MEASURED = datetime(2026, 11, 24, 12, tzinfo=UTC)
OPENED = datetime(2026, 11, 25, 9, tzinfo=UTC)
LIST_SIZE = 500


def measured(
    split: str, *, seed: int = 0, others: int = 4_000, top: float = 0.3, **facts: Any
) -> Measurement:
    """Return a measurement of 400 mated and many non-mated searches of 500 references.

    Args:
        split: `tuning`, or `test`, which was opened for `street/1`.
        seed: of the scores.
        others: non-mated searches, two of each person.
        top: mean of their scores.
        facts: that differ.
    """
    (encoder,) = load_default_policies()[Matcher.SFACE].setup.encoders
    opened = {"opened": OPENED, "opened_by": "data-scientist", "opened_for": "street/1"}
    values = {
        "name": f"sface fp32, {split}",
        "created": facts.get("opened", OPENED) or OPENED if split == "test" else MEASURED,
        "data_set": "made up",
        "split": split,
        "rule": "drawn from a seed",
        "protocol_sha256": {"tuning": "b", "test": "a"}.get(split, "c") * 64,
        "matcher": "sface",
        "unit": "cosine",
        "encoders": {"sface": encoder.plain()},
        "runtime": "fp32",
        "list_size": LIST_SIZE,
        **(opened if split == "test" else {}),
    }
    return Measurement.of(
        MeasurementFacts.model_validate(values | facts),
        _searches(split, seed, others, top),
        _listed(split),
    )


def _searches(split: str, seed: int, others: int, top: float) -> pl.DataFrame:
    chance = np.random.default_rng(seed + len(split))
    mates = chance.normal(0.6, 0.1, 400).astype(np.float32)
    tops = chance.normal(top, 0.05, others).astype(np.float32)
    rows: list[tuple[Any, ...]] = []
    for at, score in enumerate(mates.tolist()):
        rows.append(
            (
                f"{split} m{at}",
                f"{split} listed {at}",
                True,
                True,
                score,
                f"{split} listed {at}",
                score,
                1,
            )
        )
    for at, score in enumerate(tops.tolist()):
        who = f"{split} other {at // 2}"
        rows.append((f"{split} n{at}", who, False, True, score, f"{split} listed 7", None, None))
    rows.append((f"{split} lost", f"{split} listed 0", True, False, None, None, None, None))
    return pl.DataFrame(rows, schema=Searches.create_empty().schema, orient="row")


def _listed(split: str) -> pl.DataFrame:
    rows = [(f"r{at}", f"{split} listed {at}", True) for at in range(LIST_SIZE)]
    return pl.DataFrame(rows, schema=References.create_empty().schema, orient="row")
