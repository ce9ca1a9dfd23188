"""What is due to go now, put together as one erasure for each purpose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection

from workbench.bench.rules import rules_in_force
from workbench.governance.retention import RetentionClass, RetentionPlan, plan
from workbench.records.erasable import (
    Erasable,
    erasable_alerts,
    erasable_case,
    erasable_collection,
    erasable_evaluation_set,
    erasable_watchlist,
)
from workbench.records.holds import effective_holds
from workbench.records.retained import kept_now

__all__ = ["DueErasure", "due_erasures", "plan_now"]

MOST_ALERTS: Final = 1000
"""Alerts that one erasure takes; an entry of the audit log names them all."""


class DueErasure(NamedTuple):
    """One erasure that is due.

    Attributes:
        what: that is to go.
        due: when the first of it was to be gone.
        held: ids of what is as late, of the same class and purpose, and is kept by holds.
    """

    what: Erasable
    due: datetime
    held: tuple[str, ...]


def plan_now(connection: Connection, now: datetime) -> RetentionPlan:
    """Return what is to happen to each thing that is kept."""
    retention = rules_in_force(connection).retention
    return plan(kept_now(connection), effective_holds(connection), retention, now)


def _plan_of_overdue(connection: Connection, now: datetime) -> RetentionPlan:
    """Return the plan without the alerts whose time is still to come, of which there are many."""
    retention = rules_in_force(connection).retention
    keep = retention.limit(RetentionClass.ALERT).keep or timedelta(0)
    kept = kept_now(connection, raised_by=now - keep)
    return plan(kept, effective_holds(connection), retention, now)


def due_erasures(connection: Connection, now: datetime) -> Iterator[DueErasure]:
    """Return what is due, a deployment's alerts in parts of at most a thousand."""
    planned = _plan_of_overdue(connection, now)
    names: dict[tuple[RetentionClass, str], list[str]] = defaultdict(list)
    first: dict[tuple[RetentionClass, str], datetime] = {}
    for one in planned.due:  # the longest overdue come first
        group = one.kept.retention, one.kept.purpose
        names[group].append(one.kept.id)
        first.setdefault(group, one.due)
    for (retention, purpose), ids in names.items():
        held = tuple(
            one.kept.id
            for one in planned.held
            if (one.kept.retention, one.kept.purpose) == (retention, purpose)
            and one.due is not None
            and one.due <= now
        )
        for what in _of(connection, retention, purpose, ids, held):
            if what.objects or what.keys or what.sealed:
                yield DueErasure(what, first[retention, purpose], held)


def _of(
    connection: Connection,
    retention: RetentionClass,
    purpose: str,
    ids: list[str],
    held: tuple[str, ...],
) -> Iterator[Erasable]:
    if retention is RetentionClass.WATCHLIST:
        yield erasable_watchlist(connection, purpose)
    elif retention is RetentionClass.CASE:
        yield erasable_case(connection, purpose, kept=held)
    elif retention is RetentionClass.EVALUATION_SET:
        yield erasable_evaluation_set(connection, purpose)
    elif retention is RetentionClass.COLLECTION:
        yield erasable_collection(connection, purpose)
    else:
        for start in range(0, len(ids), MOST_ALERTS):
            yield erasable_alerts(connection, purpose, ids[start : start + MOST_ALERTS])
