"""A team's bench on a real PostgreSQL, and ways to open it as each of its people."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from postgresql_server import PostgresqlServer

from workbench.bench import Workbench
from workbench.governance.ranks import Rank
from workbench.governance.roles import Role
from workbench.records.team.roles import GROUPS
from workbench.settings import Settings

__all__ = ["OWNER", "PASSWORD", "TeamBench", "TeamClock", "copy_of", "make_team", "token_of"]

PASSWORD = "a long enough password"  # noqa: S105 - of an account in a temporary database
OWNER = "lfr_owner"
START = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@dataclass
class TeamClock:
    """A clock that stands until it is turned."""

    now: datetime = START

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def turn(self, **step: float) -> datetime:
        """Go on by a timedelta's keywords."""
        self.now += timedelta(**step)
        return self.now


Clock = Callable[[], datetime]


def token_of(whose: str) -> str:
    """Return the variable that holds the token of somebody: one a role, and the owner's."""
    role = whose.removesuffix("-2")
    return f"TOKEN_OF_{role.replace('-', '_').upper()}" if role in set(Role) else "TOKEN_OF_OWNER"


@dataclass
class TeamBench:
    """A team's bench, and ways to open it as each of its people.

    Attributes:
        server: that holds it.
        database: its name.
        folder: of what lies on people's machines.
        kms: address of the key service.
        clock: tells the time.
        opened: what is to be closed.
        alert: id of the alert that was raised.
        search: id of the search of a case that was made.
        encoder: what compares faces.
    """

    server: PostgresqlServer
    database: str
    folder: Path
    kms: str
    clock: Any
    opened: list[Workbench] = field(default_factory=list)
    alert: str = ""
    search: str = ""
    encoder: str = "fused"

    def settings(self, whose: str) -> Settings:
        """Return the settings of one person's kernel; the owner's machine alone holds keys."""
        return Settings(
            threads=1,
            encoder=self.encoder,
            keys={
                "folder": self.folder / whose / "keys",
                "kms": {"address": self.kms, "key": "lfr", "token_variable": token_of(whose)},
            },
            witness=self.folder / whose / "witness",
        )

    def user(self, account: str) -> str:
        """Return the database user of an account."""
        return account.replace("-", "_")

    def address(self, account: str) -> str:
        """Return the address by which an account connects."""
        return self.server.address(self.database, self.user(account))

    @property
    def owner_address(self) -> str:
        """The address by which the owner of the tables connects."""
        return self.server.address(self.database, OWNER)

    def open(self, account: str) -> Workbench:
        """Open the bench as an account; accounts are named like their roles, `analyst-2`."""
        bench = Workbench.open(
            self.address(account), settings=self.settings(account), clock=self.clock
        )
        self.opened.append(bench)
        return bench

    def as_owner(self) -> Workbench:
        """Open the bench over the owner's connection, as the administrator who is logged in."""
        settings = self.settings("owner")
        token = Workbench.login(
            self.owner_address, "ada", PASSWORD, settings=settings, clock=self.clock
        )
        bench = Workbench.open(
            self.owner_address, credential=token, settings=settings, clock=self.clock
        )
        self.opened.append(bench)
        return bench

    def run(self, statement: str, account: str | None = None) -> list[tuple[object, ...]]:
        """Run one statement as the database user of an account, or as the owner."""
        user = OWNER if account is None else self.user(account)
        return self.server.run(statement, self.database, user)

    def close(self) -> None:
        """Close all that was opened."""
        for bench in self.opened:
            bench.close()
        self.opened.clear()


def make_team(
    server: PostgresqlServer, folder: Path, kms: str, *, clock: Clock, roles: Iterable[Role]
) -> TeamBench:
    """Make a bench, set it up for a team, and add two accounts of each role."""
    team = TeamBench(server, server.new_database(OWNER), folder, kms, clock)
    settings = team.settings("owner")
    Workbench.create(team.owner_address, "ada", PASSWORD, settings=settings, clock=clock)
    with team.as_owner() as owner:
        owner.team.set_up(clock_apart=None)
        for role in roles:
            for account in (role.value, f"{role.value}-2"):
                rank = Rank.SUPERINTENDENT if role is Role.AUTHORISING_OFFICER else None
                server.new_user(team.user(account))
                owner.team.add(account, team.user(account), role=role, rank=rank)
    team.close()
    return team


def copy_of(team: TeamBench, folder: Path) -> TeamBench:
    """Return a copy of a bench that nobody has open."""
    database = team.server.copy_database(team.database, OWNER)
    groups = ", ".join(GROUPS.values())
    team.server.run(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")  # these are not copied
    team.server.run(f"GRANT CONNECT ON DATABASE {database} TO {groups}")
    copy = folder / database
    shutil.copytree(team.folder, copy)
    clock = TeamClock(team.clock.now) if isinstance(team.clock, TeamClock) else team.clock
    return replace(team, database=database, folder=copy, clock=clock, opened=[])
