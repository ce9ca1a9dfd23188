"""What pages for managers tell of each deployment: queries, written once for both stores.

They count, and name nobody. What is left of a small category of a list is a sum, in the query
itself: whoever may read the view of a team's store finds no smaller count there either.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Label,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    true,
)

from workbench.records.list_categories import categories_query
from workbench.records.schema import (
    alerts,
    certificates,
    deployment_notes,
    deployments,
    held_objects,
    holds,
    policies,
    sessions,
    verdicts,
)
from workbench.records.sql_parts import SqlParts

if TYPE_CHECKING:
    from workbench.records.outcome_views import Json

__all__ = [
    "ALERT_TIMES",
    "CATEGORIES",
    "CIRCUMSTANCES",
    "DECISIONS",
    "DECISION_LIMITS_S",
    "DEPLOYMENT_VIEWS",
    "DESTROYED",
    "FEEDS",
    "KEPT",
    "deployment_queries",
]

CIRCUMSTANCES: Final = "outcome_circumstances"
FEEDS: Final = "outcome_feeds"
ALERT_TIMES: Final = "outcome_alert_times"
DECISIONS: Final = "outcome_decisions"
CATEGORIES: Final = "outcome_list_categories"
DESTROYED: Final = "outcome_destroyed"
KEPT: Final = "outcome_kept"
DEPLOYMENT_VIEWS: Final = (
    CIRCUMSTANCES,
    FEEDS,
    ALERT_TIMES,
    DECISIONS,
    CATEGORIES,
    DESTROYED,
    KEPT,
)

DECISION_LIMITS_S: Final = (10, 30, 60, 120, 300, 900)
"""Ends of the stretches in which a decision is counted, in seconds from the alert, included."""

_AUTHORISED: Final = deployments.c.authority.is_not(None)
_TO_TEN_MINUTES: Final = len("2026-11-25T14:3")
_PAIR: Final = 2


def deployment_queries(json: Json, *, on_postgresql: bool) -> Mapping[str, Select[Any]]:
    """Return the queries by the name of their view.

    Args:
        json: what takes parts out of a JSON text.
        on_postgresql: write them for PostgreSQL; else for SQLite.
    """
    sql = SqlParts(on_postgresql=on_postgresql)
    return {
        CIRCUMSTANCES: _circumstances(json, sql),
        FEEDS: _feeds(json, sql),
        ALERT_TIMES: _alert_times(),
        DECISIONS: _decisions(sql),
        CATEGORIES: categories_query(_AUTHORISED),
        DESTROYED: _destroyed(json, sql),
        KEPT: _kept(),
    }


def _circumstances(json: Json, sql: SqlParts) -> Select[Any]:
    """One row a deployment: where, why, on what authority; the officers' words stay behind."""
    table, told = deployments.c, _notices(json).subquery("told")
    said = {
        "street": ("location", "street"),
        "latitude": ("location", "coordinates", "latitude"),
        "longitude": ("location", "coordinates", "longitude"),
        "purposes": ("purposes",),
        "use_case": ("use_case",),
        "dpia": ("dpia",),
        "eia": ("eia",),
        "appropriate_policy": ("appropriate_policy",),
        "minimum_threshold": ("minimum_threshold",),
        "signs": ("notice", "signs"),
        "published_at": ("notice", "published_at"),
        "watchlist_limit": ("watchlist_limit",),
    }
    given = {
        "authority_rank": ("officer_rank",),
        "authorised_at": ("at",),
        "authority_starts": ("starts",),
        "authority_ends": ("ends",),
        "review_due": ("review_due",),
        "reviewed_at": ("review", "at"),
    }
    return (
        select(
            table.reference,
            *(json.text(table.content, *path).label(name) for name, path in said.items()),
            _flag(sql.is_true(table.content, "assembly"), "assembly"),
            # What is applied for is kept as it was written: who leaves this out asks for two.
            _flag(sql.is_true(table.content, "two_person", unsaid=True), "two_person"),
            _flag(sql.is_true(table.content, "notice", "leaflets"), "leaflets"),
            *(json.text(table.authority, *path).label(name) for name, path in given.items()),
            _flag(json.is_true(table.authority, "urgent"), "urgent"),
            json.text(table.withdrawal, "at").label("withdrawn_at"),
            policies.c.id.label("policy"),
            json.text(policies.c.content, "unit").label("unit"),
            func.coalesce(told.c.notices, 0).label("notices"),
            told.c.first_notice,
            told.c.last_notice,
        )
        .outerjoin(policies, policies.c.id == json.text(table.content, "policy"))
        .outerjoin(told, told.c.deployment == table.id)
        .where(_AUTHORISED)
    )


def _notices(json: Json) -> Select[Any]:
    """How often the public was told, and when first and last; not in whose words."""
    note = deployment_notes.c
    at = json.text(note.content, "at")
    return (
        select(
            note.deployment,
            func.count().label("notices"),
            func.min(at).label("first_notice"),
            func.max(at).label("last_notice"),
        )
        .where(note.kind == "notice")
        .group_by(note.deployment)
    )


