"""Scores of the alerts of closed deployments, and what people decided: no person, no time, no id.

The query is written once for both stores. On SQLite and over the connection of the owner it is
run as it stands; in a team's store it is the text of the view `pseudonymous_scores`, which is all
that a data scientist comes to there. On PostgreSQL it gives digests in place of ids, the same in
each query, which whoever reads the view by SQL sees; `workbench.bench` gives them passing names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    column,
    func,
    null,
    select,
    table,
)
from sqlalchemy.dialects import postgresql

from workbench.governance.alerts import AlertState
from workbench.governance.deployments import DeploymentState
from workbench.records.engine import is_postgresql
from workbench.records.outcome_views import Json, json_of
from workbench.records.schema import alerts, bench, deployments, sessions
from workbench.records.team.connections import through

__all__ = ["ALERT_SCORES", "AlertScoreRow", "alert_scores_text", "list_alert_scores"]

ALERT_SCORES: Final = "pseudonymous_scores"
"""Name of the view."""

_CLOSED: Final = (DeploymentState.CLOSED.value, DeploymentState.PURGED.value)
_GONE: Final = (*(state.value.replace("-", "_") for state in AlertState), "destroyed_undecided")


@dataclass(frozen=True, slots=True)
class AlertScoreRow:
    """An alert of a closed deployment that was searched, or that it has none.

    Attributes:
        deployment: names it among these rows, and nowhere else.
        alert: likewise; `None` in the one row of a deployment of which there is none.
        score: of the alert.
        threshold: what the score had to reach; of a deployment without alerts `known_from`.
        state: what people have decided.
        policy: of the deployment's searches; `None` where they had several.
        known_from: the highest threshold of its searches.
        faces_seen: in all of them; `None` where that was not counted to the end, or in two ways.
        counting_method: what counts as a face seen; `None` where `faces_seen` is.
        list_size: references that were searched; `None` where the searches differ in it.
        alerts_gone: how many of its alerts were destroyed, with their scores.
    """

    deployment: str
    alert: str | None
    score: float | None
    threshold: float
    state: AlertState | None
    policy: str | None
    known_from: float
    faces_seen: int | None
    counting_method: str | None
    list_size: int | None
    alerts_gone: int


def list_alert_scores(connection: Connection) -> list[AlertScoreRow]:
    """Return all of them; alerts on seeded staff are none, as in the counts of a deployment.

    Args:
        connection: of any store.
    """
    query = _query(on_postgresql=is_postgresql(connection))
    source: FromClause = query.subquery(ALERT_SCORES)
    if through(connection) is not None:
        source = table(ALERT_SCORES, *(column(one.name, one.type) for one in source.c))
    return [
        AlertScoreRow(
            **dict(row) | {"state": None if row["state"] is None else AlertState(row["state"])}
        )
        for row in connection.execute(select(source)).mappings()
    ]


def alert_scores_text() -> str:
    """Return the query as PostgreSQL reads it, every value in its place."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    compiled = _query(on_postgresql=True).compile(
        dialect=dialect, compile_kwargs={"literal_binds": True}
    )
    return str(compiled)


def _query(*, on_postgresql: bool) -> Select[Any]:
    json = json_of(on_postgresql=on_postgresql)
    searched = _searched(json)
    raised = alerts.alias("raised")
    here = _raised()
    gone: ColumnElement[int] = _gone(json)
    alerted = func.coalesce(here.c.alerts, 0) + gone
    known_from = case(
        (here.c.threshold > searched.c.threshold, here.c.threshold), else_=searched.c.threshold
    )
    whole = and_(
        searched.c.searches == searched.c.counted,
        searched.c.counting_method.is_not(None),
        searched.c.faces_seen >= alerted,
    )
    return (
        select(
            _named(deployments.c.id, on_postgresql=on_postgresql).label("deployment"),
            _named(raised.c.id, on_postgresql=on_postgresql).label("alert"),
            raised.c.score,
            func.coalesce(raised.c.threshold, known_from).label("threshold"),
            raised.c.state,
            searched.c.policy,
            known_from.label("known_from"),
            case((whole, searched.c.faces_seen), else_=null()).label("faces_seen"),
            case((whole, searched.c.counting_method), else_=null()).label("counting_method"),
            searched.c.list_size,
            gone.label("alerts_gone"),
        )
        .join(searched, searched.c.deployment == deployments.c.id)
        .outerjoin(here, here.c.deployment == deployments.c.id)
        .outerjoin(raised, and_(raised.c.deployment == deployments.c.id, ~raised.c.blue_list))
        .where(deployments.c.authority.is_not(None), deployments.c.state.in_(_CLOSED))
    )


def _named(identifier: Column[str], *, on_postgresql: bool) -> ColumnElement[str]:
    """Return what stands for an id: its digest with the bench's where the database can make one."""
    if not on_postgresql:
        return identifier
    salted = select(bench.c.id).limit(1).scalar_subquery() + " " + identifier
    digest: ColumnElement[str] = func.encode(func.sha256(func.convert_to(salted, "UTF8")), "hex")
    return digest


def _searched(json: Json) -> Subquery:
    """What the searches of each deployment have in common, and how many faces they saw."""
    faces = json.number(sessions.c.counts, "faces_seen", of=Integer)
    method = json.text(sessions.c.counts, "counting_method")
    size = json.number(sessions.c.setup, "references", of=Integer)
    policy = sessions.c.policy
    return (
        select(
            sessions.c.deployment,
            func.count().label("searches"),
            func.count(faces).label("counted"),
            func.sum(faces).label("faces_seen"),
            _one_of(method).label("counting_method"),
            func.max(sessions.c.threshold).label("threshold"),
            _one_of(policy).label("policy"),
            _one_of(size).label("list_size"),
        )
        .group_by(sessions.c.deployment)
        .subquery("searched")
    )


def _one_of(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the value that all rows of a group have; null where they differ."""
    return case((func.min(value) == func.max(value), func.min(value)), else_=null())


def _raised() -> Subquery:
    """How many alerts of each deployment are there, and the highest threshold of any."""
    return (
        select(
            alerts.c.deployment,
            func.count().label("alerts"),
            func.max(alerts.c.threshold).label("threshold"),
        )
        .where(~alerts.c.blue_list)
        .group_by(alerts.c.deployment)
        .subquery("here")
    )


def _gone(json: Json) -> ColumnElement[int]:
    """Return how many alerts of a deployment went since; its record keeps that."""
    found = [
        func.coalesce(json.number(deployments.c.record, "gone", "counts", one, of=Integer), 0)
        for one in _GONE
    ]
    total: ColumnElement[int] = found[0]
    for one in found[1:]:
        total = total + one
    return total
