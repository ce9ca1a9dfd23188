"""Keys in the keyring of the operating system, by the library `keyring`."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from workbench.errors import KeyDestroyedError, KeyStoreError
from workbench.records.vault.keyring_keys import KeyringKeyStore, KeyringMaster
from workbench.records.vault.keys import DataKeys
from workbench.records.vault.masters import Masters
from workbench.records.vault.wrapping import LocalWrapper

if importlib.util.find_spec("keyring") is None:
    pytest.skip("needs the extra keyring", allow_module_level=True)

import keyring
from keyring_backend import FileKeyring

RECORD, ANOTHER = b"LFRK\x01 one", b"LFRK\x01 another"


@pytest.fixture
def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileKeyring]:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    before = keyring.get_keyring()
    made = FileKeyring(tmp_path / "keyring.json")
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture
def store(backend: FileKeyring) -> KeyringKeyStore:
    return KeyringKeyStore("lfr-workbench", "bench-1")


def test_an_empty_store_has_no_keys(store: KeyringKeyStore) -> None:
    assert store.ids() == frozenset()
    assert store.written("key-1") is None
    store.destroy("key-1")
    for call in (lambda: store.get("key-1"), lambda: store.replace("key-1", RECORD)):
        with pytest.raises(KeyDestroyedError, match="key-1 is not in the keyring"):
            call()


def test_what_was_put_is_there_until_it_is_destroyed(
    store: KeyringKeyStore, backend: FileKeyring
) -> None:
    before = datetime.now(UTC)
    store.put("key-1", RECORD)
    store.put("key-2", RECORD)
    with pytest.raises(KeyStoreError, match="has a data key key-1 already"):
        store.put("key-1", ANOTHER)
    store.replace("key-1", ANOTHER)
    assert (store.get("key-1"), store.get("key-2")) == (ANOTHER, RECORD)
    assert store.ids() == {"key-1", "key-2"}
    written = store.written("key-1")
    assert written is not None
    assert before <= written <= datetime.now(UTC)
    for key_id in ("key-1", "key-1", "key-2"):
        store.destroy(key_id)
    assert store.ids() == frozenset()
    assert backend.entries() == {}


def test_two_benches_do_not_see_each_other(store: KeyringKeyStore) -> None:
    other = KeyringKeyStore("lfr-workbench", "bench-2")
    store.put("key-1", RECORD)
    assert other.ids() == frozenset()
    other.destroy("key-1")
    assert store.get("key-1") == RECORD


def test_many_keys_are_listed_in_entries_that_stay_short(
    store: KeyringKeyStore, backend: FileKeyring
) -> None:
    ids = {f"key-0678f3c2a1b0{at:02x}-9f2c4d7a1e5b3c60" for at in range(60)}
    for one in ids:
        store.put(one, RECORD)
    assert store.ids() == ids
    assert max(map(len, backend.entries().values())) < 1000


def test_a_key_whose_writing_was_cut_off_is_found(
    store: KeyringKeyStore, backend: FileKeyring
) -> None:
    store.put("key-1", RECORD)
    backend.delete_password("lfr-workbench/bench-1", "key/key-1")
    assert store.ids() == {"key-1"}
    assert store.written("key-1") == datetime.min.replace(tzinfo=UTC)
    store.destroy("key-1")
    assert store.ids() == frozenset()
    assert store.written("key-1") is None


def test_damaged_entries_are_named_and_not_shown(
    store: KeyringKeyStore, backend: FileKeyring
) -> None:
    store.put("key-1", RECORD)
    for name in backend.entries():
        backend.set_password(*name.split(" "), "do-not-show")
    with pytest.raises(KeyStoreError, match=r"data key key-1 in .* is damaged") as refused:
        store.get("key-1")
    assert "show" not in str(refused.value)
    with pytest.raises(KeyStoreError, match=r"the entry index/.. in .* is damaged"):
        store.ids()


def test_the_master_key_is_made_once_and_read(backend: FileKeyring) -> None:
    master = KeyringMaster("lfr-workbench")
    with pytest.raises(KeyStoreError, match="has no entry master-key"):
        master.read()
    made = master.create()
    assert master.read().id == made.id
    with pytest.raises(KeyStoreError, match="has an entry master-key already"):
        master.create()
    assert KeyringMaster("lfr-workbench", "second").create().id != made.id
    backend.set_password("lfr-workbench", "master-key", "do-not-show")
    with pytest.raises(KeyStoreError, match="holds no master key") as refused:
        master.read()
    assert "show" not in str(refused.value)


def test_data_keys_live_and_die_in_it(store: KeyringKeyStore) -> None:
    keys = DataKeys(LocalWrapper(Masters(KeyringMaster("lfr-workbench").create())), store)
    keys.create("key-1")
    keys.forget()
    keys.get("key-1")
    keys.destroy("key-1")
    with pytest.raises(KeyDestroyedError):
        keys.get("key-1")


def test_a_locked_keyring_is_named_by_its_kind_alone(
    store: KeyringKeyStore, backend: FileKeyring
) -> None:
    backend.locked = True
    for call in (store.get, store.destroy, lambda key_id: store.put(key_id, RECORD)):
        with pytest.raises(KeyStoreError, match=r"cannot be used \(KeyringLocked\)") as refused:
            call("key-1")
        assert "show" not in str(refused.value)
        assert refused.value.__cause__ is None


def test_one_that_keeps_nothing_is_found_out(store: KeyringKeyStore, backend: FileKeyring) -> None:
    store.put("key-1", RECORD)
    backend.forgets = True
    with pytest.raises(KeyStoreError, match="did not keep what was written"):
        store.put("key-2", RECORD)
    with pytest.raises(KeyStoreError, match="still has an entry that was removed"):
        store.destroy("key-1")


def test_a_machine_without_a_keyring_is_told_so(backend: FileKeyring) -> None:
    from keyring.backends import fail, null

    for none in (fail.Keyring(), null.Keyring()):
        keyring.set_keyring(none)
        with pytest.raises(KeyStoreError, match="no keyring that keeps secrets"):
            KeyringMaster("lfr-workbench")


def test_without_the_library_it_says_how_to_install_it() -> None:
    code = (
        "import sys; sys.modules['keyring'] = None\n"
        "from workbench.records.vault.keyring_keys import KeyringMaster\n"
        "KeyringMaster('lfr-workbench')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "KeyStoreError" in done.stderr
    assert "pip install 'lfr-workbench[keyring]'" in done.stderr
