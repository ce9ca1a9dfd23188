"""The server of managers' pages as a process: `python -m widgets.dashboard SETTINGS`.

`workbench dashboard` starts it; what it is started with is in a private file that it removes. It
ends with whoever started it, and leaves no kernel and no file.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Final

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from widgets.dashboard_kernel import ends_with_its_parent
from widgets.dashboard_messages import LARGEST
from widgets.dashboard_server import PagesServer
from widgets.dashboard_settings import ServerSettings, take_settings
from workbench.errors import UsageError, WorkbenchError
from workbench.hygiene import harden_process, install_exception_hook

__all__ = ["main", "serve"]

_ENDS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def serve(settings: ServerSettings) -> None:
    """Serve pages until a signal ends it.

    Raises:
        UsageError: when the address cannot be listened on.
    """
    server = PagesServer(settings)
    server.configure()
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _ENDS:  # Voila has set a handler of its own by now
        loop.add_signal_handler(number, ended.set)
    for log in (server.log, logging.getLogger("tornado")):
        log.setLevel(logging.ERROR)  # what is left is for whoever started the command
    try:
        sockets = bind_sockets(settings.port, settings.host)
    except OSError as error:
        why = "it is in use" if error.errno == errno.EADDRINUSE else error.strerror or str(error)
        msg = (
            f"port {settings.port} of {settings.host} cannot be listened on ({why}). Name another "
            "with --port; 0 takes a free one."
        )
        raise UsageError(msg) from None
    server.port = sockets[0].getsockname()[1]
    application = server.application()
    http = HTTPServer(application, max_body_size=LARGEST)
    http.add_sockets(sockets)
    _tell(settings, server.port)
    await ended.wait()
    http.stop()
    await server.kernel_manager.shutdown_all(now=True)


def main(arguments: list[str]) -> int:
    """Serve as the file of settings says, and return an exit code."""
    harden_process()
    install_exception_hook()
    try:
        settings = take_settings(Path(arguments[0]) if arguments else Path("settings"))
    except WorkbenchError as error:
        sys.stderr.write(f"error: {error}\n")
        return error.exit_code
    if settings.parent is not None:
        ends_with_its_parent(signal.SIGTERM, settings.parent)
    try:
        asyncio.run(serve(settings))
    except WorkbenchError as error:
        sys.stderr.write(f"error: {error}\n")
        return error.exit_code
    finally:
        # Whoever started it does the same; it may have been killed.
        shutil.rmtree(settings.folder, ignore_errors=True)
    return 0


def _tell(settings: ServerSettings, port: int) -> None:
    """Say on the descriptor that whoever started it waits at that it listens."""
    if settings.ready is not None:
        os.write(settings.ready, f"{port}\n".encode("ascii"))


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stderr.flush()
    # Threads of kernels' sockets may linger; nothing is left to be done.
    os._exit(code)
