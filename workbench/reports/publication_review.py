"""The form of the review after a deployment: counts as on record, checks to fill in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workbench.governance.deployment_counts import Rate
from workbench.governance.deployment_outcomes import DeploymentOutcome
from workbench.governance.moments import spoken
from workbench.reports.publication_figures import (
    PublishedFigure,
    counted,
    number_words,
    part_of,
    rate_of,
)

__all__ = ["ReviewPage", "review_page"]

_CHECKS: Final = (
    (
        "Before it began",
        (
            "The authority covered the place and the whole time.",
            "Each entry of the list was reviewed for this deployment.",
            "The list was no larger than the purpose needs.",
            "Signs stood, and leaflets were at hand, before the first search.",
            "The assessments named in the authority were those in force.",
        ),
    ),
    (
        "While it ran",
        (
            "The cameras saw the area of the authority and no more.",
            "An officer looked at both pictures before anybody was spoken to.",
            "Nobody was stopped for avoiding the cameras.",
            "Each stop after a false alert was explained to the person.",
            "Faults, pauses and gaps were written down.",
        ),
    ),
    (
        "After it ended",
        (
            "The list was destroyed in time, and a certificate says so.",
            "Alerts are kept no longer than the rules say, holds apart.",
            "Every cost is entered, or is entered as unknown.",
            "Complaints and what people said were written down.",
            "The record was published, or it is written why not.",
        ),
    ),
)
_QUESTIONS: Final = (
    "Was the deployment necessary and proportionate, seen from what came of it?",
    "What went wrong, and what is to be changed?",
    "Is anything to be told to anybody who was stopped, or to the public?",
)
_SIGNATURES: Final = ("Reviewer", "Authorising officer", "Data-protection officer")


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """What a review form shows; the rest of it is blank."""

    facts: tuple[tuple[str, str], ...]
    counts: tuple[PublishedFigure, ...]
    rates: tuple[PublishedFigure, ...]
    unresolved: tuple[PublishedFigure, ...]
    checks: tuple[tuple[str, tuple[str, ...]], ...] = _CHECKS
    questions: tuple[str, ...] = _QUESTIONS
    signatures: tuple[str, ...] = _SIGNATURES

    @property
    def groups(self) -> dict[str, tuple[PublishedFigure, ...]]:
        """All figures by section."""
        return {"counts": self.counts, "rates": self.rates, "unresolved": self.unresolved}


def review_page(outcome: DeploymentOutcome) -> ReviewPage:
    """Return the form for a deployment."""
    counts = outcome.counts
    alerts, faces = counts.alerts, "faces seen"
    worst_of_faces = counts.false_of_faces.severest
    came = counts.outcomes
    return ReviewPage(
        facts=_facts(outcome),
        counts=(
            _of_alerts("true", "True alerts", counts.true, alerts),
            _of_alerts("false", "False alerts", counts.false, alerts),
            _of_alerts("undecided", "Neither", counts.undecided, alerts),
            part_of("stops", "Stops", counts.stops, n=counts.engagements, of_what="engagements"),
            part_of(
                "false_alert_engagements",
                "Engagements on false alerts",
                counts.false_alert_engagements,
                n=counts.engagements,
                of_what="engagements",
            ),
            part_of(
                "false_alert_arrests",
                "Arrests on false alerts",
                counts.false_alert_arrests,
                n=came.arrest,
                of_what="arrests",
            ),
            _of_alerts("arrests", "Arrests", came.arrest, alerts),
            _of_alerts("other_disposals", "Other disposals", came.other_disposal, alerts),
            _of_alerts("no_action", "No action", came.no_action, alerts),
            _of_alerts("without_outcome", "No outcome on record", came.without_outcome, alerts),
        ),
        rates=(
            _rate("faces_best", "False of faces seen, at best", counts.false_of_faces.best, faces),
            _rate(
                "faces_worst",
                "False of faces seen, at worst",
                worst_of_faces,
                faces,
            ),
            _rate("alerts_best", "False of alerts, at best", counts.false_of_alerts.best, "alerts"),
            _rate(
                "alerts_worst",
                "False of alerts, at worst",
                counts.false_of_alerts.severest,
                "alerts",
            ),
        ),
        unresolved=(
            _of_alerts("open", "Still open", counts.open, alerts),
            _of_alerts("unresolved", "Could not be decided", counts.unresolved, alerts),
            _of_alerts(
                "destroyed_undecided",
                "Destroyed before anybody decided",
                counts.destroyed_undecided,
                alerts,
            ),
            _of_alerts(
                "true_unconfirmed", "True, never confirmed", counts.true_unconfirmed, alerts
            ),
            _of_alerts(
                "false_unconfirmed", "False, never confirmed", counts.false_unconfirmed, alerts
            ),
        ),
    )


def _facts(outcome: DeploymentOutcome) -> tuple[tuple[str, str], ...]:
    costs = outcome.costs
    total = "unknown" if costs.total is None else f"{costs.total:,.2f} pounds"
    minutes = outcome.searched_minutes if outcome.searches else None
    return (
        ("Reference", outcome.reference),
        ("Force", outcome.force),
        ("Place", f"{outcome.place}, {outcome.town}"),
        ("State", outcome.state.value),
        ("Authority", f"{spoken(outcome.starts)} to {spoken(outcome.ends)}"),
        ("Ended", "not ended" if outcome.ended is None else spoken(outcome.ended)),
        (
            "Searched",
            f"{number_words(minutes, ',.1f')} minutes; live searches: {outcome.searches:,}",
        ),
        ("Cameras", ", ".join(outcome.feeds)),
        ("Images on the list", number_words(outcome.list_references)),
        ("People on the list", number_words(outcome.list_subjects)),
        ("Alerts on consenting staff, counted nowhere else", f"{outcome.blue_list_alerts:,}"),
        (
            "Cost",
            f"{total}; {costs.known:,.2f} pounds known, {counted(costs.unknown, 'line')} unknown"
            if costs.lines
            else "unknown: nothing is entered",
        ),
    )


def _of_alerts(name: str, says: str, count: int, alerts: int) -> PublishedFigure:
    return part_of(name, says, count, n=alerts, of_what="alerts")


def _rate(name: str, says: str, rate: Rate, of_what: str) -> PublishedFigure:
    return rate_of(name, says, rate.count, n=rate.n, of_what=of_what)
