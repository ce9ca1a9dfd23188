"""Rows of what pages for managers tell of each deployment, by the deployment's reference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from workbench.records.deployment_views import (
    ALERT_TIMES,
    CATEGORIES,
    DECISIONS,
    DEPLOYMENT_VIEWS,
    DESTROYED,
    FEEDS,
)
from workbench.records.outcome_views import WATCHLISTS
from workbench.records.outcomes import relation

__all__ = ["Rows", "deployment_rows"]

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows of one deployment by the view that they are of, in order."""

_ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    FEEDS: ("started", "feed"),
    ALERT_TIMES: ("ten_minutes",),
    DECISIONS: (),
    CATEGORIES: ("category",),
    DESTROYED: ("at", "digest"),
}


def deployment_rows(connection: Connection) -> dict[str, Rows]:
    """Return what is told of every deployment that was authorised, by its reference.

    Args:
        connection: of any store.
    """
    found: dict[str, dict[str, list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for view in (*DEPLOYMENT_VIEWS, WATCHLISTS):
        source = relation(connection, view)
        query = select(source).order_by(source.c.reference)
        for name in _ORDER.get(view, ()):
            query = query.order_by(source.c[name])
        for row in connection.execute(query).mappings():
            found[row["reference"]][view].append({str(key): value for key, value in row.items()})
    return dict(found)
