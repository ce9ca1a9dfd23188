"""What holds for a store of either kind: in SQLite, and on a real PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import any_store as helper
import pytest
from any_store import AnyStore, draft, export, written
from sqlalchemy import insert, select, text

from workbench.errors import StoreBusyError, StoreError
from workbench.records.audit.reading import entries
from workbench.records.engine import connect
from workbench.records.migrations import current, head
from workbench.records.schema import audit, audit_head, exports, metadata, vault_chunks
from workbench.records.store import Store
from workbench.records.vault.table_blobs import TableBlobs


@pytest.fixture
def store(any_store: AnyStore) -> Iterator[Store]:
    made = any_store.create()
    yield made
    made.close()


def add(store: Store, *names: str, fail: bool = False, logged: bool = True) -> None:
    """Write rows and an entry in one transaction."""
    with store.writing() as writing:
        for name in names:
            writing.connection.execute(insert(exports).values(**export(name)))
        if logged:
            writing.audit(draft())
        if fail:
            raise RuntimeError


class TestBasics:
    @pytest.mark.slow
    def test_it_has_the_schema_of_this_version(self, any_store: AnyStore, store: Store) -> None:
        with store.reading() as connection:
            assert current(connection) == head()
            for table in metadata.sorted_tables:
                connection.execute(select(table).limit(1)).all()

    def test_it_says_of_which_bench_it_is(self, any_store: AnyStore, store: Store) -> None:
        again = any_store.open()
        assert (again.bench.id, again.bench.kind) == ("bench-1", "operational")
        assert again.bench.settings == {"answer": 42}
        again.close()

    def test_there_is_no_second_bench(self, any_store: AnyStore, store: Store) -> None:
        with pytest.raises(StoreError, match=r"holds a bench already\. Open it"):
            any_store.create()

    def test_a_transaction_is_there_whole_with_its_entry(self, store: Store) -> None:
        add(store, "a", "b")
        assert written(store) == ["a", "b"]
        assert store.log.verify(store.reading).entries == 1

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("values", "raised"), [({"fail": True}, RuntimeError), ({"logged": False}, AssertionError)]
    )
    def test_one_that_fails_or_is_not_logged_leaves_nothing(
        self, store: Store, values: dict[str, bool], raised: type[BaseException]
    ) -> None:
        with pytest.raises(raised):
            add(store, "a", **values)
        assert written(store) == []
        assert store.log.verify(store.reading).entries == 0

    def test_a_reader_sees_one_state_while_others_write(self, store: Store) -> None:
        with store.reading() as connection:
            count = select(exports.c.id)
            assert connection.execute(count).all() == []
            add(store, "a")
            assert connection.execute(count).all() == []
        assert written(store) == ["a"]

    def test_a_row_that_refers_to_nothing_is_refused(self, store: Store) -> None:
        statement = text("INSERT INTO held_objects VALUES ('no-hold', 'alert-1')")
        with pytest.raises(StoreError, match=r"(?i)foreign key"), store.writing() as writing:
            writing.connection.execute(statement)

    def test_an_error_carries_no_value(self, store: Store) -> None:
        with pytest.raises(StoreError) as refused:
            add(store, "a secret", "a secret")
        assert "a secret" not in str(refused.value)
        assert refused.value.__cause__ is None

    def test_letters_of_every_kind_are_kept(self, store: Store) -> None:
        said = "Ænglisc, 漢字, 👤, ' \" \\ % :x ?"
        with store.writing() as writing:
            writing.connection.execute(insert(exports).values(**export("a") | {"what": said}))
            writing.audit(draft())
        with store.reading() as connection:
            assert connection.execute(select(exports.c.what)).scalar_one() == said


class TestLog:
    @pytest.mark.slow
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit SET body = '{}'",
            "UPDATE audit SET hash = 'x' WHERE seq = 1",
            "DELETE FROM audit",
            "DELETE FROM audit_head",
            "UPDATE audit_head SET seq = 0",
            "INSERT INTO audit (seq, body, hash) VALUES (9, '{}', 'x')",
        ],
    )
    def test_the_database_refuses_to_change_it(self, store: Store, statement: str) -> None:
        add(store)
        with (
            pytest.raises(StoreError, match="the audit log is only ever added to"),
            store.writing() as writing,
        ):
            writing.connection.execute(text(statement))
        assert store.log.verify(store.reading).ok

    def test_an_edit_behind_its_back_is_found(self, any_store: AnyStore, store: Store) -> None:
        for _ in range(3):
            add(store)
        owner = connect(any_store.address)
        with owner.connect().execution_options(writing=True) as connection, connection.begin():
            for name in ("audit_no_update", "audit_no_change"):
                on = " ON audit" if any_store.kind == "postgresql" else ""
                connection.execute(text(f"DROP TRIGGER IF EXISTS {name}{on}"))
            connection.execute(audit.update().where(audit.c.seq == 2).values(body="{}"))
        owner.dispose()
        found = store.log.verify(store.reading)
        assert [(fault.seq, fault.kind.value) for fault in found.faults] == [
            (2, "edited"),
            (2, "unreadable"),
        ]

    def test_entries_are_read_as_they_were_written(self, store: Store) -> None:
        add(store)
        with store.reading() as connection:
            found = [logged.entry.actor for logged in entries(connection)]
        assert found == ["ada"]


@pytest.mark.slow
class TestOthers:
    def test_eight_processes_never_fork_the_chain(self, any_store: AnyStore, store: Store) -> None:
        processes = [
            subprocess.Popen(
                [sys.executable, helper.__file__, any_store.address, str(number), "12"],
                stderr=subprocess.PIPE,
                text=True,
            )
            for number in range(8)
        ]
        said = [process.communicate(timeout=200)[1] for process in processes]
        assert [process.returncode for process in processes] == [0] * 8, said
        assert len(written(store)) == 96
        found = store.log.verify(store.reading)
        assert found.ok, found
        assert found.entries == 96
        with store.reading() as connection:
            actors = Counter(logged.entry.actor for logged in entries(connection))
            assert connection.execute(select(audit_head.c.seq)).scalars().all() == [96]
        assert actors == {f"person-{number}": 12 for number in range(8)}

    def test_records_that_others_hold_are_busy_not_broken(
        self, any_store: AnyStore, store: Store
    ) -> None:
        waiting = any_store.open(wait_s=0.3)
        holds, done = threading.Event(), threading.Event()

        def hold() -> None:
            with store.writing() as writing:
                writing.audit(draft())
                holds.set()
                done.wait(30)

        holder = threading.Thread(target=hold)
        holder.start()
        holds.wait(30)
        try:
            with (
                pytest.raises(StoreBusyError, match=r"have been writing .* too long\. Try again"),
                waiting.writing(),
            ):
                pass
        finally:
            done.set()
            holder.join()
        add(waiting, "a")
        assert written(store) == ["a"]
        waiting.close()


class TestPostgresql:
    @pytest.fixture
    def store(self, postgresql_store: AnyStore) -> Iterator[Store]:
        made = postgresql_store.create()
        yield made
        made.close()

    @pytest.mark.slow
    @pytest.mark.parametrize("table", ["audit", "audit_head"])
    def test_the_log_is_not_truncated(self, store: Store, table: str) -> None:
        add(store)
        with (
            pytest.raises(StoreError, match="the audit log is only ever added to"),
            store.writing() as writing,
        ):
            writing.connection.execute(text(f"TRUNCATE {table}"))

    def test_nobody_is_let_in_without_the_password(
        self,
        postgresql_store: AnyStore,
        store: Store,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        wrong = tmp_path / "pgpass"
        wrong.write_text("*:*:*:*:not-the-password\n", "utf-8")
        wrong.chmod(0o600)
        monkeypatch.setenv("PGPASSFILE", str(wrong))
        with pytest.raises(StoreError, match="does not let you in") as refused:
            postgresql_store.open()
        assert "not-the-password" not in str(refused.value)

    def test_no_server(self) -> None:
        with pytest.raises(StoreError, match=r"ada@127\.0\.0\.1:1/x: the database does not answer"):
            AnyStore("postgresql", "postgresql://ada@127.0.0.1:1/x").open()


@pytest.mark.slow
def test_a_server_that_is_killed_leaves_nothing_half_written(mortal_store: AnyStore) -> None:
    kill = mortal_store.kill
    assert kill is not None
    store = mortal_store.create()
    for number in range(20):
        add(store, f"row-{number:02}")
    kill()
    assert len(written(store)) == 20, "what was acknowledged survives a power cut"

    def cut_off() -> None:
        with store.writing() as writing:
            writing.connection.execute(insert(exports).values(**export("half")))
            writing.audit(draft())
            kill()
            writing.connection.execute(insert(exports).values(**export("other-half")))

    with pytest.raises(StoreError, match="does not answer"):
        cut_off()
    assert len(written(store)) == 20
    add(store, "row-20")
    assert written(store)[-1] == "row-20"
    found = store.log.verify(store.reading)
    assert (found.ok, found.entries) == (True, 21)
    store.close()


def test_sealed_objects_in_rows(any_store: AnyStore, store: Store) -> None:
    blobs, sealed = TableBlobs(), bytes(range(256)) * 9000  # three rows
    with store.writing() as writing:
        blobs.put("object-1", sealed, writing.connection)
        writing.audit(draft())
    with store.reading() as connection:
        assert blobs.get("object-1", connection) == sealed
        assert blobs.size("object-1", connection) == len(sealed)
        assert (blobs.has("object-1", connection), blobs.has("object-2", connection)) == (
            True,
            False,
        )
        assert blobs.ids(connection) == {"object-1"}
    with store.writing() as writing:
        blobs.delete("object-1", writing.connection)
        writing.audit(draft())
    with store.reading() as connection:
        assert connection.execute(select(vault_chunks)).all() == []


def test_moments_are_ordered_alike(store: Store) -> None:
    from workbench.records.moments import as_text

    moments = [datetime(2026, 11, 25, 9, 0, s, us, tzinfo=UTC) for s in (1, 2) for us in (0, 5, 10)]
    with store.writing() as writing:
        for number, moment in enumerate(reversed(moments)):
            row = export(f"{number}") | {"at": as_text(moment)}
            writing.connection.execute(insert(exports).values(**row))
        writing.audit(draft())
    with store.reading() as connection:
        found = connection.execute(select(exports.c.at).order_by(exports.c.at)).scalars().all()
    assert found == [as_text(moment) for moment in moments]
