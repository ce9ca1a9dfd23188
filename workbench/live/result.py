"""What a live search leaves behind: alerts and counts, and no face that nobody alerted on."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from workbench.governance.stopping import StopReason
from workbench.live.alerts import Alert

__all__ = ["COUNTING_METHOD", "Gap", "LiveResult"]

COUNTING_METHOD = "confirmed-tracks-in-zone/1"
"""How `faces_seen` counts: tracks with at least `confirm_frames` detections of the minimum
confidence whose centre lay inside the zone. One person who leaves and comes back counts twice;
a still picture counts each face of it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of the feed without frames.

    Attributes:
        start_s: time of the last frame before it.
        end_s: time of the first frame after it.
    """

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, eq=False)
class LiveResult:
    """The outcome of one live search.

    Attributes:
        feed: name of the feed.
        frames: how many were searched.
        duration_s: time in the feed from the first frame to the last.
        elapsed_s: time that the search took.
        faces_seen: counted by `counting_method`.
        tracks: how many were started, those outside the zone and those never confirmed included.
        detections: faces found, frame by frame, the weakest included.
        comparisons: templates compared.
        alerts: in the order in which they were raised.
        suppressed: how often an alert was due but for the cool-down, or a better earlier one.
        threshold: fused score that an alert needed.
        matcher: name of the matcher.
        unit: unit of scores and threshold.
        references: how many the watchlist holds.
        subjects: how many people the watchlist holds.
        gaps: stretches of the feed without frames.
        damage: what of the feed could not be read, in a sentence.
        max_template_age_s: the longest time that a template lived after its comparison.
        overdue_templates: how many lived longer than they may; 0 unless something is wrong.
        counting_method: the definition of `faces_seen`.
        stopped_by: why it ended.
        uncompared: who left the view of a live feed and was dropped without being compared, because
            the search was behind.
        drops: frames of a live feed that came and were not searched; none of a file.
        detected_frames: frames in which faces were looked for; in the others tracks were
            predicted.
    """

    feed: str
    frames: int
    duration_s: float
    elapsed_s: float
    faces_seen: int
    tracks: int
    detections: int
    comparisons: int
    alerts: tuple[Alert, ...]
    suppressed: int
    threshold: float
    matcher: str
    unit: str
    references: int
    subjects: int
    gaps: tuple[Gap, ...]
    damage: str | None
    max_template_age_s: float
    overdue_templates: int
    counting_method: str = COUNTING_METHOD
    stopped_by: StopReason = StopReason.FEED_ENDED
    drops: int = 0
    uncompared: int = 0
    detected_frames: int = 0

    @property
    def frames_per_second(self) -> float:
        """Frames searched for each second that the search took."""
        return self.frames / self.elapsed_s if self.elapsed_s > 0 else 0.0

    @property
    def alert_latency_s(self) -> float | None:
        """Median seconds from taking a frame off the feed to the alert; `None` without alerts."""
        return median(alert.latency_s for alert in self.alerts) if self.alerts else None
