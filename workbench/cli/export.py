"""`workbench export`: what left the bench, and to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.console import example, say, say_json
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption
from workbench.cli.tables import show_table

if TYPE_CHECKING:
    from workbench.records.exports import Export

__all__ = ["app"]

app = typer.Typer(
    name="export",
    help="What left the bench, and to whom: each is a disclosure, out of reach from then on.",
    epilog=example("workbench export list"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)


@app.command("list", epilog=example("workbench export list 2026-11/HIGH-ST-1 --json"))
def list_(
    reference: Annotated[
        str | None,
        typer.Argument(
            metavar="REFERENCE", help="Deployment or case that it was of. Default: all."
        ),
    ] = None,
    *,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """List what left the bench, with its recipients."""
    with opened(bench) as workbench:
        found = workbench.exports.list(reference)
    if as_json:
        say_json({"exports": [_plain(one) for one in found]})
    elif not found:
        say("Nothing was recorded as given to anybody.")
    else:
        show_table(
            ("id", "when", "what", "recipient", "given by", "of"),
            [
                (
                    one.id,
                    f"{one.at:%Y-%m-%d %H:%M} UTC",
                    one.what,
                    one.recipient,
                    one.actor,
                    one.reference,
                )
                for one in found
            ],
            whole=("id", "of"),
        )


def _plain(export: Export) -> dict[str, Any]:
    return {
        "id": export.id,
        "at": export.at.isoformat(),
        "what": export.what,
        "recipient": export.recipient,
        "actor": export.actor,
        "purpose": export.purpose,
        "reference": export.reference,
        "sha256": export.sha256,
        "objects": list(export.objects),
    }
