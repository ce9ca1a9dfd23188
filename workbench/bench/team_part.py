"""`bench.team`: a store in PostgreSQL whose database keeps the people of a team apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, text

from workbench.bench.context import Context
from workbench.bench.users import Users
from workbench.errors import RefusedError, UsageError
from workbench.governance.permissions import Permission
from workbench.governance.ranks import Rank
from workbench.governance.record import Record
from workbench.governance.roles import Role
from workbench.governance.text import Identifier
from workbench.records.actors import Actor, find_actor, link_actor, list_actors
from workbench.records.audit.verbs import Verb
from workbench.records.row_digests import ACCOUNT, changed_row, row_digest
from workbench.records.team.checking import Access, access, expected_access, misplaced
from workbench.records.team.connections import Connected
from workbench.records.team.functions import APART
from workbench.records.team.key_policies import key_policy
from workbench.records.team.roles import membership
from workbench.records.team.setting_up import set_up
from workbench.records.team.sql_files import name as quoted
from workbench.records.team.sql_files import run

__all__ = ["Team", "TeamCheck"]


class _User(Record):
    database_user: Identifier


@dataclass(frozen=True, slots=True)
class TeamCheck:
    """What each role can do, and what does not fit.

    Attributes:
        access: by role and by table or view.
        faults: rights that a role has and should not, or lacks; accounts whose database users are
            in no group or in another than that of their role. Empty where all is well.
    """

    access: Mapping[Role, Mapping[str, Access]]
    faults: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {
            "access": {
                role.value: {
                    table: {
                        "read": sorted(found.read),
                        "change": sorted(found.change),
                        "add": found.add,
                        "delete": found.delete,
                    }
                    for table, found in tables.items()
                    if not found.is_none
                }
                for role, tables in self.access.items()
            },
            "faults": list(self.faults),
        }


class Team:
    """The team of a store in PostgreSQL. The owner of the tables sets it up; roles stay roles."""

    def __init__(self, context: Context, connected: Connected | None, users: Users) -> None:
        """Take what is worked with, whose connection it is, and the accounts."""
        self._context = context
        self._connected = connected
        self._users = users

    def set_up(self, *, clock_apart: timedelta | None = APART) -> tuple[str, ...]:
        """Make or renew group roles, functions, rules, views and grants, and put accounts in them.

        To be run again after an upgrade, and whenever an account was given another role or
        disabled.

        Args:
            clock_apart: how far the clock of a person's machine may be from that of the database;
                `None` for any.

        Returns:
            What still does not fit, in sentences.

        Raises:
            NotPermittedError: when the role may not, or the database user may make no roles.
            UsageError: when it is not the owner of the database who asks.
        """
        self._require_owner()
        with self._context.acting(Permission.USERS_MANAGE) as acting:
            set_up(acting.connection, apart=clock_apart)
            for account in list_actors(acting.connection):
                if account.database_user is not None and _is_user(acting.connection, account):
                    _place(acting.connection, account)
            acting.log(Verb.ADMINISTER, details={"team": "set up"})
            faults = misplaced(acting.connection)
        self._context.store.log.share()
        return tuple(faults)

    def add(
        self,
        name: str,
        database_user: str,
        *,
        role: Role | None = None,
        rank: Rank | None = None,
        display: str = "",
        create: bool = False,
    ) -> Actor:
        """Say by which database user an account comes; an account that is not there is added.

        Args:
            name: of the account.
            database_user: of the database; one for each account.
            role: of a new account; left out for one that is there.
            rank: of a new account.
            display: name of the person, of a new account.
            create: make the database user, without a password: how it logs in is for
                `pg_hba.conf`, or for a password that the database's administrator sets.

        Raises:
            NotPermittedError: when the role may not.
            RefusedError: when there is no such database user, or it is another account's.
            UnknownRecordError: when there is no such account and no role is given.
            UsageError: when it is not the owner of the database who asks.
        """
        self._require_owner()
        user = _User.read({"database_user": database_user}, what="the database user").database_user
        if role is not None:
            self._users.add(name, role, rank=rank, display=display)
        with self._context.acting(Permission.USERS_MANAGE) as acting:
            connection = acting.connection
            known = find_actor(connection, name)
            if known.database_user not in {None, user}:
                run(connection, "; ".join(membership(str(known.database_user), None)))
            before = row_digest(connection, ACCOUNT, known.name)
            account = link_actor(connection, name, user)
            if create and not _is_user(connection, account):
                run(connection, f"CREATE ROLE {quoted(user)} LOGIN")
            if not _is_user(connection, account):
                msg = (
                    f"there is no database user {user}. Have it made, or say --create to make it "
                    "without a password."
                )
                raise RefusedError(msg)
            _place(connection, account)
            acting.log(
                Verb.ADMINISTER,
                details={
                    "account": account.name,
                    "database_user": user,
                    "created": create,
                    **changed_row(connection, ACCOUNT, account.name, before),
                },
            )
        return account

    def check(self) -> TeamCheck:
        """Return what each role can read and write, and what of it is not as it should be.

        Raises:
            NotPermittedError: when the role may not.
            UsageError: when the bench lies in a folder.
        """
        self._require_team()
        with self._context.acting(Permission.USERS_LIST) as acting:
            found = access(acting.connection)
            faults = [*_differences(found), *misplaced(acting.connection)]
            acting.log(
                Verb.CONSULT,
                justification="checking what each role of the team can do, no person",
                details={"faults": len(faults)},
            )
        return TeamCheck(found, tuple(faults))

    def key_policy(self, role: Role) -> Mapping[str, tuple[str, ...]]:
        """Return what a role needs of the key service: capabilities by path; nothing for some.

        Raises:
            UsageError: when the settings name no key service.
        """
        kms = self._context.settings.keys.kms
        if kms is None:
            msg = "the settings name no key service. Set WORKBENCH_KEYS__KMS__ADDRESS."
            raise UsageError(msg)
        with self._context.acting(Permission.BENCH_DESCRIBE) as acting:
            acting.log(Verb.CONSULT, justification="asking for a policy of the key service")
        bench_id = self._context.store.bench.id
        return key_policy(role, bench_id, transit=kms.transit, key=kms.key, kv=kms.kv)

    def _require_team(self) -> Connected:
        if self._connected is None:
            msg = (
                "this bench lies in a folder, where nobody can be kept apart. A team's store is in "
                "PostgreSQL: workbench init --bench postgresql://host/name."
            )
            raise UsageError(msg)
        return self._connected

    def _require_owner(self) -> None:
        connected = self._require_team()
        if not connected.is_owner:
            msg = (
                f"only {connected.owner}, who owns the tables, can do that, and this is the "
                f"connection of {connected.user}. Name the database as "
                f"postgresql://{connected.owner}@host/name."
            )
            raise UsageError(msg)


def _place(connection: Connection, account: Actor) -> None:
    """Put the database user of an account into the group of its role, and into no other."""
    role = account.role if account.active else None
    for statement in membership(str(account.database_user), role):
        run(connection, statement)


def _is_user(connection: Connection, account: Actor) -> bool:
    query = text("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :user)")
    return bool(connection.execute(query, {"user": account.database_user}).scalar_one())


def _differences(found: Mapping[Role, Mapping[str, Access]]) -> list[str]:
    wanted = expected_access(found)
    return [
        f"{role.phrase} can {there.spoken()} on {table}, and should {wanted[role][table].spoken()}"
        for role, tables in found.items()
        for table, there in tables.items()
        if there != wanted[role][table]
    ]
