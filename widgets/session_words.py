"""A live search in the words and numbers of the operator's page: counts and codes, and no face."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from workbench.governance.session_signs import FeedHealth, SessionState

if TYPE_CHECKING:
    from workbench.bench.session_status import SessionStatus

__all__ = ["status_words"]

_HEALTH: Final = {
    FeedHealth.LIVE: ("good", "live"),
    FeedHealth.FROZEN: ("warn", "frozen: the picture does not change"),
    FeedHealth.DARK: ("warn", "dark: nothing can be seen"),
    FeedHealth.COVERED: ("warn", "covered: nothing can be seen"),
    FeedHealth.DEAD: ("bad", "dead: no frames come"),
    FeedHealth.UNKNOWN: ("good", "frames come"),
}
"""Mark and word of each; a file says nothing of itself, so there it is whether frames come."""


def status_words(
    status: SessionStatus, *, since_s: float | None = None, place: str = "", moving: bool = True
) -> dict[str, Any]:
    """Return how a search is doing, as the panels show it.

    Args:
        status: of the search.
        since_s: seconds in the feed up to now, where that is known.
        place: where it runs, if not here.
        moving: whether frames came lately.
    """
    search = status.search
    gaps = [
        {
            "kind": "missing",
            "start_s": gap.start_s,
            "end_s": gap.end_s,
            "words": f"no frames from {clock(gap.start_s)} to {clock(gap.end_s)} of the feed, "
            f"{gap.end_s - gap.start_s:.1f} s",
        }
        for gap in search.gaps
    ]
    feed_time = max([since_s or 0.0, *(gap.end_s for gap in search.gaps)])
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
    mark, word = _HEALTH[status.health]
    return {"mark": mark, "word": word}
