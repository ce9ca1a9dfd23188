"""Gaps of a live search, by all that the records know of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from workbench.governance.session_gaps import GapKind, SessionGap, apart
from workbench.records.session_status import newest_signs
from workbench.records.sessions import SessionRow

__all__ = ["gaps_of"]


def gaps_of(
    connection: Connection, row: SessionRow, now: datetime | None = None
) -> tuple[SessionGap, ...]:
    """Return the stretches of a search in which nothing was searched, in order.

    Args:
        connection: that sees the records.
        row: the search.
        now: the moment, to which a search goes that has not ended; to when it was paused or
            resumed last when left out.
    """
    last = max((pause.until or pause.at for pause in row.pauses), default=row.started)
    over = max(row.started, row.ended or now or last)
    return apart(_noted(connection, row, over), row.started, over)


def _noted(connection: Connection, row: SessionRow, over: datetime) -> Iterator[SessionGap]:
    """Give them as they were noted: they may overlap, and reach out of the search."""
    for pause in row.pauses:
        end = max(pause.at, pause.until or over)
        yield SessionGap(kind=GapKind.PAUSED, start=pause.at, end=end, reason=pause.why)
    counts = row.counts
    if counts is None:
        return
    began, noted, gaps_s = counts.feed_began, counts.camera_gaps, counts.gaps_s
    if counts.lost:
        newest = newest_signs(connection, row.id)
        if newest is not None:
            signs = newest[1]
            began, noted, gaps_s = signs.feed_began, signs.camera_gaps, signs.gaps_s
        last = row.started if newest is None else min(newest[0], over)
        reason = "its process ended without saying so"
        yield SessionGap(kind=GapKind.LOST, start=last, end=over, reason=reason)
    if began is None:
        return
    for gap in noted:
        start = began + timedelta(seconds=gap.start_s)
        end = over if gap.end_s is None else began + timedelta(seconds=gap.end_s)
        yield SessionGap(kind=gap.kind, start=start, end=max(start, end), reason=gap.why)
    for start_s, end_s in gaps_s:
        yield SessionGap(
            kind=GapKind.NO_FRAMES,
            start=began + timedelta(seconds=start_s),
            end=began + timedelta(seconds=end_s),
        )
