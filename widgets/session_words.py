"""A live search in the words and numbers of the operator's page: counts and codes, and no face."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from workbench.governance.session_gaps import GapKind
from workbench.governance.session_signs import FeedHealth, SessionState

if TYPE_CHECKING:
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
    """A pause in seconds of the feed; `end_s` is `None` while it lasts."""

    start_s: float
    end_s: float | None
    why: str | None


class PausesSeen:
    """The pauses of one search, as the page that runs it has seen them."""

    def __init__(self) -> None:
        """Begin with none."""
        self._seen: list[PauseSeen] = []

    def look(self, status: SessionStatus, feed_time_s: float) -> tuple[PauseSeen, ...]:
        """Take note of how a search is, and return its pauses so far.

        Args:
            status: of the search.
            feed_time_s: of the newest frame.
        """
        lasts = bool(self._seen) and self._seen[-1].end_s is None
        paused = status.state is SessionState.PAUSED
        if paused and not lasts:
            self._seen.append(PauseSeen(feed_time_s, None, status.paused_why))
        elif lasts and not paused:
            last = self._seen[-1]
            self._seen[-1] = PauseSeen(last.start_s, feed_time_s, last.why)
        return tuple(self._seen)


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
        pauses: that were seen so far.
    """
    search = status.search
    gaps = _gaps(status, pauses)
    feed_time = max([since_s or 0.0, *(gap["end_s"] or gap["start_s"] for gap in gaps)])
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
        "rested": status.rested,
        "alerts": search.alerts,
        "gaps": gaps,
        "feed_time_s": feed_time,
        "at": f"{status.at:%H:%M:%S} UTC",
    }


def _gaps(status: SessionStatus, pauses: Sequence[PauseSeen]) -> list[dict[str, Any]]:
    """Return when nothing was searched, each with what it was, by when it began."""
    found = [_gap("paused", one.start_s, one.end_s, "paused", one.why) for one in pauses]
    for camera in status.camera_gaps:
        kind = "missing" if camera.kind in _WITHOUT_FRAMES else "unseen"
        found.append(_gap(kind, camera.start_s, camera.end_s, camera.kind.value, camera.why))
    begun = [one["start_s"] for one in found]
    found += [
        _gap("missing", gap.start_s, gap.end_s, "no frames", None)
        for gap in status.search.gaps
        if not any(abs(gap.start_s - start) < _SAME_S for start in begun)
    ]
    return sorted(found, key=lambda one: float(one["start_s"]))


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
