"""How a live search is doing while it goes on: counts, speed and delay, and no face."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

import numpy as np

from workbench.live.result import Gap

__all__ = ["LiveStatus", "StatusKeeper"]

SPAN_S: Final = 3.0
"""Speed is that of the last seconds."""
MOST_TIMES: Final = 512
"""Delays and moments remembered, so that hours of a search take no more memory than a minute."""


@dataclass(frozen=True, slots=True)
class LiveStatus:
    """What a live search has done up to one moment.

    Attributes:
        frames: how many were searched.
        fps: frames searched a second, over the last seconds; `None` before the second frame.
        latency_p50_s: median seconds from the arrival of a frame to the alert that it raised;
            `None` before the first alert. Of the newest alerts, as are those below.
        latency_p95_s: the same, of which 95 of 100 are no longer.
        frame_p50_s: median seconds from the arrival of a frame to when it was shown redacted;
            `None` before the first one, and where frames are shown to nobody.
        frame_p95_s: the same, of which 95 of 100 are no longer.
        faces_seen: faces counted so far, those in view included once they are confirmed.
        tracks: how many were started.
        tracks_now: how many go on.
        detections: faces found, frame by frame, the weakest included.
        detected_frames: frames in which faces were looked for; in the others tracks were
            predicted.
        drops: frames that came and were not searched, because the search was behind.
        uncompared: who left the view of a live feed and was dropped without being compared, because
            the search was behind.
        gaps: stretches of the feed without frames.
        queue_depths: how much waits before each part, by its name.
        alerts: how many were raised.
    """

    frames: int = 0
    fps: float | None = None
    latency_p50_s: float | None = None
    latency_p95_s: float | None = None
    frame_p50_s: float | None = None
    frame_p95_s: float | None = None
    faces_seen: int = 0
    tracks: int = 0
    tracks_now: int = 0
    detections: int = 0
    detected_frames: int = 0
    drops: int = 0
    uncompared: int = 0
    gaps: tuple[Gap, ...] = ()
    queue_depths: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    alerts: int = 0


class StatusKeeper:
    """Holds the status of a run; one thread writes it, any may read it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Begin with nothing done; `clock` gives seconds, monotonic."""
        self._clock = clock
        self._lock = threading.Lock()
        self._depths: Callable[[], Mapping[str, int]] = dict
        self._drops: Callable[[], int] = int
        self._begin()

    def _begin(self) -> None:
        self._counts = LiveStatus()
        self._done_s: deque[float] = deque(maxlen=MOST_TIMES)
        self._shown: deque[float] = deque(maxlen=MOST_TIMES)
        self._alerted: deque[float] = deque(maxlen=MOST_TIMES)

    def begin(self, depths: Callable[[], Mapping[str, int]], drops: Callable[[], int]) -> None:
        """Start afresh for a run.

        Args:
            depths: says how much waits before each part, by its name; from any thread.
            drops: says how many frames were dropped; from any thread.
        """
        with self._lock:
            self._begin()
            self._depths, self._drops = depths, drops

    def end(self) -> None:
        """Keep the numbers of a run that is over, and nothing that it used."""
        drops = self._drops()
        with self._lock:
            self._counts = replace(self._counts, drops=drops)
            self._depths, self._drops = dict, lambda: drops

    def frame_done(self, counts: LiveStatus) -> None:
        """Note that a frame was searched; speed, delays, drops and depths of `counts` are left."""
        with self._lock:
            self._counts = counts
            self._done_s.append(self._clock())

    def frame_shown(self, delay_s: float) -> None:
        """Note that a redacted frame was shown so long after its arrival."""
        with self._lock:
            self._shown.append(delay_s)

    def alert_raised(self, delay_s: float) -> None:
        """Note that an alert was raised so long after the arrival of its frame."""
        with self._lock:
            self._alerted.append(delay_s)

    def now(self) -> LiveStatus:
        """Return the status at this moment."""
        with self._lock:
            counts, depths, drops = self._counts, self._depths, self._drops
            done, shown, alerted = (
                np.array(times, np.float64) for times in (self._done_s, self._shown, self._alerted)
            )
        latency, frame = _percentiles(alerted), _percentiles(shown)
        return replace(
            counts,
            fps=self._fps(done),
            latency_p50_s=latency[0],
            latency_p95_s=latency[1],
            frame_p50_s=frame[0],
            frame_p95_s=frame[1],
            drops=drops(),
            queue_depths=MappingProxyType(dict(depths())),
        )

    def _fps(self, done: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float | None:
        recent = done[done >= done[-1] - SPAN_S] if len(done) else done
        if len(recent) < 2:  # noqa: PLR2004 - a speed lies between two moments
            return None
        return float((len(recent) - 1) / max(recent[-1] - recent[0], 1e-9))


def _percentiles(
    times: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> tuple[float | None, float | None]:
    if not len(times):
        return None, None
    middle, late = np.percentile(times, [50, 95])
    return float(middle), float(late)
