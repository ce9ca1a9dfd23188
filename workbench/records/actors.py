"""Accounts of a bench: who there is, and in which role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Row

from workbench.errors import RefusedError, UnknownRecordError
from workbench.governance.ranks import Rank
from workbench.governance.roles import Role
from workbench.identity.accounts import folded
from workbench.records.damage import reads_row
from workbench.records.schema import actors

__all__ = [
    "Actor",
    "add_actor",
    "change_actor",
    "find_actor",
    "find_actor_of_user",
    "link_actor",
    "list_actors",
]

_LONGEST_SHOWN: Final = 64


@dataclass(frozen=True, slots=True)
class Actor:
    """An account.

    Attributes:
        name: of the account, as written when it was added.
        display: the person's name for people to read.
        role: what the account is for.
        rank: police rank, for officers who authorise; `None` for others.
        active: whether it may do anything.
        database_user: whose connection to a team's store it comes by.
    """

    name: str
    display: str
    role: Role
    rank: Rank | None = None
    active: bool = True
    database_user: str | None = None


def add_actor(connection: Connection, actor: Actor, at: str) -> None:
    """Add an account.

    Raises:
        RefusedError: when there is one of that name, since names differ by more than case, or
            one of that database user.
    """
    key = folded(actor.name)
    known = connection.execute(select(actors.c.name).where(actors.c.folded == key)).scalar()
    if known is not None:
        msg = f"there is an account {known} already; case tells no two apart. Choose another name."
        raise RefusedError(msg)
    _require_free(connection, actor.name, actor.database_user)
    connection.execute(
        insert(actors).values(
            folded=key,
            name=actor.name,
            display=actor.display,
            role=actor.role.value,
            rank=None if actor.rank is None else actor.rank.value,
            active=actor.active,
            database_user=actor.database_user,
            added=at,
        )
    )


def find_actor(connection: Connection, name: str) -> Actor:
    """Return an account by its name, in any case.

    Raises:
        UnknownRecordError: when there is none.
    """
    found = connection.execute(select(actors).where(actors.c.folded == folded(name))).first()
    if found is None:
        shown = ascii(name)[1:-1][:_LONGEST_SHOWN]
        msg = f"there is no account {shown}. Have an administrator list them: workbench users list."
        raise UnknownRecordError(msg)
    return _actor(found)


def find_actor_of_user(connection: Connection, database_user: str) -> Actor | None:
    """Return the account of a database user; `None` where that has none."""
    found = connection.execute(
        select(actors).where(actors.c.database_user == database_user)
    ).first()
    return None if found is None else _actor(found)


def list_actors(connection: Connection) -> list[Actor]:
    """Return all accounts by name."""
    return [_actor(row) for row in connection.execute(select(actors).order_by(actors.c.folded))]


def change_actor(
    connection: Connection,
    name: str,
    *,
    role: Role | None = None,
    rank: Rank | None = None,
    active: bool | None = None,
) -> Actor:
    """Change what is given of an account, and return it as it is then.

    Raises:
        UnknownRecordError: when there is none of that name.
    """
    known = find_actor(connection, name)
    values: dict[str, object] = {}
    if role is not None:
        values["role"] = role.value
    if rank is not None:
        values["rank"] = rank.value
    if active is not None:
        values["active"] = active
    if values:
        connection.execute(
            update(actors).where(actors.c.folded == folded(known.name)).values(**values)
        )
    return find_actor(connection, name)


def link_actor(connection: Connection, name: str, database_user: str | None) -> Actor:
    """Say whose connection to a team's store an account comes by, and return the account.

    Raises:
        RefusedError: when another account comes by it.
        UnknownRecordError: when there is none of that name.
    """
    known = find_actor(connection, name)
    _require_free(connection, known.name, database_user)
    connection.execute(
        update(actors)
        .where(actors.c.folded == folded(known.name))
        .values(database_user=database_user)
    )
    return find_actor(connection, name)


def _require_free(connection: Connection, name: str, database_user: str | None) -> None:
    """Refuse a database user that is another account's."""
    other = None if database_user is None else find_actor_of_user(connection, database_user)
    if other is not None and other.name != name:
        msg = (
            f"the database user {database_user} is the account {other.name} already. Each account "
            "has a database user of its own."
        )
        raise RefusedError(msg)


@reads_row("account", "name")
def _actor(row: Row[Any]) -> Actor:
    return Actor(
        row.name,
        row.display,
        Role(row.role),
        None if row.rank is None else Rank(row.rank),
        row.active,
        row.database_user,
    )
