"""Processes of this machine that index segments: begun, ended, and how they ended."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Final

from workbench.faces.runtimes.cores import cores
from workbench.retrospective.index_worker import work

if TYPE_CHECKING:
    from workbench.retrospective.segments import FootagePlan
    from workbench.settings import Settings

__all__ = ["Processes", "left_to_this_process"]

_LEAVING_S: Final = 5.0
"""How long a process that was told to end may take, s."""


class Processes:
    """Processes of this machine; a `Hiring`."""

    remedy: Final = (
        "See whether the machine has memory enough: each takes about 1.5 GB. Index again with "
        "fewer processes; what was kept is not done again."
    )

    @property
    def workers(self) -> int:
        """One for each core."""
        return cores()

    def begin(self, plan: FootagePlan, settings: Settings) -> _Process:
        """Begin one."""
        spawn = multiprocessing.get_context("spawn")
        here, there = spawn.Pipe()
        process = spawn.Process(
            target=work, args=(there, plan, settings), daemon=True, name="indexing"
        )
        with left_to_this_process():
            process.start()
        there.close()
        return _Process(process, here)


class _Process:
    """A process; a `Peer`."""

    def __init__(self, process: BaseProcess, channel: Connection) -> None:
        self._process, self.channel = process, channel
        self.sentinels = (process.sentinel,)

    def died(self) -> str:
        """Wait until it is gone, and say how."""
        self.channel.close()
        self._process.join()
        code = self._process.exitcode
        self._process.close()
        return _how(code)

    def leave(self) -> None:
        """End it."""
        self.channel.close()
        self._process.terminate()

    def wait(self) -> None:
        """Wait until it is gone, and help it."""
        self._process.join(_LEAVING_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()


@contextmanager
def left_to_this_process() -> Iterator[None]:
    """Keep a Ctrl-C from a process that begins: it reaches all of a terminal's, loaded or not.

    What is blocked here stays blocked in what is begun here, which ignores it from then on.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # it would end the blocking where it begins meanwhile
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _how(code: int | None) -> str:
    """Say how a process ended."""
    if code is not None and code < 0:
        with suppress(ValueError):
            return f"by {signal.Signals(-code).name}"
    return f"with code {code}"
