"""Error rates by group as sections of a report: what was compared, and what could be seen."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from workbench.evaluation.equity import equity_at
from workbench.evaluation.equity_tables import EquityResult
from workbench.evaluation.equity_words import (
    comparison_words,
    group_words,
    rate_words_of,
    step_words,
    summary_words,
    suppression_words,
)
from workbench.evaluation.measurement import Measurement
from workbench.governance.moments import spoken
from workbench.reports.evaluation_identification import LIMITS, provenance
from workbench.reports.evaluation_page import Column, EvaluationPage, FigureTable, Section
from workbench.reports.evaluation_words import score
from workbench.reports.page import Figure

__all__ = ["Equity", "equity_of", "equity_page", "equity_sections"]


@dataclass(frozen=True, slots=True)
class Equity:
    """Sections on groups, and the tables behind them; both empty where nothing was compared."""

    sections: tuple[Section, ...] = ()
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)


def equity_of(measurement: Measurement, threshold: float | None) -> Equity:
    """Return the comparison of groups at a threshold; nothing without groups or a threshold."""
    if threshold is None or not measurement.has_groups:
        return Equity()
    result = equity_at(measurement.searches, threshold)
    return Equity(equity_sections(result), equity_tables(result))


def equity_tables(result: EquityResult) -> dict[str, pl.DataFrame]:
    """Return the frames of a comparison by the name of their file."""
    return {"equity_rates": result.rates, "equity_comparisons": result.comparisons}


def equity_sections(result: EquityResult) -> tuple[Section, ...]:
    """Return a section for each threshold at which groups are compared."""
    sections = []
    for number, step in enumerate(result.steps):
        here = pl.col("step") == step.step
        rates = result.rates.filter(here)
        comparisons = [
            comparison_words(row, result)
            for row in result.comparisons.filter(here).iter_rows(named=True)
        ]
        first = [summary_words(result), suppression_words(result)] if not number else []
        sections.append(
            Section(
                "equity" if not number else f"equity-{number}",
                f"Groups at T = {score(step.threshold)}",
                [*first, step_words(step)],
                table=_rates(rates),
                notes=[*comparisons, *(result.left_out if number == len(result.steps) - 1 else ())],
            )
        )
    return tuple(sections)


def equity_page(measurement: Measurement, result: EquityResult) -> EvaluationPage:
    """Return the report of groups alone."""
    facts = measurement.facts
    return EvaluationPage(
        title=f"Error rates by group: {facts.name}",
        headline=summary_words(result),
        made=f"Measured {spoken(facts.created)} on {facts.data_set}, {facts.split}, "
        f"{facts.list_size:,} references.",
        figures=(
            Figure("Groups", f"{len(result.groups):,}", ", ".join(result.groups)),
            Figure("People with a group", f"{result.people:,}"),
            Figure("Comparisons", f"{result.comparisons_made:,}", "corrected for together (Holm)"),
        ),
        sections=equity_sections(result),
        limits=(
            (
                "Groups are those of the labelled set. It says nothing of groups that it does not "
                "name, and nothing of how its labels were given."
            ),
            *LIMITS,
        ),
        provenance=provenance(facts, {}),
    )


def _rates(rates: pl.DataFrame) -> FigureTable:
    columns = (
        Column("Rate", is_number=False), Column("Group", is_number=False), Column("People"),
        Column("Searches"), Column("Errors"), Column("Share of searches", is_number=False),
    )  # fmt: skip
    return FigureTable(
        "Each group, with 95 % intervals by people",
        columns,
        [
            (row["rate"], group_words(row), f"{row['people']:,}", f"{row['searches']:,}",
             "suppressed" if row["errors"] is None else f"{row['errors']:,}", rate_words_of(row))
            for row in rates.iter_rows(named=True)
        ],
    )  # fmt: skip
