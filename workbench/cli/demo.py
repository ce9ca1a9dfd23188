"""`workbench demo`: the whole way from an application to a destroyed list, checked at each step."""

from __future__ import annotations

import os
import shlex
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
from workbench.errors import RefusedError

if TYPE_CHECKING:
    from workbench.demonstration import Demonstrated, DemonstrationBench, Outcome

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
    from workbench.demonstration.bench import DemonstrationBench  # noqa: PLC0415 - `--help`
    from workbench.demonstration.thresholds import require_threshold  # noqa: PLC0415

    settings = load_settings(encoder=encoder)
    place = DemonstrationBench(_bench_folder(output, bench), settings)
    if purge:
        _end(place, output, as_json=as_json)
        return
    require_threshold(settings.encoder, threshold)
    with output_folder(output, command="demo", force=force) as folder:
        from workbench.demonstration import PROVES, prepare, run  # noqa: PLC0415 - loads torch
        from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415

        say("Category: demonstration. " + PROVES)
        with progress_bars(BYTES) as progress:
            sample = prepare(settings, ArtefactStore.from_settings(settings, progress=progress))
        with progress_bars("frames") as progress:
            done = run(sample, place, folder, threshold=threshold, progress=progress)
    if as_json:
        say_json(done.summary() | {"bench": str(place.folder), "output": str(output)})
    else:
        _show(done)
    _say_where(done, place, output, bench)


def _bench_folder(output: Path, bench: Path | None) -> Path:
    """Return where the bench lies; neither in the output, which is replaced, nor about it."""
    place = Path(os.path.abspath(output.expanduser()))  # noqa: PTH100 - keeps a link a link
    if bench is None:
        return place.parent / f"{place.name or 'demonstration'}-bench"
    folder = Path(os.path.abspath(bench.expanduser()))  # noqa: PTH100 - likewise
    if place == folder or place in folder.parents or folder in place.parents:
        msg = (
            f"{bench}: a bench cannot lie in {output}, whose contents are replaced each time, nor "
            "hold it. Name two folders beside each other."
        )
        raise RefusedError(msg)
    return folder


def _end(place: DemonstrationBench, output: Path, *, as_json: bool) -> None:
    from workbench.identity.sessions import SessionFile, session_folder  # noqa: PLC0415 - `--help`

    ended = place.end()
    SessionFile(ended.keys.name, session_folder(os.environ)).delete()
    if as_json:
        say_json({"ended": str(place.folder), "keys": str(ended.keys)})
    say(f"{place.folder}: ended. Its keys were destroyed first, then its records and files.")
    if output.is_dir():
        say(f"{output}: left as it is. It shows faces of the sample people; delete it yourself.")


def _show(done: Demonstrated) -> None:
    from workbench.cli.certificates import show_certificate  # noqa: PLC0415 - quick `--help`
    from workbench.cli.tables import show_pairs  # noqa: PLC0415
    from workbench.demonstration.tables import record_rows  # noqa: PLC0415
    from workbench.governance.moments import spoken  # noqa: PLC0415

    _show_alerts(done.outcome)
    authorised, until, found = done.authorised, done.alerts_until, done.verification
    show_pairs(
        [
            ("applied for by", authorised.applicant),
            (
                "authorised by",
                f"{authorised.officer}, {authorised.rank}, until {authorised.until}",
            ),
            (
                "threshold",
                (
                    f"{done.outcome.threshold:.2f} {authorised.unit}, policy "
                    f"{authorised.policy} ({authorised.equity})"
                ),
            ),
            *record_rows(done.record),
            ("alerts kept until", None if until is None else spoken(until)),
            ("audit log", f"{found.entries:,} entries, {'whole' if found.ok else 'NOT WHOLE'}"),
            ("  newest entry", f"{done.head.seq:,}, SHA-256 {done.head.hash}"),
        ]
    )
    stdout().print()
    show_certificate(done.certificate)


def _show_alerts(outcome: Outcome) -> None:
    from rich.table import Table  # noqa: PLC0415 - keeps `--help` quick
    from rich.text import Text  # noqa: PLC0415

    from workbench.reports.wording import TABLE_NOTE, in_table  # noqa: PLC0415

    rows = outcome.table()
    table = Table(box=None, pad_edge=False)
    for name in rows.columns:
        # Where a terminal is narrow, headings and meanings break over lines, and names do not.
        table.add_column(name.capitalize(), no_wrap=name in {"person", "state"}, overflow="fold")
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


def _say_where(
    done: Demonstrated, place: DemonstrationBench, output: Path, bench: Path | None
) -> None:
    say("Photographs:")
    for one in done.outcome.credits:
        say(f"  {one.what}: {one.author}. {one.licence}.")
    say(f"{output}: alerts.html, summary.json, redacted.mp4, certificate.json, certificate.html")
    folder = shlex.quote(str(place.folder))
    reference = shlex.quote(done.authorised.reference)
    say(f"{place.folder}: the bench, with its alerts, its record and its audit log. Look at it:")
    say(f"  workbench login demo-operator --bench {folder}")
    say(f"  workbench alert list --deployment {reference} -j 'a look' --bench {folder}")
    option = "" if bench is None else f" --bench {folder}"
    say("End it, keys first:")
    say(f"  workbench demo --output {shlex.quote(str(output))}{option} --purge")
