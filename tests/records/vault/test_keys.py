"""Data keys: made, remembered, destroyed and wrapped anew."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from vault_bench import BENCH

from workbench.errors import KeyDestroyedError, KeyStoreError
from workbench.records.vault.key_files import FolderKeyStore
from workbench.records.vault.keys import DataKey, DataKeys
from workbench.records.vault.masters import MasterKey, Masters
from workbench.records.vault.wrapping import LocalWrapper

FIRST, SECOND = MasterKey.generate(), MasterKey.generate()


@pytest.fixture
def store(tmp_path: Path) -> FolderKeyStore:
    return FolderKeyStore.create(tmp_path / "keys", BENCH)


@pytest.fixture
def keys(store: FolderKeyStore) -> DataKeys:
    return DataKeys(LocalWrapper(Masters(FIRST)), store)


def content(key: DataKey) -> bytes:
    with key.opened() as secret:
        return bytes(secret)


def test_no_keys_is_not_an_error(keys: DataKeys) -> None:
    keys.require_opens()
    keys.forget()
    keys.destroy("key-1")
    assert keys.wrapped_by() == {}
    assert keys.rotate(LocalWrapper(Masters(SECOND))) == 0
    with pytest.raises(KeyDestroyedError, match="data key key-1 is not in"):
        keys.get("key-1")


def test_a_key_is_found_again_by_another_process(keys: DataKeys, store: FolderKeyStore) -> None:
    made = keys.create("key-1")
    assert keys.get("key-1") is made
    assert content(DataKeys(LocalWrapper(Masters(FIRST)), store).get("key-1")) == content(made)
    assert content(keys.create("key-2")) != content(made)
    assert len(content(made)) == 32
    assert content(made) not in store.get("key-1")


def test_a_second_key_of_one_id_is_refused_and_the_first_kept(keys: DataKeys) -> None:
    made = content(keys.create("key-1"))
    with pytest.raises(KeyStoreError, match="has a data key key-1 already"):
        keys.create("key-1")
    keys.forget()
    assert content(keys.get("key-1")) == made


def test_what_is_destroyed_is_gone_from_memory_too(keys: DataKeys) -> None:
    made = keys.create("key-1")
    keys.destroy("key-1")
    for call in (lambda: made.opened().__enter__(), lambda: keys.get("key-1")):
        with pytest.raises(KeyDestroyedError):
            call()


def test_memory_is_bounded_and_can_be_dropped(store: FolderKeyStore) -> None:
    keys = DataKeys(LocalWrapper(Masters(FIRST)), store, remembered=3)
    made = {f"key-{at}": content(keys.create(f"key-{at}")) for at in range(6)}
    assert list(keys._remembered) == ["key-3", "key-4", "key-5"]
    keys.get("key-3")
    keys.get("key-0")
    assert list(keys._remembered) == ["key-5", "key-3", "key-0"]
    keys.forget("key-3")
    assert list(keys._remembered) == ["key-5", "key-0"]
    in_use = keys.get("key-5")
    keys.forget()
    assert not keys._remembered
    assert content(in_use) == made["key-5"]
    assert {one: content(keys.get(one)) for one in made} == made


def test_the_wrong_master_key_is_found_when_the_bench_is_opened(
    keys: DataKeys, store: FolderKeyStore
) -> None:
    keys.create("key-1")
    keys.require_opens()
    words = f"wrapped by master key {FIRST.id}, you gave master key {SECOND.id}"
    wrong = DataKeys(LocalWrapper(Masters(SECOND)), store)
    for call in (wrong.require_opens, lambda: wrong.get("key-1")):
        with pytest.raises(KeyStoreError, match=words):
            call()


class TestRotation:
    def test_every_key_is_wrapped_anew_and_stays_the_same(
        self, keys: DataKeys, store: FolderKeyStore
    ) -> None:
        made = {f"key-{at}": content(keys.create(f"key-{at}")) for at in range(5)}
        told: list[tuple[int, int]] = []
        both = LocalWrapper(Masters(SECOND, [FIRST]))
        assert keys.rotate(both, lambda done, of: told.append((done, of))) == 5
        assert told == [(at, 5) for at in range(1, 6)]
        assert keys.wrapped_by() == {f"master/{SECOND.id}": 5}
        after = DataKeys(LocalWrapper(Masters(SECOND)), store)
        assert {one: content(after.get(one)) for one in made} == made
        with pytest.raises(KeyStoreError, match="wrapped by master key"):
            DataKeys(LocalWrapper(Masters(FIRST)), store).get("key-0")

    def test_a_new_master_alone_is_enough(self, keys: DataKeys) -> None:
        made = content(keys.create("key-1"))
        assert keys.rotate(LocalWrapper(Masters(SECOND))) == 1
        keys.forget()
        assert content(keys.get("key-1")) == made
        assert keys.rotate(LocalWrapper(Masters(SECOND))) == 0

    def test_one_that_was_cut_off_opens_with_both_and_is_resumed(
        self, keys: DataKeys, store: FolderKeyStore
    ) -> None:
        made = {f"key-{at}": content(keys.create(f"key-{at}")) for at in range(5)}

        def cut_off(done: int, of: int) -> None:
            if done == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            keys.rotate(LocalWrapper(Masters(SECOND)), cut_off)
        for masters in (Masters(FIRST, [SECOND]), Masters(SECOND, [FIRST])):
            mixed = DataKeys(LocalWrapper(masters), store)
            assert mixed.wrapped_by() == {f"master/{SECOND.id}": 2, f"master/{FIRST.id}": 3}
            assert {one: content(mixed.get(one)) for one in made} == made
        assert mixed.rotate(LocalWrapper(Masters(SECOND, [FIRST]))) == 3
        assert mixed.wrapped_by() == {f"master/{SECOND.id}": 5}

    def test_a_key_made_meanwhile_is_wrapped_anew_too(
        self, keys: DataKeys, store: FolderKeyStore
    ) -> None:
        keys.create("key-1")
        other = DataKeys(LocalWrapper(Masters(FIRST)), store)
        made: list[bytes] = []

        def meanwhile(done: int, of: int) -> None:
            if not made:
                made.append(content(other.create("key-2")))

        assert keys.rotate(LocalWrapper(Masters(SECOND)), meanwhile) == 2
        assert content(DataKeys(LocalWrapper(Masters(SECOND)), store).get("key-2")) == made[0]

    def test_a_key_destroyed_meanwhile_stays_destroyed(
        self, keys: DataKeys, store: FolderKeyStore
    ) -> None:
        for at in range(3):
            keys.create(f"key-{at}")

        def meanwhile(done: int, of: int) -> None:
            store.destroy("key-1")

        assert keys.rotate(LocalWrapper(Masters(SECOND)), meanwhile) == 2
        assert store.ids() == {"key-0", "key-2"}

    def test_a_wrapper_that_does_not_work_changes_nothing(
        self, keys: DataKeys, store: FolderKeyStore
    ) -> None:
        made = content(keys.create("key-1"))
        broken = LocalWrapper(Masters(SECOND))
        broken.wrap = lambda data_key, key_id: b"LFRK\x01\x01x"  # type: ignore[method-assign]
        before = store.get("key-1")
        with pytest.raises(KeyStoreError):
            keys.rotate(broken)
        assert store.get("key-1") == before
        keys.forget()
        assert content(keys.get("key-1")) == made
        keys.create("key-2")

    def test_a_damaged_record_stops_it_and_is_named(
        self, keys: DataKeys, store: FolderKeyStore, tmp_path: Path
    ) -> None:
        keys.create("key-1")
        keys.create("key-2")
        (tmp_path / "keys" / "key-2.key").write_bytes(b"LFRK")
        with pytest.raises(KeyStoreError, match="record of data key key-2 is damaged"):
            keys.rotate(LocalWrapper(Masters(SECOND)))


def test_threads_that_use_and_destroy_keys_never_see_a_wrong_one(
    store: FolderKeyStore,
) -> None:
    keys = DataKeys(LocalWrapper(Masters(FIRST)), store, remembered=2)
    made = {f"key-{at}": content(keys.create(f"key-{at}")) for at in range(6)}
    wrong: list[str] = []

    def use() -> None:
        for _ in range(60):
            for one, expected in made.items():
                try:
                    found = content(keys.get(one))
                except KeyDestroyedError:
                    continue
                if found != expected:
                    wrong.append(one)

    threads = [threading.Thread(target=use) for _ in range(3)]
    for thread in threads:
        thread.start()
    for at in range(0, 6, 2):
        keys.destroy(f"key-{at}")
    keys.forget()
    for thread in threads:
        thread.join()
    assert not wrong
    assert set(keys._remembered) <= {"key-1", "key-3", "key-5"}
