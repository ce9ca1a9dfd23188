"""The rows of alerts, footage and searches, which go at the end of an erasure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from sqlalchemy import Connection, delete, select

from workbench.records.erasable import in_parts
from workbench.records.schema import (
    alerts,
    engagements,
    examinations,
    footage,
    footage_segments,
    searches,
    verdicts,
)

__all__ = ["alerts_by_deployment", "delete_alerts", "delete_retrospective"]


def alerts_by_deployment(connection: Connection, ids: Collection[str]) -> dict[str, list[str]]:
    """Return the ids of those alerts that are there, by the deployment that raised them."""
    found: dict[str, list[str]] = {}
    for part in in_parts(sorted(ids)):
        query = select(alerts.c.id, alerts.c.deployment).where(alerts.c.id.in_(part))
        for row in connection.execute(query.order_by(alerts.c.id)):
            found.setdefault(row.deployment, []).append(row.id)
    return found


def delete_alerts(connection: Connection, ids: Collection[str]) -> dict[str, int]:
    """Delete alerts with what was decided and done on them; unknown ids are passed by.

    Returns:
        How many rows went, by kind; only kinds of which there were any.
    """
    gone: Counter[str] = Counter()
    for part in in_parts(sorted(ids)):
        for table in (verdicts, engagements):
            done = connection.execute(delete(table).where(table.c.alert.in_(part)))
            gone[table.name] += done.rowcount
        gone[alerts.name] += connection.execute(
            delete(alerts).where(alerts.c.id.in_(part))
        ).rowcount
    return {kind: count for kind, count in gone.items() if count}


def delete_retrospective(connection: Connection, ids: Collection[str]) -> dict[str, int]:
    """Delete footage and searches of a case with what belongs to them; other ids are passed by.

    Returns:
        How many rows went, by kind; only kinds of which there were any.
    """
    gone: Counter[str] = Counter()
    for part in in_parts(sorted(ids)):
        for table, column in (
            (footage_segments, footage_segments.c.footage),
            (footage, footage.c.id),
            (examinations, examinations.c.search),
            (searches, searches.c.id),
        ):
            gone[table.name] += connection.execute(delete(table).where(column.in_(part))).rowcount
    return {kind: count for kind, count in gone.items() if count}
