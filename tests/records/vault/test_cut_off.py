"""kill -9 at every point of every operation: nothing half-written, and all can be finished."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("cut_off.py")

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork"),
    pytest.mark.slow,
]


@pytest.fixture
def in_memory(tmp_path: Path) -> Iterator[Path]:
    """Return a folder that is quick to synchronise: a killed process loses nothing of it either."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it is private
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="lfr-vault-", dir=memory) as folder:
        yield Path(folder)


@pytest.mark.parametrize(
    ("scenario", "points"),
    [
        ("putting", 10),
        ("replacing", 10),
        ("replacing_in_vain", 10),
        ("destroying", 8),
        ("rotating", 30),
        ("master", 8),
        ("keeping", 10),
        ("purging", 20),
        ("living", 10),
    ],
)
def test_whatever_is_killed_can_be_finished(scenario: str, points: int, in_memory: Path) -> None:
    words = [sys.executable, str(PROGRAM), scenario, str(in_memory)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= points
