"""`workbench evaluate staged`: a staged crowd searched as a live search, each track a search."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
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
)
from workbench.cli.evaluate_making import (
    ReportFolder,
    ResultFile,
    analysers_of,
    fusion_calibration,
    made_with,
    require_free,
    say_failures,
)
from workbench.cli.evaluate_telling import show_identification
from workbench.cli.evaluate_writing import report_folder, write_report, write_result
from workbench.cli.options import AsJson, EncoderOption, Force
from workbench.errors import ProtocolError

if TYPE_CHECKING:
    import polars as pl

    from workbench.cli.evaluate_measuring import Measured
    from workbench.faces.analysis import FaceAnalyser
    from workbench.matching.matcher import Matcher
    from workbench.matching.person_folders import Photograph
    from workbench.matching.watchlist import Watchlist
    from workbench.settings import Settings

__all__ = ["EXAMPLE", "staged"]

EXAMPLE = example("workbench evaluate staged crowd.mp4 --watchlist people --report staged")


def staged(
    video: Annotated[
        Path,
        typer.Argument(
            readable=False,
            metavar="VIDEO",
            help="Staged crowd that workbench stage wrote, its ground truth beside it.",
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
            help="Folder with one folder of photographs for each listed person, named after them. "
            "Give others than those that the crowd was staged from.",
        ),
    ],
    output: ResultFile = None,
    report: ReportFolder = None,
    encoder: EncoderOption = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Measure a live search on a staged crowd: each track is a search, whose person is known.

    Nothing is adjudicated and nothing is censored: the best fused score of a track is known whether
    or not it would raise an alert. A person without a track is a search that was not acquired. The
    report is a measurement that the threshold lab reads; no policy is drafted from it.
    """
    from workbench.evaluation.staged import STAGED  # noqa: PLC0415 - keeps `--help` quick
    from workbench.feeds.truth import truth_path  # noqa: PLC0415

    truth_file = truth_path(video)
    require_free(output, report, video, truth_file, watchlist, force=force)
    settings = load_settings(encoder=encoder)
    with report_folder(report, "evaluate staged", force=force) as folder:
        measured = _measured(video, truth_file, watchlist, settings)
        result = {"searched": STAGED, **measured.result()}
        if folder is not None:
            _write_report(folder, measured, result)
    write_result(result, output)
    if as_json:
        say_json(result)
    else:
        show_identification(result, has_groups=False)
    say_failures(measured.failures)
    say(STAGED)
    if report is not None:
        say(f"{report}: report.html, result.json and the figures as Parquet")


@dataclass(frozen=True, slots=True, eq=False)
class _List:
    """Who is searched for.

    Attributes:
        watchlist: those that were enrolled.
        references: a row for each photograph, with the schema `References`.
        failures: the reason for each that was not enrolled, by its name.
    """

    watchlist: Watchlist
    references: pl.DataFrame
    failures: dict[str, str]


def _measured(video: Path, truth_file: Path, folder: Path, settings: Settings) -> Measured:
    from workbench.cli.evaluate_measuring import Measured  # noqa: PLC0415 - keeps `--help` quick
    from workbench.evaluation.measurement import Measurement, MeasurementFacts  # noqa: PLC0415
    from workbench.evaluation.staged import staged_protocol  # noqa: PLC0415
    from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415
    from workbench.feeds.truth import read_truth  # noqa: PLC0415
    from workbench.live.detection import set_for_redaction  # noqa: PLC0415
    from workbench.matching.person_folders import person_folders  # noqa: PLC0415

    truth = read_truth(truth_file)
    _require_both(truth, truth_file)
    photographs, _ = person_folders(folder)
    _require_list(photographs, truth, folder)
    enrolling, searching = analysers_of(settings)
    listed = _enrolled(photographs, folder, enrolling, settings)
    calibration = fusion_calibration(settings)
    matcher = listed.watchlist.matcher(settings.encoder, calibration)
    live = set_for_redaction(searching, settings, ArtefactStore.from_settings(settings))
    tracks = _tracks(video, truth, live, matcher, listed.watchlist, settings=settings)
    searches = staged_protocol(truth, tracks)
    digest = hashlib.sha256(truth_file.read_bytes()).hexdigest()
    made = made_with(truth_file.name, digest, settings, live, calibration)
    facts = MeasurementFacts(
        name=f"{settings.encoder} {live.numbers}",
        created=datetime.now(UTC),
        data_set=video.name,
        split="whole",
        rule=(
            f"every track of the staged crowd {video.name}, and everybody in it whom no track "
            f"showed; on the list, every photograph of {folder.name}"
        ),
        searched="staged tracks",
        protocol_sha256=digest,
        matcher=settings.encoder,
        unit=made["unit"],
        encoders={name: asdict(one) for name, one in live.identities.items()},
        runtime=live.numbers,
        calibration=None if calibration is None else calibration.id,
        list_size=len(listed.references),
    )
    return Measured((Measurement.of(facts, searches, listed.references),), made, listed.failures)


