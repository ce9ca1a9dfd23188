"""A clip searched once, and which alerts it raises at any threshold.

The search runs with a threshold that no score reaches, so no alert is raised and no face is kept.
What is kept are the fused scores of the tracks at each decision. The rules of alerts
(`AlertPolicy`: so many comparisons, one face a person, the cool-down) are then applied to them
anew for each threshold. One thing differs from a search at that threshold: after an alert a track
rests, and here none does, so that it may be compared a few times more.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.arrays import FloatArray, IntArray
from workbench.errors import UsageError
from workbench.feeds.frames import Feed
from workbench.live.alerting import AlertPolicy
from workbench.live.fusion import TrackScores
from workbench.live.pipeline import LiveSearch, is_stills
from workbench.live.timed_feed import TimedFeed

if TYPE_CHECKING:
    from workbench.faces.analysis import FaceAnalyser
    from workbench.matching.matcher import Matcher
    from workbench.matching.watchlist import Watchlist
    from workbench.settings import LiveSettings

__all__ = ["ClipAlert", "ClipSearch", "search_clip"]


@dataclass(frozen=True, slots=True)
class ClipAlert:
    """An alert that a threshold raises.

    Attributes:
        subject: whom it names.
        time_s: when in the clip.
        score: fused score of the track.
    """

    subject: str
    time_s: float
    score: float


@dataclass(frozen=True, slots=True)
class _Decision:
    """What was known when alerts were decided: tracks that joined since, then the scores."""

    time_s: float
    joins: tuple[tuple[int, int], ...]
    visible: Mapping[int, TrackScores]
    compared: frozenset[int]
    together: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class ClipSearch:
    """The scores of one clip.

    Attributes:
        frames: how many were searched.
        duration_s: from the first to the last.
        faces_seen: counted as a live search counts them.
        damage: what of the clip could not be read, in a sentence.
    """

    frames: int
    duration_s: float
    faces_seen: int
    damage: str | None
    _decisions: tuple[_Decision, ...]
    _min_comparisons: int
    _cooldown_s: float

    def alerts_at(self, threshold: float) -> tuple[ClipAlert, ...]:
        """Return the alerts that a threshold raises, in order.

        Args:
            threshold: fused score from which an alert is raised, in the matcher's unit.

        Raises:
            UsageError: when it is not a number.
        """
        if threshold != threshold:  # noqa: PLR0124 - NaN alone differs from itself
            msg = "the threshold is not a number. Give a score in the matcher's unit."
            raise UsageError(msg)
        policy = AlertPolicy(
            threshold, min_comparisons=self._min_comparisons, cooldown_s=self._cooldown_s
        )
        raised: list[ClipAlert] = []
        for one in self._decisions:
            for number, into in one.joins:
                policy.joined(number, into)
            for due in policy.decide(one.time_s, one.visible, one.compared, one.together):
                policy.record(due, f"alert-{len(raised) + 1}", one.time_s)
                raised.append(ClipAlert(due.subject, one.time_s, due.score))
        return tuple(raised)

    @property
    def best_scores(self) -> tuple[float, ...]:
        """The best fused score of each track that could have alerted, highest first."""
        best: dict[int, float] = {}
        for one in self._decisions:
            for track in one.compared:
                scores = one.visible[track]
                means = scores.means()
                if means and scores.comparisons >= self._min_comparisons:
                    best[track] = max(next(iter(means.values())), best.get(track, -float("inf")))
        return tuple(sorted(best.values(), reverse=True))


class _Recorder:
    """Keeps the scores of the tracks of one run; it holds no crop, no template and no picture."""

    def __init__(self, times: Mapping[int, float]) -> None:
        self._times = times
        self._time_s = 0.0
        self._latest: dict[int, TrackScores] = {}
        self._together: frozenset[int] = frozenset()
        self._compared: set[int] = set()
        self._joins: list[tuple[int, int]] = []
        self._found: list[_Decision] = []

    def on_frame(self, frame: int, tracks: IntArray, boxes: FloatArray) -> None:
        """Note who is in a frame; what was compared before was decided before."""
        del boxes
        self._decide()
        self._time_s = self._times[frame]
        self._together = frozenset(tracks.tolist())

    def on_scores(self, track: int, scores: TrackScores) -> None:
        """Keep the scores of a track just compared, as they are now."""
        if track in self._compared:
            self._decide()
        self._latest[track] = copy.deepcopy(scores)
        self._compared.add(track)

    def on_join(self, number: int, into: int) -> None:
        """Note that a track goes on as another; its scores come with the next comparison."""
        self._decide()
        self._joins.append((number, into))
        self._latest.pop(number, None)
        if number in self._together:
            self._together = self._together - {number} | {into}

    def decisions(self) -> tuple[_Decision, ...]:
        """Return all of them; call it once, at the end."""
        self._decide()
        return tuple(self._found)

    def _decide(self) -> None:
        if not self._compared:
            return
        compared = frozenset(self._compared)
        visible = {
            track: scores
            for track, scores in self._latest.items()
            if track in self._together or track in compared
        }
        self._found.append(
            _Decision(self._time_s, tuple(self._joins), visible, compared, self._together)
        )
        self._compared.clear()
        self._joins.clear()


def search_clip(
    feed: Feed,
    analyser: FaceAnalyser,
    matcher: Matcher,
    watchlist: Watchlist,
    *,
    settings: LiveSettings,
    progress: Callable[[int, int | None], None] | None = None,
) -> ClipSearch:
    """Search a clip as a live search does, once, and keep the scores alone.

    Args:
        feed: a file, open; it is left open.
        analyser: set as a live search's (see `workbench.live.detection`).
        matcher: of the watchlist.
        watchlist: who is searched for.
        settings: of live searches.
        progress: takes the frames done, and the feed's estimate of all.

    Raises:
        FeedError: when the clip fails.
        UsageError: when the feed is a camera, whose frames cannot be had again.
    """
    if feed.live:
        msg = f"{feed.name}: is a camera. Clips to measure on are files, whose frames stay."
        raise UsageError(msg)
    timed = TimedFeed(feed)
    recorder = _Recorder(timed.times)
    unreachable = matcher.score_range[1] + 1.0
    search = LiveSearch(analyser, matcher, watchlist, threshold=unreachable, settings=settings)
    result = search.run(timed, progress=progress, observer=recorder)
    stills = is_stills(feed, settings)
    return ClipSearch(
        frames=result.frames,
        duration_s=result.duration_s,
        faces_seen=result.faces_seen,
        damage=result.damage,
        _decisions=recorder.decisions(),
        _min_comparisons=1 if stills else settings.min_comparisons,
        _cooldown_s=0.0 if stills else settings.cooldown_s,
    )
