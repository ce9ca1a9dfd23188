"""A real server of managers' pages on loopback, with a page of its own that says what it reaches."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from workbench.bench.snapshots import published_snapshot
from workbench.outcomes import met_deployments
from workbench.outcomes.snapshot import write_snapshot

__all__ = [
    "PAGE_CELLS",
    "TOKEN",
    "PagesProcess",
    "kernel_of",
    "pages_process",
    "say",
    "socket_status",
    "write_page",
]

TOKEN = "only-for-this-test-0123456789abcdef"  # noqa: S105 - a server of these tests alone
STARTS_WITHIN_S = 90
PAGE_CELLS = (
    "import ipywidgets\nfrom workbench.outcomes.snapshot import read_snapshot",
    """import os, pathlib
found, records = read_snapshot(pathlib.Path(os.environ['WORKBENCH_SNAPSHOT']))
ipywidgets.Button(description=f'{len(records)} records')""",
)
"""A page as small as one can be that still reads the snapshot and shows a widget."""


def write_page(path: Path, cells: tuple[str, ...] = PAGE_CELLS) -> None:
    """Write a notebook of code cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    found = [
        {
            "cell_type": "code",
            "id": f"cell{at}",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": source,
        }
        for at, source in enumerate(cells)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    page = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": found}
    path.write_text(json.dumps(page), "utf-8")


def kernel_of(page: str) -> str:
    """Return the id of the kernel that a page's source names."""
    (found,) = set(re.findall(r'"kernelId": "([0-9a-f-]{36})"', page))
    return found


@dataclass
class PagesProcess:
    """A server that runs.

    Attributes:
        process: it.
        folder: private to it; gone when it ended.
        address: where it listens.
        log: what it wrote to stderr.
    """

    process: subprocess.Popen[bytes]
    folder: Path
    address: str
    log: Path

    @property
    def port(self) -> int:
        """Its port."""
        return int(self.address.rsplit(":", 1)[1])

    @contextmanager
    def client(self, *, token: str | None = TOKEN, **options: Any) -> Iterator[httpx.Client]:
        """Give a client that came with the token, or with none."""
        with httpx.Client(base_url=self.address, **{"timeout": 60} | options) as client:
            if token is not None:
                assert client.get("/", params={"token": token}).status_code == 303
            yield client

    def kernels(self) -> list[int]:
        """Return the processes of its kernels."""
        return _children(self.process.pid)


def say(server: PagesProcess, kernel: str, client: httpx.Client, *messages: Any) -> list[str]:
    """Say messages over the websocket of a kernel, and return the kinds of what comes back.

    A message is a kind and a content, or the text of a whole message. After them comes a question
    that is always answered; what came until then is returned.
    """
    # In a thread of its own: a browser that earlier tests opened leaves a loop running in this one.
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, _say(server, kernel, client, messages)).result()


async def _say(
    server: PagesProcess, kernel: str, client: httpx.Client, messages: tuple[Any, ...]
) -> list[str]:
    cookies = "; ".join(f"{one.name}={one.value}" for one in client.cookies.jar)
    headers = {"Cookie": cookies, "Origin": server.address} | dict(client.headers)
    address = f"ws{server.address[4:]}/api/kernels/{kernel}/channels?session_id={uuid.uuid4().hex}"
    socket = await websocket_connect(HTTPRequest(address, headers=headers))
    try:
        for one in messages:
            await socket.write_message(one if isinstance(one, str) else _message(*one))
        last = _message("comm_info_request", {})
        await socket.write_message(last)
        asked, found = json.loads(last)["header"]["msg_id"], []
        while (said := await asyncio.wait_for(socket.read_message(), 30)) is not None:
            answer = json.loads(said)
            found.append(answer["header"]["msg_type"])
            if found[-1] == "comm_info_reply" and answer["parent_header"]["msg_id"] == asked:
                return found
        return found
    finally:
        socket.close()
        while await asyncio.wait_for(socket.read_message(), 30) is not None:
            pass  # until both sides have closed it


def socket_status(server: PagesProcess, kernel: str, client: httpx.Client, origin: str) -> int:
    """Return what the server answers to a page of an origin that asks for a kernel's websocket."""
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
        "Origin": origin or server.address,
    }
    with client.stream("GET", f"/api/kernels/{kernel}/channels", headers=headers) as answer:
        return answer.status_code


def _message(kind: str, content: dict[str, Any], channel: str = "shell") -> str:
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": kind,
        "username": "",
        "session": uuid.uuid4().hex,
        "version": "5.3",
        "date": "2026-11-27T12:00:00Z",
    }
    whole = {
        "header": header,
        "parent_header": {},
        "metadata": {"version": "1.0.0"},  # of the protocol of widgets
        "content": content,
        "channel": channel,
    }
    return json.dumps(whole)


def _children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("utf-8").rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


@contextmanager
def pages_process(pages: dict[str, tuple[str, ...]], **settings: Any) -> Iterator[PagesProcess]:
    """Serve pages by their names; a token lets in unless `settings` say otherwise.

    The path of a socket is short, so it lies in no folder of pytest.
    """
    with tempfile.TemporaryDirectory(prefix="pages-") as root:
        with _served(Path(root), pages, settings) as server:
            yield server
        assert not server.folder.exists(), "the server left its folder"


@contextmanager
def _served(
    root: Path, pages: dict[str, tuple[str, ...]], settings: dict[str, Any]
) -> Iterator[PagesProcess]:
    for name, cells in pages.items():
        write_page(root / "notebooks" / f"{name}.ipynb", cells)
    folder = root / "private"
    folder.mkdir(mode=0o700)
    write_snapshot(folder / "snapshot", *published_snapshot(met_deployments()))
    listening, ready = os.pipe()
    chosen: dict[str, Any] = {
        "folder": str(folder),
        "notebooks": str(root / "notebooks"),
        "port": 0,
        "preheat": False,
        "ready": ready,
    }
    if "proxy_secret" not in settings:
        chosen["token"] = TOKEN
    (root / "settings.json").write_text(json.dumps(chosen | settings))
    log = root / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "widgets.dashboard", str(root / "settings.json")],
            pass_fds=[ready],
            stdout=out,
            stderr=out,
            env=os.environ | {"WORKBENCH_CREDENTIAL": "planted-credential"},
        )
    os.close(ready)
    try:
        os.set_blocking(listening, False)
        said = _said(listening, process, log)
        yield PagesProcess(process, folder, f"http://127.0.0.1:{int(said)}", log)
    finally:
        os.close(listening)
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _said(descriptor: int, process: subprocess.Popen[bytes], log: Path) -> bytes:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until:
        try:
            if found := os.read(descriptor, 100):
                return found
        except BlockingIOError:
            pass
        assert process.poll() is None, log.read_text("utf-8", "replace")
        time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8", "replace"))
