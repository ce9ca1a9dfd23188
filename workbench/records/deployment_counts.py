"""What a deployment's record is counted from: alerts, engagements, searches and list, as rows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from workbench.governance.alerts import AlertState
from workbench.governance.deployment_records import FeedGap, ListSize, SearchPeriod
from workbench.governance.outcomes import Engagement
from workbench.records.moments import from_json, from_text
from workbench.records.schema import alerts, engagements, sessions, watchlist_entries, watchlists

__all__ = [
    "CountedAlert",
    "counted_alerts",
    "counted_engagements",
    "list_size",
    "operators_of",
    "search_periods",
]


@dataclass(frozen=True, slots=True)
class CountedAlert:
    """Of an alert, what is counted.

    Attributes:
        id: names it.
        state: what people have decided.
        blue_list: whether it is on a consenting member of staff.
    """

    id: str
    state: AlertState
    blue_list: bool


def counted_alerts(connection: Connection, deployment: str) -> list[CountedAlert]:
    """Return the alerts of a deployment whose rows are there."""
    table = alerts
    query = select(table.c.id, table.c.state, table.c.blue_list).where(
        table.c.deployment == deployment
    )
    return [
        CountedAlert(found.id, AlertState(found.state), found.blue_list)
        for found in connection.execute(query)
    ]


def counted_engagements(connection: Connection, deployment: str) -> list[Engagement]:
    """Return what officers did on alerts of a deployment, decisions alone left out."""
    query = (
        select(engagements.c.content)
        .join(alerts, alerts.c.id == engagements.c.alert)
        .where(alerts.c.deployment == deployment, engagements.c.kind == "engagement")
    )
    return [
        Engagement.read(from_json(content), what="an engagement")
        for content in connection.execute(query).scalars()
    ]


def operators_of(connection: Connection, deployment: str) -> list[str]:
    """Return the accounts that started live searches of a deployment."""
    query = select(sessions.c.operator).where(sessions.c.deployment == deployment).distinct()
    return list(connection.execute(query).scalars())


def search_periods(connection: Connection, deployment: str) -> tuple[SearchPeriod, ...]:
    """Return the live searches of a deployment, in order."""
    query = (
        select(sessions)
        .where(sessions.c.deployment == deployment)
        .order_by(sessions.c.started, sessions.c.id)
    )
    found = []
    for row in connection.execute(query):
        counts = from_json(row.counts) if row.counts else {}
        found.append(
            SearchPeriod(
                feed=row.feed,
                policy=row.policy,
                threshold=row.threshold,
                started=from_text(row.started),
                ended=row.ended and from_text(row.ended),
                stopped_by=row.stopped_by,
                faces_seen=counts.get("faces_seen"),
                counting_method=counts.get("counting_method"),
                gaps=tuple(
                    FeedGap(start_s=start, end_s=end) for start, end in counts.get("gaps_s", ())
                ),
                damage=counts.get("damage"),
            )
        )
    return tuple(found)


def list_size(connection: Connection, deployment: str) -> ListSize | None:
    """Return the size of a deployment's watchlist, `None` where none was built."""
    row = connection.execute(
        select(watchlists).where(watchlists.c.deployment == deployment)
    ).first()
    if row is None:
        return None
    entries = watchlist_entries
    categories = connection.execute(
        select(entries.c.category, func.count().label("count"))
        .where(entries.c.watchlist == row.id, entries.c.state == "enrolled")
        .group_by(entries.c.category)
        .order_by(entries.c.category)
    )
    return ListSize(
        references=row.references_count,
        subjects=row.subjects_count,
        built=from_text(row.built),
        destroyed=row.destroyed and from_text(row.destroyed),
        categories={found.category: found.count for found in categories},
    )
