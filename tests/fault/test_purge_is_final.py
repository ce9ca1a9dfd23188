"""After a purge, a copy taken before it yields nothing, whatever is put beside it now.

The copy is of the database and all files of the bench; with it go the master key and the key store
as they are after the purge. A positive control opens everything of the same copy with the key
store as it was before.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from bench_steps import REFERENCE
from command_bench import CommandBench, make_command_bench
from kept_values import FACES, SAID, lasting_keys, plant_list, plant_said

from workbench.bench.erasing import begin_alerts, begin_watchlist, complete
from workbench.errors import StoreError
from workbench.records.vault.key_files import FolderKeyStore
from workbench.records.vault.keys import DataKeys
from workbench.records.vault.master_sets import FollowingWrapper, MasterFiles
from workbench.records.vault.sealing import Bound, unseal


@dataclass
class Purged:
    """A bench after its purge, and copies from before it."""

    bench: CommandBench
    folder: Path
    keys: Path
    before: Path
    keys_before: Path


@pytest.fixture(scope="module")
def purged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Purged]:
    place = tmp_path_factory.mktemp("final")
    bench = make_command_bench(place)
    bench.apply()
    keys = next((place / "keys").iterdir())
    before, keys_before = place / "copy", place / "copy-of-keys"
    with bench.open("operator") as workbench:
        row = plant_list(workbench, REFERENCE)
        for _ in range(3):
            plant_said(workbench, REFERENCE)
        # While it is open, so that the write-ahead log is copied as it is, too.
        shutil.copytree(bench.folder, before)
        shutil.copytree(keys, keys_before)
        context = workbench._context
        with context.system() as acting:
            erasures = [begin_watchlist(acting, row.deployment)]
            erasures.append(begin_alerts(acting, row.deployment))
        for erasure in erasures:
            complete(context, erasure)
        yield Purged(bench, bench.folder, keys, before, keys_before)


def data_keys(folder: Path, bench_id: str) -> dict[str, bytes]:
    """Return every data key that a key store holds, by whatever its master key opens."""
    found = {}
    keys = DataKeys(
        FollowingWrapper(MasterFiles(folder)), FolderKeyStore(folder / "data", bench_id)
    )
    for name in keys.store.ids():
        with keys.get(name).opened() as secret:
            found[name] = bytes(secret)
    return found


def opened(folder: Path, keys: dict[str, bytes]) -> list[bytes]:
    """Open every sealed file of a copy with every key, by its rows and by brute force."""
    (bench_id,) = sqlite_rows(folder, "SELECT id FROM bench")[0]
    found = []
    rows = sqlite_rows(folder, "SELECT id, key_id, kind, purpose FROM vault_objects")
    for path in sorted((folder / "vault").rglob("*.sealed")):
        sealed = path.read_bytes()
        for name, key_id, kind, purpose in rows:
            for secret in keys.values():
                bound = Bound(bench_id, name, kind, purpose, key_id)
                try:
                    found.append(unseal(bytearray(secret), sealed, bound, name))
                except StoreError:
                    continue
    return found


def sqlite_rows(folder: Path, query: str) -> list[tuple[str, ...]]:
    connection = sqlite3.connect(folder / "records.sqlite")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def bench_id_of(folder: Path) -> str:
    return sqlite_rows(folder, "SELECT id FROM bench")[0][0]


@pytest.mark.slow
def test_before_it_the_copy_opens(purged: Purged, tmp_path: Path) -> None:
    """The control: this very search finds all four when the keys are there."""
    copy = shutil.copytree(purged.before, tmp_path / "copy")
    keys = data_keys(purged.keys_before, bench_id_of(copy))
    found = opened(copy, keys)
    assert len(keys) == 5, "one of them seals nothing"
    assert len(found) == 4
    assert FACES in found


def test_after_it_the_copy_does_not_open_with_what_is_there_now(
    purged: Purged, tmp_path: Path
) -> None:
    copy = shutil.copytree(purged.before, tmp_path / "copy")
    assert len(list((copy / "vault").rglob("*.sealed"))) == 4
    keys = data_keys(purged.keys, bench_id_of(copy))
    assert set(keys) == lasting_keys(copy)
    assert opened(copy, keys) == []


def test_nor_with_anything_that_lies_among_the_keys(purged: Purged, tmp_path: Path) -> None:
    """Whatever of 32 bytes is in the folder of keys is tried as a data key, and none opens any."""
    copy = shutil.copytree(purged.before, tmp_path / "copy")
    found = candidates(purged.keys)
    assert len(found) > 100
    assert opened(copy, found) == []
    control = {**found, **data_keys(purged.keys_before, bench_id_of(copy))}
    assert len(opened(copy, control)) == 4


def candidates(folder: Path) -> dict[str, bytes]:
    """Return every run of 32 bytes in the files of a folder, also of what they encode."""
    found: set[bytes] = set()
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        texts = [content]
        for word in content.split():
            for decode in (bytes.fromhex, functools.partial(base64.b64decode, validate=True)):
                try:
                    texts.append(decode(word.decode("ascii")))
                except ValueError:
                    continue
            texts.append(hashlib.sha256(word).digest())
        found |= {text[start : start + 32] for text in texts for start in range(len(text) - 31)}
    return {str(number): secret for number, secret in enumerate(sorted(found))}


def test_nothing_of_it_is_in_the_database_its_log_or_freed_pages(purged: Purged) -> None:
    """The rows of what people said are overwritten, and the write-ahead log is empty."""
    before = _bytes_of(purged.before)
    assert SAID.encode() in before, "the control: it was there"
    after = _bytes_of(purged.folder)
    assert SAID.encode() not in after
    assert FACES[:29] not in after
    assert FACES[:29] not in before, "faces were never in it"
    wal = purged.folder / "records.sqlite-wal"
    assert not wal.exists() or wal.stat().st_size == 0


def test_no_sealed_file_and_no_data_key_is_left(purged: Purged) -> None:
    assert list((purged.folder / "vault").rglob("*.sealed")) == []
    left = {path.stem for path in (purged.keys / "data").glob("*.key")}
    assert left == lasting_keys(purged.folder)
    assert list((purged.keys / "data").glob(".*.part")) == []


def test_an_old_database_put_back_opens_nothing_either(purged: Purged, tmp_path: Path) -> None:
    """Whoever restores the copy beside the keys of now gets a bench whose list does not open."""
    copy = shutil.copytree(purged.before, tmp_path / "copy")
    for query in ("SELECT object_id FROM watchlists", "SELECT object_id FROM alerts"):
        assert sqlite_rows(copy, query)
    keys = data_keys(purged.keys, bench_id_of(copy))
    named = {row[0] for row in sqlite_rows(copy, "SELECT key_id FROM vault_objects")}
    assert len(named) == 4
    assert not named & set(keys)


def _bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("records.sqlite*")))
