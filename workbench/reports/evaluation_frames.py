"""The frames behind the charts of an identification's report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from workbench.evaluation.identification import det_curve, hit_rate
from workbench.evaluation.measurement import Measurement
from workbench.intervals import FEWEST_EXPECTED_ERRORS, clopper_pearson, rule_of_three
from workbench.reports.evaluation_identification import IdentificationFrames

__all__ = ["identification_frames"]

_STEPS: Final = 120
_RANKS: Final = 50


def identification_frames(
    measurement: Measurement, result: Mapping[str, Any]
) -> IdentificationFrames:
    """Return both rates along the scores, the DET curve, the rates at the targets, and ranks.

    Args:
        measurement: of at least one mated and one non-mated search.
        result: of `identification_result`.
    """
    searches = measurement.searches
    curve = det_curve(searches)["threshold"].to_numpy()
    rows = result["tpir_at_fpir"].values()
    targets = {row["threshold"] for row in rows if row["threshold"] is not None}
    ends = (curve[0], curve[-1]) if len(curve) else (0.0, 1.0)
    return IdentificationFrames(
        rates=_rates(searches, np.linspace(ends[0], ends[1], _STEPS).tolist()),
        det=_rates(searches, curve.tolist()),
        chosen=_rates(searches, sorted(targets)),
        cmc=_cmc(searches),
    )


def _rates(searches: pl.DataFrame, thresholds: Sequence[float]) -> pl.DataFrame:
    mated, others = searches.filter("mated"), searches.filter(~pl.col("mated"))
    rows = []
    for threshold in thresholds:
        alarms = int((others["top_score"].drop_nulls() >= threshold).sum())
        first = (pl.col("mate_rank") == 1) & (pl.col("mate_score") >= threshold)
        misses = len(mated) - len(mated.filter(first))
        rows.append(
            {
                "threshold": threshold,
                **_rate("fpir", "false_alarms", "nonmated", alarms, len(others)),
                **_rate("fnir", "misses", "mated", misses, len(mated)),
            }
        )
    return pl.DataFrame(rows).rename({"fpir_measurable": "measurable"})


def _rate(rate: str, errors: str, of: str, count: int, n: int) -> dict[str, Any]:
    low, high = clopper_pearson(count, n)
    return {
        of: n,
        errors: count,
        rate: count / n,
        f"{rate}_low": low,
        f"{rate}_high": high,
        f"{rate}_boot_low": None,
        f"{rate}_boot_high": None,
        f"{rate}_measurable": count >= FEWEST_EXPECTED_ERRORS,
        f"{rate}_bound": high if count else rule_of_three(n),
    }


def _cmc(searches: pl.DataFrame) -> pl.DataFrame:
    mated = len(searches.filter("mated"))
    rows = []
    for rank in range(1, _RANKS + 1):
        found = round((hit_rate(searches, rank) or 0.0) * mated)
        low, high = clopper_pearson(found, mated)
        rows.append(
            {"rank": rank, "mated": mated, "found": found, "rate": found / mated,
             "low": low, "high": high}
        )  # fmt: skip
    return pl.DataFrame(rows)
