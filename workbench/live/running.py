"""One run of a live search: what happens to each frame, in the order that the rules demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from workbench.arrays import BoolArray, FloatArray, ImageArray, IntArray
from workbench.faces.types import Faces
from workbench.feeds.frames import Frame
from workbench.live.alerting import AlertPolicy, Proposal
from workbench.live.alerts import Alert
from workbench.live.comparing import Comparer
from workbench.live.crops import CropBuffer, HeldCrop, to_show
from workbench.live.fusion import TrackScores
from workbench.live.lifetimes import TemplateMemory
from workbench.live.mosaic import Mosaic, pixel_regions
from workbench.live.redaction import RedactedFrame, Redactor, Sightings
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
MUCH_BETTER = 1.5
"""A look worth so many times the best one compared ends a track's rest: a walker who comes nearer
is compared again as soon as more can be seen."""


class FaceSource(Protocol):
    """What a run asks of a face analyser."""

    def detect(self, image: ImageArray) -> Faces:
        """Find the faces of an image."""
        ...

    def crops(self, image: ImageArray, faces: Faces) -> dict[str, ImageArray]:
        """Cut the crop of each face that each encoder wants."""
        ...


class Observer(Protocol):
    """Watches a run to measure it against ground truth; nothing else may use it."""

    def on_frame(self, frame: int, tracks: IntArray, boxes: FloatArray) -> None:
        """Take the tracks detected in a frame, `(n,)`, and their boxes, `(n, 4)`."""
        ...

    def on_scores(self, track: int, scores: TrackScores) -> None:
        """Take the scores of a track just compared."""
        ...

    def on_join(self, number: int, into: int) -> None:
        """Take that track `number` goes on as track `into`."""
        ...


@dataclass(frozen=True, slots=True)
class Outputs:
    """Who is told of what.

    Attributes:
        on_frame: takes each redacted frame, in order.
        on_alert: takes each alert as it is raised.
        is_open: says whether an alert, by id, still awaits a decision; its face is shown.
        observer: for measurement against ground truth.
        name_alert: gives the id of an alert, by its number from 1.
    """

    on_frame: Callable[[RedactedFrame], None] | None = None
    on_alert: Callable[[Alert], None] | None = None
    is_open: Callable[[str], bool] = field(default=lambda _alert: True)
    observer: Observer | None = None
    name_alert: Callable[[int], str] = field(default="alert-{}".format)


@dataclass(slots=True, eq=False)
class _Counts:
    frames: int = 0
    faces_seen: int = 0
    detections: int = 0
    first_s: float = 0.0
    last_s: float = 0.0
    step_s: float | None = None


class FrameWork:
    """Takes the frames of one feed, one by one; holds what must not outlive them."""

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
    ) -> None:
        """Set up a run; `stills` says that each frame is a picture of its own."""
        self._status = status
        self._source, self._comparer, self._policy = source, comparer, policy
        self._zone, self._settings, self._memory = zone, settings, memory
        self._reassociation, self._outputs, self._clock = reassociation, outputs, clock
        self._stills = stills
        self._tracker = Tracker(
            confirm_frames=1 if stills else settings.confirm_frames,
            lost_s=max(settings.lost_s, settings.redaction_hold_s),
        )
        self._redactor = Redactor(
            lookback_frames=0 if stills else settings.redaction_lookback_frames,
            mosaic=Mosaic(),
        )
        self._buffer = CropBuffer(settings.crops_per_comparison)
        self._scores: dict[int, TrackScores] = {}
        self._rest_until: dict[int, float] = {}
        self._best_weight: dict[int, float] = {}
        self._next_comparison_s = -np.inf
        self._arrived: dict[int, float] = {}
        self._shape: tuple[int, ...] | None = None
        self.counts = _Counts()
        self.alerts: list[Alert] = []
        self.gaps: list[Gap] = []

    @property
    def tracks(self) -> int:
        """How many tracks were started."""
        return self._tracker.started

    def take(self, frame: Frame) -> None:
        """Search one frame; what may be shown of it goes to the outputs."""
        taken_s = self._clock()
        self._note_time(frame)
        if self._stills or (self._shape is not None and frame.image.shape != self._shape):
            self._end_scene(frame, taken_s)
        self._shape = frame.image.shape
        faces = self._source.detect(frame.image)
        self.counts.detections += len(faces)
        strong = self._strong(faces, frame)
        numbers, ended = self._tracker.update(frame.time_s, faces.boxes, strong)
        if any(track.number in self._buffer for track in ended):
            self._compare(frame, numbers, taken_s)
        self._finish(ended)
        self._observe(frame, numbers, faces)
        self._cut_crops(frame, faces, numbers, strong)
        self._memory.expire()
        if frame.time_s >= self._next_comparison_s:
            self._compare(frame, numbers, taken_s)
            self._next_comparison_s = frame.time_s + self._settings.compare_interval_s
        self._arrived[frame.index] = taken_s
        self._show(self._redactor.push(frame, self._sightings(frame, faces, numbers), self._open()))
        self._note_done()

    def finish(self, last: Frame | None) -> None:
        """End the feed: compare what is held, show what waits."""
        if last is not None:
            self._end_scene(last, self._clock())
        self._show(self._redactor.flush())
        self._note_done()

    def abandon(self) -> None:
        """End before the feed does: what is held is dropped and not compared, what waits shown."""
        self._buffer.clear()
        self._finish(self._tracker.end())
        self._show(self._redactor.flush())
        self._note_done()

    def drop_everything(self) -> None:
        """Drop raw frames, crops, templates and scores, however the run ended."""
        self._redactor.discard()
        self._buffer.clear()
        self._memory.clear()
        self._scores.clear()
        self._rest_until.clear()
        self._best_weight.clear()

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
        self._status.frame_done(
            LiveStatus(
                frames=counts.frames,
                faces_seen=counts.faces_seen + sum(track.confirmed for track in tracks),
                tracks=self._tracker.started,
                tracks_now=len(tracks),
                detections=counts.detections,
                detected_frames=counts.frames,
                gaps=tuple(self.gaps),
                alerts=len(self.alerts),
            )
        )

    def _strong(self, faces: Faces, frame: Frame) -> BoolArray:
        height, width = frame.image.shape[:2]
        confident = faces.confidence >= self._settings.min_confidence
        return np.asarray(confident & self._zone.inside(faces.boxes, (width, height)))

    def _observe(self, frame: Frame, numbers: IntArray, faces: Faces) -> None:
        if self._outputs.observer is not None:
            self._outputs.observer.on_frame(frame.index, numbers, faces.boxes)

    def _cut_crops(self, frame: Frame, faces: Faces, numbers: IntArray, strong: BoolArray) -> None:
        """Put the looks worth keeping into the buffer; unconfirmed tracks give none."""
        confirmed = {t.number: t for t in self._tracker.tracks if t.confirmed}
        rows = [row for row in np.flatnonzero(strong).tolist() if int(numbers[row]) in confirmed]
        if not rows:
            return
        weights = crop_weights(frame.image, faces[rows])
        kept = [
            (row, float(weight))
            for row, weight in zip(rows, weights, strict=True)
            if self._is_awake(int(numbers[row]), frame.time_s, float(weight))
            and self._buffer.wants(int(numbers[row]), float(weight))
        ]
        if not kept:
            return
        crops = self._source.crops(frame.image, faces[[row for row, _ in kept]])
        for place, (row, weight) in enumerate(kept):
            one = {name: batch[place : place + 1].copy() for name, batch in crops.items()}
            probe, hidden = self._probe(frame.image, faces, row)
            number = int(numbers[row])
            held = HeldCrop(
                one,
                probe,
                faces.boxes[row].copy(),
                weight,
                frame.index,
                frame.time_s,
                confirmed[number].first_seen_s,
                hidden,
            )
            self._buffer.add(number, held)

    def _is_awake(self, track: int, time_s: float, weight: float) -> bool:
        """Whether a look may be compared: the track's rest ends soon, or the look is worth it."""
        soon = time_s + self._settings.compare_interval_s
        if self._rest_until.get(track, -np.inf) <= soon:
            return True
        alerted = bool(self._policy.alerts_of(track))
        return not alerted and weight > MUCH_BETTER * self._best_weight.get(track, 0.0)

    def _probe(self, image: ImageArray, faces: Faces, row: int) -> tuple[ImageArray, float]:
        """Cut a face out tight, the faces beside it unrecognisable; and say how much that hides."""
        height, width = image.shape[:2]
        box = pixel_regions(faces.boxes[[row]], 1.0, (width, height))[0]
        x0, y0, x1, y1 = box.tolist()
        probe = np.array(image[y0:y1, x0:x1], np.uint8)
        others = np.delete(faces.boxes, row, axis=0) - np.array([x0, y0, x0, y0], np.float32)
        mosaic = self._redactor.mosaic
        mosaic.cover(probe, others)
        hidden = np.zeros(probe.shape[:2], np.bool_)
        for left, top, right, bottom in pixel_regions(
            others, mosaic.expand, (x1 - x0, y1 - y0)
        ).tolist():
            hidden[top:bottom, left:right] = True
        return probe, float(hidden.mean()) if hidden.size else 0.0

    def _compare(self, frame: Frame, numbers: IntArray, taken_s: float) -> None:
        held = self._buffer.take()
        if not held:
            return
        self._comparer.compare(held, self._scores)
        for number, crops in held.items():
            self._best_weight[number] = max(crops[0].weight, self._best_weight.get(number, 0.0))
        if self._reassociation is not None:
            held = self._rejoin(held, numbers)
        together = {int(number) for number in numbers}
        visible = {n: s for n, s in self._scores.items() if n in together or n in held}
        due = self._policy.decide(frame.time_s, visible, held.keys(), together)
        compared = list(held)
        best = {proposal.track: to_show(held[proposal.track]) for proposal in due}
        # Before anyone is told: whoever listens may take long, and crops must not wait for them.
        held.clear()
        for proposal in due:
            self._raise(proposal, best.pop(proposal.track), frame, taken_s)
        for track in compared:
            scores = self._scores[track]
            if self._outputs.observer is not None:
                self._outputs.observer.on_scores(track, scores)
            enough = scores.comparisons >= self._settings.enough_comparisons
            if enough or self._policy.alerts_of(track):
                self._rest_until[track] = frame.time_s + self._settings.relaxed_interval_s

    def _rejoin(
        self, held: dict[int, list[HeldCrop]], numbers: IntArray
    ) -> dict[int, list[HeldCrop]]:
        """Join tracks that a template shows to be one just lost; returns `held` by new number."""
        assert self._reassociation is not None  # noqa: S101 - asked by the caller
        joined = dict(held)
        for number, into in self._reassociation.pairs(self._tracker.tracks, held.keys()):
            if not self._tracker.join(number, into):
                continue
            self._redactor.joined(number, into)
            self._buffer.joined(number, into)
            self._policy.joined(number, into)
            self._memory.forget(into)
            self._memory.forget(number)
            self._rest_until.pop(number, None)
            self._best_weight.pop(number, None)
            scores = self._scores.pop(number)
            self._scores.setdefault(into, TrackScores()).absorb(scores)
            # In place: the rest of this frame's work knows the face by its old number again.
            numbers[numbers == number] = into
            joined[into] = joined.pop(number)
            if self._outputs.observer is not None:
                self._outputs.observer.on_join(number, into)
        return joined

    def _raise(self, proposal: Proposal, best: HeldCrop, frame: Frame, taken_s: float) -> None:
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
            latency_s=self._clock() - taken_s,
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

    def _sightings(self, frame: Frame, faces: Faces, numbers: IntArray) -> Sightings:
        held_tracks, held, held_s = self._tracker.predictions(
            frame.time_s, self._settings.redaction_hold_s
        )
        return Sightings(faces.boxes, numbers, held, held_tracks, held_s)

    def _end_scene(self, frame: Frame, taken_s: float) -> None:
        """Compare what is held, then end all tracks: what comes next shows other people."""
        self._compare(frame, np.zeros(0, np.int64), taken_s)
        self._finish(self._tracker.end())

    def _finish(self, ended: list[Track]) -> None:
        """Keep counts of tracks that ended, and nothing else."""
        for track in ended:
            self.counts.faces_seen += track.confirmed
            self._scores.pop(track.number, None)
            self._rest_until.pop(track.number, None)
            self._best_weight.pop(track.number, None)
            self._policy.forget(track.number)
            self._memory.forget(track.number)

    def _show(self, frames: list[RedactedFrame]) -> None:
        for frame in frames:
            arrived_s = self._arrived.pop(frame.index)
            if self._outputs.on_frame is not None:
                self._outputs.on_frame(frame)
                self._status.frame_shown(self._clock() - arrived_s)
