"""Reading as somebody whom permissions hold back, and a store of either kind."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from postgresql_server import PostgresqlServer, start_postgresql

# Test folders are no packages, so a module that several of them share is found by its folder.
sys.path.insert(0, str(Path(__file__).parent))

from any_store import AnyStore

NOBODY = 65534


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give an empty folder that every user may look into."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    for path in folder.rglob("*"):
        if path.is_dir():
            path.chmod(0o700)
    shutil.rmtree(folder)


@pytest.fixture
def powerless() -> Callable[[], AbstractContextManager[None]]:
    """Give a context in which the superuser reads as anybody; another user does anyway."""

    @contextmanager
    def as_anybody() -> Iterator[None]:
        if os.geteuid() != 0:
            yield
            return
        os.seteuid(NOBODY)
        try:
            yield
        finally:
            os.seteuid(0)

    return as_anybody


@pytest.fixture(params=["sqlite", "postgresql"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> AnyStore:
    """Return a place for a store in SQLite, and then one in PostgreSQL."""
    if request.param == "sqlite":
        return AnyStore("sqlite", str(tmp_path / "records.sqlite"))
    store: AnyStore = request.getfixturevalue("postgresql_store")
    return store


@pytest.fixture
def postgresql_store(postgresql: PostgresqlServer) -> AnyStore:
    """Return a place for a store in PostgreSQL."""
    return _on(postgresql)


@pytest.fixture
def mortal_store() -> Iterator[AnyStore]:
    """Return a place for a store in PostgreSQL, on a server of its own that can be killed."""
    with start_postgresql() as server:
        store = _on(server)

        def kill() -> None:
            server.kill()
            server.start()

        store.kill = kill
        yield store


def _on(server: PostgresqlServer) -> AnyStore:
    address = server.address(server.new_database("store_owner"), "store_owner")
    return AnyStore("postgresql", address)
