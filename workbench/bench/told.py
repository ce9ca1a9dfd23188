"""Who hears what of a live search while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.arrays import FloatArray, IntArray
    from workbench.bench.alert_storing import StoredAlert
    from workbench.live.fusion import TrackScores
    from workbench.live.redaction import RedactedFrame
    from workbench.live.running import Observer

__all__ = ["Told", "WithoutScores"]


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Who is told of what while a search runs.

    Attributes:
        on_frame: takes each redacted frame, in order.
        on_alert: takes each alert once it is stored.
        observer: measures against ground truth; hears of no score.
        progress: takes the frames done, and the feed's estimate of all.
    """

    on_frame: Callable[[RedactedFrame], None] | None = None
    on_alert: Callable[[StoredAlert], None] | None = None
    observer: Observer | None = None
    progress: Callable[[int, int | None], None] | None = None


class WithoutScores:
    """An observer that hears where faces are, and nothing of whom they are like.

    A score below the threshold is nobody's to see: with it any threshold could be undercut, without
    an alert and without an entry of the log.
    """

    def __init__(self, observer: Observer) -> None:
        """Take who observes."""
        self._observer = observer

    def on_frame(self, frame: int, tracks: IntArray, boxes: FloatArray) -> None:
        """Tell of the tracks detected in a frame, `(n,)`, and their boxes, `(n, 4)`."""
        self._observer.on_frame(frame, tracks, boxes)

    def on_scores(self, track: int, scores: TrackScores) -> None:
        """Tell nobody of scores."""

    def on_join(self, number: int, into: int) -> None:
        """Tell that track `number` goes on as track `into`."""
        self._observer.on_join(number, into)
