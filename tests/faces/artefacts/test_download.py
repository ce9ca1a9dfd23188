"""Downloads resume or restart, are checked before they are placed, and leave nothing half done."""

from __future__ import annotations

import dataclasses
import hashlib
import logging
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import ArtefactUnavailableError, DigestMismatchError
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.artefacts.download import Downloader, UnreachableError, Wanted

CONTENT = bytes(range(256)) * 2000
WRONG = b"x" + CONTENT[1:]

StoreOf = Callable[..., ArtefactStore]


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def left_over(store: ArtefactStore) -> list[str]:
    """Return every file of the cache but its locks."""
    return sorted(
        path.name for path in store.cache.rglob("*") if path.is_file() and path.suffix != ".lock"
    )


def test_a_file_is_fetched_with_progress_and_not_fetched_again(
    server: Any, upstream_store: StoreOf, tmp_path: Path
) -> None:
    server.files["/w"] = CONTENT
    told: list[tuple[str, int, int | None]] = []
    store = upstream_store(f"{server.url}/w", CONTENT)
    store._downloader = Downloader(
        progress=lambda what, done, total: told.append((what, done, total))
    )
    path = store.path("weights")
    assert path.read_bytes() == CONTENT
    assert path.parent == tmp_path / "cache"
    assert told[0] == ("weights", 0, len(CONTENT))
    assert told[-1] == ("weights", len(CONTENT), len(CONTENT))
    assert store.path("weights") == path
    assert len(server.requests) == 1
    assert left_over(store) == ["weights.bin"]


def test_a_cut_connection_is_continued_where_it_stopped(
    server: Any, upstream_store: StoreOf
) -> None:
    server.files["/w"] = CONTENT
    server.cuts = [100_000, 50_000]
    store = upstream_store(f"{server.url}/w", CONTENT)
    assert store.path("weights").read_bytes() == CONTENT
    asked = [headers.get("range") for _, headers in server.requests]
    assert asked == [None, "bytes=100000-", "bytes=150000-"]


def test_what_an_earlier_run_left_is_continued(server: Any, upstream_store: StoreOf) -> None:
    server.files["/w"] = CONTENT
    server.cuts = [100_000, 0, 0]
    store = upstream_store(f"{server.url}/w", CONTENT)
    with pytest.raises(ArtefactUnavailableError, match="closed connection"):
        store.path("weights")
    assert left_over(store) == ["weights.bin.part"]
    server.requests.clear()
    assert store.path("weights").read_bytes() == CONTENT
    assert server.requests[0][1]["range"] == "bytes=100000-"
    assert left_over(store) == ["weights.bin"]


def test_a_server_without_ranges_is_asked_again_from_the_start(
    server: Any, upstream_store: StoreOf
) -> None:
    server.files["/w"] = CONTENT
    server.ranges = False
    server.cuts = [100_000]
    store = upstream_store(f"{server.url}/w", CONTENT)
    assert store.path("weights").read_bytes() == CONTENT
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "left", [b"another file's beginning", b"y" * len(CONTENT), b"y" * (len(CONTENT) + 5)]
)
def test_a_partial_file_that_does_not_belong_is_thrown_away(
    server: Any, upstream_store: StoreOf, left: bytes
) -> None:
    server.files["/w"] = CONTENT
    store = upstream_store(f"{server.url}/w", CONTENT)
    store.cache.mkdir()
    (store.cache / "weights.bin.part").write_bytes(left)
    assert store.path("weights").read_bytes() == CONTENT


def test_wrong_bytes_are_refused_with_both_digests_and_leave_nothing(
    server: Any, upstream_store: StoreOf
) -> None:
    server.files["/w"] = WRONG
    store = upstream_store(f"{server.url}/w", CONTENT)
    with pytest.raises(DigestMismatchError) as caught:
        store.path("weights")
    assert digest(CONTENT) in str(caught.value)
    assert digest(WRONG) in str(caught.value)
    assert left_over(store) == []


def test_a_server_that_sends_too_much_is_stopped(server: Any, upstream_store: StoreOf) -> None:
    server.files["/w"] = CONTENT + b"more"
    store = upstream_store(f"{server.url}/w", CONTENT)
    with pytest.raises(ArtefactUnavailableError, match="more than the 512000 bytes"):
        store.path("weights")
    assert left_over(store) == []


def test_a_missing_file_is_asked_for_once(server: Any, upstream_store: StoreOf) -> None:
    store = upstream_store(f"{server.url}/w", CONTENT)
    with pytest.raises(ArtefactUnavailableError) as caught:
        store.path("weights")
    assert f"upstream {server.url}/w: the server answered 404" in str(caught.value)
    assert f"the cache {store.cache}: absent" in str(caught.value)
    assert len(server.requests) == 1


def test_a_busy_server_is_asked_again(server: Any, upstream_store: StoreOf) -> None:
    server.files["/w"] = CONTENT
    server.statuses = [503, 429]
    assert upstream_store(f"{server.url}/w", CONTENT).path("weights").read_bytes() == CONTENT


def test_an_address_where_nobody_listens_is_unavailable(upstream_store: StoreOf) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/w"
    with pytest.raises(ArtefactUnavailableError, match=r"(?s)Tried .*refused.*models export"):
        upstream_store(url, CONTENT).path("weights")


def test_offline_asks_nobody(server: Any, upstream_store: StoreOf) -> None:
    server.files["/w"] = CONTENT
    store = upstream_store(f"{server.url}/w", CONTENT, offline=True)
    with pytest.raises(ArtefactUnavailableError, match="offline"):
        store.path("weights")
    assert server.requests == []


def test_a_login_is_sent_but_neither_logged_nor_shown(
    server: Any, downloader: Downloader, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.files["/w"] = CONTENT
    server.login = "Basic YW5uOnMzY3JldA=="
    url = f"http://ann:s3cret@127.0.0.1:{server.port}/w"
    wanted = Wanted(url, digest(CONTENT), len(CONTENT), "weights")
    downloader.fetch(wanted, tmp_path / "w.part")
    assert (tmp_path / "w.part").read_bytes() == CONTENT
    server.files.clear()
    with pytest.raises(UnreachableError) as caught:
        downloader.fetch(wanted, tmp_path / "v.part")
    server.files["/w"] = WRONG
    with pytest.raises(DigestMismatchError) as mismatch:
        downloader.fetch(wanted, tmp_path / "u.part")
    assert "s3cret" not in f"{caught.value}{mismatch.value}{caplog.text}"
    assert f"127.0.0.1:{server.port}/w" in caplog.text


def test_a_download_that_is_interrupted_is_kept_and_continued(
    server: Any, tmp_path: Path, downloader: Downloader
) -> None:
    server.files["/w"] = CONTENT

    def stop(_what: str, done: int, _total: int | None) -> None:
        if done:
            raise KeyboardInterrupt

    wanted = Wanted(f"{server.url}/w", digest(CONTENT), len(CONTENT), "weights")
    partial = tmp_path / "weights.part"
    with pytest.raises(KeyboardInterrupt):
        dataclasses.replace(downloader, progress=stop).fetch(wanted, partial)
    kept = partial.stat().st_size
    assert 0 < kept < len(CONTENT)
    downloader.fetch(wanted, partial)
    assert partial.read_bytes() == CONTENT
    assert server.requests[-1][1]["range"] == f"bytes={kept}-"
