"""Alerts as the records keep them, and what people said and did about each; no face in any row."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Row

from workbench.errors import UnknownRecordError
from workbench.governance.alerts import AlertState
from workbench.governance.categories import Category
from workbench.records.damage import reads_row
from workbench.records.moments import as_text, from_text
from workbench.records.row_digests import ALERT, values_digest
from workbench.records.schema import alerts, watchlist_entries

__all__ = [
    "AlertRow",
    "add_alert",
    "alert_digest",
    "alert_states",
    "find_alert",
    "list_alerts",
    "move_alert",
    "set_alert_state",
]


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert.

    Attributes:
        id: names it.
        deployment: id of the deployment.
        session: id of the live search that raised it.
        feed: name of the feed.
        entry: id of the entry of the watchlist whom the face was assigned to.
        raised: when.
        time_s: time in the feed of the frame at which it was raised.
        score: of the track for that person, in the unit of the session.
        threshold: what the score had to reach.
        category: of the entry.
        blue_list: whether that is a consenting member of staff.
        object_id: of the sealed alert in the vault.
        key_id: of the data key that seals it.
        state: what people have decided.
        decided: when they had.
        moved_to: id of the case that it was moved to, if it was.
        subject: reference of the person of `entry`; read with the row, kept with the entry.
    """

    id: str
    deployment: str
    session: str
    feed: str
    entry: str
    raised: datetime
    time_s: float
    score: float
    threshold: float
    category: Category
    blue_list: bool
    object_id: str
    key_id: str
    state: AlertState = AlertState.OPEN
    decided: datetime | None = None
    moved_to: str | None = None
    subject: str = ""


def add_alert(connection: Connection, row: AlertRow) -> None:
    """Keep a new alert."""
    connection.execute(insert(alerts).values(**_columns(row)))


def alert_digest(row: AlertRow) -> str:
    """Return the digest of an alert as `add_alert` keeps it, without asking the records."""
    return values_digest(ALERT, _columns(row))


def find_alert(connection: Connection, alert: str) -> AlertRow:
    """Return an alert.

    Raises:
        UnknownRecordError: when there is none of that id, any more or ever.
    """
    found = connection.execute(_query().where(alerts.c.id == alert)).first()
    if found is None:
        msg = (
            f"there is no alert {ascii(alert)[1:-1][:100]}. Check the id; alerts are destroyed in "
            "their time."
        )
        raise UnknownRecordError(msg)
    return _row(found)


def list_alerts(
    connection: Connection,
    deployment: str,
    *,
    states: Collection[AlertState] = (),
    session: str | None = None,
) -> list[AlertRow]:
    """Return the alerts of a deployment by id, those in some states or of one search, in order."""
    query = _query().where(alerts.c.deployment == deployment)
    if states:
        query = query.where(alerts.c.state.in_([state.value for state in states]))
    if session is not None:
        query = query.where(alerts.c.session == session)
    return [_row(found) for found in connection.execute(query)]


def alert_states(connection: Connection, deployment: str) -> dict[str, str]:
    """Return the state of each alert of a deployment by id, and of nobody more: cheap to ask."""
    query = select(alerts.c.id, alerts.c.state).where(alerts.c.deployment == deployment)
    return {row.id: row.state for row in connection.execute(query.order_by(alerts.c.id))}


def set_alert_state(
    connection: Connection, alert: str, state: AlertState, decided: datetime | None
) -> None:
    """Keep what people have decided; it follows from the verdicts and never comes from elsewhere.

    Args:
        connection: of a transaction that writes.
        alert: id of the alert.
        state: of its adjudication.
        decided: when the verdicts had settled it; `None` while they have not.
    """
    connection.execute(
        update(alerts)
        .where(alerts.c.id == alert)
        .values(state=state.value, decided=None if decided is None else as_text(decided))
    )


def move_alert(
    connection: Connection, alert: str, *, case: str, object_id: str, key_id: str
) -> None:
    """Say that an alert is a case's from now on, and what seals it there."""
    connection.execute(
        update(alerts)
        .where(alerts.c.id == alert)
        .values(moved_to=case, object_id=object_id, key_id=key_id)
    )


def _query() -> Any:  # noqa: ANN401 - a select of many columns
    return (
        select(alerts, watchlist_entries.c.subject)
        .join(watchlist_entries, watchlist_entries.c.id == alerts.c.entry)
        .order_by(alerts.c.raised, alerts.c.id)
    )


def _columns(row: AlertRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "deployment": row.deployment,
        "session": row.session,
        "feed": row.feed,
        "entry": row.entry,
        "raised": as_text(row.raised),
        "time_s": row.time_s,
        "score": row.score,
        "threshold": row.threshold,
        "category": row.category.value,
        "blue_list": row.blue_list,
        "object_id": row.object_id,
        "key_id": row.key_id,
        "state": row.state.value,
        "decided": None if row.decided is None else as_text(row.decided),
        "moved_to": row.moved_to,
    }


@reads_row("alert")
def _row(found: Row[Any]) -> AlertRow:
    return AlertRow(
        id=found.id,
        deployment=found.deployment,
        session=found.session,
        feed=found.feed,
        entry=found.entry,
        raised=from_text(found.raised),
        time_s=float(found.time_s),
        score=float(found.score),
        threshold=float(found.threshold),
        category=Category(found.category),
        blue_list=found.blue_list,
        object_id=found.object_id,
        key_id=found.key_id,
        state=AlertState(found.state),
        decided=None if found.decided is None else from_text(found.decided),
        moved_to=found.moved_to,
        subject=found.subject,
    )
