"""What a live search searches with: written when it starts, so that its scores keep a meaning."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, PositiveInt

from workbench.governance.record import Record
from workbench.governance.setups import Matcher, RuntimeClass, Unit
from workbench.governance.text import Line

__all__ = ["FACE_PER_EYES", "SessionSetup"]

FACE_PER_EYES: Final = 2.0
"""Width of YuNet's box for one pixel between the eyes, at the least: it was 2.05 to 2.46 in nine of
ten photographs of 200 LFW tuning people."""


class SessionSetup(Record):
    """What a live search searches with.

    Attributes:
        matcher: what makes its scores.
        unit: of scores and threshold.
        references: on the watchlist; what a score means depends on it.
        subjects: people on it.
        watchlist_sha256: digest of the sealed list.
        detector: what finds faces.
        smallest_face_px: narrowest face that it was asked to find, px of the feed.
        detector_input_px: width and height that it looked at the feed in.
        encoders: what makes templates, each in a phrase.
        runtimes: what ran each of them, by name.
        numbers: in which they ran, for the faces of the feed.
        calibration: id of what fuses them; `None` where one encoder alone is used.
        zone: corners of the part of the frame that is searched, in shares of it; `None` for all.
        versions: of what the scores depend on, by name.
    """

    matcher: Matcher
    unit: Unit
    references: PositiveInt
    subjects: PositiveInt
    watchlist_sha256: Line
    detector: Line
    smallest_face_px: Annotated[float, Field(gt=0)] | None = None
    detector_input_px: tuple[PositiveInt, PositiveInt] | None = None
    encoders: tuple[Line, ...]
    runtimes: dict[Line, Line] = Field(default_factory=dict)
    numbers: RuntimeClass | None = None
    calibration: Line | None = None
    zone: tuple[tuple[float, float], ...] | None = None
    versions: dict[Line, Line] = Field(default_factory=dict)

    @property
    def smallest_eyes_px(self) -> float | None:
        """Distance between the eyes of the smallest face that it was asked to find, px of the feed.

        `None` where it is not known how small a face that was.
        """
        return None if self.smallest_face_px is None else self.smallest_face_px / FACE_PER_EYES
