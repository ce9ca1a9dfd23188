"""What a deployment's record is counted from: alerts, searches and list, as rows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from workbench.governance.alerts import AlertState
from workbench.governance.deployment_records import ListSize, SearchPeriod
from workbench.governance.session_counts import SessionCounts
from workbench.records.schema import alerts
from workbench.records.session_gaps import gaps_of
from workbench.records.sessions import SessionRow, list_sessions
from workbench.records.watchlist_entries import composition_of
from workbench.records.watchlists import find_watchlist

__all__ = [
    "CountedAlert",
    "counted_alerts",
    "list_size",
    "operators_of",
    "search_periods",
]


@dataclass(frozen=True, slots=True)
class CountedAlert:
    """Of an alert, what is counted.

    Attributes:
        id: names it.
        session: id of the live search that raised it.
        state: what people have decided.
        blue_list: whether it is on a consenting member of staff.
    """

    id: str
    session: str
    state: AlertState
    blue_list: bool


def counted_alerts(connection: Connection, deployment: str) -> list[CountedAlert]:
    """Return the alerts of a deployment whose rows are there."""
    table = alerts
    query = select(table.c.id, table.c.session, table.c.state, table.c.blue_list).where(
        table.c.deployment == deployment
    )
    return [
        CountedAlert(found.id, found.session, AlertState(found.state), found.blue_list)
        for found in connection.execute(query)
    ]


def operators_of(connection: Connection, deployment: str) -> set[str]:
    """Return the accounts that started live searches of a deployment."""
    return {row.operator for row in list_sessions(connection, deployment)}


def search_periods(connection: Connection, deployment: str) -> tuple[SearchPeriod, ...]:
    """Return the live searches of a deployment, in order."""
    return tuple(_period(connection, row) for row in list_sessions(connection, deployment))


def list_size(connection: Connection, deployment: str) -> ListSize | None:
    """Return the size of a deployment's watchlist, `None` where none was built."""
    row = find_watchlist(connection, deployment)
    if row is None:
        return None
    composition = composition_of(connection, row.id)
    return ListSize(
        references=row.references,
        subjects=row.subjects,
        built=row.built,
        destroyed=row.destroyed,
        categories={one.value: share.references for one, share in composition.by_category.items()},
        under_18=composition.under_18,
    )


def _period(connection: Connection, row: SessionRow) -> SearchPeriod:
    counts = row.counts or SessionCounts(alerts=0)
    return SearchPeriod(
        feed=row.feed,
        policy=row.policy,
        threshold=row.threshold,
        started=row.started,
        ended=row.ended,
        stopped_by=row.stopped_by and row.stopped_by.value,
        faces_seen=counts.faces_seen,
        counting_method=counts.counting_method,
        gaps_s=counts.gaps_s,
        gaps=gaps_of(connection, row),
        damage=counts.damage,
        fault=counts.fault,
    )
