"""What came of deployments, read as aggregates: from views in a team's store, else from tables.

Over the connection of somebody whom the database keeps apart the views are read, and nothing else;
anybody else's connection runs the queries of which they are made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import Connection, FromClause, column, func, select, table
from sqlalchemy.engine import Row, RowMapping

from workbench.governance.alerts import AlertState
from workbench.governance.costs import Costs
from workbench.governance.deployment_counts import DeploymentCounts
from workbench.governance.deployment_outcomes import DeploymentOutcome, Period
from workbench.governance.deployment_records import (
    UNENGAGED_IS_NO_ACTION,
    SearchPeriod,
    faces_seen,
    minutes_searched,
)
from workbench.governance.outcomes import OutcomeCounts
from workbench.records.damage import reads_row, reads_whole
from workbench.records.engine import is_postgresql
from workbench.records.moments import as_text, from_json, from_text, object_from_json
from workbench.records.outcome_views import (
    APPLICATIONS,
    DEPLOYMENTS,
    SEARCHES,
    WATCHLISTS,
    outcome_queries,
)
from workbench.records.team.connections import through

__all__ = ["count_applications", "list_outcomes", "list_thresholds", "relation"]

_DAY: Final = timedelta(days=1)
_NO_LIST: Final = (None, None)


def list_outcomes(connection: Connection, period: Period) -> list[DeploymentOutcome]:
    """Return what came of the deployments that began in a period, in order of their beginning.

    What was never authorised is none of them; see `count_applications`.

    Args:
        connection: of any store.
        period: days; that of the beginning of the authority counts.

    Raises:
        RecordError: when what is on record cannot be; names the deployment.
        StoreError: when it is not what the workbench writes.
    """
    began = relation(connection, DEPLOYMENTS)
    query = select(began).order_by(began.c.starts, began.c.reference)
    if period.first is not None:
        query = query.where(began.c.starts >= _midnight(period.first))
    if period.last is not None and period.last < date.max:
        query = query.where(began.c.starts < _midnight(period.last + _DAY))
    found = connection.execute(query).mappings().all()
    searches = _searches(connection)
    sizes = _sizes(connection)
    return [
        _outcome(row, searches.get(row["reference"], ()), sizes.get(row["reference"], _NO_LIST))
        for row in found
    ]


def count_applications(connection: Connection, period: Period) -> int:
    """Return how many deployments were to begin in a period and were never authorised.

    Args:
        connection: of any store.
        period: days; that of the beginning applied for counts.
    """
    applied = relation(connection, APPLICATIONS)
    query = select(func.coalesce(func.sum(applied.c.applications), 0))
    if period.first is not None:
        query = query.where(applied.c.day >= period.first.isoformat())
    if period.last is not None:
        query = query.where(applied.c.day <= period.last.isoformat())
    return int(connection.execute(query).scalar_one())


def list_thresholds(connection: Connection) -> Mapping[str, Mapping[str, list[float]]]:
    """Return the thresholds that were searched at, by policy and by reference of the deployment.

    Args:
        connection: of any store.
    """
    ran = relation(connection, SEARCHES)
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for policy, reference, threshold in connection.execute(
        select(ran.c.policy, ran.c.reference, ran.c.threshold)
    ):
        found[policy][reference].append(threshold)
    return found


def relation(connection: Connection, view: str, *, views: bool | None = None) -> FromClause:
    """Return a view, or the query of it where this connection is not given the view.

    Args:
        connection: of any store.
        view: its name.
        views: whether it is given the view; asked of the connection when left out.
    """
    query = outcome_queries(on_postgresql=is_postgresql(connection))[view]
    if not (through(connection) is not None if views is None else views):
        return query.subquery(view)
    return table(view, *(column(one.name, one.type) for one in query.subquery().c))


def _searches(connection: Connection) -> Mapping[str, tuple[SearchPeriod, ...]]:
    """Return the searches of all deployments by reference, in order."""
    ran = relation(connection, SEARCHES)
    found = defaultdict(list)
    for row in connection.execute(select(ran).order_by(ran.c.started, ran.c.feed)):
        found[row.reference].append(_search(row))
    return {reference: tuple(each) for reference, each in found.items()}


@reads_row("a live search of deployment", "reference")
def _search(row: Row[Any]) -> SearchPeriod:
    return SearchPeriod(
        feed=row.feed,
        policy=row.policy,
        threshold=row.threshold,
        started=from_text(row.started),
        ended=None if row.ended is None else from_text(row.ended),
        stopped_by=row.stopped_by,
        faces_seen=row.faces_seen,
        counting_method=row.counting_method,
    )


def _sizes(connection: Connection) -> Mapping[str, tuple[int, int]]:
    """Return how many images and people are on the list of each deployment that has one."""
    listed = relation(connection, WATCHLISTS)
    query = select(listed.c.reference, listed.c.references_count, listed.c.subjects_count)
    return {reference: (images, people) for reference, images, people in connection.execute(query)}


def _outcome(
    row: RowMapping, searches: tuple[SearchPeriod, ...], size: tuple[int | None, int | None]
) -> DeploymentOutcome:
    what = f"what is on record of deployment {row['reference']}"
    counts = _counts(row, what)
    faces = faces_seen(searches, counts.alerts)
    as_they_are = ("reference", "force", "place", "town", "state", "blue_list_alerts")
    with reads_whole("deployment", row["reference"]):
        read = {
            "starts": from_text(row["starts"]),
            "ends": from_text(row["ends"]),
            "ended": None if row["ended"] is None else from_text(row["ended"]),
            "feeds": tuple(from_json(row["feeds"])),
            "costs": Costs() if row["costs"] is None else object_from_json(row["costs"]),
        }
    return DeploymentOutcome.read(
        {
            **{name: row[name] for name in as_they_are},
            **read,
            "searches": len(searches),
            "searched_minutes": minutes_searched(searches),
            "list_references": size[0],
            "list_subjects": size[1],
            "counts": counts.model_copy(update={"faces_seen": faces}),
        },
        what=what,
    )


def _counts(row: RowMapping, what: str) -> DeploymentCounts:
    """Return the counts of a row; the sums in them are checked again here."""
    fields = set(DeploymentCounts.model_fields) - {"faces_seen", "outcomes"}
    came_of_it = set(OutcomeCounts.model_fields) - {"alerts", "unengaged_is_no_action"}
    counted = [state.value.replace("-", "_") for state in AlertState] + ["destroyed_undecided"]
    alerts = sum(row[name] for name in counted)
    return DeploymentCounts.read(
        {
            **{name: row[name] for name in fields},
            "outcomes": {
                **{name: row[name] for name in came_of_it},
                "alerts": alerts,
                "unengaged_is_no_action": UNENGAGED_IS_NO_ACTION,
            },
        },
        what=what,
    )


def _midnight(day: date) -> str:
    """Return the beginning of a day in UTC, as the tables hold it."""
    return as_text(datetime.combine(day, time(), UTC))
