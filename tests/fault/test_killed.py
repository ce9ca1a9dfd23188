"""kill -9 at random moments of what people do on a bench, on either store.

After each kill the bench opens, its log verifies, nothing is half-written, what was acknowledged is
there, what was being destroyed is gone, and an import or indexing that is begun again goes on with
what is kept. The moments are random but for their seed; `benchmarks/kills.py` kills each act 50
times on each store.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from postgresql_server import PostgresqlServer

PROGRAM = Path(__file__).with_name("killing.py")
PLUGINS = PROGRAM.parents[1] / "plugins"
ACTS = ("enrolment", "alerting", "adjudication", "purge")
KILLS = int(os.environ.get("KILLS", "2"))
"""Of each act on each store; `benchmarks/kills.py` has a log of thousands."""
FEW = 2
"""Kills of an import and of indexing, which load models anew each time; on one store alone."""

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork"),
    pytest.mark.timeout(600),
    pytest.mark.slow,
]


def killed(act: str, folder: Path, store: str, kills: int) -> dict[str, int]:
    """Run the killing in a process of its own, which has no threads, and return its toll."""
    words = [sys.executable, str(PROGRAM), act, str(folder), store, str(kills), "20261125"]
    done = subprocess.run(
        words,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(PLUGINS), "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr[-4000:]
    toll: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return toll


@pytest.fixture
def in_memory(tmp_path: Path) -> Iterator[Path]:
    """Return a folder that is quick to synchronise: a killed process loses nothing of it either."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it is private
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="lfr-kills-", dir=memory) as folder:
        yield Path(folder)


@pytest.mark.parametrize("act", ACTS)
def test_an_embedded_store_survives(act: str, in_memory: Path) -> None:
    toll = killed(act, in_memory / "it", "sqlite", KILLS)
    assert toll["kills"] == KILLS
    assert toll["entries"] > KILLS


@pytest.mark.parametrize("act", ACTS)
def test_a_teams_store_survives(act: str, in_memory: Path, postgresql: PostgresqlServer) -> None:
    address = postgresql.address(postgresql.new_database())
    toll = killed(act, in_memory / "it", address, KILLS)
    assert toll["kills"] == KILLS
    assert toll["entries"] > KILLS


@pytest.mark.usefixtures("shared_data", "store")
@pytest.mark.parametrize("act", ["import", "indexing"])
def test_what_is_begun_again_goes_on_and_nothing_is_there_twice_or_lost(
    act: str, in_memory: Path
) -> None:
    toll = killed(act, in_memory / "it", "sqlite", FEW)
    assert toll["kills"] == FEW
    assert toll["kept"] >= FEW, "each kill left parts, and the next kept them as they were"
    assert toll["entries"] > FEW
