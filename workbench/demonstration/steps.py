"""The steps of the demonstration, one call each, and all of them in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from workbench.arrays import FloatArray, ImageArray
from workbench.demonstration.outcome import CATEGORY, PROVES, Outcome
from workbench.demonstration.people import caption, people
from workbench.demonstration.sample import Sample
from workbench.demonstration.scene import Scene, stage
from workbench.faces.analysis import primary_face
from workbench.feeds import CrowdSettings, open_feed
from workbench.live import AlertScores, RedactedFrame, score_alerts
from workbench.matching.enrolment import Enrolment, enrol_images
from workbench.reports import TruthView
from workbench.reports.building import Finding
from workbench.reports.recording import record_search

__all__ = ["CATEGORY", "PROVES", "enrol", "enrolled_table", "photograph_scores", "run", "search"]

Progress = Callable[[str, int, int | None], None]
"""Is told the name of the step, what is done of it, and of how much if that is known."""
SHOWN = 3


def enrol(sample: Sample) -> Enrolment:
    """Enrol the listed people, each from one photograph.

    Raises:
        WatchlistError: when none of the photographs can be enrolled.
    """
    entries = [
        (person.name, caption(person.enrolled), sample.photographs[person.enrolled.artefact.name])
        for person in people()
        if person.enrolled is not None
    ]
    return enrol_images(entries, sample.analyser, name=CATEGORY)


def enrolled_table(enrolment: Enrolment) -> pl.DataFrame:
    """Return one row a photograph: `person, photograph, verdict, reasons`."""
    references = enrolment.watchlist.references
    return pl.DataFrame(
        {
            "person": [one.subject for one in references],
            "photograph": [one.source for one in references],
            "verdict": [str(one.verdict) for one in references],
            "reasons": [" ".join(one.reasons) for one in references],
        }
    )


def search(
    sample: Sample,
    enrolment: Enrolment,
    scene: Scene,
    folder: Path | None = None,
    *,
    threshold: float | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> Outcome:
    """Search the staged crowd for the listed people, and check the alerts against the truth.

    Args:
        sample: the models, and what scores mean.
        enrolment: whom to search for.
        scene: the crowd.
        folder: gets `redacted.mp4`; a temporary one, which goes again, when left out.
        threshold: from which an alert is raised; that of the calibration when left out.
        progress: is told how many frames are done.
    """
    if folder is None:
        with TemporaryDirectory(prefix="workbench-") as temporary:
            return search(
                sample, enrolment, scene, Path(temporary), threshold=threshold, progress=progress
            )
    keeper = _MomentKeeper(scene)
    with open_feed(scene.video) as feed:
        finding = record_search(
            feed,
            enrolment.watchlist,
            sample.searching,
            folder,
            settings=sample.settings,
            calibration=sample.calibration,
            threshold=threshold,
            progress=progress,
            on_frame=keeper.take,
        )
    scores = score_alerts(finding.result.alerts, scene.truth)
    return Outcome(_with_truth(finding, scores), scores, scene, sample.credits, tuple(keeper.kept))


def photograph_scores(sample: Sample, enrolment: Enrolment) -> tuple[list[float], list[float]]:
    """Compare every staged photograph with everyone on the list.

    Returns:
        Scores of the same person, and scores of different people, in the unit of the matcher.
    """
    watchlist = enrolment.watchlist
    matcher = watchlist.matcher(sample.settings.encoder, sample.calibration)
    mated: list[float] = []
    nonmated: list[float] = []
    for person in people():
        image = sample.photographs[person.staged.artefact.name]
        faces = sample.analyser.detect(image)
        best = primary_face(faces, image.shape)
        if best is None:
            continue
        templates = sample.analyser.encode(image, faces[[best]])
        scores: FloatArray = matcher.scores(templates, watchlist.subjects)[0]
        for subject, score in zip(watchlist.subjects, scores.tolist(), strict=True):
            (mated if subject == person.name else nonmated).append(score)
    return mated, nonmated


def run(
    sample: Sample,
    folder: Path,
    *,
    threshold: float | None = None,
    crowd: CrowdSettings | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Do everything: enrol, stage, search, check; write the result into `folder`.

    `folder` gets `redacted.mp4`, `summary.json` and `alerts.html`. The crowd itself, in which
    faces can be seen, lives in a temporary folder and goes at the end.

    Args:
        sample: the photographs, the models, and what scores mean.
        folder: exists.
        threshold: from which an alert is raised; that of the calibration when left out.
        crowd: how to stage; the demonstration's own way when left out.
        progress: is told of each step.
    """

    def telling(step: str) -> Callable[[int, int | None], None]:
        return lambda done, total: progress(step, done, total) if progress else None

    enrolment = enrol(sample)
    with TemporaryDirectory(prefix="workbench-") as temporary:
        video = Path(temporary) / "staged_crowd.mp4"
        scene = stage(sample, video, crowd=crowd, progress=telling("Staging"))
        outcome = search(
            sample, enrolment, scene, folder, threshold=threshold, progress=telling("Searching")
        )
    outcome.write(folder)
    return outcome


def _with_truth(finding: Finding, scores: AlertScores) -> Finding:
    truths = {}
    for row in scores.alerts.iter_rows(named=True):
        person = row["true_person"] or "nobody who was staged"
        listed = "" if row["true_listed"] else ", who is not on the list"
        note = f"this was {person}{listed if row['true_person'] else ''}."
        truths[row["alert"]] = TruthView(row["right"], person, note)
    return replace(finding, truths=truths)


class _MomentKeeper:
    """Keeps a few redacted frames, spread over the time in which people can be seen."""

    def __init__(self, scene: Scene) -> None:
        times = np.unique(scene.truth["time_s"].to_numpy())
        shares = (np.arange(SHOWN) + 1) / (SHOWN + 1)
        self._due = [float(time_s) for time_s in np.quantile(times, shares)]
        self.kept: list[tuple[float, ImageArray]] = []

    def take(self, frame: RedactedFrame) -> None:
        """Keep the frame if its moment has come."""
        if self._due and frame.time_s >= self._due[0]:
            self._due.pop(0)
            self.kept.append((frame.time_s, frame.image.copy()))
