"""`workbench demo`: the whole way from photographs to alerts, checked against the truth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.console import (
    BYTES,
    example,
    load_settings,
    progress_bars,
    say,
    say_json,
    stdout,
)
from workbench.cli.options import AsJson, EncoderOption, Force, OutputFolder, score
from workbench.cli.outputs import output_folder

if TYPE_CHECKING:
    from workbench.demonstration import Outcome

__all__ = ["EXAMPLE", "demo"]

EXAMPLE = example("workbench demo --output demonstration")


def demo(
    *,
    output: OutputFolder = Path("demonstration"),
    encoder: EncoderOption = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            "--threshold",
            "-t",
            help="Score from which an alert is raised; that measured for the "
            "encoder when left out.",
            parser=score,
            metavar="SCORE",
        ),
    ] = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Show the whole way on credited sample photographs: enrol, stage a crowd, search, check.

    Three of five people are on the list, each from one photograph; they walk by in another one.
    The output folder gets alerts.html, summary.json and redacted.mp4. Five people prove only that
    the parts work. The first run fetches photographs and models.
    """
    from workbench.demonstration import PROVES, prepare, run  # noqa: PLC0415 - `--help` is quick
    from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415

    settings = load_settings(encoder=encoder)
    with output_folder(output, command="demo", force=force) as folder:
        say("Category: demonstration. " + PROVES)
        with progress_bars(BYTES) as progress:
            sample = prepare(settings, ArtefactStore.from_settings(settings, progress=progress))
        with progress_bars("frames") as progress:
            outcome = run(sample, folder, threshold=threshold, progress=progress)
    if as_json:
        say_json(outcome.summary())
    else:
        _show(outcome)
    say("Photographs:")
    for one in sample.credits:
        say(f"  {one.what}: {one.author}. {one.licence}.")
    say(f"{output}: alerts.html, summary.json, redacted.mp4")


def _show(outcome: Outcome) -> None:
    from rich.table import Table  # noqa: PLC0415 - keeps `--help` quick
    from rich.text import Text  # noqa: PLC0415

    from workbench.reports.wording import TABLE_NOTE, in_table  # noqa: PLC0415

    rows = outcome.table()
    table = Table(*(name.capitalize() for name in rows.columns), box=None, pad_edge=False)
    for row in rows.iter_rows():
        cells = (f"{cell:.2f}" if isinstance(cell, float) else in_table(cell) for cell in row)
        table.add_row(*map(Text, cells))
    stdout().print(table)
    say(TABLE_NOTE)
    summary = outcome.summary()
    listed = summary["staged"]["listed"]
    say(
        f"{listed - summary['missed_people']} of {listed} listed people alerted, "
        f"{summary['false_alerts']} false alerts, {summary['faces_seen']} faces seen in "
        f"{summary['frames']} frames, {summary['frames_per_second']:.1f} frames a second."
    )
    for person in summary["missed"]:
        say(f"missed: {person} was staged and raised no alert.")
