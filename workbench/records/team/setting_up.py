"""Setting a store up for a team: group roles, functions, rules, views and grants, all or nothing.

It is for whoever owns the tables, and may be done again at any time: what is there is renewed.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, text

from workbench.errors import StoreError
from workbench.records.team.functions import ANY_S, APART, functions
from workbench.records.team.roles import GROUPS, creation, grants
from workbench.records.team.rows import policies
from workbench.records.team.rules import rules
from workbench.records.team.sql_files import run
from workbench.records.team.views import views

__all__ = ["clock_apart", "set_up"]

_WHERE = text(
    "SELECT current_database() AS database, relnamespace::regnamespace::text AS schema "
    "FROM pg_class WHERE oid = to_regclass('audit')"
)

_APART = text(
    r"SELECT substring(prosrc FROM 'clock_timestamp\(\)\)\) > (\S+) THEN') "
    "FROM pg_proc WHERE oid = to_regprocedure('audit_append(text)')"
)

_OPEN = text(
    "SELECT has_schema_privilege(:group, :schema, 'CREATE') "
    "OR has_database_privilege(:group, :database, 'TEMP')"
)


def set_up(connection: Connection, *, apart: timedelta | None = APART) -> None:
    """Set a store up, or bring it to this version.

    Args:
        connection: of the owner of the tables, in a transaction.
        apart: how far the clock of an entry may be from that of the database; `None` for any.

    Raises:
        StoreError: when people could make tables of their own beside these.
    """
    where = connection.execute(_WHERE).one()
    for statement in (
        *creation(),
        functions(where.schema, apart=apart),
        *rules(where.schema),
        views(where.schema),
        *policies(GROUPS),
        *grants(where.schema, where.database),
    ):
        run(connection, statement)
    _require_closed(connection, where.schema, where.database)


def clock_apart(connection: Connection) -> timedelta | None:
    """Return how far a clock may be from that of the database, as the store was set up.

    `None` for any; the product's own choice for a store that was not set up yet.
    """
    found = connection.execute(_APART).scalar()
    if found is None:
        return APART
    return None if found == ANY_S else timedelta(seconds=float(found))


def _require_closed(connection: Connection, schema: str, database: str) -> None:
    """Refuse a database in which people could put something of their own in place of the tables."""
    given = {"group": next(iter(GROUPS.values())), "schema": schema, "database": database}
    if connection.execute(_OPEN, given).scalar_one():
        msg = (
            f"everybody may make tables in the schema {schema}, or temporary ones, and it is not "
            "for you to forbid that. Have a superuser give you both: ALTER SCHEMA and ALTER "
            "DATABASE, OWNER TO."
        )
        raise StoreError(msg)
