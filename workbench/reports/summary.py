"""The summary of a search as plain values, for a file or another program."""

from __future__ import annotations

from typing import Any

from workbench.live import Alert
from workbench.reports.building import Finding
from workbench.reports.recording import versions, watchlist_digest

__all__ = ["summarise"]


def summarise(finding: Finding) -> dict[str, Any]:
    """Return what a search found as values that JSON can hold: counts, scores, no face.

    `true_alerts` and `false_alerts` are there only where the feed was staged and the truth is
    known; on any other feed nobody has decided yet.
    """
    result = finding.result
    summary: dict[str, Any] = {
        "feed": result.feed,
        "frames": result.frames,
        "duration_s": round(result.duration_s, 3),
        "faces_seen": result.faces_seen,
        "tracks": result.tracks,
        "counting_method": result.counting_method,
        "alerts": len(result.alerts),
    }
    truths = finding.truths
    if truths is not None:
        right = sum(truths[alert.id].right for alert in result.alerts)
        summary |= {"true_alerts": right, "false_alerts": len(result.alerts) - right}
    summary |= {
        "frames_per_second": round(result.frames_per_second, 2),
        "detector": finding.detector,
        "encoder": result.matcher,
        "threshold": result.threshold,
        "unit": result.unit,
        "threshold_meaning": finding.meaning(result.threshold).text,
        "listed_people": result.subjects,
        "references": result.references,
        "damage": result.damage,
        "gaps_s": [[gap.start_s, gap.end_s] for gap in result.gaps],
        "max_template_age_s": round(result.max_template_age_s, 3),
        "overdue_templates": result.overdue_templates,
        "alert_list": [_alert(alert, finding) for alert in result.alerts],
        "provenance": {
            "created": finding.created.isoformat(timespec="seconds"),
            "watchlist_sha256": watchlist_digest(finding.watchlist),
            "versions": versions(),
            **{name.lower().replace(" ", "_"): value for name, value in _words(finding)},
        },
    }
    return summary


def _words(finding: Finding) -> list[tuple[str, str]]:
    kept = ("Matcher", "Encoders", "Calibration", "Zone")
    return [(name, value) for name, value in finding.provenance.items() if name in kept]


def _alert(alert: Alert, finding: Finding) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": alert.id,
        "time_s": round(alert.time_s, 3),
        "person": alert.subject,
        "score": round(alert.score, 4),
        "meaning": finding.meaning(alert.score).text,
        "state": alert.state.value,
        "track": alert.track,
        "frame": alert.probe_frame,
        "box": [round(float(side), 1) for side in alert.box],
        "contests": alert.contests,
    }
    if finding.truths is not None:
        truth = finding.truths[alert.id]
        entry |= {"truth": truth.person, "right": truth.right}
    return entry
