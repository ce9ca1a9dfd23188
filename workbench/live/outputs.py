"""Who is told of what a live search finds and shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from workbench.arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from workbench.live.alerts import Alert
    from workbench.live.fusion import TrackScores
    from workbench.live.redaction import RedactedFrame

__all__ = ["Observer", "Outputs"]


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
        on_frame: takes each redacted frame, in order; without it none is drawn.
        on_alert: takes each alert as it is raised.
        is_open: says whether an alert, by id, still awaits a decision; its face is shown.
        is_refuted: says whether people decided that an alert, by id, is not the person.
        observer: for measurement against ground truth.
        name_alert: gives the id of an alert, by its number from 1.
    """

    on_frame: Callable[[RedactedFrame], None] | None = None
    on_alert: Callable[[Alert], None] | None = None
    is_open: Callable[[str], bool] = field(default=lambda _alert: True)
    is_refuted: Callable[[str], bool] = field(default=lambda _alert: False)
    observer: Observer | None = None
    name_alert: Callable[[int], str] = field(default="alert-{}".format)
