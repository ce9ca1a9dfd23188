"""What is known by group, as rows: of threshold policies, and of false alerts in the field.

It holds nobody: neither who issued or approved a policy nor who counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, FromClause, column, select, table
from sqlalchemy.engine import Row

from workbench.governance.policies import Origin
from workbench.governance.policy_equity import EquityEvidence
from workbench.governance.setups import Setup
from workbench.records.damage import reads_row
from workbench.records.engine import is_postgresql
from workbench.records.equity_views import FIELD_COUNTS, GROUP_COUNTS, POLICIES, equity_queries
from workbench.records.moments import from_text, object_from_json
from workbench.records.team.connections import through

__all__ = [
    "FieldCount",
    "GroupCell",
    "PolicyEquity",
    "list_field_counts",
    "list_group_cells",
    "list_policy_equity",
]


@dataclass(frozen=True, slots=True)
class PolicyEquity:
    """A policy that was approved or that a deployment names, as far as groups are concerned.

    Attributes:
        policy: its id.
        origin: the product's default, or issued.
        setup: what it scores with.
        unit: of its thresholds.
        threshold: from which score on it raises alerts.
        minimum_threshold: below which no deployment goes.
        smallest_list: fewest references that it is for.
        largest_list: most of them.
        equity: what it says in place of a comparison.
        by_group: the comparison; `None` where there is none.
        approved: when somebody approved it; `None` while nobody did.
    """

    policy: str
    origin: Origin
    setup: Setup
    unit: str
    threshold: float
    minimum_threshold: float
    smallest_list: int
    largest_list: int
    equity: str
    by_group: EquityEvidence | None
    approved: datetime | None


@dataclass(frozen=True, slots=True)
class FieldCount:
    """That false alerts of a deployment were counted by group.

    Attributes:
        reference: of the deployment.
        scheme: what the groups are, in the force's words.
        false_alerts: how many there were when it was entered.
        entered: when.
    """

    reference: str
    scheme: str
    false_alerts: int
    entered: datetime


@dataclass(frozen=True, slots=True)
class GroupCell:
    """False alerts of one group over all deployments of a scheme.

    Attributes:
        scheme: what the groups are.
        deployments: that were counted in it.
        group: the force's name of it; `None` for those that no group was written down for.
        count: `None` where it is suppressed.
        false_alerts: of all groups, and of none.
        beside: whether more is suppressed in its scheme than what is few.
    """

    scheme: str
    deployments: int
    group: str | None
    count: int | None
    false_alerts: int
    beside: bool


def list_policy_equity(connection: Connection) -> list[PolicyEquity]:
    """Return the policies by id.

    Raises:
        RecordError: when what is on record of one cannot be; names it.
        StoreError: when it is not what the workbench writes.
    """
    found = _relation(connection, POLICIES)
    return [_policy(row) for row in connection.execute(select(found).order_by(found.c.policy))]


def list_field_counts(connection: Connection) -> list[FieldCount]:
    """Return which deployments have counts by group, by reference; no count of a group.

    Raises:
        StoreError: when it is not what the workbench writes.
    """
    found = _relation(connection, FIELD_COUNTS)
    query = select(found).order_by(found.c.reference)
    return [_counted(row) for row in connection.execute(query)]


def list_group_cells(connection: Connection) -> list[GroupCell]:
    """Return the sums by scheme and group, those without a group last; small ones suppressed."""
    found = _relation(connection, GROUP_COUNTS)
    cells = [
        GroupCell(
            row.scheme,
            row.deployments,
            row.named,
            row.counted,
            row.false_alerts,
            bool(row.beside),
        )
        for row in connection.execute(select(found))
    ]
    return sorted(cells, key=lambda one: (one.scheme, one.group is None, one.group or ""))


def _relation(connection: Connection, view: str) -> FromClause:
    """Return a view, or the query of it where this connection is not given the view."""
    query = equity_queries(on_postgresql=is_postgresql(connection))[view].subquery(view)
    if through(connection) is None:
        return query
    return table(view, *(column(one.name, one.type) for one in query.c))


@reads_row("policy", "policy")
def _policy(row: Row[Any]) -> PolicyEquity:
    what = f"policy {row.policy}"
    by_group = None
    if row.by_group is not None:
        by_group = EquityEvidence.read(
            object_from_json(row.by_group), what=f"the comparison of groups of {what}"
        )
    return PolicyEquity(
        policy=row.policy,
        origin=Origin(row.origin),
        setup=Setup.read(object_from_json(row.setup), what=what),
        unit=row.unit,
        threshold=row.threshold,
        minimum_threshold=row.minimum_threshold,
        smallest_list=row.smallest_list,
        largest_list=row.largest_list,
        equity=row.equity,
        by_group=by_group,
        approved=None if row.approved is None else from_text(row.approved),
    )


@reads_row("a count by group of deployment", "reference")
def _counted(row: Row[Any]) -> FieldCount:
    return FieldCount(row.reference, row.scheme, row.false_alerts, from_text(row.entered))
