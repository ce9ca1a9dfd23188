"""Live searches as the records keep them: one row a feed that is or was searched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.engine import Row

from workbench.errors import UnknownRecordError
from workbench.governance.alerts import AlertState
from workbench.governance.deployments import DeploymentState
from workbench.governance.session_counts import SessionCounts
from workbench.governance.session_pauses import Pause
from workbench.governance.session_setup import SessionSetup
from workbench.governance.stopping import StopReason
from workbench.records.damage import reads_row, reads_whole
from workbench.records.moments import as_json, as_text, from_json, from_text
from workbench.records.schema import alerts, deployments, sessions, watchlists
from workbench.records.session_pauses import pauses_from

__all__ = [
    "SessionRow",
    "SessionSight",
    "add_session",
    "ask_to_stop",
    "close_session",
    "count_alerts",
    "find_session",
    "list_sessions",
    "look_at_session",
    "open_sessions",
    "save_session_record",
]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A live search of one feed.

    Attributes:
        id: names it.
        deployment: id of the deployment that it serves.
        operator: account that started it.
        feed: name of the feed, never its address.
        policy: id of the threshold policy.
        threshold: from which score on it raises alerts.
        setup: what it searches with.
        process: names the process that runs it, to tell when that is gone.
        started: when.
        ended: when; `None` while it runs, or its process is gone and nobody has said so.
        stopped_by: why it ended; while it has no end, why it is asked to.
        counts: what it came to.
        pauses: when it was paused, and why.
        record: what it came to, as the records keep it for good; `None` before its end.
    """

    id: str
    deployment: str
    operator: str
    feed: str
    policy: str
    threshold: float
    setup: SessionSetup
    process: str
    started: datetime
    ended: datetime | None = None
    stopped_by: StopReason | None = None
    counts: SessionCounts | None = None
    pauses: tuple[Pause, ...] = ()
    record: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class SessionSight:
    """What a search that runs looks at from time to time: others may end it, or decide alerts.

    Attributes:
        ended: whether others closed it.
        stopped_by: why it is asked to end, if it is.
        state: of its deployment.
        deployment_ended: when that ended, if it did.
        withdrawn: whether somebody withdrew the authority.
        until: from when on nothing is covered any more, as the records have it now.
        watchlist: digest of the list that is sealed for it now; `None` once that is destroyed.
        open_alerts: by id of each of its alerts whether it still awaits a decision.
        refuted_alerts: ids of those that people decided are not the person, confirmed.
        pauses: when it was paused.
    """

    ended: bool
    stopped_by: StopReason | None
    state: DeploymentState
    deployment_ended: datetime | None
    withdrawn: bool
    until: datetime | None
    watchlist: str | None
    open_alerts: dict[str, bool]
    refuted_alerts: frozenset[str]
    pauses: tuple[Pause, ...] = ()


def add_session(connection: Connection, row: SessionRow) -> None:
    """Keep a new search."""
    connection.execute(
        insert(sessions).values(
            id=row.id,
            deployment=row.deployment,
            operator=row.operator,
            feed=row.feed,
            policy=row.policy,
            threshold=row.threshold,
            setup=as_json(row.setup.plain()),
            process=row.process,
            started=as_text(row.started),
            ended=None if row.ended is None else as_text(row.ended),
            stopped_by=row.stopped_by and row.stopped_by.value,
            counts=None if row.counts is None else as_json(row.counts.plain()),
            pauses=as_json([one.plain() for one in row.pauses]) if row.pauses else None,
        )
    )


def find_session(connection: Connection, session: str) -> SessionRow:
    """Return a search.

    Raises:
        UnknownRecordError: when there is none of that id.
    """
    found = connection.execute(select(sessions).where(sessions.c.id == session)).first()
    if found is None:
        msg = f"there is no live search {ascii(session)[1:-1][:100]}. Check the id."
        raise UnknownRecordError(msg)
    return _row(found)


def list_sessions(connection: Connection, deployment: str) -> list[SessionRow]:
    """Return the searches of a deployment by id, in their order."""
    query = (
        select(sessions)
        .where(sessions.c.deployment == deployment)
        .order_by(sessions.c.started, sessions.c.id)
    )
    return [_row(found) for found in connection.execute(query)]


