"""`workbench outcomes import|check|correct|summary`: published tables of deployments, and records.

None of them opens a bench: what forces publish is nobody's personal data.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.console import example, say, say_json
from workbench.cli.options import AsJson, Force
from workbench.cli.outputs import require_apart, require_free_file
from workbench.cli.tables import show_pairs, show_table
from workbench.cli.whole_files import write_whole
from workbench.errors import InputError, UsageError
from workbench.number_words import percent

if TYPE_CHECKING:
    import dataframely as dy
    import polars as pl

    from workbench.outcomes import OutcomeRecords

__all__ = ["add_to"]

_Records = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[RECORDS]...", help="Files of `outcomes import`; the published example if none."
    ),
]
_Output = Annotated[
    Path, typer.Option("--output", "-o", readable=False, help="File for the records (.parquet).")
]

_MOST_NAMED = 3
"""Forces that a refusal names."""


def add_to(app: typer.Typer) -> None:
    """Add the commands to `workbench outcomes`."""
    app.command(
        "import",
        epilog=example(
            "workbench outcomes import grid.csv --police-force 'A force' --title 'Grid 2026' "
            "-o grid.parquet"
        ),
    )(import_table)
    app.command("check", epilog=example("workbench outcomes check grid.parquet"))(check)
    app.command(
        "correct",
        epilog=example(
            "workbench outcomes correct grid.parquet --record 'Grid 2026#7' --set date=2026-07-11 "
            "--author 'A. Analyst' --reason 'the log of the day' -o corrected.parquet"
        ),
    )(correct)
    app.command("summary", epilog=example("workbench outcomes summary --by year"))(summary)


def import_table(
    table: Annotated[
        Path, typer.Argument(help="CSV, XLSX, or text copied of a PDF (.txt).", readable=False)
    ],
    *,
    police_force: Annotated[str, typer.Option(help="Whose deployments they are.")],
    title: Annotated[str, typer.Option(help="Title of the document, as records name it.")],
    output: _Output,
    mapping: Annotated[
        Path | None,
        typer.Option(help="JSON file that says which column is which.", readable=False),
    ] = None,
    keep_mapping: Annotated[
        Path | None,
        typer.Option(help="New file for the mapping that was used.", readable=False),
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of a spreadsheet.")] = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Read a published table of deployments; whole, or not at all.

    Counts may have thousands set off, durations may be written 5h03m, 4hr 47m or 5h40, days
    DD/MM/YY. A cell that cannot be read is named with its row and column.
    """
    from workbench.outcomes import (  # noqa: PLC0415 - keeps `--help` quick
        guess_mapping,
        import_outcomes,
        read_mapping,
        read_printed_table,
        write_mapping,
    )
    from workbench.outcomes.files import records_bytes  # noqa: PLC0415 - keeps `--help` quick

    _require_parquet(output, table, mapping, force=force)
    printed = read_printed_table(table, sheet=sheet)
    used = guess_mapping(printed.headings) if mapping is None else read_mapping(mapping)
    read = import_outcomes(printed, used, force=police_force, source=title)
    problems = read.problems.to_dicts()
    if not as_json:
        for one in problems:
            say(f"row {one['row']}, {one['column']}: {one['value']!r}: {one['message']}")
    records = read.records
    if keep_mapping is not None:
        try:
            write_mapping(used, keep_mapping)
        except OSError as error:
            msg = f"{keep_mapping} cannot be written ({error.strerror or error}). Name a new file."
            raise InputError(msg) from None
    write_whole(records_bytes(records), output)
    unread = [one for one in printed.headings if one not in used.columns.values()]
    if as_json:
        say_json(
            {
                "records": str(output),
                "rows": len(records),
                "not_read": unread,
                "problems": problems,
            }
        )
        return
    if unread:
        say(f"not read: {', '.join(unread)}")
    say(f"{output}: {len(records):,} records written; look at them with `workbench outcomes check`")


