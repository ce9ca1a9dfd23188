"""The lock of a key store: one at a time, and freed by whoever dies."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.errors import KeyStoreError
from workbench.records.vault import locking
from workbench.records.vault.locking import alone

HOLD = (
    "import sys, time; from pathlib import Path\n"
    "from workbench.records.vault.locking import alone\n"
    "with alone(Path(sys.argv[1]), 'it'):\n"
    "    print('held', flush=True)\n"
    "    time.sleep(60)\n"
)


def test_it_is_private_and_can_be_held_again(tmp_path: Path) -> None:
    for _ in range(2):
        with alone(tmp_path / ".lock", "the key store"):
            assert stat.S_IMODE((tmp_path / ".lock").stat().st_mode) == 0o600


def test_one_that_another_process_holds_is_waited_for_and_freed_by_its_death(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "_WAIT_S", 0.2)
    words = [sys.executable, "-c", HOLD, str(tmp_path / ".lock")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(KeyStoreError, match="the key store: another process held it"),
            alone(tmp_path / ".lock", "the key store"),
        ):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with alone(tmp_path / ".lock", "the key store"):
        pass


def test_a_disk_without_locks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoLocks(locking.FileLock):  # type: ignore[misc, valid-type]
        def _acquire(self) -> None:
            raise NotImplementedError

    monkeypatch.setattr(locking, "FileLock", NoLocks)
    with pytest.raises(KeyStoreError, match="has no locks"), alone(tmp_path / ".lock", "it"):
        pass
