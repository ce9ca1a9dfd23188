"""What a threshold means for a plan, in sentences: intervals first, and what they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from widgets.threshold_lab_plan import PlanInputs
from widgets.threshold_lab_words import NOT_HERE, amount, counted_words, of_hundred, span_of
from workbench.evaluation.planner import PlannedAt
from workbench.intervals import FEWEST_EXPECTED_ERRORS
from workbench.number_words import rounded_up

__all__ = ["chance_words", "missed_words", "plan_sentence", "step_words"]

LIKE_THESE: Final = ", were the faces like those measured"


def plan_sentence(
    said: str,
    row: Mapping[str, Any],
    plan: Mapping[str, float],
    inputs: PlanInputs,
    measured: Mapping[str, Any],
) -> str:
    """Return what a threshold means for a plan, in one sentence.

    Args:
        said: the threshold, as it is written.
        row: of `lab_rates` at it.
        plan: of `planned` at it.
        inputs: what is planned.
        measured: of `people_words`, once for all thresholds.
    """
    size = measured["list_size"]
    head = f"At T = {said}, {inputs.list_size:,} on the list and {inputs.faces:,} faces: "
    parts = [f"{_alerts(row, plan)}{LIKE_THESE}", _missed(row), measured["words"]]
    if inputs.list_size != size:
        parts.append(
            f"false alerts extrapolated from {size:,} references to "
            f"{inputs.list_size:,}, which takes references for independent"
        )
    return head + "; ".join(parts) + "."


def chance_words(row: Mapping[str, Any], plan: Mapping[str, float]) -> str:
    """Return the chance of at least one false alert."""
    if not row["nonmated"]:
        return "unknown"
    high = _chance(plan["chance_to"])
    if row["false_alarms"] < FEWEST_EXPECTED_ERRORS:
        return f"{NOT_HERE}; up to {high}"
    low = _chance(plan["chance_from"])
    return low if low == high else f"{low} to {high}"


def missed_words(errors: int, mated: int, low: float, high: float) -> str:
    """Return the share of searches for listed people that miss them, by its ends or its bound."""
    if not mated:
        return "unknown"
    if errors < FEWEST_EXPECTED_ERRORS:
        return f"{NOT_HERE}; {of_hundred(0.0, high)}"
    return of_hundred(low, high)


def step_words(step: PlannedAt) -> str:
    """Return what another threshold has one reckon with, by both intervals."""
    low, high = step.expected_interval
    alerts = (
        span_of(low, high) if step.measurable else f"{NOT_HERE}, up to {amount(high, rounded_up)}"
    )
    if step.fnir_interval is None:
        return f"false alerts {alerts}"
    missed = missed_words(step.misses, step.mated, *step.fnir_interval)
    return f"false alerts {alerts}; searches that miss {missed}"


def _alerts(row: Mapping[str, Any], plan: Mapping[str, float]) -> str:
    if not row["nonmated"]:
        return "false alerts unknown"
    if row["false_alarms"] < FEWEST_EXPECTED_ERRORS:
        return (
            f"up to {amount(plan['expected_to'], rounded_up)} false alerts expected ({NOT_HERE}: "
            f"{counted_words(row['false_alarms'], 'false alarm', 'false alarms')} in "
            f"{row['nonmated']:,} searches)"
        )
    return f"{span_of(plan['expected_from'], plan['expected_to'])} false alerts expected"


def _missed(row: Mapping[str, Any]) -> str:
    if not row["mated"]:
        return "how many searches for listed people miss them is unknown"
    low = 0.0 if row["misses"] < FEWEST_EXPECTED_ERRORS else row["fnir_from"]
    words = f"{of_hundred(low, row['fnir_to'])} searches for listed people miss them"
    return f"{words} ({NOT_HERE}: {row['misses']} did)" if not low else words


def _chance(value: float) -> str:
    if value > 0.995:  # noqa: PLR2004 - what two digits write as certain
        return "nearly certain"
    return "less than 1 of 100" if value < 0.005 else f"{round(value * 100)} of 100"  # noqa: PLR2004
