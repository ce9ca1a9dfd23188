"""What every part of a bench works with: who asks, what they may, and a log of all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeAlias

from sqlalchemy import Connection

from workbench.bench.places import BenchPlaces
from workbench.bench.rules import Rules
from workbench.bench.upkeep import Upkeep
from workbench.errors import ClockError, CredentialError, NotPermittedError, RefusedError
from workbench.governance.permissions import Permission, require
from workbench.governance.retention import RetentionClass
from workbench.records.actors import Actor, find_actor
from workbench.records.audit.entries import Draft
from workbench.records.audit.verbs import Verb
from workbench.records.store import Store, Writing
from workbench.records.team.needs import granted
from workbench.records.team.rows import erasers
from workbench.records.vault.keys import DataKeys
from workbench.records.vault.vault import Vault
from workbench.settings import Settings

__all__ = ["ADMINISTRATION", "SYSTEM", "Acting", "Context", "Value"]

ADMINISTRATION: Final = "administration"
"""Purpose of what concerns no deployment and no case."""
SYSTEM: Final = "workbench"
"""Name in the log for what the workbench does by itself, such as destroying what is due."""

Value: TypeAlias = str | int | float | bool | None
"""What a detail of an audit entry may be."""

_LONGEST_REASON: Final = 400
_RETENTION: Final = frozenset({Permission.RETENTION_PLAN, Permission.RETENTION_RUN})


@dataclass(frozen=True, slots=True, eq=False)
class Acting:
    """A transaction in which somebody does something that is logged.

    Attributes:
        writing: the transaction.
        name: account of whoever acts.
        role: role of that account.
        purpose: id of the deployment or case it serves, or `administration`.
    """

    writing: Writing
    name: str
    role: str
    purpose: str

    @property
    def connection(self) -> Connection:
        """For statements."""
        return self.writing.connection

    @property
    def now(self) -> datetime:
        """The moment of the transaction."""
        return self.writing.now

    @property
    def at(self) -> str:
        """The moment as the tables hold it."""
        return self.writing.at

    def serving(self, purpose: str) -> Acting:
        """Return the same transaction for the purpose that was looked up in it."""
        return replace(self, purpose=purpose)

    def log(
        self,
        verb: Verb,
        objects: Sequence[str] = (),
        *,
        justification: str | None = None,
        recipient: str | None = None,
        result: str = "done",
        details: Mapping[str, Value] | None = None,
    ) -> None:
        """Write an entry of what was done.

        Args:
            verb: what was done.
            objects: ids of what it was done to.
            justification: why; `consult`, `disclose` and `combine` need it.
            recipient: who got it, for what leaves the bench.
            result: `done`, `refused` or `failed`.
            details: a few plain values; never anything of a face.
        """
        self.writing.audit(
            Draft.read(
                {
                    "verb": verb,
                    "actor": self.name,
                    "role": self.role,
                    "purpose": self.purpose,
                    "justification": justification,
                    "objects": tuple(objects),
                    "recipient": recipient,
                    "result": result,
                    "details": dict(details or {}),
                },
                what="the audit entry",
            )
        )


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """A bench opened by somebody.

    Attributes:
        store: the records.
        vault: sealed objects and their keys.
        keys: the data keys, which the vault uses too.
        actor: who asks; looked up from a verified credential.
        expires: when that credential ceases to be good.
        rules: of the force.
        places: where the parts lie.
        settings: of this process.
        upkeep: looks again for what is due while the bench is open, before somebody acts in it.
    """

    store: Store
    vault: Vault
    keys: DataKeys
    actor: Actor
    expires: datetime
    rules: Rules
    places: BenchPlaces
    settings: Settings
    upkeep: Upkeep = field(default_factory=Upkeep)

    @property
    def is_demonstration(self) -> bool:
        """Whether the bench holds a demonstration and nothing else."""
        return self.store.bench.kind == "demonstration"

    @property
    def category(self) -> str | None:
        """What marks every page of a demonstration as one; `None` for an operation."""
        return self.store.bench.kind if self.is_demonstration else None

    def now(self) -> datetime:
        """Return the moment."""
        return self.store.clock()

    def may(self, permission: Permission) -> bool:
        """Return whether the role of whoever asks permits something; nothing is logged."""
        try:
            self.require(permission)
        except NotPermittedError:
            return False
        return True

    def may_erase(self, retention: RetentionClass) -> bool:
        """Return whether whoever asks may destroy what is of a retention class, once it is due.

        On a bench in a folder every process does what is due. In a team's store the database lets
        only some roles, and another's process leaves it to theirs.
        """
        return self.store.through is None or self.actor.role in erasers(retention)

    @contextmanager
    def acting(
        self,
        permission: Permission,
        *,
        purpose: str = ADMINISTRATION,
        objects: Sequence[str] = (),
    ) -> Iterator[Acting]:
        """Give a transaction to do what `permission` permits; an attempt that is refused is logged.

        Args:
            permission: what the role must permit.
            purpose: id of the deployment or case it serves.
            objects: ids of what it concerns, for the entry of a refusal.

        Raises:
            NotPermittedError: when the role does not permit it.
        """
        try:
            self.require(permission)
            self._look_again(permission)
            with self.store.writing() as writing:
                self.require_current(writing.connection, writing.now)
                yield Acting(writing, self.actor.name, self.actor.role.value, purpose)
        except (ClockError, CredentialError):
            raise  # no entry can be written before the clock is right, or in somebody's name
        except RefusedError as error:
            self._log_refusal(permission, purpose, objects, error)
            raise

    @contextmanager
    def system(self, *, purpose: str = ADMINISTRATION) -> Iterator[Acting]:
        """Give a transaction for what the workbench does by itself, under its own name."""
        with self.store.writing() as writing:
            yield Acting(writing, SYSTEM, "system", purpose)

    def _look_again(self, permission: Permission) -> None:
        """Do what has come due since the bench was opened, unless that is what is asked for."""
        if permission not in _RETENTION:
            self.upkeep.look(self.now())

    def require(self, permission: Permission) -> None:
        """Refuse what the role does not permit, and what its connection has no means for.

        Raises:
            NotPermittedError: when it does not, by the table of roles or the rules of the force.
        """
        role, name = self.actor.role, self.actor.name
        require(role, permission, name, self.rules.withheld)
        if self.store.through is not None and permission not in granted(role):
            msg = (
                f"{name} may not {permission.meaning} in a team's store ({permission}): it takes "
                f"reading rows that {role.phrase} is not to see. Ask a data-protection officer, "
                "or whoever owns the database, to do it."
            )
            raise NotPermittedError(msg)

    def changed_account(self, connection: Connection) -> Actor | None:
        """Return the account of whoever asks where it is disabled, or has another role than then.

        `None` while it is what it was when the bench was opened.
        """
        known = find_actor(connection, self.actor.name)
        return None if known.active and known.role == self.actor.role else known

    def require_current(self, connection: Connection, now: datetime) -> None:
        """Refuse whoever is not logged in any more, or has another role than at the opening.

        Raises:
            CredentialError: says which.
        """
        if now >= self.expires:
            msg = f"{self.actor.name} is not logged in any more. Log in again: workbench login."
            raise CredentialError(msg)
        known = self.changed_account(connection)
        if known is not None:
            state = f"is {known.role.phrase} now" if known.active else "is disabled"
            msg = f"{self.actor.name} {state}. Open the bench again, or ask an administrator."
            raise CredentialError(msg)

    def _log_refusal(
        self, permission: Permission, purpose: str, objects: Sequence[str], error: RefusedError
    ) -> None:
        with self.store.writing() as writing:
            acting = Acting(writing, self.actor.name, self.actor.role.value, purpose)
            acting.log(
                Verb.REFUSAL,
                objects,
                result="refused",
                details={
                    "permission": permission.value,
                    "kind": type(error).__name__,
                    "reason": str(error)[:_LONGEST_REASON],
                },
            )
