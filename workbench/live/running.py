"""One run of a live search: what happens to each frame, in the order that the rules demand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import numpy as np

from workbench.arrays import BoolArray, ImageArray
from workbench.faces.mosaic import Mosaic
from workbench.faces.types import Faces
from workbench.feeds.frames import Frame
from workbench.live.alerting import AlertPolicy
from workbench.live.alerts import Alert
from workbench.live.comparing import Comparer
from workbench.live.counting import Counts
from workbench.live.lifetimes import TemplateMemory
from workbench.live.outputs import Observer, Outputs
from workbench.live.redaction import RedactedFrame, Redactor, Sightings
from workbench.live.status import LiveStatus, StatusKeeper
from workbench.live.track_work import TrackWork
from workbench.live.zone import Zone
from workbench.tracking.pace import LONGEST_S, DetectionPace
from workbench.tracking.tracker import Track, Tracker

if TYPE_CHECKING:
    from workbench.live.reassociation import Reassociation
    from workbench.settings import LiveSettings

__all__ = ["FaceSource", "FrameWork", "Observer", "Outputs"]


class FaceSource(Protocol):
    """What a run asks of a face analyser."""

    def detect(self, image: ImageArray) -> Faces:
        """Find the faces of an image."""
        ...

    def crops(self, image: ImageArray, faces: Faces) -> dict[str, ImageArray]:
        """Cut the crop of each face that each encoder wants."""
        ...


class FrameWork:
    """Takes the frames of one feed, one by one; holds what must not outlive them.

    Attributes:
        counts: so far.
    """

    def __init__(
        self,
        source: FaceSource,
        comparer: Comparer,
        policy: AlertPolicy,
        *,
        zone: Zone,
        settings: LiveSettings,
        memory: TemplateMemory,
        reassociation: Reassociation | None,
        outputs: Outputs,
        status: StatusKeeper,
        clock: Callable[[], float],
        stills: bool,
        live: bool,
    ) -> None:
        """Set up a run.

        Args:
            source: finds faces and cuts their crops.
            comparer: compares them.
            policy: says which comparisons become alerts.
            zone: where faces are compared.
            settings: times and counts.
            memory: holds templates for a moment.
            reassociation: finds tracks that go on as another; `None` joins none.
            outputs: who is told of what.
            status: is told how far it is.
            clock: seconds, monotonic.
            stills: each frame is a picture of its own.
            live: frames come as they happen.
        """
        self._source, self._zone, self._settings = source, zone, settings
        self._memory, self._outputs, self._status = memory, outputs, status
        self._clock, self._stills = clock, stills
        self._tracker = Tracker(
            confirm_frames=1 if stills else settings.confirm_frames,
            lost_s=max(settings.lost_s, settings.redaction_hold_s),
        )
        lookback = 0 if stills else settings.redaction_lookback_frames
        # Whoever steps into view in a frame left to the tracker is covered by looking back.
        self._pace = DetectionPace(0 if stills else min(settings.skip_frames, lookback))
        self._redactor = Redactor(
            lookback_frames=lookback, mosaic=Mosaic(), is_open=outputs.is_open
        )
        self._work = TrackWork(
            source,
            comparer,
            policy,
            tracker=self._tracker,
            settings=settings,
            memory=memory,
            reassociation=reassociation,
            joined=self._redactor.joined,
            ended=self._count,
            outputs=outputs,
            status=status,
            clock=clock,
            mosaic=self._redactor.mosaic,
            at_once=stills,
            live=live,
        )
        self._arrived: dict[int, float] = {}
        self._unlooked: Frame | None = None
        self._scene: tuple[tuple[int, ...], int] | None = None
        self._last: tuple[int, float] | None = None
        self.counts = Counts()

    @property
    def tracks(self) -> int:
        """How many tracks were started."""
        return self._tracker.started

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """The alerts raised so far."""
        return tuple(self._work.alerts)

    @property
    def uncompared(self) -> int:
        """Who left the view and was dropped without being compared, the search being behind."""
        return self._work.uncompared

    @property
    def held_crops(self) -> int:
        """How many crops wait for a comparison to begin."""
        return len(self._work)

    def take(self, frame: Frame) -> None:
        """Search one frame; what may be shown of it goes to the outputs."""
        taken_s = self._clock()
        self.counts.note_frame(frame.time_s)
        scene = (frame.image.shape, frame.view)
        if self._stills or self._scene not in {None, scene}:
            self._end_scene(frame)
        self._scene, self._last = scene, (frame.index, frame.time_s)
        if self._pace.is_due(frame, self._tracker):
            self._unlooked, faces = None, self._look(frame, taken_s, compare=True)
        else:
            self._unlooked, faces = frame, Faces.empty()
            self._tracker.skip()
        self._memory.expire()
        self._work.advance(frame)
        if self._outputs.on_frame is not None:
            self._arrived[frame.index] = taken_s
            seen = self._sightings(frame, faces)
            self._show(self._redactor.push(frame, seen, self._work.open_alerts()))
        self._note_done()

    def rest(self) -> None:
        """Take it that no frame comes for now: nobody's look, and no raw frame, waits for one."""
        if self._last is None:
            return
        index, time_s = self._last
        self._last = None
        self._end_scene(Frame(index, time_s, np.zeros((1, 1, 3), np.uint8)))
        self._note_done()

    def finish(self) -> None:
        """End the feed: compare what is held, show what waits."""
        self.rest()
        self._note_done()

    def abandon(self) -> None:
        """End before the feed does: what is held is dropped and not compared, what waits shown."""
        self._look_at_the_last(compare=False)
        self._work.drop_held()
        self._work.forget(self._tracker.end())
        self._show(self._redactor.flush())
        self._note_done()

    def drop_everything(self) -> None:
        """Drop raw frames, crops, templates and scores, however the run ended."""
        self._unlooked = None
        self._redactor.discard()
        self._work.clear()

    def _note_done(self) -> None:
        counts, tracks = self.counts, self._tracker.tracks
        going_on = (*tracks, *self._work.leaving)
        self._status.frame_done(
            LiveStatus(
                frames=counts.frames,
                faces_seen=counts.faces_seen + sum(track.confirmed for track in going_on),
                tracks=self._tracker.started,
                tracks_now=len(tracks),
                detections=counts.detections,
                detected_frames=counts.detected_frames,
                gaps=tuple(counts.gaps),
                alerts=len(self._work.alerts),
                uncompared=self._work.uncompared,
            )
        )

    def _look(self, frame: Frame, taken_s: float, *, compare: bool) -> Faces:
        """Look for faces in a frame and follow them; keep looks at them where it is to compare."""
        faces = self._source.detect(frame.image)
        self.counts.note_looked(len(faces))
        strong = self._strong(faces, frame)
        numbers, ended = self._tracker.update(frame.time_s, faces.boxes, strong)
        self._work.numbers = numbers
        self._work.let_go(ended)
        if self._outputs.observer is not None:
            self._outputs.observer.on_frame(frame.index, numbers, faces.boxes)
        if compare:
            self._work.keep_looks(frame, faces, strong, taken_s)
        return faces

    def _look_at_the_last(self, *, compare: bool) -> None:
        """Look for faces in a last frame that was left to the tracker: no later one makes up."""
        frame, self._unlooked = self._unlooked, None
        if frame is None:
            return
        faces = self._look(frame, self._clock(), compare=compare)
        if self._outputs.on_frame is not None:
            self._redactor.amend(self._sightings(frame, faces))

    def _strong(self, faces: Faces, frame: Frame) -> BoolArray:
        height, width = frame.image.shape[:2]
        confident = faces.confidence >= self._settings.min_confidence
        return np.asarray(confident & self._zone.inside(faces.boxes, (width, height)))

    def _sightings(self, frame: Frame, faces: Faces) -> Sightings:
        """Say where the faces of a frame are, found or, where it was not looked at, believed."""
        skipped = self._unlooked is frame
        numbers = np.zeros(0, np.int64) if skipped else self._work.numbers
        hold_s = self._settings.redaction_hold_s
        # Nobody was looked for in this frame, so everybody found just before is held in any case.
        within_s = max(hold_s, LONGEST_S) if skipped else hold_s
        held_tracks, held, held_s = self._tracker.predictions(frame.time_s, within_s)
        return Sightings(faces.boxes, numbers, held, held_tracks, held_s, skipped=skipped)

    def _end_scene(self, frame: Frame) -> None:
        """Compare what is held, then end all tracks: what comes next shows other people.

        What waits to be shown is shown, for nothing that comes says who was in it.
        """
        self._look_at_the_last(compare=True)
        self._work.compare_all(frame)
        self._work.forget(self._tracker.end())
        self._pace.start_anew()
        self._show(self._redactor.flush())

    def _count(self, track: Track) -> None:
        """Keep the count of a track that ended, and nothing else."""
        self.counts.faces_seen += track.confirmed

    def _show(self, frames: list[RedactedFrame]) -> None:
        for frame in frames:
            arrived_s = self._arrived.pop(frame.index)
            if self._outputs.on_frame is not None:
                self._outputs.on_frame(frame)
                self._status.frame_shown(self._clock() - arrived_s)
