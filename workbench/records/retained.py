"""What is kept now, from when its limit counts, and quickly whether anything is due.

A watchlist and a case are to go after their purpose has ended. A deployment ends with its
authority, whether or not anybody closed it, and a list whose deployment has no end yet counts from
when it was built: nothing is kept without a date.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
)

from workbench.governance.cases import CASE_MOVES, CaseState
from workbench.governance.deployments import DEPLOYMENT_MOVES, DeploymentState
from workbench.governance.retention import Kept, Profile, RetentionClass
from workbench.records.damage import reads_whole
from workbench.records.erasures import objects_in_erasure
from workbench.records.moments import as_text, from_text
from workbench.records.schema import (
    alerts,
    cases,
    collections,
    deployments,
    erasures,
    evaluation_sets,
    watchlists,
)

__all__ = [
    "anything_due",
    "has_lapsed",
    "is_spent",
    "kept_alerts",
    "kept_collection",
    "kept_evaluation_set",
    "kept_now",
    "kept_watchlist",
    "spent_deployments",
]

_Moment: TypeAlias = str | ColumnElement[str]
"""A moment as the tables hold it, or the parameter of a statement that takes one."""

_TIMED = ("applied", "authorised", "live")
_ENDED_CASES = tuple(state.value for state in CaseState if CASE_MOVES.allows(state, "purge"))
_ENDED = tuple(state.value for state in DeploymentState if DEPLOYMENT_MOVES.allows(state, "purge"))


def kept_now(connection: Connection, *, raised_by: datetime | None = None) -> tuple[Kept, ...]:
    """Return what is kept, but for what is being destroyed already.

    Args:
        connection: that sees the records.
        raised_by: leave out alerts that were raised later, which may be many.
    """
    going = objects_in_erasure(connection)
    only = () if raised_by is None else (alerts.c.raised <= as_text(raised_by),)
    found = (
        *_watchlists(connection),
        *_alerts(connection, *only),
        *_cases(connection),
        *_evaluation_sets(connection),
        *_collections(connection),
    )
    return tuple(one for one in found if one.id not in going)


def kept_watchlist(connection: Connection, deployment: str) -> Kept | None:
    """Return the watchlist of a deployment, `None` where none is kept."""
    return next(_watchlists(connection, watchlists.c.deployment == deployment), None)


def kept_alerts(connection: Connection, deployment: str) -> tuple[Kept, ...]:
    """Return the alerts that are kept for a deployment; those that were moved are a case's."""
    return tuple(_alerts(connection, alerts.c.deployment == deployment))


def kept_evaluation_set(connection: Connection, set_id: str) -> Kept | None:
    """Return an evaluation set, `None` where it is destroyed."""
    return next(_evaluation_sets(connection, evaluation_sets.c.id == set_id), None)


def kept_collection(connection: Connection, collection: str) -> Kept | None:
    """Return a reference collection, `None` where it is destroyed."""
    return next(_collections(connection, collections.c.id == collection), None)


def anything_due(connection: Connection, now: datetime, profile: Profile) -> bool:
    """Return whether something may be due, in one statement: no more than a hint.

    What holds keep counts too; `workbench.governance.retention.plan` decides.
    """
    moments = {
        "at": as_text(now),
        "by_list": as_text(now - _keep(profile, RetentionClass.WATCHLIST)),
        "by_alert": as_text(now - _keep(profile, RetentionClass.ALERT)),
        "by_set": as_text(now - _keep(profile, RetentionClass.EVALUATION_SET)),
        "by_collection": as_text(now - _keep(profile, RetentionClass.COLLECTION)),
    }
    return bool(connection.execute(_hint(), moments).scalar_one())


def has_lapsed(connection: Connection, now: datetime) -> bool:
    """Return whether something was begun and not ended, or time has ended a deployment or case."""
    condition = or_(*_lapsed(as_text(now)))
    return bool(connection.execute(select(condition)).scalar_one())


def spent_deployments(connection: Connection, now: datetime, profile: Profile) -> list[str]:
    """Return the ids of deployments that have ended and of which nothing is left to go.

    One that never had a list or an alert is among them once its list would have had to go.
    """
    by_list = as_text(now - _keep(profile, RetentionClass.WATCHLIST))
    query = select(deployments.c.id).where(_spent(by_list)).order_by(deployments.c.id)
    return list(connection.execute(query).scalars())


def is_spent(connection: Connection, deployment: str) -> bool:
    """Return whether a deployment has no watchlist and no alert of its own left."""
    query = select(_nothing_left(deployments.c.id)).where(deployments.c.id == deployment)
    return bool(connection.execute(query).scalar())


@cache
def _hint() -> Select[tuple[bool]]:
    """Return the statement of `anything_due`, put together once: it runs at every opening."""
    by_list, by_alert = bindparam("by_list", type_=String), bindparam("by_alert", type_=String)
    by_set = bindparam("by_set", type_=String)
    by_collection = bindparam("by_collection", type_=String)
    conditions = (
        *_lapsed(bindparam("at", type_=String)),
        _any(watchlists.c.destroyed.is_(None), _list_ended(by_list)),
        # Not `IS NULL`, whose index SQLite would take: nearly all alerts are in it.
        _any(alerts.c.raised <= by_alert, func.coalesce(alerts.c.moved_to, "") == ""),
        _any(cases.c.state.in_(_ENDED_CASES)),
        _any(evaluation_sets.c.ends <= by_set, evaluation_sets.c.destroyed.is_(None)),
        _any(collections.c.ends <= by_collection, collections.c.destroyed.is_(None)),
        _any(_spent(by_list)),
    )
    return select(or_(*conditions))


