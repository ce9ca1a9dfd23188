"""What a live search says of itself while it goes on: how it is doing, in counts, and no face."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import Field

from workbench.governance.outcomes import Count
from workbench.governance.record import Record
from workbench.governance.session_gaps import FeedGap
from workbench.governance.text import Line, Moment

__all__ = ["FeedHealth", "SessionSigns", "SessionState"]

_Seconds: TypeAlias = Annotated[float, Field(ge=0.0)]


class SessionState(StrEnum):
    """Where a live search is."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class FeedHealth(StrEnum):
    """What a camera shows; of a file that is not known."""

    LIVE = "live"
    FROZEN = "frozen"
    DARK = "dark"
    COVERED = "covered"
    DEAD = "dead"
    UNKNOWN = "unknown"


class SessionSigns(Record):
    """The signs of life of one live search: kept with it, and replaced every second.

    The numbers are those of `workbench.live.status.LiveStatus`.

    Attributes:
        state: where it is.
        health: of its feed.
        rested: frames of a camera that were dropped unseen while it was paused.
        feed_began: when a camera was at its second 0.
        camera_gaps: the newest stretches in which it showed nothing that could be searched.
        damage: what of the feed could not be read so far, in a sentence.
        gaps_s: the newest stretches of the feed without frames, in seconds of the feed.
    """

    state: SessionState
    health: FeedHealth = FeedHealth.UNKNOWN
    rested: Count = 0
    frames: Count = 0
    fps: _Seconds | None = None
    latency_p50_s: _Seconds | None = None
    latency_p95_s: _Seconds | None = None
    frame_p50_s: _Seconds | None = None
    frame_p95_s: _Seconds | None = None
    faces_seen: Count = 0
    tracks: Count = 0
    tracks_now: Count = 0
    detections: Count = 0
    detected_frames: Count = 0
    drops: Count = 0
    uncompared: Count = 0
    feed_began: Moment | None = None
    camera_gaps: tuple[FeedGap, ...] = ()
    damage: Line | None = None
    gaps_s: tuple[tuple[float, float], ...] = ()
    queue_depths: dict[Line, Count] = Field(default_factory=dict)
    alerts: Count = 0
