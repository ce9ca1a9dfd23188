"""How live searches that go on are doing: one row a search, replaced every second, counts alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from workbench.governance.session_signs import SessionSigns
from workbench.records.moments import as_json, as_text, from_json, from_text
from workbench.records.schema import session_status

__all__ = ["last_sign_at", "newest_signs", "save_signs"]


def save_signs(connection: Connection, session: str, at: datetime, signs: SessionSigns) -> None:
    """Keep the signs of life of a search, in place of those before."""
    values = {"at": as_text(at), "content": as_json(signs.plain())}
    changed = connection.execute(
        update(session_status).where(session_status.c.session == session).values(**values)
    )
    if not changed.rowcount:
        connection.execute(insert(session_status).values(session=session, **values))


def newest_signs(connection: Connection, session: str) -> tuple[datetime, SessionSigns] | None:
    """Return the newest signs of a search and when it gave them; `None` before the first."""
    found = connection.execute(
        select(session_status.c.at, session_status.c.content).where(
            session_status.c.session == session
        )
    ).first()
    if found is None:
        return None
    what = f"the status of live search {session}"
    return from_text(found.at), SessionSigns.read(from_json(found.content), what=what)


def last_sign_at(connection: Connection, session: str) -> datetime | None:
    """Return when a search last gave a sign of life; `None` before the first."""
    found = connection.scalar(
        select(session_status.c.at).where(session_status.c.session == session)
    )
    return None if found is None else from_text(found)
