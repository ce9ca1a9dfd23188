"""What a page of the threshold lab is told: arrays over all thresholds, and their words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from widgets.threshold_lab_caveats import caveats_of
from widgets.threshold_lab_drafts import drafts_of, jumps_of, lowest_within, not_offered
from widgets.threshold_lab_errors import LabErrors, errors_of
from widgets.threshold_lab_groups import groups_at
from widgets.threshold_lab_plan import PlanInputs, planned, reckoned
from widgets.threshold_lab_plan_words import chance_words, missed_words, plan_sentence, step_words
from widgets.threshold_lab_rates import LabGrid, lab_rates, threshold_grid
from widgets.threshold_lab_words import (
    NOT_HERE,
    about_words,
    amount,
    fnir_head,
    fnir_words,
    fpir_head,
    fpir_words,
    people_words,
    span_of,
    warnings_of,
)
from workbench.evaluation.measurement import Measurement
from workbench.evaluation.planner import Plan
from workbench.evaluation.planner_words import cap_sentence
from workbench.evaluation.shown import few_errors_notes
from workbench.intervals import FEWEST_EXPECTED_ERRORS
from workbench.number_words import rounded_up

__all__ = ["LabFigures", "figures_of", "lab_words", "plan_words"]

COLUMNS: Final = (
    "threshold", "false_alarms", "nonmated", "fpir", "fpir_low", "fpir_high", "fpir_boot_low",
    "fpir_boot_high", "fpir_from", "fpir_to", "misses", "mated", "fnir", "fnir_low", "fnir_high",
    "fnir_boot_low", "fnir_boot_high", "fnir_from", "fnir_to",
)  # fmt: skip
BINS: Final = 60
START_AT: Final = 0.01
"""FPIR from which the slider starts, if nobody says where; where it stands decides nothing."""
_DIGITS: Final = 6


@dataclass(frozen=True, slots=True, eq=False)
class LabFigures:
    """All figures of a measurement over the thresholds of a lab.

    Attributes:
        measurement: they are of.
        grid: the thresholds.
        rates: of `lab_rates`, a row for each threshold.
        groups: of `groups_at`; `None` where nobody has a group.
        errors: one by one.
        start: place of the threshold that the slider starts at.
    """

    measurement: Measurement
    grid: LabGrid
    rates: pl.DataFrame
    groups: dict[str, Any] | None
    errors: LabErrors
    start: int

    def said(self, place: int) -> str:
        """Return a threshold as it is written."""
        return f"{self.grid.thresholds[place]:.{self.grid.decimals}f}"

    @property
    def every_said(self) -> list[str]:
        """Every threshold as it is written, ascending."""
        return [self.said(place) for place in range(len(self.grid.thresholds))]


def figures_of(measurement: Measurement, threshold: float | None, replicates: int) -> LabFigures:
    """Reckon everything that a lab draws.

    Args:
        measurement: with its searches.
        threshold: where the slider starts; the lowest that keeps an FPIR of 0.01 when left out.
        replicates: of the bootstrap by identity.
    """
    grid = threshold_grid(measurement.searches)
    rates = lab_rates(measurement.searches, grid, replicates=replicates)
    if not grid.thresholds:
        start = 0
    elif threshold is not None:
        start = grid.nearest(threshold)
    else:
        start = lowest_within(rates, START_AT)
    return LabFigures(
        measurement=measurement,
        grid=grid,
        rates=rates,
        groups=groups_at(measurement, grid, replicates=replicates)
        if measurement.has_groups
        else None,
        errors=errors_of(measurement.searches),
        start=start,
    )


def lab_words(figures: LabFigures) -> dict[str, Any]:
    """Return what does not depend on a plan; it names no person and no image."""
    measurement = figures.measurement
    rows = figures.rates.to_dicts()
    said = figures.every_said
    searched, made, *failed = about_words(measurement)
    return {
        "title": measurement.facts.name,
        "about": [searched, *failed],
        "made": made,
        "warnings": warnings_of(measurement),
        "caveats": caveats_of(measurement),
        "decimals": figures.grid.decimals,
        "unit": measurement.facts.unit,
        "list_size": measurement.facts.list_size,
        "said": said,
        "columns": {name: _rounded(figures.rates[name]) for name in COLUMNS},
        "fewest": FEWEST_EXPECTED_ERRORS,
        "fpir": [fpir_words(row) for row in rows],
        "fnir": [fnir_words(row) for row in rows],
        "heads": [[fpir_head(row), fnir_head(row)] for row in rows],
        "few": [list(few_errors_notes(row, row["nonmated"], row["mated"])) for row in rows],
        "start": figures.start,
        "jumps": jumps_of(figures.rates),
        "not_offered": not_offered(figures.rates),
        "drafts": drafts_of(figures.rates, measurement.facts, said),
        "bins": _bins(figures),
        "groups": figures.groups,
        "errors": figures.errors.plain(),
    }


def plan_words(figures: LabFigures, inputs: PlanInputs) -> dict[str, Any]:
    """Return what every threshold means for a plan, in words and figures."""
    facts = figures.measurement.facts
    plan = planned(figures.rates, facts.list_size, inputs)
    measured = people_words(figures.measurement)
    plans = reckoned(figures.rates, facts.list_size, inputs, measured["words"])
    sentences, alerts, chances, hourly, missed = [], [], [], [], []
    for place, (row, one) in enumerate(zip(figures.rates.to_dicts(), plan.to_dicts(), strict=True)):
        sentences.append(plan_sentence(figures.said(place), row, one, inputs, measured))
        alerts.append(_counted(row, one["expected_from"], one["expected_to"]))
        hourly.append(_counted(row, one["per_hour_from"], one["per_hour_to"]))
        chances.append(chance_words(row, one))
        missed.append(missed_words(row["misses"], row["mated"], row["fnir_from"], row["fnir_to"]))
    return {
        "inputs": {
            "list_size": inputs.list_size,
            "faces": inputs.faces,
            "hours": inputs.hours,
        },
        "extrapolated": inputs.list_size != facts.list_size,
        "measured": facts.list_size,
        "sentences": sentences,
        "alerts": alerts,
        "chances": chances,
        "hourly": hourly,
        "missed": missed,
        "caps": ["unknown" if one is None else cap_sentence(one) for one in plans],
        "steps": [_steps(figures, place, one) for place, one in enumerate(plans)],
        "columns": {name: _rounded(plan[name]) for name in plan.columns},
    }


def _counted(row: dict[str, Any], low: float, high: float) -> str:
    if not row["nonmated"]:
        return "unknown"
    if row["false_alarms"] < FEWEST_EXPECTED_ERRORS:
        return f"{NOT_HERE}; up to {amount(high, rounded_up)}"
    return span_of(low, high)


def _steps(figures: LabFigures, place: int, plan: Plan | None) -> str:
    """Return what a step of the slider up and one down have one reckon with, a line each."""
    if plan is None:
        return "unknown"
    said = [
        f"One step {name}, T = {figures.said(beside)}: {step_words(step)}."
        for name, beside, step in (("up", place + 1, plan.up), ("down", place - 1, plan.down))
        if step is not None
    ]
    return "\n".join(said) or "There is no other threshold here."


def _bins(figures: LabFigures) -> dict[str, Any]:
    """Return counts of scores in bins of one width, of both kinds of search."""
    searches = figures.measurement.searches
    mated = searches.filter("mated")
    scores = (
        mated["mate_score"].drop_nulls(),
        searches.filter(~searches["mated"])["top_score"].drop_nulls(),
    )
    every = np.concatenate([one.to_numpy() for one in scores]).astype(np.float64)
    if not len(every):
        return {"edges": [], "mated": [], "nonmated": []}
    low, high = float(every.min()), float(every.max())
    edges = np.linspace(low, high + max(1e-6, (high - low) * 1e-6), BINS + 1)
    counted = [np.histogram(one.to_numpy().astype(np.float64), edges)[0].tolist() for one in scores]
    return {
        "edges": [round(one, _DIGITS) for one in edges.tolist()],
        "mated": counted[0],
        "nonmated": counted[1],
    }


def _rounded(series: pl.Series) -> list[float | int | None]:
    """Return values as they travel: six digits, which is more than any of them carries."""
    return [
        value
        if value is None or isinstance(value, int)
        else None
        if not math.isfinite(value)
        else float(f"{value:.{_DIGITS}g}")
        for value in series.to_list()
    ]
