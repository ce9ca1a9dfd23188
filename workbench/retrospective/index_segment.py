"""One segment of footage -> the appearances in it, in one pass over its frames.

What comes of a segment depends on the file, the models and the settings alone: not on other
segments, on who indexes it, or on how often that was begun. For that the models run in one thread,
in a runtime that the settings name and no measurement chooses.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Final

import numpy as np

from workbench.arrays import FloatArray, ImageArray
from workbench.errors import FeedError, FootageError
from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.faces.mosaic import Mosaic
from workbench.faces.types import FAINT, Faces
from workbench.feeds.frames import Frame
from workbench.feeds.video import VideoFile
from workbench.retrospective.appearances import Appearances, SegmentFacts
from workbench.retrospective.looks import Looks, cut_looks
from workbench.retrospective.making import Found, Maker
from workbench.retrospective.segments import FootagePlan, Segment
from workbench.tracking.change import changed, places
from workbench.tracking.pace import DetectionPace
from workbench.tracking.tracker import Track, Tracker
from workbench.tracking.weighting import crop_weights, most_weights

if TYPE_CHECKING:
    from workbench.faces.artefacts import ArtefactStore
    from workbench.settings import Settings

__all__ = [
    "build_index_analyser",
    "followed_for_s",
    "index_segment",
    "index_settings",
    "scene_ends",
]

_CUT: Final = 0.5
"""Share of the picture that changes at once where another scene begins. Of the clips measured no
two frames of one scene differ by more than 0.40, and cuts by 0.71 to 0.99."""
_CONFIRMED_S: Final = 0.12
"""How long a face is found in each picture before it counts, s; with few pictures a second it
counts sooner than the settings say."""
_FEW: Final = 2.5
"""Pictures without a face after which its track ends, where the settings allow less than that."""
_LOOKS: Final = 5
"""Looks of an appearance that have a template."""
_APART_S: Final = 1.0
"""Span of time of which one look is kept, s: looks just beside each other say the same twice."""


def index_settings(settings: Settings) -> Settings:
    """Return the settings that footage is indexed with, wherever that is done.

    Faces are reported from the confidence on at which something may be one, each model runs in one
    thread, and runtime `auto` is one that needs no measurement: ONNX Runtime on a processor.
    """
    least = min(FAINT, settings.detection.min_confidence)
    detection = settings.detection.model_copy(update={"min_confidence": least})
    changes: dict[str, object] = {"detection": detection, "threads": 1}
    if settings.runtime == "auto":
        changes["runtime"] = "onnxruntime" if settings.device == "cpu" else "torch"
    return settings.model_copy(update=changes)


def followed_for_s(settings: Settings, step_s: float) -> float:
    """Return how long a track may be without a face, s, where pictures are `step_s` apart."""
    return max(settings.live.lost_s, _FEW * step_s)


def scene_ends(before: ImageArray, now: ImageArray) -> bool:
    """Whether another scene begins between two pictures, of which `places` are given."""
    return changed(before, now) > _CUT


def build_index_analyser(settings: Settings, store: ArtefactStore) -> FaceAnalyser:
    """Load what indexing needs.

    Args:
        settings: those that searches are run with; `index_settings` is applied to them.
        store: where models come from.

    Raises:
        ArtefactError: when a model cannot be had or loaded.
    """
    return build_analyser(index_settings(settings), store)


def index_segment(
    plan: FootagePlan,
    segment: Segment,
    analyser: FaceAnalyser,
    settings: Settings,
    *,
    go_on: Callable[[int], None] = lambda _frames: None,
) -> Appearances:
    """Find who appears in a segment.

    Args:
        plan: of the footage.
        segment: of the plan.
        analyser: of `build_index_analyser`.
        settings: those that searches are run with.
        go_on: asked before each frame with how many are done; what it raises ends the work.

    Raises:
        FootageError: when the file was changed since it was planned, or cannot be read.
    """
    plan.require_unchanged()
    work = _SegmentWork(plan, analyser, settings)
    try:
        with VideoFile(plan.path) as video:
            frames = count()
            for frame in video.part(segment.start, segment.stop):
                go_on(next(frames))
                work.take(frame)
            damage = video.damage
    except FeedError as error:
        raise FootageError(str(error)) from error
    plan.require_unchanged()
    return work.finish(segment, damage)


class _SegmentWork:
    """Takes the frames of a segment, one by one."""

    def __init__(self, plan: FootagePlan, analyser: FaceAnalyser, settings: Settings) -> None:
        live, step_s = settings.live, plan.facts.step_s
        self._plan, self._analyser = plan, analyser
        self._confident = settings.detection.min_confidence
        self._smallest_px = settings.detection.smallest_face_px
        self._hold_s = followed_for_s(settings, step_s)
        confirm = max(1, min(live.confirm_frames, round(_CONFIRMED_S / step_s)))
        self._tracker = Tracker(confirm_frames=confirm, lost_s=self._hold_s)
        self._pace = DetectionPace(live.skip_frames)
        self._looks = Looks(_LOOKS, _APART_S)
        self._maker = Maker(analyser)
        self._mosaic = Mosaic()
        self._ways: dict[int, tuple[FloatArray, FloatArray]] = {}
        self._scene: ImageArray | None = None
        self._frames = self._searched = 0

    def take(self, frame: Frame) -> None:
        """Look for faces in a frame where that is due, and follow them."""
        self._frames += 1
        before, self._scene = self._scene, places(frame.image)
        if before is not None and scene_ends(before, self._scene):
            self._finish(self._tracker.end())
            self._pace.start_anew()
        if not self._pace.is_due(frame, self._tracker):
            self._tracker.skip()
            return
        self._searched += 1
        faces = self._analyser.detect(frame.image)
        strong = np.asarray(faces.confidence >= self._confident, np.bool_)
        numbers, ended = self._tracker.update(frame.time_s, faces.boxes, strong)
        self._finish(ended)
        for number, box in zip(numbers.tolist(), faces.boxes, strict=True):
            first = self._ways[number][0] if number in self._ways else box
            self._ways[number] = (first, box)
        self._keep_looks(frame, faces, np.flatnonzero(strong).tolist(), numbers.tolist())

    def finish(self, segment: Segment, damage: str | None) -> Appearances:
        """End every track, and return what came of all."""
        self._finish(self._tracker.end())
        facts = self._plan.facts
        return self._maker.finish(
            SegmentFacts(
                footage=facts.sha256,
                number=segment.number,
                start_s=segment.start_s,
                end_s=segment.end_s,
                width=facts.width,
                height=facts.height,
                frames=self._frames,
                searched=self._searched,
                detector=self._analyser.detector.name,
                smallest_face_px=self._smallest_px,
                damage=damage,
            )
        )

    def _keep_looks(
        self, frame: Frame, faces: Faces, strong: list[int], numbers: list[int]
    ) -> None:
        """Keep the looks that are better than those there are; the cheap questions come first."""
        most = most_weights(faces).tolist()
        wanted = [row for row in strong if self._looks.wants(numbers[row], frame.time_s, most[row])]
        if not wanted:
            return
        weights = dict(zip(wanted, crop_weights(frame.image, faces[wanted]).tolist(), strict=True))
        kept = {
            row: weight
            for row, weight in weights.items()
            if self._looks.wants(numbers[row], frame.time_s, weight)
        }
        believed = self._tracker.predictions(frame.time_s, self._hold_s)[1]
        looks = cut_looks(
            self._analyser,
            frame,
            faces,
            kept,
            strong=strong,
            believed=believed,
            mosaic=self._mosaic,
        )
        for row, look in looks.items():
            self._looks.add(numbers[row], look)

    def _finish(self, ended: list[Track]) -> None:
        """Hand on what was kept of tracks that ended; of those that never counted, drop it."""
        for track in ended:
            looks, way = self._looks.take(track.number), self._ways.pop(track.number)
            if track.confirmed and looks:
                self._maker.take(
                    Found(
                        number=track.number,
                        first_s=track.first_seen_s,
                        last_s=track.last_seen_s,
                        found=track.detections,
                        first=way[0],
                        last=way[1],
                    ),
                    looks,
                )
