"""Pauses of live searches as the records keep them, where another process finds what is asked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, update

from workbench.governance.session_pauses import Pause
from workbench.records.moments import as_json, from_json
from workbench.records.schema import sessions

__all__ = ["pauses_from", "save_pauses"]


def save_pauses(connection: Connection, session: str, pauses: Sequence[Pause]) -> None:
    """Keep the pauses of a search; the process that runs it follows them."""
    connection.execute(
        update(sessions)
        .where(sessions.c.id == session)
        .values(pauses=as_json([pause.plain() for pause in pauses]))
    )


def pauses_from(text: str | None, session: str) -> tuple[Pause, ...]:
    """Return the pauses that a row holds."""
    if text is None:
        return ()
    what = f"a pause of live search {session}"
    return tuple(Pause.read(one, what=what) for one in from_json(text))
