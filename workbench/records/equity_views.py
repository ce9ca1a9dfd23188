"""What is known by group, as aggregates: queries, written once for both stores.

As in `workbench.records.outcome_views`, each is the text of a view in a team's store. Counts of
false alerts by group are suppressed in the query itself, so that a view gives no small count to
whoever reads it by SQL.

Suppression is of sums over all deployments of a scheme. Its cells are the groups and what no group
was written down for; how many false alerts each deployment had is known to everybody. With `m`
cells below the limit `L`, which come to `r` together:

- none below: every cell is shown.
- Two or more, and `0 < r < m * (L - 1)`: the others are shown. Each suppressed cell can be any of
  two values or more, whatever is subtracted.
- Else those below could be told: by subtraction where there is one, or because all of them must be
  0, or `L - 1`. The smallest of the others is suppressed too, with all that equal it. Now two that
  are suppressed differ, and nothing that is shown says which is which.

Rows of one deployment are never shown. (Complementary suppression; tests/property has every table
of some totals suppressed, and looks whether those that are shown alike differ in each cell.)

Sums of different days can be subtracted from one another. So the sums of a scheme move once a month
at most: they are of what stood at the end of the newest month that is over and in which two
deployments or more came to it for the first time. What was entered since waits, corrections among
it. Two sums that differ therefore differ by the counts of two new deployments or more together. It
is the newest entry of the audit log that says which months are over. What is left: how much two
deployments together added can be seen, even where that is less than the limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Float,
    FromClause,
    Integer,
    ScalarSelect,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    func,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.functions import Function

from workbench.governance.false_alerts import FEWEST_SHOWN
from workbench.records.outcome_views import Json, json_of
from workbench.records.schema import audit_head, deployment_notes, deployments, policies, sessions

__all__ = [
    "FIELD_COUNTS",
    "GROUP_COUNTS",
    "POLICIES",
    "equity_queries",
    "equity_view_texts",
    "suppressed_cells",
]

POLICIES: Final = "outcome_policies"
FIELD_COUNTS: Final = "outcome_field_counts"
GROUP_COUNTS: Final = "outcome_group_counts"

_ENTERED: Final = "field-counts"
"""Kind of a note that holds false alerts by group."""
_MONTH: Final = len("2026-11")


def equity_queries(*, on_postgresql: bool) -> Mapping[str, Select[Any]]:
    """Return the queries by the name of their view.

    Args:
        on_postgresql: write them for PostgreSQL; else for SQLite.
    """
    json = json_of(on_postgresql=on_postgresql)
    return {
        POLICIES: _policies(json),
        FIELD_COUNTS: _field_counts(json),
        GROUP_COUNTS: suppressed_cells(_cells(json, _told(json))),
    }


def equity_view_texts() -> dict[str, str]:
    """Return the queries as PostgreSQL reads them, every value in its place."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return {
        view: str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        for view, query in equity_queries(on_postgresql=True).items()
    }


def suppressed_cells(cells: FromClause, fewest: int = FEWEST_SHOWN) -> Select[Any]:
    """Return cells with their counts, null where they are suppressed.

    `beside` is 1 where more is suppressed than what is few, so that a few cannot be told.

    Args:
        cells: `scheme_key`, `scheme`, `deployments`, `named` (null for what no group was written
            down for) and `counted`, one row a cell; every scheme has two of them or more.
        fewest: from which count on one is shown.
    """
    cell = cells.c
    few = cell.counted < fewest
    noted = select(
        cell.scheme_key,
        cell.scheme,
        cell.deployments,
        cell.named,
        cell.counted,
        _over(cell, func.sum(case((few, 1), else_=0))).label("few"),
        _over(cell, func.sum(case((few, cell.counted), else_=0))).label("in_few"),
        _over(cell, func.min(case((few, null()), else_=cell.counted))).label("next"),
        _over(cell, func.sum(cell.counted)).label("false_alerts"),
    ).subquery("noted")
    one = noted.c
    beside = and_(
        one.few > 0,
        or_(one.few < _TWO, one.in_few == 0, one.in_few == one.few * (fewest - 1)),
        # Where there was no false alert at all, everybody knows that there was none of a group.
        one.false_alerts > 0,
    )
    shown = or_(
        one.false_alerts == 0,
        and_(one.counted >= fewest, or_(~beside, one.counted > one.next)),
    )
    return select(
        one.scheme,
        one.deployments,
        one.named,
        case((shown, one.counted), else_=null()).label("counted"),
        one.false_alerts,
        case((beside, 1), else_=0).label("beside"),
    )


_TWO: Final = 2


def _over(cell: ReadOnlyColumnCollection[str, Any], of: Function[Any]) -> ColumnElement[int]:
    return cast(of.over(partition_by=cell.scheme_key), Integer)


def _policies(json: Json) -> Select[Any]:
    """One row a policy that was approved or that a deployment names; nobody who issued it."""
    content = policies.c.content
    authorised = deployments.c.authority.is_not(None)
    named = select(json.text(deployments.c.content, "policy")).where(authorised)
    searched = (
        select(sessions.c.policy)
        .join(deployments, deployments.c.id == sessions.c.deployment)
        .where(authorised)
    )
    used = or_(policies.c.id.in_(named), policies.c.id.in_(searched))
    return select(
        policies.c.id.label("policy"),
        json.text(content, "origin").label("origin"),
        json.text(content, "unit").label("unit"),
        *(
            json.number(content, name, of=Float).label(name)
            for name in ("threshold", "minimum_threshold")
        ),
        *(
            json.number(content, name, of=Integer).label(name)
            for name in ("smallest_list", "largest_list")
        ),
        json.text(content, "equity").label("equity"),
        json.text(content, "setup").label("setup"),
        json.text(content, "evidence", "by_group").label("by_group"),
        policies.c.approved,
    ).where(or_(policies.c.approved.is_not(None), used))


