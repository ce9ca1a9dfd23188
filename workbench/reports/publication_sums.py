"""Figures of outcome records, ready to be published: sums, both false alert rates, costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import dataframely as dy
import polars as pl

from workbench.outcomes.at_worst import unsaid_at_worst
from workbench.outcomes.corrections import newest
from workbench.outcomes.records import OutcomeRecords
from workbench.outcomes.summaries import summarise
from workbench.reports.publication_figures import (
    UNKNOWN,
    PublishedFigure,
    counted,
    not_held,
    per_unit,
    rate_of,
    total_of,
)

__all__ = ["cost_figures", "found_figures", "outcome_figures", "rate_figures", "summed"]

_Records = dy.DataFrame[OutcomeRecords]
_COUNTS: Final = (
    ("faces_seen", "Faces seen (estimate)"),
    ("total_alerts", "Alerts"),
    ("true_alerts", "True alerts"),
    ("true_unconfirmed", "True alerts that were never confirmed"),
    ("false_alerts", "False alerts"),
    ("unresolved", "Alerts that nobody resolved"),
)
_OUTCOMES: Final = (
    ("arrests", "Arrests"),
    ("other_disposals", "Other disposals"),
    ("no_action", "No action"),
)
_MIXED: Final = "faces were counted in {:,} ways that are not comparable"


def summed(records: _Records) -> dict[str, Any]:
    """Return one row of sums over all records.

    Besides the columns of `summarise`: `cost_lines_unknown`, lines of cost that were entered and
    are not known.
    """
    row = summarise(records).row(0, named=True)
    held = newest(records).filter(pl.col("state") == "completed")
    return row | {"cost_lines_unknown": int(held["cost_lines_unknown"].sum())}


def found_figures(row: Mapping[str, Any]) -> tuple[PublishedFigure, ...]:
    """Return what was carried out and found: deployments, hours, faces, alerts."""
    held, broken = row["deployments"], row["aborted"]
    carried = PublishedFigure(
        name="deployments",
        says="Deployments carried out",
        value=held,
        shown=f"{held:,}",
        of=held + broken,
        basis=f"{counted(held + broken, 'deployment')} on record",
        note=f"{broken:,} broken off, in no other figure" if broken else "",
    )
    hours = _total(row, "hours", "Hours", form=",.1f")
    counts = tuple(_total(row, name, says) for name, says in _COUNTS)
    methods = row["counting_methods"]
    if methods > 1:
        counts = (_noted(counts[0], _MIXED.format(methods)), *counts[1:])
    return (carried, hours, *counts)


def outcome_figures(row: Mapping[str, Any], caution: str = "") -> tuple[PublishedFigure, ...]:
    """Return what came of the alerts, and how much was searched for it.

    Args:
        row: of `summed`.
        caution: what is said beside other disposals and no action.
    """
    arrests, faces = row["arrests"], row["faces_seen"]
    quotients = (
        per_unit(
            "faces_per_arrest",
            "Faces seen for each arrest",
            row["faces_per_arrest"],
            of=arrests,
            basis=_over(faces, "faces seen", arrests, "arrests"),
            form=",.0f",
            note=_not_of_all(row, "faces_seen", "arrests"),
        ),
        per_unit(
            "arrests_per_hour",
            "Arrests an hour, where both are known",
            row["arrests_per_hour"],
            of=None,
            basis=_over(
                row["timed_arrests"], "arrests", row["arrests_hours"], "hours", form=",.1f"
            ),
            form=",.2f",
        ),
    )
    totals = [_total(row, name, says) for name, says in _OUTCOMES]
    totals[1:] = [_noted(one, caution) for one in totals[1:]]
    return (*totals, *quotients)


def rate_figures(row: Mapping[str, Any]) -> tuple[PublishedFigure, ...]:
    """Return both false alert rates, each at best and at worst."""
    methods = row["counting_methods"]
    mixed = _MIXED.format(methods) if methods > 1 else ""
    unsaid = unsaid_at_worst(row)
    worst = "; ".join(part for part in (unsaid, mixed) if part)
    faces, alerts = row["false_of_faces_n"], row["false_of_alerts_n"]
    return (
        rate_of(
            "false_of_faces",
            "False alerts of faces seen, at best",
            row["false_of_faces_count"],
            n=faces,
            of_what="faces seen",
            note=mixed,
        ),
        rate_of(
            "false_of_faces_worst",
            "False alerts of faces seen, at worst",
            row["false_of_faces_worst_count"],
            n=faces,
            of_what="faces seen",
            note=worst,
        ),
        rate_of(
            "false_of_alerts",
            "False alerts of alerts, at best",
            row["false_of_alerts_count"],
            n=alerts,
            of_what="alerts",
        ),
        rate_of(
            "false_of_alerts_worst",
            "False alerts of alerts, at worst",
            row["false_of_alerts_worst_count"],
            n=alerts,
            of_what="alerts",
            note=unsaid,
        ),
    )


def cost_figures(row: Mapping[str, Any], why: str) -> tuple[PublishedFigure, ...]:
    """Return what is known of costs; a quotient only where every cost is known.

    Args:
        row: of `summed`.
        why: why a cost is not held, where none is.
    """
    held, unknown = row["deployments"], row["cost_unknown"]
    lines = row["cost_lines_unknown"]
    if row["cost"] is None and lines:
        known = f"0 of {counted(held, 'deployment')}"
        note = f"{counted(lines, 'line')} of cost entered, of which nothing is known"
        return (PublishedFigure("cost", "Cost in pounds", None, UNKNOWN, 0, known, note=note),)
    if row["cost"] is None:
        return (not_held("cost", "Cost in pounds", why, deployments=held),)
    known = held - unknown
    part = f"what is known so far, not all of it for {unknown:,}" if unknown else ""
    total = PublishedFigure(
        name="cost",
        says="Cost in pounds, as far as it is known",
        value=row["cost"],
        shown=f"{row['cost']:,.2f}",
        of=known,
        basis=f"{known:,} of {counted(held, 'deployment')} with all of its cost",
        note=part,
    )
    quotients = tuple(
        per_unit(
            f"cost_per_{one}",
            f"Cost in pounds for each {one}",
            row[f"cost_per_{one}"],
            of=row[below],
            basis=_over(row["cost"], "pounds", row[below], f"{one}s", above=",.2f"),
            form=",.2f",
            note="unknown while a cost is" if unknown else _not_of_all(row, *counts),
        )
        for one, below, counts in (
            ("deployment", "deployments", ()),
            ("alert", "total_alerts", ("total_alerts",)),
            ("arrest", "arrests", ("arrests",)),
        )
    )
    return (total, *quotients)


def _total(row: Mapping[str, Any], name: str, says: str, form: str = ",") -> PublishedFigure:
    held = row["deployments"]
    return total_of(
        name,
        says,
        row[name],
        known=held - row[f"{name}_unknown"],
        deployments=held,
        form=form,
    )


def _not_of_all(row: Mapping[str, Any], *names: str) -> str:
    """Return why a quotient is unknown, where a deployment does not say what it is made of."""
    silent = [
        f"{name.replace('_', ' ')} unknown for {counted(row[f'{name}_unknown'], 'deployment')}"
        for name in names
        if row[f"{name}_unknown"]
    ]
    return f"no quotient: {' and '.join(silent)}" if silent else ""


def _noted(figure: PublishedFigure, note: str) -> PublishedFigure:
    return replace(figure, note="; ".join(part for part in (figure.note, note) if part))


def _over(
    count: float | None,
    what: str,
    n: float | None,
    of_what: str,
    *,
    form: str = ",",
    above: str = ",",
) -> str:
    over = "unknown" if count is None else format(count, above)
    below = "unknown" if n is None else format(n, form)
    return f"{over} {what} over {below} {of_what}"
