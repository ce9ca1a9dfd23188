"""What the store hands out was checked, whatever happened to its cache or its process."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import (
    ArtefactError,
    ArtefactUnavailableError,
    DigestMismatchError,
    OutputError,
    RefusedError,
    UnknownArtefactError,
    UsageError,
)
from workbench.faces import artefacts
from workbench.faces.artefacts import Artefact, ArtefactStore, Catalogue, VerifyState
from workbench.faces.artefacts.artefact import Derived

CONTENT = bytes(range(256)) * 4000
DIGEST = hashlib.sha256(CONTENT).hexdigest()
ROOT = Path(artefacts.__file__).parents[3]

StoreOf = Callable[..., ArtefactStore]

# What another process runs: one store of one upstream artefact, resolved once.
PROCESS = """
import resource, sys
from pathlib import Path
from workbench.errors import WorkbenchError
from workbench.faces.artefacts import Artefact, ArtefactKind, ArtefactStore, Catalogue
from workbench.faces.artefacts.artefact import Cache, GivenFile, Upstream
cache, url, digest, size, limit = sys.argv[1:]
if int(limit):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
entry = Artefact("weights", ArtefactKind.ENCODER, "1", "MIT", digest, int(size), "weights.bin",
                 (GivenFile(), Cache(), Upstream(url)), "For a test.")
try:
    print(ArtefactStore(Path(cache), catalogue=Catalogue([entry])).path("weights"))
except WorkbenchError as error:
    print(type(error).__name__, error)
    sys.exit(error.exit_code)
