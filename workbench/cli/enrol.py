"""`workbench enrol`: photographs in a folder for each person become a watchlist file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.console import (
    example,
    image_limits,
    load_settings,
    progress_bar,
    say,
    say_json,
    stdout,
)
from workbench.cli.options import AsJson, EncoderOption, Force
from workbench.cli.outputs import require_apart, require_free_file

if TYPE_CHECKING:
    from workbench.matching.enrolment import Enrolment

__all__ = ["EXAMPLE", "enrol"]

EXAMPLE = example("workbench enrol photographs --output people.safetensors")


def enrol(
    folder: Annotated[
        Path,
        typer.Argument(
            readable=False,
            metavar="DIR",
            help="Folder with one folder for each person, named after the person.",
        ),
    ],
    *,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", readable=False, help="Watchlist file to write (.safetensors)."
        ),
    ],
    strict: Annotated[
        bool, typer.Option("--strict", help="Write nothing if any image is refused.")
    ] = False,
    encoder: EncoderOption = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Make a watchlist from photographs: one folder for each person.

    Every image gets a quality verdict. Images that cannot be used are refused and listed with the
    reason; with --strict one refusal refuses the whole watchlist.
    """
    from workbench.faces.analysis import build_analyser  # noqa: PLC0415 - keeps `--help` quick
    from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415
    from workbench.matching.enrolment import enrol_folder  # noqa: PLC0415
    from workbench.matching.watchlist_file import write_watchlist  # noqa: PLC0415

    require_free_file(output, force=force)
    require_apart(output, folder)
    settings = load_settings(encoder=encoder)
    analyser = build_analyser(settings, ArtefactStore.from_settings(settings))
    with progress_bar("Enrolling", "images") as progress:
        enrolment = enrol_folder(
            folder,
            analyser,
            strict=strict,
            progress=lambda done, total, _path: progress(done, total),
            limits=image_limits(settings),
        )
    write_watchlist(enrolment.watchlist, output, overwrite=force)
    if as_json:
        say_json(_summary(enrolment, output))
    else:
        _show(enrolment, output)


def _summary(enrolment: Enrolment, output: Path) -> dict[str, Any]:
    watchlist = enrolment.watchlist
    return {
        "output": str(output),
        "people": len(watchlist.subjects),
        "references": [
            {
                "person": reference.subject,
                "image": reference.source,
                "verdict": str(reference.verdict),
                "reasons": list(reference.reasons),
            }
            for reference in watchlist.references
        ],
        "refused": [
            {"person": one.subject, "image": str(one.path), "reason": one.reason}
            for one in enrolment.refused
        ],
        "detector": watchlist.detector,
        "encoders": [encoder.describe() for encoder in watchlist.encoders.values()],
    }


def _show(enrolment: Enrolment, output: Path) -> None:
    from rich.table import Table  # noqa: PLC0415 - keeps `--help` quick
    from rich.text import Text  # noqa: PLC0415

    watchlist = enrolment.watchlist
    table = Table("Person", "Image", "Verdict", "Why", box=None, pad_edge=False)
    for reference in watchlist.references:
        cells = (reference.subject, reference.source, str(reference.verdict))
        table.add_row(*map(Text, cells), Text(" ".join(reference.reasons)))
    for one in enrolment.refused:
        table.add_row(
            Text(one.subject or ""), Text(one.path.name), Text("refused"), Text(one.reason)
        )
    stdout().print(table)
    say(
        f"{len(watchlist.subjects)} people, {len(watchlist)} photographs enrolled, "
        f"{len(enrolment.refused)} refused: {output}"
    )
