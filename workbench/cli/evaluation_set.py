"""`workbench evaluation-set`: images that error rates are measured on, sealed until their end."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from workbench.cli.console import example, say, say_json
from workbench.cli.documents import moment, prose
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption
from workbench.cli.tables import show_table

__all__ = ["app"]

app = typer.Typer(
    name="evaluation-set",
    help="Images to measure error rates on: seal a set under a key of its own, list, end one.",
    epilog=example("workbench evaluation-set list"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)


class BasisChoice(StrEnum):
    """What allows the images to be used."""

    LICENCE = "licence"
    WRITTEN_CONSENT = "written-consent"
    LAW = "law"


_Name: TypeAlias = Annotated[str, typer.Argument(help="Name of the set.")]


@app.command(
    epilog=example(
        "workbench evaluation-set seal photographs VOLUNTEERS/2026 "
        '--use "the threshold of street/1" --origin "volunteers of the force, October 2026" '
        '--basis written-consent --evidence "form 12, kept by the data protection officer" '
        "--ends 2027-03-01T00:00+00:00"
    )
)
def seal(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            readable=False,
            help="Folder that holds a folder of images for each person, named after the person.",
        ),
    ],
    name: _Name,
    *,
    use: Annotated[
        str,
        typer.Option(
            "--use", help="What is measured on it, for which decision; @FILE takes it from a file."
        ),
    ],
    origin: Annotated[str, typer.Option("--origin", help="Where the images come from.")],
    basis: Annotated[
        BasisChoice, typer.Option("--basis", help="What allows their use, of the closed list.")
    ],
    evidence: Annotated[
        str,
        typer.Option(
            "--evidence", help="Which licence, which form of consent or which provision that is."
        ),
    ],
    ends: Annotated[
        datetime,
        typer.Option(
            "--ends",
            parser=moment,
            metavar="TIME",
            help="When the set is destroyed, within 366 days, such as 2027-03-01T00:00+00:00.",
        ),
    ],
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Seal a set of images, all of them or none; the files in the folder stay where they are."""
    values = {
        "name": name,
        "use": prose(use),
        "origin": origin,
        "basis": basis.value,
        "evidence": evidence,
        "ends": ends,
    }
    with opened(bench) as workbench:
        made = workbench.evaluation_sets.seal(folder, values)
    if as_json:
        say_json(made.plain())
        return
    record = made.record
    say(
        f"{record.name} is sealed: {record.images:,} images of {record.subjects:,} people, until "
        f"{record.ends:%Y-%m-%d %H:%M} UTC. The files in {folder} are yours to destroy."
    )


@app.command("list", epilog=example("workbench evaluation-set list --json"))
def list_(*, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """List the evaluation sets of a bench, also those that are destroyed; no image, no person."""
    with opened(bench) as workbench:
        found = workbench.evaluation_sets.list()
    if as_json:
        say_json({"evaluation_sets": [one.plain() for one in found]})
    elif not found:
        say("There is no evaluation set.")
    else:
        show_table(
            ("name", "owner", "basis", "people", "images", "made", "ends", "destroyed"),
            [
                (
                    one.record.name,
                    one.record.owner,
                    one.record.basis,
                    one.record.subjects,
                    one.record.images,
                    f"{one.record.made:%Y-%m-%d}",
                    f"{one.record.ends:%Y-%m-%d %H:%M} UTC",
                    one.destroyed and f"{one.destroyed:%Y-%m-%d %H:%M} UTC",
                )
                for one in found
            ],
        )


@app.command(epilog=example("workbench evaluation-set end VOLUNTEERS/2026"))
def end(name: _Name, *, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """End a set before its time: its images are destroyed now, their key first."""
    with opened(bench) as workbench:
        certificate = workbench.evaluation_sets.end(name)
    if as_json:
        say_json(certificate.plain())
    else:
        counts = ", ".join(f"{count} {kind}" for kind, count in certificate.counts.items() if count)
        say(f"{name} is ended. Destroyed: {counts} (certificate {certificate.id}).")
