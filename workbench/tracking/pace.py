"""In which frames faces are looked for: in all, unless little has moved since they were found.

Detection is dear, and between two frames 40 ms apart nearly everyone is where the tracker says. A
frame is left to the tracker only while nothing says otherwise: no track has moved far, no track
is about to be confirmed, and the picture as a whole is nearly the same. Whoever steps into view in
such a frame is found in the next one, and the redactor, which holds frames back, then covers them
in this one as well.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from workbench.arrays import ImageArray
from workbench.feeds.frames import Frame
from workbench.tracking.change import changed, places
from workbench.tracking.tracker import Tracker

__all__ = ["LONGEST_S", "DetectionPace"]

LONGEST_S: Final = 0.1
"""Detections are never further apart than this: a feed of few frames is searched in each."""
MOST_MOVED: Final = 0.35
"""Face widths that the fastest track may have moved since faces were last looked for."""
MOST_CHANGED: Final = 0.25
"""Share of the picture that may look different from when faces were last looked for."""


class DetectionPace:
    """Says of each frame whether faces have to be looked for in it."""

    def __init__(self, most_skipped: int) -> None:
        """Set how many frames in a row may be left to the tracker; 0 looks in each."""
        self._most_skipped = most_skipped
        self._skipped = 0
        self._last_s = -np.inf
        self._before_s = -np.inf
        self._seen: ImageArray | None = None

    def is_due(self, frame: Frame, tracker: Tracker) -> bool:
        """Return whether faces have to be looked for in a frame; ask once for each, in order."""
        step_s, self._before_s = frame.time_s - self._before_s, frame.time_s
        if self._may_skip(frame, tracker, step_s):
            self._skipped += 1
            return False
        self._skipped, self._last_s = 0, frame.time_s
        self._seen = places(frame.image) if self._most_skipped else None
        return True

    def start_anew(self) -> None:
        """Look in the next frame: it shows another scene."""
        self._seen = None

    def _may_skip(self, frame: Frame, tracker: Tracker, step_s: float) -> bool:
        if self._seen is None or self._skipped >= self._most_skipped:
            return False
        # The next frame has to be near enough as well: it is then looked at in any case.
        if frame.time_s + step_s - self._last_s > LONGEST_S:
            return False
        if tracker.is_confirming() or tracker.moved(frame.time_s) > MOST_MOVED:
            return False
        return changed(self._seen, places(frame.image)) <= MOST_CHANGED
