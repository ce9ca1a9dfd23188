"""Settling alerts where verdicts are blind: in a transaction after that of the last verdict."""

from __future__ import annotations

from sqlalchemy import Connection, text

from workbench.governance.alerts import AlertState

__all__ = ["settle_alert", "unsettled"]


def settle_alert(connection: Connection, alert: str) -> AlertState | None:
    """Bring an alert to the state that its verdicts make of it.

    Args:
        connection: of a transaction that writes, in which none of them was given.
        alert: id of the alert.

    Returns:
        The state; `None` where it stays as it is.
    """
    found = connection.execute(text("SELECT lfr_settle_alert(:alert)"), {"alert": alert}).scalar()
    return None if found is None else AlertState(found)


def unsettled(connection: Connection) -> list[str]:
    """Return the ids of alerts whose verdicts are complete, and whose state does not say so yet."""
    return list(connection.execute(text("SELECT lfr_unsettled()")).scalars())
