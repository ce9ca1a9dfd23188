"""The gallery server of a bench: who hears what is sent there, and where a collection lies."""

from __future__ import annotations

import json
import os
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from random_templates import drawn_encoder, unit_templates
from retro_values import collection_values

from workbench.bench.gallery_server import GalleryServer
from workbench.errors import CollectionError, StoreError, UsageError
from workbench.gallery_settings import GallerySettings, QdrantSettings
from workbench.governance.reference_collections import CollectionState, ReferenceCollection
from workbench.records.collections import CollectionRow

pytest.importorskip("qdrant_client", reason="needs the extra qdrant")

Maker = Any
KEY = "QDRANT_KEY_OF_A_TEST"
IDENTITY = drawn_encoder(8)


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


def put(bench: Maker, server: str | None, mark: str | None = None) -> CollectionRow:
    """Return a collection that was put on a server."""
    record = ReferenceCollection.read(
        {
            **collection_values(bench.clock(), gallery="qdrant"),
            "id": "collection-1",
            "owner": "analyst",
            "made": bench.clock(),
            "manifest": "0" * 64,
            "rows": 3,
            "listed": 0,
            "part": 8192,
            "server": server,
            "server_mark": mark,
        },
        what="the collection",
    )
    return CollectionRow(record, CollectionState.READY, "key-1")


def filled(server: GalleryServer, row: CollectionRow) -> None:
    """Put three references there."""
    server.require_usable(row.name)
    (gallery,) = server.galleries(row, [IDENTITY], made=True).values()
    gallery.extend(["ada", "bob", "cyd"], unit_templates(3, 1, IDENTITY))


def interrupted(server: GalleryServer, row: CollectionRow) -> None:
    """Put references there, and be interrupted."""
    with server.taking_back(row):
        filled(server, row)
        assert len(server.left(row)) == len(("references", "about"))
        raise KeyboardInterrupt


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


def test_only_the_server_that_a_collection_was_put_on_says_that_it_is_gone(
    bench: Maker, tmp_path: Path
) -> None:
    first = QdrantSettings(path=tmp_path / "first", storage_encrypted=True)
    other = QdrantSettings(path=tmp_path / "other", storage_encrypted=True)
    row = put(bench, first.place)
    with closing(server_of(bench, "analyst", first)) as server:
        filled(server, row)
        there = server.left(row)
        assert there == tuple(f"qdrant/collection-1-drawn{rest}" for rest in ("", "-about"))
    with closing(server_of(bench, "analyst", other)) as server:
        server.require_usable("custody")  # it answers, and has nothing
        with pytest.raises(UsageError, match=r"was put on .*first, and the settings name .*other"):
            server.drop(row)
        with pytest.raises(UsageError, match=r"Set gallery\.qdrant to where it lies"):
            server.galleries(row, [IDENTITY])
        assert server.left(row) == ("qdrant/collection-1",)
        unknown = put(bench, None)
        with pytest.raises(UsageError, match="does not say on which server it was put"):
            server.galleries(unknown, [IDENTITY])
        server.drop(unknown)
        assert server.left(unknown) == ("qdrant/collection-1",)
    with closing(server_of(bench, "analyst", None)) as server:
        assert server.left(row) == ("qdrant/collection-1",)
    with closing(server_of(bench, "analyst", first)) as server:
        assert server.left(row) == there
        server.drop(row)
        assert server.left(row) == ()


