"""`workbench outcomes export`: the closed deployments of a bench as outcome records, in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.console import example, say, say_json
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, Force
from workbench.cli.outputs import require_free_file
from workbench.cli.whole_files import write_whole
from workbench.errors import UsageError

__all__ = ["EXAMPLE", "export"]

EXAMPLE = example(
    "workbench outcomes export -o ours.parquet", "workbench outcomes check ours.parquet"
)


def export(
    *,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", readable=False, help="File for the records (.parquet)."),
    ],
    title: Annotated[
        str, typer.Option(help="What the records name as their source.")
    ] = "this bench",
    force: Force = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Write the deployments that have ended as records, in the columns of what forces publish.

    `outcomes check`, `summary` and `correct` read the file. One that still runs is no record yet.
    """
    if output.suffix.lower() not in {".parquet", ".pq"}:
        msg = f"{output}: records are kept in a file that ends in .parquet. Name such a one."
        raise UsageError(msg)
    require_free_file(output, force=force)
    with opened(bench) as workbench:
        records = workbench.outcomes.records(title)
    from workbench.outcomes.files import records_bytes  # noqa: PLC0415 - keeps `--help` quick

    write_whole(records_bytes(records), output)
    if as_json:
        say_json({"records": str(output), "rows": len(records)})
        return
    many = "record of a deployment" if len(records) == 1 else "records of deployments"
    say(f"{output}: {len(records):,} {many} that ended")