def _field_counts(json: Json) -> Select[Any]:
    """One row a deployment with counts by group: the scheme, and of how many; no count."""
    last = _last(json)
    return select(
        deployments.c.reference, last.c.scheme, last.c.false_alerts, last.c.at.label("entered")
    ).join(last, last.c.deployment == deployments.c.id)


def _last(json: Json) -> Subquery:
    """What was entered last of each deployment: it says all of it anew."""
    note = deployment_notes.c
    newest = func.row_number().over(
        partition_by=note.deployment, order_by=(note.at.desc(), note.id.desc())
    )
    entered = (
        select(
            note.deployment,
            note.content,
            note.at,
            json.text(note.content, "scheme").label("scheme"),
            json.number(note.content, "false_alerts", of=Integer).label("false_alerts"),
            newest.label("place"),
        )
        .join(deployments, deployments.c.id == note.deployment)
        .where(note.kind == _ENTERED, deployments.c.authority.is_not(None))
        .subquery("entered")
    )
    return (
        select(
            entered.c.deployment,
            entered.c.content,
            entered.c.at,
            entered.c.scheme,
            entered.c.false_alerts,
        )
        .where(entered.c.place == 1)
        .subquery("last")
    )


def _told(json: Json) -> Subquery:
    """What sums by group are of: of each scheme the entries that stood at the end of its month."""
    note = deployment_notes.c
    month = func.substr(note.at, 1, _MONTH)
    newest = func.row_number().over(
        partition_by=(note.deployment, month), order_by=(note.at.desc(), note.id.desc())
    )
    entered = (
        select(
            note.deployment,
            note.content,
            month.label("month"),
            json.text(note.content, "scheme").label("scheme"),
            json.number(note.content, "false_alerts", of=Integer).label("false_alerts"),
            newest.label("place"),
        )
        .join(deployments, deployments.c.id == note.deployment)
        .where(note.kind == _ENTERED, deployments.c.authority.is_not(None))
        .subquery("entered")
    )
    stood = select(entered).where(entered.c.place == 1).subquery("stood")
    key = func.lower(stood.c.scheme)
    first = (
        select(key.label("scheme_key"), stood.c.deployment, func.min(stood.c.month).label("month"))
        .group_by(key, stood.c.deployment)
        .subquery("first_of_each")
    )
    full = (
        select(first.c.scheme_key, first.c.month)
        .where(first.c.month < _this_month())
        .group_by(first.c.scheme_key, first.c.month)
        .having(func.count() >= _TWO)
        .subquery("full_months")
    )
    upto = (
        select(full.c.scheme_key, func.max(full.c.month).label("month"))
        .group_by(full.c.scheme_key)
        .subquery("upto")
    )
    newest_then = func.row_number().over(
        partition_by=(upto.c.scheme_key, stood.c.deployment), order_by=stood.c.month.desc()
    )
    then = (
        select(
            upto.c.scheme_key,
            stood.c.deployment,
            stood.c.content,
            stood.c.scheme,
            stood.c.false_alerts,
            newest_then.label("newest_then"),
        )
        .join(upto, stood.c.month <= upto.c.month)
        .subquery("as_it_was")
    )
    return (
        select(then.c.deployment, then.c.content, then.c.scheme, then.c.false_alerts)
        .where(then.c.newest_then == 1, func.lower(then.c.scheme) == then.c.scheme_key)
        .subquery("told")
    )


def _this_month() -> ScalarSelect[Any]:
    """The month of the newest entry of the log, whose clock is that of all records."""
    return select(func.substr(audit_head.c.at, 1, _MONTH)).scalar_subquery()


def _cells(json: Json, last: Subquery) -> Subquery:
    """Sums by scheme and group over deployments, and what is left without a group."""
    each = json.counts(last.c.content, "counts")
    key = func.lower(last.c.scheme)
    of_groups = (
        select(
            key.label("scheme_key"),
            func.min(each.c.key).label("named"),
            func.sum(cast(each.c.value, Integer)).label("counted"),
        )
        .select_from(last.join(each, true()))
        .group_by(key, func.lower(each.c.key))
        .subquery("of_groups")
    )
    in_all = (
        select(
            key.label("scheme_key"),
            func.min(last.c.scheme).label("scheme"),
            func.count().label("deployments"),
            func.sum(last.c.false_alerts).label("false_alerts"),
        )
        .group_by(key)
        .subquery("in_all")
    )
    assigned = (
        select(of_groups.c.scheme_key, func.sum(of_groups.c.counted).label("counted"))
        .group_by(of_groups.c.scheme_key)
        .subquery("assigned")
    )
    without = select(
        in_all.c.scheme_key,
        in_all.c.scheme,
        in_all.c.deployments,
        cast(null(), Text).label("named"),
        cast(in_all.c.false_alerts - assigned.c.counted, Integer).label("counted"),
    ).join(assigned, assigned.c.scheme_key == in_all.c.scheme_key)
    named = select(
        in_all.c.scheme_key,
        in_all.c.scheme,
        in_all.c.deployments,
        cast(of_groups.c.named, Text),
        cast(of_groups.c.counted, Integer),
    ).join(of_groups, of_groups.c.scheme_key == in_all.c.scheme_key)
    return union_all(without, named).subquery("cells")
