"""What was due and what was done, read as aggregates: from views in a team's store, else tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, FromClause, column, select, table

from workbench.records.engine import is_postgresql
from workbench.records.safeguard_views import SAFEGUARD_VIEWS, safeguard_queries
from workbench.records.team.connections import through

__all__ = ["SafeguardRows", "read_safeguards"]

SafeguardRows: TypeAlias = dict[str, Sequence[Mapping[str, Any]]]
"""Rows by the name of their view; see `workbench.records.safeguard_views`."""


def read_safeguards(
    connection: Connection, views: Sequence[str] = SAFEGUARD_VIEWS
) -> SafeguardRows:
    """Return the rows of views of safeguards.

    Args:
        connection: of any store; that of somebody whom the database keeps apart reads the views
            alone.
        views: which; all of them if left out.
    """
    queries = safeguard_queries(on_postgresql=is_postgresql(connection))
    found: SafeguardRows = {}
    for view in views:
        rows: FromClause = queries[view].subquery(view)
        if through(connection) is not None:
            rows = table(view, *(column(one.name, one.type) for one in rows.c))
        found[view] = [dict(row) for row in connection.execute(select(rows)).mappings()]
    return found