def check(
    records: _Records = None,
    *,
    rule: Annotated[str | None, typer.Option(help="Show each finding of this rule alone.")] = None,
    as_json: AsJson = False,
) -> None:
    """Look for figures that do not add up, rates that were cut off, slips of dates and sizes.

    Shows how often each rule found something, and every error. Nothing is changed.
    """
    from workbench.outcomes import RULES, findings_of  # noqa: PLC0415 - keeps `--help` quick

    rules = tuple(one for one in RULES if rule in {None, one.name})
    if not rules:
        msg = f"there is no rule {rule!r}. Use {', '.join(one.name for one in RULES)}."
        raise UsageError(msg)
    found = findings_of(_read(records), rules)
    if as_json:
        say_json({"findings": found.to_dicts()})
        return
    rows = [
        (one["severity"], _row(one), one["message"])
        for one in found.iter_rows(named=True)
        if rule or one["severity"] == "error"
    ]
    if rows:
        show_table(("how bad", "where", "what"), rows)
    counts = dict(found.group_by("rule").len().iter_rows())
    show_table(
        ("rule", "how bad", "found", "what is looked for"),
        [(one.name, one.severity, f"{counts.get(one.name, 0):,}", one.says) for one in rules],
    )


def correct(
    records: Annotated[Path, typer.Argument(help="File of records.", readable=False)],
    *,
    record: Annotated[str, typer.Option(help="Which record.")],
    changes: Annotated[
        list[str],
        typer.Option("--set", metavar="COLUMN=VALUE", help="What it is; nothing for unknown."),
    ],
    author: Annotated[str, typer.Option(help="Who puts it right.")],
    reason: Annotated[str, typer.Option(help="Why, and by what evidence.")],
    output: _Output,
    force: Force = False,
) -> None:
    """Put one record right: a new version with who and why beside it; the old one stays."""
    from workbench.outcomes import Correction  # noqa: PLC0415 - keeps `--help` quick
    from workbench.outcomes import correct as corrected  # noqa: PLC0415 - keeps `--help` quick
    from workbench.outcomes.files import read_records, records_bytes  # noqa: PLC0415 - likewise

    _require_parquet(output, records, force=force)
    held = read_records(records)
    values = dict(_change(one, held) for one in changes)
    made = corrected(held, Correction(record, values, author, reason))
    write_whole(records_bytes(made), output)
    say(f"{output}: {record} has {(made['record'] == record).sum():,} versions now")


