"""A live search from pause to pause: each stretch a run of its own, and one result of them all.

What a stretch holds of anybody (crops, templates, scores, frames that wait) is dropped when it is
over, so that nothing of it is there while the search is paused. Who was in view before a pause is
somebody new after it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.bench.authorised_feed import AuthorisedFeed
from workbench.bench.resting import Rest
from workbench.live.ending import Ending

if TYPE_CHECKING:
    from workbench.live.alerts import Alert
    from workbench.live.pipeline import LiveSearch
    from workbench.live.redaction import RedactedFrame
    from workbench.live.result import LiveResult
    from workbench.live.running import Observer
    from workbench.live.status import LiveStatus

__all__ = ["Stretches"]


class Stretches:
    """Runs a search over a feed, from pause to pause."""

    def __init__(
        self, search: LiveSearch, feed: AuthorisedFeed, ending: Ending, rest: Rest
    ) -> None:
        """Take the search, its feed, what ends it and what says that it is paused."""
        self._search, self._feed, self._ending, self._rest = search, feed, ending, rest
        self._before: LiveStatus | None = None

    def status(self) -> LiveStatus:
        """Return what the search has done in all its stretches; from any thread."""
        before, now = self._before, self._search.status()
        return now if before is None else _added(before, now)

    def run(
        self,
        on_frame: Callable[[RedactedFrame], None] | None,
        on_alert: Callable[[Alert], None],
        progress: Callable[[int, int | None], None] | None,
        *,
        is_open: Callable[[str], bool],
        is_refuted: Callable[[str], bool],
        observer: Observer | None,
        name_alert: Callable[[int], str],
    ) -> LiveResult:
        """Search to the end; see `LiveSearch.run`.

        Returns:
            The result of all stretches, its alerts without a picture.
        """
        result: LiveResult | None = None
        while True:
            done = 0 if result is None else result.frames
            with self._rest.stretch(self._ending) as stretch:
                part = self._search.run(
                    self._feed,
                    on_frame,
                    on_alert,
                    _from(progress, done),
                    is_open=is_open,
                    is_refuted=is_refuted,
                    observer=observer,
                    ending=stretch,
                    name_alert=name_alert,
                )
            part = replace(part, alerts=tuple(map(_unseen, part.alerts)))
            result = part if result is None else _joined(result, part)
            if not self._goes_on():
                return replace(result, stopped_by=self._ending.reason or part.stopped_by)

    def _goes_on(self) -> bool:
        """Rest while the search is paused; return whether another stretch follows."""
        if self._ending.reason is not None:
            return False
        so_far = self.status()
        goes_on = self._feed.rest()
        if goes_on:
            self._before = replace(so_far, tracks_now=0)
        return goes_on


def _joined(one: LiveResult, other: LiveResult) -> LiveResult:
    """Return the result of two stretches, one after the other.

    A feed counts its drops itself, over all of them.
    """
    return replace(
        other,
        frames=one.frames + other.frames,
        duration_s=one.duration_s + other.duration_s,
        elapsed_s=one.elapsed_s + other.elapsed_s,
        faces_seen=one.faces_seen + other.faces_seen,
        tracks=one.tracks + other.tracks,
        detections=one.detections + other.detections,
        comparisons=one.comparisons + other.comparisons,
        alerts=one.alerts + other.alerts,
        suppressed=one.suppressed + other.suppressed,
        gaps=one.gaps + other.gaps,
        max_template_age_s=max(one.max_template_age_s, other.max_template_age_s),
        overdue_templates=one.overdue_templates + other.overdue_templates,
        detected_frames=one.detected_frames + other.detected_frames,
        uncompared=one.uncompared + other.uncompared,
    )


def _added(before: LiveStatus, now: LiveStatus) -> LiveStatus:
    """Return a status with what earlier stretches did; speed and delays are those of now.

    A feed counts its drops itself, over all of them.
    """
    return replace(
        now,
        frames=before.frames + now.frames,
        faces_seen=before.faces_seen + now.faces_seen,
        tracks=before.tracks + now.tracks,
        detections=before.detections + now.detections,
        detected_frames=before.detected_frames + now.detected_frames,
        uncompared=before.uncompared + now.uncompared,
        gaps=before.gaps + now.gaps,
        alerts=before.alerts + now.alerts,
    )


def _from(
    progress: Callable[[int, int | None], None] | None, done: int
) -> Callable[[int, int | None], None] | None:
    """Return what takes the frames done of a stretch, for what takes those of the search."""
    if progress is None:
        return None
    return lambda frames, total: progress(done + frames, total)


def _unseen(alert: Alert) -> Alert:
    """Return an alert without its probe, whose array is not kept alive by it either."""
    return replace(alert, probe=alert.probe[:0, :0].copy())
