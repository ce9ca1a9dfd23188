"""Alerts whose limit has passed: nobody reads them any more, whether or not they are gone yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from workbench.bench.context import Acting
from workbench.bench.rules import rules_in_force
from workbench.errors import NotAuthorisedError
from workbench.governance.holds import holds_on
from workbench.governance.retention import RetentionClass
from workbench.records.alerts import AlertRow
from workbench.records.holds import effective_holds
from workbench.records.team.connections import through
from workbench.records.team.held import is_held_there

__all__ = ["require_within_limit", "within_limit"]


def within_limit(acting: Acting, rows: Sequence[AlertRow]) -> list[AlertRow]:
    """Return the alerts that may still be read: within their limit, in a case, or held.

    What is not among them is destroyed by whoever opens the bench next, or at the next look of
    one that is open; in a team's store, by whom the database lets.

    Args:
        acting: the transaction.
        rows: alerts of any deployment.
    """
    connection, now = acting.connection, acting.now
    keep = rules_in_force(connection).retention.limit(RetentionClass.ALERT).keep or timedelta(0)
    late = {row.id for row in rows if row.moved_to is None and row.raised + keep <= now}
    if not late:
        return list(rows)
    if through(connection) is not None:  # whose role may read no hold
        return [
            row
            for row in rows
            if row.id not in late or is_held_there(connection, row.id, row.deployment)
        ]
    holds = effective_holds(connection)
    return [
        row for row in rows if row.id not in late or holds_on(row.id, row.deployment, holds, now)
    ]


def require_within_limit(acting: Acting, row: AlertRow) -> None:
    """Refuse an alert that has passed its limit.

    Raises:
        NotAuthorisedError: when it has, and nothing keeps it.
    """
    if within_limit(acting, [row]):
        return
    msg = (
        f"alert {row.id} has passed its retention limit and is being destroyed, so it is not to be "
        "read. Ask a data-protection officer to run workbench retention run."
    )
    raise NotAuthorisedError(msg)
