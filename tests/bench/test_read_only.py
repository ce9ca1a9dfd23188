"""Folders in which nothing can be written: said in one line, and nothing half-written is left."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

COMMAND = "import sys; from workbench.cli import main; sys.exit(main(sys.argv[1:]))"
PASSWORD = "a long enough password\n"  # noqa: S105 - of accounts in a temporary folder

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return what runs a command so that permissions bind it, for root as well."""
    prefix: list[str] = []
    if os.geteuid() == 0:
        setpriv = shutil.which("setpriv")
        prefix = [setpriv or "setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
        if setpriv is None or subprocess.run([*prefix, "true"], check=False).returncode:
            pytest.skip("needs setpriv, to drop root's right to read and write everything")
    (tmp_path / "run").mkdir(mode=0o700)
    environ = {
        **os.environ,
        "WORKBENCH_KEYS__FOLDER": str(tmp_path / "keys"),
        "WORKBENCH_WITNESS": str(tmp_path / "witness"),
        "XDG_RUNTIME_DIR": str(tmp_path / "run"),
    }

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*prefix, sys.executable, "-c", COMMAND, *words],
            env=environ,
            input=PASSWORD,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def made(run: Run, folder: Path) -> subprocess.CompletedProcess[str]:
    return run("init", "--bench", str(folder), "--administrator", "ada", "--password-stdin")


def test_a_bench_is_not_made_where_nothing_can_be_written(tmp_path: Path, run: Run) -> None:
    parent = tmp_path / "parent"
    parent.mkdir()
    parent.chmod(0o555)
    ended = made(run, parent / "bench")
    assert ended.returncode == 1, ended.stderr
    assert "cannot be made (Permission denied). Check its parent" in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert not (tmp_path / "keys").exists()


def test_keys_that_cannot_be_kept_leave_no_bench(tmp_path: Path, run: Run) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys").chmod(0o555)
    ended = made(run, tmp_path / "bench")
    assert ended.returncode == 1, ended.stderr
    assert "Permission denied" in ended.stderr
    assert not (tmp_path / "bench").exists()


def test_a_bench_that_became_read_only_says_so_and_is_not_changed(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "bench"
    assert made(run, folder).returncode == 0
    before = (folder / "records.sqlite").read_bytes()
    (folder / "records.sqlite").chmod(0o400)
    folder.chmod(0o500)
    ended = run("login", "ada", "--bench", str(folder), "--password-stdin")
    folder.chmod(0o700)
    assert ended.returncode == 1, ended.stderr
    assert "cannot be written to" in ended.stderr
    assert "Check its permissions and its folder's" in ended.stderr
    assert (folder / "records.sqlite").read_bytes() == before
