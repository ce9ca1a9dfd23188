"""`workbench evaluate protocol`: the protocol of a folder that holds a folder for each person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.console import example, say, say_json
from workbench.cli.options import AsJson, Force
from workbench.cli.tables import show_table
from workbench.cli.whole_files import require_table_file, write_table
from workbench.errors import ProtocolError, RefusedError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["EXAMPLE", "protocol"]

EXAMPLE = example(
    "workbench evaluate protocol images -o protocol.csv --split",
    "workbench evaluate protocol lfw -o lfw.csv --lfw peopleDevTrain.txt --leave-out errors.csv",
)
_COUNTED = ("people", "references", "mated_probes", "non_mated_probes")


def protocol(
    folder: Annotated[
        Path,
        typer.Argument(
            readable=False, metavar="FOLDER", help="Holds a folder of images for each person."
        ),
    ],
    *,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", readable=False, help="File for the protocol (.csv or .parquet)."
        ),
    ],
    lfw: Annotated[
        Path | None,
        typer.Option(
            "--lfw",
            readable=False,
            metavar="PEOPLE",
            help="Official list of people of LFW, such as peopleDevTrain.txt: those alone.",
        ),
    ] = None,
    split: Annotated[
        bool,
        typer.Option(
            "--split",
            help="Give each person to tuning or to the test, by a rule that is the same on every "
            "machine.",
        ),
    ] = False,
    leave_out: Annotated[
        Path | None,
        typer.Option(
            "--leave-out",
            readable=False,
            metavar="TABLE",
            help="CSV or Parquet with the column path, and perhaps reason: images to leave out.",
        ),
    ] = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Write the protocol of a folder of people: which images are references, which are probes.

    The first image of a person, by name, is the reference and the others are probes; whoever has
    one image is searched for and not listed. No image is opened.
    """
    require_table_file(output, lfw, leave_out, force=force)
    _require_outside(output, folder)
    frame = _made(folder, lfw, leave_out, split=split)
    counts = _counts(frame)
    _require_references(frame, folder)
    # A column that says nothing is refused where the file is read.
    write_table(frame.select(one.name for one in frame if one.is_not_null().any()), output)
    if as_json:
        say_json({"protocol": str(output), "counts": counts})
    else:
        show_table(
            ("split", *(name.replace("_", " ").replace("non ", "non-") for name in _COUNTED)),
            [(one["split"], *(f"{one[name]:,}" for name in _COUNTED)) for one in counts],
        )
    for one in counts:
        if not one["non_mated_probes"]:
            say(
                f"Nobody of {one['split']} has one image alone, so no probe is non-mated. Evaluate "
                "with a --list-size below the number of references: whoever is not drawn is not "
                "listed."
            )
    say(f"{output}: written")


def _made(folder: Path, lfw: Path | None, left_out: Path | None, *, split: bool) -> pl.DataFrame:
    from workbench.evaluation import (  # noqa: PLC0415 - keeps `--help` quick
        folder_protocol,
        leave_out,
        lfw_protocol,
        read_left_out,
        split_protocol,
    )

    found = folder_protocol(folder) if lfw is None else lfw_protocol(folder, lfw)
    # Who is split how hangs on the images there are, not on those that were found wrong since.
    found = split_protocol(found) if split else found
    return found if left_out is None else leave_out(found, read_left_out(left_out, found))


def _counts(frame: pl.DataFrame) -> list[dict[str, str | int]]:
    """Count people and images by role, for each split in its order, tuning first."""
    import polars as pl  # noqa: PLC0415 - keeps `--help` quick

    is_reference = pl.col("role") == "reference"
    listed = is_reference.any().over("identity")
    table = (
        frame.with_columns(split=pl.col("split").fill_null("all"), listed=listed)
        .group_by("split")
        .agg(
            people=pl.col("identity").n_unique(),
            references=is_reference.sum(),
            mated_probes=(~is_reference & pl.col("listed")).sum(),
            non_mated_probes=(~is_reference & ~pl.col("listed")).sum(),
        )
    )
    return table.sort("split", descending=True).to_dicts()


def _require_outside(output: Path, folder: Path) -> None:
    if output.resolve().is_relative_to(folder.resolve()):
        msg = (
            f"{output}: lies in {folder}, which is to hold people's folders alone. Name a place "
            "beside it for --output."
        )
        raise RefusedError(msg)


def _require_references(frame: pl.DataFrame, folder: Path) -> None:
    if not (frame["role"] == "reference").any():
        msg = (
            f"{folder}: nobody has two images, so nobody can be listed and searched for. Add "
            "images of people who are there."
        )
        raise ProtocolError(msg)
