"""`workbench evaluate video`: labelled clips searched once, alerts counted at any threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.console import (
    Advance,
    example,
    image_limits,
    load_settings,
    printable,
    progress_bar,
    say,
    say_json,
)
from workbench.cli.evaluate_making import (
    ReportFolder,
    ResultFile,
    fusion_calibration,
    provenance,
    require_free,
)
from workbench.cli.evaluate_telling import show_clips
from workbench.cli.evaluate_video_result import figures_of, list_of
from workbench.cli.evaluate_writing import report_folder, write_report, write_result
from workbench.cli.options import AsJson, EncoderOption, Force, score

if TYPE_CHECKING:
    from workbench.faces.analysis import FaceAnalyser
    from workbench.live.clip_counts import LabelledClip
    from workbench.matching.enrolment import Enrolment
    from workbench.matching.matcher import Matcher
    from workbench.settings import Settings

__all__ = ["EXAMPLE", "video"]

_LISTED = 5
EXAMPLE = example(
    "workbench evaluate video clips.csv --watchlist people --root clips --report report"
)


def video(
    labels: Annotated[
        Path,
        typer.Argument(
            readable=False,
            metavar="LABELS.csv",
            help="Columns path and identity: a row for each listed person who appears in a clip, "
            "one without an identity for a clip in which nobody listed appears.",
        ),
    ],
    *,
    watchlist: Annotated[
        Path,
        typer.Option(
            "--watchlist",
            "-w",
            readable=False,
            metavar="DIR",
            help="Folder with one folder of photographs for each listed person, named after them.",
        ),
    ],
    root: Annotated[
        Path | None,
        typer.Option(
            "--root",
            readable=False,
            help="Folder that the clips' paths start from. Default: that of the labels.",
        ),
    ] = None,
    threshold: Annotated[
        list[float] | None,
        typer.Option(
            "--threshold",
            "-t",
            parser=score,
            metavar="T",
            help="A threshold to count at besides the default ones; say it once for each.",
        ),
    ] = None,
    output: ResultFile = None,
    report: ReportFolder = None,
    encoder: EncoderOption = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Measure a live search on labelled clips: alerts right, wrong and missed at each threshold.

    Each clip is searched once, as a live search does it, with tracks and their fused scores. No
    bench is needed, and no frame, face or template is kept. An alert is right where the person it
    names appears in the clip. A listed person who could not be enrolled counts as missed.
    """
    from workbench.cli.clip_labels import read_labels  # noqa: PLC0415 - keeps `--help` quick
    from workbench.live.clip_counts import thresholds_for  # noqa: PLC0415

    place = root or labels.absolute().parent
    require_free(output, report, labels, watchlist, root, force=force)
    settings = load_settings(encoder=encoder)
    with report_folder(report, "evaluate video", force=force) as folder:
        people = _people(watchlist)
        named = read_labels(labels, place, people)
        models = _Models.load(settings)
        enrolment = _enrolled(watchlist, models, settings)
        calibration = fusion_calibration(settings)
        matcher = enrolment.watchlist.matcher(settings.encoder, calibration)
        clips = _searched(named, place, models, enrolment, matcher=matcher, settings=settings)
        default = _default_threshold(settings)
        at = thresholds_for(clips, default, threshold or ())
        result = provenance(labels, settings, models.searching, calibration)
        result |= figures_of(clips, at, default, threshold or ())
        result |= list_of(watchlist, people, enrolment)
        if folder is not None:
            _write_report(folder, clips, at, result)
    write_result(result, output)
    if as_json:
        say_json(result)
    else:
        show_clips(result)
    _say_refused(result)
    if report is not None:
        say(f"{report}: report.html, result.json and the figures as Parquet")


@dataclass(frozen=True, slots=True, eq=False)
class _Models:
    """What enrols, in fp32 always, and what searches, in the numbers that the settings ask for."""

    enrolling: FaceAnalyser
    searching: FaceAnalyser

    @classmethod
    def load(cls, settings: Settings) -> _Models:
        from workbench.faces.analysis import build_analyser  # noqa: PLC0415 - quick `--help`
        from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415
        from workbench.live.detection import set_for_redaction  # noqa: PLC0415

        store = ArtefactStore.from_settings(settings)
        analyser = build_analyser(settings, store)
        searching = set_for_redaction(analyser, settings, store)
        if analyser.numbers != "fp32":
            analyser = build_analyser(settings.model_copy(update={"runtime": "auto"}), store)
        return cls(analyser, searching)


def _people(watchlist: Path) -> set[str]:
    """Return everybody whom the folder names, enrolled or not."""
    from workbench.matching.person_folders import person_folders  # noqa: PLC0415 - quick `--help`

    photographs, refused = person_folders(watchlist)
    named = {one.subject for one in refused if one.subject is not None}
    return named | {one.subject for one in photographs}


def _enrolled(watchlist: Path, models: _Models, settings: Settings) -> Enrolment:
    from workbench.matching.enrolment import enrol_folder  # noqa: PLC0415 - keeps `--help` quick

    with progress_bar("Enrolling", "images") as progress:
        return enrol_folder(
            watchlist,
            models.enrolling,
            progress=lambda done, total, _path: progress(done, total),
            limits=image_limits(settings),
        )


def _searched(
    named: Mapping[str, frozenset[str]],
    root: Path,
    models: _Models,
    enrolment: Enrolment,
    *,
    matcher: Matcher,
    settings: Settings,
) -> list[LabelledClip]:
    from workbench.feeds.opening import open_feed  # noqa: PLC0415 - keeps `--help` quick
    from workbench.live.clip_counts import LabelledClip  # noqa: PLC0415
    from workbench.live.clip_scores import search_clip  # noqa: PLC0415

    clips = []
    for path, identities in named.items():
        with (
            progress_bar("Searching", "frames") as progress,
            open_feed(root / path, limits=image_limits(settings)) as feed,
        ):
            found = search_clip(
                feed,
                models.searching,
                matcher,
                enrolment.watchlist,
                settings=settings.live,
                progress=partial(_told, progress, path),
            )
        clips.append(LabelledClip(path, identities, found))
    return clips


def _told(progress: Advance, path: str, done: int, total: int | None) -> None:
    progress(done, total, path)


def _default_threshold(settings: Settings) -> float | None:
    from workbench.matching.calibration import load_calibration  # noqa: PLC0415 - quick `--help`

    measured = load_calibration().matchers.get(settings.encoder)
    return None if measured is None else measured.default_threshold


def _say_refused(result: Mapping[str, Any]) -> None:
    """Name who is not enrolled, and the first photographs that are not, on stderr."""
    for subject in result["not_enrolled"]:
        say(f"note: {printable(subject)}: no photograph could be used; not on the list.")
    photographs = result["not_enrolled_photographs"]
    for one in photographs[:_LISTED]:
        say(f"note: {printable(one['path'])}: {one['reason']}; not enrolled.")
    if len(photographs) > _LISTED:
        say(f"note: and {len(photographs) - _LISTED:,} more; all are in the result.")


def _write_report(
    folder: Path,
    clips: Sequence[LabelledClip],
    thresholds: Sequence[float],
    result: Mapping[str, Any],
) -> None:
    from workbench.live.clip_counts import clip_rows, count_clips  # noqa: PLC0415 - quick `--help`
    from workbench.reports.evaluation_video import video_page  # noqa: PLC0415

    frames = {
        "clips": clip_rows(clips, thresholds),
        "thresholds": count_clips(clips, thresholds),
    }
    write_report(folder, video_page(result), result, frames)