def _require_both(truth: pl.DataFrame, truth_file: Path) -> None:
    """Refuse a crowd in which nobody is on the list, or everybody is, before work is spent."""
    for wanted, kind, remedy in ((True, "on", "--listed"), (False, "off", "others")):
        if wanted not in truth["listed"]:
            msg = (
                f"{truth_file}: nobody of the crowd is {kind} the list, and a measurement takes "
                f"both. Stage a crowd of both ({remedy})."
            )
            raise ProtocolError(msg)


def _require_list(photographs: Sequence[Photograph], truth: pl.DataFrame, folder: Path) -> None:
    """Refuse a list that is not the one that the crowd was staged for."""
    names = {one.subject for one in photographs}
    crowd = dict(truth.select("person", "listed").unique().iter_rows())
    for person, listed in sorted(crowd.items()):
        if listed and person not in names:
            msg = (
                f"{folder}: holds no photograph of {person}, who is on the list by the ground "
                "truth. Give the list that the crowd was staged for."
            )
            raise ProtocolError(msg)
        if not listed and person in names:
            msg = (
                f"{folder}: holds photographs of {person}, who is not on the list by the ground "
                "truth. Take that folder out, or stage the crowd with --listed."
            )
            raise ProtocolError(msg)


def _enrolled(
    photographs: Sequence[Photograph], folder: Path, analyser: FaceAnalyser, settings: Settings
) -> _List:
    import polars as pl  # noqa: PLC0415 - keeps `--help` quick

    from workbench.matching.enrolment import enrol_folder  # noqa: PLC0415

    with progress_bar("Enrolling", "images") as progress:
        found = enrol_folder(
            folder,
            analyser,
            progress=lambda done, total, _path: progress(done, total),
            limits=image_limits(settings),
        )
    refused = {one.path: one.reason for one in found.refused}
    named = {one.path: one.path.relative_to(folder).as_posix() for one in photographs}
    references = pl.DataFrame(
        {
            "reference": list(named.values()),
            "identity": [one.subject for one in photographs],
            "acquired": [path not in refused for path in named],
        }
    )
    failures = {named[path]: reason for path, reason in refused.items() if path in named}
    return _List(found.watchlist, references, failures)


def _tracks(
    video: Path,
    truth: pl.DataFrame,
    analyser: FaceAnalyser,
    matcher: Matcher,
    watchlist: Watchlist,
    *,
    settings: Settings,
) -> pl.DataFrame:
    """Search the crowd once, with a threshold that no score reaches, so that no track rests."""
    from workbench.feeds.opening import open_feed  # noqa: PLC0415 - keeps `--help` quick
    from workbench.live.pipeline import LiveSearch, is_stills  # noqa: PLC0415
    from workbench.live.scoring import TrackRecorder  # noqa: PLC0415

    search = LiveSearch(
        analyser,
        matcher,
        watchlist,
        threshold=matcher.score_range[1] + 1.0,
        settings=settings.live,
    )
    with (
        progress_bar("Searching", "frames") as progress,
        open_feed(video, limits=image_limits(settings)) as feed,
    ):
        least = 1 if is_stills(feed, settings.live) else settings.live.min_comparisons
        recorder = TrackRecorder(truth, min_comparisons=least)
        done = search.run(feed, observer=recorder, progress=progress)
    if done.damage is not None:
        msg = f"{video}: {done.damage} Stage the crowd again: what is missing would be misses."
        raise ProtocolError(msg)
    return recorder.tracks()


def _write_report(folder: Path, measured: Measured, result: dict[str, Any]) -> None:
    from workbench.evaluation.measurement import write_measurement  # noqa: PLC0415 - quick `--help`
    from workbench.reports.evaluation_frames import identification_frames  # noqa: PLC0415
    from workbench.reports.evaluation_staged import staged_page  # noqa: PLC0415

    (found,) = measured.galleries
    write_measurement(found, folder)
    frames = identification_frames(found, result, None)
    write_report(folder, staged_page(found, result, frames), result, frames.tables())