def open_sessions(connection: Connection) -> list[SessionRow]:
    """Return the searches of all deployments that have no end."""
    query = select(sessions).where(sessions.c.ended.is_(None)).order_by(sessions.c.id)
    return [_row(found) for found in connection.execute(query)]


def look_at_session(connection: Connection, session: str) -> SessionSight:
    """Return what has become of a search and of its alerts, in two short statements.

    Raises:
        UnknownRecordError: when there is none of that id.
    """
    found = connection.execute(
        select(
            sessions.c.ended,
            sessions.c.stopped_by,
            sessions.c.pauses,
            deployments.c.state,
            deployments.c.ended.label("deployment_ended"),
            deployments.c.withdrawal.is_not(None).label("withdrawn"),
            deployments.c.ends.label("until"),
            watchlists.c.object_id.label("list_object"),
            watchlists.c.digest.label("list_digest"),
        )
        .join(deployments, deployments.c.id == sessions.c.deployment)
        .outerjoin(watchlists, watchlists.c.deployment == sessions.c.deployment)
        .where(sessions.c.id == session)
    ).first()
    if found is None:
        msg = f"there is no live search {ascii(session)[1:-1][:100]}. Check the id."
        raise UnknownRecordError(msg)
    stored = connection.execute(
        select(alerts.c.id, alerts.c.state).where(alerts.c.session == session)
    )
    states = {row.id: row.state for row in stored}
    with reads_whole("live search", session):
        return SessionSight(
            ended=found.ended is not None,
            stopped_by=None if found.stopped_by is None else StopReason(found.stopped_by),
            state=DeploymentState(found.state),
            deployment_ended=None
            if found.deployment_ended is None
            else from_text(found.deployment_ended),
            withdrawn=bool(found.withdrawn),
            until=None if found.until is None else from_text(found.until),
            watchlist=found.list_digest if found.list_object else None,
            open_alerts={one: state == AlertState.OPEN.value for one, state in states.items()},
            refuted_alerts=frozenset(
                one for one, state in states.items() if state == AlertState.FALSE_CONFIRMED.value
            ),
            pauses=pauses_from(found.pauses, session),
        )


def ask_to_stop(connection: Connection, session: str, reason: StopReason) -> bool:
    """Ask a search to end, whichever process runs it; return whether it was still to be asked."""
    done = connection.execute(
        update(sessions)
        .where(
            sessions.c.id == session, sessions.c.ended.is_(None), sessions.c.stopped_by.is_(None)
        )
        .values(stopped_by=reason.value)
    )
    return bool(done.rowcount)


def close_session(
    connection: Connection,
    session: str,
    *,
    reason: StopReason,
    ended: datetime,
    counts: SessionCounts,
) -> bool:
    """Say how a search ended; return whether it was still open."""
    done = connection.execute(
        update(sessions)
        .where(sessions.c.id == session, sessions.c.ended.is_(None))
        .values(ended=as_text(ended), stopped_by=reason.value, counts=as_json(counts.plain()))
    )
    return bool(done.rowcount)


def save_session_record(connection: Connection, session: str, record: dict[str, Any]) -> None:
    """Keep what a search came to."""
    connection.execute(
        update(sessions).where(sessions.c.id == session).values(record=as_json(record))
    )


def count_alerts(connection: Connection, session: str) -> int:
    """Return how many alerts of a search there are."""
    return connection.execute(
        select(func.count()).select_from(alerts).where(alerts.c.session == session)
    ).scalar_one()


@reads_row("live search")
def _row(found: Row[Any]) -> SessionRow:
    what = f"live search {found.id}"
    return SessionRow(
        id=found.id,
        deployment=found.deployment,
        operator=found.operator,
        feed=found.feed,
        policy=found.policy,
        threshold=float(found.threshold),
        setup=SessionSetup.read(from_json(found.setup), what=what),
        process=found.process,
        started=from_text(found.started),
        ended=None if found.ended is None else from_text(found.ended),
        stopped_by=None if found.stopped_by is None else StopReason(found.stopped_by),
        counts=None
        if found.counts is None
        else SessionCounts.read(from_json(found.counts), what=what),
        pauses=pauses_from(found.pauses, found.id),
        record=None if found.record is None else from_json(found.record),
    )
