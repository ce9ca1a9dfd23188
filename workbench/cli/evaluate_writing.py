"""Where the results of `workbench evaluate` go: a JSON file, and a report folder, whole or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from workbench.cli.console import json_text, say
from workbench.cli.outputs import output_folder
from workbench.cli.whole_files import write_whole

if TYPE_CHECKING:
    import polars as pl

    from workbench.reports.evaluation_page import EvaluationPage

__all__ = ["REPORT", "RESULT", "report_folder", "write_report", "write_result"]

REPORT: Final = "report.html"
RESULT: Final = "result.json"


@contextmanager
def report_folder(target: Path | None, command: str, *, force: bool) -> Iterator[Path | None]:
    """Give a folder to write a report into, which takes its place once it is whole.

    Args:
        target: where the report shall be; `None` for no report.
        command: that writes it.
        force: put an earlier folder aside.

    Raises:
        RefusedError: when something lies there.
        OutputError: when the place cannot be written.
    """
    if target is None:
        yield None
        return
    with output_folder(
        target, command=command, force=force, keep=True, option="--report"
    ) as folder:
        yield folder


def write_report(
    folder: Path,
    page: EvaluationPage,
    result: Mapping[str, Any],
    frames: Mapping[str, pl.DataFrame],
) -> None:
    """Write the page, the result and the frames behind the charts.

    Args:
        folder: of `report_folder`.
        page: to render.
        result: as `--output` has it.
        frames: by name of the file, without its ending.

    Raises:
        OSError: when a file cannot be written.
    """
    from workbench.reports.evaluation_rendering import render_evaluation  # noqa: PLC0415 - quick

    for name, frame in frames.items():
        frame.write_parquet(folder / f"{name}.parquet")
    (folder / RESULT).write_text(json_text(result), "utf-8")
    (folder / REPORT).write_text(render_evaluation(page), "utf-8")


def write_result(result: Mapping[str, Any], path: Path | None) -> None:
    """Write a result as JSON; the file is whole or it is not there.

    Raises:
        OutputError: when it cannot be written; an earlier file is left as it was.
    """
    if path is None:
        return
    write_whole(json_text(result).encode("utf-8"), path)
    say(f"{path}: written")
