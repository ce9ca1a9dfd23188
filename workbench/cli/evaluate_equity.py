"""`workbench evaluate equity`: error rates by the groups that a labelled set names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.console import example, load_settings, say, say_json
from workbench.cli.evaluate_making import ReportFolder, ResultFile, require_free, say_failures
from workbench.cli.evaluate_options import DataSet, SplitChoice
from workbench.cli.evaluate_telling import show_equity
from workbench.cli.evaluate_writing import report_folder, write_report, write_result
from workbench.cli.options import AsJson, EncoderOption, Force, score
from workbench.errors import ProtocolError, UsageError

if TYPE_CHECKING:
    from workbench.evaluation.measurement import Measurement

__all__ = ["EXAMPLE", "equity"]

EXAMPLE = example(
    "workbench evaluate equity tuning --threshold 2.31 --report groups",
    "workbench evaluate equity protocol.csv --root volunteers --threshold 2.31",
)


def equity(
    source: Annotated[
        Path,
        typer.Argument(
            readable=False,
            metavar="PROTOCOL|DIR",
            help="A folder that --report of evaluate identification wrote, or a protocol with a "
            "column group, which is measured first.",
        ),
    ],
    *,
    threshold: Annotated[
        float,
        typer.Option(
            "--threshold",
            "-t",
            parser=score,
            metavar="T",
            help="At which groups are compared, in the unit of the scores.",
        ),
    ],
    reference: Annotated[
        str | None,
        typer.Option(
            "--reference",
            metavar="GROUP",
            help="Group that the others are compared with. Default: that of most people.",
        ),
    ] = None,
    root: Annotated[
        Path | None,
        typer.Option("--root", readable=False, help="Folder of a protocol's images."),
    ] = None,
    output: ResultFile = None,
    report: ReportFolder = None,
    split: Annotated[
        SplitChoice | None,
        typer.Option(
            "--split",
            help="Which people of a protocol with a column split: tuning. The locked test is "
            "measured by evaluate identification, which records its opening; give its folder here.",
        ),
    ] = None,
    data_set: DataSet = None,
    encoder: EncoderOption = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Compare error rates by group: at a threshold, and where false alarms are more frequent.

    Each comparison says what this set could have seen: that no difference was found does not show
    that there is none. Groups of too few people or errors are suppressed and named. Groups come
    from the labels of the set and from nowhere else.
    """
    from workbench.evaluation.equity import equity_at  # noqa: PLC0415 - keeps `--help` quick
    from workbench.evaluation.equity_record import equity_record  # noqa: PLC0415

    require_free(output, report, source, root, force=force)
    with report_folder(report, "evaluate equity", force=force) as folder:
        measurement, failures = _measured(source, root, split, data_set, encoder)
        found = equity_at(measurement.searches, threshold, reference=reference)
        facts = measurement.facts.model_dump(mode="json")
        result = {"source": source.name, "measurement": facts, **equity_record(found)}
        if folder is not None:
            from workbench.evaluation.equity_folder import write_equity  # noqa: PLC0415
            from workbench.evaluation.measurement import write_measurement  # noqa: PLC0415
            from workbench.records.moments import utc_now  # noqa: PLC0415
            from workbench.reports.evaluation_equity import (  # noqa: PLC0415
                equity_page,
                equity_tables,
            )

            write_measurement(measurement, folder)
            write_report(folder, equity_page(measurement, found), result, equity_tables(found))
            write_equity(measurement, found, folder, created=utc_now())
    write_result(result, output)
    if as_json:
        say_json(result)
    else:
        show_equity(found)
    say_failures(failures)
    if report is not None:
        say(f"{report}: report.html, result.json and the figures as Parquet")


def _measured(
    source: Path,
    root: Path | None,
    split: SplitChoice | None,
    data_set: str | None,
    encoder: str | None,
) -> tuple[Measurement, dict[str, str]]:
    """Read a measurement, or make one; returns the images without a template, too."""
    from workbench.cli.evaluate_measuring import Asked, measure  # noqa: PLC0415 - quick `--help`
    from workbench.cli.evaluate_sources import FolderImages  # noqa: PLC0415
    from workbench.evaluation.equity_reading import read_grouped  # noqa: PLC0415

    if source.is_dir() or not source.exists():
        given = {"--root": root, "--split": split, "--data-set": data_set, "--encoder": encoder}
        for option, value in given.items():
            if value is not None and source.is_dir():
                msg = f"{option} is of a protocol, and {source} is a measurement. Leave it out."
                raise UsageError(msg)
        return read_grouped(source), {}
    if root is None:
        msg = f"{source}: the images of a protocol start from a folder. Name it: --root."
        raise UsageError(msg)
    if split is SplitChoice.TEST:
        msg = (
            "the locked test is measured by evaluate identification --split test --report DIR, "
            "which records its opening. Give that folder here."
        )
        raise UsageError(msg)
    _require_groups(source, root)
    asked = Asked(FolderImages(source, root), data_set, None if split is None else split.value)
    measured = measure(asked, load_settings(encoder=encoder))
    return measured.galleries[0], measured.failures


def _require_groups(protocol: Path, root: Path) -> None:
    """Refuse a protocol without groups before its images are encoded, which may take hours."""
    from workbench.evaluation.protocols import read_protocol  # noqa: PLC0415 - quick `--help`

    if read_protocol(protocol, root)["group"].is_null().all():
        msg = (
            f"{protocol}: has no column group, so there are no groups to compare. Add it, with the "
            "group that the set gives each person and nothing for one who has none; the program "
            "never infers one."
        )
        raise ProtocolError(msg)
