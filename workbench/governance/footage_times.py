"""When something in footage was seen, in words: the one form for lists, pages and reports.

Times of footage are kept as seconds from the start of a file. Whoever reads of one is told when
that truly was, wherever the start is known, and from where it counts in any case.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from workbench.governance.footage_facts import times_doubtful
from workbench.governance.moments import clock_to_tenths, spoken_to_tenths

if TYPE_CHECKING:
    from workbench.governance.footage import Footage

__all__ = ["begins_at", "counted", "seen_at", "seen_from_to"]

_FROM = "s from the start of the file"
_DOUBTFUL = "; a time of this file may be wrong"


def begins_at(moment: datetime) -> str:
    """Return when a file begins in words, to the second, or to tenths where it is known so well."""
    told = spoken_to_tenths(moment)
    return told if moment.microsecond else told.replace(".0 UTC", " UTC")


def counted(time_s: float) -> str:
    """Return a time of a file in words, by what is counted alone.

    >>> counted(13.04)
    '13.0 s from the start of the file'
    """
    return f"{time_s:.1f} {_FROM}"


def seen_at(footage: Footage, time_s: float, frame: int | None = None) -> str:
    """Return when something in footage was: in true time, if that is known, and from its start.

    Args:
        footage: that it is seen in.
        time_s: when in it, s from the start of the file.
        frame: in which of its frames, from 0, if that is known.
    """
    numbered = "" if frame is None else f", frame {frame:,} from 0"
    return _told(footage, _moment(footage, time_s), f"{counted(time_s)}{numbered}")


def seen_from_to(footage: Footage, first_s: float, last_s: float) -> str:
    """Return from when to when somebody is seen in footage, as `seen_at` does.

    Args:
        footage: that they are seen in.
        first_s: from when on, s from the start of the file.
        last_s: until when.
    """
    seconds = f"{first_s:.1f} to {last_s:.1f} {_FROM}"
    return _told(footage, _moment(footage, first_s), seconds, _moment(footage, last_s))


def _moment(footage: Footage, time_s: float) -> datetime | None:
    """Return the true time of the tenth that is told, so that both agree."""
    return footage.true_time(round(time_s, 1))


def _told(
    footage: Footage, moment: datetime | None, seconds: str, until: datetime | None = None
) -> str:
    if moment is None:
        said = seconds
    elif until is None:
        said = f"{spoken_to_tenths(moment)} ({seconds})"
    else:
        begins, ends = spoken_to_tenths(moment), spoken_to_tenths(until)
        same_day = begins.split()[0] == ends.split()[0]
        ends = f"{clock_to_tenths(until)} UTC" if same_day else ends
        said = f"{begins.removesuffix(' UTC')} to {ends} ({seconds})"
    return f"{said}{_DOUBTFUL}" if times_doubtful(footage.facts) else said
