"""`workbench evaluate identification`: open-set identification on a protocol of labelled images."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.console import example, load_settings, say, say_json
from workbench.cli.evaluate_making import (
    ReportFolder,
    ResultFile,
    Root,
    require_free,
    say_failures,
)
from workbench.cli.evaluate_options import (
    DataSet,
    Draws,
    ListSize,
    OpenedFor,
    SplitOption,
    WhyOpened,
    asked_for,
)
from workbench.cli.evaluate_telling import show_identification
from workbench.cli.evaluate_writing import report_folder, write_report, write_result
from workbench.cli.options import AsJson, BenchOption, EncoderOption, Force

if TYPE_CHECKING:
    from workbench.cli.evaluate_measuring import Measured

__all__ = ["EXAMPLE", "identification"]

EXAMPLE = example(
    "workbench evaluate identification protocol.csv --root lfw --output result.json",
    "workbench evaluate identification protocol.csv --root lfw --split tuning --list-size 1000 "
    "--report tuning",
)


def identification(
    protocol: Annotated[
        Path,
        typer.Argument(
            readable=False,
            metavar="PROTOCOL",
            help="CSV or Parquet with the columns path, identity and role (reference or probe), "
            "and perhaps group and split. A probe whose identity has no reference is non-mated.",
        ),
    ],
    *,
    root: Root,
    output: ResultFile = None,
    report: ReportFolder = None,
    split: SplitOption = None,
    list_size: ListSize = None,
    draws: Draws = 1,
    data_set: DataSet = None,
    policy: OpenedFor = None,
    justification: WhyOpened = None,
    bench: BenchOption = None,
    encoder: EncoderOption = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Measure open-set identification: who is found, and who is taken for somebody listed.

    For each false-positive identification rate (FPIR) the lowest threshold that keeps it is found,
    and the true-positive identification rate (TPIR, mate first) is given with counts of errors.
    Failed detections count as misses and are never dropped. A rate of which fewer than three
    errors are expected is marked as not measurable.
    """
    from workbench.cli.evaluate_measuring import measure  # noqa: PLC0415 - keeps `--help` quick

    require_free(output, report, protocol, root, force=force)
    settings = load_settings(encoder=encoder, bench=bench)
    asked = asked_for(
        protocol,
        root,
        settings,
        data_set=data_set,
        split=split,
        list_size=list_size,
        draws=draws,
        policy=policy,
        bench=bench,
        justification=justification,
    )
    with report_folder(report, "evaluate identification", force=force) as folder:
        measured = measure(asked, settings, keep_comparisons=folder is not None)
        result = measured.result()
        if folder is not None:
            _write_report(folder, measured, result)
    write_result(result, output)
    if as_json:
        say_json(result)
    else:
        show_identification(result, has_groups=measured.galleries[0].has_groups)
    say_failures(measured.failures)
    if report is not None:
        say(f"{report}: report.html, result.json and the figures as Parquet")


def _write_report(folder: Path, measured: Measured, result: dict[str, Any]) -> None:
    from workbench.evaluation.measurement import write_measurement  # noqa: PLC0415 - quick `--help`
    from workbench.reports.evaluation_equity import equity_of  # noqa: PLC0415
    from workbench.reports.evaluation_frames import identification_frames  # noqa: PLC0415
    from workbench.reports.evaluation_identification import (  # noqa: PLC0415
        headline_threshold,
        identification_page,
    )

    first, *others = measured.galleries
    write_measurement(first, folder)
    for draw, one in enumerate(others, 1):
        write_measurement(one, folder / "draws" / str(draw))
    frames = identification_frames(first, result, measured.comparisons)
    equity = equity_of(first, headline_threshold(result))
    page = identification_page(first, result, frames, equity=equity.sections)
    write_report(folder, page, result, {**frames.tables(), **equity.tables})
