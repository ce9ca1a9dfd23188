"""What a run counts, and the stretches of its feed without frames."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from workbench.live.result import Gap

__all__ = ["Counts"]

_GAP_STEPS: Final = 5
_SHORTEST_GAP_S: Final = 1.0


@dataclass(slots=True, eq=False)
class Counts:
    """Counts of one run so far.

    Attributes:
        frames: taken.
        detected_frames: in which faces were looked for.
        faces_seen: of tracks that ended, counted by `workbench.live.COUNTING_METHOD`.
        detections: faces found, frame by frame.
        first_s: time in the feed of the first frame.
        last_s: time in the feed of the newest frame.
        gaps: stretches of the feed without frames.
    """

    frames: int = 0
    detected_frames: int = 0
    faces_seen: int = 0
    detections: int = 0
    first_s: float = 0.0
    last_s: float = 0.0
    gaps: list[Gap] = field(default_factory=list)
    _step_s: float | None = None

    def note_frame(self, time_s: float) -> None:
        """Note that a frame came, and whether there was a gap before it."""
        if self.frames == 0:
            self.first_s = time_s
        else:
            self._note_step(time_s)
        self.last_s = time_s
        self.frames += 1

    def note_looked(self, faces: int) -> None:
        """Note that faces were looked for in a frame, and so many were found."""
        self.detected_frames += 1
        self.detections += faces

    def _note_step(self, time_s: float) -> None:
        step, usual = time_s - self.last_s, self._step_s
        if usual is not None and step > max(_GAP_STEPS * usual, _SHORTEST_GAP_S):
            self.gaps.append(Gap(self.last_s, time_s))
        elif step > 0:
            # A running mean follows a feed whose rate drifts.
            self._step_s = step if usual is None else 0.9 * usual + 0.1 * step
