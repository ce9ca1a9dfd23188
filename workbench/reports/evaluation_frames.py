"""The frames behind the charts of an identification's report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl

from workbench.evaluation.comparison_rates import (
    EqualErrorRate,
    comparison_det,
    comparison_eer,
    comparison_rates,
)
from workbench.evaluation.comparisons import Comparisons
from workbench.evaluation.extrapolation import extrapolate_searches
from workbench.evaluation.identification import det_curve
from workbench.evaluation.longer_lists import checked_lists, longer_sizes
from workbench.evaluation.measurement import Measurement
from workbench.evaluation.rates import cmc_curve, det_bands, rates_at

__all__ = [
    "IdentificationFrames",
    "headline_target",
    "headline_threshold",
    "identification_frames",
]

_STEPS: Final = 120
_COMPARED_STEPS: Final = 40


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
        longer: FPIR of longer lists at the threshold of the headline, extrapolated from single
            comparisons, or from searches where none are at hand: `list_size, fpir, low, high,
            measurable, label`; empty where no FPIR asked for is measurable. The interval is the
            wider of the exact one and that by people.
        comparisons: FMR and FNMR of single comparisons, columns of `ComparisonRates`, along the
            scores, at the thresholds of the FPIR asked for and where both rates lie closest; empty
            where none are at hand, and so are the next three.
        comparison_det: their DET curve, likewise.
        checked: FPIR reckoned beside counted, columns of `CheckedLists`.
        equal_error_rate: of single comparisons.
    """

    rates: pl.DataFrame
    det: pl.DataFrame
    chosen: pl.DataFrame
    cmc: pl.DataFrame
    draws: pl.DataFrame
    longer: pl.DataFrame
    comparisons: pl.DataFrame
    comparison_det: pl.DataFrame
    checked: pl.DataFrame
    equal_error_rate: EqualErrorRate | None

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return those that are written beside the report, by name; none that is empty."""
        named = {
            "rates": self.rates,
            "det": self.det,
            "cmc": self.cmc,
            "draws": self.draws,
            "longer": self.longer,
            "comparisons": self.comparisons,
            "comparison_det": self.comparison_det,
            "checked": self.checked,
        }
        return {name: frame for name, frame in named.items() if len(frame)}


def headline_target(result: Mapping[str, Any]) -> str | None:
    """Return the lowest FPIR asked for that is measurable, in its words; `None` for none."""
    rows = result["tpir_at_fpir"]
    usable = [name for name, row in rows.items() if row["measurable"] and row["tpir"] is not None]
    return min(usable, key=float) if usable else None


def headline_threshold(result: Mapping[str, Any]) -> float | None:
    """Return the threshold of the lowest FPIR asked for that is measurable; `None` for none."""
    target = headline_target(result)
    return None if target is None else result["tpir_at_fpir"][target]["threshold"]


def identification_frames(
    measurement: Measurement, result: Mapping[str, Any], comparisons: Comparisons | None = None
) -> IdentificationFrames:
    """Return both rates along the scores, the DET curve, the rates at the targets, and ranks.

    Args:
        measurement: of at least one mated and one non-mated search.
        result: of `identification_result`, with `draws` where there are several.
        comparisons: of every probe with every reference, where they are at hand.
    """
    searches = measurement.searches
    curve = det_curve(searches)["threshold"].to_numpy()
    rows = result["tpir_at_fpir"].values()
    targets = sorted({row["threshold"] for row in rows if row["threshold"] is not None})
    ends = (curve[0], curve[-1]) if len(curve) else (0.0, 1.0)
    single = _single_comparisons(comparisons, targets, headline_threshold(result))
    return IdentificationFrames(
        rates=rates_at(searches, np.linspace(ends[0], ends[1], _STEPS)),
        det=det_bands(searches),
        chosen=rates_at(searches, targets),
        cmc=cmc_curve(searches),
        draws=pl.DataFrame(result.get("draws", [])),
        longer=_beyond(single.checked) if len(single.checked) else _longer(measurement, result),
        comparisons=single.rates,
        comparison_det=single.det,
        equal_error_rate=single.equal,
        checked=single.checked,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Single:
    """What single comparisons tell; empty where they are not at hand."""

    rates: pl.DataFrame = field(default_factory=pl.DataFrame)
    det: pl.DataFrame = field(default_factory=pl.DataFrame)
    checked: pl.DataFrame = field(default_factory=pl.DataFrame)
    equal: EqualErrorRate | None = None


def _single_comparisons(
    comparisons: Comparisons | None, targets: Sequence[float], threshold: float | None
) -> _Single:
    if comparisons is None or not (comparisons.mated and comparisons.nonmated):
        return _Single()
    det = comparison_det(comparisons)
    # Where all scores are one there is neither a curve nor a place at which the rates meet.
    equal = comparison_eer(comparisons) if len(comparisons.steps()) > 1 else None
    ends = det["threshold"][0], det["threshold"][-1]
    at = [
        *targets,
        *np.linspace(*ends, _COMPARED_STEPS),
        *([] if equal is None else [equal.threshold]),
    ]
    return _Single(
        rates=comparison_rates(comparisons, at),
        det=det,
        checked=pl.DataFrame() if threshold is None else checked_lists(comparisons, threshold),
        equal=equal,
    )


def _beyond(checked: pl.DataFrame) -> pl.DataFrame:
    """Return the lists that nobody searched, with the interval by people where there is one."""
    return checked.filter(pl.col("searches").is_null()).select(
        "list_size",
        fpir="reckoned",
        low=pl.min_horizontal("reckoned_low", "people_low"),
        high=pl.max_horizontal("reckoned_high", "people_high"),
        measurable="measurable",
        label="label",
    )


def _longer(measurement: Measurement, result: Mapping[str, Any]) -> pl.DataFrame:
    """Reckon FPIR of longer lists from the searches, at the threshold of the headline."""
    target, size = headline_target(result), measurement.facts.list_size
    if target is None:
        return pl.DataFrame()
    alarms = int(result["tpir_at_fpir"][target]["false_alarms"])
    searches = int(result["n_nonmated"])
    found = [extrapolate_searches(alarms, searches, size, one) for one in longer_sizes(size)]
    return pl.DataFrame(
        [
            {"list_size": one.list_size, "fpir": one.rate, "low": one.low, "high": one.high,
             "measurable": one.measurable, "label": one.label}
            for one in found
        ]
    )  # fmt: skip
