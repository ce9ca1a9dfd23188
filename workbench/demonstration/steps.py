"""The steps of the demonstration, one call each, and all of them in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from workbench.arrays import FloatArray, ImageArray
from workbench.bench.list_views import BuildReport, EntryImage
from workbench.demonstration.bench import DemonstrationBench, new_reference
from workbench.demonstration.cast import ANALYST, OFFICER, OPERATOR, REVIEWER
from workbench.demonstration.deciding import decide
from workbench.demonstration.outcome import CATEGORY, PROVES, Outcome
from workbench.demonstration.paperwork import FEED, application, entry
from workbench.demonstration.people import people
from workbench.demonstration.sample import Sample
from workbench.demonstration.scene import Scene, stage
from workbench.faces.analysis import primary_face
from workbench.feeds import CrowdSettings
from workbench.governance.certificates import DeletionCertificate
from workbench.governance.default_policies import load_default_policies
from workbench.governance.setups import Matcher as MatcherKind
from workbench.live import AlertScores, RedactedFrame, RedactedVideoWriter, score_alerts
from workbench.reports import TruthView

__all__ = [
    "CATEGORY",
    "PROVES",
    "Authorised",
    "authorise",
    "build_list",
    "end_deployment",
    "listed_table",
    "photograph_scores",
    "run",
    "search",
]

Progress = Callable[[str, int, int | None], None]
"""Is told the name of the step, what is done of it, and of how much if that is known."""
SHOWN = 3
REDACTED_VIDEO = "redacted.mp4"
_WHY = "the demonstration shows each step to whoever runs it"
_RECIPIENT = "whoever runs the demonstration"


@dataclass(frozen=True, slots=True)
class Authorised:
    """A deployment that was applied for by one actor and authorised by another.

    Attributes:
        reference: names it.
        officer: account that authorised it.
        until: when the authority ends, for people.
        policy: id of its threshold policy.
        threshold: from which score on an alert is raised.
    """

    reference: str
    officer: str
    until: str
    policy: str
    threshold: float


def authorise(bench: DemonstrationBench, sample: Sample) -> Authorised:
    """Make the bench if it is not there, and have a deployment applied for and authorised.

    Raises:
        RefusedError: when the folder is no demonstration's.
    """
    bench.make()
    policy = load_default_policies()[MatcherKind(sample.settings.encoder)]
    with bench.opened(ANALYST) as analyst:
        now = bench.now()
        reference = new_reference(now)
        analyst.deployments.draft(application(reference, policy, now))
        analyst.deployments.apply(reference)
    with bench.opened(OFFICER) as officer:
        view = officer.deployments.authorise(
            reference,
            necessity="Demonstration: shows that another person than the applicant decides.",
            proportionality="Five sample people, two hours, one file.",
        )
    assert view.authority is not None  # noqa: S101 - it was just given
    until = view.authority.ends.isoformat(timespec="seconds")
    return Authorised(reference, view.authority.officer, until, policy.id, policy.threshold)


def build_list(bench: DemonstrationBench, sample: Sample, reference: str) -> BuildReport:
    """Build the watchlist from one photograph of each listed person; have it checked and reviewed.

    Raises:
        WatchlistError: when none of the photographs can be enrolled.
    """
    entries = [
        EntryImage(entry(person), sample.photographs[person.enrolled.artefact.name])
        for person in people()
        if person.enrolled is not None
    ]
    with bench.opened(ANALYST) as analyst:
        report = analyst.watchlists.build(reference, entries, sample.analyser)
    with bench.opened(REVIEWER) as reviewer:
        ids = reviewer.watchlists.show(reference, _WHY).ids()
        reviewer.watchlists.check(reference, ids, "The credit names the person in the photograph.")
        reviewer.watchlists.review(reference, note="Demonstration: three sample people.")
    return report


def listed_table(bench: DemonstrationBench, reference: str) -> pl.DataFrame:
    """Return one row an entry: `reference, photograph, verdict, reasons` and who looked at it."""
    with bench.opened(REVIEWER) as reviewer:
        entries = reviewer.watchlists.show(reference, _WHY).entries
    return pl.DataFrame(
        {
            "reference": [one.entry.subject for one in entries],
            "photograph": [one.entry.image for one in entries],
            "verdict": [str(one.quality.verdict) for one in entries],
            "reasons": [" ".join(one.quality.reasons) for one in entries],
            "checked by": [one.check.by if one.check else "" for one in entries],
            "reviewed by": [one.review.by if one.review else "" for one in entries],
        }
    )


def search(
    bench: DemonstrationBench,
    sample: Sample,
    scene: Scene,
    reference: str,
    folder: Path | None = None,
    *,
    threshold: float | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> Outcome:
    """Search the staged crowd under the authority, and have two actors decide on its alerts.

    Args:
        bench: of the demonstration.
        sample: the models.
        scene: the crowd.
        reference: of the deployment.
        folder: gets `redacted.mp4`, recorded as a disclosure; nothing is written when left out.
        threshold: from which an alert is raised; that of the policy when left out.
        progress: is told how many frames are done.

    Raises:
        PolicyError: when the threshold is below the policy's minimum.
    """
    if folder is None:
        with TemporaryDirectory(prefix="workbench-") as temporary:
            return search(
                bench,
                sample,
                scene,
                reference,
                Path(temporary),
                threshold=threshold,
                progress=progress,
            )
    keeper = _MomentKeeper(scene)
    with bench.opened(OPERATOR) as operator:
        operator.exports.disclose(
            reference,
            what="redacted video, faces of open alerts in clear",
            recipient=_RECIPIENT,
            justification=_WHY,
        )
        with RedactedVideoWriter(folder / REDACTED_VIDEO) as writer:

            def take(frame: RedactedFrame) -> None:
                writer.write(frame)
                keeper.take(frame)

            with operator.live.start(
                reference,
                scene.video,
                feed_name=FEED,
                threshold=threshold,
                analyser=sample.searching,
                on_frame=take,
                progress=progress,
            ) as session:
                result = session.run()
        scores = _named(score_alerts(result.alerts, _by_reference(scene.truth)))
    truths = _truths(scores)
    decide(bench, truths)
    with bench.opened(OPERATOR) as operator:
        finding = operator.live.finding(session.id, justification=_WHY)
    shown = replace(finding, truths=truths)
    return Outcome(shown, scores, scene, sample.credits, tuple(keeper.kept))


def end_deployment(bench: DemonstrationBench, reference: str) -> DeletionCertificate:
    """Close the deployment, destroy its watchlist, and return the certificate of that."""
    with bench.opened(OPERATOR) as operator:
        operator.deployments.close(reference)
        return operator.watchlists.purge(reference)


def photograph_scores(sample: Sample) -> tuple[list[float], list[float]]:
    """Compare every staged photograph with every enrolled one; both are credited samples.

    Returns:
        Scores of the same person, and scores of different people, in the unit of the matcher.
    """
    from workbench.matching.enrolment import enrol_images  # noqa: PLC0415 - for this table alone

    enrolled = [
        (person.reference, person.reference, sample.photographs[person.enrolled.artefact.name])
        for person in people()
        if person.enrolled is not None
    ]
    watchlist = enrol_images(enrolled, sample.analyser, name=CATEGORY).watchlist
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
            (mated if subject == person.reference else nonmated).append(score)
    return mated, nonmated


def run(
    sample: Sample,
    bench: DemonstrationBench,
    folder: Path,
    *,
    threshold: float | None = None,
    crowd: CrowdSettings | None = None,
    progress: Progress | None = None,
) -> tuple[Outcome, DeletionCertificate]:
    """Do everything: authorise, enrol, stage, search, decide, close, destroy the watchlist.

    `folder` gets `redacted.mp4`, `summary.json`, `alerts.html`, `certificate.json` and
    `certificate.html`; the bench keeps the alerts and the record. The crowd itself, in which faces
    can be seen, lives in a temporary folder and goes at the end.

    Args:
        sample: the photographs and the models.
        bench: made if it is not there.
        folder: exists.
        threshold: from which an alert is raised; that of the policy when left out.
        crowd: how to stage; the demonstration's own way when left out.
        progress: is told of each step.
    """

    def telling(step: str) -> Callable[[int, int | None], None]:
        return lambda done, total: progress(step, done, total) if progress else None

    allowed = authorise(bench, sample)
    build_list(bench, sample, allowed.reference)
    with TemporaryDirectory(prefix="workbench-") as temporary:
        video = Path(temporary) / "staged_crowd.mp4"
        scene = stage(sample, video, crowd=crowd, progress=telling("Staging"))
        outcome = search(
            bench,
            sample,
            scene,
            allowed.reference,
            folder,
            threshold=threshold,
            progress=telling("Searching"),
        )
    with bench.opened(OPERATOR) as operator:
        operator.exports.disclose(
            allowed.reference,
            what="page and summary of the alerts",
            recipient=_RECIPIENT,
            justification=_WHY,
            objects=[alert.id for alert in outcome.finding.alerts],
        )
    outcome.write(folder)
    return outcome, end_deployment(bench, allowed.reference)


def _by_reference(truth: pl.DataFrame) -> pl.DataFrame:
    """Return the ground truth with references in place of names, as alerts bear them."""
    references = {person.name: person.reference for person in people()}
    return truth.with_columns(pl.col("person").replace(references))


def _named(scores: AlertScores) -> AlertScores:
    """Return what was scored with the names of those who were staged."""
    names = {person.reference: person.name for person in people()}
    return AlertScores(
        scores.alerts.with_columns(pl.col("true_person").replace(names)),
        scores.people.with_columns(pl.col("person").replace(names)),
    )


def _truths(scores: AlertScores) -> dict[str, TruthView]:
    truths = {}
    for row in scores.alerts.iter_rows(named=True):
        person = row["true_person"] or "nobody who was staged"
        listed = "" if row["true_listed"] else ", who is not on the list"
        note = f"this was {person}{listed if row['true_person'] else ''}."
        truths[row["alert"]] = TruthView(row["right"], person, note)
    return truths


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
