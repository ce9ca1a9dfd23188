"""A live search in the words and numbers of the operator's page: counts and codes, and no face."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from workbench.governance.session_gaps import GapKind
from workbench.governance.session_pauses import Pause
from workbench.governance.session_signs import FeedHealth, SessionState

if TYPE_CHECKING:
    from datetime import datetime

    from workbench.bench.session_status import SessionStatus

__all__ = ["PauseSeen", "PausesSeen", "status_words"]

_HEALTH: Final = {
    FeedHealth.LIVE: ("good", "live"),
    FeedHealth.FROZEN: ("warn", "frozen: the picture does not change"),
    FeedHealth.DARK: ("warn", "dark: nothing can be seen"),
    FeedHealth.COVERED: ("warn", "covered: nothing can be seen"),
    FeedHealth.DEAD: ("bad", "dead: no frames come"),
    FeedHealth.UNKNOWN: ("good", "frames come"),
}
"""Mark and word of each; a file says nothing of itself, so there it is whether frames come."""

_WITHOUT_FRAMES: Final = frozenset({GapKind.DEAD, GapKind.LOST, GapKind.NO_FRAMES})
_SAME_S: Final = 2.0
"""Two gaps that begin within so many seconds are one, told of by the camera and by its frames."""
_SILENT_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class PauseSeen:
    """A pause, and where in the feed it lies.

    Attributes:
        at: when it began.
        until: when it was over; `None` while it lasts.
        why: in the words of whoever asked for it.
        start_s: where in the feed it began, in seconds of the feed; `None` where nobody knows.
        end_s: where it was over; `None` while it lasts, too.
    """

    at: datetime
    until: datetime | None
    why: str
    start_s: float | None
    end_s: float | None


class PausesSeen:
    """Where in its feed the pauses of one search lie, whichever process asked for them.

    A camera goes on meanwhile, so its clock says where. A file waits: where it stood, a page knows
    that shows its frames, and no other.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._stood_s: dict[datetime, float | None] = {}
        self._over: datetime | None = None

    def look(self, status: SessionStatus, feed_time_s: float | None) -> tuple[PauseSeen, ...]:
        """Return the pauses of a search so far.

        Args:
            status: of the search.
            feed_time_s: of the newest frame, where that is known.
        """
        if self._over is None and status.state is SessionState.ENDED:
            self._over = status.at
        return tuple(self._seen(status, pause, feed_time_s) for pause in status.pauses)

    def _seen(self, status: SessionStatus, pause: Pause, feed_time_s: float | None) -> PauseSeen:
        until = pause.until or self._over
        start_s = self._stood_s.setdefault(pause.at, feed_time_s)
        end_s = start_s
        if status.feed_began is not None:
            start_s = max(0.0, (pause.at - status.feed_began).total_seconds())
            if until is not None:
                end_s = max(start_s, (until - status.feed_began).total_seconds())
        return PauseSeen(pause.at, until, pause.why, start_s, None if until is None else end_s)


def status_words(
    status: SessionStatus,
    *,
    since_s: float | None = None,
    place: str = "",
    moving: bool = True,
    pauses: Sequence[PauseSeen] = (),
) -> dict[str, Any]:
    """Return how a search is doing, as the panels show it.

    Args:
        status: of the search.
        since_s: seconds in the feed up to now, where that is known.
        place: where it runs, if not here.
        moving: whether frames came lately.
        pauses: of the search so far, each with its place in the feed.
    """
    search = status.search
    gaps = _gaps(status, pauses)
    feed_time = max([since_s or 0.0, *(gap["end_s"] or gap["start_s"] or 0.0 for gap in gaps)])
    return {
        "state": state_of(status),
        "session": status.session,
        "feed": status.feed,
        "health": _health(status, moving=moving),
        "words": why_words(status),
        "place": place,
        "left_s": status.left_s,
        "fps": search.fps,
        "frame_s": search.frame_p50_s,
        "latency_p50_s": search.latency_p50_s,
        "latency_p95_s": search.latency_p95_s,
        "frames": search.frames,
        "faces_seen": search.faces_seen,
        "tracks": search.tracks,
        "tracks_now": search.tracks_now,
        "drops": search.drops,
        "uncompared": search.uncompared,
        "rested": status.rested,
        "alerts": search.alerts,
        "gaps": gaps,
        "damage": status.damage,
        "feed_time_s": feed_time,
        "at": f"{status.at:%H:%M:%S} UTC",
    }


