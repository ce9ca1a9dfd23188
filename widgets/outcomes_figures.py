"""The large figures of the overview: counts, of how many, and how sure; unknown stays unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import dataframely as dy
import polars as pl

from widgets.managers_parts import (
    Part,
    cell,
    column,
    count_words,
    facts,
    headline,
    headlines,
    rate_words,
    table,
    threshold_cell,
    words,
)
from workbench.governance.deployment_outcomes import CAUTION
from workbench.outcomes import Findings, OutcomeRecords, deployments_above, summarise
from workbench.outcomes.at_worst import unsaid_at_worst
from workbench.rate_words import few_or_many, high_rate_words, low_rate_words

__all__ = ["NOT_SHOWN", "above_part", "cost_facts", "headline_parts"]

NOT_SHOWN: Final = (
    "What these figures do not show: whether crime went down, whether anybody was deterred, "
    "whether an arrest led to a charge, whether it would have been made without the cameras, and "
    "who the people were whose faces were seen. None of that was measured, and no figure here "
    "stands for it."
)
"""Stands on the page whatever is chosen."""

_Records = dy.DataFrame[OutcomeRecords]
_Sums = Mapping[str, Any]


def headline_parts(records: _Records, found: dy.DataFrame[Findings]) -> list[Part]:
    """Return the five figures, what is wrong with whole documents, and what none of it shows."""
    (sums,) = summarise(records).to_dicts()
    shown = headlines(
        "five", _deployments(sums), _faces(sums), _alerts(sums), _came_of_it(sums),
        _false_alerts(sums),
    )  # fmt: skip
    sources = records["source"].unique().implode()
    whole = found.filter(pl.col("record").is_null() & pl.col("source").is_in(sources))
    said = [f"{source}: {message}." for source, message in whole["source", "message"].iter_rows()]
    wrong = [words("documents", *said, mark="warn")] if said else []
    return [shown, *wrong, words("not-shown", NOT_SHOWN, mark="none"), words("caution", CAUTION)]


def above_part(records: _Records) -> list[Part]:
    """Return the deployments above 1 in 1,000, and what the sum over all of them would hide."""
    above = deployments_above(records)
    (sums,) = summarise(records).to_dicts()
    n, count = sums["false_of_faces_n"], sums["false_of_faces_count"]
    if not n:
        return [words("above", "No deployment here says both faces and false alerts.")]
    pooled = f"All together: {rate_words(count, n, 'faces seen')[0]}."
    of = f"of {count_words(sums['deployments'])} deployments"
    if above.is_empty():
        return [words("above", f"None {of} had more than 1 false alert in 1,000 faces. {pooled}")]
    hidden = count / n <= 0.001  # noqa: PLR2004 - the cap of the heading
    said = [f"{above.height} {of} had more than 1 false alert in 1,000 faces. {pooled}"]
    if hidden:
        said.append(
            "The sum is under 1 in 1,000 and does not show them: a rate over all is no rate of "
            "each place."
        )
    if maybe := int(above["may_be_under"].sum()):
        which = "each of them" if maybe == above.height else f"{maybe} of the {above.height}"
        said.append(
            f"The interval of {which} holds 1 in 1,000: so few false alerts neither show that a "
            "place was above it, nor that it was not."
        )
    columns = [
        column("place", "Place"),
        column("date", "Day", "date"),
        column("threshold", "Threshold", "number"),
        column("false_alerts", "False alerts", "number"),
        column("faces_seen", "Faces seen", "number"),
        column("rate", "False alerts of faces", "number"),
        column("interval", "95 % interval", "short"),
    ]
    rows = [
        [
            one["place"], one["date"], threshold_cell(one["threshold"]), one["false_alerts"],
            one["faces_seen"],
            cell(one["rate"], few_or_many(one["rate"])),
            f"{low_rate_words(one['low'])} to {high_rate_words(one['high'])}",
        ]
        for one in above.iter_rows(named=True)
    ]  # fmt: skip
    listed = table("above-rows", "Above 1 in 1,000", columns, rows, search=False)
    return [words("above", *said, mark="warn"), listed]


def cost_facts(records: _Records) -> Part:
    """Return what is known of the cost; one unknown cost leaves each cost of one unknown."""
    (sums,) = summarise(records).to_dicts()
    held, lacking = sums["deployments"], sums["cost_unknown"]
    known = "unknown" if sums["cost"] is None else f"£{sums['cost']:,.0f}"
    pairs = [
        ("Cost that is known", known),
        (
            "Deployments whose cost is not known to the last line",
            f"{count_words(lacking)} of {count_words(held)}",
        ),
    ]
    for one, name in (("deployment", "deployment"), ("alert", "alert"), ("arrest", "arrest")):
        value = sums[f"cost_per_{one}"]
        pairs.append((f"Cost for each {name}", "unknown" if value is None else f"£{value:,.0f}"))
    return facts("cost", pairs)


def _figure(title: str, count: int | None, lines: list[str], meaning: str) -> Part:
    sentences = [line[:1].upper() + line[1:] for line in lines]
    return headline(title, count_words(count), *sentences, meaning=meaning)


def _deployments(sums: _Sums) -> Part:
    hours, silent = sums["hours"], sums["hours_unknown"]
    lines = ["no hours are known" if hours is None else f"{hours:,.0f} hours in all"]
    if hours is not None and silent:
        lines[0] = f"{hours:,.0f} hours, of {count_words(sums['deployments'] - silent)} of them"
        lines.append(f"hours unknown of {count_words(silent)}")
    if sums["aborted"]:
        lines.append(f"{count_words(sums['aborted'])} more broken off, in no rate")
    meaning = (
        "Rows of the records that were carried out. A day with several places or cameras may have "
        "several rows."
    )
    return _figure("Deployments", sums["deployments"], lines, meaning)


def _faces(sums: _Sums) -> Part:
    ways = sums["counting_methods"]
    lines = ["estimates of faces, not people", *_unsaid(sums, "faces_seen")]
    if ways > 1:
        lines.append(f"counted in {ways} ways, so that no rate over all of them is of one kind")
    elif not ways:
        lines.append("how they were counted is unknown")
    meaning = (
        "How often the software saw a face. One person may be seen several times, and how faces "
        "are counted differs between times and forces."
    )
    mark = "warn" if ways != 1 else None
    return _figure("Faces seen", sums["faces_seen"], lines, meaning) | {"mark": mark}


def _alerts(sums: _Sums) -> Part:
    rate = sums["alerts_per_hour"]
    lines = [
        (
            f"true: {count_words(sums['true_alerts'])}, of which not confirmed "
            f"{_with_unknown(sums, 'true_unconfirmed')}"
        ),
        f"undecided: {_with_unknown(sums, 'unresolved')}",
        *_unsaid(sums, "total_alerts"),
    ]
    if rate is not None:
        lines.append(f"{rate:,.1f} an hour, where hours are known")
    meaning = (
        "How often the software called a face like one of the list. An alert says nothing about "
        "who somebody is; officers decide, and true is what they decided."
    )
    return _figure("Alerts", sums["total_alerts"], lines, meaning)


def _false_alerts(sums: _Sums) -> Part:
    faces = (sums["false_of_faces_count"], sums["false_of_faces_n"])
    alerts = (sums["false_of_alerts_count"], sums["false_of_alerts_n"])
    worst_faces = (sums["false_of_faces_worst_count"], sums["false_of_faces_worst_n"])
    worst_alerts = (sums["false_of_alerts_worst_count"], sums["false_of_alerts_worst_n"])
    lines = _unsaid(sums, "false_alerts")
    if unsaid := unsaid_at_worst(sums):
        lines.append(unsaid)
    worst = "At worst, were all undecided and unconfirmed ones false:"
    sides = [
        (
            "Of faces seen",
            [*rate_words(*faces, "faces seen"), worst, *rate_words(*worst_faces, "faces seen")],
        ),
        (
            "Of alerts",
            [*rate_words(*alerts, "alerts"), worst, *rate_words(*worst_alerts, "alerts")],
        ),
    ]
    if (ways := sums["counting_methods"]) > 1:
        sides[0][1].append(f"Of faces counted in {ways} ways: each has its own rate below")
    meaning = (
        "Alerts on somebody who is not the person of the list. Over faces: how often somebody who "
        "passes is taken for another. Over alerts: how often an alert is wrong. Both are of the "
        "same count, and neither says all. Intervals take faces for independent, which those of "
        "one deployment are not."
    )
    return _figure("False alerts", sums["false_alerts"], lines, meaning) | {"sides": sides}


def _came_of_it(sums: _Sums) -> Part:
    lines = [
        f"other disposals: {_with_unknown(sums, 'other_disposals')}",
        f"no action: {_with_unknown(sums, 'no_action')}",
        *_unsaid(sums, "arrests"),
    ]
    if (per := sums["faces_per_arrest"]) is not None:
        lines.insert(0, f"{count_words(per)} faces seen for each arrest")
    if (rate := sums["arrests_per_hour"]) is not None:
        lines.append(f"{rate:,.2f} arrests an hour, where hours are known")
    meaning = (
        "What officers did, by the record. An arrest is no charge and no conviction; and how many "
        "would have been made without the cameras is not known."
    )
    return _figure("Arrests", sums["arrests"], lines, meaning)


def _unsaid(sums: _Sums, name: str) -> list[str]:
    silent = sums[f"{name}_unknown"]
    return [f"unknown of {count_words(silent)} deployments"] if silent else []


def _with_unknown(sums: _Sums, name: str) -> str:
    silent = sums[f"{name}_unknown"]
    said = count_words(sums[name])
    if not silent:
        return said
    if silent == sums["deployments"]:
        return "unknown"
    return f"{said}, unknown of {count_words(silent)} deployments"
