"""The overview's tables: rates by what one asks for, all deployments, findings, and sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import dataframely as dy
import polars as pl

from widgets.managers_parts import Part, cell, column, rate_words, table, threshold_cell
from widgets.outcomes_choices import GROUPS
from workbench.outcomes import EXAMPLE_SOURCES, RULES, Findings, OutcomeRecords, summarise
from workbench.rate_words import few_or_many

__all__ = [
    "MOST_ROWS",
    "deployment_table",
    "finding_table",
    "rate_table",
    "source_table",
    "sum_table",
]

_Records = dy.DataFrame[OutcomeRecords]
MOST_ROWS: Final = 5_000
"""What a browser is given of a table; figures are always of all records."""
_WORST: Final = ("error", "warning", "note")
_MARKS: Final[Mapping[str, str]] = {"error": "bad", "warning": "warn", "note": "none"}
_UNCOMPARED: Final = ("record", "version", "corrected_by", "correction_reason")
_MIXED: Final = (
    "Rows in which faces were counted in several ways are marked: their rate over faces is of no "
    "one kind. Where the way changes from row to row, rows are not to be compared by that rate."
)
_THRESHOLD: Final = (
    " Thresholds may change in the same months as the way of counting: a difference between rows "
    "is no effect of the threshold."
)

_DEPLOYMENT: Final = (
    column("place", "Place"),
    column("date", "Day", "date"),
    column(
        "checks", "Checks", "long",
        meaning="What rules found in this record; they change nothing. An error cannot be true "
        "as it stands, a warning misleads or is probably a slip, a note is to be known.",
    ),
    column("force", "Force"),
    column("use_case", "Use case or purpose", meaning="As the source prints it.", paper=False),
    column("watchlist_size", "List size", "number", paper=False),
    column(
        "threshold", "Threshold", "number",
        meaning="The least score of an alert, in the unit of that force's matcher alone.",
    ),
    column("faces_seen", "Faces seen", "number", meaning="Estimates of faces, not people."),
    column("total_alerts", "Alerts", "number"),
    column("false_alerts", "False alerts", "number"),
    column("false_of_faces", "False of faces", "number"),
    column("arrests", "Arrests", "number"),
    column("other_disposals", "Other disposals", "number"),
    column("no_action", "No action", "number"),
    column("hours", "Hours", "number", paper=False),
    column(
        "version", "Version",
        meaning="1 is as printed; each correction is one more, and what was printed stays.",
    ),
    column("source", "Source, row", "long", paper=False),
)  # fmt: skip
_FORCE: Final = 3
"""The place of the column that says nothing where there is one force."""


def rate_table(records: _Records, group: str) -> Part:
    """Return counts and both rates of each group.

    Args:
        records: newest versions.
        group: of `GROUPS`.
    """
    sums = summarise(records, [group]).filter(pl.col("deployments") > 0)
    note = _MIXED + (_THRESHOLD if group == "threshold" else "")
    said = GROUPS[group]
    return sum_table("rates-by", f"Rates by {said}", group, sums, note=note)


def sum_table(
    name: str, title: str, group: str, sums: pl.DataFrame, *, note: str | None = None
) -> Part:
    """Return a table of what `summarise` gave for one grouping."""
    columns = [
        column(group, GROUPS.get(group, group).capitalize()),
        column("deployments", "Deployments", "number"),
        column("faces_seen", "Faces seen", "number"),
        column("total_alerts", "Alerts", "number"),
        column("false_alerts", "False alerts", "number"),
        column("false_of_faces", "False of faces seen", "number"),
        column("false_of_faces_interval", "95 % interval", "short"),
        column("false_of_alerts", "False of alerts", "number"),
        column("false_of_alerts_interval", "95 % interval", "short"),
        column("arrests", "Arrests", "number"),
        column("faces_per_arrest", "Faces for an arrest", "number"),
        column("counting_methods", "Ways of counting", "number"),
    ]
    rows = [
        [
            _group_words(one[group], group),
            *(one[key] for key in ("deployments", "faces_seen", "total_alerts", "false_alerts")),
            *_rate(one, "false_of_faces", "faces"),
            *_rate(one, "false_of_alerts", "alerts"),
            one["arrests"],
            _whole(one["faces_per_arrest"]),
            _ways(one["counting_methods"]),
        ]
        for one in sums.iter_rows(named=True)
    ]
    return table(name, title, columns, rows, note=note, search=False)


def deployment_table(
    all_versions: _Records, records: _Records, found: dy.DataFrame[Findings]
) -> Part:
    """Return a row a record, with what was found in it and what was put right since."""
    worst = _worst_of_each(found)
    changes = _changes(all_versions, records)
    ordered = records.sort("date", "source", "source_row", descending=[True, False, False])
    note = "The newest version of each record. The filters above filter this table, too."
    if ordered.height > MOST_ROWS:
        note += f" Here are the newest {MOST_ROWS:,} of {ordered.height:,}: narrow it above."
    rows = [
        _deployment_row(one, worst.get(one["record"]), changes.get(one["record"]))
        for one in ordered.head(MOST_ROWS).iter_rows(named=True)
    ]
    columns = list(_DEPLOYMENT)
    if records["force"].n_unique() == 1:
        columns.pop(_FORCE)
        for row in rows:
            row.pop(_FORCE)
    return table(
        "deployments", "Deployments", columns, rows, note=note,
        empty="No record agrees with what was chosen above.",
    )  # fmt: skip


def finding_table(found: dy.DataFrame[Findings], records: _Records) -> Part:
    """Return each rule that found something in the records, and in how many of them."""
    names, sources = records["record"].implode(), records["source"].unique().implode()
    here = found.filter(
        pl.when(pl.col("record").is_null())
        .then(pl.col("source").is_in(sources))
        .otherwise(pl.col("record").is_in(names))
    )
    columns = [
        column("severity", "How bad"),
        column("says", "What is looked for", "long"),
        column("count", "Times not so", "number"),
        column("message", "For example", "long"),
    ]
    rows = []
    for rule in sorted(RULES, key=lambda one: _WORST.index(one.severity)):
        of_rule = here.filter(pl.col("rule") == rule.name)
        if of_rule.height:
            first = of_rule.row(0, named=True)
            row = "" if first["source_row"] is None else f", row {first['source_row']}"
            said = f"{first['source']}{row}: {first['message']}"
            severity = cell(rule.severity, rule.severity, mark=_MARKS[rule.severity])
            rows.append([severity, rule.says, of_rule.height, said])
    return table(
        "findings", "What the checks found", columns, rows, search=False,
        note="Rules look for figures that cannot be true or mislead. They change no figure.",
        empty="No rule found anything.",
    )  # fmt: skip


def source_table(records: _Records) -> Part:
    """Return the documents and benches that the records are of."""
    published = {one.title: one.published for one in EXAMPLE_SOURCES}
    columns = [
        column("source", "Source"),
        column("force", "Force"),
        column("records", "Records", "number"),
        column("first", "First day", "date"),
        column("last", "Last day", "date"),
        column("made", "Document of"),
    ]
    of_each = (
        records.group_by("source", "force")
        .agg(
            pl.len().alias("records"),
            pl.col("date").min().alias("first"),
            pl.col("date").max().alias("last"),
        )
        .sort("first")
    )
    rows = [[*row, published.get(row[0], "unknown")] for row in of_each.iter_rows()]
    return table("sources", "Sources", columns, rows, search=False)


def _deployment_row(
    one: Mapping[str, Any], worst: tuple[str, str] | None, changed: str | None
) -> list[object]:
    place = one["place"] if one["site"] is None else f"{one['place']} ({one['site']})"
    link = f"51_deployment.ipynb#deployment={quote(one['record'], safe='')}"
    said = place if one["state"] == "completed" else f"{place}, broken off"
    false, faces = one["false_alerts"], one["faces_seen"]
    rate = None if false is None or not faces or false > faces else false / faces
    minutes = one["duration_minutes"]
    severity, message = worst or ("", "")
    checks = (
        cell("", "nothing found")
        if worst is None
        else cell(f"{severity}: {message}", f"{severity}: {message}", mark=_MARKS[severity])
    )
    version = one["version"]
    if changed is not None:
        version = cell(version, f"{version}: {changed}", mark="rest")
    return [
        cell(place, said, link=link), one["date"], checks, one["force"],
        one["use_case"] or one["purpose"], one["watchlist_size"], threshold_cell(one["threshold"]),
        faces, one["total_alerts"], false,
        cell(rate, "unknown" if rate is None else few_or_many(rate)),
        one["arrests"], one["other_disposals"], one["no_action"],
        None if minutes is None else round(minutes / 60, 2), version,
        f"{one['source']}, {one['source_row']}",
    ]  # fmt: skip


def _worst_of_each(found: dy.DataFrame[Findings]) -> dict[str, tuple[str, str]]:
    """Return for each record the worst that was found, and how much more there is."""
    kept: dict[str, list[tuple[int, str]]] = {}
    for record, severity, message in found.select("record", "severity", "message").iter_rows():
        if record is not None:
            kept.setdefault(record, []).append((_WORST.index(severity), message))
    worst = {}
    for record, some in kept.items():
        some.sort(key=lambda one: one[0])
        more = f" (and {len(some) - 1} more)" if len(some) > 1 else ""
        worst[record] = (_WORST[some[0][0]], some[0][1] + more)
    return worst


def _changes(all_versions: _Records, records: _Records) -> dict[str, str]:
    """Return what was printed of what was put right since, and why, of each record that was."""
    corrected = records.filter(pl.col("version") > 1)
    printed = all_versions.filter(pl.col("version") == 1)
    found = {}
    for now in corrected.iter_rows(named=True):
        was = printed.row(by_predicate=pl.col("record") == now["record"], named=True)
        parts = [
            f"{name} {_said(was[name])} as printed, now {_said(now[name])}"
            for name in was
            if name not in _UNCOMPARED and was[name] != now[name]
        ]
        found[now["record"]] = f"{'; '.join(parts)}. {now['correction_reason']}"
    return found


def _rate(one: Mapping[str, Any], name: str, of: str) -> tuple[object, str]:
    rate = one[name]
    interval = rate_words(one[f"{name}_count"], one[f"{name}_n"], of)[1]
    return (
        cell(rate, "unknown" if rate is None else few_or_many(rate)),
        interval.removeprefix("95 % interval: "),
    )


def _ways(many: int) -> object:
    return cell(many, f"{many}, mixed", mark="warn") if many > 1 else many


def _whole(value: float | None) -> object:
    return cell(value, "none arrested or unknown" if value is None else f"{value:,.0f}")


def _group_words(value: object, group: str) -> object:
    if value is None:
        return cell(None, "unknown")
    if isinstance(value, float):
        return threshold_cell(value)
    if group == "month":
        return cell(value, f"{value:%B %Y}")
    return cell(value, str(value))


def _said(value: object) -> str:
    return "unknown" if value is None else str(value)
