"""Making a bench in PostgreSQL that fails half-way: it can be made again, or it is said what to do."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cut_line import CutLine
from policed_keys import PolicedKeyService
from postgresql_server import PostgresqlServer
from team_bench import OWNER, PASSWORD, token_of

from workbench.bench import Workbench
from workbench.errors import KeyStoreError, StoreError
from workbench.settings import Settings

MAKING = ("bench/creating.py", "bench/first_records.py", "bench/policies.py", "records/store.py")


@pytest.fixture
def settings(kms: PolicedKeyService, tmp_path: Path, as_anybody: None) -> Settings:
    """Return settings with a key service."""
    service = {"address": kms.address, "key": "lfr", "token_variable": token_of("owner")}
    return Settings(
        threads=1,
        keys={"folder": tmp_path / "keys", "kms": service},
        witness=tmp_path / "witness",
    )


@pytest.fixture
def in_folder(tmp_path: Path, as_anybody: None) -> Settings:
    """Return settings with all keys in a folder."""
    return Settings(
        threads=1,
        keys={"folder": tmp_path / "keys", "shared": True},
        witness=tmp_path / "witness",
    )


@pytest.fixture
def database(postgresql: PostgresqlServer) -> str:
    """Return the name of an empty database."""
    return postgresql.new_database(OWNER)


@pytest.fixture
def address(postgresql: PostgresqlServer, database: str) -> str:
    """Return its address."""
    return postgresql.address(database, OWNER)


@pytest.fixture
def line(postgresql: PostgresqlServer, request: pytest.FixtureRequest) -> Iterator[CutLine]:
    """Return a line to the server that is cut as a commit is sent; `before`, `stays_cut`."""
    before, stays_cut = request.param
    made = CutLine(postgresql.port, b"COMMIT", before=before, stays_cut=stays_cut)
    with postgresql.passwords.open("a", encoding="utf-8") as file:
        file.write(f"127.0.0.1:{made.port}:*:*:{postgresql.password}\n")
    yield made
    made.close()


def create(address: str, settings: Settings) -> Any:
    """Make a bench."""
    return Workbench.create(address, "ada", PASSWORD, settings=settings)


def require_whole(address: str, settings: Settings) -> None:
    """Log in to a bench, and look through its log."""
    token = Workbench.login(address, "ada", PASSWORD, settings=settings)
    with Workbench.open(address, credential=token, settings=settings) as bench:
        assert [one.name for one in bench.users.list()] == ["ada"]
        assert bench.audit.verify().ok
        assert len(bench._context.keys.store.ids()) == 1


def tables(postgresql: PostgresqlServer, database: str) -> list[Any]:
    """Return the tables that there are."""
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    return postgresql.run(query, database)


def keys_in(settings: Settings) -> list[Path]:
    """Return the files that lie where keys do."""
    return [one for one in settings.keys.folder.rglob("*") if one.is_file()]


def test_where_the_key_service_is_sealed(
    postgresql: PostgresqlServer,
    database: str,
    address: str,
    settings: Settings,
    kms: PolicedKeyService,
) -> None:
    before = set(kms.secrets)
    kms.sealed = True
    try:
        with pytest.raises(KeyStoreError, match="sealed"):
            create(address, settings)
    finally:
        kms.sealed = False
    assert tables(postgresql, database) == []
    assert keys_in(settings) == []
    create(address, settings)
    require_whole(address, settings)
    assert len(set(kms.secrets) - before) == 1


def test_where_the_folder_of_keys_takes_no_data_key(
    postgresql: PostgresqlServer,
    database: str,
    address: str,
    in_folder: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A file system without room for it, or read-only by then, says so to whoever writes."""
    real = os.open

    def refusing(path: Any, *rest: Any, **named: Any) -> int:
        if "/data/" in os.fsdecode(path) and "key-0" in os.fsdecode(path):
            raise OSError(30, "Read-only file system")
        return real(path, *rest, **named)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refusing)
        with pytest.raises(KeyStoreError, match="Read-only file system"):
            create(address, in_folder)
    assert tables(postgresql, database) == []
    assert keys_in(in_folder) == []
    create(address, in_folder)
    require_whole(address, in_folder)


