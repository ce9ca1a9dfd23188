"""`bench.users`: accounts, their roles, and their passwords where the bench keeps those."""

from __future__ import annotations

from collections.abc import Callable

from workbench.bench.context import Context
from workbench.errors import RefusedError
from workbench.governance.permissions import Permission
from workbench.governance.ranks import Rank
from workbench.governance.record import Record
from workbench.governance.roles import Role
from workbench.governance.text import Line
from workbench.identity.accounts import read_account, same_account
from workbench.identity.users_file import UsersFile
from workbench.records.actors import Actor, add_actor, change_actor, find_actor, list_actors
from workbench.records.audit.verbs import Verb
from workbench.records.row_digests import ACCOUNT, ROW, changed_row, row_digest

__all__ = ["Users", "read_display"]


class _Named(Record):
    display: Line


def read_display(display: str, name: str) -> str:
    """Return a person's name as it is kept, or that of the account where none was given.

    Raises:
        RecordError: when it cannot be used.
    """
    return _Named.read({"display": display or name}, what=f"account {name}").display


class Users:
    """Accounts of a bench. Only an administrator changes them, and never their own role."""

    def __init__(self, context: Context, file: Callable[[], UsersFile]) -> None:
        """Take what is worked with, and what gives the file of passwords where there is one."""
        self._context = context
        self._passwords = file

    def add(
        self,
        name: str,
        role: Role,
        *,
        password: str | None = None,
        display: str = "",
        rank: Rank | None = None,
        database_user: str | None = None,
    ) -> Actor:
        """Add an account.

        Args:
            name: of the account; names are compared without case.
            role: what it is for.
            password: for `workbench login`; none where JupyterHub or a proxy says who asks.
            display: the person's name.
            rank: police rank, which an authorising officer needs.
            database_user: whose connection to a team's store the account comes by.

        Raises:
            NotPermittedError: when the role may not.
            RecordError: when something cannot be used.
            RefusedError: when there is an account of that name, or it is to authorise without a
                rank.
        """
        name = read_account(name)
        shown = read_display(display, name)
        actor = Actor(name, shown, role, rank, database_user=database_user)
        _require_rank(actor)
        with self._context.acting(Permission.USERS_MANAGE) as acting:
            add_actor(acting.connection, actor, acting.at)
            acting.log(
                Verb.ADMINISTER,
                details={
                    "account": name,
                    "role": role.value,
                    "rank": rank and rank.value,
                    ROW: row_digest(acting.connection, ACCOUNT, name),
                },
            )
            # Last: a password without an account opens nothing, and the next attempt replaces it.
            if password is not None:
                self._keep(name, password)
        return actor

    def set_password(self, name: str, password: str) -> None:
        """Give an account another password.

        Raises:
            NotPermittedError: when the role may not; for one's own see `change_own_password`.
            UnknownRecordError: when there is no such account.
            RecordError: when the password cannot be used.
        """
        with self._context.acting(Permission.USERS_MANAGE) as acting:
            actor = find_actor(acting.connection, name)
            self._keep(actor.name, password)
            acting.log(Verb.ADMINISTER, details={"account": actor.name, "changed": "password"})

    def change_own_password(self, current: str, password: str) -> None:
        """Give one's own account another password, as everybody may who knows the one before.

        Raises:
            CredentialError: when the current one is wrong.
            RecordError: when the new one cannot be used.
        """
        name = self._context.actor.name
        with self._context.acting(Permission.BENCH_DESCRIBE) as acting:
            self._passwords().check(name, current, acting.now)
            self._passwords().set_password(name, password)
            acting.log(Verb.ADMINISTER, details={"account": name, "changed": "own password"})

    def change(
        self,
        name: str,
        *,
        role: Role | None = None,
        rank: Rank | None = None,
        active: bool | None = None,
    ) -> Actor:
        """Change role or rank of an account, or disable it; what it did stays on record.

        Raises:
            NotPermittedError: when the role may not.
            RefusedError: when it is one's own account, or it is to authorise without a rank.
            UnknownRecordError: when there is no such account.
        """
        with self._context.acting(Permission.USERS_MANAGE) as acting:
            before = find_actor(acting.connection, name)
            if before.name == self._context.actor.name:
                msg = "nobody changes an account of their own. Ask another administrator."
                raise RefusedError(msg)
            found = row_digest(acting.connection, ACCOUNT, before.name)
            actor = change_actor(acting.connection, name, role=role, rank=rank, active=active)
            _require_rank(actor)
            acting.log(
                Verb.ADMINISTER,
                details={
                    "account": actor.name,
                    "role": actor.role.value,
                    "role_before": before.role.value,
                    "rank": actor.rank and actor.rank.value,
                    "active": actor.active,
                    **changed_row(acting.connection, ACCOUNT, before.name, found),
                },
            )
        return actor

    def list(self) -> list[Actor]:
        """Return all accounts by name."""
        with self._context.acting(Permission.USERS_LIST) as acting:
            found = list_actors(acting.connection)
            acting.log(Verb.CONSULT, justification="listing accounts")
        return found

    def _keep(self, name: str, password: str) -> None:
        known = next((one for one in self._passwords().names() if same_account(one, name)), None)
        if known is None:
            self._passwords().add(name, password)
        else:
            self._passwords().set_password(known, password)


def _require_rank(actor: Actor) -> None:
    if actor.role is Role.AUTHORISING_OFFICER and actor.rank is None:
        msg = f"{actor.name} is to authorise, which depends on the rank held. Name it with rank."
        raise RefusedError(msg)
