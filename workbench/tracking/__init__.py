"""Faces from frame to frame, within one feed or one piece of footage: by their boxes alone.

What a live search and an index of footage both need: which detection is whose, in which frames
faces have to be looked for, which look at a face is the best, and how those beside it are hidden.
No template is seen here, and nothing outlives the frames but counts, times and boxes.
"""

from __future__ import annotations

from workbench.faces.mosaic import Mosaic, MosaicKind
from workbench.tracking.pace import DetectionPace
from workbench.tracking.tracker import Track, Tracker, TrackState

__all__ = ["DetectionPace", "Mosaic", "MosaicKind", "Track", "TrackState", "Tracker"]
