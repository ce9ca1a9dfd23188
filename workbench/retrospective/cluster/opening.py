"""A Ray of this machine, or a cluster, opened for as long as footage is indexed over it."""

from __future__ import annotations

import importlib.util
import json
import multiprocessing
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle
from pathlib import Path
from typing import TYPE_CHECKING, Final

from workbench.errors import FootageError, UsageError
from workbench.faces.runtimes.cores import cores
from workbench.retrospective.cluster.peer import RemotePeer
from workbench.retrospective.cluster.secret import shared_secret
from workbench.retrospective.cluster.start import TOKEN_VARIABLE, Start, begin_driver

if TYPE_CHECKING:
    from workbench.retrospective.segments import FootagePlan
    from workbench.settings import Settings

__all__ = ["Cluster", "open_cluster"]

_TRIES: Final = 3
"""How often Ray is begun: it gives itself 30 s, which a busy machine exceeds."""
_BEGINNING_S: Final = 180.0
"""How long Ray may take to begin, or a cluster to be joined, s."""
_LEAVING_S: Final = 30.0
"""How long Ray may take to end, s."""
_SWEEPING_S: Final = 10.0
"""How long processes of Ray that ended by force may go on writing to its folder, s."""
_LONGEST_FOLDER: Final = 30
"""Longest name of a temporary folder in which the names of Ray's sockets still fit, 107 bytes."""


class Cluster:
    """Workers over Ray; a `Hiring`.

    Attributes:
        workers: how many there are unless somebody says otherwise.
    """

    remedy: Final = (
        "See whether its machines have memory enough: each worker takes about 1.5 GB. Index again "
        "with fewer workers; what was kept is not done again."
    )

    def __init__(
        self,
        driver: subprocess.Popen[bytes],
        control: Connection,
        workers: int,
        secret: bytes | None,
    ) -> None:
        """Take what was begun by `open_cluster`."""
        self._driver, self._control, self._secret = driver, control, secret
        self.workers = workers

    def begin(self, plan: FootagePlan, settings: Settings) -> RemotePeer:
        """Begin a worker for a file.

        Raises:
            FootageError: when Ray has ended.
            UsageError: when the settings want another device than the processor.
        """
        _require_processor(settings)
        here, there = multiprocessing.Pipe()
        try:
            send_handle(self._control, there.fileno(), self._driver.pid)
        except OSError:
            here.close()
            msg = "Ray has ended by itself. Index again; what was kept is not done again."
            raise FootageError(msg) from None
        finally:
            there.close()
        return RemotePeer(here, plan, settings, self._secret)


@contextmanager
def open_cluster(settings: Settings, *, workers: int | None = None) -> Iterator[Cluster]:
    """Begin a Ray of this machine, bound to loopback, or join the cluster that settings name.

    Args:
        settings: those of the bench.
        workers: how many there are to be; as many as the settings say, or as there are cores, when
            left out.

    Raises:
        FootageError: when Ray cannot be begun, or the cluster cannot be joined.
        UsageError: when Ray is not installed, the settings want another device than the processor,
            or the variable that they name holds no secret.
    """
    _require_processor(settings)
    if importlib.util.find_spec("ray") is None:
        msg = (
            "indexing over Ray needs Ray, which is not installed. Install lfr-workbench[cluster], "
            "or index without it."
        )
        raise UsageError(msg)
    wanted = workers or settings.cluster.workers
    address, variable = settings.cluster.address, settings.cluster.secret_variable
    secret = shared_secret(variable, os.environ, "this machine")
    token = secrets.token_hex(32)
    if address is None:
        variable, secret = TOKEN_VARIABLE, token.encode()
    for left in reversed(range(_TRIES)):
        folder = Path(tempfile.mkdtemp(prefix="lfr-ray-", dir=_short_folder()))
        start = Start(address, wanted or cores(), folder, variable)
        driver, control = begin_driver(start, os.environ, token)
        try:
            room, failed = _heard(control)
            if failed is None:
                yield Cluster(driver, control, wanted or room, secret)
                return
        finally:
            _end(driver, control, folder)
        if not left or address is not None:
            raise FootageError(_refusal(address, failed))


def _heard(control: Connection) -> tuple[int, str | None]:
    """Wait until Ray is there; return how many workers it has room for, or why it is not."""
    if not control.poll(_BEGINNING_S):
        return 0, f"it did not answer within {_BEGINNING_S:.0f} s"
    try:
        words = json.loads(control.recv_bytes())
    except (EOFError, OSError):
        return 0, "the process that drives it ended by itself"
    return words.get("workers", 0), words.get("failed")


def _end(driver: subprocess.Popen[bytes], control: Connection, folder: Path) -> None:
    """End Ray, and sweep what it wrote."""
    control.close()
    if driver.stdin is not None:
        driver.stdin.close()
    try:
        driver.wait(_LEAVING_S)
    except subprocess.TimeoutExpired:
        driver.kill()  # the processes of Ray end with it: the system kills or they notice
        driver.wait()
    until = time.monotonic() + _SWEEPING_S
    while folder.exists():
        with suppress(OSError):
            shutil.rmtree(folder)
        if time.monotonic() > until:
            break
        time.sleep(0.05)


def _short_folder() -> str | None:
    """Return the folder for Ray's own, where that of this process has too long a name."""
    return None if len(tempfile.gettempdir()) <= _LONGEST_FOLDER else "/tmp"  # noqa: S108 - private within


def _require_processor(settings: Settings) -> None:
    if settings.device != "cpu":
        msg = (
            f"over Ray footage is indexed on processors, not on {settings.device}. Set device to "
            "cpu, or index without Ray."
        )
        raise UsageError(msg)


def _refusal(address: str | None, why: str) -> str:
    reason = why.rstrip(".:")
    if address is not None:
        return (
            f"the Ray cluster at {address} cannot be joined: {reason}. Start Ray on this machine "
            "as a part of it, correct cluster.address, or index without one."
        )
    return f"Ray could not be begun: {reason}. Try again when less is running, or index without."
