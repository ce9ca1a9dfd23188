"""One run of a live search: what happens to each frame, in the order that the rules demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from workbench.arrays import BoolArray, ImageArray, IntArray
from workbench.faces.types import Faces
from workbench.feeds.frames import Frame
from workbench.live.alerting import AlertPolicy, Proposal
from workbench.live.alerts import Alert
from workbench.live.comparing import Comparer
from workbench.live.crops import CropBuffer, HeldCrop, to_show
from workbench.live.cutting import cut
from workbench.live.fusion import TrackScores
from workbench.live.lifetimes import TemplateMemory
from workbench.live.mosaic import Mosaic
from workbench.live.outputs import Observer, Outputs
from workbench.live.pace import DetectionPace
from workbench.live.redaction import RedactedFrame, Redactor, Sightings
from workbench.live.resting import Rests
from workbench.live.result import Gap
from workbench.live.status import LiveStatus, StatusKeeper
from workbench.live.tracking import Track, Tracker
from workbench.live.weighting import crop_weights
from workbench.live.zone import Zone

if TYPE_CHECKING:
    from workbench.live.reassociation import Reassociation
    from workbench.settings import LiveSettings

__all__ = ["FaceSource", "FrameWork", "Observer", "Outputs"]

_GAP_STEPS = 5
_SHORTEST_GAP_S = 1.0


class FaceSource(Protocol):
    """What a run asks of a face analyser."""

    def detect(self, image: ImageArray) -> Faces:
        """Find the faces of an image."""
        ...

    def crops(self, image: ImageArray, faces: Faces) -> dict[str, ImageArray]:
        """Cut the crop of each face that each encoder wants."""
        ...


@dataclass(slots=True, eq=False)
class _Counts:
    frames: int = 0
    detected_frames: int = 0
    faces_seen: int = 0
    detections: int = 0
    first_s: float = 0.0
    last_s: float = 0.0
    step_s: float | None = None


class FrameWork:
    """Takes the frames of one feed, one by one; holds what must not outlive them.

    A batch of crops that was begun at one time for comparisons is finished at the next one, and
    encoded in between. Both are times of the feed: what comes of a file does not hang on how fast
    the machine is. A live feed's batch is finished with the first frame after it is ready.
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
        self._source, self._comparer, self._policy = source, comparer, policy
        self._zone, self._settings, self._memory = zone, settings, memory
        self._reassociation, self._outputs, self._clock = reassociation, outputs, clock
        self._status, self._stills, self._live = status, stills, live
        self._tracker = Tracker(
            confirm_frames=1 if stills else settings.confirm_frames,
            lost_s=max(settings.lost_s, settings.redaction_hold_s),
        )
        lookback = 0 if stills else settings.redaction_lookback_frames
        # Whoever steps into view in a frame left to the tracker is covered by looking back.
        self._pace = DetectionPace(0 if stills else min(settings.skip_frames, lookback))
        self._redactor = Redactor(lookback_frames=lookback, mosaic=Mosaic())
        self._buffer = CropBuffer(settings.crops_per_comparison)
        self._scores: dict[int, TrackScores] = {}
        self._rests = Rests(settings)
        self._numbers: IntArray = np.zeros(0, np.int64)
        self._leaving: dict[int, Track] = {}
        self._next_comparison_s = -np.inf
        self._begun_s = 0.0
        self._arrived: dict[int, float] = {}
        self._unlooked: Frame | None = None
        self._shape: tuple[int, ...] | None = None
        self.counts = _Counts()
        self.alerts: list[Alert] = []
        self.gaps: list[Gap] = []

    @property
    def tracks(self) -> int:
        """How many tracks were started."""
        return self._tracker.started

    @property
    def held_crops(self) -> int:
        """How many crops wait for a comparison to begin."""
        return len(self._buffer)

    def take(self, frame: Frame) -> None:
        """Search one frame; what may be shown of it goes to the outputs."""
        taken_s = self._clock()
        self._note_time(frame)
        if self._stills or (self._shape is not None and frame.image.shape != self._shape):
            self._end_scene(frame)
        self._shape = frame.image.shape
        if self._pace.is_due(frame, self._tracker):
            self._unlooked, faces = None, self._look(frame)
            self._cut_crops(frame, faces)
        else:
            self._unlooked, faces = frame, Faces.empty()
            self._tracker.skip()
        self._memory.expire()
        self._compare(frame, taken_s)
        self._push(frame, faces, taken_s)
        self._note_done()

    def finish(self, last: Frame | None) -> None:
        """End the feed: compare what is held, show what waits."""
        self._look_at_the_last()
        if last is not None:
            self._end_scene(last)
        self._show(self._redactor.flush())
        self._note_done()

    def abandon(self) -> None:
        """End before the feed does: what is held is dropped and not compared, what waits shown."""
        self._look_at_the_last()
        self._buffer.clear()
        self._comparer.clear()
        self._finish([*self._tracker.end(), *self._leaving.values()])
        self._leaving.clear()
        self._show(self._redactor.flush())
        self._note_done()

    def drop_everything(self) -> None:
        """Drop raw frames, crops, templates and scores, however the run ended."""
        self._unlooked = None
        self._redactor.discard()
        self._buffer.clear()
        self._comparer.clear()
        self._memory.clear()
        self._scores.clear()
        self._rests.clear()
        self._leaving.clear()

    def _note_time(self, frame: Frame) -> None:
        counts = self.counts
        if counts.frames == 0:
            counts.first_s = frame.time_s
        else:
            step = frame.time_s - counts.last_s
            if counts.step_s is not None and step > max(
                _GAP_STEPS * counts.step_s, _SHORTEST_GAP_S
            ):
                self.gaps.append(Gap(counts.last_s, frame.time_s))
            elif step > 0:
                # A running mean follows a feed whose rate drifts.
                counts.step_s = step if counts.step_s is None else 0.9 * counts.step_s + 0.1 * step
        counts.last_s = frame.time_s
        counts.frames += 1

    def _note_done(self) -> None:
        counts, tracks = self.counts, self._tracker.tracks
        going_on = [*tracks, *self._leaving.values()]
        self._status.frame_done(
            LiveStatus(
                frames=counts.frames,
                faces_seen=counts.faces_seen + sum(track.confirmed for track in going_on),
                tracks=self._tracker.started,
                tracks_now=len(tracks),
                detections=counts.detections,
                detected_frames=counts.detected_frames,
                gaps=tuple(self.gaps),
                alerts=len(self.alerts),
            )
        )

    def _look(self, frame: Frame) -> Faces:
        """Look for faces in a frame and follow them."""
        faces = self._source.detect(frame.image)
        self.counts.detected_frames += 1
        self.counts.detections += len(faces)
        strong = self._strong(faces, frame)
        self._numbers, ended = self._tracker.update(frame.time_s, faces.boxes, strong)
        # Who ended while crops of theirs wait is let go when these were compared.
        waiting = [t for t in ended if t.number in self._buffer or t.number in self._comparer]
        self._leaving.update({track.number: track for track in waiting})
        self._finish([track for track in ended if track.number not in self._leaving])
        if self._outputs.observer is not None:
            self._outputs.observer.on_frame(frame.index, self._numbers, faces.boxes)
        return faces

    def _look_at_the_last(self) -> None:
        """Look for faces in a last frame that was left to the tracker: no later one makes up."""
        frame, self._unlooked = self._unlooked, None
        if frame is None:
            return
        faces = self._look(frame)
        self._cut_crops(frame, faces)
        if self._outputs.on_frame is not None:
            self._redactor.amend(self._sightings(frame, faces))

    def _strong(self, faces: Faces, frame: Frame) -> BoolArray:
        height, width = frame.image.shape[:2]
        confident = faces.confidence >= self._settings.min_confidence
        return np.asarray(confident & self._zone.inside(faces.boxes, (width, height)))

    def _cut_crops(self, frame: Frame, faces: Faces) -> None:
        """Put the looks worth keeping into the buffer; unconfirmed tracks give none."""
        strong = self._strong(faces, frame)
        confirmed = {t.number: t.first_seen_s for t in self._tracker.tracks if t.confirmed}
        numbers = self._numbers.tolist()
        rows = [row for row in np.flatnonzero(strong).tolist() if numbers[row] in confirmed]
        if not rows:
            return
        weights = crop_weights(frame.image, faces[rows]).tolist()
        kept = {
            row: weight
            for row, weight in zip(rows, weights, strict=True)
            if self._is_awake(numbers[row], frame.time_s, weight)
            and self._buffer.wants(numbers[row], weight)
        }
        first_seen_s = {row: confirmed[numbers[row]] for row in kept}
        looks = cut(
            self._source,
            frame,
            faces,
            weights=kept,
            first_seen_s=first_seen_s,
            mosaic=self._redactor.mosaic,
        )
        for row, look in looks.items():
            self._buffer.add(numbers[row], look)

    def _is_awake(self, track: int, time_s: float, weight: float) -> bool:
        alerted = bool(self._policy.alerts_of(track))
        return self._rests.is_awake(track, time_s, weight, alerted=alerted)

    def _compare(self, frame: Frame, taken_s: float) -> None:
        """Finish the batch that was begun and begin the next, where it is time for that."""
        ready = self._comparer.is_ready
        # A live feed does not wait for its encoder: it goes on, and looks again at the next frame.
        may_begin = not self._live or ready or not self._comparer.is_busy
        if may_begin and frame.time_s >= self._next_comparison_s:
            self._finish_comparison(frame)
            self._begin_comparison(frame, taken_s)
            if self._stills:
                self._finish_comparison(frame)
            self._next_comparison_s = frame.time_s + self._settings.compare_interval_s
        elif self._live and ready:
            self._finish_comparison(frame)

    def _is_enough(self, track: int) -> bool:
        scores = self._scores.get(track)
        return scores is not None and scores.comparisons >= self._settings.enough_comparisons

    def _begin_comparison(self, frame: Frame, taken_s: float) -> None:
        """Have the crops encoded that wait; those of a track that rests by now are dropped."""
        held = {
            number: crops[:1] if self._is_enough(number) else crops
            for number, crops in self._buffer.take().items()
            if self._is_awake(number, frame.time_s, crops[0].weight)
        }
        self._begun_s = taken_s
        self._comparer.start(held)

    def _finish_comparison(self, frame: Frame) -> None:
        """Compare what was encoded, raise what is due, let go who has left."""
        held = self._comparer.finish(self._scores)
        if held and self._reassociation is not None:
            held = self._rejoin(held)
        if held:
            self._decide(held, frame)
        gone = [number for number in self._leaving if number not in self._buffer]
        self._finish([self._leaving.pop(number) for number in gone])

    def _decide(self, held: dict[int, list[HeldCrop]], frame: Frame) -> None:
        together = {int(number) for number in self._numbers}
        visible = {n: s for n, s in self._scores.items() if n in together or n in held}
        due = self._policy.decide(frame.time_s, visible, held.keys(), together)
        weights = {number: crops[0].weight for number, crops in held.items()}
        best = {proposal.track: to_show(held[proposal.track]) for proposal in due}
        # Before anyone is told: whoever listens may take long, and crops must not wait for them.
        held.clear()
        for proposal in due:
            self._raise(proposal, best.pop(proposal.track), frame)
        for track, weight in weights.items():
            if self._outputs.observer is not None:
                self._outputs.observer.on_scores(track, self._scores[track])
            enough = self._is_enough(track) or bool(self._policy.alerts_of(track))
            self._rests.compared(track, frame.time_s, weight, enough=enough)

    def _rejoin(self, held: dict[int, list[HeldCrop]]) -> dict[int, list[HeldCrop]]:
        """Join tracks that a template shows to be one just lost; returns `held` by new number."""
        assert self._reassociation is not None  # noqa: S101 - asked by the caller
        joined = dict(held)
        for number, into in self._reassociation.pairs(self._tracker.tracks, held.keys()):
            if not self._tracker.join(number, into):
                continue
            self._redactor.joined(number, into)
            self._buffer.joined(number, into)
            self._policy.joined(number, into)
            for gone in (number, into):
                self._memory.forget(gone)
            self._rests.forget(number)
            scores = self._scores.pop(number)
            self._scores.setdefault(into, TrackScores()).absorb(scores)
            # In place: the sightings of this frame know the face by its old number again.
            self._numbers[self._numbers == number] = into
            joined[into] = joined.pop(number)
            if self._outputs.observer is not None:
                self._outputs.observer.on_join(number, into)
        return joined

    def _raise(self, proposal: Proposal, best: HeldCrop, frame: Frame) -> None:
        scores = self._scores[proposal.track]
        candidates = scores.candidates(self._settings.candidates)
        alert = Alert(
            id=self._outputs.name_alert(len(self.alerts) + 1),
            track=proposal.track,
            subject=proposal.subject,
            time_s=frame.time_s,
            frame=frame.index,
            score=proposal.score,
            threshold=self._policy.threshold,
            candidates=candidates,
            comparisons=scores.comparisons,
            probe=best.probe,
            probe_frame=best.frame,
            probe_time_s=best.time_s,
            box=best.box,
            reference=scores.reference_of(proposal.subject),
            first_seen_s=best.first_seen_s,
            latency_s=self._clock() - self._begun_s,
            contests=proposal.contests,
            hidden=best.hidden,
        )
        self._policy.record(proposal, alert.id, frame.time_s)
        self._memory.forget(proposal.track)
        self.alerts.append(alert)
        self._status.alert_raised(alert.latency_s)
        if self._outputs.on_alert is not None:
            self._outputs.on_alert(alert)

    def _open(self) -> Mapping[int, str]:
        """Return the tracks whose face may be shown, to the id of an open alert of theirs."""
        shown = {}
        for track in self._tracker.tracks:
            held = list(self._policy.alerts_of(track.number).values())
            still = [alert for alert in held if self._outputs.is_open(alert)]
            if still:
                shown[track.number] = still[-1]
        return shown

    def _sightings(self, frame: Frame, faces: Faces) -> Sightings:
        """Say where the faces of a frame are, found or, where it was not looked at, believed."""
        skipped = self._unlooked is frame
        numbers = np.zeros(0, np.int64) if skipped else self._numbers
        held_tracks, held, held_s = self._tracker.predictions(
            frame.time_s, self._settings.redaction_hold_s
        )
        return Sightings(faces.boxes, numbers, held, held_tracks, held_s, skipped=skipped)

    def _end_scene(self, frame: Frame) -> None:
        """Compare what is held, then end all tracks: what comes next shows other people."""
        self._look_at_the_last()
        self._finish_comparison(frame)
        self._numbers = np.zeros(0, np.int64)
        self._begin_comparison(frame, self._clock())
        self._finish_comparison(frame)
        self._finish(self._tracker.end())
        self._pace.start_anew()

    def _finish(self, ended: list[Track]) -> None:
        """Keep counts of tracks that ended, and nothing else."""
        for track in ended:
            self.counts.faces_seen += track.confirmed
            self._scores.pop(track.number, None)
            self._rests.forget(track.number)
            self._policy.forget(track.number)
            self._memory.forget(track.number)

    def _push(self, frame: Frame, faces: Faces, taken_s: float) -> None:
        """Have a frame redacted, where anybody listens; raw it waits for nobody."""
        if self._outputs.on_frame is None:
            return
        self._arrived[frame.index] = taken_s
        self._show(self._redactor.push(frame, self._sightings(frame, faces), self._open()))

    def _show(self, frames: list[RedactedFrame]) -> None:
        for frame in frames:
            arrived_s = self._arrived.pop(frame.index)
            if self._outputs.on_frame is not None:
                self._outputs.on_frame(frame)
                self._status.frame_shown(self._clock() - arrived_s)
