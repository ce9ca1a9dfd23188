"""A team's bench on a real PostgreSQL: each account comes by a database user of its own."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alert_values import plant_alert
from bench_steps import REFERENCE, WORDS
from bench_values import SFACE, application_values
from kept_values import go_live
from postgresql_server import PostgresqlServer

from workbench.bench import Workbench
from workbench.governance.ranks import Rank
from workbench.governance.roles import Role
from workbench.records.team.roles import GROUPS
from workbench.settings import Settings

# The stand-in of a key service lies with the tests of the vault.
sys.path.insert(0, str(Path(__file__).parents[1] / "records" / "vault"))

from kms_stand_in import TOKEN, KeyServiceStandIn, serve

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
    """

    server: PostgresqlServer
    database: str
    folder: Path
    kms: str
    clock: TeamClock
    opened: list[Workbench] = field(default_factory=list)
    alert: str = ""

    def settings(self, whose: str) -> Settings:
        """Return the settings of one person's kernel; the owner's machine alone holds keys."""
        return Settings(
            threads=1,
            keys={
                "folder": self.folder / whose / "keys",
                "kms": {"address": self.kms, "key": "lfr"},
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


@pytest.fixture(scope="session")
def kms() -> Iterator[KeyServiceStandIn]:
    """Return the stand-in of a key service, on loopback."""
    made = KeyServiceStandIn()
    server = serve(made)
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def made_team(
    postgresql: PostgresqlServer, kms: KeyServiceStandIn, tmp_path_factory: pytest.TempPathFactory
) -> TeamBench:
    """Return a team's bench with two accounts of each role; tests work on copies of it."""
    folder = tmp_path_factory.mktemp("team")
    team = TeamBench(postgresql, postgresql.new_database(OWNER), folder, kms.address, TeamClock())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BAO_TOKEN", TOKEN)
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        settings = team.settings("owner")
        Workbench.create(team.owner_address, "ada", PASSWORD, settings=settings, clock=team.clock)
        with team.as_owner() as owner:
            owner.team.set_up(clock_apart=None)
            for role in Role:
                for account in (role.value, f"{role.value}-2"):
                    rank = Rank.SUPERINTENDENT if role is Role.AUTHORISING_OFFICER else None
                    postgresql.new_user(team.user(account))
                    owner.team.add(account, team.user(account), role=role, rank=rank)
        team.close()
    return team


@pytest.fixture
def as_anybody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let people of the team have a token of the key service, and no session of a login."""
    monkeypatch.setenv("BAO_TOKEN", TOKEN)
    monkeypatch.delenv("WORKBENCH_CREDENTIAL", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "no-sessions"))


def copy_of(team: TeamBench, folder: Path) -> TeamBench:
    """Return a copy of a bench that nobody has open."""
    database = team.server.copy_database(team.database, OWNER)
    groups = ", ".join(GROUPS.values())
    team.server.run(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")  # these are not copied
    team.server.run(f"GRANT CONNECT ON DATABASE {database} TO {groups}")
    copy = folder / database
    shutil.copytree(team.folder, copy)
    return replace(team, database=database, folder=copy, clock=TeamClock(team.clock()), opened=[])


@pytest.fixture(scope="session")
def made_live(made_team: TeamBench, tmp_path_factory: pytest.TempPathFactory) -> TeamBench:
    """Return a team's bench with one live deployment and an alert; tests work on copies of it."""
    folder = tmp_path_factory.mktemp("live")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BAO_TOKEN", TOKEN)
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        team = copy_of(made_team, folder)
        with team.open("analyst") as analyst:
            analyst.deployments.draft(application_values(policy=SFACE))
            analyst.deployments.apply(REFERENCE)
        with team.open("authorising-officer") as officer:
            officer.policies.approve(SFACE)
            officer.deployments.authorise(REFERENCE, **WORDS)
        team.clock.turn(hours=1)
        with team.as_owner() as owner:
            go_live(owner, REFERENCE)
            team.alert = plant_alert(owner, REFERENCE).id
        team.close()
    return team


@pytest.fixture
def team(made_team: TeamBench, tmp_path: Path, as_anybody: None) -> Iterator[TeamBench]:
    """Return a team's bench with two accounts of each role, `<role>` and `<role>-2`."""
    made = copy_of(made_team, tmp_path)
    yield made
    made.close()


@pytest.fixture
def live(made_live: TeamBench, tmp_path: Path, as_anybody: None) -> Iterator[TeamBench]:
    """Return the same with one live deployment, and an alert that nobody has looked at."""
    made = copy_of(made_live, tmp_path)
    yield made
    made.close()


@pytest.fixture
def as_person(team: TeamBench) -> Callable[[str], Workbench]:
    """Open the team's bench as the account of that name: `as_person("analyst")`."""
    return team.open
