"""Redaction: no frame leaves this module with a face in it that nobody raised an alert on.

Frames go in raw and come out as `RedactedFrame`, the only kind that may be shown or written.
They wait in memory for a few frames, so that a face is also covered in the frames just before
the detector first found it, and in between two detections.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from workbench.arrays import FloatArray, ImageArray, IntArray, check_shape
from workbench.faces.mosaic import Mosaic, pixel_regions
from workbench.feeds.frames import Frame

__all__ = ["RedactedFrame", "Redactor", "Sightings"]

HELD_GROWTH_PER_S = 0.8
"""A box not detected now grows by this share of its size for each second of not knowing."""
MOST_HELD_GROWTH = 1.5
"""Up to this factor."""
MOST_HELD_SIZE = 2.2
"""No box not detected now is larger than this many times the face where it was last found.

Both bounds keep a mosaic from swallowing the picture around a small face, and cost no cover: in
four staged crowds whose detections were left out for a second at a time, the same faces were
covered with them as without (tighter ones left more of some faces bare)."""
UNKNOWN_GROWTH_PER_S = 6.0
"""The same for a face seen once, whose velocity nobody knows: it may have come from anywhere."""
MOST_UNKNOWN_GROWTH = 1.8
"""Up to this factor; a whole picture covered for one doubtful detection would help nobody."""
PATH_MEMORY_S = 1.0
"""How long the last box of a track is kept, to cover the way to where it is found again."""
LONGEST_ACROSS_S = 0.2
"""Between two detections no further apart than this a face is where the way between them says."""
MOST_ACROSS = 0.5
"""Nor may they lie further apart than this share of its size, or it is not shown there."""


@dataclass(frozen=True, slots=True, eq=False)
class RedactedFrame:
    """A frame that may be shown and stored.

    Attributes:
        index: of the frame in the feed.
        time_s: of the frame in the feed.
        image: shape `(height, width, 3)` uint8 RGB, redacted.
        covered: shape `(n, 4)` int64, the pixel regions made unrecognisable, ends exclusive.
        revealed: alert id to the pixel region `x0, y0, x1, y1` left in clear for it.
    """

    index: int
    time_s: float
    image: ImageArray
    covered: IntArray
    revealed: Mapping[str, tuple[int, int, int, int]]


@dataclass(frozen=True, slots=True, eq=False)
class Sightings:
    """Where the faces of one frame are, found or believed.

    Attributes:
        boxes: shape `(n, 4)`, every face detected in the whole frame, however weakly.
        tracks: shape `(n,)`, the track of each.
        held: shape `(m, 4)`, predicted boxes of tracks not detected in this frame.
        held_tracks: shape `(m,)`, their numbers.
        held_s: shape `(m,)`, seconds since they were detected.
        skipped: whether faces were not looked for in this frame.
    """

    boxes: FloatArray
    tracks: IntArray
    held: FloatArray
    held_tracks: IntArray
    held_s: FloatArray
    skipped: bool = False

    def __post_init__(self) -> None:
        """Check the shapes."""
        check_shape("boxes", self.boxes, (None, 4))
        check_shape("tracks", self.tracks, (len(self.boxes),))
        check_shape("held", self.held, (None, 4))
        check_shape("held_tracks", self.held_tracks, (len(self.held),))
        check_shape("held_s", self.held_s, (len(self.held),))


@dataclass(slots=True, eq=False)
class _Waiting:
    frame: Frame
    sightings: Sightings
    revealed: dict[int, str]


@dataclass(slots=True, eq=False)
class _Path:
    """The detections of one track that frames still waiting may need: index, time, box."""

    indices: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    boxes: list[FloatArray] = field(default_factory=list)

    def add(self, index: int, time_s: float, box: FloatArray) -> None:
        self.indices.append(index)
        self.times.append(time_s)
        self.boxes.append(box)

    def forget_before(self, index: int) -> None:
        """Drop what is older than the last detection before `index`."""
        while len(self.indices) > 1 and self.indices[1] < index:
            del self.indices[0], self.times[0], self.boxes[0]

    def between(self, index: int, time_s: float) -> list[FloatArray]:
        """Return boxes that cover the face in a frame in which it was not detected.

        Nothing where the track was not seen after that frame: then the tracker's prediction
        covers it.
        """
        later = [k for k, at in enumerate(self.indices) if at > index]
        if not later or index in self.indices:
            return []
        after = later[0]
        if after > 0:
            return [self._interpolated(after - 1, after, time_s)]
        return self._extrapolated_back(time_s)

    def across(self, index: int, time_s: float) -> FloatArray | None:
        """Return where the face was in a frame not looked at; `None` where that is not sure."""
        later = [k for k, at in enumerate(self.indices) if at > index]
        if not later or later[0] == 0:
            return None
        before, after = later[0] - 1, later[0]
        whole = self.times[after] - self.times[before]
        first, last = self.boxes[before], self.boxes[after]
        size = np.maximum(first[2:] - first[:2], 1)
        way = np.abs(last[:2] + last[2:] - first[:2] - first[2:]) / 2
        if not 0 < whole <= LONGEST_ACROSS_S or (way > MOST_ACROSS * size).any():
            return None
        share = np.float32((time_s - self.times[before]) / whole)
        return np.asarray(first * (1 - share) + last * share, np.float32)

    def _interpolated(self, before: int, after: int, time_s: float) -> FloatArray:
        whole = max(self.times[after] - self.times[before], 1e-6)
        share = np.float32((time_s - self.times[before]) / whole)
        box = self.boxes[before] * (1 - share) + self.boxes[after] * share
        nearest = min(time_s - self.times[before], self.times[after] - time_s)
        return _grown(box, _held_growth(nearest))

    def _extrapolated_back(self, time_s: float) -> list[FloatArray]:
        """Return where the face was before it was first found: back along its way, and there."""
        first = self.boxes[0]
        gap = self.times[0] - time_s
        growth = _held_growth(gap)
        if len(self.times) == 1:
            return [_grown(first, min(1 + UNKNOWN_GROWTH_PER_S * gap, MOST_UNKNOWN_GROWTH))]
        known = max(self.times[-1] - self.times[0], 1e-6)
        velocity = (self.boxes[-1] - first) / np.float32(known)
        back = first - velocity * np.float32(gap)
        size = np.maximum(back[2:] - back[:2], (first[2:] - first[:2]) * np.float32(0.6))
        centre = (back[:2] + back[2:]) / 2
        along = np.concatenate([centre - size / 2, centre + size / 2])
        # Its way is a guess from few boxes, so the place where it was found is covered as well.
        return [_grown(first, growth), _grown(along, growth)]


class Redactor:
    """Takes raw frames and gives redacted ones, `lookback_frames` later.

    Raw frames are held in memory only, at most `lookback_frames` of them and the newest one.
    """

    def __init__(
        self,
        *,
        lookback_frames: int = 5,
        mosaic: Mosaic | None = None,
        is_open: Callable[[str], bool] = lambda _alert: True,
    ) -> None:
        """Set the delay and the mosaic.

        Args:
            lookback_frames: how many frames each frame waits; 0 shows it at once and leaves the
                frames before a first detection as they are.
            mosaic: how a face is covered.
            is_open: says of an alert, by id, whether its face may be shown when a frame that
                waited is: meanwhile somebody may have decided.
        """
        self._lookback, self._is_open = lookback_frames, is_open
        self._mosaic = mosaic or Mosaic()
        self._waiting: deque[_Waiting] = deque()
        self._paths: dict[int, _Path] = {}

    @property
    def mosaic(self) -> Mosaic:
        """How a face is covered."""
        return self._mosaic

    def push(
        self, frame: Frame, sightings: Sightings, revealed: Mapping[int, str]
    ) -> list[RedactedFrame]:
        """Take in a frame and what was found in it; return the frames that may be shown now.

        Args:
            frame: raw; the redactor keeps it no longer than it must.
            sightings: the faces of the whole frame, found or believed.
            revealed: tracks with an open alert, to the alert's id. Their faces stay in clear
                where they are detected; a predicted place may show someone else and is covered.
        """
        self._follow(frame, sightings)
        self._waiting.append(_Waiting(frame, sightings, dict(revealed)))
        return self._release(self._lookback)

    def amend(self, sightings: Sightings) -> None:
        """Put what was found in the newest frame in place of what was believed of it."""
        if not self._waiting:
            return
        newest = self._waiting[-1]
        newest.sightings = sightings
        self._follow(newest.frame, sightings)

    def flush(self) -> list[RedactedFrame]:
        """Return the frames that still wait: the feed is over."""
        rest = self._release(0)
        self._paths.clear()
        return rest

    def discard(self) -> None:
        """Forget every raw frame: the search failed, nothing more will be shown."""
        self._waiting.clear()
        self._paths.clear()

    def joined(self, number: int, into: int) -> None:
        """Note that the tracker joined track `number` to `into`, whose way it continues."""
        gone = self._paths.pop(number, None)
        if gone is not None:
            path = self._paths.setdefault(into, _Path())
            path.indices += gone.indices
            path.times += gone.times
            path.boxes += gone.boxes

    def _follow(self, frame: Frame, sightings: Sightings) -> None:
        for number, box in zip(sightings.tracks.tolist(), sightings.boxes, strict=True):
            self._paths.setdefault(number, _Path()).add(frame.index, frame.time_s, box)

    def _release(self, keep: int) -> list[RedactedFrame]:
        released = []
        while len(self._waiting) > keep:
            waiting = self._waiting.popleft()
            released.append(self._redact(waiting))
            for path in self._paths.values():
                path.forget_before(waiting.frame.index + 1)
            oldest = waiting.frame.time_s - PATH_MEMORY_S
            self._paths = {n: path for n, path in self._paths.items() if path.times[-1] >= oldest}
        return released

    def _redact(self, waiting: _Waiting) -> RedactedFrame:
        frame, sightings = waiting.frame, waiting.sightings
        waiting.revealed = {n: one for n, one in waiting.revealed.items() if self._is_open(one)}
        shown: dict[str, FloatArray] = {}
        others: list[FloatArray] = []
        for number, box in zip(sightings.tracks.tolist(), sightings.boxes, strict=True):
            alert = waiting.revealed.get(number)
            if alert is not None:
                shown[alert] = box
            else:
                others.append(box)
        between = self._shown_between(waiting)
        shown.update({waiting.revealed[number]: box for number, box in between.items()})
        held = zip(sightings.held_tracks.tolist(), sightings.held, sightings.held_s, strict=True)
        for number, box, since in held:
            if number in between:
                continue
            grown = _grown(box, _held_growth(float(since)))
            path = self._paths.get(number)
            others.append(grown if path is None else _no_larger(grown, path.boxes[-1]))
        for number, path in self._paths.items():
            if number not in between:
                others += path.between(frame.index, frame.time_s)
        return self._draw(frame, shown, others)

    def _shown_between(self, waiting: _Waiting) -> dict[int, FloatArray]:
        """Return where the faces of open alerts are in a frame left to the tracker, by track.

        Only where the detections just before and after it leave no doubt; elsewhere a predicted
        place may show someone else.
        """
        if not waiting.sightings.skipped:
            return {}
        frame, found = waiting.frame, {}
        for number in waiting.revealed:
            path = self._paths.get(number)
            box = None if path is None else path.across(frame.index, frame.time_s)
            if box is not None:
                found[number] = box
        return found

    def _draw(
        self, frame: Frame, shown: Mapping[str, FloatArray], others: list[FloatArray]
    ) -> RedactedFrame:
        """Cover everything, put the revealed faces back tight, cover the bystanders over them."""
        height, width = frame.image.shape[:2]
        size = (width, height)
        image = np.array(frame.image, np.uint8)
        bystanders = _stack(others)
        alerts = _stack(list(shown.values()))
        self._mosaic.cover(image, alerts)
        revealed = {}
        for name, region in zip(shown, pixel_regions(alerts, 1.0, size).tolist(), strict=True):
            x0, y0, x1, y1 = region
            image[y0:y1, x0:x1] = frame.image[y0:y1, x0:x1]
            revealed[name] = (x0, y0, x1, y1)
        self._mosaic.cover(image, bystanders)
        covered = pixel_regions(bystanders, self._mosaic.expand, size)
        return RedactedFrame(frame.index, frame.time_s, image, covered, revealed)


def _stack(boxes: list[FloatArray]) -> FloatArray:
    return np.stack(boxes).astype(np.float32) if boxes else np.zeros((0, 4), np.float32)


def _held_growth(seconds: float) -> float:
    return min(1 + HELD_GROWTH_PER_S * seconds, MOST_HELD_GROWTH)


def _no_larger(box: FloatArray, found: FloatArray) -> FloatArray:
    """Return the box, about its centre no larger than `MOST_HELD_SIZE` times the face `found`."""
    most = (found[2:] - found[:2]) * np.float32(MOST_HELD_SIZE)
    centre = (box[:2] + box[2:]) / 2
    half = np.minimum(box[2:] - box[:2], most) / 2
    return np.concatenate([centre - half, centre + half]).astype(np.float32)


def _grown(box: FloatArray, factor: float) -> FloatArray:
    centre = (box[:2] + box[2:]) / 2
    half = (box[2:] - box[:2]) / 2 * np.float32(factor)
    return np.concatenate([centre - half, centre + half]).astype(np.float32)
