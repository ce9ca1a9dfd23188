"""What a live search searches with: written when it starts, so that its scores keep a meaning."""

from __future__ import annotations

from pydantic import Field, PositiveFloat, PositiveInt

from workbench.governance.record import Record
from workbench.governance.setups import Matcher, Unit
from workbench.governance.text import Line

__all__ = ["SessionSetup"]


class SessionSetup(Record):
    """What a live search searches with.

    Attributes:
        matcher: what makes its scores.
        unit: of scores and threshold.
        references: on the watchlist; what a score means depends on it.
        subjects: people on it.
        watchlist_sha256: digest of the sealed list.
        detector: what finds faces.
        encoders: what makes templates, each in a phrase.
        calibration: id of what fuses them; `None` where one encoder alone is used.
        zone: corners of the part of the frame that is searched, in shares of it; `None` for all.
        runtime: what the models run on; `None` where it was not written down, as are those below.
        detection_width_px: width at which faces are looked for.
        smallest_face_px: the smallest face that it is set to find.
        versions: of what the scores depend on, by name.
    """

    matcher: Matcher
    unit: Unit
    references: PositiveInt
    subjects: PositiveInt
    watchlist_sha256: Line
    detector: Line
    encoders: tuple[Line, ...]
    calibration: Line | None = None
    zone: tuple[tuple[float, float], ...] | None = None
    runtime: Line | None = None
    detection_width_px: PositiveInt | None = None
    smallest_face_px: PositiveFloat | None = None
    versions: dict[Line, Line] = Field(default_factory=dict)
