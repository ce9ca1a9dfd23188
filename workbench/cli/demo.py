"""`workbench demo`: the whole way from an application to a destroyed list, checked at each step."""

from __future__ import annotations

import json
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
    from workbench.demonstration import DemonstrationBench, Outcome
    from workbench.governance.certificates import DeletionCertificate

__all__ = ["EXAMPLE", "demo"]

EXAMPLE = example(
    "workbench demo --output demonstration", "workbench demo --output demonstration --purge"
)


def demo(
    *,
    output: OutputFolder = Path("demonstration"),
    bench: Annotated[
        Path | None,
        typer.Option(
            "--bench",
            "-b",
            readable=False,
            metavar="DIR",
            help="Folder of the demonstration's bench. Default: OUTPUT-bench, beside the output.",
        ),
    ] = None,
    encoder: EncoderOption = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            "--threshold",
            "-t",
            help="Score from which an alert is raised, not below the policy's minimum; that of "
            "the policy when left out.",
            parser=score,
            metavar="SCORE",
        ),
    ] = None,
    purge: Annotated[
        bool,
        typer.Option("--purge", help="End the demonstration: destroy its bench, keys first."),
    ] = False,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Show the whole way on credited sample photographs, under every rule.

    A deployment is applied for and authorised, a list of three is built, checked and reviewed,
    five people walk by in other photographs, two actors decide on the alerts, the deployment is
    closed and its list destroyed. The output folder gets alerts.html, summary.json, redacted.mp4
    and the deletion certificate; the bench keeps alerts and record for the screens. Five people
    prove only that the parts work. The first run fetches photographs and models.
    """
    from workbench.demonstration import PROVES, DemonstrationBench, prepare, run  # noqa: PLC0415
    from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415 - `--help` is quick

    settings = load_settings(encoder=encoder)
    place = DemonstrationBench(bench or output.with_name(f"{output.name}-bench"), settings)
    if purge:
        _end(place, as_json=as_json)
        return
    with output_folder(output, command="demo", force=force) as folder:
        say("Category: demonstration. " + PROVES)
        with progress_bars(BYTES) as progress:
            sample = prepare(settings, ArtefactStore.from_settings(settings, progress=progress))
        with progress_bars("frames") as progress:
            outcome, certificate = run(
                sample, place, folder, threshold=threshold, progress=progress
            )
        _write_certificate(folder, certificate)
    if as_json:
        summary = outcome.summary() | {
            "bench": str(place.folder),
            "certificate": certificate.plain() | {"digest": certificate.digest()},
        }
        say_json(summary)
    else:
        _show(outcome)
    _say_certificate(certificate)
    say("Photographs:")
    for one in sample.credits:
        say(f"  {one.what}: {one.author}. {one.licence}.")
    say(f"{output}: alerts.html, summary.json, redacted.mp4, certificate.json, certificate.html")
    _say_bench(place, output, bench)


def _end(place: DemonstrationBench, *, as_json: bool) -> None:
    ended = place.end()
    if as_json:
        say_json({"ended": str(place.folder), "keys": str(ended.keys)})
    say(f"{place.folder}: ended. Its keys were destroyed first, then its records and files.")


def _write_certificate(folder: Path, certificate: DeletionCertificate) -> None:
    from workbench.reports.certificates import render_certificate  # noqa: PLC0415

    text = json.dumps(certificate.plain(), indent=2, ensure_ascii=False) + "\n"
    (folder / "certificate.json").write_text(text, "utf-8")
    (folder / "certificate.html").write_text(render_certificate(certificate), "utf-8")


def _say_certificate(certificate: DeletionCertificate) -> None:
    say(
        f"Deletion certificate {certificate.id}: {certificate.result}, "
        f"{len(certificate.keys)} keys destroyed, SHA-256 {certificate.digest()}."
    )


def _say_bench(place: DemonstrationBench, output: Path, bench: Path | None) -> None:
    say(f"{place.folder}: the bench, with its alerts, its record and its audit log.")
    option = "" if bench is None else f" --bench {bench}"
    say(f"End it with: workbench demo --output {output}{option} --purge")


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
    say("Decided by two scripted actors, from the truth of the staged crowd; nobody looked.")
    for person in summary["missed"]:
        say(f"missed: {person} was staged and raised no alert.")
