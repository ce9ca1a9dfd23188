"""Any sequence of what people try keeps a team's records to their legal states, in PostgreSQL.

Each person comes by a database user of their own, their role's views and the key service; what is
held to what is said in tests/plugins/legal_attempts.py. `LEGAL_SEQUENCES=200` tries so many.
"""

from __future__ import annotations

import copy
import os
import tempfile
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from legal_bench import prepare
from legal_machine import LegalStates
from policed_keys import PolicedKeyService
from sqlalchemy import Connection
from team_bench import TeamBench, copy_of

from workbench.bench import Workbench
from workbench.records.engine import connect

pytestmark = [pytest.mark.slow, pytest.mark.timeout(0)]

SEQUENCES = int(os.environ.get("LEGAL_SEQUENCES", "2"))
Secrets = dict[str, Any]


@dataclass
class DatabaseBench:
    """A team's bench, its key service beside it."""

    team: TeamBench
    kms: PolicedKeyService

    def __post_init__(self) -> None:
        self.owner = connect(self.team.owner_address)

    def clock(self) -> datetime:
        now: datetime = self.team.clock()
        return now

    def turn(self, hours: int) -> None:
        self.team.clock.turn(hours=hours)

    def open(self, name: str) -> Workbench:
        return self.team.open(name)

    def settle(self) -> None:
        """Open it as one of those whose connection may destroy all that is due."""
        with self.team.open("data-protection-officer"):
            pass

    def connection(self) -> Connection:
        return self.owner.connect()

    def keys(self) -> AbstractSet[str]:
        return {path.rpartition("/")[2] for path in self.kms.secrets}

    def sealed(self) -> AbstractSet[str]:
        return frozenset()  # they are rows here

    def close(self) -> None:
        self.owner.dispose()
        self.team.close()
        self.team.server.run(f"DROP DATABASE {self.team.database} WITH (FORCE)")


@pytest.fixture
def original(team: TeamBench, kms: PolicedKeyService) -> tuple[TeamBench, Secrets]:
    """Return a team's bench with two deployments that may begin and a draft, and its keys."""
    team = replace(team, encoder="sface")
    prepare(team.open, lambda hours: team.clock.turn(hours=hours), team.clock())
    team.close()
    return team, copy.deepcopy(kms.secrets)


def test_whatever_people_of_a_team_try(
    original: tuple[TeamBench, Secrets], kms: PolicedKeyService, tmp_path: Path
) -> None:
    team, secrets = original

    def begun() -> LegalStates:
        kms.secrets = copy.deepcopy(secrets)  # the key service is one, and so is the bench's id
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        return LegalStates(DatabaseBench(copy_of(team, folder), kms))

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        begun,
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=25,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a step is too slow to shrink
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
