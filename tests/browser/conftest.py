"""A real Chromium that may speak to this machine only, and servers on loopback for it."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from drawn_page import notebook_of
from searched_bench import SearchedBench, make_searched_bench

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LOCAL_SCHEMES = {"file", "data", "blob", "about"}
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass
class Watched:
    """A page of the browser, and what it asked for and complained about."""

    page: Any
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Start Debian's Chromium once."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="needs the Python package playwright"
    )
    if not CHROMIUM.exists():
        pytest.skip(f"needs Chromium at {CHROMIUM} (Debian package chromium)")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Callable[..., Watched]]:
    """Give a function that opens a page in a fresh profile; requests elsewhere are refused."""
    with ExitStack() as stack:

        def open_one(**options: Any) -> Watched:
            context = chromium.new_context(**options)
            stack.callback(context.close)
            watched = Watched(context.new_page())

            def check(route: Any) -> None:
                url = urlsplit(route.request.url)
                if url.scheme in LOCAL_SCHEMES or url.hostname in LOOPBACK:
                    route.continue_()
                else:
                    watched.outside.append(route.request.url)
                    route.abort()

            context.route("**/*", check)
            watched.page.on(
                "console",
                lambda message: (
                    watched.complaints.append(message.text) if message.type == "error" else None
                ),
            )
            watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))
            return watched

        yield open_one


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder without writing to the log."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def serve() -> Iterator[Callable[[Path], str]]:
    """Give a function that serves a folder on loopback and returns its address."""
    with ExitStack() as stack:

        def start(folder: Path) -> str:
            handler = functools.partial(_Quiet, directory=str(folder))
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()

            def stop() -> None:
                server.shutdown()
                server.server_close()
                thread.join()

            stack.callback(stop)
            return f"http://127.0.0.1:{server.server_port}"

        yield start


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[SearchedBench]:
    """Make a bench that nobody has searched yet."""
    made = make_searched_bench(tmp_path / "bench")
    yield made
    made.close()


@pytest.fixture
def notebook(bench: SearchedBench, tmp_path: Path) -> Callable[..., Path]:
    """Give a function that writes a notebook with the page of an account."""

    def write(account: str = "operator", call: str = "page") -> Path:
        path = tmp_path / f"{call}-{account}.ipynb"
        words = f"{call}({str(tmp_path / 'bench')!r}, {bench.reference!r}, {account!r})"
        return notebook_of(path, f"from drawn_page import {call}\n{words}")

    return write
