"""The steps of the demonstration, one call each; `running` takes them in order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from workbench.arrays import ImageArray
from workbench.bench.list_views import BuildReport, EntryImage
from workbench.bench.retention import IssuedCertificate
from workbench.bench.search_output import REDACTED_VIDEO
from workbench.demonstration.bench import DemonstrationBench, new_reference
from workbench.demonstration.cast import ANALYST, OFFICER, OPERATOR, PROTECTION, REVIEWER
from workbench.demonstration.deciding import decide
from workbench.demonstration.outcome import Outcome
from workbench.demonstration.paperwork import FEED, application, entry
from workbench.demonstration.portraits import people
from workbench.demonstration.sample import Sample
from workbench.demonstration.scene import Scene
from workbench.demonstration.thresholds import policy_for
from workbench.governance.moments import spoken
from workbench.live import AlertScores, RedactedFrame, RedactedVideoWriter, score_alerts
from workbench.reports import TruthView

__all__ = [
    "RECIPIENT",
    "WHY",
    "Authorised",
    "apply",
    "authorise",
    "build_list",
    "decided",
    "end_deployment",
    "refreshed",
    "review_list",
    "search",
]

WHY = "the demonstration shows each step to whoever runs it"
RECIPIENT = "whoever runs the demonstration"
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Authorised:
    """A deployment that was applied for by one actor and authorised by another.

    Attributes:
        reference: names it.
        applicant: account that applied for it.
        officer: account that authorised it.
        rank: of the officer, for people.
        until: when the authority ends, for people.
        policy: id of its threshold policy.
        threshold: from which score on an alert is raised.
        unit: of that.
        equity: what is known of the policy by group, for people.
    """

    reference: str
    applicant: str
    officer: str
    rank: str
    until: str
    policy: str
    threshold: float
    unit: str
    equity: str


def apply(bench: DemonstrationBench, sample: Sample) -> str:
    """Make the bench if it is not there, and have a deployment applied for.

    Returns:
        Its reference.

    Raises:
        RefusedError: when the folder is no demonstration's.
    """
    bench.make()
    policy = policy_for(sample.settings.encoder)
    with bench.opened(ANALYST) as analyst:
        now = bench.now()
        reference = new_reference(now)
        analyst.deployments.draft(application(reference, policy, now))
        analyst.deployments.apply(reference)
    return reference


def authorise(bench: DemonstrationBench, sample: Sample, reference: str) -> Authorised:
    """Have the deployment authorised by another than who applied for it."""
    policy = policy_for(sample.settings.encoder)
    with bench.opened(OFFICER) as officer:
        view = officer.deployments.authorise(
            reference,
            necessity="Demonstration: shows that another person than the applicant decides.",
            proportionality="Five sample people, two hours, one file.",
        )
    authority = view.authority
    assert authority is not None  # noqa: S101 - it was just given
    return Authorised(
        reference=reference,
        applicant=view.applicant,
        officer=authority.officer,
        rank=authority.officer_rank.spoken,
        until=spoken(authority.ends),
        policy=policy.id,
        threshold=policy.threshold,
        unit=policy.unit,
        equity=policy.equity_brief,
    )


def build_list(bench: DemonstrationBench, sample: Sample, reference: str) -> BuildReport:
    """Build the watchlist from one photograph of each listed person; nobody has checked it yet.

    Raises:
        WatchlistError: when none of the photographs can be enrolled.
    """
    entries = [
        EntryImage(entry(person), sample.files[person.enrolled.artefact.name])
        for person in people()
        if person.enrolled is not None
    ]
    with bench.opened(ANALYST) as analyst:
        return analyst.watchlists.build(reference, entries, sample.analyser)


def review_list(bench: DemonstrationBench, reference: str) -> None:
    """Have somebody else than who built the list check its images and review its entries."""
    with bench.opened(REVIEWER) as reviewer:
        ids = reviewer.watchlists.show(reference, WHY).ids()
        reviewer.watchlists.check(reference, ids, "The credit names the person in the photograph.")
        reviewer.watchlists.review(reference, note="Demonstration: three sample people.")


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
    """Search the staged crowd under the authority; all alerts are open afterwards.

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
    keeper = _MomentKeeper(scene)
    with bench.opened(OPERATOR) as operator, ExitStack() as stack:
        session = operator.live.start(
            reference,
            scene.video,
            feed_name=FEED,
            threshold=threshold,
            analyser=sample.searching,
            on_frame=keeper.take,
            progress=progress,
        )
        stack.enter_context(session)
        if folder is not None:
            video = operator.live.video(
                session, folder / REDACTED_VIDEO, recipient=RECIPIENT, justification=WHY
            )
            keeper.writer = stack.enter_context(video)
        result = session.run()
    scores = _named(score_alerts(result.alerts, _by_reference(scene.truth)))
    with bench.opened(OPERATOR) as operator:
        finding = operator.live.finding(session.id, justification=WHY)
    return Outcome(
        reference=reference,
        session=session.id,
        finding=replace(finding, truths=_truths(scores)),
        scores=scores,
        scene=scene,
        credits=sample.credits,
        shown=tuple(keeper.kept),
    )


def decided(bench: DemonstrationBench, outcome: Outcome) -> Outcome:
    """Have two actors decide on the alerts, and return the outcome as it is then."""
    decide(bench, outcome.finding.truths or {})
    return refreshed(bench, outcome)


def refreshed(bench: DemonstrationBench, outcome: Outcome) -> Outcome:
    """Return an outcome with the states that its alerts have now."""
    with bench.opened(OPERATOR) as operator:
        finding = operator.live.finding(outcome.session, justification=WHY)
    return replace(outcome, finding=replace(finding, truths=outcome.finding.truths))


def end_deployment(bench: DemonstrationBench, reference: str) -> IssuedCertificate:
    """Close the deployment, destroy its watchlist, and return the certificate of that."""
    with bench.opened(OPERATOR) as operator:
        operator.deployments.close(reference)
        certificate = operator.watchlists.purge(reference)
    with bench.opened(PROTECTION) as protection:
        return protection.retention.certificate(certificate.id)


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
        self.writer: RedactedVideoWriter | None = None

    def take(self, frame: RedactedFrame) -> None:
        """Write the frame where a video is written, and keep it if its moment has come."""
        if self.writer is not None:
            self.writer.write(frame)
        if self._due and frame.time_s >= self._due[0]:
            self._due.pop(0)
            self.kept.append((frame.time_s, frame.image.copy()))