def _gaps(status: SessionStatus, pauses: Sequence[PauseSeen]) -> list[dict[str, Any]]:
    """Return when nothing was searched, each with what it was, by when it began.

    Pauses whose place in the feed nobody knows come last, and have no `start_s`.
    """
    found = [_paused(one) for one in pauses]
    for camera in status.camera_gaps:
        kind = "missing" if camera.kind in _WITHOUT_FRAMES else "unseen"
        found.append(_gap(kind, camera.start_s, camera.end_s, camera.kind.value, camera.why))
    begun = [one["start_s"] for one in found if one["start_s"] is not None]
    found += [
        _gap("missing", gap.start_s, gap.end_s, "no frames", None)
        for gap in status.search.gaps
        if not any(abs(gap.start_s - start) < _SAME_S for start in begun)
    ]
    unknown = float("inf")
    return sorted(found, key=lambda one: unknown if one["start_s"] is None else one["start_s"])


def _paused(pause: PauseSeen) -> dict[str, Any]:
    """Return a pause with its times of day: while it lasts, a file has no others."""
    until, lasted = "until now", ""
    if pause.until is not None:
        lasted = f", {(pause.until - pause.at).total_seconds():.1f} s"
        until = f"to {pause.until:%H:%M:%S}"
    return {
        "kind": "paused",
        "start_s": pause.start_s,
        "end_s": pause.end_s,
        "words": f"paused from {pause.at:%H:%M:%S} {until} UTC{lasted}: {pause.why}",
    }


def _gap(
    kind: str, start_s: float, end_s: float | None, what: str, why: str | None
) -> dict[str, Any]:
    until = "until now" if end_s is None else f"to {clock(end_s)}"
    lasted = "" if end_s is None else f", {end_s - start_s:.1f} s"
    words = f"{what} from {clock(start_s)} {until} of the feed{lasted}"
    return {
        "kind": kind,
        "start_s": start_s,
        "end_s": end_s,
        "words": f"{words}: {why}" if why else words,
    }


def state_of(status: SessionStatus) -> str:
    """Return the state in one word of the panels: `lost` where its process went without a word."""
    return "lost" if status.lost else status.state.value


def why_words(status: SessionStatus) -> str:
    """Return why it is paused, or why it ended."""
    if status.lost:
        return "The process that ran it is gone without a word. Start another search."
    if status.state is SessionState.PAUSED:
        return f"Why: {status.paused_why}" if status.paused_why else ""
    if status.stopped_by is not None:
        return f"It ended because {status.stopped_by.phrase}."
    return ""


def clock(seconds: float) -> str:
    """Return a time in a feed: `1:02:03.4`, or `2:03.4` below an hour."""
    minutes, rest = divmod(max(0.0, seconds), 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02d}:{rest:04.1f}" if hours else f"{minutes}:{rest:04.1f}"


def _health(status: SessionStatus, *, moving: bool) -> dict[str, str]:
    if status.lost:
        return {"mark": "bad", "word": "lost"}
    if status.state is SessionState.ENDED:
        return {"mark": "none", "word": "ended"}
    if status.state is SessionState.PAUSED:
        return {"mark": "rest", "word": "paused, nothing is searched"}
    if status.health is FeedHealth.UNKNOWN and not moving:
        return {"mark": "warn", "word": "no frames come"}
    if status.silent_s > _SILENT_S:
        return {"mark": "warn", "word": f"no sign of life for {status.silent_s:.0f} s"}
    mark, word = _HEALTH[status.health]
    return {"mark": mark, "word": word}
