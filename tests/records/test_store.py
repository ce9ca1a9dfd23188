"""The store: one transaction with its audit entry or nothing, in order, and nothing deleted left."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from workbench.errors import StoreBusyError, StoreError, StoreVersionError, UsageError
from workbench.records.audit.checkpoints import Signer
from workbench.records.audit.entries import Draft
from workbench.records.audit.log import AuditLog
from workbench.records.audit.verbs import Verb
from workbench.records.engine import connect, shown, translated
from workbench.records.schema import bench, deployment_notes, deployments, exports
from workbench.records.store import BenchRow, Store

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
ROW = BenchRow("bench-1", "operational", {"answer": 42})


def log_of(bench_id: str) -> AuditLog:
    """A log without a witness."""
    return AuditLog(bench_id, Signer.generate(), [])


def draft() -> Draft:
    """An entry."""
    return Draft.of(Verb.ADMINISTER, actor="ada", role="administrator", purpose="administration")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new store."""
    made = Store.create(tmp_path / "records.sqlite", ROW, log_of(ROW.id), clock=lambda: NOW)
    yield made
    made.close()


def export(number: int) -> dict[str, object]:
    """A row of a small table."""
    return {
        "id": f"export-{number}",
        "purpose": "administration",
        "actor": "ada",
        "at": "2026-11-25T09:00:00.000000+00:00",
        "what": "a page",
        "recipient": "nobody",
        "objects": "[]",
    }


def written(store: Store, *statements: Any, logged: bool = True, fault: bool = False) -> None:
    """Write in one transaction; with a fault at its end if asked for."""
    with store.writing() as writing:
        if logged:
            writing.audit(draft())
        for statement in statements:
            writing.connection.execute(statement)
        if fault:
            raise RuntimeError


def count(store: Store) -> int:
    """How many such rows there are."""
    with store.reading() as connection:
        return len(connection.execute(select(exports.c.id)).all())


def test_a_new_store_says_of_which_bench_it_is(tmp_path: Path, store: Store) -> None:
    again = Store.open(tmp_path / "records.sqlite", log_of)
    assert (again.bench.id, again.bench.kind) == ("bench-1", "operational")
    assert again.bench.settings == {"answer": 42}
    again.close()


def test_a_transaction_is_there_whole_with_its_entry(store: Store) -> None:
    done: list[str] = []
    with store.writing() as writing:
        writing.connection.execute(insert(exports).values(**export(1)))
        writing.audit(draft())
        writing.afterwards(lambda: done.append("after"))
        assert writing.now == NOW
        assert writing.at == "2026-11-25T09:00:00.000000+00:00"
        assert done == []
    assert done == ["after"]
    assert count(store) == 1


def test_a_transaction_without_an_entry_is_rolled_back(store: Store) -> None:
    with pytest.raises(AssertionError, match="a transaction without an audit entry"):
        written(store, insert(exports).values(**export(1)), logged=False)
    assert count(store) == 0


def test_an_error_rolls_back_what_was_logged_too(store: Store) -> None:
    with pytest.raises(RuntimeError):
        written(store, insert(exports).values(**export(1)), fault=True)
    assert count(store) == 0
    with store.reading() as connection:
        assert store.log.head(connection) is None