"""


def start(store: ArtefactStore, url: str, limit: int = 0) -> subprocess.Popen[str]:
    """Resolve `weights` in another process, which may write files of `limit` bytes at most."""
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            PROCESS,
            str(store.cache),
            url,
            DIGEST,
            str(len(CONTENT)),
            str(limit),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def files(store: ArtefactStore) -> list[str]:
    found = (path for path in store.cache.rglob("*") if path.is_file())
    return sorted(path.name for path in found if path.suffix != ".lock")


def put(store: ArtefactStore, content: bytes) -> Path:
    path = store.cached_path("weights")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_an_unknown_name_is_wrong_usage(upstream_store: StoreOf) -> None:
    store = upstream_store("http://127.0.0.1:9/w", CONTENT)
    for call in (store.path, store.install, store.installed, store.verify):
        with pytest.raises(UnknownArtefactError):
            call("nothing")
    with pytest.raises(UnknownArtefactError):
        upstream_store("http://127.0.0.1:9/w", CONTENT, given={"nothing": Path("x")})


def test_a_given_file_comes_first_and_is_checked(upstream_store: StoreOf, tmp_path: Path) -> None:
    given = tmp_path / "mine.bin"
    given.write_bytes(CONTENT)
    store = upstream_store("http://127.0.0.1:9/w", CONTENT, given={"weights": given})
    assert store.path("weights") == given
    assert store.installed("weights")
    given.write_bytes(CONTENT[:-1] + b"!")
    with pytest.raises(DigestMismatchError, match=r"mine\.bin"):
        store.path("weights")


def test_a_wrong_byte_in_the_cache_is_refused_and_install_replaces_it(
    server: Any, upstream_store: StoreOf
) -> None:
    server.files["/w"] = CONTENT
    store = upstream_store(f"{server.url}/w", CONTENT)
    path = put(store, CONTENT)
    assert store.path("weights") == path
    # Same length and the old times: what is remembered of the file must not hide the change.
    state = path.stat()
    path.write_bytes(CONTENT[:-1] + b"!")
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    with pytest.raises(DigestMismatchError, match=DIGEST):
        store.path("weights")
    assert [result.state for result in store.verify()] == [VerifyState.DAMAGED]
    assert store.install("weights") == path
    assert store.path("weights").read_bytes() == CONTENT


def test_a_cache_that_can_only_be_read_is_enough(
    upstream_store: StoreOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = upstream_store("http://127.0.0.1:9/w", CONTENT)
    put(store, CONTENT)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "mkdir", refuse)
    monkeypatch.setattr("workbench.faces.artefacts.placing.tempfile.mkstemp", refuse)
    assert store.path("weights").read_bytes() == CONTENT


def test_verify_tells_absent_from_intact(upstream_store: StoreOf) -> None:
    store = upstream_store("http://127.0.0.1:9/w", CONTENT)
    (absent,) = store.verify("weights")
    assert (absent.state, absent.expected, absent.found) == (VerifyState.ABSENT, DIGEST, None)
    put(store, CONTENT)
    (intact,) = store.verify()
    assert (intact.state, intact.found) == (VerifyState.INTACT, DIGEST)


def test_without_a_known_digest_nothing_is_fetched(server: Any, upstream_store: StoreOf) -> None:
    server.files["/w"] = CONTENT
    store = upstream_store(f"{server.url}/w", CONTENT, known=False)
    for call in (store.path, store.install):
        with pytest.raises(RefusedError, match=r"install weights --sha256") as caught:
            call("weights")
        assert caught.value.exit_code == 3
    assert server.requests == []


def test_a_stated_digest_is_checked_then_remembered(server: Any, upstream_store: StoreOf) -> None:
    server.files["/w"] = CONTENT
    store = upstream_store(f"{server.url}/w", CONTENT, known=False)
    with pytest.raises(DigestMismatchError):
        store.install("weights", sha256="0" * 64)
    with pytest.raises(RefusedError):
        store.path("weights")
    path = store.install("weights", sha256=DIGEST.upper())
    assert store.path("weights") == path
    record = json.loads((store.cache / "weights.bin.trust.json").read_text())
    assert (record["artefact"], record["sha256"]) == ("weights", DIGEST)
    path.write_bytes(b"changed")
    with pytest.raises(DigestMismatchError, match=DIGEST):
        store.path("weights")


@pytest.mark.parametrize("record", ["", "{}", '{"sha256": "short"}', '["sha256"]'])
def test_a_damaged_trust_record_is_one_clear_error(upstream_store: StoreOf, record: str) -> None:
    store = upstream_store("http://127.0.0.1:9/w", CONTENT, known=False)
    put(store, CONTENT)
    (store.cache / "weights.bin.trust.json").write_text(record)
    with pytest.raises(ArtefactError, match="not a trust record"):
        store.path("weights")


@pytest.mark.parametrize("stated", ["0" * 64, "abc", ""])
def test_a_stated_digest_cannot_override_the_catalogue(
    upstream_store: StoreOf, stated: str
) -> None:
    store = upstream_store("http://127.0.0.1:9/w", CONTENT)
    with pytest.raises(UsageError, match="--sha256"):
        store.install("weights", sha256=stated)


def test_install_from_a_file_copies_it(upstream_store: StoreOf, tmp_path: Path) -> None:
    mine = tmp_path / "mine.bin"
    mine.write_bytes(CONTENT)
    store = upstream_store("http://127.0.0.1:9/w", CONTENT)
    assert store.install("weights", file=mine) == store.cached_path("weights")
    mine.unlink()
    assert store.path("weights").read_bytes() == CONTENT
    with pytest.raises(ArtefactError, match="cannot be read"):
        upstream_store("http://127.0.0.1:9/w", b"other").install("weights", file=mine)


def test_a_derived_artefact_is_made_checked_and_remade_from_a_repaired_origin(
    server: Any,
    upstream_store: StoreOf,
    artefact_of: Callable[..., Artefact],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.files["/w"] = CONTENT
    base = upstream_store(f"{server.url}/w", CONTENT)
    origin = base.catalogue.get("weights")
    made = artefact_of(CONTENT[::-1], Derived("weights", "reversed"), name="made")
    wrong = dataclasses.replace(made, name="wrong", filename="wrong.bin", sha256="0" * 64)
    converters = {"reversed": lambda source, out: out.write_bytes(source.read_bytes()[::-1])}
    monkeypatch.setattr("workbench.faces.artefacts.store.CONVERTERS", converters)
    store = ArtefactStore(base.cache, catalogue=Catalogue([origin, made, wrong]))
    put(store, b"damaged")
    assert store.path("made").read_bytes() == CONTENT[::-1]
    assert store.path("weights").read_bytes() == CONTENT
    with pytest.raises(DigestMismatchError, match="wrong made from weights"):
        store.path("wrong")
    assert files(store) == ["made.bin", "weights.bin"]


@pytest.mark.slow
def test_a_killed_download_leaves_no_false_file_and_the_next_run_is_clean(
    server: Any, upstream_store: StoreOf
) -> None:
    server.files["/w"] = CONTENT
    server.dribble_s = 0.01
    url = f"{server.url}/w"
    store = upstream_store(url, CONTENT)
    process = start(store, url)
    partial = store.cache / "weights.bin.part"
    until = time.monotonic() + 60
    while not (partial.is_file() and partial.stat().st_size) and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait(30) == -signal.SIGKILL
    process.communicate()
    assert 0 < partial.stat().st_size < len(CONTENT)
    assert not store.cached_path("weights").exists()
    server.dribble_s = 0.0
    assert store.path("weights").read_bytes() == CONTENT
    assert files(store) == ["weights.bin"]
    assert "range" in server.requests[-1][1]


@pytest.mark.slow
def test_two_processes_at_once_fetch_once(server: Any, upstream_store: StoreOf) -> None:
    server.files["/w"] = CONTENT
    server.dribble_s = 0.002
    url = f"{server.url}/w"
    store = upstream_store(url, CONTENT)
    processes = [start(store, url), start(store, url)]
    outputs = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    assert {out.strip() for out, _ in outputs} == {str(store.cached_path("weights"))}
    assert len(server.requests) == 1
    assert files(store) == ["weights.bin"]


@pytest.mark.slow
def test_no_space_is_an_output_error_that_leaves_nothing(
    server: Any, upstream_store: StoreOf
) -> None:
    server.files["/w"] = CONTENT
    url = f"{server.url}/w"
    store = upstream_store(url, CONTENT)
    process = start(store, url, limit=100_000)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert out.startswith("OutputError")
    assert "no space is left there" in out
    assert files(store) == []
    assert store.path("weights").read_bytes() == CONTENT


def test_a_cache_below_a_file_is_an_output_error(
    server: Any, upstream_store: StoreOf, tmp_path: Path
) -> None:
    server.files["/w"] = CONTENT
    store = upstream_store(f"{server.url}/w", CONTENT)
    store.cache = tmp_path / "file" / "cache"
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="could not be written"):
        store.path("weights")


def test_an_unreachable_origin_names_the_whole_chain(
    upstream_store: StoreOf, artefact_of: Callable[..., Artefact]
) -> None:
    base = upstream_store("http://127.0.0.1:9/w", CONTENT)
    made = artefact_of(b"made", Derived("weights", "reversed"), name="made")
    catalogue = Catalogue([base.catalogue.get("weights"), made])
    store = ArtefactStore(base.cache, catalogue=catalogue, offline=True)
    with pytest.raises(ArtefactUnavailableError, match=r"made from weights: weights could not"):
        store.path("made")
