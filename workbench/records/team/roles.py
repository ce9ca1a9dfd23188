"""Group roles of the database, one a role of the workbench, with exactly what that role needs.

A person's database user is a member of one of them. What the group is granted and what the account
of that user is for must agree: by the first the database lets a statement pass, by the second it
shows rows (`rows`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workbench.governance.permissions import PERMISSIONS, Permission
from workbench.governance.roles import Role
from workbench.records import schema as tables
from workbench.records.team.functions import FUNCTIONS
from workbench.records.team.needs import VERSION, Need, needs_of
from workbench.records.team.rules import CALLED
from workbench.records.team.sql_files import holding, literal, name
from workbench.records.team.views import COMPOSITION, VIEWS

__all__ = ["GROUPS", "creation", "grants", "membership"]

GROUPS: Final[Mapping[Role, str]] = {role: f"lfr_{role.value.replace('-', '_')}" for role in Role}
"""By role, the name of its group."""

_FREEZES: Final = frozenset(
    {Permission.DEPLOYMENT_CONSULT, Permission.CASE_CONSULT, Permission.RETENTION_RUN}
)
"""Whoever holds one of these may have to freeze the record of a deployment that time ended."""


def creation() -> list[str]:
    """Return the statements that make the group roles which are not there."""
    return [
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {literal(group)}) "
        f"THEN CREATE ROLE {name(group)} NOLOGIN; END IF; END $$"
        for group in GROUPS.values()
    ]


def grants(schema: str, database: str) -> list[str]:
    """Return the statements that leave each group exactly what it needs.

    Args:
        schema: of the tables.
        database: name of it.
    """
    everybody = ", ".join(name(group) for group in GROUPS.values())
    where = name(schema)
    return [
        f"REVOKE ALL ON DATABASE {name(database)} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {name(database)} TO {everybody}",
        f"REVOKE ALL ON SCHEMA {where} FROM PUBLIC, {everybody}",
        f"GRANT USAGE ON SCHEMA {where} TO {everybody}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {where} FROM PUBLIC, {everybody}",
        f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {where} FROM PUBLIC, {everybody}",
        *(
            statement
            for role, group in GROUPS.items()
            for need in needs_of(role).values()
            for statement in _granted(need, name(group))
        ),
        *(
            f"GRANT SELECT ON {name(view)} TO {_groups(holding(permission))}"
            for view, permission in VIEWS.items()
        ),
        *(
            f"GRANT EXECUTE ON FUNCTION {function} TO {everybody}"
            for function in (*(one for one, called in FUNCTIONS.items() if called), *CALLED)
        ),
        f"GRANT EXECUTE ON FUNCTION {COMPOSITION} TO {_groups(_list_counters())}",
    ]


def membership(user: str, role: Role | None) -> list[str]:
    """Return the statements that make a database user a member of one group and of no other.

    Args:
        user: of the database.
        role: of its account; `None` to take it out of all of them.
    """
    others = ", ".join(name(group) for one, group in GROUPS.items() if one is not role)
    joined = [] if role is None else [f"GRANT {name(GROUPS[role])} TO {name(user)}"]
    return [f"REVOKE {others} FROM {name(user)}", *joined]


def _granted(need: Need, group: str) -> list[str]:
    table = name(need.table)
    whole = _columns(need.table)
    given = [
        f"{word} ON {table}"
        for word, is_given in (("INSERT", need.insert), ("DELETE", need.delete))
        if is_given
    ]
    for word, columns in (("SELECT", need.select), ("UPDATE", need.update)):
        if columns:
            named = "" if columns == whole else f" ({', '.join(map(name, sorted(columns)))})"
            given.append(f"{word}{named} ON {table}")
    return [f"GRANT {one} TO {group}" for one in given]


def _list_counters() -> tuple[Role, ...]:
    return tuple(role for role in Role if _FREEZES & PERMISSIONS[role])


def _columns(table: str) -> frozenset[str]:
    if table == VERSION:
        return frozenset({"version_num"})
    return frozenset(column.name for column in tables.metadata.tables[table].columns)


def _groups(roles: tuple[Role, ...]) -> str:
    return ", ".join(name(GROUPS[role]) for role in roles)
