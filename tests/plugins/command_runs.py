"""Running a command in this process as an account of a bench, and how it ended."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from command_bench import CommandBench

from workbench.cli import main

__all__ = ["Ended", "Run", "runner"]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> dict[str, Any]:
        """What it wrote as JSON."""
        found: dict[str, Any] = json.loads(self.out)
        return found


Run = Callable[..., Ended]
"""`run("analyst", "case", "list")`."""


def runner(
    bench: CommandBench, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Return what runs commands on a bench."""
    monkeypatch.delenv("WORKBENCH_DEBUG", raising=False)
    monkeypatch.setenv("COLUMNS", "200")

    def run(account: str | None, *words: object) -> Ended:
        for name, value in bench.variables.items():
            monkeypatch.setenv(name, value)
        if account is None:
            monkeypatch.delenv("WORKBENCH_CREDENTIAL", raising=False)
            monkeypatch.setenv("XDG_RUNTIME_DIR", str(bench.folder.parent / "nowhere"))
        else:
            monkeypatch.setenv("WORKBENCH_CREDENTIAL", bench.token(account))
        capsys.readouterr()
        code = main([str(word) for word in words])
        found = capsys.readouterr()
        return Ended(code, found.out, found.err)

    return run
