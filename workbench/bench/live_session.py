"""A live search under way: what it raises is stored at once, or it stops."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from workbench.bench.alert_storing import AlertStore, StoredAlert
from workbench.bench.authorised_feed import TICK_S, AuthorisedFeed
from workbench.bench.context import Context
from workbench.bench.live_asking import ask_to_pause, ask_to_resume
from workbench.bench.raised_alerts import RaisedAlerts
from workbench.bench.session_end import SessionEnd
from workbench.bench.session_reporting import SessionReporter
from workbench.bench.session_status import SessionStatus
from workbench.bench.session_watch import SessionWatch
from workbench.bench.session_work import SessionWork
from workbench.bench.stretches import Stretches
from workbench.bench.told import Told
from workbench.bench.uninterrupted import uninterrupted
from workbench.closing import ClosedAtTheEnd
from workbench.errors import IllegalMoveError, UsageError, WorkbenchError
from workbench.governance.session_counts import SessionCounts
from workbench.governance.session_signs import SessionState
from workbench.governance.stopping import StopReason
from workbench.live.ending import Ending
from workbench.records.sessions import SessionRow

if TYPE_CHECKING:
    from workbench.feeds.frames import Feed
    from workbench.live.pipeline import LiveSearch
    from workbench.live.result import LiveResult

__all__ = ["LiveSession"]

_LONGEST_WAIT_S: Final = 5.0
_INTERRUPTED: Final = "interrupted at the keyboard"


class LiveSession(ClosedAtTheEnd):
    """One live search of one feed. It is over once, and its end is recorded with the reason.

    Run it with `run`, which waits for its end, or with `start_thread`; a thread of its own searches
    in any case. Going through `alerts` starts it, too. It ends by itself with the feed, with the
    authority, when others withdraw that, close the deployment, change its watchlist or stop the
    search, and when an alert cannot be stored. While it is paused nothing is searched, and all of
    these end it just the same.

    Attributes:
        id: names it in the records.
        deployment: reference of the deployment.
        feed_name: what the deployment calls the feed.
        policy: id of the threshold policy.
        policy_words: its equity, and what is to be weighed about it from the field.
        threshold: from which score on an alert is raised.
        unit: of scores and threshold.
    """

    def __init__(
        self,
        context: Context,
        row: SessionRow,
        reference: str,
        *,
        feed: Feed,
        search: LiveSearch,
        store: AlertStore,
        watch: SessionWatch,
        told: Told,
        done: Callable[[LiveSession], None] = lambda _session: None,
        tick_s: float = TICK_S,
        policy_words: str = "",
    ) -> None:
        """Take what was checked; use `bench.live.start`."""
        self.id = row.id
        self.deployment = reference
        self.feed_name = row.feed
        self.policy = row.policy
        self.policy_words = policy_words
        self.threshold = row.threshold
        self.unit = row.setup.unit
        self._context, self._watch = context, watch
        self._when_done = done
        self._ending = Ending()
        self._changed = threading.Condition()
        self._begun = self._done = False
        self._alerts = RaisedAlerts(self._changed)
        self._end = SessionEnd(context, row)
        self._runner: threading.Thread | None = None
        self._feed = AuthorisedFeed(
            feed,
            row.feed,
            self._ending,
            until=watch.until,
            look=watch.look,
            clock=context.now,
            rest=watch.rest,
            tick_s=tick_s,
        )
        self._stretches = Stretches(search, self._feed, self._ending, watch.rest)
        self._work = SessionWork(
            feed=self._feed,
            stretches=self._stretches,
            store=store,
            alerts=self._alerts,
            watch=watch,
            told=told,
            ending=self._ending,
            end=self._end,
        )
        self._reporter = SessionReporter(
            context,
            row,
            reference,
            feed=self._feed,
            stretches=self._stretches,
            watch=watch,
            ending=self._ending,
            begun=lambda: self._begun,
        )
        self._ending.tell(self._close_unless_begun)

    @property
    def stopped_by(self) -> StopReason | None:
        """Why it ended or is about to; `None` while it goes on."""
        return self._ending.reason

    @property
    def state(self) -> SessionState:
        """Whether it waits to be run, runs, is paused or has ended."""
        return self._reporter.state()

    @property
    def status(self) -> SessionStatus:
        """How it is doing now; from any thread. Other processes ask `bench.live.status`."""
        return self._reporter.status()

    @property
    def fps(self) -> float | None:
        """The nominal frames a second of the feed, if it says."""
        return self._feed.fps

    @property
    def is_done(self) -> bool:
        """Whether it has ended and its end is recorded, as far as that was possible."""
        return self._done

    @property
    def is_paused(self) -> bool:
        """Whether it is to search nothing until it is resumed; not once it has ended."""
        return self.state is SessionState.PAUSED

    @property
    def alerts(self) -> Iterator[StoredAlert]:
        """The alerts, from the first, as they are stored; ends with the search.

        Starts the search, in a thread, unless it runs. Raises what `wait` raises: a listener, by
        whose thread the search goes on, is given those that there are and cannot wait for more.
        """
        with self._changed:
            start = not self._begun and self._ending.reason is None
        if start:
            with suppress(IllegalMoveError):  # another thread was sooner
                self.start_thread()
        return self._each()

    def run(self) -> LiveResult:
        """Search to the end, and return once that is recorded.

        A thread of its own searches and calls who is told of frames and alerts. Ctrl-C, or the
        interruption of a kernel, has it stop before its next frame, and is raised once its end is
        recorded; a second one leaves it behind.

        Returns:
            Counts and alerts, those alone that were stored, and without a picture: whoever looks
            at a face does so by `bench.alerts.get`, which logs it.

        Raises:
            IllegalMoveError: when it was run already.
            FeedError: when the feed failed; what it gave before was searched.
            ClockError: when the clock was set back.
            StoreError: when an alert could not be stored, or the end not be recorded.
            KeyboardInterrupt: when it was interrupted.
        """
        return uninterrupted(
            self._begin_and_search,
            name=self._thread_name,
            interrupted=lambda: self.stop(_INTERRUPTED),
        )

    def start_thread(self) -> None:
        """Search to the end in a thread of its own; see `wait`.

        Raises:
            IllegalMoveError: when it was run already.
        """
        # Interrupted between the two, the search would count as begun and never be run.
        uninterrupted(self._begin_thread, name=self._thread_name)

    def stop(self, why: str | None = None) -> None:
        """Have it end before its next frame; `why` goes into the log. Does not wait.

        Raises:
            RecordError: when the log cannot hold the reason; the search goes on.
        """
        self._end.say(why)
        self._ending.end(StopReason.STOPPED)

    def pause(self, why: str) -> None:
        """Have it rest, which is logged and kept as a gap with its reason.

        Returns once nothing is searched any more; in a call from the search itself, and where
        a listener holds it up for more than 5 seconds, it rests before its next frame.

        Args:
            why: in a few words.

        Raises:
            IllegalMoveError: when it is paused, or has ended.
            NotPermittedError: when the role may not.
            RecordError: when the reason cannot be used.
        """
        self._watch.rest.follow(ask_to_pause(self._context, self.id, why))
        if not self._is_runner:
            self._watch.rest.wait_until_rests(_LONGEST_WAIT_S)

    def resume(self, why: str | None = None) -> None:
        """Have it go on; a camera from its next frame, a file from where it was.

        Raises:
            IllegalMoveError: when it is not paused, or has ended.
            NotPermittedError: when the role may not.
        """
        self._watch.rest.follow(ask_to_resume(self._context, self.id, why))

    def wait(self, timeout_s: float | None = None) -> LiveResult | None:
        """Wait for the end, at most so many seconds.

        Returns:
            Counts and alerts; `None` when it goes on, or was stopped before it was run.

        Raises:
            UsageError: when nobody has run it, or by the thread that does.
            Exception: whatever `run` raises.
        """
        with self._changed:
            idle = not self._begun and self._ending.reason is None
            if idle or (self._is_runner and not self._done):
                msg = "nothing would end this wait: have another thread run the search."
                raise UsageError(msg)
            self._changed.wait_for(lambda: self._done, timeout_s)
            if self._work.fault is not None:
                raise self._work.fault
            return self._work.result

    def record_again(self) -> None:
        """Record an end that could not be recorded when it came.

        Raises:
            ClockError: when the clock is behind the records.
            StoreError: when it cannot be written yet.
        """
        if self._done:
            self._end.again()
            self._when_done(self)

    def close(self) -> None:
        """Stop it if it goes on, and wait until its end is recorded."""
        self._ending.end(StopReason.STOPPED)
        if not self._is_runner:
            with self._changed:
                self._changed.wait_for(lambda: self._done)

    def _begin(self) -> None:
        with self._changed:
            if self._begun or self._done:
                msg = f"live search {self.id} was run already. Start another one."
                raise IllegalMoveError(msg)
            self._begun = True

    @property
    def _thread_name(self) -> str:
        return f"search of {self.feed_name}"

    def _begin_and_search(self) -> LiveResult:
        self._begin()
        return self._search_to_the_end()

    def _begin_thread(self) -> None:
        self._begin()
        threading.Thread(target=self._quietly, name=self._thread_name, daemon=True).start()

    def _quietly(self) -> None:
        with suppress(BaseException):  # kept, and raised again by whoever waits
            self._search_to_the_end()

    def _search_to_the_end(self) -> LiveResult:
        self._runner = threading.current_thread()
        try:
            result, counts = self._work.search()
        except BaseException as error:
            self._finish(self._work.given_up(error))
            raise
        self._finish(counts)
        if self._work.fault is not None:
            raise self._work.fault
        return result

    @property
    def _is_runner(self) -> bool:
        return self._runner is threading.current_thread()

    def _each(self) -> Iterator[StoredAlert]:
        yield from self._alerts.each(lambda: self._done or self._is_runner)
        self.wait()

    def _close_unless_begun(self) -> None:
        """Record the end of a search that was never run."""
        with self._changed:
            if self._begun:
                return
            self._begun = True
        self._finish(SessionCounts(frames=0, alerts=0))

    def _finish(self, counts: SessionCounts) -> None:
        """Record the end; what was wrong before says more than that it could not be recorded."""
        self._reporter.end()
        try:
            self._end.record(self._ending.reason or StopReason.FAULT, counts)
        except WorkbenchError as error:
            self._work.fault = self._work.fault or error
        finally:
            with self._changed:
                self._done = True
                self._changed.notify_all()
            if self._end.is_recorded:
                self._when_done(self)
