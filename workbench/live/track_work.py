"""From looks at tracked faces to alerts: what is kept, compared, joined and raised, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from workbench.arrays import BoolArray, IntArray
from workbench.faces.mosaic import Mosaic
from workbench.faces.types import Faces
from workbench.feeds.frames import Frame
from workbench.live.alerting import AlertPolicy, Proposal
from workbench.live.alerts import Alert
from workbench.live.compared import Compared
from workbench.live.comparing import Comparer
from workbench.live.crops import CropBuffer, HeldCrop, to_show
from workbench.live.cutting import CropSource, cut
from workbench.live.fusion import TrackScores
from workbench.live.lifetimes import TemplateMemory
from workbench.live.outputs import Outputs
from workbench.live.resting import Rests
from workbench.live.status import StatusKeeper
from workbench.tracking.tracker import Track, Tracker
from workbench.tracking.weighting import crop_weights, most_weights

if TYPE_CHECKING:
    from workbench.live.reassociation import Reassociation
    from workbench.settings import LiveSettings

__all__ = ["TrackWork"]

MOST_AT_A_TIME: Final = 8
"""Crops of a batch, unless one track has more: a third of a second on one core. In a batch of all
who step into view together, the first alert would wait for the last face."""


class TrackWork:
    """Compares the tracks of one feed, in batches, and raises what is due.

    A batch of crops that was begun at one time for comparisons is finished at the next one, and
    encoded in between. Both are times of the feed: what comes of a file does not hang on how fast
    the machine is. A live feed's batch is finished with the first frame after it is ready.
    Whoever finds no place in a batch is in the next one, which then begins at once. Where a file
    is searched slower than it was taken, a template may be gone before the track that it would
    join is compared: only such joins hang on the machine.

    Attributes:
        numbers: the track of each face found when faces were last looked for, `(n,)`.
        alerts: those raised.
        uncompared: who left a live feed's view and was dropped without being compared, because
            the search was behind.
    """

    def __init__(
        self,
        source: CropSource,
        comparer: Comparer,
        policy: AlertPolicy,
        *,
        tracker: Tracker,
        settings: LiveSettings,
        memory: TemplateMemory,
        reassociation: Reassociation | None,
        joined: Callable[[int, int], None],
        ended: Callable[[Track], None],
        outputs: Outputs,
        status: StatusKeeper,
        clock: Callable[[], float],
        mosaic: Mosaic,
        at_once: bool,
        live: bool,
    ) -> None:
        """Set up the comparisons of a run.

        Args:
            source: cuts crops.
            comparer: compares them.
            policy: says which comparisons become alerts.
            tracker: follows the faces.
            settings: times and counts.
            memory: holds templates for a moment.
            reassociation: finds tracks that go on as another; `None` joins none.
            joined: is told that a track, the first, goes on as another, the second.
            ended: is told of each track of which nothing is held any more.
            outputs: who is told of what.
            status: is told of alerts.
            clock: seconds, monotonic.
            mosaic: covers whoever reaches into the picture of an alert.
            at_once: finish each batch where it was begun.
            live: frames come as they happen.
        """
        self._source, self._comparer, self._policy = source, comparer, policy
        self._tracker, self._settings, self._memory = tracker, settings, memory
        self._reassociation, self._joined, self._ended = reassociation, joined, ended
        self._outputs, self._status, self._clock = outputs, status, clock
        self._mosaic, self._at_once, self._live = mosaic, at_once, live
        self._buffer = CropBuffer(settings.crops_per_comparison)
        self._scores: dict[int, TrackScores] = {}
        self._rests = Rests(settings)
        self._leaving: dict[int, Track] = {}
        self._next_s = -np.inf
        self._since: dict[int, float] = {}
        self.numbers: IntArray = np.zeros(0, np.int64)
        self.alerts: list[Alert] = []
        self.uncompared = 0

    def __len__(self) -> int:
        """Return how many crops wait for a comparison to begin."""
        return len(self._buffer)

    @property
    def leaving(self) -> tuple[Track, ...]:
        """Tracks that ended and of which something has still to be compared."""
        return tuple(self._leaving.values())

    def keep_looks(self, frame: Frame, faces: Faces, strong: BoolArray, taken_s: float) -> None:
        """Put the looks worth keeping into the buffer; unconfirmed tracks give none.

        Args:
            frame: raw.
            faces: all that were found in it.
            strong: shape `(n,)`, which of them may be compared.
            taken_s: when the frame came, by the clock.
        """
        confirmed = {t.number: t.first_seen_s for t in self._tracker.tracks if t.confirmed}
        numbers = self.numbers.tolist()
        rows = [row for row in np.flatnonzero(strong).tolist() if numbers[row] in confirmed]
        # What a look is worth at most costs nothing to say; most tracks rest, and it is too little.
        most = zip(rows, most_weights(faces[rows]).tolist(), strict=True)
        rows = [row for row, weight in most if self._is_wanted(numbers[row], frame, weight)]
        if not rows:
            return
        weights = zip(rows, crop_weights(frame.image, faces[rows]).tolist(), strict=True)
        kept = {
            row: weight for row, weight in weights if self._is_wanted(numbers[row], frame, weight)
        }
        first_seen_s = {row: confirmed[numbers[row]] for row in kept}
        looks = cut(
            self._source,
            frame,
            faces,
            weights=kept,
            first_seen_s=first_seen_s,
            mosaic=self._mosaic,
        )
        for row, look in looks.items():
            self._buffer.add(numbers[row], look, taken_s)

    def advance(self, frame: Frame) -> None:
        """Finish the batch that was begun and begin the next, where it is time for that."""
        if self._live:
            self._drop_overdue()
        ready = self._comparer.is_ready
        # A live feed does not wait for its encoder: it goes on, and looks again at the next frame.
        may_begin = not self._live or ready or not self._comparer.is_busy
        if may_begin and frame.time_s >= self._next_s:
            self._finish_comparison(frame)
            if self._at_once:
                self._compare_held(frame)
            else:
                self._begin_comparison(frame)
            pause_s = 0.0 if self._is_waiting(frame) else self._settings.compare_interval_s
            self._next_s = frame.time_s + pause_s
        elif self._live and ready:
            self._finish_comparison(frame)

    def open_alerts(self) -> Mapping[int, str]:
        """Return the tracks whose face may be shown, to the id of an open alert of theirs."""
        shown = {}
        for track in self._tracker.tracks:
            held = list(self._policy.alerts_of(track.number).values())
            still = [alert for alert in held if self._outputs.is_open(alert)]
            if still:
                shown[track.number] = still[-1]
        return shown

    def compare_all(self, frame: Frame) -> None:
        """Compare everything that is held, now."""
        self._finish_comparison(frame)
        self.numbers = np.zeros(0, np.int64)
        self._compare_held(frame)

    def let_go(self, ended: Iterable[Track]) -> None:
        """Note that tracks ended; those of which crops wait are let go once these are compared."""
        for track in ended:
            if track.number in self._buffer or track.number in self._comparer:
                self._leaving[track.number] = track
            else:
                self.forget([track])

    def forget(self, ended: Iterable[Track]) -> None:
        """Forget tracks that ended."""
        for track in ended:
            self._ended(track)
            self._scores.pop(track.number, None)
            self._rests.forget(track.number)
            self._policy.forget(track.number)
            self._memory.forget(track.number)

    def drop_held(self) -> None:
        """Drop what waits to be compared, and compare it no more."""
        self._buffer.clear()
        self._comparer.clear()
        self.forget(self._leaving.values())
        self._leaving.clear()

    def clear(self) -> None:
        """Drop crops, templates and scores."""
        self._buffer.clear()
        self._comparer.clear()
        self._memory.clear()
        self._scores.clear()
        self._rests.clear()
        self._leaving.clear()

    def _drop_overdue(self) -> None:
        """Drop looks at whoever has left and waited too long: more come in than are compared.

        Whoever is in view still has at most a few looks, and the best ones; their number is
        bounded by itself.
        """
        before_s = self._clock() - self._settings.longest_wait_s
        waiting = self._buffer.waiting()
        overdue = [n for n in self._leaving if n in waiting and waiting[n][0] < before_s]
        for number in overdue:
            self._buffer.take(number)
            if number not in self._comparer:
                self.uncompared += number not in self._scores
                self.forget([self._leaving.pop(number)])

    def _is_wanted(self, track: int, frame: Frame, weight: float) -> bool:
        awake = self._is_awake(track, frame.time_s, weight)
        return awake and self._buffer.wants(track, weight)

    def _is_awake(self, track: int, time_s: float, weight: float) -> bool:
        alerted = bool(self._policy.alerts_of(track))
        return self._rests.is_awake(track, time_s, weight, alerted=alerted)

    def _is_due(self, track: int, frame: Frame) -> bool:
        """Whether a track may be compared: its last comparison was a while ago, or it has left."""
        return track in self._leaving or self._rests.is_due(track, frame.time_s)

    def _is_waiting(self, frame: Frame) -> bool:
        """Whether somebody who may be compared found no place in the batch."""
        return any(self._is_due(number, frame) for number in self._buffer.waiting())

    def _is_enough(self, track: int) -> bool:
        scores = self._scores.get(track)
        return scores is not None and scores.comparisons >= self._settings.enough_comparisons

    def _compare_held(self, frame: Frame) -> None:
        """Compare what waits, batch by batch, and decide when nothing does: on all together."""
        compared: dict[int, Compared] = {}
        while len(self._buffer):
            self._begin_comparison(frame, anyone=True)
            compared |= self._compare()
        self._settle(compared, frame)

    def _begin_comparison(self, frame: Frame, *, anyone: bool = False) -> None:
        """Have crops encoded, those of the longest waiting; a track that rests by now gives none.

        Args:
            frame: the newest.
            anyone: also those whose last comparison was a moment ago.
        """
        waiting = self._buffer.waiting()
        due = [number for number in waiting if anyone or self._is_due(number, frame)]
        order = sorted(due, key=lambda number: (waiting[number][0], number))
        batch: dict[int, list[HeldCrop]] = {}
        places = MOST_AT_A_TIME
        self._since = {}
        for number in order:
            since_s, crops = waiting[number]
            if not self._is_awake(number, frame.time_s, crops[0].weight):
                self._buffer.take(number)
                continue
            wanted = 1 if self._is_enough(number) else len(crops)
            if batch and wanted > places:
                break
            places -= wanted
            batch[number] = self._buffer.take(number)[:wanted]
            self._since[number] = since_s
            self._rests.begun(number, frame.time_s)
        self._comparer.start(batch)

    def _finish_comparison(self, frame: Frame) -> None:
        """Compare what was encoded, raise what is due, let go who has left."""
        self._settle(self._compare(), frame)

    def _compare(self) -> dict[int, Compared]:
        """Compare what was encoded; of a still's many faces only those are held that may alert."""
        held = self._comparer.finish(self._scores)
        return {
            number: Compared(
                [] if self._at_once and not self._may_alert(number) else crops,
                crops[0].weight,
                self._since[number],
                crops[0].first_seen_s,
            )
            for number, crops in held.items()
        }

    def _may_alert(self, track: int) -> bool:
        return any(mean >= self._policy.threshold for mean in self._scores[track].means().values())

    def _settle(self, compared: dict[int, Compared], frame: Frame) -> None:
        if compared and self._reassociation is not None:
            self._rejoin(compared, frame.time_s)
        if compared:
            self._decide(compared, frame)
        gone = [number for number in self._leaving if number not in self._buffer]
        self.forget([self._leaving.pop(number) for number in gone])

    def _decide(self, compared: dict[int, Compared], frame: Frame) -> None:
        together = {int(number) for number in self.numbers}
        visible = {n: s for n, s in self._scores.items() if n in together or n in compared}
        due = self._policy.decide(frame.time_s, visible, compared.keys(), together)
        weights = {number: one.weight for number, one in compared.items()}
        alerting = {proposal.track: compared[proposal.track] for proposal in due}
        # Before anyone is told: whoever listens may take long, and crops must not wait for them.
        compared.clear()
        for proposal in due:
            self._raise(proposal, alerting.pop(proposal.track), frame)
        for track, weight in weights.items():
            if self._outputs.observer is not None:
                self._outputs.observer.on_scores(track, self._scores[track])
            enough = self._is_enough(track) or bool(self._policy.alerts_of(track))
            self._rests.compared(track, frame.time_s, weight, enough=enough)

    def _rejoin(self, compared: dict[int, Compared], time_s: float) -> None:
        """Join tracks that a template shows to be one just lost; `compared` has the new numbers."""
        assert self._reassociation is not None  # noqa: S101 - asked by the caller
        # Templates live by the machine's clock. By the feed's they count no longer either, or a
        # fast machine would join in a file what a slower one cannot.
        lifetime_s = self._settings.template_lifetime_s
        tracks = [
            track
            for track in self._tracker.tracks
            if track.number in compared or self._rests.since(track.number, time_s) <= lifetime_s
        ]
        first_seen_s = {track.number: track.first_seen_s for track in tracks}
        for number, into in self._reassociation.pairs(tracks, compared.keys()):
            if not self._tracker.join(number, into):
                continue
            self._joined(number, into)
            self._buffer.joined(number, into)
            self._policy.joined(number, into)
            for gone in (number, into):
                self._memory.forget(gone)
            self._rests.joined(number, into)
            scores = self._scores.pop(number)
            self._scores.setdefault(into, TrackScores()).absorb(scores)
            # In place: the sightings of this frame know the face by its old number again.
            self.numbers[self.numbers == number] = into
            one = compared.pop(number)
            one.first_seen_s = first_seen_s[into]
            if into in compared:
                one.absorb(compared.pop(into))
            compared[into] = one
            if self._outputs.observer is not None:
                self._outputs.observer.on_join(number, into)

    def _raise(self, proposal: Proposal, compared: Compared, frame: Frame) -> None:
        scores, best = self._scores[proposal.track], to_show(compared.crops)
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
            first_seen_s=compared.first_seen_s,
            latency_s=self._clock() - compared.since_s,
            contests=proposal.contests,
            hidden=best.hidden,
        )
        self._policy.record(proposal, alert.id, frame.time_s)
        self._memory.forget(proposal.track)
        self.alerts.append(alert)
        self._status.alert_raised(alert.latency_s)
        if self._outputs.on_alert is not None:
            self._outputs.on_alert(alert)
