"""Live search: feed -> tracks -> alerts, with everyone else made unrecognisable first.

Tracking, redaction, comparison and alerting each live in their own module; `LiveSearch` puts them
in the order that the rules demand. Nothing here writes to disk but `RedactedVideoWriter`.
"""

from __future__ import annotations

from workbench.faces.mosaic import Mosaic, MosaicKind
from workbench.live.alerting import AlertPolicy
from workbench.live.alerts import Alert, AlertState
from workbench.live.pipeline import LiveSearch
from workbench.live.redaction import RedactedFrame, Redactor
from workbench.live.result import COUNTING_METHOD, Gap, LiveResult
from workbench.live.scoring import AlertScores, TrackRecorder, score_alerts, threshold_curve
from workbench.live.status import LiveStatus
from workbench.live.writer import RedactedVideoWriter
from workbench.live.zone import Zone
from workbench.tracking.tracker import Track, Tracker, TrackState

__all__ = [
    "COUNTING_METHOD",
    "Alert",
    "AlertPolicy",
    "AlertScores",
    "AlertState",
    "Gap",
    "LiveResult",
    "LiveSearch",
    "LiveStatus",
    "Mosaic",
    "MosaicKind",
    "RedactedFrame",
    "RedactedVideoWriter",
    "Redactor",
    "Track",
    "TrackRecorder",
    "TrackState",
    "Tracker",
    "Zone",
    "score_alerts",
    "threshold_curve",
]
