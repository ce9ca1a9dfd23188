"""`workbench enquiry`: was a reference on a list on a day?"""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from workbench.cli.console import example, say, say_json
from workbench.cli.documents import day
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, Justification
from workbench.cli.tables import show_table

__all__ = ["app"]

app = typer.Typer(
    name="enquiry",
    help="Enquiries about one reference; each is logged, whatever the answer.",
    epilog=example('workbench enquiry ask PNC/123456 --on 2026-11-25 -j "request 2026/14"'),
    no_args_is_help=True,
    rich_markup_mode="rich",
)


@app.callback()
def root() -> None:
    """Enquiries about one reference; each is logged, whatever the answer."""


@app.command(
    epilog=example('workbench enquiry ask PNC/123456 --on 2026-11-25 -j "request 2026/14"')
)
def ask(
    subject: Annotated[str, typer.Argument(help="The reference, exactly as on lists; no name.")],
    *,
    on: Annotated[
        date | None,
        typer.Option("--on", parser=day, metavar="DAY", help="A day, in UTC."),
    ] = None,
    deployment: Annotated[
        str | None,
        typer.Option("--deployment", metavar="REFERENCE", help="The list of this deployment."),
    ] = None,
    justification: Justification,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Say whether a reference was on a list: on a day, of a deployment, or both."""
    with opened(bench) as workbench:
        answer = workbench.enquiries.ask(
            subject, on=on, deployment=deployment, justification=justification
        )
    if as_json:
        say_json(answer.plain())
        return
    say(answer.describe())
    if answer.was_listed:
        show_table(
            ("deployment", "category", "from (UTC)", "until (UTC)", "reviewed", "became"),
            [
                (
                    one.deployment,
                    one.category,
                    f"{one.since:%Y-%m-%d %H:%M}",
                    None if one.until is None else f"{one.until:%Y-%m-%d %H:%M}",
                    "yes" if one.reviewed else "no",
                    one.state,
                )
                for one in answer.listings
            ],
            whole=("deployment",),
        )
