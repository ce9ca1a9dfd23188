"""Eight processes that write to one bench at once: nothing is lost, and the chain does not fork.

Each counts what was acknowledged to it. `benchmarks/many_writers.py` does it for a minute.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from postgresql_server import PostgresqlServer

PROGRAM = Path(__file__).with_name("writing.py")
PLUGINS = PROGRAM.parents[1] / "plugins"
PROCESSES, SECONDS = 8, 3

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork"),
]


def wrote(folder: Path, store: str) -> dict[str, float]:
    """Run the writers in processes of their own, and return what they counted together."""
    words = [sys.executable, str(PROGRAM), str(folder), store, str(PROCESSES), str(SECONDS)]
    done = subprocess.run(
        words,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(PLUGINS), "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr[-4000:]
    written: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return written


def judge(written: dict[str, float]) -> None:
    assert written["least"] > 0, "each got its turn"
    assert written["alerts"] >= PROCESSES
    assert written["verdicts"] >= 2 * written["alerts"]
    assert written["entries"] > written["alerts"] + written["verdicts"]


def test_an_embedded_store_takes_all(tmp_path: Path) -> None:
    judge(wrote(tmp_path / "it", "sqlite"))


def test_a_teams_store_takes_all(tmp_path: Path, postgresql: PostgresqlServer) -> None:
    judge(wrote(tmp_path / "it", postgresql.address(postgresql.new_database())))