def test_a_relative_path_is_another_place_in_another_folder(
    bench: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    qdrant = QdrantSettings(path=Path("gallery"), storage_encrypted=True)
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    row = put(bench, qdrant.place)
    assert row.record.server == str((tmp_path / "here" / "gallery").resolve())
    with closing(server_of(bench, "analyst", qdrant)) as server:
        filled(server, row)
    monkeypatch.chdir(tmp_path / "there")
    with closing(server_of(bench, "analyst", qdrant)) as server:
        assert server.left(row) == ("qdrant/collection-1",)
    assert not list((tmp_path / "there").iterdir())


def test_what_is_cut_off_on_the_way_leaves_nothing_on_the_server(
    bench: Maker, tmp_path: Path
) -> None:
    qdrant = QdrantSettings(path=tmp_path / "server", storage_encrypted=True)
    row = put(bench, qdrant.place)
    with closing(server_of(bench, "analyst", qdrant)) as server:
        with pytest.raises(KeyboardInterrupt):
            interrupted(server, row)
        assert server.left(row) == ()


def test_what_is_searched_is_not_made_on_the_server(bench: Maker, tmp_path: Path) -> None:
    qdrant = QdrantSettings(path=tmp_path / "server", storage_encrypted=True)
    row = put(bench, qdrant.place)
    with closing(server_of(bench, "analyst", qdrant)) as server:
        with pytest.raises(StoreError, match=r"there is no gallery in .*server"):
            server.galleries(row, [IDENTITY])
        assert not (tmp_path / "server").exists()
        server.require_usable(row.name)
        with pytest.raises(CollectionError, match="the server has not all of it"):
            server.galleries(row, [IDENTITY])
        assert server.left(row) == ()


def test_a_folder_that_is_not_there_does_not_say_that_nothing_is_left(
    bench: Maker, tmp_path: Path
) -> None:
    qdrant = QdrantSettings(path=tmp_path / "disk" / "server", storage_encrypted=True)
    row = put(bench, qdrant.place)
    with closing(server_of(bench, "analyst", qdrant)) as server:
        filled(server, row)
    (tmp_path / "disk").rename(tmp_path / "elsewhere")
    (tmp_path / "disk" / "server").mkdir(parents=True, mode=0o700)
    with closing(server_of(bench, "analyst", qdrant)) as server:
        assert server.left(row) == ("qdrant/collection-1",)
        with pytest.raises(StoreError, match="Mount its disk"):
            server.drop(row)


def test_another_server_in_its_place_does_not_say_that_nothing_is_left(
    bench: Maker, tmp_path: Path
) -> None:
    qdrant = QdrantSettings(path=tmp_path / "server", storage_encrypted=True)
    with closing(server_of(bench, "analyst", qdrant)) as server:
        mark = server.mark("custody")
        assert server.mark("custody") == mark, "it is left there once"
        row = put(bench, qdrant.place, mark)
        filled(server, row)
    (tmp_path / "server").rename(tmp_path / "first")
    for marked in (False, True):
        with closing(server_of(bench, "analyst", qdrant)) as server:
            server.require_usable("custody")  # a new one, at the same place
            if marked:
                assert server.mark("custody") != mark
            assert server.left(row) == ("qdrant/collection-1",)
            for deed in (server.drop, lambda one: server.galleries(one, [IDENTITY], made=True)):
                with pytest.raises(UsageError, match=r"another server than .* carry its mark"):
                    deed(row)
    (tmp_path / "server").rename(tmp_path / "other")
    (tmp_path / "first").rename(tmp_path / "server")
    with closing(server_of(bench, "analyst", qdrant)) as server:
        assert len(server.left(row)) == len(("references", "about"))
        server.drop(row)
        assert server.left(row) == ()


@pytest.mark.skipif(os.name != "posix", reason="the modes of files are those of POSIX")
def test_the_folder_of_the_embedded_form_is_its_owners_alone(bench: Maker, tmp_path: Path) -> None:
    qdrant = QdrantSettings(path=tmp_path / "server", storage_encrypted=True)
    with closing(server_of(bench, "analyst", qdrant)) as server:
        server.require_usable("custody")
    assert stat.S_IMODE((tmp_path / "server").stat().st_mode) == 0o700
    (tmp_path / "server").chmod(0o750)
    with (
        closing(server_of(bench, "analyst", qdrant)) as server,
        pytest.raises(StoreError, match="can be read or written by other users"),
    ):
        server.require_usable("custody")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root's chown")
def test_a_folder_that_belongs_to_somebody_else_is_not_opened(bench: Maker, tmp_path: Path) -> None:
    qdrant = QdrantSettings(path=tmp_path / "server", storage_encrypted=True)
    with closing(server_of(bench, "analyst", qdrant)) as server:
        server.require_usable("custody")
    os.chown(tmp_path / "server", 65534, 65534)
    with (
        closing(server_of(bench, "analyst", qdrant)) as server,
        pytest.raises(StoreError, match="belongs to another user of this machine"),
    ):
        server.require_usable("custody")
