"""Footage and who appears in it, as a timeline shows them: lanes, bars, candidates of a search."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from widgets.thumbnails import Picture
from workbench.errors import UsageError
from workbench.faces.quality import Verdict

__all__ = ["AppearanceBar", "FootageLane", "SearchHit", "lanes_words", "span_words"]

_NO_DATE: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""What seconds on the axis are counted from where the time of day of something is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FootageLane:
    """One file of footage.

    Attributes:
        footage: its id.
        name: of the file.
        length_s: of the file, above 0.
        starts: true time of its first frame, the clock offset applied; `None` where nobody knows.
        offset_s: seconds that were added to the clock of the recording to get there; `None` where
            its clock was never checked.
        offset_basis: how that was found out, a sentence.
        stated: what has to be known of its times and of what is missing, in sentences.
        searched: what is said of an appearance of it that is no candidate of what is shown.
        gaps: stretches that could not be read or were not indexed: first and last second of the
            file, and what is wrong with it.
    """

    footage: str
    name: str
    length_s: float
    starts: datetime | None = None
    offset_s: float | None = None
    offset_basis: str = ""
    stated: tuple[str, ...] = ()
    searched: str = "no search of this file is shown here"
    gaps: tuple[tuple[float, float, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what has no place on an axis."""
        if not (math.isfinite(self.length_s) and self.length_s > 0):
            msg = f"{self.name}: a file has a length above 0 s, not {self.length_s}."
            raise UsageError(msg)
        if self.starts is not None and self.starts.tzinfo is None:
            msg = f"{self.name}: the time of its first frame needs a zone. Give it with one."
            raise UsageError(msg)

    @property
    def clock(self) -> str:
        """What is known of its time, in words."""
        if self.starts is None:
            return "time of day unknown: seconds of the file"
        if self.offset_s is None:
            return "clock of the recording, never checked"
        basis = f": {self.offset_basis}" if self.offset_basis else ""
        if self.offset_s == 0:
            return f"clock of the recording, found right{basis}"
        sign = "added to" if self.offset_s > 0 else "taken off"
        return f"{span_words(abs(self.offset_s))} {sign} the clock of the recording{basis}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """That an appearance is a candidate of a search, whose list is as long whoever is in view.

    Attributes:
        rank: from 1.
        score: in the unit of what scored.
        meaning: what the score means, in words.
        rare: whether few other people score this high, as `MeaningEntry.is_rare` says; nobody else
            is highlighted.
    """

    rank: int
    score: float
    meaning: str
    rare: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AppearanceBar:
    """Somebody in view for a while; who it is nobody has said.

    Attributes:
        appearance: its id.
        footage: id of the file.
        first_s: second of the file in which it begins.
        last_s: in which it ends.
        best_s: of the look that the thumbnail shows.
        thumbnail: JPEG bytes, or what reads them; `None` where there is none.
        quality: verdict on the best look.
        hit: that it is a candidate of a search.
    """

    appearance: str
    footage: str
    first_s: float
    last_s: float
    best_s: float | None = None
    thumbnail: Picture | None = field(default=None, repr=False)
    quality: Verdict | None = None
    hit: SearchHit | None = None

    def __post_init__(self) -> None:
        """Refuse a stretch that is none."""
        if not (math.isfinite(self.last_s) and 0 <= self.first_s <= self.last_s):
            msg = (
                f"{self.appearance}: an appearance begins at 0 s or later and ends after that, "
                f"not from {self.first_s} to {self.last_s}."
            )
            raise UsageError(msg)


def lanes_words(
    lanes: Sequence[FootageLane], appearances: Sequence[AppearanceBar]
) -> dict[str, Any]:
    """Return lanes and bars as a browser draws them, without pictures.

    Times are seconds on one axis: since 1970 where the true time is known, and otherwise seconds
    of the file, laid at the beginning of the axis.

    Raises:
        UsageError: when an id comes twice, or an appearance lies in no file, or beyond its end.
    """
    known = {lane.footage: lane for lane in lanes}
    ids = {one.appearance for one in appearances}
    if len(known) < len(lanes) or len(ids) < len(appearances):
        msg = "a file or an appearance comes twice. Give each once."
        raise UsageError(msg)
    for one in appearances:
        if one.footage not in known or one.first_s > known[one.footage].length_s:
            msg = (
                f"{one.appearance} lies in no file of this timeline, or beyond its end. Give the "
                "file that it was found in."
            )
            raise UsageError(msg)
    timed = [lane.starts for lane in lanes if lane.starts is not None]
    zero = min(timed, default=_NO_DATE)
    return {
        "timed": bool(timed),
        "zero_s": (zero - _NO_DATE).total_seconds() if timed else 0.0,
        "lanes": [_lane_words(lane, zero) for lane in lanes],
        "bars": [_bar_words(one) for one in appearances],
    }


def _lane_words(lane: FootageLane, zero: datetime) -> dict[str, Any]:
    starts = timedelta(0) if lane.starts is None else lane.starts - zero
    return {
        "id": lane.footage,
        "name": lane.name,
        "starts_s": starts.total_seconds(),
        "length_s": lane.length_s,
        "timed": lane.starts is not None,
        "checked": lane.starts is not None and lane.offset_s is not None,
        "clock": lane.clock,
        "stated": list(lane.stated),
        "searched": lane.searched,
        "gaps": [list(gap) for gap in lane.gaps],
    }


def _bar_words(one: AppearanceBar) -> dict[str, Any]:
    hit = one.hit
    return {
        "id": one.appearance,
        "lane": one.footage,
        "first_s": one.first_s,
        "last_s": one.last_s,
        "best_s": one.best_s,
        "pictured": one.thumbnail is not None,
        "quality": None if one.quality is None else one.quality.value,
        "hit": None
        if hit is None
        else {
            "rank": hit.rank,
            "score": hit.score,
            "meaning": hit.meaning,
            "rare": hit.rare,
        },
    }


def span_words(seconds: float) -> str:
    """Return a stretch of time in hours, minutes and seconds, to a tenth."""
    whole, rest = divmod(round(seconds, 1), 60)
    hours, minutes = divmod(int(whole), 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else ""]
    parts.append(f"{rest:g} s" if rest else "")
    return " ".join(part for part in parts if part) or "0 s"
