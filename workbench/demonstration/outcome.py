"""The result of the demonstration's search beside the truth, as table, summary and page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from workbench.arrays import ImageArray
from workbench.demonstration.portraits import people
from workbench.demonstration.scene import Scene
from workbench.live import AlertScores
from workbench.reports import (
    AlertsPage,
    Credit,
    Figure,
    MissedPerson,
    Span,
    clock,
)
from workbench.reports.building import build_page
from workbench.reports.finding import Finding
from workbench.reports.summary import summarise
from workbench.reports.wording import meaning_lines

__all__ = ["CATEGORY", "CREDITS_NOTE", "PROVES", "Outcome"]

CATEGORY = "demonstration"
PROVES = (
    "Five people prove only that the parts work together. They say nothing about how often anyone "
    "is found or mistaken for someone else."
)
CREDITS_NOTE = (
    "The scene is made from these photographs: cut out, made smaller, blurred and, but for open "
    "alerts, made unrecognisable. Nobody shown and nobody who made a photograph has endorsed this "
    "software, and no endorsement is suggested."
)
_LIMITS = (
    PROVES,
    (
        "The scene was chosen so that each of the five can be seen by themselves for a while. In "
        "a scene where they hide one another, some are missed."
    ),
    (
        "The people are photographs that move. Nobody turns the head, blinks or speaks, which "
        "makes following and comparing easier than on a street."
    ),
    (
        "The decisions are scripted: two actors of the demonstration take them from the truth of "
        "the staged crowd. Nobody looked at a picture."
    ),
    (
        "The photographs show people in public life. The encoders may have seen other pictures "
        "of them in training."
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What the search found and what was true.

    Attributes:
        reference: of the deployment.
        session: id of the live search.
        finding: of the search, with its alerts as they are decided.
        scores: alerts and people beside the ground truth.
        scene: what was searched.
        credits: of the photographs.
        shown: redacted frames of each alert's moment, and the time of each in seconds.
    """

    reference: str
    session: str
    finding: Finding
    scores: AlertScores
    scene: Scene
    credits: tuple[Credit, ...]
    shown: tuple[tuple[float, ImageArray], ...] = ()

    @property
    def threshold(self) -> float:
        """From which an alert was raised, in `unit`."""
        return self.finding.threshold

    @property
    def unit(self) -> str:
        """Unit of scores and threshold."""
        return self.finding.setup.unit

    def table(self) -> pl.DataFrame:
        """Return one row an alert: `time, person, score, meaning, truth, right or wrong, state`."""
        truths = self.finding.truths or {}
        rows = [
            {
                "time in feed": clock(alert.time_s),
                "person": alert.subject,
                "score": round(alert.score, 2),
                "meaning": meaning_lines(self.finding.meaning(alert.score))[0],
                "truth": truths[alert.id].person,
                "right or wrong": truths[alert.id].word,
                "state": alert.state,
            }
            for alert in self.finding.alerts
        ]
        names = ("time in feed", "person", "score", "meaning", "truth", "right or wrong", "state")
        schema = {name: pl.Float64 if name == "score" else pl.String for name in names}
        return pl.DataFrame(rows, schema=schema)

    def redacted_pictures(self) -> tuple[Sequence[ImageArray], Sequence[str]]:
        """Return the redacted frames of the alerts' moments, and a caption for each."""
        captions = [f"{clock(time_s)} in the feed, redacted" for time_s, _ in self.shown]
        return [image for _, image in self.shown], captions

    def summary(self) -> dict[str, Any]:
        """Return the outcome as plain values, without any face."""
        missed = self.scores.missed_people
        summary = summarise(self.finding)
        return {
            "category": CATEGORY,
            "note": PROVES,
            "deployment": self.reference,
            "session": self.session,
            **summary,
            "missed_people": len(missed),
            "missed": list(missed),
            "staged": {
                "people": len(people()),
                "listed": sum(person.listed for person in people()),
                "seed": self.scene.settings.seed,
                "size": [self.scene.settings.width, self.scene.settings.height],
            },
            "credits": [
                {
                    "picture": one.what,
                    "author": one.author,
                    "licence": one.licence,
                    "source": one.source,
                    "notice": one.notice,
                }
                for one in self.credits
            ],
        }

    def page(self) -> AlertsPage:
        """Return the outcome as a page, marked as a demonstration."""
        page = build_page(
            self.finding,
            title="Five people, three of them on a list",
            figures=self._figures(),
            spans=self._spans(),
            category=CATEGORY,
        )
        return replace(
            page,
            spans_are="when each staged person was in the picture",
            missed=self._missed(),
            limits=(*_LIMITS, *page.limits),
            provenance=(*page.provenance, ("Staged crowd", self._staging())),
            credits=self.credits,
            credits_note=CREDITS_NOTE,
            category_note=PROVES,
        )

    def _figures(self) -> tuple[Figure, ...]:
        counts, alerts = self.finding.counts, len(self.finding.alerts)
        listed = len(self.scores.people)
        found = listed - len(self.scores.missed_people)
        unlisted = sum(not person.listed for person in people())
        false = self.scores.false_alerts
        frames = "unknown" if counts.frames is None else f"{counts.frames:,}"
        rate = "" if counts.fps is None else f"{counts.fps:.1f} a second"
        return (
            Figure("Listed people alerted", f"{found} of {listed}", "staged in the crowd"),
            Figure(
                "False alerts",
                f"{false} of {alerts}",
                f"alerts; {unlisted} passers-by not on the list",
            ),
            Figure(
                "Decided", f"{self.finding.decided} of {alerts}", "alerts, by two scripted actors"
            ),
            Figure("Faces seen", f"{counts.faces_seen}", "followed through the picture"),
            Figure("Searched", f"{frames} frames", rate),
        )

    def _spans(self) -> tuple[Span, ...]:
        first_alert: dict[str, int] = {}
        for number, row in enumerate(self.scores.alerts.iter_rows(named=True), 1):
            if row["true_person"] is not None:
                first_alert.setdefault(row["true_person"], number)
        return tuple(
            Span(
                row["first_s"],
                row["last_s"],
                first_alert.get(row["person"]),
                row["person"] if row["listed"] else f"{row['person']} (not listed)",
            )
            for row in self.scene.table().iter_rows(named=True)
        )

    def _missed(self) -> tuple[MissedPerson, ...]:
        first = dict(self.scores.people.select("person", "first_s").iter_rows())
        return tuple(
            MissedPerson(person, f"in the picture from {clock(first[person])}")
            for person in self.scores.missed_people
        )

    def _staging(self) -> str:
        settings = self.scene.settings
        return (
            f"{settings.width}x{settings.height} px, {settings.fps:g} frames a second, seed "
            f"{settings.seed}, faces {settings.smallest_face_px:g} to "
            f"{settings.largest_face_px:g} px high, H.264 at rate factor {settings.crf}"
        )
