"""Options that several commands share, so that they are named and explained once."""

from __future__ import annotations

import math
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from workbench.cli.documents import prose

__all__ = [
    "AsJson",
    "BenchOption",
    "CaseNumber",
    "EncoderChoice",
    "EncoderOption",
    "Force",
    "Justification",
    "OutputFolder",
    "Reason",
    "Workers",
    "named",
    "said",
    "score",
]


def score(text: str) -> float:
    """Read an option's score; `nan` and `inf` are words that float() takes and nobody means.

    Raises:
        typer.BadParameter: when it is no finite number.
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        msg = f"{text!r} is not a number that scores can be compared with. Give one such as 4."
        raise typer.BadParameter(msg)
    return value


def said(text: str) -> str:
    """Read why something is done: an option's text, or that of the file which `@FILE` names.

    Raises:
        typer.BadParameter: when it says nothing, with what is asked for.
        RecordError: when the file cannot be read.
    """
    from workbench.governance.text import in_words  # noqa: PLC0415 - keeps `--help` quick

    try:
        return in_words(prose(text))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def named(text: str) -> str:
    """Read the name of somebody or of a document.

    Raises:
        typer.BadParameter: when it names nothing.
    """
    from workbench.governance.text import name_in_words  # noqa: PLC0415 - keeps `--help` quick

    try:
        return name_in_words(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


class EncoderChoice(StrEnum):
    """What compares faces."""

    FACENET = "facenet"
    SFACE = "sface"
    FUSED = "fused"


EncoderOption: TypeAlias = Annotated[
    EncoderChoice | None,
    typer.Option(
        "--encoder",
        help="What compares the faces: one encoder, or both fused. Default: the setting, fused.",
    ),
]
OutputFolder: TypeAlias = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        readable=False,
        help="Folder for the result. An earlier result there is replaced.",
    ),
]
Force: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--force", help="Use the place even if something else is there; a folder is put aside."
    ),
]
AsJson: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Write the summary to standard output as JSON.")
]
BenchOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--bench",
        "-b",
        metavar="PLACE",
        help="Folder of the bench, or the address of a team's store. Default: the setting bench.",
    ),
]
CaseNumber: TypeAlias = Annotated[str, typer.Argument(metavar="NUMBER", help="Number of the case.")]
Justification: TypeAlias = Annotated[
    str,
    typer.Option(
        "--justification",
        "-j",
        parser=said,
        metavar="TEXT",
        help="Why it is done, in a few words, or @FILE; kept in the audit log.",
    ),
]
Reason: TypeAlias = Annotated[
    str,
    typer.Option(
        "--reason",
        parser=said,
        metavar="TEXT",
        help="Why, in your own words; @FILE takes it from a file.",
    ),
]
Workers: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        metavar="N",
        help="Processes, each of which takes about 1 GiB of memory. Default: one for each core. "
        "The result is the same.",
    ),
]
