"""Faces from frame to frame: one track is one person's way through one feed.

The tracker sees boxes only. It never sees a template: where two tracks turn out to be one person
(in a live search a template younger than its lifetime says so), `Tracker.join` is called.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from workbench.arrays import BoolArray, FloatArray, IntArray, check_shape
from workbench.tracking.association import Gate, associate
from workbench.tracking.motion import Motion

__all__ = ["Track", "TrackState", "Tracker"]


class TrackState(StrEnum):
    """Where a track stands."""

    TENTATIVE = "tentative"
    """Detected too few times to count as a face."""
    CONFIRMED = "confirmed"
    """Detected often enough, and detected in this frame."""
    LOST = "lost"
    """Not detected in this frame; its place is predicted."""
    ENDED = "ended"
    """Not detected for too long; its number is never given again."""


@dataclass(slots=True, eq=False)
class Track:
    """One track; it holds counts and times, and neither a face nor a template.

    Attributes:
        number: its name within the run, from 1.
        state: where it stands.
        first_seen_s: time in the feed of its first detection.
        last_seen_s: time in the feed of its last detection.
        detections: how often it was detected at all.
        strong: how often it was detected with confidence enough and inside the zone.
        confirmed: whether it was ever confirmed, and so counts as a face seen.
    """

    number: int
    state: TrackState
    first_seen_s: float
    last_seen_s: float
    detections: int = 0
    strong: int = 0
    confirmed: bool = False


class Tracker:
    """Follows faces by constant velocity, overlap and the Hungarian method.

    Strong detections (confident, inside the zone) are paired first, then weak ones with what is
    left (Zhang et al., ByteTrack, ECCV 2022): a weak detection keeps a track alive but is never
    preferred to a strong one. Time steps may vary; everything is in seconds of the feed.
    """

    def __init__(
        self, *, confirm_frames: int = 3, lost_s: float = 1.0, gate: Gate | None = None
    ) -> None:
        """Set when a track counts and when it ends.

        Args:
            confirm_frames: strong detections after which a track is confirmed.
            lost_s: seconds without a detection after which a track ends.
            gate: how far from its prediction a face may be found.
        """
        self._confirm_frames = confirm_frames
        self._lost_s = lost_s
        self._gate = gate or Gate()
        self._motion = Motion.empty()
        self._tracks: list[Track] = []
        self._detected: frozenset[int] = frozenset()
        self._updated_s = -np.inf
        self._next = 1
        self._started = 0

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The tracks that have not ended, in the order of their numbers."""
        return tuple(self._tracks)

    @property
    def started(self) -> int:
        """How many tracks were ever started, less those joined to another."""
        return self._started

    def update(
        self, time_s: float, boxes: FloatArray, strong: BoolArray | None = None
    ) -> tuple[IntArray, list[Track]]:
        """Take in the detections of one frame.

        Args:
            time_s: time of the frame; it may not go back.
            boxes: shape `(n, 4)`, every face detected.
            strong: shape `(n,)`, which of them may confirm a track; all when left out.

        Returns:
            The track number of each detection, shape `(n,)`, all different; and the tracks that
            ended with this frame.
        """
        check_shape("boxes", boxes, (None, 4))
        if strong is None:
            strong = np.ones(len(boxes), np.bool_)
        check_shape("strong", strong, (len(boxes),))
        numbers = np.zeros(len(boxes), np.int64)
        ended = self._end_overdue(time_s)
        free = np.arange(len(self._tracks))
        predicted = self._motion.predict(time_s)
        since = np.maximum(time_s - self._motion.time_s, 0.0)
        for chosen in (np.flatnonzero(strong), np.flatnonzero(~strong)):
            rows, columns = associate(
                predicted[free],
                since[free],
                self._motion.detections[free],
                boxes[chosen],
                self._gate,
            )
            found, seen = free[rows], chosen[columns]
            self._motion.correct(found, boxes[seen], time_s)
            for row, detection in zip(found.tolist(), seen.tolist(), strict=True):
                numbers[detection] = self._tracks[row].number
                self._sighted(self._tracks[row], time_s, strong=bool(strong[detection]))
            free = np.delete(free, rows)
        for row in free.tolist():
            if self._tracks[row].confirmed:
                self._tracks[row].state = TrackState.LOST
        new = np.flatnonzero(numbers == 0)
        self._motion.start(boxes[new], time_s)
        for detection in new.tolist():
            numbers[detection] = self._start(time_s, strong=bool(strong[detection]))
        self._detected = frozenset(numbers.tolist())
        self._updated_s = time_s
        return numbers, ended

    def skip(self) -> None:
        """Note that the newest frame was not searched for faces: everyone in it is predicted."""
        self._detected = frozenset()

    def is_confirming(self) -> bool:
        """Whether a track found by the last detection still needs some to be confirmed."""
        return any(
            track.strong and not track.confirmed and track.last_seen_s == self._updated_s
            for track in self._tracks
        )

    def moved(self, time_s: float) -> float:
        """Return how far the fastest track has moved since it was detected, in face widths.

        Args:
            time_s: up to when; tracks that the last detection missed are left out.
        """
        seen = self._motion.time_s == self._updated_s
        if not seen.any():
            return 0.0
        speed = np.hypot(*self._motion.velocity[seen, :2].T)
        widths = speed / np.maximum(self._motion.state[seen, 2], 1.0)
        return float(widths.max() * max(time_s - self._updated_s, 0.0))

    def predictions(
        self, time_s: float, within_s: float
    ) -> tuple[IntArray, FloatArray, FloatArray]:
        """Say where the faces are that this frame's detection missed.

        Args:
            time_s: time of the frame, already taken in by `update`.
            within_s: leave out tracks not detected for longer than this.

        Returns:
            Numbers `(n,)`, predicted boxes `(n, 4)` and seconds since the last detection `(n,)`.
        """
        since = time_s - self._motion.time_s
        # By number and not by time: a feed may give two frames of one time.
        missed = np.array([track.number not in self._detected for track in self._tracks], np.bool_)
        rows = np.flatnonzero(missed & (since <= within_s))
        numbers = np.array([self._tracks[row].number for row in rows], np.int64)
        return numbers, self._motion.predict(time_s)[rows], since[rows].astype(np.float32)

    def join(self, number: int, into: int) -> bool:
        """Let the track `into` go on as the track `number`, which is the same person.

        Only a lost track can go on as another: two faces of one frame are two people.

        Returns:
            Whether it was done; `number` exists no longer where it was.
        """
        rows = {track.number: row for row, track in enumerate(self._tracks)}
        if number not in rows or into not in rows or number == into:
            return False
        kept, gone = self._tracks[rows[into]], self._tracks[rows[number]]
        if kept.last_seen_s >= gone.first_seen_s:
            return False
        kept.last_seen_s, kept.state = gone.last_seen_s, gone.state
        kept.detections += gone.detections
        kept.strong += gone.strong
        kept.confirmed |= gone.confirmed
        self._motion.replace(rows[into], rows[number])
        if number in self._detected:
            self._detected = self._detected - {number} | {into}
        self._remove([rows[number]])
        self._started -= 1
        return True

    def end(self) -> list[Track]:
        """End every track: the feed is over, or the scene was cut. Returns those ended."""
        ended = list(self._tracks)
        for track in ended:
            track.state = TrackState.ENDED
        self._remove(list(range(len(ended))))
        return ended

    def _start(self, time_s: float, *, strong: bool) -> int:
        track = Track(self._next, TrackState.TENTATIVE, time_s, time_s)
        self._next += 1
        self._started += 1
        self._tracks.append(track)
        self._sighted(track, time_s, strong=strong)
        return track.number

    def _sighted(self, track: Track, time_s: float, *, strong: bool) -> None:
        track.last_seen_s = time_s
        track.detections += 1
        track.strong += strong
        track.confirmed = track.confirmed or track.strong >= self._confirm_frames
        track.state = TrackState.CONFIRMED if track.confirmed else TrackState.TENTATIVE

    def _end_overdue(self, time_s: float) -> list[Track]:
        overdue = []
        for row, track in enumerate(self._tracks):
            if time_s - track.last_seen_s > self._lost_s:
                track.state = TrackState.ENDED
                overdue.append(row)
        ended = [self._tracks[row] for row in overdue]
        self._remove(overdue)
        return ended

    def _remove(self, rows: list[int]) -> None:
        if not rows:
            return
        gone = set(rows)
        kept = [row for row in range(len(self._tracks)) if row not in gone]
        self._tracks = [self._tracks[row] for row in kept]
        self._motion.keep(np.array(kept, np.int64))
