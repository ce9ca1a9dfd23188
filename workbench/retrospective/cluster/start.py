"""How the process that drives Ray is begun; Ray is imported there and nowhere else."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import time
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import Final

__all__ = ["Start", "run_driver"]

_LEAVING_S: Final = 30.0
"""How long this process may go on when the bench is gone, s."""


@dataclass(frozen=True, slots=True)
class Start:
    """How Ray is begun.

    Attributes:
        address: of a cluster, `host:port`; `None` for a Ray of this machine alone.
        workers: that it makes room for where it is of this machine alone.
        folder: for what Ray writes then; goes when it ends.
    """

    address: str | None
    workers: int
    folder: Path


def run_driver(control: Connection, start: Start) -> None:
    """Drive Ray in this process; see `driver.drive`."""
    # Ctrl-C of a terminal is for the process that asks, which ends this one.
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Why it does not begin is told by `control`; the rest would be lines of C++ on a terminal.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    _set_variables(start)
    if (bench := parent_process()) is not None:
        Thread(target=_end_after, args=(bench, start.folder), daemon=True).start()
    from workbench.retrospective.cluster.driver import drive  # noqa: PLC0415 - reads them at once

    drive(control, start)


def _end_after(bench: BaseProcess, folder: Path) -> None:
    """End this process after the bench, where Ray keeps it from noticing by itself."""
    bench.join()
    time.sleep(_LEAVING_S)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def _set_variables(start: Start) -> None:
    """Set what Ray reads from the environment, for this process and those that it begins."""
    os.environ.pop("RAY_ADDRESS", None)
    if start.address is None:
        for name in [one for one in os.environ if one.startswith("RAY_")]:
            del os.environ[name]
        os.environ |= {
            # Without, Ray takes another address of the machine for a loopback one that it is given.
            "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
            # Others on this machine may reach loopback; they do not know this.
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN": secrets.token_hex(32),
            "RAY_enable_metrics_collection": "0",
        }
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
