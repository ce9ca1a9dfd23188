"""The vault: what was put comes back, and what is damaged, moved or gone does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from vault_bench import FACE, NOW, Kept, all_bytes, an_hour_ago, an_hour_later, open_vault

from workbench.errors import (
    KeyDestroyedError,
    KeyStoreError,
    StoreError,
    UnknownRecordError,
    VaultError,
)
from workbench.records.schema import data_keys, vault_objects
from workbench.records.vault.register import KeyRegister
from workbench.records.vault.vault import Orphans, SealedAhead, Vault


def blob_of(kept: Kept, object_id: str) -> Path:
    (found,) = (kept.where / "bench" / "vault").rglob(f"{object_id}.sealed")
    return found


def test_an_empty_vault_gives_nothing(either: Kept) -> None:
    with either.writing() as connection:
        with pytest.raises(UnknownRecordError, match="has no object object-1"):
            either.vault.get(connection, "object-1")
        either.vault.delete(connection, ["object-1"])
        assert either.vault.sweep(connection, an_hour_later()) == Orphans((), (), 0)
        assert either.vault.missing(connection) == ()
    either.vault.erase(["object-1"])


@pytest.mark.slow
@pytest.mark.parametrize("plaintext", [b"", b"x", FACE, bytes(2 << 20)])
def test_what_was_put_comes_back_in_another_process(either: Kept, plaintext: bytes) -> None:
    either.make_key("key-1")
    either.put("object-1", "key-1", plaintext)
    again = open_vault(either.where, "table" if either.blobs.in_transaction else "folder")
    assert again.get("object-1") == plaintext
    again.engine.dispose()


def test_nothing_of_it_is_on_the_disk_unsealed(either: Kept) -> None:
    either.make_key("key-1")
    either.put("object-1", "key-1")
    assert FACE[:24] not in all_bytes(either.where)


def test_what_the_row_says_is_what_was_put(kept: Kept) -> None:
    kept.make_key("key-1")
    kept.put("object-1", "key-1")
    with kept.reading() as connection:
        row = connection.execute(vault_objects.select()).one()
    assert row.size == blob_of(kept, "object-1").stat().st_size
    assert (row.kind, row.purpose, row.key_id) == ("alert", "deployment-1", "key-1")
    assert row.stored == "2026-11-25T09:30:00.000000+00:00"


class TestAhead:
    """What is sealed into its file before the transaction that makes it known."""

    def ahead(self, kept: Kept, name: str = "object-1") -> SealedAhead:
        return kept.vault.put_ahead(
            object_id=name, key_id="key-1", kind="alert", purpose="deployment-1", plaintext=FACE
        )

    def test_it_is_there_once_it_was_entered(self, kept: Kept) -> None:
        kept.make_key("key-1")
        sealed = [self.ahead(kept), self.ahead(kept, "object-2")]
        with pytest.raises(UnknownRecordError, match="has no object object-1"):
            kept.get("object-1")
        with kept.writing() as connection:
            kept.vault.enter(connection, sealed, NOW)
        assert [kept.get(f"object-{n}") for n in (1, 2)] == [FACE, FACE]
        assert FACE[:24] not in all_bytes(kept.where)

    def test_entered_it_is_what_put_makes(self, kept: Kept) -> None:
        kept.make_key("key-1")
        with kept.writing() as connection:
            kept.vault.enter(connection, [self.ahead(kept)], NOW)
        kept.put("object-2", "key-1")
        with kept.reading() as connection:
            ahead, put = connection.execute(vault_objects.select()).mappings().all()
        own = {"id", "sha256"}
        assert {k: v for k, v in ahead.items() if k not in own} == {
            k: v for k, v in put.items() if k not in own
        }

    def test_what_is_not_entered_is_nobodys_and_is_swept(self, kept: Kept) -> None:
        kept.make_key("key-1")
        self.ahead(kept)
        with kept.writing() as connection:
            kept.vault.enter(connection, [], NOW)
            assert kept.vault.sweep(connection, an_hour_later()).objects == ("object-1",)

    def test_nothing_is_entered_under_a_key_that_is_to_go(self, kept: Kept) -> None:
        kept.make_key("key-1")
        sealed = [self.ahead(kept)]
        with kept.writing() as connection:
            KeyRegister.mark(connection, ["key-1"], NOW)
        with pytest.raises(KeyDestroyedError), kept.writing() as connection:
            kept.vault.enter(connection, sealed, NOW)

    def test_where_objects_are_rows_there_is_no_ahead(self, either: Kept) -> None:
        assert either.vault.is_in_files is not either.blobs.in_transaction
        either.make_key("key-1")
        if either.vault.is_in_files:
            assert self.ahead(either).size > len(FACE)
            return
        with pytest.raises(StoreError, match="is a row of the records: it needs their transact"):
            self.ahead(either)


class TestDamage:
    @pytest.fixture(autouse=True)
    def two_objects(self, kept: Kept) -> None:
        for at in (1, 2):
            kept.make_key(f"key-{at}")
            kept.put(f"object-{at}", f"key-{at}")

    def change(self, kept: Kept, object_id: str = "object-1", **values: object) -> None:
        with kept.writing() as connection:
            connection.execute(
                update(vault_objects).where(vault_objects.c.id == object_id).values(**values)
            )

    def test_a_truncated_file_is_named(self, kept: Kept) -> None:
        path = blob_of(kept, "object-1")
        path.write_bytes(path.read_bytes()[:-1])
        with pytest.raises(VaultError, match="alert object-1 is cut short: it has 952 bytes"):
            kept.get("object-1")

    def test_an_empty_and_a_longer_file_are_named(self, kept: Kept) -> None:
        path = blob_of(kept, "object-1")
        path.write_bytes(path.read_bytes() + b"x")
        with pytest.raises(VaultError, match="is damaged: it has 954 bytes instead of 953"):
            kept.get("object-1")
        path.write_bytes(b"")
        with pytest.raises(VaultError, match="is cut short: it has 0 bytes"):
            kept.get("object-1")

    def test_a_missing_file_is_named(self, kept: Kept) -> None:
        blob_of(kept, "object-1").unlink()
        with pytest.raises(VaultError, match=r"object-1 is not in .*Restore the vault"):
            kept.get("object-1")
        with kept.reading() as connection:
            assert kept.vault.missing(connection) == ("object-1",)

    def test_a_changed_byte_is_found(self, kept: Kept) -> None:
        path = blob_of(kept, "object-1")
        sealed = bytearray(path.read_bytes())
        sealed[100] ^= 1
        path.write_bytes(sealed)
        with pytest.raises(VaultError, match="SHA-256 is not the one recorded"):
            kept.get("object-1")

    def test_two_files_exchanged_are_found(self, kept: Kept) -> None:
        first, second = blob_of(kept, "object-1"), blob_of(kept, "object-2")
        content = first.read_bytes(), second.read_bytes()
        first.write_bytes(content[1])
        second.write_bytes(content[0])
        for name in ("object-1", "object-2"):
            with pytest.raises(VaultError, match="another object is in its place"):
                kept.get(name)

    def test_a_row_moved_elsewhere_does_not_open(self, kept: Kept) -> None:
        path, other = blob_of(kept, "object-1"), blob_of(kept, "object-2")
        with kept.reading() as connection:
            row = connection.execute(
                vault_objects.select().where(vault_objects.c.id == "object-1")
            ).one()
        other.write_bytes(path.read_bytes())
        self.change(kept, "object-2", sha256=row.sha256, size=row.size, key_id="key-1")
        with pytest.raises(VaultError, match="moved here from another place"):
            kept.get("object-2")

    @pytest.mark.parametrize(
        "values", [{"purpose": "deployment-2"}, {"kind": "watchlist"}, {"key_id": "key-2"}]
    )
    def test_a_changed_row_does_not_open(self, kept: Kept, values: dict[str, str]) -> None:
        self.change(kept, **values)
        with pytest.raises(VaultError, match="its row was changed"):
            kept.get("object-1")
        assert kept.get("object-2") == FACE

    def test_another_bench_does_not_open_it(self, kept: Kept) -> None:
        other = Vault("bench-2", kept.keys, kept.blobs)
        with kept.reading() as connection, pytest.raises(VaultError, match="does not open"):
            other.get(connection, "object-1")

    def test_exchanged_key_files_do_not_unwrap(self, kept: Kept) -> None:
        keys = kept.where / "keys"
        (keys / "key-1.key").write_bytes((keys / "key-2.key").read_bytes())
        kept.keys.forget()
        with pytest.raises(KeyStoreError, match="record of data key key-1 does not unwrap"):
            kept.get("object-1")


class TestPutting:
    def test_an_unknown_key_is_refused(self, either: Kept) -> None:
        with pytest.raises(StoreError, match="know no data key key-1"):
            either.put("object-1", "key-1")

    def test_a_transaction_that_fails_leaves_an_orphan_for_the_sweep(self, kept: Kept) -> None:
        kept.make_key("key-1")
        with kept.cut_off() as connection:
            kept.register.make(
                connection, key_id="key-2", retention="alert", purpose="deployment-1", now=NOW
            )
            kept.vault.put(
                connection,
                object_id="object-1",
                key_id="key-1",
                kind="alert",
                purpose="deployment-1",
                plaintext=FACE,
                now=NOW,
            )
        with kept.writing() as connection:
            with pytest.raises(UnknownRecordError):
                kept.vault.get(connection, "object-1")
            assert kept.vault.orphans(connection, an_hour_ago()) == Orphans((), ())
            later = an_hour_later()
            expected = Orphans(("object-1",), ("key-2",))
            assert kept.vault.orphans(connection, later) == expected
            assert kept.vault.sweep(connection, later) == expected
            assert kept.vault.orphans(connection, later) == Orphans((), ())
        assert kept.store.ids() == {"key-1"}

    def test_a_row_that_cannot_be_written_leaves_no_file(self, kept: Kept) -> None:
        kept.make_key("key-1")
        with kept.writing() as connection:
            connection.execute(
                insert(vault_objects).values(
                    id="object-1", key_id="key-1", kind="", purpose="", sha256="", size=0, stored=""
                )
            )
        with pytest.raises(IntegrityError):
            kept.put("object-1", "key-1")
        with kept.reading() as connection:
            assert kept.blobs.ids(connection) == frozenset()

    def test_a_second_object_of_one_id_leaves_the_first(self, either: Kept) -> None:
        either.make_key("key-1")
        either.put("object-1", "key-1")
        with pytest.raises(StoreError, match="already"):
            either.put("object-1", "key-1", b"another")
        assert either.get("object-1") == FACE


class TestDeleting:
    def test_files_stay_until_the_transaction_is_in_the_store(self, kept: Kept) -> None:
        kept.make_key("key-1")
        kept.put("object-1", "key-1")
        with kept.cut_off() as connection:
            kept.vault.delete(connection, ["object-1"])
        assert kept.get("object-1") == FACE
        with kept.writing() as connection:
            kept.vault.delete(connection, ["object-1"])
        assert blob_of(kept, "object-1").exists()
        kept.vault.erase(["object-1"])
        with kept.reading() as connection:
            assert kept.blobs.ids(connection) == frozenset()

    def test_one_cut_off_before_the_files_is_finished_by_the_sweep(self, kept: Kept) -> None:
        kept.make_key("key-1")
        kept.put("object-1", "key-1")
        with kept.writing() as connection:
            kept.vault.delete(connection, ["object-1"])
        (kept.where / "bench" / "vault" / "partial" / "left").write_bytes(b"half")
        with kept.writing() as connection:
            swept = kept.vault.sweep(connection, an_hour_later())
            assert swept == Orphans(("object-1",), (), 1)
            assert kept.blobs.ids(connection) == frozenset()

    def test_rows_go_with_the_transaction(self, either: Kept) -> None:
        either.make_key("key-1")
        either.put("object-1", "key-1")
        either.put("object-2", "key-1")
        with either.writing() as connection:
            either.vault.delete(connection, ["object-1"])
        either.vault.erase(["object-1"])
        with either.reading() as connection:
            assert either.blobs.ids(connection) == {"object-2"}
        assert either.get("object-2") == FACE


class TestDestruction:
    def test_a_marked_key_opens_nothing_more(self, either: Kept) -> None:
        either.make_key("key-1")
        either.put("object-1", "key-1")
        other = open_vault(either.where, "table" if either.blobs.in_transaction else "folder")
        assert other.get("object-1") == FACE
        with either.writing() as connection:
            either.register.mark(connection, ["key-1"], NOW)
            assert either.register.marked(connection) == ("key-1",)
        for one in (either, other):
            with pytest.raises(KeyDestroyedError, match="destroyed on 2026-11-25T09:30 UTC"):
                one.get("object-1")
            with pytest.raises(KeyDestroyedError):
                one.put("object-2", "key-1")
        assert "key-1" not in other.keys._remembered
        other.engine.dispose()

    def test_a_destroyed_key_is_gone_and_its_row_says_when(self, kept: Kept) -> None:
        for at in (1, 2):
            kept.make_key(f"key-{at}")
            kept.put(f"object-{at}", f"key-{at}")
        kept.destroy("key-1")
        assert kept.store.ids() == {"key-2"}
        assert kept.get("object-2") == FACE
        with kept.writing() as connection:
            row = connection.execute(data_keys.select().where(data_keys.c.id == "key-1")).one()
            assert row.destroying == row.destroyed == "2026-11-25T09:30:00.000000+00:00"
            assert kept.register.marked(connection) == ()
            assert kept.register.destroy_marked(connection, NOW) == ()
            assert kept.vault.missing(connection) == ()

    def test_one_that_was_cut_off_is_finished(self, kept: Kept) -> None:
        kept.make_key("key-1")
        with kept.writing() as connection:
            kept.register.mark(connection, ["key-1"], NOW)
        with kept.cut_off() as connection:
            kept.register.destroy_marked(connection, NOW)
        assert kept.store.ids() == frozenset()
        with kept.writing() as connection:
            assert kept.register.destroy_marked(connection, NOW) == ("key-1",)

    def test_it_can_be_confined_to_some(self, kept: Kept) -> None:
        for at in (1, 2):
            kept.make_key(f"key-{at}")
        with kept.writing() as connection:
            kept.register.mark(connection, ["key-1", "key-2"], NOW)
        with kept.writing() as connection:
            assert kept.register.destroy_marked(connection, NOW, ["key-2", "key-3"]) == ("key-2",)
            assert kept.register.marked(connection) == ("key-1",)
        assert kept.store.ids() == {"key-1"}

    def test_an_unknown_key_is_not_marked(self, kept: Kept) -> None:
        with (
            kept.writing() as connection,
            pytest.raises(StoreError, match="know no data key key-9"),
        ):
            kept.register.mark(connection, ["key-9"], NOW)

    def test_a_key_that_a_restored_key_store_brought_back_is_destroyed_again(
        self, kept: Kept
    ) -> None:
        kept.make_key("key-1")
        kept.put("object-1", "key-1")
        record = kept.store.get("key-1")
        kept.destroy("key-1")
        kept.store.put("key-1", record)
        with pytest.raises(KeyDestroyedError):
            kept.get("object-1")
        with kept.writing() as connection:
            assert kept.vault.sweep(connection, an_hour_ago()).keys == ("key-1",)
        assert kept.store.ids() == frozenset()

    def test_a_lost_key_is_told_apart_from_a_destroyed_one(self, kept: Kept) -> None:
        kept.make_key("key-1")
        kept.put("object-1", "key-1")
        kept.store.destroy("key-1")
        kept.keys.forget()
        with pytest.raises(
            KeyDestroyedError, match="If nobody destroyed it, the key store was lost"
        ):
            kept.get("object-1")
