"""Error rates of groups of people at each threshold, and what keeps one from being shown."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl

from widgets.threshold_lab_rates import LabGrid
from widgets.threshold_lab_words import NOT_HERE, share_words
from workbench.arrays import FloatArray
from workbench.evaluation.equity import SMALLEST_PEOPLE
from workbench.evaluation.measurement import Measurement
from workbench.intervals import FEWEST_EXPECTED_ERRORS, clopper_pearson
from workbench.rate_words import ends_words

__all__ = ["groups_at"]

UNKNOWN: Final = "unknown"


def groups_at(measurement: Measurement, grid: LabGrid) -> dict[str, Any]:
    """Return both rates of each group at each threshold, exact intervals, in words and figures.

    A group of fewer than 30 people of a kind is named and its rate is suppressed; one with fewer
    than three errors is not measurable, and its bound is said.

    Args:
        measurement: whose searches name groups; those that name none are a group of their own.
        grid: the thresholds.
    """
    searches = measurement.searches.with_columns(pl.col("group").fill_null(UNKNOWN))
    names = sorted(searches["group"].unique().to_list(), key=lambda one: (one == UNKNOWN, one))
    at = np.array(grid.thresholds, np.float32)
    rows = []
    for name in names:
        of_group = searches.filter(pl.col("group") == name)
        others = of_group.filter(~pl.col("mated"))
        mated = of_group.filter("mated")
        own = pl.when(pl.col("mate_rank") == 1).then("mate_score").fill_null(-np.inf)
        alarms = others["top_score"].fill_null(-np.inf).to_numpy()[:, None] >= at
        missed = mated.select(own).to_series().to_numpy()[:, None] < at
        rows.append(
            {
                "name": name,
                "fpir": _rate(alarms.sum(axis=0), len(others), others["identity"].n_unique()),
                "fnir": _rate(missed.sum(axis=0), len(mated), mated["identity"].n_unique()),
            }
        )
    return {"fewest": SMALLEST_PEOPLE, "rows": rows}


def _rate(count: FloatArray, searches: int, people: int) -> dict[str, Any]:
    """Return a rate of a group at each threshold: people, counts, ends, words."""
    if people < SMALLEST_PEOPLE:
        words = f"suppressed (fewer than {SMALLEST_PEOPLE} people)"
        return {"people": people, "searches": searches, "suppressed": words}
    known: dict[int, tuple[float, float, str]] = {}
    for errors in sorted({int(one) for one in count}):
        low, high = clopper_pearson(errors, searches)
        known[errors] = (low, high, _words(errors, searches, low, high))
    found = [known[int(one)] for one in count]
    return {
        "people": people,
        "searches": searches,
        "suppressed": "",
        "count": [int(one) for one in count],
        "low": [float(f"{one[0]:.6g}") for one in found],
        "high": [float(f"{one[1]:.6g}") for one in found],
        "words": [one[2] for one in found],
    }


def _words(errors: int, searches: int, low: float, high: float) -> str:
    seen = f"{errors:,} of {searches:,}"
    if errors < FEWEST_EXPECTED_ERRORS:
        return f"{seen}: {NOT_HERE}, at most {share_words(high)}"
    ends = ends_words(share_words(low), share_words(high))
    return f"{seen}: {share_words(errors / searches)} ({ends})"
