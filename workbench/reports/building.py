"""From the outcome of a live search to the page that shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from workbench.arrays import ImageArray
from workbench.images import encode_jpeg
from workbench.live import Alert, LiveResult
from workbench.matching.confidence import ScoreMeaning
from workbench.matching.watchlist import Watchlist
from workbench.reports.page import (
    AlertsPage,
    AlertView,
    Figure,
    OtherCandidate,
    Picture,
    QualityView,
    Span,
    TruthView,
)
from workbench.reports.rendering import clock
from workbench.reports.wording import INDICATION, meaning_lines

__all__ = ["Finding", "build_page"]

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


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """All that a page needs to know of one search.

    Attributes:
        result: what the search left behind.
        watchlist: what it searched for.
        created: when it ended.
        meaning: what a score means at the size of this watchlist.
        quality: verdict on a probe crop.
        detector: name of the detector.
        provenance: label and value, for whoever repeats it.
        truths: who it was, by alert id, where the feed was staged.
    """

    result: LiveResult
    watchlist: Watchlist
    created: datetime
    meaning: Callable[[float], ScoreMeaning]
    quality: Callable[[ImageArray], QualityView]
    detector: str
    provenance: Mapping[str, str]
    truths: Mapping[str, TruthView] | None = None


def build_page(
    finding: Finding,
    *,
    title: str,
    figures: Sequence[Figure] | None = None,
    spans: Sequence[Span] | None = None,
) -> AlertsPage:
    """Return the page of a search; `spans` go before those from track to alert."""
    result = finding.result
    numbers = {alert.id: number for number, alert in enumerate(result.alerts, 1)}
    meaning, detail = meaning_lines(finding.meaning(result.threshold))
    return AlertsPage(
        title=title,
        feed=result.feed,
        duration_s=result.duration_s,
        created=finding.created,
        unit=result.unit,
        threshold=result.threshold,
        threshold_meaning=meaning,
        threshold_detail=detail,
        figures=tuple(figures) if figures is not None else _figures(result),
        alerts=tuple(_view(alert, numbers, finding) for alert in result.alerts),
        spans=tuple(spans) if spans is not None else _spans(result, numbers),
        staged=finding.truths is not None,
        notices=_notices(result),
        limits=LIMITS,
        provenance=tuple(finding.provenance.items()),
    )


def _figures(result: LiveResult) -> tuple[Figure, ...]:
    return (
        Figure("Alerts", str(len(result.alerts)), f"of {result.faces_seen:,} faces seen"),
        Figure("Decided", f"0 of {len(result.alerts)}", "by a person"),
        Figure("On the list", f"{result.subjects:,}", f"people, {result.references:,} photographs"),
        Figure(
            "Searched", f"{result.frames:,}", f"frames, {result.frames_per_second:.1f} a second"
        ),
    )


def _view(alert: Alert, numbers: Mapping[str, int], finding: Finding) -> AlertView:
    meaning, detail = meaning_lines(finding.meaning(alert.score))
    probe = Picture(
        encode_jpeg(alert.probe),
        "The face in the feed",
        f"{finding.result.feed}, {clock(alert.probe_time_s)}, frame {alert.probe_frame:,}",
    )
    reference, quality = _reference(alert, finding.watchlist)
    fused = (
        f"The score fuses {alert.comparisons} looks at the face along its track; what it means was "
        "measured on single photographs."
    )
    notes = [fused]
    if alert.hidden > 0:
        notes.append(
            f"{alert.hidden:.0%} of the picture is covered because another person's face reaches "
            "into it. No look compared at this moment was free of it."
        )
    if alert.contests is not None:
        notes.append(
            f"It contests alert {numbers[alert.contests]}: two faces of one frame claim to be the "
            "same person, and at most one of them can be right."
        )
    return AlertView(
        number=numbers[alert.id],
        time_s=alert.time_s,
        person=alert.subject,
        score=alert.score,
        meaning=meaning,
        meaning_detail=detail,
        probe=probe,
        reference=reference,
        probe_quality=finding.quality(alert.probe),
        reference_quality=quality,
        others=_others(alert, finding),
        state=alert.state.value,
        truth=None if finding.truths is None else finding.truths.get(alert.id),
        notes=tuple(notes),
    )


def _reference(alert: Alert, watchlist: Watchlist) -> tuple[Picture, QualityView]:
    """Return the reference that compared best, the first of the subject where that is unknown."""
    row = alert.reference
    if row is None or watchlist.references[row].subject != alert.subject:
        subjects = [reference.subject for reference in watchlist.references]
        row = subjects.index(alert.subject)
    reference = watchlist.references[row]
    picture = Picture(
        encode_jpeg(watchlist.thumbnails[row]), "The reference on the watchlist", reference.source
    )
    return picture, QualityView(str(reference.verdict), tuple(reference.reasons))


def _others(alert: Alert, finding: Finding) -> tuple[OtherCandidate, ...]:
    pairs = zip(alert.candidates.subjects, alert.candidates.scores.tolist(), strict=True)
    rest = [(subject, score) for subject, score in pairs if subject != alert.subject]
    return tuple(
        OtherCandidate(subject, score, meaning_lines(finding.meaning(score))[0])
        for subject, score in rest[:OTHERS_SHOWN]
    )


def _spans(result: LiveResult, numbers: Mapping[str, int]) -> tuple[Span, ...]:
    return tuple(
        Span(alert.first_seen_s, alert.time_s, numbers[alert.id]) for alert in result.alerts
    )


def _notices(result: LiveResult) -> tuple[str, ...]:
    notices = []
    if result.damage is not None:
        notices.append(f"Part of the feed could not be read: {result.damage}.")
    notices += [
        f"The feed has no frames from {clock(gap.start_s)} to {clock(gap.end_s)}; nothing was "
        "searched there."
        for gap in result.gaps
    ]
    if not result.faces_seen:
        notices.append("No face was seen in this feed. Check that it shows people.")
    return tuple(notices)
