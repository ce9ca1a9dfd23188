"""The server of managers' pages as a process of this command: begun, watched and ended with it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from workbench.cli.interrupts import require_not_ended
from workbench.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

__all__ = ["PagesProcess", "notebooks_folder", "server_environment"]

_MODULE: Final = "widgets.dashboard"
_SETTINGS: Final = "settings.json"
_STARTS_WITHIN_S: Final = 90.0
_ENDS_WITHIN_S: Final = 10.0
_KEPT: Final = (
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LD_LIBRARY_PATH",
    "PATH",
    "PYTHONPATH",
    "TMPDIR",
    "TZ",
    "VIRTUAL_ENV",
)
"""What a server needs of the environment. A credential, a key, a bench or a home is not in it."""


class PagesProcess:
    """A server that runs, and ends with the block that it is opened in."""

    def __init__(self, folder: Path, settings: dict[str, Any]) -> None:
        """Start it.

        Args:
            folder: private to the server, in which its snapshot lies already.
            settings: what it is started with; they go through a private file, so that nobody who
                lists processes sees a secret.

        Raises:
            StoreError: when it does not start; what it said stands above the message.
        """
        self._listening, ready = os.pipe()
        given = settings | {"folder": str(folder), "parent": os.getpid(), "ready": ready}
        path = folder / _SETTINGS
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(given, file)
        home = folder / "home"
        home.mkdir(mode=0o700)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", _MODULE, str(path)],
                env=server_environment(os.environ, home),
                cwd=home,
                stdin=subprocess.DEVNULL,
                pass_fds=[ready],
                start_new_session=True,  # Ctrl-C is for this command, which then ends the server
            )
        finally:
            os.close(ready)
        try:
            self.port = self._wait_for_port()
        except BaseException:
            self.end()
            raise

    def __enter__(self) -> Self:
        """Give it."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """End it, however the block ended."""
        self.end()

    def watch(self, renew: Callable[[], None], every: float) -> None:
        """Call `renew` from time to time, until the server ends by itself.

        Args:
            renew: writes a newer snapshot.
            every: seconds between two of them.

        Raises:
            StoreError: when the server ended, which it does not do unasked.
        """
        due = time.monotonic() + every
        while not self._has_ended(due - time.monotonic()):
            renew()
            require_not_ended()
            due = time.monotonic() + every
        code = self._process.wait()
        msg = f"the server of the pages ended by itself (exit code {code}). Start it again."
        raise StoreError(msg)

    def end(self) -> None:
        """End the server and every kernel of it; nothing of them is left."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            self._process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        with suppress(OSError):
            os.close(self._listening)

    def _wait_for_port(self) -> int:
        if not self._has_said(_STARTS_WITHIN_S):
            msg = (
                f"the server of the pages did not start within {_STARTS_WITHIN_S:.0f} seconds. "
                "Start it again; if it stays so, the machine has too little memory."
            )
            raise StoreError(msg)
        if said := os.read(self._listening, 32):
            return int(said)
        code = self._process.wait()
        msg = f"the server of the pages did not start (exit code {code}); why stands above."
        raise StoreError(msg)

    def _has_ended(self, within: float) -> bool:
        """Return whether the server ended; its end of the pipe closes then."""
        return self._has_said(max(0.0, within))

    def _has_said(self, within: float) -> bool:
        return bool(select.select([self._listening], [], [], within)[0])


def server_environment(environ: Any, home: Path) -> dict[str, str]:  # noqa: ANN401 - os.environ
    """Return the environment of the server: no credential, no key, no bench, a home of its own."""
    return {name: environ[name] for name in _KEPT if name in environ} | {
        "HOME": str(home),
        "OMP_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def notebooks_folder(named: Path | None, kind: str = "") -> Path:
    """Return the folder of notebooks: what is named, that of this checkout, or what is installed.

    Args:
        named: on the command line.
        kind: which of its folders; all of them if left out.

    Raises:
        StoreError: when there is none.
    """
    project = Path(__file__).resolve().parents[2]
    installed = Path(sys.prefix) / "share" / "lfr-workbench"
    looked = [named] if named else [root / "notebooks" / kind for root in (project, installed)]
    for folder in looked:
        if folder.is_dir():
            return folder.resolve()
    msg = f"there is no folder of notebooks at {looked[0]}. Name one with --notebooks."
    raise StoreError(msg)
