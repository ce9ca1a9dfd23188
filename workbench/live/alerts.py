"""An alert: what the software raises for a person to decide on."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.arrays import FloatArray, ImageArray
from workbench.governance.alerts import AlertState
from workbench.matching.candidates import Candidates

__all__ = ["Alert", "AlertState"]


@dataclass(frozen=True, slots=True, eq=False)
class Alert:
    """A face in the feed that compared at or above the threshold with a person on the list.

    Attributes:
        id: name within the run, or in the records of a bench.
        track: number of the track.
        subject: the person on the list whom the track's face was assigned to.
        time_s: time in the feed of the frame at which it was raised.
        frame: index of that frame.
        score: fused score of the track for `subject`, in the matcher's unit.
        threshold: what the score had to reach.
        candidates: the best subjects of the track by fused score, best first.
        comparisons: how many crops of the track the score rests on.
        probe: shape `(h, w, 3)` uint8 RGB, the tight crop, bystanders in it made unrecognisable.
        probe_frame: index of the frame that `probe` was cut from.
        probe_time_s: time in the feed of that frame.
        box: shape `(4,)`, pixels, the face in that frame.
        reference: row of the reference in the watchlist that compared best, if known.
        first_seen_s: time in the feed at which the track began.
        latency_s: seconds from the arrival of the first frame that a look was kept of, since its
            track was last compared, to the alert.
        contests: id of an earlier alert for the same person on another face of the same frame;
            at most one of the two can be right.
        hidden: share of `probe` made unrecognisable because of a bystander, 0..1.
        state: always `open` here; deciding is for people.
    """

    id: str
    track: int
    subject: str
    time_s: float
    frame: int
    score: float
    threshold: float
    candidates: Candidates
    comparisons: int
    probe: ImageArray
    probe_frame: int
    probe_time_s: float
    box: FloatArray
    reference: int | None
    first_seen_s: float
    latency_s: float
    contests: str | None = None
    hidden: float = 0.0
    state: AlertState = AlertState.OPEN
