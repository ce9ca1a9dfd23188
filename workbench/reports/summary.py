"""The summary of a search as plain values, for a file or another program."""

from __future__ import annotations

from typing import Any

from workbench.reports.finding import Finding, FoundAlert

__all__ = ["summarise"]


def summarise(finding: Finding) -> dict[str, Any]:
    """Return what a search found as values that JSON can hold: counts, scores, no face.

    `true_alerts` and `false_alerts` are there only where the feed was staged and the truth is
    known; elsewhere the states of the alerts say what people decided.
    """
    counts, setup = finding.counts, finding.setup
    summary: dict[str, Any] = {
        "feed": finding.feed,
        "stopped_by": None if finding.stopped_by is None else finding.stopped_by.value,
        "frames": counts.frames,
        "duration_s": _rounded(counts.duration_s, 3),
        "faces_seen": counts.faces_seen,
        "tracks": counts.tracks,
        "counting_method": counts.counting_method,
        "alerts": len(finding.alerts),
        "decided": finding.decided,
    }
    truths = finding.truths
    if truths is not None:
        right = sum(truths[alert.id].right for alert in finding.alerts)
        summary |= {"true_alerts": right, "false_alerts": len(finding.alerts) - right}
    summary |= {
        "frames_per_second": _rounded(counts.fps, 2),
        "detector": setup.detector,
        "encoder": setup.matcher.value,
        "threshold": finding.threshold,
        "unit": setup.unit,
        "threshold_meaning": finding.meaning(finding.threshold).text,
        "listed_people": setup.subjects,
        "references": setup.references,
        "damage": counts.damage,
        "gaps_s": [list(gap) for gap in counts.gaps_s],
        "max_template_age_s": _rounded(counts.max_template_age_s, 3),
        "overdue_templates": counts.overdue_templates,
        "alert_list": [_alert(alert, finding) for alert in finding.alerts],
        "provenance": {
            "created": finding.created.isoformat(timespec="seconds"),
            "watchlist_sha256": setup.watchlist_sha256,
            "versions": dict(setup.versions),
            **{name.lower().replace(" ", "_"): value for name, value in finding.provenance.items()},
        },
    }
    return summary


def _alert(alert: FoundAlert, finding: Finding) -> dict[str, Any]:
    document = alert.document
    entry: dict[str, Any] = {
        "id": alert.id,
        "time_s": round(document.time_s, 3),
        "person": document.subject,
        "category": document.category,
        "score": round(document.score, 4),
        "meaning": finding.meaning(document.score).text,
        "state": alert.state,
        "decided_after_s": None
        if alert.decided_after is None
        else round(alert.decided_after.total_seconds(), 1),
        "track": document.track,
        "frame": document.probe_frame,
        "box": [round(side, 1) for side in document.box],
        "contests": document.contests,
    }
    if finding.truths is not None:
        truth = finding.truths[alert.id]
        entry |= {"truth": truth.person, "right": truth.right}
    return entry


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
