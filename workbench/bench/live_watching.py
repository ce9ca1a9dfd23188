"""Watching a live search from anywhere: how it is doing, and its alerts as they are stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from workbench.bench.alert_access import views_of
from workbench.bench.alert_limits import within_limit
from workbench.bench.alert_views import AlertView
from workbench.bench.context import Context
from workbench.bench.deployment_access import on_deployment
from workbench.bench.session_status import SessionStatus, status_from
from workbench.governance.authorisation import covers_until
from workbench.governance.permissions import Permission
from workbench.governance.session_signs import SessionState
from workbench.records.alerts import list_alerts
from workbench.records.audit.verbs import Verb
from workbench.records.deployments import DeploymentRow, find_deployment_by_id
from workbench.records.session_status import newest_signs
from workbench.records.sessions import (
    SessionRow,
    find_session,
    list_sessions,
    look_at_session,
    open_sessions,
)

__all__ = ["SessionWatcher", "on_session", "status_of", "statuses_of"]


def status_of(context: Context, session_id: str) -> SessionStatus:
    """Return how a live search is doing, whichever process runs it; logged.

    Raises:
        NotPermittedError: when the role may not watch live searches.
        UnknownRecordError: when there is no such search.
    """
    reference = on_session(context, Permission.LIVE_WATCH, session_id)
    with on_deployment(context, Permission.LIVE_WATCH, reference) as (acting, row):
        acting.log(
            Verb.CONSULT,
            [session_id],
            justification="looking at how a live search is doing, counts alone",
            details={"reference": row.reference},
        )
        session = find_session(acting.connection, session_id)
        return _status(acting.connection, row, session, acting.now)


def statuses_of(context: Context, reference: str | None) -> list[SessionStatus]:
    """Return how the live searches of a deployment are doing, or how they ended; logged.

    Without a reference those of all deployments that have not ended.
    """
    if reference is None:
        return _running(context)
    with on_deployment(context, Permission.LIVE_WATCH, reference) as (acting, row):
        acting.log(
            Verb.CONSULT,
            [row.id],
            justification="looking at how live searches are doing, counts alone",
            details={"reference": row.reference},
        )
        return [
            _status(acting.connection, row, one, acting.now)
            for one in list_sessions(acting.connection, row.id)
        ]


def _running(context: Context) -> list[SessionStatus]:
    with context.acting(Permission.LIVE_WATCH) as acting:
        found = open_sessions(acting.connection)
        acting.log(
            Verb.CONSULT,
            [one.id for one in found],
            justification="looking at how live searches are doing, counts alone",
        )
        return [
            _status(
                acting.connection,
                find_deployment_by_id(acting.connection, one.deployment),
                one,
                acting.now,
            )
            for one in found
        ]


def on_session(context: Context, permission: Permission, session_id: str) -> str:
    """Return the reference of a search's deployment, to ask for it; its id where nobody may."""
    if not context.may(permission):
        return session_id  # refused below, before anybody is told whether there is one
    with context.store.reading() as connection:
        found = find_session(connection, session_id)
        return find_deployment_by_id(connection, found.deployment).reference


class SessionWatcher:
    """Follows one live search by the records, whichever process runs it.

    That it is watched is logged once, and each look at alerts that are new by itself.

    Attributes:
        session: id of the search.
        deployment: reference of the deployment.
    """

    def __init__(self, context: Context, session_id: str, *, justification: str) -> None:
        """Begin to watch.

        Args:
            context: of the bench.
            session_id: of the search.
            justification: why its alerts are looked at.

        Raises:
            NotPermittedError: when the role may not watch, or not look at alerts.
            UnknownRecordError: when there is no such search.
        """
        self._context, self._why = context, justification
        self.session = session_id
        self.deployment = on_session(context, Permission.LIVE_WATCH, session_id)
        self._seen: set[str] = set()
        with on_deployment(context, Permission.LIVE_WATCH, self.deployment) as (acting, row):
            context.require(Permission.ALERT_CONSULT)
            acting.log(
                Verb.CONSULT,
                [session_id],
                justification=justification,
                details={"reference": row.reference, "watched": True},
            )

    def status(self) -> SessionStatus:
        """Return how it is doing; counts alone, so no look is logged by itself."""
        with self._context.store.reading() as connection:
            now = self._context.now()
            self._context.require_current(connection, now)
            session = find_session(connection, self.session)
            row = find_deployment_by_id(connection, session.deployment)
            return _status(connection, row, session, now)

    def alerts(self) -> list[AlertView]:
        """Return the alerts that were stored since it was last asked, without pictures; logged."""
        with self._context.store.reading() as connection:
            stored = look_at_session(connection, self.session).open_alerts.keys()
        if not stored - self._seen:
            return []
        with on_deployment(self._context, Permission.ALERT_CONSULT, self.deployment) as held:
            acting, row = held
            rows = within_limit(acting, list_alerts(acting.connection, row.id))
            found = [
                one
                for one in rows
                if one.session == self.session and one.moved_to is None and one.id not in self._seen
            ]
            acting.log(
                Verb.CONSULT,
                [self.session, *(one.id for one in found)],
                justification=self._why,
                details={"reference": row.reference, "alerts": len(found)},
            )
            views = views_of(acting, row, found)
        self._seen |= set(stored) | {one.id for one in found}
        return views

    def follow(self) -> Iterator[tuple[SessionStatus, list[AlertView]]]:
        """Give status and new alerts whenever it is asked, until the search has ended."""
        while True:
            status = self.status()
            yield status, self.alerts()
            if status.state is SessionState.ENDED or status.lost:
                return


def _status(
    connection: Connection, row: DeploymentRow, session: SessionRow, now: datetime
) -> SessionStatus:
    until = None if row.authority is None else covers_until(row.authority)
    return status_from(
        session, row.reference, newest_signs(connection, session.id), now=now, until=until
    )
