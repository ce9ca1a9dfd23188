"""`workbench enrol`, which is also `workbench watchlist build`: photographs become a watchlist."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.console import example, load_settings, progress_bar, say, say_json
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, EncoderOption

if TYPE_CHECKING:
    from workbench.bench.list_views import BuildReport, EntryView
    from workbench.bench.log_head import LogHead

__all__ = ["EXAMPLE", "enrol"]

EXAMPLE = example(
    "workbench enrol photographs --deployment 2026-11/HIGH-ST-1 --entries entries.csv"
)


def enrol(
    folder: Annotated[
        Path, typer.Argument(readable=False, metavar="FOLDER", help="Folder of the photographs.")
    ],
    *,
    deployment: Annotated[
        str,
        typer.Option(
            "--deployment", "-d", metavar="REFERENCE", help="Deployment that the list is for."
        ),
    ],
    entries: Annotated[
        Path,
        typer.Option(
            "--entries",
            "-e",
            readable=False,
            metavar="FILE",
            help="Who each photograph is of and why they are listed, CSV or JSON; see workbench "
            "watchlist template.",
        ),
    ],
    strict: Annotated[
        bool, typer.Option("--strict", help="Build nothing if any image is refused.")
    ] = False,
    encoder: EncoderOption = None,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Build the watchlist of a deployment, in place of the one there was.

    Every image gets a quality verdict. Images that cannot be used are refused and listed with the
    reason; with --strict one refusal refuses the whole list. Before its search may start, a second
    person checks each image and an officer reviews each entry for this deployment.
    """
    from workbench.bench.entry_files import read_entries  # noqa: PLC0415 - keeps `--help` quick

    settings = load_settings(encoder=encoder, bench=bench)
    given = read_entries(entries, folder)
    with opened(bench, settings) as workbench:
        # Loading these takes seconds: what was given is checked before.
        from workbench.faces.analysis import build_analyser  # noqa: PLC0415
        from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415

        analyser = build_analyser(settings, ArtefactStore.from_settings(settings))
        with progress_bar("Enrolling", "images") as progress:
            report = workbench.watchlists.build(
                deployment,
                given,
                analyser,
                strict=strict,
                progress=lambda done, total, _path: progress(done, total),
            )
        log = workbench.audit.standing()
    if as_json:
        say_json(_summary(report) | {"audit": log.plain()})
    else:
        _show(report, log)


def _summary(report: BuildReport) -> dict[str, Any]:
    return {
        "deployment": report.reference,
        "watchlist": report.id,
        "built": report.built.isoformat(),
        "people": report.composition.subjects,
        "references": [_row(one) for one in report.enrolled],
        "refused": [_row(one) for one in report.refused],
        "kept": report.kept,
        "detector": report.detector,
        "encoders": dict(report.encoders),
    }


def _row(entry: EntryView) -> dict[str, Any]:
    return {
        "entry": entry.id,
        "subject": entry.entry.subject,
        "image": entry.entry.image,
        "category": entry.entry.category.value,
        "verdict": entry.quality.verdict,
        "reasons": list(entry.quality.reasons),
        "age_warning": entry.age_warning,
    }


def _show(report: BuildReport, log: LogHead) -> None:
    from workbench.cli.certificates import log_rows  # noqa: PLC0415 - keeps `--help` quick
    from workbench.cli.tables import show_pairs, show_table  # noqa: PLC0415

    show_table(
        ("Reference", "Image", "Category", "Verdict", "Why"),
        (
            (
                one.entry.subject,
                one.entry.image,
                one.entry.category.value,
                "refused" if one in report.refused else one.quality.verdict,
                " ".join((*one.quality.reasons, *([one.age_warning] if one.age_warning else []))),
            )
            for one in (*report.enrolled, *report.refused)
        ),
        whole=("Reference",),
    )
    show_pairs(log_rows(log))
    kept = f", {report.kept} of them unchanged" if report.kept else ""
    say(
        f"{report.composition.subjects} people, {len(report.enrolled)} photographs enrolled{kept}, "
        f"{len(report.refused)} refused, for deployment {report.reference}."
    )
