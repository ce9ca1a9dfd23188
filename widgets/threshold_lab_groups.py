"""Error rates of groups of people at each threshold, and what keeps one from being shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from widgets.threshold_lab_rates import LabGrid
from widgets.threshold_lab_words import NOT_HERE, share_words
from workbench.evaluation.bootstrap import REPLICATES
from workbench.evaluation.equity import SMALLEST_PEOPLE
from workbench.evaluation.equity_parts import EquityRules
from workbench.evaluation.measurement import Measurement
from workbench.evaluation.rates import rates_at
from workbench.evaluation.shown import Shown, shown_of_rate
from workbench.intervals import CONFIDENCE, FEWEST_EXPECTED_ERRORS
from workbench.number_words import rounded_down, rounded_up
from workbench.rate_words import ends_words

__all__ = ["groups_at"]

UNKNOWN: Final = "unknown"
_COLUMNS: Final = {"fpir": ("nonmated", "false_alarms"), "fnir": ("mated", "misses")}


def groups_at(
    measurement: Measurement, grid: LabGrid, *, replicates: int = REPLICATES
) -> dict[str, Any]:
    """Return both rates of each group at each threshold, in words and figures.

    What is told is what the page of equity tells: a group of fewer than 30 people of a kind is
    named and its rate is suppressed, at every threshold; so is one of which fewer than three errors
    are expected, where that is so. One with fewer than three errors is not measurable, and its
    bound is said. Intervals are by people from three errors on, else exact.

    Args:
        measurement: whose searches name groups; those that name none are a group of their own.
        grid: the thresholds.
        replicates: of the bootstrap by identity; 0 leaves it out.
    """
    rules = EquityRules(SMALLEST_PEOPLE, FEWEST_EXPECTED_ERRORS, CONFIDENCE, replicates)
    searches = measurement.searches.with_columns(pl.col("group").fill_null(UNKNOWN))
    names = sorted(searches["group"].unique().to_list(), key=lambda one: (one == UNKNOWN, one))
    everybody = rates_at(searches, grid.thresholds, replicates=0)
    rows = []
    for name in names:
        of_group = searches.filter(pl.col("group") == name)
        people = dict(of_group.group_by("mated").agg(pl.col("identity").n_unique()).iter_rows())
        rates = rates_at(of_group, grid.thresholds, replicates=replicates).to_dicts()
        told: dict[str, Any] = {"name": name}
        for rate, is_mated in (("fpir", False), ("fnir", True)):
            overall = everybody[rate].fill_null(0.0).to_list()
            told[rate] = _rate(rate, rates, overall, people.get(is_mated, 0), rules)
        rows.append(told)
    return {"fewest": SMALLEST_PEOPLE, "rows": rows}


def _rate(
    rate: str,
    rows: Sequence[Mapping[str, Any]],
    overall: Sequence[float],
    people: int,
    rules: EquityRules,
) -> dict[str, Any]:
    """Return a rate of a group at each threshold: people, counts, ends, words."""
    trials, counted = _COLUMNS[rate]
    searches = int(rows[0][trials]) if rows else 0
    head = {"people": people, "searches": searches}
    # Of so many expected errors only the number of people can keep a rate back.
    small = rules.suppressed(people, float("inf"))
    if small is not None:
        return {**head, "suppressed": f"suppressed ({small})"}
    count: list[int | None] = []
    low: list[float | None] = []
    high: list[float | None] = []
    words = []
    for row, of_all in zip(rows, overall, strict=True):
        shown, why = shown_of_rate(row, rate), rules.suppressed(people, searches * of_all)
        if why is not None:
            count.append(None)
            low.append(None)
            high.append(None)
            words.append(
                f"suppressed ({why}), at most {share_words(row[f'{rate}_high'], rounded_up)}"
            )
            continue
        count.append(row[counted])
        low.append(float(f"{shown.low:.6g}"))
        high.append(float(f"{shown.high:.6g}"))
        words.append(_words(row[counted], searches, shown))
    return {**head, "suppressed": "", "count": count, "low": low, "high": high, "words": words}


def _words(errors: int, searches: int, shown: Shown) -> str:
    seen = f"{errors:,} of {searches:,}"
    if errors < FEWEST_EXPECTED_ERRORS:
        return f"{seen}: {NOT_HERE}, at most {share_words(shown.high, rounded_up)}"
    ends = ends_words(share_words(shown.low, rounded_down), share_words(shown.high, rounded_up))
    return f"{seen}: {share_words(errors / searches)} ({ends})"