def _any(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that there is such a row; it asks for no column besides."""
    return select(literal(1)).where(*conditions).exists()


def _nothing_left(deployment: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a deployment has no watchlist and no alert of its own left."""
    return and_(
        ~_any(watchlists.c.deployment == deployment, watchlists.c.destroyed.is_(None)),
        ~_any(alerts.c.deployment == deployment, alerts.c.moved_to.is_(None)),
    )


def _lapsed(at: _Moment) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that an erasure goes on, and that time has ended something."""
    provisional = and_(
        cases.c.state == CaseState.OPEN_PROVISIONAL.value,
        or_(cases.c.authorise_by < at, cases.c.expires <= at),
    )
    authorised = and_(cases.c.state == CaseState.AUTHORISED.value, cases.c.expires <= at)
    return (
        _any(erasures.c.finished.is_(None)),
        _any(deployments.c.state.in_(_TIMED), deployments.c.ends <= at),
        _any(or_(provisional, authorised)),
    )


def _spent(by: _Moment) -> ColumnElement[bool]:
    table = deployments.c
    return and_(table.state.in_(_ENDED), table.ended <= by, _nothing_left(table.id))


def _list_ended(by: _Moment) -> ColumnElement[bool]:
    """Return the condition that a list's deployment had ended by a moment."""
    table = deployments.c
    return _any(
        table.id == watchlists.c.deployment,
        or_(
            table.ended <= by,
            table.ends <= by,
            and_(table.ended.is_(None), table.ends.is_(None), watchlists.c.built <= by),
        ),
    )


def _watchlists(connection: Connection, *only: ColumnElement[bool]) -> Iterator[Kept]:
    query = (
        select(
            watchlists.c.id,
            watchlists.c.deployment,
            watchlists.c.built,
            deployments.c.ends,
            deployments.c.ended,
        )
        .join(deployments, deployments.c.id == watchlists.c.deployment)
        .where(watchlists.c.destroyed.is_(None), *only)
        .order_by(watchlists.c.id)
    )
    for row in connection.execute(query):
        with reads_whole("watchlist", f"{row.id} or its deployment {row.deployment}"):
            ends = [from_text(end) for end in (row.ends, row.ended) if end is not None]
            built = from_text(row.built)
        yield Kept(
            id=row.id,
            retention=RetentionClass.WATCHLIST,
            purpose=row.deployment,
            began=built,
            ended=min(ends, default=built),
        )


def _alerts(connection: Connection, *only: ColumnElement[bool]) -> Iterator[Kept]:
    query = (
        select(alerts.c.id, alerts.c.deployment, alerts.c.raised)
        .where(func.coalesce(alerts.c.moved_to, "") == "", *only)
        .order_by(alerts.c.raised, alerts.c.id)
    )
    for row in connection.execute(query):
        yield Kept(
            id=row.id,
            retention=RetentionClass.ALERT,
            purpose=row.deployment,
            began=_moment("alert", row.id, row.raised),
        )


def _cases(connection: Connection) -> Iterator[Kept]:
    """Return the cases, and one by one the alerts that were moved to them: a hold may keep some."""
    terms: dict[str, datetime] = {}
    query = select(cases).where(cases.c.state != CaseState.PURGED.value).order_by(cases.c.id)
    for row in connection.execute(query):
        ends = [row.ended, row.expires]
        terms[row.id] = min(_moment("case", row.id, end) for end in ends if end is not None)
        if row.state == CaseState.OPEN_PROVISIONAL.value:
            decide_by = _moment("case", row.id, row.authorise_by)
            if decide_by < terms[row.id]:  # then it can still be authorised, and no later
                terms[row.id] = decide_by + timedelta.resolution
        yield Kept(
            id=row.id,
            retention=RetentionClass.CASE,
            purpose=row.id,
            began=_moment("case", row.id, row.opened),
            ended=terms[row.id],
        )
    moved = (
        select(alerts.c.id, alerts.c.moved_to, alerts.c.raised)
        .where(alerts.c.moved_to.is_not(None))
        .order_by(alerts.c.id)
    )
    for row in connection.execute(moved):
        raised = _moment("alert", row.id, row.raised)
        yield Kept(
            id=row.id,
            retention=RetentionClass.CASE,
            purpose=row.moved_to,
            began=raised,
            ended=terms.get(row.moved_to, raised),
        )


def _evaluation_sets(connection: Connection, *only: ColumnElement[bool]) -> Iterator[Kept]:
    return _ending(
        connection, evaluation_sets, RetentionClass.EVALUATION_SET, "evaluation set", *only
    )


def _collections(connection: Connection, *only: ColumnElement[bool]) -> Iterator[Kept]:
    return _ending(connection, collections, RetentionClass.COLLECTION, "collection", *only)


def _ending(
    connection: Connection,
    table: Table,
    retention: RetentionClass,
    kind: str,
    *only: ColumnElement[bool],
) -> Iterator[Kept]:
    """Return what has an end that was set for it when it was made."""
    query = (
        select(table.c.id, table.c.made, table.c.ends)
        .where(table.c.destroyed.is_(None), *only)
        .order_by(table.c.id)
    )
    for row in connection.execute(query):
        yield Kept(
            id=row.id,
            retention=retention,
            purpose=row.id,
            began=_moment(kind, row.id, row.made),
            ended=_moment(kind, row.id, row.ends),
        )


def _moment(kind: str, name: str, text: str) -> datetime:
    with reads_whole(kind, name):
        return from_text(text)


def _keep(profile: Profile, retention: RetentionClass) -> timedelta:
    return profile.limit(retention).keep or timedelta(0)