def test_what_waits_for_the_commit_is_not_done_without_one(store: Store) -> None:
    done: list[str] = []

    def fail() -> None:
        with store.writing() as writing:
            writing.audit(draft())
            writing.afterwards(lambda: done.append("after"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert done == []


def test_a_row_that_refers_to_nothing_is_refused(store: Store) -> None:
    note = {
        "id": "note-1",
        "deployment": "none",
        "kind": "notice",
        "content": "{}",
        "actor": "ann",
        "at": "x",
    }
    with pytest.raises(StoreError, match="FOREIGN KEY"):
        written(store, insert(deployment_notes).values(**note))


def test_sqlite_overwrites_what_is_deleted_and_keeps_nothing_elsewhere(
    waited_for: None, store: Store
) -> None:
    expected = {
        "journal_mode": "wal",
        "secure_delete": 1,
        "foreign_keys": 1,
        "synchronous": 2,
        "temp_store": 2,
        "trusted_schema": 0,
    }
    with store.reading() as connection:
        found = {name: connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in expected}
    assert found == expected


def test_what_was_deleted_is_in_no_file_after_the_checkpoint(tmp_path: Path, store: Store) -> None:
    secret = "S" + os.urandom(24).hex()
    with store.writing() as writing:
        writing.connection.execute(insert(exports).values(**export(1) | {"what": secret}))
        writing.audit(draft())
    assert any(secret.encode() in path.read_bytes() for path in tmp_path.iterdir())
    with store.writing() as writing:
        writing.connection.execute(exports.delete())
        writing.audit(draft())
    store.checkpoint()
    assert not any(secret.encode() in path.read_bytes() for path in tmp_path.iterdir())


def test_two_transactions_come_one_after_the_other(store: Store) -> None:
    inside: list[int] = []
    worst: list[int] = []

    def write(number: int) -> None:
        with store.writing() as writing:
            inside.append(number)
            worst.append(len(inside))
            writing.connection.execute(insert(exports).values(**export(number)))
            writing.audit(draft())
            inside.remove(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(worst) == 1
    assert count(store) == 8


def test_a_reader_sees_one_state_while_others_write(store: Store) -> None:
    with store.reading() as connection:
        assert connection.execute(select(exports.c.id)).all() == []
        with store.writing() as writing:
            writing.connection.execute(insert(exports).values(**export(1)))
            writing.audit(draft())
        assert connection.execute(select(exports.c.id)).all() == []
    assert count(store) == 1


def test_records_that_others_hold_are_busy_not_broken(tmp_path: Path, store: Store) -> None:
    engine = connect(tmp_path / "records.sqlite", wait_s=0.2)
    waiting = Store(engine, ROW, log_of(ROW.id), clock=lambda: NOW)
    other = sqlite3.connect(tmp_path / "records.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with (
        pytest.raises(StoreBusyError, match="others have been writing to the records"),
        waiting.writing(),
    ):
        pass
    other.execute("ROLLBACK")
    other.close()
    waiting.close()


def test_a_place_that_has_records_is_not_used_twice(tmp_path: Path, store: Store) -> None:
    with pytest.raises(StoreError, match=r"holds a bench already\. Open it"):
        Store.create(tmp_path / "records.sqlite", ROW, log_of(ROW.id))


def test_no_records(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there are no records"):
        Store.open(tmp_path / "none.sqlite", log_of)
    assert not (tmp_path / "none.sqlite").exists()
    (tmp_path / "empty.sqlite").touch()
    with pytest.raises(StoreError, match="there are no records here"):
        Store.open(tmp_path / "empty.sqlite", log_of)


def test_records_of_no_bench(tmp_path: Path, store: Store) -> None:
    with store.writing() as writing:
        writing.connection.execute(bench.delete())
        writing.audit(draft())
    with pytest.raises(StoreError, match=r"name no bench\. Restore them"):
        Store.open(tmp_path / "records.sqlite", log_of)


def test_a_newer_schema_is_refused_and_left(tmp_path: Path, store: Store) -> None:
    with store.writing() as writing:
        writing.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        writing.audit(draft())
    with pytest.raises(StoreVersionError, match="a newer one wrote them"):
        Store.open(tmp_path / "records.sqlite", log_of)


@pytest.mark.parametrize("statement", ["DELETE FROM audit", "UPDATE audit SET body = ''"])
def test_the_database_itself_refuses_to_change_the_log(store: Store, statement: str) -> None:
    written(store)
    with pytest.raises(StoreError, match="the audit log is only ever added to"):
        written(store, text(statement))
    with store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit")).scalar_one() == 1


def test_errors_of_a_database_carry_no_values(store: Store) -> None:
    row = insert(exports).values(**export(1) | {"what": "a secret"})
    with pytest.raises(StoreError) as refused:
        written(store, row, row)
    assert "a secret" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("database or disk is full", "the disk is full; nothing was written"),
        ("attempt to write a readonly database", "cannot be written to"),
        ("database disk image is malformed", "the database is damaged"),
        ("something else", "the database said: something else"),
    ],
)
def test_what_a_database_says_becomes_something_to_act_on(said: str, words: str) -> None:
    with pytest.raises(StoreError, match=words), translated("here"):
        raise sqlite3.OperationalError(said)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://host/name", "mysql is no store of the workbench"),
        ("://", "cannot be read"),
    ],
)
def test_what_is_no_address(address: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        connect(address)


def test_an_address_is_shown_without_its_password() -> None:
    assert "hidden" not in shown("postgresql://ada:hidden@host/name?password=hidden")
    assert shown("postgresql://ada:hidden@host/name").endswith("@host/name")
    assert shown("mysql://x") == "the store"


def test_deployments_are_kept_under_one_reference(store: Store) -> None:
    values = {
        "id": "deployment-1",
        "reference": "A",
        "state": "draft",
        "applicant": "ann",
        "content": "{}",
        "created": "x",
        "changed": "x",
    }
    written(store, insert(deployments).values(**values))
    with pytest.raises(StoreError, match="UNIQUE"):
        written(store, insert(deployments).values(**values | {"id": "deployment-2"}))


def test_what_sqlite_writes_beside_it_is_as_private_as_the_file(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    path.touch(mode=0o600)
    made = Store.create(path, ROW, log_of(ROW.id), clock=lambda: NOW)
    with made.writing() as writing:
        writing.audit(draft())
        assert {stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()} == {0o600}
    made.close()
