"""When something in footage was seen, in words: the one form for lists, pages and reports.

Times of footage are kept as seconds from the start of a file. Whoever reads of one is told when
that truly was, wherever the start is known, and from where it counts in any case.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from workbench.governance.footage_facts import times_doubtful
from workbench.governance.moments import spoken

if TYPE_CHECKING:
    from workbench.governance.footage import Footage

__all__ = ["counted", "seen_at", "seen_from_to"]

_FROM = "s from the start of the file"
_DOUBTFUL = "; a time of this file may be wrong"


def counted(time_s: float) -> str:
    """Return a time of a file in words, by what is counted alone.

    >>> counted(13.04)
    '13.0 s from the start of the file'
    """
    return f"{time_s:.1f} {_FROM}"


def seen_at(footage: Footage, time_s: float) -> str:
    """Return when something in footage was: in true time, if that is known, and from its start.

    Args:
        footage: that it is seen in.
        time_s: when in it, s from the start of the file.
    """
    return _told(footage, footage.true_time(time_s), counted(time_s))


def seen_from_to(footage: Footage, first_s: float, last_s: float) -> str:
    """Return from when to when somebody is seen in footage, as `seen_at` does.

    Args:
        footage: that they are seen in.
        first_s: from when on, s from the start of the file.
        last_s: until when.
    """
    seconds = f"{first_s:.1f} to {last_s:.1f} {_FROM}"
    return _told(footage, footage.true_time(first_s), seconds, footage.true_time(last_s))


def _told(
    footage: Footage, moment: datetime | None, seconds: str, until: datetime | None = None
) -> str:
    if moment is None:
        said = seconds
    elif until is None:
        said = f"{spoken(moment)} ({seconds})"
    else:
        begins, ends = moment.astimezone(UTC), until.astimezone(UTC)
        days = "%H:%M:%S" if begins.date() == ends.date() else "%Y-%m-%d %H:%M:%S"
        said = f"{begins:%Y-%m-%d %H:%M:%S} to {ends.strftime(days)} UTC ({seconds})"
    return f"{said}{_DOUBTFUL}" if times_doubtful(footage.facts) else said
