"""`workbench evaluate identification`: open-set identification on a protocol of labelled images."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.console import example, load_settings, say, say_json
from workbench.cli.evaluate_making import (
    MaybeRoot,
    ReportFolder,
    ResultFile,
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
from workbench.cli.evaluate_sets import EvaluationSetOption, SetImages, require_one_source
from workbench.cli.evaluate_sources import FolderImages
from workbench.cli.evaluate_telling import show_identification
from workbench.cli.evaluate_writing import report_folder, write_report, write_result
from workbench.cli.options import AsJson, BenchOption, EncoderOption, Force

if TYPE_CHECKING:
    from workbench.cli.evaluate_measuring import Measured
    from workbench.settings import Settings

__all__ = ["EXAMPLE", "identification"]

EXAMPLE = example(
    "workbench evaluate identification protocol.csv --root lfw --output result.json",
    "workbench evaluate identification protocol.csv --root lfw --split tuning --list-size 1000 "
    "--report tuning",
    "workbench evaluate identification --evaluation-set VOLUNTEERS/2026 --split tuning "
    "--report tuning -j 'choosing the threshold of street/1'",
)


def identification(
    protocol: Annotated[
        Path | None,
        typer.Argument(
            readable=False,
            metavar="PROTOCOL",
            help="CSV or Parquet with the columns path, identity and role (reference or probe), "
            "and perhaps group and split. A probe whose identity has no reference is non-mated.",
        ),
    ] = None,
    *,
    root: MaybeRoot = None,
    evaluation_set: EvaluationSetOption = None,
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

    With --evaluation-set the images are those of a sealed set of a bench, and none is written:
    a result names them by the SHA-256 of their files, and people by a digest of those.
    """
    from workbench.cli.evaluate_measuring import measure  # noqa: PLC0415 - keeps `--help` quick

    require_one_source(
        protocol=protocol, root=root, evaluation_set=evaluation_set, justification=justification
    )
    require_free(output, report, protocol, root, force=force)
    settings = load_settings(encoder=encoder, bench=bench)
    images = _images(protocol, root, evaluation_set, justification, bench, settings=settings)
    asked = asked_for(
        images,
        settings,
        data_set=data_set,
        split=split,
        list_size=list_size,
        draws=draws,
        policy=policy,
        bench=bench,
        justification=justification if evaluation_set is None else None,
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
    if isinstance(images, SetImages):
        say(images.words)
    if report is not None:
        say(f"{report}: report.html, result.json and the figures as Parquet")


def _images(
    protocol: Path | None,
    root: Path | None,
    evaluation_set: str | None,
    justification: str | None,
    bench: str | None,
    *,
    settings: Settings,
) -> FolderImages | SetImages:
    """Return where the images come from, of options that `require_one_source` let pass."""
    if evaluation_set is not None and justification is not None:
        return SetImages(evaluation_set, justification, bench, settings)
    assert protocol is not None  # noqa: S101 - one source is named
    assert root is not None  # noqa: S101
    return FolderImages(protocol, root)


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
