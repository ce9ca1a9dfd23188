"""Setting a store up for a team: group roles, functions, rules, views and grants, all or nothing.

It is for whoever owns the tables, and may be done again at any time: what is there is renewed.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, text

from workbench.records.team.functions import APART, functions
from workbench.records.team.roles import GROUPS, creation, grants
from workbench.records.team.rows import policies
from workbench.records.team.rules import rules
from workbench.records.team.sql_files import run
from workbench.records.team.views import views

__all__ = ["set_up"]

_WHERE = text(
    "SELECT current_database() AS database, relnamespace::regnamespace::text AS schema "
    "FROM pg_class WHERE oid = to_regclass('audit')"
)


def set_up(connection: Connection, *, apart: timedelta | None = APART) -> None:
    """Set a store up, or bring it to this version.

    Args:
        connection: of the owner of the tables, in a transaction.
        apart: how far the clock of an entry may be from that of the database; `None` for any.
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
