"""The gallery server of a bench: who hears what is sent there, and where a collection lies."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from workbench.bench.gallery_server import GalleryServer
from workbench.gallery_settings import GallerySettings, QdrantSettings

pytest.importorskip("qdrant_client", reason="needs the extra qdrant")

Maker = Any
KEY = "QDRANT_KEY_OF_A_TEST"


class Answering(BaseHTTPRequestHandler):
    """Says, as a Qdrant server does, that it has no collection."""

    def do_GET(self) -> None:
        """Note what is asked, with the key."""
        self.server.asked.append((self.path, self.headers["api-key"]))  # type: ignore[attr-defined]
        body = json.dumps({"result": {"collections": []}, "status": "ok", "time": 0.0}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def answering() -> Iterator[ThreadingHTTPServer]:
    """Return an HTTP server on loopback that answers as an empty Qdrant server does."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def server_of(bench: Maker, name: str, qdrant: QdrantSettings | None) -> GalleryServer:
    """Return the gallery server of a bench with these settings, opened as somebody."""
    settings = bench.settings.model_copy(update={"gallery": GallerySettings(qdrant=qdrant)})
    bench.settings = settings
    return GalleryServer(bench.open(name)._context)


# Over loopback the client warns of a key in clear, in vain.
@pytest.mark.filterwarnings("ignore:Api key is used with an insecure connection")
def test_no_proxy_of_the_environment_hears_what_goes_to_the_server(
    bench: Maker, answering: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.settimeout(0.5)
        address = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, address)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(KEY, "the key")
        url = f"http://127.0.0.1:{answering.server_port}"
        qdrant = QdrantSettings(address=url, storage_encrypted=True, key_variable=KEY, timeout_s=2)
        with closing(server_of(bench, "analyst", qdrant)) as server:
            server.require_usable("custody")
        with pytest.raises(TimeoutError):
            heard.append(proxy.accept())
    assert heard == []
    assert answering.asked == [("/collections", "the key")]  # type: ignore[attr-defined]
