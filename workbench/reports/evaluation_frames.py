"""The frames behind the charts of an identification's report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from workbench.evaluation.extrapolation import extrapolate
from workbench.evaluation.identification import det_curve
from workbench.evaluation.measurement import Measurement
from workbench.evaluation.rates import cmc_curve, det_bands, rates_at

__all__ = ["IdentificationFrames", "identification_frames"]

_STEPS: Final = 120
_SIZES: Final = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
_LONGER: Final = 3
"""So many longer lists are reckoned, the nearest: the further, the less it bears out."""


@dataclass(frozen=True, slots=True, eq=False)
class IdentificationFrames:
    """What a report draws, as frames.

    Attributes:
        rates: both rates at thresholds a step apart, columns of `RatesAt`.
        det: points of the DET curve, likewise.
        chosen: the rates at the thresholds of the FPIR asked for, likewise.
        cmc: columns of `CmcCurve`.
        draws: one row a draw of the gallery and FPIR asked for, columns of `TpirAtFpir` and
            `draw`; empty for one gallery.
        longer: FPIR of longer lists at one threshold, extrapolated: `list_size, fpir, low, high,
            label`; empty where none is measurable.
    """

    rates: pl.DataFrame
    det: pl.DataFrame
    chosen: pl.DataFrame
    cmc: pl.DataFrame
    draws: pl.DataFrame
    longer: pl.DataFrame

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return those that are written beside the report, by name; none that is empty."""
        named = {
            "rates": self.rates,
            "det": self.det,
            "cmc": self.cmc,
            "draws": self.draws,
            "longer": self.longer,
        }
        return {name: frame for name, frame in named.items() if len(frame)}


def identification_frames(
    measurement: Measurement, result: Mapping[str, Any]
) -> IdentificationFrames:
    """Return both rates along the scores, the DET curve, the rates at the targets, and ranks.

    Args:
        measurement: of at least one mated and one non-mated search.
        result: of `identification_result`, with `draws` where there are several.
    """
    searches = measurement.searches
    curve = det_curve(searches)["threshold"].to_numpy()
    rows = result["tpir_at_fpir"].values()
    targets = {row["threshold"] for row in rows if row["threshold"] is not None}
    ends = (curve[0], curve[-1]) if len(curve) else (0.0, 1.0)
    return IdentificationFrames(
        rates=rates_at(searches, np.linspace(ends[0], ends[1], _STEPS)),
        det=det_bands(searches),
        chosen=rates_at(searches, sorted(targets)),
        cmc=cmc_curve(searches),
        draws=pl.DataFrame(result.get("draws", [])),
        longer=_longer(measurement, result),
    )


def _longer(measurement: Measurement, result: Mapping[str, Any]) -> pl.DataFrame:
    """Reckon FPIR of longer lists at the threshold of the lowest FPIR that is measurable."""
    measurable = [row for row in result["tpir_at_fpir"].values() if row["measurable"]]
    size = measurement.facts.list_size
    sizes = [one for one in _SIZES if one > size][:_LONGER]
    if not measurable or not sizes:
        return pl.DataFrame()
    row = min(measurable, key=lambda one: int(one["false_alarms"]))
    comparisons = int(result["n_nonmated"]) * size
    found = [extrapolate(row["false_alarms"], comparisons, one) for one in sizes]
    return pl.DataFrame(
        [
            {"list_size": one.list_size, "fpir": one.rate, "low": one.low, "high": one.high,
             "label": one.label}
            for one in found
        ]
    )  # fmt: skip
