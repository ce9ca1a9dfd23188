"""Who is where in a short stretch of footage, and which of them one appearance is.

A first pass over the frames of a clip, in which nothing is shown. The index keeps where a face was
first, at its best look and last; every face of the stretch is followed anew, and the one that is
found where the index says is the person of the appearance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import numpy as np

from workbench.arrays import FloatArray, ImageArray, IntArray
from workbench.errors import FeedError, FootageError
from workbench.faces.boxes import iou
from workbench.feeds.frames import Frame
from workbench.feeds.video import VideoFile
from workbench.retrospective.appearances import Appearances
from workbench.retrospective.index_segment import followed_for_s, scene_ends
from workbench.tracking.change import places
from workbench.tracking.tracker import Tracker

if TYPE_CHECKING:
    from workbench.faces.types import Faces
    from workbench.retrospective.segments import FootagePlan
    from workbench.settings import Settings

__all__ = [
    "ClipFaces",
    "FaceFinder",
    "KnownPlace",
    "WatchedClip",
    "known_places",
    "stretch_of",
    "watch",
]

_SAME_FACE: Final = 0.5
"""Intersection over union from which a face is the one that the index found in the same picture."""


class FaceFinder(Protocol):
    """What finds the faces of a picture, also such as may be none."""

    def detect(self, image: ImageArray) -> Faces:
        """Return the faces of a picture."""
        ...


class KnownPlace(NamedTuple):
    """Where the index found the face of an appearance: when, s, and in which box, px."""

    time_s: float
    box: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ClipFaces:
    """The faces of one frame.

    Attributes:
        time_s: of the frame.
        boxes: shape `(n, 4)`, every face that was found, however weakly.
        tracks: shape `(n,)`, the track of each.
        held: shape `(m, 4)`, where faces should be that were not found in this frame.
        held_tracks: shape `(m,)`, their tracks.
        held_s: shape `(m,)`, seconds since they were found.
        begins_scene: whether another scene begins with it.
    """

    time_s: float
    boxes: FloatArray
    tracks: IntArray
    held: FloatArray
    held_tracks: IntArray
    held_s: FloatArray
    begins_scene: bool


@dataclass(frozen=True, slots=True, eq=False)
class WatchedClip:
    """A stretch of footage in which every face was followed.

    Attributes:
        frames: the faces of each frame, by the index that it had in this pass.
        person: the tracks that are the person of the appearance; none where they were not found.
        seen_s: from when to when the index says that they are in view, s.
    """

    frames: Mapping[int, ClipFaces]
    person: frozenset[int]
    seen_s: tuple[float, float]

    def faces(self, frame: Frame) -> ClipFaces | None:
        """Return what was found in a frame; `None` where it is none of those that were watched.

        Where pictures of a damaged file cannot be decoded, those behind them are counted otherwise
        from another place on. What was found in one of them hides nobody in another, so that the
        time must be the same as well.
        """
        known = self.frames.get(frame.index)
        return known if known is not None and known.time_s == frame.time_s else None

    def shown(self, frame: Frame) -> int | None:
        """Return the track whose face may be seen in a frame; `None` where there is none.

        Where two of the tracks that were taken for the person are in one frame, one of them is
        somebody else, and neither is shown.
        """
        first_s, last_s = self.seen_s
        known = self.faces(frame)
        if known is None or not first_s <= frame.time_s <= last_s:
            return None
        there = [one for one in known.tracks.tolist() if one in self.person]
        return there[0] if len(there) == 1 else None


def known_places(appearances: Appearances, row: int) -> tuple[KnownPlace, ...]:
    """Return where the index found an appearance: first, at its best look, and last."""
    facts = appearances.rows.row(row, named=True)
    times = (facts["first_s"], facts["looked_s"], facts["last_s"])
    return tuple(map(KnownPlace, times, appearances.boxes[row]))


def stretch_of(plan: FootagePlan, from_s: float, to_s: float) -> Iterator[Frame]:
    """Give the frames of a stretch of a file, from the key frame before it on.

    Args:
        plan: of the file; the more segments it has, the less is decoded for nothing.
        from_s: first second of the stretch.
        to_s: last second.

    Raises:
        FootageError: when the file was changed since it was planned, or cannot be read.
    """
    plan.require_unchanged()
    before = [one for one in plan.segments if one.start_s <= from_s]
    start = before[-1].start if before else None
    try:
        with VideoFile(plan.path) as video:
            for frame in video.part(start):
                if frame.time_s > to_s:
                    break
                if frame.time_s >= from_s:
                    yield frame
    except FeedError as error:
        raise FootageError(str(error)) from error
    plan.require_unchanged()


def watch(
    frames: Iterator[Frame],
    known: Sequence[KnownPlace],
    finder: FaceFinder,
    settings: Settings,
    *,
    step_s: float,
) -> WatchedClip:
    """Follow every face of a stretch, and find out which of them an appearance is.

    Args:
        frames: of the stretch; faces are looked for in each of them.
        known: where the index found the face of the appearance, in order of time.
        finder: of the faces, also of such as may be none.
        settings: those that footage is indexed with.
        step_s: usual time between two frames, s.
    """
    confident = settings.detection.min_confidence
    hold_s = followed_for_s(settings, step_s)
    tracker = Tracker(confirm_frames=1, lost_s=hold_s)
    scene: ImageArray | None = None
    seen: dict[int, ClipFaces] = {}
    found: dict[float, tuple[float, int]] = {}
    for frame in frames:
        before, scene = scene, places(frame.image)
        begins = before is not None and scene_ends(before, scene)
        if begins:
            tracker.end()
        faces = finder.detect(frame.image)
        strong = np.asarray(faces.confidence >= confident, np.bool_)
        tracks, _ = tracker.update(frame.time_s, faces.boxes, strong)
        held_tracks, held, held_s = tracker.predictions(frame.time_s, hold_s)
        seen[frame.index] = ClipFaces(
            frame.time_s, faces.boxes, tracks, held, held_tracks, held_s, begins
        )
        for place in known:
            away_s = abs(frame.time_s - place.time_s)
            if away_s > step_s / 2 or away_s >= found.get(place.time_s, (np.inf, 0))[0]:
                continue
            alike = iou(place.box[None], faces.boxes)[0]
            if len(alike) and alike.max() >= _SAME_FACE:
                found[place.time_s] = away_s, int(tracks[int(np.argmax(alike))])
    person = frozenset(track for _, track in found.values())
    return WatchedClip(seen, person, (known[0].time_s, known[-1].time_s))
