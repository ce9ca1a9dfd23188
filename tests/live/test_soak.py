"""A live search that goes on at the pace of a camera holds no more than at its beginning."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SOAK = CHECKOUT / "benchmarks" / "live_soak.py"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_memory_is_flat_through_minutes_of_a_real_search(shared_data: Path, lfw: Path) -> None:
    # A short list is made ready sooner; the minutes are what is looked at, an hour in `benchmarks`.
    words = ["--minutes", "5", "--list", "50", "--root", str(lfw), "--no-log"]
    run = subprocess.run(
        [sys.executable, str(SOAK), *words],
        env=os.environ | {"WORKBENCH_SHARED": str(shared_data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "stopped by feed-ended" in run.stdout