def _feeds(json: Json, sql: SqlParts) -> Select[Any]:
    """One row a live search: how its feed was, and no word that anybody wrote about it."""
    table = sessions.c
    numbers = ("frames", "drops", "faces_seen")
    return (
        select(
            deployments.c.reference,
            table.feed,
            table.policy,
            table.threshold,
            table.started,
            table.ended,
            table.stopped_by,
            json.text(table.setup, "matcher").label("matcher"),
            json.text(table.setup, "unit").label("unit"),
            *(json.number(table.counts, name, of=Integer).label(name) for name in numbers),
            json.text(table.counts, "counting_method").label("counting_method"),
            _flag(json.is_true(table.counts, "lost"), "lost"),
            *(
                _flag(json.text(table.counts, name).is_not(None), name)
                for name in ("damage", "fault")
            ),
            _flag(table.record.is_not(None), "recorded"),
            *(
                sql.each(table.record, ("record", "gaps"), name).label(f"gap_{name}s")
                for name in ("kind", "start", "end")
            ),
        )
        .join(deployments, deployments.c.id == table.deployment)
        .where(_AUTHORISED)
    )


def _alert_times() -> Select[Any]:
    """One row for ten minutes in which alerts were raised that are still there: how many."""
    minutes = func.substr(alerts.c.raised, 1, _TO_TEN_MINUTES).label("ten_minutes")
    return (
        select(deployments.c.reference, minutes, func.count().label("alerts"))
        .join(deployments, deployments.c.id == alerts.c.deployment)
        .where(_AUTHORISED, ~alerts.c.blue_list)
        .group_by(deployments.c.reference, minutes)
    )


def _decisions(sql: SqlParts) -> Select[Any]:
    """One row a deployment: how long decisions took, and how many people made each."""
    took = sql.seconds_between(alerts.c.raised, alerts.c.decided)
    ends = (*DECISION_LIMITS_S, None)
    said = _said().subquery("said")
    people = func.coalesce(said.c.people, 0)
    pair = people >= _PAIR
    counted = {
        "alerts": true(),
        "undecided": alerts.c.decided.is_(None),
        **{
            f"within_{end or 'more'}": and_(
                alerts.c.decided.is_not(None),
                *([] if start is None else [took > start]),
                *([] if end is None else [took <= end]),
            )
            for start, end in zip((None, *DECISION_LIMITS_S), ends, strict=True)
        },
        "by_nobody": people == 0,
        "by_one": people == 1,
        "by_two": pair,
        "agreed": and_(pair, said.c.first == said.c.second),
        "differed": and_(pair, said.c.first != said.c.second),
        "by_a_third": people > _PAIR,
    }
    return (
        select(
            deployments.c.reference,
            *(func.count().filter(one).label(name) for name, one in counted.items()),
        )
        .select_from(alerts)
        .join(deployments, deployments.c.id == alerts.c.deployment)
        .outerjoin(said, said.c.alert == alerts.c.id)
        .where(_AUTHORISED, ~alerts.c.blue_list)
        .group_by(deployments.c.reference)
    )


def _said() -> Select[Any]:
    """How many people gave a verdict on each alert, and what the first two of them said."""
    table = verdicts.c
    return (
        select(
            table.alert,
            func.count(table.actor.distinct()).label("people"),
            func.max(table.verdict).filter(table.place == 1).label("first"),
            func.max(table.verdict).filter(table.place == _PAIR).label("second"),
        )
        .where(table.kind == "verdict")
        .group_by(table.alert)
    )


def _destroyed(json: Json, sql: SqlParts) -> Select[Any]:
    """One row a deletion certificate of a deployment: what went, when, and how late."""
    table = certificates.c
    lists = ("held", "remaining", "leftovers", "disclosed")
    return (
        select(
            deployments.c.reference,
            table.retention,
            table.at,
            table.digest,
            json.text(table.content, "counts").label("counts"),
            json.text(table.content, "due").label("due"),
            json.number(table.content, "late_by_s", of=Integer).label("late_by_s"),
            json.text(table.content, "result").label("result"),
            *(sql.length(table.content, name).label(name) for name in lists),
        )
        .join(deployments, deployments.c.id == table.purpose)
        .where(_AUTHORISED)
    )


def _kept() -> Select[Any]:
    """One row a deployment of which alerts are there: how many, and since when."""
    table = alerts.c
    standing = (
        select(held_objects.c.object)
        .join(holds, holds.c.id == held_objects.c.hold)
        .where(holds.c.released.is_(None))
    )
    held = or_(table.id.in_(standing), table.deployment.in_(standing))
    return (
        select(
            deployments.c.reference,
            func.count().label("alerts"),
            func.count().filter(table.moved_to.is_not(None)).label("moved"),
            func.count().filter(held).label("held"),
            func.min(table.raised).label("first_raised"),
            func.max(table.raised).label("last_raised"),
        )
        .join(deployments, deployments.c.id == table.deployment)
        .where(_AUTHORISED)
        .group_by(deployments.c.reference)
    )


def _flag(what: ColumnElement[bool], name: str) -> Label[Any]:
    """Return 1 or 0 of something that is so or not, 0 too where it is not said."""
    return case((what, literal(1, Integer)), else_=literal(0, Integer)).label(name)