@pytest.mark.parametrize("line", [(True, False), (True, True)], indirect=True)
def test_where_the_connection_is_lost_before_the_end(
    postgresql: PostgresqlServer,
    database: str,
    address: str,
    line: CutLine,
    in_folder: Settings,
) -> None:
    with pytest.raises(StoreError, match="does not answer") as refused:
        create(address.replace(str(postgresql.port), str(line.port)), in_folder)
    assert line.was_cut.is_set()
    assert tables(postgresql, database) == []
    assert bool(keys_in(in_folder)) is line.stays_cut, "they stay where nobody can tell"
    if line.stays_cut:
        assert "remove that folder and make the bench again" in str(refused.value)
    create(address, in_folder)
    require_whole(address, in_folder)


@pytest.mark.parametrize("line", [(False, False)], indirect=True)
def test_where_only_the_answer_is_lost_the_bench_is_made(
    postgresql: PostgresqlServer, address: str, line: CutLine, in_folder: Settings
) -> None:
    create(address.replace(str(postgresql.port), str(line.port)), in_folder)
    assert line.was_cut.is_set()
    require_whole(address, in_folder)


@pytest.mark.parametrize("line", [(False, True)], indirect=True)
def test_where_the_answer_and_the_database_are_lost_it_is_said_what_to_do(
    postgresql: PostgresqlServer, address: str, line: CutLine, in_folder: Settings
) -> None:
    said = r"Whether the bench was made is not known, so its keys stay in (\S+)\. Once .* log in"
    with pytest.raises(StoreError, match=said) as lost:
        create(address.replace(str(postgresql.port), str(line.port)), in_folder)
    found = re.search(said, str(lost.value))
    assert found is not None
    assert Path(found[1]).is_dir()
    require_whole(address, in_folder)
    with pytest.raises(StoreError, match=r"holds a bench already\. Open it"):
        create(address, in_folder)
    require_whole(address, in_folder)


KILLED = """
    import os, signal, sys
    sys.path[:0] = {plugins!r}
    from cutting import cut_off
    from workbench.bench import Workbench
    from workbench.settings import Settings

    keys = {{"folder": {keys!r}, "shared": True}}
    settings = Settings(threads=1, keys=keys, witness={witness!r})
    with cut_off({at}, {files!r}, lambda: os.kill(os.getpid(), signal.SIGKILL)) as count:
        Workbench.create({address!r}, "ada", {password!r}, settings=settings)
    print(count[0])
"""


def run_in_process(address: str, settings: Settings, at: int) -> subprocess.CompletedProcess[str]:
    """Make a bench in a process that is killed at the `at`-th line of making one."""
    code = KILLED.format(
        plugins=[path for path in sys.path if path.endswith("plugins")],
        keys=str(settings.keys.folder),
        witness=str(settings.witness),
        files=MAKING,
        at=at,
        address=address,
        password=PASSWORD,
    )
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_where_the_process_is_killed_at_any_line(
    postgresql: PostgresqlServer, in_folder: Settings
) -> None:
    """What it left is no bench, and another can be made there; or it is one, and whole."""
    whole = run_in_process(
        postgresql.address(postgresql.new_database(OWNER), OWNER), in_folder, at=0
    )
    lines = int(whole.stdout)
    outcomes = set()
    for at in [*range(5, lines, lines // 4), lines - 3]:
        database = postgresql.new_database(OWNER)
        address = postgresql.address(database, OWNER)
        killed = run_in_process(address, in_folder, at)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        is_made = tables(postgresql, database) != []
        outcomes.add(is_made)
        if not is_made:
            create(address, in_folder)
        require_whole(address, in_folder)
    assert outcomes == {False, True}
