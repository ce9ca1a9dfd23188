"""Whether legal holds keep an alert, asked of a team's database by those who read no hold."""

from __future__ import annotations

from sqlalchemy import Connection, text

__all__ = ["is_held_there"]


def is_held_there(connection: Connection, alert: str, deployment: str) -> bool:
    """Return whether a hold that is not released keeps an alert; the hold itself is not shown.

    Args:
        connection: of a person of a team.
        alert: id of the alert, which is no case's.
        deployment: id of the deployment that raised it.
    """
    asked = {"alert": alert, "deployment": deployment}
    statement = text("SELECT lfr_is_held(:alert, :deployment)")
    return bool(connection.execute(statement, asked).scalar())