def summary(
    records: _Records = None,
    *,
    by: Annotated[
        list[str] | None,
        typer.Option(
            help="year, month, force, source, place, use_case, threshold, counting_method."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Sum deployments up: counts, both false alert rates with their intervals, and the unknown."""
    from workbench.outcomes import summarise  # noqa: PLC0415 - keeps `--help` quick

    by = by or []
    read = _read(records)
    forces = read["force"].unique().sort().to_list()
    if len(forces) > 1 and "force" not in by:
        msg = (
            f"the records are of {len(forces):,} forces ({', '.join(forces[:_MOST_NAMED])}), whose "
            "figures are never added up. Say --by force."
        )
        raise UsageError(msg)
    summed = summarise(read, by)
    if as_json:
        say_json({"by": by, "groups": summed.to_dicts()})
        return
    for number, one in enumerate(summed.iter_rows(named=True)):
        if number:
            say("")
        show_pairs([(name, one[name]) for name in by] + _told(one))


def _told(one: dict[str, Any]) -> list[tuple[str, object]]:
    """Return a group in words."""
    from workbench.outcomes.at_worst import unsaid_at_worst  # noqa: PLC0415 - quick `--help`

    methods = one["counting_methods"]
    return [
        ("deployments", f"{one['deployments']:,}, and {one['aborted']:,} broken off"),
        ("faces seen", _sum(one, "faces_seen")),
        (
            "  counted in",
            f"{methods:,} ways, so that rates of faces mix them" if methods > 1 else None,
        ),
        ("hours", _sum(one, "hours", ",.1f")),
        ("alerts", _sum(one, "total_alerts")),
        ("  an hour", _hourly(one, "alerts")),
        ("true alerts", _sum(one, "true_alerts")),
        ("  never confirmed", _sum(one, "true_unconfirmed")),
        ("unresolved", _sum(one, "unresolved")),
        ("false alerts", _sum(one, "false_alerts")),
        ("  of faces seen", _rate(one, "false_of_faces")),
        ("  at worst", _rate(one, "false_of_faces_worst")),
        ("  of alerts", _rate(one, "false_of_alerts")),
        ("  at worst", _rate(one, "false_of_alerts_worst")),
        ("  caution", unsaid_at_worst(one) or None),
        ("arrests", _sum(one, "arrests")),
        ("  an hour", _hourly(one, "arrests")),
        ("other disposals", _sum(one, "other_disposals")),
        ("no action", _sum(one, "no_action")),
        ("faces per arrest", _each(one, "faces_per_arrest", "arrests", ",.0f")),
        ("cost, pounds", _sum(one, "cost", ",.2f")),
        ("  a deployment", _each(one, "cost_per_deployment", "deployments", ",.2f")),
        ("  an alert", _each(one, "cost_per_alert", "total_alerts", ",.2f")),
        ("  an arrest", _each(one, "cost_per_arrest", "arrests", ",.2f")),
    ]


def _sum(one: dict[str, Any], name: str, form: str = ",") -> str:
    unknown, value = one[f"{name}_unknown"], one[name]
    if value is None:
        return "unknown"
    return format(value, form) + (f", unknown for {unknown:,} of them" if unknown else "")


def _each(one: dict[str, Any], name: str, of: str, form: str) -> str:
    """Return a quotient; `unknown` where something that it is made of is."""
    if one[name] is not None:
        return format(one[name], form)
    return "none to count" if one[of] == 0 and not one.get(f"{of}_unknown") else "unknown"


def _hourly(one: dict[str, Any], name: str) -> str:
    value = one[f"{name}_per_hour"]
    if value is None:
        return "unknown"
    return f"{value:,.2f} ({one[f'timed_{name}']:,} in {one[f'{name}_hours']:,.1f} hours known)"


def _rate(one: dict[str, Any], name: str) -> str:
    count, n, rate = one[f"{name}_count"], one[f"{name}_n"], one[name]
    if rate is None:
        return "not known"
    low, high = (percent(one[f"{name}_{end}"]) for end in ("low", "high"))
    return f"{count:,} of {n:,}: {percent(Fraction(count, n))} (95 % interval {low} to {high})"


def _row(one: dict[str, Any]) -> str:
    where = "whole document" if one["source_row"] is None else f"row {one['source_row']}"
    return f"{one['source']}, {where}"


def _change(text: str, held: pl.DataFrame) -> tuple[str, object]:
    """Read `column=value`.

    Raises:
        UsageError: when it is not of that form.
        InputError: when the value cannot stand in the column.
    """
    import polars as pl  # noqa: PLC0415 - keeps `--help` quick

    name, apart, value = text.partition("=")
    if not apart:
        msg = f"--set {text!r} says no value. Write COLUMN=VALUE."
        raise UsageError(msg)
    if name not in held.columns or not value:
        return name, value or None
    text_of, kind = pl.Series([value]), held.schema[name]
    try:
        if kind == pl.Date:
            return name, text_of.str.to_date("%Y-%m-%d").item()
        if kind.is_temporal():
            return name, text_of.str.to_datetime("%Y-%m-%dT%H:%M%#z", time_zone="UTC").item()
        return name, text_of.cast(kind).item()
    except pl.exceptions.PolarsError:
        form = " Write a day as 2026-07-11, a time as 2026-07-11T12:00Z." * kind.is_temporal()
        msg = f"--set {text!r}: {value!r} cannot stand in {name} ({kind}).{form}"
        raise InputError(msg) from None


def _read(paths: list[Path] | None) -> dy.DataFrame[OutcomeRecords]:
    from workbench.outcomes import met_deployments  # noqa: PLC0415 - keeps `--help` quick
    from workbench.outcomes.files import joined_records, read_records  # noqa: PLC0415 - likewise

    if not paths:
        return met_deployments()
    return joined_records([(str(path), read_records(path)) for path in paths])


def _require_parquet(output: Path, *inputs: Path | None, force: bool) -> None:
    if output.suffix.lower() not in {".parquet", ".pq"}:
        msg = f"{output}: records are kept in a file that ends in .parquet. Name such a one."
        raise UsageError(msg)
    require_free_file(output, force=force)
    require_apart(output, *inputs)
