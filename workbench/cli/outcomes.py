"""`workbench outcomes`: what came of deployments, in counts, and nobody."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli import outcome_export, outcome_scores, outcome_tables
from workbench.cli.console import example, say, say_json
from workbench.cli.deployment_show import said_number, said_rate
from workbench.cli.documents import day
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption
from workbench.cli.tables import show_pairs, show_table
from workbench.errors import UsageError
from workbench.number_words import percent

if TYPE_CHECKING:
    from workbench.bench.outcomes import OutcomeReport
    from workbench.governance.costs import Costs
    from workbench.governance.deployment_counts import DeploymentCounts, Rate
    from workbench.governance.deployment_outcomes import DeploymentOutcome, OutcomeTotals

__all__ = ["app"]

_NOTHING = "nothing was searched"
app = typer.Typer(name="outcomes", rich_markup_mode="rich")


@app.callback(
    invoke_without_command=True,
    epilog=example(
        "workbench outcomes --from 2026-11-01 --to 2026-11-30", "workbench outcomes --json"
    ),
)
def outcomes(
    context: typer.Context,
    *,
    first: Annotated[
        date | None,
        typer.Option(
            "--from", parser=day, metavar="DAY", help="Only deployments that began on it or later."
        ),
    ] = None,
    last: Annotated[
        date | None,
        typer.Option(
            "--to", parser=day, metavar="DAY", help="Only deployments that began on it or before."
        ),
    ] = None,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Show what came of deployments: counts, rates with their intervals, costs, and nobody.

    Days are those of UTC. It is for those who see no alert and nobody of a list.
    """
    if context.invoked_subcommand is not None:
        if first or last or bench or as_json:
            msg = f"options of {context.invoked_subcommand} stand behind its name. Move them there."
            raise UsageError(msg)
        return
    with opened(bench) as workbench:
        report = workbench.outcomes.read(first, last)
    if as_json:
        say_json(report.shown())
    else:
        _show(report)


app.command("alert-scores", epilog=outcome_scores.EXAMPLE)(outcome_scores.alert_scores)
app.command("export", epilog=outcome_export.EXAMPLE)(outcome_export.export)
outcome_tables.add_to(app)


def _show(report: OutcomeReport) -> None:
    from workbench.governance.deployment_outcomes import CAUTION  # noqa: PLC0415 - quick `--help`

    if report.deployments:
        show_table(
            ("deployment", "searched", "alerts", "false of\nfaces seen", "came of it"),
            [_row(one) for one in report.deployments],
        )
    show_pairs(
        [
            ("marked", report.category),
            ("from", report.period.plain()["from"]),
            ("to", report.period.plain()["to"]),
            *_totals(report.totals),
        ]
    )
    # Apart from the others, so that a hash stands whole on 80 columns.
    show_pairs([("log", f"{report.head.seq}: {report.head.hash}")])
    if report.applications:
        one = report.applications == 1
        what = "application is" if one else "applications are"
        whom = "it was" if one else "they were"
        say(f"{report.applications:,} {what} not shown: {whom} never authorised.")
    say(CAUTION)


def _row(one: DeploymentOutcome) -> tuple[str, ...]:
    return tuple(
        "\n".join(lines)
        for lines in (
            (
                one.reference,
                one.place,
                one.town,
                f"{one.starts:%Y-%m-%d %H:%M} to",
                f"{one.ended or one.ends:%Y-%m-%d %H:%M} UTC",
                one.state,
            ),
            (
                *_searched(one),
                "no list" if one.list_references is None else f"list {one.list_references:,}",
                *one.feeds,
            ),
            _alerts(one.counts),
            _narrow(one.counts.false_of_faces.best),
            (
                *_came_of_it(one.counts),
                *_cost(one.costs),
            ),
        )
    )


def _searched(one: DeploymentOutcome) -> tuple[str, ...]:
    if not one.searches:
        return ("not searched",)
    return (_minutes(one.searched_minutes), f"{said_number(one.counts.faces_seen)} faces")


