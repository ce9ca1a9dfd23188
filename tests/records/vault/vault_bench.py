"""A vault with real files, and short ways to fill it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine

from workbench.records.engine import connect
from workbench.records.schema import metadata
from workbench.records.vault.blobs import Blobs
from workbench.records.vault.folder_blobs import FolderBlobs
from workbench.records.vault.key_files import FolderKeyStore
from workbench.records.vault.keys import DataKeys
from workbench.records.vault.masters import FileMaster, MasterKey, Masters
from workbench.records.vault.register import KeyRegister
from workbench.records.vault.table_blobs import TableBlobs
from workbench.records.vault.vault import Vault
from workbench.records.vault.wrapping import LocalWrapper

BENCH = "bench-0123456789abcdef"
NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
FACE = b"the template of a face " * 40


@dataclass
class Kept:
    """A vault and all it is made of; `where` holds `bench` and, apart from it, `keys`."""

    where: Path
    engine: Engine
    master: MasterKey
    store: FolderKeyStore
    keys: DataKeys
    blobs: Blobs
    register: KeyRegister
    vault: Vault

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        writer = self.engine.connect().execution_options(writing=True)
        with writer as connection, connection.begin():
            yield connection

    @contextmanager
    def cut_off(self) -> Iterator[Connection]:
        """Give a transaction that is rolled back at its end, as when its process is killed."""
        writer = self.engine.connect().execution_options(writing=True)
        with writer as connection, connection.begin() as transaction:
            yield connection
            transaction.rollback()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self.engine.connect() as connection, connection.begin():
            yield connection

    def make_key(self, key_id: str, retention: str = "alert") -> None:
        with self.writing() as connection:
            self.register.make(
                connection, key_id=key_id, retention=retention, purpose="deployment-1", now=NOW
            )

    def put(self, object_id: str, key_id: str, plaintext: bytes = FACE) -> None:
        with self.writing() as connection:
            self.vault.put(
                connection,
                object_id=object_id,
                key_id=key_id,
                kind="alert",
                purpose="deployment-1",
                plaintext=plaintext,
                now=NOW,
            )

    def get(self, object_id: str) -> bytes:
        with self.reading() as connection:
            return self.vault.get(connection, object_id)

    def destroy(self, *key_ids: str) -> None:
        with self.writing() as connection:
            self.register.mark(connection, key_ids, NOW)
        with self.writing() as connection:
            self.register.destroy_marked(connection, NOW)


def make_vault(where: Path, blobs: str = "folder") -> Kept:
    """Make a new vault."""
    FileMaster(where / "master.key").create()
    FolderKeyStore.create(where / "keys", BENCH)
    (where / "bench").mkdir()
    engine = connect(where / "bench" / "records.sqlite")
    metadata.create_all(engine)
    engine.dispose()
    return open_vault(where, blobs)


def open_vault(where: Path, blobs: str = "folder") -> Kept:
    """Open a vault that `make_vault` made, as another process would."""
    master = FileMaster(where / "master.key").read()
    store = FolderKeyStore(where / "keys", BENCH)
    keys = DataKeys(LocalWrapper(Masters(master)), store)
    kept: Blobs = TableBlobs() if blobs == "table" else FolderBlobs(where / "bench" / "vault")
    engine = connect(where / "bench" / "records.sqlite")
    vault = Vault(BENCH, keys, kept)
    return Kept(where, engine, master, store, keys, kept, KeyRegister(keys), vault)


def an_hour_ago() -> datetime:
    """Return a moment before everything that a test has written."""
    return datetime.now(UTC) - timedelta(hours=1)


def an_hour_later() -> datetime:
    """Return a moment after everything that a test has written."""
    return datetime.now(UTC) + timedelta(hours=1)


def all_bytes(folder: Path) -> bytes:
    """Return what all files of a folder hold, one after the other."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
