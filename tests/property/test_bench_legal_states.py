"""Any sequence of what people try on a bench keeps every record to its legal states.

Deployments, alerts and their verdicts, cases, legal holds, seeded staff and threshold policies, on
a bench in a folder; tests/team/test_legal_states_team.py does the same in PostgreSQL. What is held
to what is said in tests/plugins/legal_machine.py. `LEGAL_SEQUENCES=500` tries so many sequences.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from credential_of import credential_of
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from legal_bench import prepare
from legal_machine import LegalStates
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from workbench.bench import Workbench
from workbench.governance.ranks import Rank
from workbench.governance.roles import Role
from workbench.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(0)]

SEQUENCES = int(os.environ.get("LEGAL_SEQUENCES", "3"))
START = datetime(2026, 11, 25, 9, tzinfo=UTC)
PASSWORD = "a long enough password"  # noqa: S105 - of an account in a temporary folder


@dataclass
class FolderBench:
    """A bench in a folder, whose clock stands until it is turned."""

    folder: Path
    now: datetime = START
    opened: list[Workbench] = field(default_factory=list)

    @property
    def place(self) -> Path:
        return self.folder / "bench"

    @property
    def settings(self) -> Settings:
        return Settings(
            threads=1,
            encoder="sface",
            keys={"folder": self.folder / "keys"},
            witness=self.folder / "witness",
        )

    def clock(self) -> datetime:
        return self.now

    def turn(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    def settle(self) -> None:
        """Do nothing: here everybody's opening destroys what is due."""

    def open(self, name: str) -> Workbench:
        token = credential_of(self.place, self.settings, name, self.now)
        return Workbench.open(
            self.place, credential=token, settings=self.settings, clock=self.clock
        )

    def connection(self) -> Connection:
        engine = create_engine(f"sqlite:///{self.place / 'records.sqlite'}", poolclass=NullPool)
        return engine.connect()

    def keys(self) -> AbstractSet[str]:
        return {path.stem for path in (self.folder / "keys").rglob("data/*.key")}

    def sealed(self) -> AbstractSet[str]:
        return {path.name for path in (self.place / "vault").rglob("*") if path.is_file()}

    def copy(self) -> FolderBench:
        folder = _new_folder()
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return FolderBench(folder, self.now)

    def close(self) -> None:
        shutil.rmtree(self.folder)


def _new_folder() -> Path:
    """Make a folder, in memory where there is such a place: nothing here loses power."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it is private
    place = memory if os.access(memory, os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix="lfr-legal-", dir=place))


@pytest.fixture(scope="module")
def original() -> Iterator[FolderBench]:
    """Return a bench with two deployments that may begin, and a draft."""
    bench = FolderBench(_new_folder())
    Workbench.create(
        bench.place, "administrator", PASSWORD, settings=bench.settings, clock=bench.clock
    )
    with bench.open("administrator") as administrator:
        for role in Role:
            for name in (role.value, f"{role.value}-2"):
                if name != "administrator":
                    rank = Rank.SUPERINTENDENT if role is Role.AUTHORISING_OFFICER else None
                    administrator.users.add(name, role, rank=rank)
    prepare(bench.open, bench.turn, bench.now)
    yield bench
    bench.close()


def test_whatever_people_try(original: FolderBench) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        lambda: LegalStates(original.copy()),
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=30,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a step is too slow to shrink
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