def _cost(costs: Costs) -> tuple[str, ...]:
    """Return what is known of costs, and of how many lines nothing is."""
    if costs.unknown == len(costs.lines):
        return ("cost unknown",)
    lines = "line" if costs.unknown == 1 else "lines"
    unknown = [f"{costs.unknown:,} {lines} unknown"] if costs.unknown else []
    return (f"cost {costs.known}", *unknown)


def _minutes(value: float | None) -> str:
    return "unknown min" if value is None else f"{value:,.1f} min"


def _alerts(counts: DeploymentCounts) -> tuple[str, ...]:
    return (
        f"{counts.alerts:,} in all",
        f"{counts.true:,} true",
        f"{counts.false:,} false",
        f"{counts.undecided:,} undecided",
        *([f"({counts.destroyed_undecided:,} destroyed)"] if counts.destroyed_undecided else []),
    )


def _came_of_it(counts: DeploymentCounts) -> tuple[str, ...]:
    return (
        f"{counts.engagements:,} engaged",
        f"{counts.engagement_minutes:,.10g} min",
        f"{counts.outcomes.arrest:,} arrested",
        f"{counts.outcomes.other_disposal:,} other",
        f"{counts.outcomes.no_action:,} no action",
    )


def _totals(totals: OutcomeTotals) -> list[tuple[str, object]]:
    counts = totals.counts
    return [
        ("deployments", f"{totals.deployments:,}, {totals.searched:,} of them searched"),
        ("minutes searched", _minutes_of(totals)),
        ("faces seen", _faces_of(totals)),
        ("alerts", f"{counts.alerts:,}, those on the blue list apart"),
        ("  true", f"{counts.true:,}, {counts.true_confirmed:,} of them confirmed"),
        ("  false", f"{counts.false:,}, {counts.false_confirmed:,} of them confirmed"),
        ("  undecided", f"{counts.undecided:,}, {counts.open:,} of them still open"),
        ("  destroyed undecided", f"{counts.destroyed_undecided:,}, counted as undecided"),
        ("false of faces seen", said_rate(totals.false_of_faces.best, "faces")),
        ("  at worst", said_rate(totals.false_of_faces.severest, "faces")),
        ("false of alerts", said_rate(counts.false_of_alerts.best, "alerts")),
        ("  at worst", said_rate(counts.false_of_alerts.severest, "alerts")),
        ("engagements", f"{counts.engagements:,}, {counts.stops:,} of them stops"),
        ("  minutes", f"{counts.engagement_minutes:,.10g}"),
        ("arrests", f"{counts.outcomes.arrest:,}"),
        ("other disposals", f"{counts.outcomes.other_disposal:,}"),
        ("no action", f"{counts.outcomes.no_action:,}"),
        ("no outcome on record", f"{counts.outcomes.without_outcome:,}"),
        (
            "costs, pounds",
            _costs_of(totals),
        ),
    ]


def _narrow(rate: Rate) -> tuple[str, ...]:
    """Return a rate in short lines."""
    if rate.rate is None:
        return (f"{rate.count:,} of", "unknown")
    low, high = (percent(end) for end in rate.interval)
    return (f"{rate.count:,} of", f"{rate.n:,}", percent(rate.rate), f"{low} to", high)


def _minutes_of(totals: OutcomeTotals) -> str:
    if not totals.searched:
        return _NOTHING
    return _known(f"{totals.searched_minutes:,.1f}", totals.minutes_unknown)


def _faces_of(totals: OutcomeTotals) -> str:
    if not totals.searched:
        return _NOTHING
    if totals.counted.faces_seen is None:
        return said_number(None)
    return _known(said_number(totals.counted.faces_seen), totals.faces_unknown)


def _costs_of(totals: OutcomeTotals) -> str | None:
    if not totals.searched:
        return None
    said = _known(str(totals.cost_known), totals.cost_unknown)
    lines = totals.cost_lines_unknown
    return said + (f" ({lines:,} {'line' if lines == 1 else 'lines'})" if lines else "")


def _known(known: str, unknown: int) -> str:
    """Return a sum, and of how many deployments it leaves something out."""
    return f"{known} known, unknown for {unknown:,} of them" if unknown else known
