"""What the tests of commands on a bench share: each file says which bench."""

from __future__ import annotations

import pytest
from command_bench import CommandBench
from command_runs import Run, runner


@pytest.fixture
def run(
    bench: CommandBench, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Give what runs a command as an account of the bench of that file."""
    return runner(bench, capsys, monkeypatch)
