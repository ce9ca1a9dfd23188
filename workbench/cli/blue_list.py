"""`workbench blue-list`: consenting staff, their known passes, and how many were recognised."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, TypeAlias

import typer

from workbench.cli.console import example, say, say_json
from workbench.cli.documents import day, moment
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, Justification
from workbench.cli.tables import show_pairs, show_table

__all__ = ["app"]

app = typer.Typer(
    name="blue-list",
    help="Consenting staff among passers-by: who, their known passes, and the recognition rate.",
    epilog=example("workbench blue-list rate 2026-11/HIGH-ST-1"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)

_Member: TypeAlias = Annotated[str, typer.Argument(help="Reference of the member of staff.")]


@app.command(
    epilog=example("workbench blue-list add STAFF/7 --consent FORM/7 --consented 2026-11-01")
)
def add(
    member: _Member,
    *,
    consent: Annotated[
        str, typer.Option("--consent", help="Reference of the document in which they consent.")
    ],
    consented: Annotated[
        str, typer.Option("--consented", metavar="DAY", help="The day from which it holds.")
    ],
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Record the consent of a member of staff."""
    with opened(bench) as workbench:
        found = workbench.blue_list.add_member(
            {"member": member, "consent": consent, "consented": consented}
        )
    if as_json:
        say_json(found.plain())
    else:
        say(f"{found.member} consents since {found.consented.isoformat()}.")


@app.command(epilog=example("workbench blue-list withdraw STAFF/7"))
def withdraw(
    member: _Member,
    *,
    on: Annotated[
        date | None,
        typer.Option(
            "--on", parser=day, metavar="DAY", help="From when it no longer holds. Default: today."
        ),
    ] = None,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Record that a member withdrew their consent; says which lists still hold their face."""
    with opened(bench) as workbench:
        lists = workbench.blue_list.withdraw_member(member, on=on)
    if as_json:
        say_json({"member": member, "still_on_lists_of": list(lists)})
        return
    say(f"{member} withdrew their consent.")
    if lists:
        say(f"Their face is still on the list of {', '.join(lists)}: take it off there.")


@app.command(
    "pass",
    epilog=example(
        "workbench blue-list pass 2026-11/HIGH-ST-1 STAFF/7 --at 2026-11-25T10:31+00:00 --feed gate"
    ),
)
def pass_(
    deployment: Annotated[str, typer.Argument(help="Reference of the deployment.")],
    member: _Member,
    *,
    at: Annotated[
        datetime, typer.Option("--at", parser=moment, metavar="TIME", help="When they passed.")
    ],
    feed: Annotated[
        str, typer.Option("--feed", help="Which feed, or which part of the zone, they passed.")
    ],
    seen_by: Annotated[
        str | None, typer.Option("--seen-by", help="Who saw it. Default: whoever is logged in.")
    ] = None,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Record that a member walked past, and say whether that raised an alert for them."""
    values = {"member": member, "at": at, "feed": feed}
    if seen_by is not None:
        values["seen_by"] = seen_by
    with opened(bench) as workbench:
        row = workbench.blue_list.record_pass(deployment, values)
    if as_json:
        say_json({"id": row.id, **row.seen.plain()})
    elif row.seen.alert is None:
        say(f"{row.id} is recorded; no alert was raised for {member} so far.")
    else:
        say(f"{row.id} is recorded; {row.seen.alert} was raised for {member}.")


@app.command(
    epilog=example("workbench blue-list rate", "workbench blue-list rate 2026-11/HIGH-ST-1")
)
def rate(
    deployment: Annotated[
        str | None, typer.Argument(help="Reference of a deployment; all of them if left out.")
    ] = None,
    *,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Print the true recognition rate: of known passes, how many raised the right alert."""
    with opened(bench) as workbench:
        found = workbench.blue_list.rate(deployment)
    figures = found.rate
    if as_json:
        say_json(
            {
                "deployment": deployment,
                "recognised": figures.recognised,
                "passes": figures.passes,
                "unsettled": found.unsettled,
                "rate": figures.rate,
                "interval_by_pass": list(figures.interval),
                "interval_by_person": None
                if figures.clustered is None
                else list(figures.clustered),
                "people": len(figures.people),
                "people_recognised_once": figures.seen,
                "interval_people": list(figures.seen_interval),
                "by_person": [
                    {
                        "person": one.member,
                        "recognised": one.recognised,
                        "passes": one.passes,
                        "rate": one.rate,
                        "interval": list(one.interval),
                    }
                    for one in figures.people
                ],
            }
        )
        return
    say(found.describe())
    if figures.people:
        show_table(
            ("person", "recognised", "passes", "rate", "95 % interval"),
            [
                (
                    one.member,
                    one.recognised,
                    one.passes,
                    f"{one.rate:.3f}",
                    f"{one.interval.low:.3f} to {one.interval.high:.3f}",
                )
                for one in figures.people
            ],
        )


@app.command("list", epilog=example('workbench blue-list list -j "monthly check"'))
def list_(
    *,
    justification: Justification,
    deployment: Annotated[
        str | None,
        typer.Option(
            "--deployment", metavar="REFERENCE", help="List the passes by this deployment instead."
        ),
    ] = None,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """List who consents; or the passes by a deployment, each with the alert that it raised."""
    with opened(bench) as workbench:
        if deployment is None:
            members = workbench.blue_list.members(justification=justification)
            rows = [one.plain() for one in members]
        else:
            passes = workbench.blue_list.passes(deployment, justification=justification)
            rows = [{"id": one.id, **one.seen.plain()} for one in passes]
    kind = "members" if deployment is None else "passes"
    if as_json:
        say_json({kind: rows})
    elif rows:
        show_table(tuple(rows[0]), [tuple(row.values()) for row in rows])
    else:
        show_pairs([(kind, "none")])
