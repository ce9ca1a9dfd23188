"""A deployment's record on its page: headline figures, the published columns, what rules find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final

import dataframely as dy
import polars as pl

from widgets.deployment_texts import (
    NOT_PUBLISHED,
    day_words,
    hours_words,
    pounds_words,
)
from widgets.managers_parts import (
    UNKNOWN,
    Part,
    cell,
    column,
    count_words,
    headline,
    headlines,
    rate_words,
    section,
    table,
    words,
)
from workbench.intervals import clopper_pearson
from workbench.number_words import percent
from workbench.outcomes.at_worst import false_at_worst, unsaid_of_record
from workbench.outcomes.authors import author_words
from workbench.outcomes.records import OutcomeRecords
from workbench.outcomes.rules import RULES, findings_of

__all__ = ["glance", "record_section"]

_Records = dy.DataFrame[OutcomeRecords]
_Row = Mapping[str, Any]

_CAUTION: Final = (
    "A count of one or two, with its street and its hour, may point at a person. A rate of so few "
    "false alerts says little: look at its interval."
)
_FACES_MEAN: Final = (
    "Faces that cameras saw, counted by software: the same person may count several times, and a "
    "face that was not found counts not at all. They are not people."
)
_FALSE_MEAN: Final = (
    "Alerts that people decided were not the person of the list, confirmed or not. The same number "
    "is a small share of faces and a larger one of alerts; neither alone says how good a search is."
)
_ALERT_MEAN: Final = (
    "How often the software said that a face is like one of the list. People decide on each alert; "
    "undecided is what nobody decided, or could."
)
_ARREST_MEAN: Final = (
    "Alerts that led to an arrest. It says nothing of charges or convictions, and nobody measures "
    "what the presence of cameras deters."
)
_SEVERITY: Final = {"error": "bad", "warning": "warn", "note": "rest"}


def glance(row: _Row, *, published: bool) -> Part:
    """Return the headline figures of a record."""
    alerts, false, faces = (row[name] for name in ("total_alerts", "false_alerts", "faces_seen"))
    undecided = row["unresolved"]
    true = row["true_alerts"]
    told = f"{count_words(true)} true, {count_words(false)} false"
    if undecided is not None:
        told += f", {undecided:,} undecided"
    method = row["counting_method"]
    return section(
        "glance",
        "At a glance",
        headlines(
            "figures",
            headline(
                "Faces seen",
                count_words(faces),
                f"counted as: {method}" if method else "how they were counted is unknown",
                f"in {hours_words(row['duration_minutes'])}"
                + (" of searching" if published else " of searching, all feeds added up"),
                meaning=_FACES_MEAN,
            ),
            headline("Alerts", count_words(alerts), told, meaning=_ALERT_MEAN),
            headline("False alerts", count_words(false), *_false_lines(row), meaning=_FALSE_MEAN),
            headline(
                "Arrests", count_words(row["arrests"]), *_came_lines(row), meaning=_ARREST_MEAN
            ),
            _cost(row, published=published),
        ),
        note=_CAUTION,
    )


def record_section(
    records: _Records, record: str, *, published: bool, notes: Sequence[str] = ()
) -> Part:
    """Return the record as published beside as recomputed, and what the rules find in it.

    Args:
        records: every version of every record; the rules look at its neighbours, too.
        record: names it.
        published: whether it is a published one, or of the bench.
        notes: what to know of it.
    """
    versions = records.filter(pl.col("record") == record).sort("version")
    first, last = versions.row(0, named=True), versions.row(-1, named=True)
    parts = [
        table(
            "columns",
            "The sixteen published columns",
            [
                column("column", "Column"),
                column("printed", "As published" if published else "As the bench would publish it"),
                column("recomputed", "As recomputed"),
            ],
            [list(one) for one in _columns(first, last, published=published)],
            note="Recomputed is what the other figures of the row make, or what a correction made "
            "it; — where nothing else in the row says it.",
            search=False,
        ),
        _findings(records, last),
    ]
    if notes:
        parts.insert(0, words("notes", *notes, mark="rest"))
    if len(versions) > 1:
        parts.append(
            words(
                "corrections",
                *(
                    f"Version {one['version']}, by {author_words(one['corrected_by'])}: "
                    f"{one['correction_reason']}"
                    for one in versions.iter_rows(named=True)
                    if one["version"] > 1
                ),
                title="Corrections",
            )
        )
    return section(
        "record",
        "The record, as published and as recomputed",
        *parts,
        note=f"Row {last['source_row']} of {last['source']}.",
    )


def _false_lines(row: _Row) -> list[str]:
    alerts, false, faces = (row[name] for name in ("total_alerts", "false_alerts", "faces_seen"))
    lines = [*rate_words(false, faces, "faces seen"), *rate_words(false, alerts, "alerts")]
    at_worst = false_at_worst(row)
    if at_worst != false:
        worst = rate_words(at_worst, alerts, "alerts")[0]
        lines.append(f"at worst, undecided and unconfirmed taken for false: {worst}")
    if unsaid := unsaid_of_record(row):
        lines.append(unsaid)
    return lines


def _came_lines(row: _Row) -> list[str]:
    alerts = row["total_alerts"]
    lines = [f"{count_words(row['arrests'])} of {count_words(alerts)} alerts"]
    others = f"other disposals {count_words(row['other_disposals'])}"
    lines.append(f"{others}, no action {count_words(row['no_action'])}")
    if row["false_alert_arrests"] is not None:
        lines.append(f"after a false alert: {row['false_alert_arrests']:,}")
    return lines


def _cost(row: _Row, *, published: bool) -> Part:
    cost, unknown = row["cost"], row["cost_lines_unknown"]
    if published and cost is None and unknown is None:
        return headline("Cost", NOT_PUBLISHED)
    if unknown:
        lines = f"{unknown:,} {'line' if unknown == 1 else 'lines'} unknown: this is no total"
        known = f"{pounds_words(cost)} known" if cost is not None else UNKNOWN
        return headline("Cost", known, lines, mark="warn")
    return headline("Cost", pounds_words(cost), "all lines known" if cost is not None else "")


def _columns(first: _Row, last: _Row, *, published: bool) -> list[tuple[object, object, object]]:
    """Return each published column: its name, what it says, and what the rest makes of it."""
    date_printed = first["date_printed"] or day_words(first["date"])
    duration = first["duration_printed"] or hours_words(first["duration_minutes"])
    use = first["use_case"] or first["purpose"]
    threshold = first["threshold"]
    unit = f" ({first['matcher']})" if first["matcher"] else ""

    def counted(title: str, name: str) -> tuple[str, object, object]:
        return title, count_words(first[name]), _changed(first, last, name)

    shown: list[tuple[str, object, object]] = [
        ("Deployment location", first["place"], _changed(first, last, "place")),
        ("Date", date_printed, _changed(first, last, "date") or day_words(last["date"])),
        ("Duration", duration, hours_words(last["duration_minutes"])),
        ("Purpose or use case", use or UNKNOWN, _changed(first, last, "use_case", "purpose")),
        counted("Watchlist size", "watchlist_size"),
        (
            "Minimum threshold",
            UNKNOWN if threshold is None else f"{threshold:.2f}{unit}",
            _changed(first, last, "threshold"),
        ),
        ("Total alerts", count_words(first["total_alerts"]), _alerts_made(last)),
        counted("True alerts, confirmed", "true_confirmed"),
        counted("True alerts, unconfirmed", "true_unconfirmed"),
        counted("False alerts, confirmed", "false_confirmed"),
        counted("False alerts, unconfirmed", "false_unconfirmed"),
        ("False alert rate", _rate_said(first, published=published), _rate_made(last)),
        counted("Arrests", "arrests"),
        counted("Other disposals", "other_disposals"),
        ("No action", count_words(first["no_action"]), _came_made(last)),
        counted("Faces seen, estimate", "faces_seen"),
    ]
    return [(name, said, made or "—") for name, said, made in shown]


def _changed(first: _Row, last: _Row, *names: str) -> str:
    """Return a value that a correction made another; empty where none did."""
    for name in names:
        if first[name] != last[name]:
            value = last[name]
            if isinstance(value, date):
                return f"{day_words(value)}, corrected"
            said = count_words(value) if isinstance(value, int | None) else str(value)
            return f"{said}, corrected"
    return ""


def _alerts_made(row: _Row) -> object:
    parts = [row["true_alerts"], row["false_alerts"]]
    if None in parts:
        return ""
    undecided = row["unresolved"] or 0
    total = sum(parts) + undecided
    words_ = f"{parts[0]:,} true + {parts[1]:,} false"
    words_ += f" + {undecided:,} undecided = {total:,}" if undecided else f" = {total:,}"
    return cell(total, words_, mark=None if total == row["total_alerts"] else "bad")


def _rate_said(row: _Row, *, published: bool) -> str:
    """Return the printed rate; of one of the bench the rate that it would print, rounded."""
    false, faces = row["false_alerts"], row["faces_seen"]
    if published or false is None or not faces or false > faces:
        return row["false_alert_rate_printed"] or "not printed"
    return percent(Fraction(false, faces)).replace(" ", "")


def _rate_made(row: _Row) -> object:
    false, faces = row["false_alerts"], row["faces_seen"]
    if false is None or not faces or false > faces:
        return UNKNOWN
    low, high = (percent(end) for end in clopper_pearson(false, faces))
    rate = percent(Fraction(false, faces))
    said = f"{false:,} of {faces:,} = {rate} (95 % interval {low} to {high})"
    return cell(false / faces, said)


def _came_made(row: _Row) -> object:
    parts = [row[name] for name in ("arrests", "other_disposals", "no_action")]
    total = row["total_alerts"]
    if None in parts or total is None:
        return ""
    made = sum(parts)
    rest = total - made
    said = f"arrests, other disposals and no action make {made:,} of {total:,} alerts"
    if rest > 0:
        said += f"; {rest:,} have no outcome on record"
    return cell(made, said, mark=None if made == total else "warn")


def _findings(records: _Records, row: _Row) -> Part:
    said = {one.name: one.says for one in RULES}
    found = findings_of(records).filter(
        (pl.col("record") == row["record"])
        | (pl.col("record").is_null() & (pl.col("source") == row["source"]))
    )
    return table(
        "findings",
        "What the rules find",
        [
            column("severity", "How grave"),
            column("column", "Column"),
            column("what", "What is found"),
            column("rule", "What is looked for"),
        ],
        [
            [
                cell(one["severity"], one["severity"], mark=_SEVERITY[one["severity"]]),
                (one["column"] or "several").replace("_", " "),
                one["message"]
                + ("" if one["record"] else " (this is of the whole document it comes from)"),
                said[one["rule"]],
            ]
            for one in found.iter_rows(named=True)
        ],
        note="An error cannot be true as it stands, a warning misleads or is probably a slip, a "
        "note is to be known. Nothing is changed by them.",
        empty=f"None of the {len(RULES)} rules finds anything in this record.",
        search=False,
    )
