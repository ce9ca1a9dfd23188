"""What can be asked of live searches by anybody who may, whichever process runs them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from workbench.bench.context import Context
from workbench.bench.deployment_access import on_deployment
from workbench.bench.live_asking import ask_to_end, ask_to_pause, ask_to_resume
from workbench.bench.live_watching import SessionWatcher, on_session, status_of, statuses_of
from workbench.bench.session_record import session_record_of
from workbench.bench.session_records import close_lost_sessions
from workbench.bench.session_status import SessionStatus
from workbench.errors import WorkbenchError
from workbench.governance.permissions import Permission
from workbench.governance.session_records import SessionRecord
from workbench.records.audit.verbs import Verb
from workbench.records.sessions import SessionRow, find_session, list_sessions

if TYPE_CHECKING:
    from workbench.bench.live_session import LiveSession

__all__ = ["LiveControl"]


class LiveControl:
    """Live searches as any process sees them: listed, watched, paused, stopped."""

    def __init__(self, context: Context) -> None:
        """Take what is worked with."""
        self._context = context
        self._running: set[LiveSession] = set()

    def sessions(self, reference: str) -> list[SessionRow]:
        """Return the live searches of a deployment, those that run and those that have ended."""
        self._tidy()
        with on_deployment(self._context, Permission.LIVE_WATCH, reference) as (acting, row):
            found = list_sessions(acting.connection, row.id)
            acting.log(
                Verb.CONSULT,
                [row.id],
                justification="listing live searches, counts alone",
                details={"reference": reference},
            )
        return found

    def stop(self, session_id: str, why: str | None = None) -> bool:
        """Ask a live search to end, whichever process runs it; it does so within a second.

        Args:
            session_id: of the search.
            why: for the log.

        Returns:
            Whether it ran.

        Raises:
            UnknownRecordError: when there is no such search.
        """
        return ask_to_end(self._context, session_id, why)

    def status(self, session_id: str) -> SessionStatus:
        """Return how a live search is doing, or how it ended, whichever process runs it.

        A search says every second how it is doing: counts and codes, no face and no person.

        Raises:
            NotPermittedError: when the role may not watch live searches.
            UnknownRecordError: when there is no such search.
        """
        self._tidy()
        return status_of(self._context, session_id)

    def statuses(self, reference: str | None = None) -> list[SessionStatus]:
        """Return how all live searches of a deployment are doing, or how they ended.

        Without a reference those of all deployments that have not ended.
        """
        self._tidy()
        return statuses_of(self._context, reference)

    def watch(self, session_id: str, *, justification: str) -> SessionWatcher:
        """Follow a live search by the records, whichever process runs it, with its alerts.

        Raises:
            NotPermittedError: when the role may not watch, or not look at alerts.
            UnknownRecordError: when there is no such search.
        """
        self._tidy()
        return SessionWatcher(self._context, session_id, justification=justification)

    def record(self, session_id: str) -> SessionRecord:
        """Return what a live search came to, as it stands now: counts and codes, and nobody.

        It is kept with the search at its end; decisions on its alerts change it since, and what is
        counted of them outlasts them. `bench.deployments.record` adds the searches up.

        Raises:
            NotPermittedError: when the role may not read records of deployments.
            UnknownRecordError: when there is no such search.
        """
        self._tidy()
        reference = on_session(self._context, Permission.DEPLOYMENT_CONSULT, session_id)
        with on_deployment(self._context, Permission.DEPLOYMENT_CONSULT, reference) as held:
            acting, row = held
            acting.log(
                Verb.CONSULT,
                [session_id],
                justification="reading the record of a live search, counts alone",
                details={"reference": row.reference},
            )
            session = find_session(acting.connection, session_id)
            return session_record_of(acting.connection, session, row, acting.now)

    def pause(self, session_id: str, why: str) -> None:
        """Ask a live search to rest, whichever process runs it; it does so within a second.

        While it rests nothing is searched: frames of a camera are dropped and counted, a file
        waits. The authority may end it all the same.

        Args:
            session_id: of the search.
            why: kept in its record, and in the log.

        Raises:
            IllegalMoveError: when it is paused, or has ended.
            RecordError: when the reason cannot be used.
            UnknownRecordError: when there is no such search.
        """
        ask_to_pause(self._context, session_id, why)

    def resume(self, session_id: str, why: str | None = None) -> None:
        """Ask a live search that rests to go on, whichever process runs it.

        Raises:
            IllegalMoveError: when it is not paused, or has ended.
            UnknownRecordError: when there is no such search.
        """
        ask_to_resume(self._context, session_id, why)

    def _tidy(self) -> None:
        """Record the ends of searches that could not be recorded when they came."""
        for session in list(self._running):
            with suppress(WorkbenchError):
                session.record_again()
        if self._context.may(Permission.LIVE_START):
            close_lost_sessions(self._context)
