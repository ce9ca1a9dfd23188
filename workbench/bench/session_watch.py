"""What a live search under way knows of the records, where others decide and end things."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from workbench.bench.context import Context
from workbench.bench.list_facts import without_consent
from workbench.governance.deployments import DeploymentState
from workbench.governance.stopping import StopReason
from workbench.records.sessions import SessionSight, look_at_session

__all__ = ["SessionWatch", "reason_to_end"]


class SessionWatch:
    """Looks at the records from time to time; between two looks it answers from memory.

    `look` is for the watchdog's thread, the rest for any.

    Attributes:
        rest: says whether the search is paused, as of the last look.
    """

    def __init__(
        self,
        context: Context,
        session: str,
        *,
        watchlist: str,
        until: datetime,
        staff: Sequence[str] = (),
    ) -> None:
        """Begin with what is known at the start.

        Args:
            context: of the bench.
            session: id of the search.
            watchlist: digest of the list that it searches for.
            until: from when on nothing is covered any more.
            staff: subjects on the list who are there because they consent.
        """
        from workbench.bench.resting import Rest  # noqa: PLC0415 - loads OpenCV

        self._context = context
        self._session = session
        self._watchlist = watchlist
        self._until = until
        self._staff = tuple(staff)
        self._open: dict[str, bool] = {}
        self._refuted: frozenset[str] = frozenset()
        self.rest = Rest()

    def until(self) -> datetime:
        """Return from when on nothing is covered any more."""
        return self._until

    def raised(self, alert: str) -> None:
        """Note that an alert was stored just now, and is open."""
        self._open[alert] = True

    def is_open(self, alert: str) -> bool:
        """Return whether a stored alert awaits a decision, as of the last look."""
        return self._open.get(alert, False)

    def is_refuted(self, alert: str) -> bool:
        """Return whether people decided that an alert is not the person, as of the last look."""
        return alert in self._refuted

    def look(self) -> StopReason | None:
        """Look at the records, and return why the search is to end, if it is."""
        stored = frozenset(self._open)
        with self._context.store.reading() as connection:
            sight = look_at_session(connection, self._session)
            now = self._context.now()
            reason = reason_to_end(sight, self._watchlist, now)
            reason = reason or self._for_whom(connection, now)
        # One that was destroyed meanwhile awaits no decision any more.
        gone = dict.fromkeys(stored - sight.open_alerts.keys(), False)
        self._open.update({**gone, **sight.open_alerts})
        # What people decided stays decided where the alert was destroyed meanwhile.
        self._refuted = sight.refuted_alerts | (self._refuted - sight.open_alerts.keys())
        self.rest.follow(sight.pauses)
        if sight.until is not None:
            self._until = sight.until
        return reason

    def _for_whom(self, connection: Connection, now: datetime) -> StopReason | None:
        """Return why the search is to end on account of who runs it, or of staff on its list."""
        if self._context.changed_account(connection) is not None:
            return StopReason.OPERATOR_BARRED
        if without_consent(connection, self._staff, now):
            return StopReason.CONSENT_ENDED
        return None


def reason_to_end(sight: SessionSight, watchlist: str, now: datetime) -> StopReason | None:
    """Return why a search is to end, by what the records say of it; `None` where it goes on.

    Args:
        sight: what they say.
        watchlist: digest of the list that it searches for: who was taken off it is not to be
            looked for any longer.
        now: the moment.
    """
    if sight.ended:
        return sight.stopped_by or StopReason.FAULT
    if sight.stopped_by is not None:
        return sight.stopped_by
    if sight.state is not DeploymentState.LIVE:
        if sight.withdrawn:
            return StopReason.WITHDRAWN
        over = sight.until is not None and now >= sight.until
        return StopReason.AUTHORITY_ENDED if over else StopReason.CLOSED
    return None if sight.watchlist == watchlist else StopReason.LIST_CHANGED
