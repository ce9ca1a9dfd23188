"""Pauses of live searches as the records keep them, where another process finds what is asked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, update

from workbench.governance.session_pauses import Pause
from workbench.records.moments import as_json, from_json
from workbench.records.schema import sessions

__all__ = ["pauses_from", "save_pauses"]


def save_pauses(connection: Connection, session: str, pauses: Sequence[Pause]) -> bool:
    """Keep the pauses of a search; return whether it goes on, so that it follows."""
    done = connection.execute(
        update(sessions)
        .where(
            sessions.c.id == session, sessions.c.ended.is_(None), sessions.c.stopped_by.is_(None)
        )
        .values(pauses=as_json([pause.plain() for pause in pauses]))
    )
    return bool(done.rowcount)


def pauses_from(text: str | None, session: str) -> tuple[Pause, ...]:
    """Return the pauses that a row holds."""
    if text is None:
        return ()
    what = f"a pause of live search {session}"
    return tuple(Pause.read(one, what=what) for one in from_json(text))
