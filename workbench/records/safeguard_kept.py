"""What is kept for a time, as a query: how much of each class, and from when its limit counts."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    case,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from workbench.governance.cases import CaseState
from workbench.governance.retention import RetentionClass
from workbench.records.safeguard_parts import AUTHORISED, AnyQuery, Element
from workbench.records.schema import (
    alerts,
    cases,
    collections,
    deployments,
    evaluation_sets,
    held_objects,
    holds,
    watchlists,
)

__all__ = ["kept_things"]

_MINUTE: Final = len("2026-11-25T09:30")


def kept_things() -> AnyQuery:
    """How many things are kept whose time runs from the same minute, by class and deployment.

    `first` and `last` are the moments within that minute from which the limit counts, as
    `records.retained` takes them.
    """
    one = union_all(
        _kept_lists(), _kept_alerts(), _kept_cases(), _kept_moved(), *_kept_with_an_end()
    ).subquery("one")
    minute = func.substr(one.c.counts_from, 1, _MINUTE)
    return select(
        one.c.retention,
        one.c.reference,
        one.c.held,
        func.min(one.c.counts_from).label("first"),
        func.max(one.c.counts_from).label("last"),
        func.count().label("things"),
    ).group_by(one.c.retention, one.c.reference, one.c.held, minute)


def _held(*names: Element) -> ColumnElement[bool]:
    """Return the condition that a legal hold in force names one of these."""
    kept = (
        select(held_objects.c.object)
        .join(holds, holds.c.id == held_objects.c.hold)
        .where(holds.c.released.is_(None))
    )
    return func.coalesce(or_(*(name.in_(kept) for name in names)), false())


def _of_class(
    retention: RetentionClass,
    reference: Element,
    counts_from: Element,
    held: ColumnElement[bool],
) -> AnyQuery:
    return select(
        literal(retention.value, String).label("retention"),
        reference.label("reference"),
        counts_from.label("counts_from"),
        held.label("held"),
    )


def _kept_lists() -> AnyQuery:
    table, of = watchlists.c, deployments.c
    ends = case(
        (of.ended.is_(None), of.ends),
        (of.ends.is_(None), of.ended),
        (of.ended < of.ends, of.ended),
        else_=of.ends,
    )
    return (
        _of_class(
            RetentionClass.WATCHLIST,
            case((AUTHORISED, of.reference), else_=null()),
            func.coalesce(ends, table.built),
            _held(table.id, table.deployment),
        )
        .select_from(watchlists.join(deployments, of.id == table.deployment))
        .where(table.destroyed.is_(None))
    )


def _kept_alerts() -> AnyQuery:
    table, of = alerts.c, deployments.c
    return (
        _of_class(RetentionClass.ALERT, of.reference, table.raised, _held(table.id, of.id))
        .select_from(alerts.join(deployments, of.id == table.deployment))
        .where(table.moved_to.is_(None))
    )


def _case_ends() -> Element:
    """Return the moment from which a case's limit counts."""
    table = cases.c
    end = case((table.ended < table.expires, table.ended), else_=table.expires)
    undecided = and_(
        table.state == CaseState.OPEN_PROVISIONAL.value, table.authorise_by < table.expires
    )
    return case((undecided, table.authorise_by), else_=end)


def _kept_cases() -> AnyQuery:
    table = cases.c
    return _of_class(RetentionClass.CASE, null(), _case_ends(), _held(table.id)).where(
        table.state != CaseState.PURGED.value
    )


def _kept_moved() -> AnyQuery:
    """Alerts that were moved to a case are kept as part of it."""
    table = alerts.c
    return (
        _of_class(
            RetentionClass.CASE,
            null(),
            _case_ends(),
            _held(table.id, table.moved_to, table.deployment),
        )
        .select_from(alerts.join(cases, cases.c.id == table.moved_to))
        .where(table.moved_to.is_not(None))
    )


def _kept_with_an_end() -> tuple[AnyQuery, ...]:
    return tuple(
        _of_class(retention, null(), table.c.ends, _held(table.c.id)).where(
            table.c.destroyed.is_(None)
        )
        for retention, table in (
            (RetentionClass.EVALUATION_SET, evaluation_sets),
            (RetentionClass.COLLECTION, collections),
        )
    )
