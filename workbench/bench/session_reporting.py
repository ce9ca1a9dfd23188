"""How a live search is doing, told by the process that runs it: when asked, and every second."""

from __future__ import annotations

from collections.abc import Callable

from workbench.bench.authorised_feed import AuthorisedFeed
from workbench.bench.context import Context
from workbench.bench.session_signs import SessionSigner
from workbench.bench.session_status import SessionStatus, signs_of
from workbench.bench.session_watch import SessionWatch
from workbench.bench.stretches import Stretches
from workbench.governance.session_signs import SessionSigns, SessionState
from workbench.live.ending import Ending
from workbench.records.sessions import SessionRow

__all__ = ["SessionReporter"]


class SessionReporter:
    """Tells how one search is doing; from any thread."""

    def __init__(
        self,
        context: Context,
        row: SessionRow,
        reference: str,
        *,
        feed: AuthorisedFeed,
        stretches: Stretches,
        watch: SessionWatch,
        ending: Ending,
        begun: Callable[[], bool],
    ) -> None:
        """Take the parts of the search, and begin to tell the records.

        Args:
            context: of the bench.
            row: the search as it was recorded at its start.
            reference: of its deployment.
            feed: that is searched.
            stretches: that search it.
            watch: knows of the records.
            ending: of the search.
            begun: says whether it was run.
        """
        self._context, self._row, self._reference = context, row, reference
        self._feed, self._stretches, self._watch = feed, stretches, watch
        self._ending, self._begun = ending, begun
        self._signer = SessionSigner(context.store, row.id, self._signs, name=row.feed)

    def end(self) -> None:
        """Tell the records for the last time."""
        self._signer.end()

    def state(self) -> SessionState:
        """Return whether it waits to be run, runs, is paused or has ended."""
        if self._ending.reason is not None:
            return SessionState.ENDED
        if self._watch.rest.is_paused():
            return SessionState.PAUSED
        return SessionState.RUNNING if self._begun() else SessionState.WAITING

    def status(self) -> SessionStatus:
        """Return how it is doing now."""
        state, now = self.state(), self._context.now()
        left, feed = (self._watch.until() - now).total_seconds(), self._feed.signs
        return SessionStatus(
            session=self._row.id,
            deployment=self._reference,
            feed=self._row.feed,
            state=state,
            stopped_by=self._ending.reason,
            left_s=None if state is SessionState.ENDED else max(0.0, left),
            health=feed.health,
            rested=feed.rested,
            search=self._stretches.status(),
            at=now,
            paused_why=self._watch.rest.why() if state is SessionState.PAUSED else None,
            camera_gaps=feed.gaps,
            pauses=self._watch.rest.pauses(),
            feed_began=feed.began,
            damage=feed.damage,
        )

    def _signs(self) -> SessionSigns:
        return signs_of(self.state(), self._stretches.status(), self._feed.signs)
