"""Real servers of Jupyter and Voila on loopback, with the configuration that the package brings."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

SHIPPED = Path(__file__).parents[2] / "share" / "etc"
TOKEN = "only-for-this-test"  # noqa: S105 - a server of this test alone
STARTS_WITHIN_S = 60.0


@dataclass(frozen=True)
class Server:
    """A server that runs, and the folder that it serves."""

    client: httpx.Client
    root: Path
    log: Path


def quiet_environment(home: Path) -> dict[str, str]:
    """Return an environment in which the configuration of whoever runs the tests plays no part."""
    environ = {name: text for name, text in os.environ.items() if not name.startswith("JUPYTER")}
    return environ | {
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_CONFIG_PATH": str(SHIPPED / "jupyter"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Give a function that starts a module as a server and waits until it answers."""
    with ExitStack() as stack:

        def start(
            module: str, *options: str, ready: str, environ: dict[str, str] | None = None
        ) -> Server:
            home = tmp_path_factory.mktemp("home")
            root = home / "served"
            root.mkdir()
            port = free_port()
            log = home / "log"
            words = [word.format(port=port, root=root) for word in options]
            process = subprocess.Popen(
                [sys.executable, "-m", module, *words],
                cwd=root,
                env=quiet_environment(home) | (environ or {}),
                stdout=stack.enter_context(log.open("wb")),
                stderr=subprocess.STDOUT,
            )
            stack.callback(end, process)
            client = stack.enter_context(
                httpx.Client(
                    base_url=f"http://127.0.0.1:{port}",
                    headers={"Authorization": f"token {TOKEN}"},
                    timeout=30,
                )
            )
            wait(client, ready, process, log)
            return Server(client, root, log)

        yield start


def wait(client: httpx.Client, path: str, process: subprocess.Popen[Any], log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until:
        try:
            if client.get(path).status_code < 500:
                return
        except httpx.TransportError:
            pass
        assert process.poll() is None, log.read_text("utf-8", "replace")[-2000:]
        time.sleep(0.1)
    pytest.fail(f"the server did not answer: {log.read_text('utf-8', 'replace')[-2000:]}")


def end(process: subprocess.Popen[Any]) -> None:
    """End a server at once; no test here lets it start a kernel."""
    process.kill()
    process.wait(10)
