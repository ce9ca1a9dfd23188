"""Stretches of a live search in which nothing was searched, each with what it was."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from pydantic import model_validator

from workbench.governance.record import Record
from workbench.governance.text import Line, Moment

__all__ = ["FeedGap", "GapKind", "SessionGap", "apart"]


_SHORTEST_REST: Final = timedelta(seconds=1)


class GapKind(StrEnum):
    """Why nothing was searched; of two at once the first one counts."""

    PAUSED = "paused"
    LOST = "lost"
    DEAD = "dead"
    COVERED = "covered"
    DARK = "dark"
    FROZEN = "frozen"
    NO_FRAMES = "no-frames"


class SessionGap(Record):
    """One gap.

    Attributes:
        kind: what it was.
        start: from when.
        end: to when.
        reason: of a pause the words of whoever asked for it; else a word or two.
    """

    kind: GapKind
    start: Moment
    end: Moment
    reason: Line | None = None

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.end < self.start:
            msg = "a gap ends after it began"
            raise ValueError(msg)
        return self


class FeedGap(Record):
    """A stretch in which a camera showed nothing that could be searched, as its feed noted it.

    Attributes:
        kind: what the camera was.
        start_s: when it began, in seconds of the feed.
        end_s: when it was over; `None` while it goes on, and where the search ended before.
        why: in words, without address or login.
    """

    kind: GapKind
    start_s: float
    end_s: float | None = None
    why: Line | None = None


def apart(gaps: Iterable[SessionGap], started: datetime, ended: datetime) -> tuple[SessionGap, ...]:
    """Return gaps in order, of which no two overlap and none reaches out of the search.

    Where two overlap, what they share is left to the kind that comes first in `GapKind`, and of
    one kind to the earlier. A gap that is left with no time at all is left out, unless it is a
    pause: that somebody asked for one is kept. Frames and camera tell of one gap by two clocks, so
    less than a second without frames that is left beside another gap is no gap of its own.

    Args:
        gaps: in any order.
        started: when the search began.
        ended: when it ended.
    """
    order = list(GapKind)
    kept: list[SessionGap] = []
    for gap in sorted(gaps, key=lambda one: (order.index(one.kind), one.start, one.end)):
        start, end = (min(max(at, started), ended) for at in (gap.start, gap.end))
        kept += _left_of(gap.model_copy(update={"start": start, "end": end}), kept)
    return tuple(sorted(kept, key=lambda one: (one.start, one.end, order.index(one.kind))))


def _left_of(gap: SessionGap, taken: Iterable[SessionGap]) -> list[SessionGap]:
    """Return what is left of a gap beside those that were taken."""
    left, at = [], gap.start
    for other in sorted(taken, key=lambda one: (one.start, one.end)):
        if other.end <= at or other.start >= gap.end:
            continue
        if other.start > at:
            left.append(gap.model_copy(update={"start": at, "end": other.start}))
        at = max(at, other.end)
    if at < gap.end or (gap.kind is GapKind.PAUSED and gap.start == gap.end == at):
        left.append(gap.model_copy(update={"start": at, "end": gap.end}))
    if gap.kind is GapKind.NO_FRAMES and left != [gap]:
        left = [one for one in left if one.end - one.start >= _SHORTEST_REST]
    return left
