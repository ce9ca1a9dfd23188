"""Live search: a feed against a watchlist; alerts come out, everyone else stays unrecognisable."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from workbench.errors import UsageError
from workbench.feeds.frames import Feed, Frame
from workbench.governance.stopping import StopReason
from workbench.live.alerting import AlertPolicy
from workbench.live.comparing import Comparer
from workbench.live.encoding import EncodeWorker
from workbench.live.ending import Ending
from workbench.live.lifetimes import TemplateMemory
from workbench.live.outputs import Observer, Outputs
from workbench.live.reading import ReadAhead, drops_of
from workbench.live.reassociation import Reassociation
from workbench.live.result import LiveResult
from workbench.live.running import FrameWork
from workbench.live.status import LiveStatus, StatusKeeper
from workbench.live.zone import Zone

if TYPE_CHECKING:
    from workbench.faces.analysis import FaceAnalyser
    from workbench.faces.templates import Templates
    from workbench.live.alerts import Alert
    from workbench.live.redaction import RedactedFrame
    from workbench.matching.matcher import Matcher
    from workbench.matching.watchlist import Watchlist
    from workbench.settings import LiveSettings

__all__ = ["LiveSearch"]

SHORTEST_LIST = 10
"""Candidates asked for at each comparison, however few an alert shows: the last one's score
bounds the scores of all who are not on the list, the tighter the longer it is."""


class LiveSearch:
    """Searches a feed for the people of a watchlist.

    Each frame goes this way: all faces are found, all are made unrecognisable; those inside the
    zone are tracked; each track's best crops are encoded and compared in batches; at or above the
    threshold an alert is raised, and its face alone is shown. Crops and templates are dropped when
    their comparison returns, scores and boxes when the track ends. Nothing is written.
    """

    def __init__(
        self,
        analyser: FaceAnalyser,
        matcher: Matcher,
        watchlist: Watchlist,
        *,
        threshold: float,
        zone: Zone | None = None,
        settings: LiveSettings | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Set what searches for whom.

        Args:
            analyser: finds and encodes faces. Its detector should report faces from
                `settings.redaction_confidence` on: what it does not report is not redacted.
            matcher: compares with the watchlist, in its own unit.
            watchlist: the people searched for.
            threshold: fused score from which an alert is raised, in the matcher's unit.
            zone: where faces are compared; the whole frame when left out.
            settings: times and counts; the defaults when left out.
            clock: seconds, monotonic; measures lifetimes, latency and speed.

        Raises:
            UsageError: when the threshold is not a number.
        """
        from workbench.settings import LiveSettings  # noqa: PLC0415 - pydantic loads late

        if threshold != threshold:  # noqa: PLR0124 - NaN alone differs from itself
            msg = "the threshold is not a number. Give a score in the matcher's unit."
            raise UsageError(msg)
        self._analyser = analyser
        self._matcher = matcher
        self._watchlist = watchlist
        self._threshold = threshold
        self._zone = zone or Zone.whole()
        self._settings = settings or LiveSettings()
        self._clock = clock
        self._status = StatusKeeper(clock)

    def status(self) -> LiveStatus:
        """Return how the run is doing, or how the last one ended; zeros before. From any thread."""
        return self._status.now()

    def run(
        self,
        feed: Feed,
        on_frame: Callable[[RedactedFrame], None] | None = None,
        on_alert: Callable[[Alert], None] | None = None,
        progress: Callable[[int, int | None], None] | None = None,
        *,
        is_open: Callable[[str], bool] | None = None,
        is_refuted: Callable[[str], bool] | None = None,
        observer: Observer | None = None,
        ending: Ending | None = None,
        name_alert: Callable[[int], str] | None = None,
    ) -> LiveResult:
        """Search the feed to its end, or until `ending` has a reason to stop before the next frame.

        What is cut short so is not compared any more: crops that waited are dropped.

        Args:
            feed: open; it is left open.
            on_frame: takes each frame, redacted, in order.
            on_alert: takes each alert as it is raised.
            progress: takes the frames done, and the feed's estimate of all.
            is_open: says by id whether an alert still awaits a decision; its face is shown only
                as long. All stay open when left out.
            is_refuted: says by id whether people decided that an alert is not the person; none is
                when left out.
            observer: measures against ground truth (see `workbench.live.scoring`).
            ending: brings the end from outside.
            name_alert: gives an alert, by its number from 1, the id that it has from then on;
                `alert-1` and so on when left out.

        Returns:
            Alerts and counts, and why it ended.

        Raises:
            FeedError: when the feed fails; what it gave before was searched and shown.
        """
        started = self._clock()
        stills = is_stills(feed, self._settings)
        settings = self._settings
        memory = TemplateMemory(settings.template_lifetime_s, self._clock)
        worker = EncodeWorker(
            self._analyser,
            wait_s=settings.template_lifetime_s,
            threaded=settings.overlap and not stills,
        )
        comparer = Comparer(
            worker,
            self._matcher,
            candidates=max(settings.candidates, SHORTEST_LIST),
            memory=memory,
            clock=self._clock,
        )
        outputs = Outputs(
            on_frame,
            on_alert,
            is_open or (lambda _alert: True),
            is_refuted or (lambda _alert: False),
            observer,
            name_alert or "alert-{}".format,
        )
        policy = AlertPolicy(
            self._threshold,
            min_comparisons=1 if stills else settings.min_comparisons,
            cooldown_s=0.0 if stills else settings.cooldown_s,
            is_refuted=outputs.is_refuted,
        )
        work = FrameWork(
            self._analyser,
            comparer,
            policy,
            zone=self._zone,
            settings=settings,
            memory=memory,
            reassociation=None if stills else self._reassociation(memory),
            outputs=outputs,
            status=self._status,
            clock=self._clock,
            stills=stills,
            live=feed.live,
        )
        ending = ending or Ending()
        ahead = ReadAhead(feed) if settings.overlap and not on_request(feed) else None
        source = feed if ahead is None else ahead
        tell_silence = getattr(source, "tell_silence", None)
        if tell_silence is not None:
            tell_silence(settings.lost_s, work.rest)
        self._status.begin(
            lambda: {
                "frames": 0 if ahead is None else len(ahead),
                "crops": work.held_crops,
                "encoding": worker.waiting,
            },
            lambda: drops_of(source),
        )
        try:
            for frame in self._frames(feed, ahead, ending):
                if ending.reason is not None:
                    break
                work.take(frame)
                del frame  # the next one may be long in coming
                if progress is not None:
                    progress(work.counts.frames, feed.frame_count)
            if ending.is_cut_short:
                work.abandon()
            else:
                work.finish()
        finally:
            # Faces go first: a camera that hangs may keep the reader waiting for a moment.
            work.drop_everything()
            worker.close()
            if ahead is not None:
                ahead.close()
            self._status.end()
        counts = work.counts
        return LiveResult(
            feed=feed.name,
            frames=counts.frames,
            duration_s=counts.last_s - counts.first_s,
            elapsed_s=self._clock() - started,
            faces_seen=counts.faces_seen,
            tracks=work.tracks,
            detections=counts.detections,
            comparisons=comparer.comparisons,
            alerts=work.alerts,
            suppressed=policy.suppressed,
            threshold=self._threshold,
            matcher=self._matcher.name,
            unit=self._matcher.unit,
            references=len(self._watchlist.references),
            subjects=len(self._watchlist.subjects),
            gaps=tuple(counts.gaps),
            damage=feed.damage,
            max_template_age_s=memory.longest_s,
            overdue_templates=memory.overdue,
            stopped_by=ending.reason or StopReason.FEED_ENDED,
            drops=drops_of(source),
            uncompared=work.uncompared,
            detected_frames=counts.detected_frames,
        )

    def _frames(self, feed: Feed, ahead: ReadAhead | None, ending: Ending) -> Iterator[Frame]:
        """Return the frames of a feed, read ahead or one by one, until it is to end."""
        if ahead is None:
            return feed.frames()
        ending.tell(ahead.wake)
        return ahead.frames(lambda: ending.reason is not None)

    def _reassociation(self, memory: TemplateMemory) -> Reassociation | None:
        floor = self._settings.same_person_cosine
        if floor is None or self._settings.template_lifetime_s <= 0:
            return None
        return Reassociation(memory, least_cosine, floor)


def on_request(feed: Feed) -> bool:
    """Whether each frame has to be asked for when it is to be searched (see `ReadAhead`)."""
    return bool(getattr(feed, "gives_on_request", False))


def is_stills(feed: Feed, settings: LiveSettings) -> bool:
    """Whether each frame of a feed is a picture of its own, too far apart in time to track."""
    if feed.live:
        return False
    single = feed.frame_count == 1
    return single or (feed.fps is not None and 1.0 / feed.fps >= settings.lost_s)


def least_cosine(mine: Mapping[str, Templates], theirs: Mapping[str, Templates]) -> float:
    """Return the lowest of the encoders' cosines: all of them must find two faces alike."""
    return min(float(mine[name].cosine(theirs[name])[0, 0]) for name in mine)
