"""Legal holds as the records keep them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Row

from workbench.errors import UnknownRecordError
from workbench.governance.holds import Hold
from workbench.governance.retention import RetentionClass
from workbench.records.damage import reads_row
from workbench.records.erasable import in_parts
from workbench.records.moments import as_json, as_text, from_json
from workbench.records.schema import alerts, held_objects, holds

__all__ = [
    "add_hold",
    "effective_holds",
    "find_hold",
    "holds_on_class",
    "list_holds",
    "purposes_of",
    "save_hold",
]


def add_hold(connection: Connection, hold: Hold) -> None:
    """Keep a new hold."""
    connection.execute(
        insert(holds).values(
            id=hold.id,
            placed_by=hold.authoriser,
            placed=as_text(hold.placed),
            **_columns(hold),
        )
    )
    kept = (*hold.objects, *(() if hold.purpose is None else (hold.purpose,)))
    connection.execute(insert(held_objects), [{"hold": hold.id, "object": name} for name in kept])


def save_hold(connection: Connection, hold: Hold) -> None:
    """Keep a hold as it is after a review or its release."""
    connection.execute(update(holds).where(holds.c.id == hold.id).values(**_columns(hold)))


def find_hold(connection: Connection, hold_id: str) -> Hold:
    """Return a hold.

    Raises:
        UnknownRecordError: when there is none of that id.
    """
    found = connection.execute(select(holds).where(holds.c.id == hold_id)).first()
    if found is None:
        msg = f"there is no hold {ascii(hold_id)[1:-1][:100]}. List them with workbench hold list."
        raise UnknownRecordError(msg)
    return _hold(found)


def list_holds(connection: Connection, *, unreleased: bool = False) -> list[Hold]:
    """Return all holds by when they were placed, or those that were not released."""
    query = select(holds).order_by(holds.c.placed, holds.c.id)
    if unreleased:
        query = query.where(holds.c.released.is_(None))
    return [_hold(found) for found in connection.execute(query)]


def effective_holds(connection: Connection) -> list[Hold]:
    """Return all holds, each that keeps a whole deployment with its alerts by name besides.

    An alert that was moved to a case is kept under the case from then on; a hold on the deployment
    that raised it keeps it there all the same.
    """
    found = list_holds(connection)
    moved: dict[str, list[str]] = {}
    purposes = sorted({hold.purpose for hold in found if hold.purpose is not None})
    for part in in_parts(purposes):
        query = select(alerts.c.id, alerts.c.deployment).where(
            alerts.c.deployment.in_(part), alerts.c.moved_to.is_not(None)
        )
        for row in connection.execute(query):
            moved.setdefault(row.deployment, []).append(row.id)
    return [
        hold.model_copy(
            update={"objects": tuple({*hold.objects, *moved.get(hold.purpose or "", ())})}
        )
        for hold in found
    ]


def holds_on_class(connection: Connection, retention: RetentionClass) -> list[Hold]:
    """Return the holds that may keep something of a class, as `effective_holds` does.

    No alert belongs to an evaluation set or a collection, and whoever ends one is to see none.
    """
    if retention in {RetentionClass.EVALUATION_SET, RetentionClass.COLLECTION}:
        return list_holds(connection)
    return effective_holds(connection)


def purposes_of(connection: Connection, alert_ids: Collection[str]) -> dict[str, str]:
    """Return, by alert that is there, the deployment that raised it."""
    return {
        row.id: row.deployment
        for part in in_parts(alert_ids)
        for row in connection.execute(
            select(alerts.c.id, alerts.c.deployment).where(alerts.c.id.in_(part))
        )
    }


def _columns(hold: Hold) -> dict[str, Any]:
    released = hold.released
    return {
        "content": as_json(hold.plain()),
        "review": as_text(hold.next_review),
        "released": None if released is None else as_json(released.model_dump(mode="json")),
    }


@reads_row("hold")
def _hold(row: Row[Any]) -> Hold:
    return Hold.read(from_json(row.content), what=f"hold {row.id}")
