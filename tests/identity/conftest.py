"""Cheap password hashes, and a stand-in of JupyterHub's API on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from argon2 import PasswordHasher


@pytest.fixture
def cheap() -> PasswordHasher:
    """Hashes that cost next to nothing, for tests of everything but the cost."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class StandInHub:
    """Answers as JupyterHub does when it is asked whose a token is."""

    owners: dict[str, object] = field(default_factory=dict)
    """What it says of each token; anything else is forbidden."""
    status: int | None = None
    body: bytes | None = None
    location: str = ""
    pause_s: float = 0.0
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    port: int = 0

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hub/api"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.requests.append((handler.path, headers))
        threading.Event().wait(self.pause_s)
        token = headers.get("authorization", "").removeprefix("token ")
        status, body = 200, self.body
        if handler.path != "/hub/api/user":
            status = 404
        elif self.status is not None:
            status = self.status
        elif token not in self.owners:
            status = 403
        if body is None:
            body = json.dumps(self.owners.get(token, {"status": status})).encode()
        try:
            handler.send_response(status)
            if self.location:
                handler.send_header("Location", self.location)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)
        except OSError:  # who asked has gone
            handler.close_connection = True


@pytest.fixture
def hub() -> Iterator[StandInHub]:
    """A Hub that knows nobody yet."""
    stand_in = StandInHub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            stand_in.answer(self)

        def log_message(self, *_: object) -> None:
            """Keep the test's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stand_in.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield stand_in
    server.shutdown()
    server.server_close()
    thread.join()
