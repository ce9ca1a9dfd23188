"""From the alerts of a live search, as they are decided, to the page that shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from workbench.governance.moments import duration
from workbench.governance.stopping import StopReason
from workbench.images import encode_jpeg
from workbench.live.alert_document import AlertDocument
from workbench.reports.finding import Finding, FoundAlert
from workbench.reports.page import (
    AlertsPage,
    AlertView,
    Figure,
    OtherCandidate,
    Picture,
    QualityView,
    Span,
)
from workbench.reports.rendering import clock
from workbench.reports.wording import INDICATION, meaning_lines

__all__ = ["build_page", "notices"]

OTHERS_SHOWN = 3
LIMITS = (
    "A score compares two pictures. It does not say who someone is, and a high one may be wrong.",
    (
        "A listed person who passed with the face turned away, hidden, dark or small may have "
        "raised no alert: no alert does not mean not there."
    ),
    (
        "A score comes with how often people who are not on the list reach it. "
        f"{INDICATION} The photographs show known people, and the encoders may have seen some of "
        "them in training, so that the rates need not carry to this feed."
    ),
    (
        "Faces count once for each confirmed track; a person who leaves the picture and comes "
        "back counts twice."
    ),
)
_UNKNOWN: Final = "unknown"


def build_page(
    finding: Finding,
    *,
    title: str,
    figures: Sequence[Figure] | None = None,
    spans: Sequence[Span] | None = None,
    category: str | None = None,
) -> AlertsPage:
    """Return the page of a search.

    Args:
        finding: what was found.
        title: heading of the page.
        figures: the headline; that of any search when left out.
        spans: bars of the timeline; from track to alert when left out.
        category: `demonstration` marks the page as one.
    """
    numbers = {alert.id: number for number, alert in enumerate(finding.alerts, 1)}
    meaning, detail = meaning_lines(finding.meaning(finding.threshold))
    return AlertsPage(
        title=title,
        feed=finding.feed,
        duration_s=finding.duration_s,
        created=finding.created,
        unit=finding.setup.unit,
        threshold=finding.threshold,
        threshold_meaning=meaning,
        threshold_detail=detail,
        figures=tuple(figures) if figures is not None else _figures(finding),
        alerts=tuple(_view(alert, numbers, finding) for alert in finding.alerts),
        spans=tuple(spans) if spans is not None else _spans(finding, numbers),
        staged=finding.truths is not None,
        category=category,
        notices=notices(finding),
        limits=LIMITS,
        provenance=tuple(finding.provenance.items()),
    )


def notices(finding: Finding) -> tuple[str, ...]:
    """Return what went wrong or was cut short, in sentences."""
    counts = finding.counts
    found = []
    if finding.stopped_by is None:
        found.append("The search goes on; this is how far it has come.")
    elif finding.stopped_by is not StopReason.FEED_ENDED:
        found.append(f"The search ended because {finding.stopped_by.phrase}.")
    if counts.damage is not None:
        found.append(f"Part of the feed could not be read: {counts.damage}.")
    found += [
        f"The feed has no frames from {clock(start)} to {clock(end)}; nothing was searched there."
        for start, end in counts.gaps_s
    ]
    if counts.faces_seen == 0:
        found.append("No face was seen in this feed. Check that it shows people.")
    return tuple(found)


def _figures(finding: Finding) -> tuple[Figure, ...]:
    counts, setup, alerts = finding.counts, finding.setup, len(finding.alerts)
    rate = "" if counts.fps is None else f", {counts.fps:.1f} a second"
    return (
        Figure("Alerts", str(alerts), f"of {_number(counts.faces_seen)} faces seen"),
        Figure("Decided", f"{finding.decided} of {alerts}", "by people"),
        Figure("On the list", f"{setup.subjects:,}", f"people, {setup.references:,} photographs"),
        Figure("Searched", _number(counts.frames), f"frames{rate}"),
    )


def _view(alert: FoundAlert, numbers: Mapping[str, int], finding: Finding) -> AlertView:
    document = alert.document
    meaning, detail = meaning_lines(finding.meaning(document.score))
    probe = Picture(
        encode_jpeg(document.probe_image()),
        "The face in the feed",
        f"{finding.feed}, {clock(document.probe_time_s)}, frame {document.probe_frame:,}",
    )
    reference = Picture(document.reference, "The reference on the watchlist", document.source)
    return AlertView(
        number=numbers[alert.id],
        time_s=document.time_s,
        person=document.subject,
        category=document.category,
        score=document.score,
        meaning=meaning,
        meaning_detail=detail,
        probe=probe,
        reference=reference,
        probe_quality=QualityView(document.probe_verdict, document.probe_reasons),
        reference_quality=QualityView(document.verdict, document.reasons),
        others=_others(document, finding),
        state=alert.state,
        decided=_decided(alert.decided_after),
        truth=None if finding.truths is None else finding.truths.get(alert.id),
        notes=_notes(document, numbers),
    )


def _notes(document: AlertDocument, numbers: Mapping[str, int]) -> tuple[str, ...]:
    fused = (
        f"The score fuses {document.comparisons} looks at the face along its track; what it means "
        "was measured on single photographs."
    )
    notes = [fused]
    if document.hidden > 0:
        notes.append(
            f"{document.hidden:.0%} of the picture is covered because another person's face "
            "reaches into it. No look compared at this moment was free of it."
        )
    if document.contests is not None:
        number = numbers.get(document.contests)
        which = "an earlier alert" if number is None else f"alert {number}"
        notes.append(
            f"It contests {which}: two faces of one frame claim to be the same person, and at "
            "most one of them can be right."
        )
    return tuple(notes)


def _decided(after: timedelta | None) -> str:
    return "" if after is None else f"Decided {duration(after)} after it was raised."


def _others(document: AlertDocument, finding: Finding) -> tuple[OtherCandidate, ...]:
    rest = [one for one in document.candidates if one[0] != document.subject]
    return tuple(
        OtherCandidate(subject, score, meaning_lines(finding.meaning(score))[0])
        for subject, score in rest[:OTHERS_SHOWN]
    )


def _spans(finding: Finding, numbers: Mapping[str, int]) -> tuple[Span, ...]:
    return tuple(
        Span(alert.document.first_seen_s, alert.time_s, numbers[alert.id])
        for alert in finding.alerts
    )


def _number(count: int | None) -> str:
    return _UNKNOWN if count is None else f"{count:,}"
