"""What each role can do in a team's store, by the database's own word, and who is in which."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from workbench.governance.roles import Role
from workbench.records.actors import Actor, list_actors
from workbench.records.team.needs import granted, needs_of
from workbench.records.team.roles import GROUPS
from workbench.records.team.views import VIEWS

__all__ = ["Access", "access", "expected_access", "misplaced"]


@dataclass(frozen=True, slots=True)
class Access:
    """What a role can do with a table or a view; which rows of it is another matter.

    Attributes:
        read: columns.
        change: columns.
        add: whether it can add rows.
        delete: whether it can delete rows.
        other: other rights that it holds, such as `truncate`: none is ever given.
        columns: how many there are.
    """

    read: frozenset[str] = frozenset()
    change: frozenset[str] = frozenset()
    add: bool = False
    delete: bool = False
    other: frozenset[str] = frozenset()
    columns: int = 0

    @property
    def is_none(self) -> bool:
        """Whether it can do nothing at all."""
        return not (self.read or self.change or self.add or self.delete or self.other)

    def spoken(self) -> str:
        """Return it in words: `read 4 of 16, add`."""
        said = [
            f"{word} {len(columns)} of {self.columns}" if len(columns) < self.columns else word
            for word, columns in (("read", self.read), ("change", self.change))
            if columns
        ]
        said += [word for word, given in (("add", self.add), ("delete", self.delete)) if given]
        return ", ".join([*said, *(word.upper() for word in sorted(self.other))]) or "-"


_RIGHTS: Final = text(
    """
    SELECT r.rolname AS group_role, c.relname AS relation, a.attname AS column,
        has_column_privilege(r.oid, c.oid, a.attnum, 'SELECT') AS read,
        has_column_privilege(r.oid, c.oid, a.attnum, 'UPDATE') AS change,
        has_any_column_privilege(r.oid, c.oid, 'INSERT') AS add,
        has_table_privilege(r.oid, c.oid, 'DELETE') AS delete,
        has_table_privilege(r.oid, c.oid, 'TRUNCATE') AS truncate,
        has_table_privilege(r.oid, c.oid, 'REFERENCES') AS refer,
        has_table_privilege(r.oid, c.oid, 'TRIGGER') AS watch
    FROM pg_roles AS r, pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
    WHERE r.rolname = ANY (:groups) AND a.attnum > 0 AND NOT a.attisdropped
        AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
        AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('audit'))
    ORDER BY r.rolname, c.relname, a.attnum
    """
)
_MEMBERS: Final = text(
    """
    SELECT member.rolname AS user, g.rolname AS group_role
    FROM pg_auth_members AS m
    JOIN pg_roles AS g ON g.oid = m.roleid
    JOIN pg_roles AS member ON member.oid = m.member
    WHERE g.rolname = ANY (:groups)
    """
)
_USERS: Final = text("SELECT rolname, rolsuper FROM pg_roles WHERE rolname = ANY (:users)")


def access(connection: Connection) -> dict[Role, dict[str, Access]]:
    """Return what each role can do with each table and view, by the database's own word."""
    by_group = {group: role for role, group in GROUPS.items()}
    found: dict[Role, dict[str, Access]] = {role: {} for role in Role}
    for row in connection.execute(_RIGHTS, {"groups": list(by_group)}):
        tables = found[by_group[row.group_role]]
        known = tables.get(row.relation, Access())
        others = (("truncate", row.truncate), ("refer", row.refer), ("watch", row.watch))
        tables[row.relation] = Access(
            read=known.read | ({row.column} if row.read else set()),
            change=known.change | ({row.column} if row.change else set()),
            add=row.add,
            delete=row.delete,
            other=frozenset(word for word, given in others if given),
            columns=known.columns + 1,
        )
    return found


def expected_access(found: Mapping[Role, Mapping[str, Access]]) -> dict[Role, dict[str, Access]]:
    """Return what each role should be able to do with what was found to be there."""
    wanted: dict[Role, dict[str, Access]] = {}
    for role, tables in found.items():
        needs = needs_of(role)
        wanted[role] = {}
        for table, there in tables.items():
            need = needs.get(table)
            if need is not None:
                wanted[role][table] = Access(
                    need.select, need.update, need.insert, need.delete, columns=there.columns
                )
            elif table in VIEWS and VIEWS[table] in granted(role):
                read = there.read or frozenset({"everything"})
                wanted[role][table] = Access(read, columns=there.columns)
            else:
                wanted[role][table] = Access(columns=there.columns)
    return wanted


def misplaced(connection: Connection) -> list[str]:
    """Return, in sentences, which accounts and database users do not fit together.

    Who is in a group without an account here may be of another bench on the same server; the
    database shows them no row.
    """
    accounts = [one for one in list_actors(connection) if one.database_user is not None]
    users = {str(one.database_user): one for one in accounts}
    groups: dict[str, set[str]] = {}
    for row in connection.execute(_MEMBERS, {"groups": list(GROUPS.values())}):
        groups.setdefault(row.user, set()).add(row.group_role)
    there = {
        row.rolname: row.rolsuper for row in connection.execute(_USERS, {"users": list(users)})
    }
    return [fault for user, one in users.items() for fault in _faults(user, one, groups, there)]


def _faults(
    user: str, account: Actor, groups: Mapping[str, set[str]], there: Mapping[str, bool]
) -> list[str]:
    wanted = {GROUPS[account.role]} if account.active else set()
    found = groups.get(user, set())
    if user not in there:
        return [f"{account.name}: there is no database user {user}"]
    if there[user]:
        return [f"{account.name}: the database user {user} is a superuser, whom nothing binds"]
    if found != wanted:
        should = _named(wanted) if wanted else "no group, since the account is disabled"
        return [f"{account.name}: the database user {user} is in {_named(found)}, not in {should}"]
    return []


def _named(names: Collection[str]) -> str:
    return " and ".join(sorted(names)) or "no group"
