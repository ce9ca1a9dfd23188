"""A bench for tests of the command line, by the clock of the machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bench_values import SFACE, application_values
from credential_of import credential_of
from made_once import folder_of_process

from workbench.bench import Workbench
from workbench.governance.ranks import Rank
from workbench.governance.roles import Role
from workbench.records.moments import utc_now
from workbench.settings import Settings

__all__ = ["CommandBench", "make_command_bench"]

REFERENCE = "2026-11/HIGH-ST-1"


@dataclass(frozen=True)
class CommandBench:
    """A bench in a folder, and the environment in which commands find it."""

    folder: Path
    settings: Settings
    variables: Mapping[str, str]

    def token(self, name: str) -> str:
        """Return a credential of an account; accounts are named like their roles."""
        return credential_of(self.folder, self.settings, name, utc_now())

    def open(self, name: str) -> Workbench:
        """Open it as an account."""
        return Workbench.open(self.folder, credential=self.token(name), settings=self.settings)

    def environment(self, name: str) -> dict[str, str]:
        """Return the variables for commands of an account."""
        return {**self.variables, "WORKBENCH_CREDENTIAL": self.token(name)}

    def draft(self, **changes: Any) -> str:
        """Draft a deployment that may begin now, and return its reference."""
        starts = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1)
        times = {
            "starts": starts.isoformat(),
            "ends": (starts + timedelta(hours=6)).isoformat(),
        }
        values = application_values(**({"policy": SFACE} | times | changes))
        values["notice"] |= {"published_at": (starts - timedelta(days=2)).isoformat()}
        with self.open("analyst") as analyst:
            analyst.deployments.draft(values)
        return str(values["reference"])

    def apply(self, **changes: Any) -> str:
        """Draft a deployment and apply for it."""
        reference = self.draft(**changes)
        with self.open("analyst") as analyst:
            analyst.deployments.apply(reference)
        return reference


def make_command_bench(folder: Path, kind: str = "operational") -> CommandBench:
    """Make a bench in a folder that is not there yet, with an account `<role>` of each role.

    All of one kind in a process are copies of one: its accounts and its password take a second.
    """
    shutil.copytree(_template(kind), folder, dirs_exist_ok=True)
    return _in(folder)


def _in(folder: Path) -> CommandBench:
    variables = {
        "WORKBENCH_BENCH": str(folder / "bench"),
        "WORKBENCH_KEYS__FOLDER": str(folder / "keys"),
        "WORKBENCH_WITNESS": str(folder / "witness"),
        "WORKBENCH_ENCODER": "sface",
        "WORKBENCH_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    settings = Settings(
        keys={"folder": folder / "keys"}, witness=folder / "witness", encoder="sface", threads=1
    )
    return CommandBench(folder / "bench", settings, variables)


@cache
def _template(kind: str) -> Path:
    folder = folder_of_process()
    bench = _in(folder)
    Workbench.create(
        bench.folder,
        "administrator",
        "a long enough password",
        kind=kind,  # type: ignore[arg-type]
        settings=bench.settings,
    )
    with bench.open("administrator") as administrator:
        for role in Role:
            for name in (role.value, f"{role.value}-2"):
                if name != "administrator":
                    rank = Rank.SUPERINTENDENT if role is Role.AUTHORISING_OFFICER else None
                    administrator.users.add(name, role, rank=rank)
    return folder


def inherited() -> dict[str, str]:
    """Return the environment of this process, for one that it starts."""
    return {k: v for k, v in os.environ.items() if k != "WORKBENCH_DEBUG"}
