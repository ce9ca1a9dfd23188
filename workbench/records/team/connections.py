"""Whose connection to a team's store it is, and whether the database lets it write as it likes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text

from workbench.records.engine import is_postgresql, shown, translated

__all__ = ["Connected", "connected", "sees_all_rows", "through"]

_WHO = text(
    """
    SELECT session_user AS "user", pg_get_userbyid(relowner) AS owner,
        to_regprocedure('audit_append(text)') IS NOT NULL AS is_team
    FROM pg_class WHERE oid = to_regclass('audit')
    """
)
_OWNS = text(
    "SELECT pg_get_userbyid(relowner) = current_user FROM pg_class WHERE oid = to_regclass('audit')"
)
_ACCOUNT = text("SELECT lfr_account()")


@dataclass(frozen=True, slots=True)
class Connected:
    """A connection to a store in PostgreSQL.

    Attributes:
        user: of the database.
        owner: who owns the tables.
        is_team: whether the store was set up for a team.
        account: of the bench that the user is; `None` where there is none that is active, and
            for the owner, whose connections are nobody's in particular.
    """

    user: str
    owner: str
    is_team: bool
    account: str | None = None

    @property
    def is_owner(self) -> bool:
        """Whether it may write anything, so that only the workbench itself keeps the rules."""
        return self.user == self.owner


def connected(engine: Engine) -> Connected | None:
    """Return whose connections an engine makes; `None` where its user sees no bench.

    Raises:
        StoreError: when the database cannot be asked.
    """
    with translated(shown(engine.url)), engine.connect() as connection:
        row = connection.execute(_WHO).one_or_none()
        if row is None:
            return None
        found = Connected(row.user, row.owner, row.is_team)
        if found.is_owner or not found.is_team:
            return found
        account = connection.execute(_ACCOUNT).scalar()
        return Connected(row.user, row.owner, row.is_team, account)


def through(connection: Connection) -> str | None:
    """Return the account whose connection it is, where the database itself keeps people apart.

    `None` for a store in a file, and for the owner of a team's store.
    """
    if not is_postgresql(connection):
        return None
    account = connection.get_execution_options().get("through")
    return account if isinstance(account, str) else None


def sees_all_rows(connection: Connection) -> bool:
    """Return whether no row is hidden from a connection: that of a file, or of a store's owner."""
    return not is_postgresql(connection) or bool(connection.execute(_OWNS).scalar())
