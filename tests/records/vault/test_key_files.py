"""The key store in a folder: what is kept, what is gone, and what is refused."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from vault_bench import BENCH, all_bytes

from workbench.errors import KeyDestroyedError, KeyStoreError, StoreError
from workbench.records.vault.key_files import FolderKeyStore
from workbench.records.vault.key_records import from_record
from workbench.records.vault.key_store import require_apart

RECORD = b"LFRK\x01\x08master/1" + bytes(range(60))
ANOTHER = b"LFRK\x01\x08master/2" + bytes(range(60, 120))


@pytest.fixture
def store(tmp_path: Path) -> FolderKeyStore:
    return FolderKeyStore.create(tmp_path / "keys", BENCH)


def test_an_empty_store_has_no_keys(store: FolderKeyStore) -> None:
    assert store.ids() == frozenset()
    assert store.written("key-1") is None
    with pytest.raises(KeyDestroyedError, match=r"key-1 is not in the key store .*keys"):
        store.get("key-1")
    store.destroy("key-1")


def test_what_was_put_is_private_and_there(store: FolderKeyStore, tmp_path: Path) -> None:
    before = datetime.now(UTC)
    store.put("key-1", RECORD)
    assert store.get("key-1") == RECORD
    assert store.ids() == {"key-1"}
    written = store.written("key-1")
    assert written is not None
    assert abs((written - before).total_seconds()) < 60
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    modes = {stat.S_IMODE(one.stat().st_mode) for one in (tmp_path / "keys").iterdir()}
    assert modes == {0o600}
    assert FolderKeyStore(tmp_path / "keys", BENCH).get("key-1") == RECORD


def test_a_second_key_of_one_id_is_refused(store: FolderKeyStore) -> None:
    store.put("key-1", RECORD)
    with pytest.raises(KeyStoreError, match="has a data key key-1 already"):
        store.put("key-1", ANOTHER)
    assert store.get("key-1") == RECORD


def test_a_replaced_record_is_gone_from_its_blocks(store: FolderKeyStore, tmp_path: Path) -> None:
    store.put("key-1", RECORD)
    with (tmp_path / "keys" / "key-1.key").open("rb") as before:
        store.replace("key-1", ANOTHER)
        assert before.read() not in {RECORD, b""}
    assert store.get("key-1") == ANOTHER


def test_a_destroyed_key_is_gone_from_its_blocks(store: FolderKeyStore, tmp_path: Path) -> None:
    store.put("key-1", RECORD)
    store.put("key-2", ANOTHER)
    with (tmp_path / "keys" / "key-1.key").open("rb") as before:
        store.destroy("key-1")
        left = before.read()
    assert len(left) == len(RECORD)
    assert RECORD[20:40] not in left
    assert RECORD[20:40] not in all_bytes(tmp_path)
    assert store.ids() == {"key-2"}
    with pytest.raises(KeyDestroyedError, match="cannot be read again"):
        store.get("key-1")


def test_a_destroyed_key_does_not_come_back_by_being_replaced(store: FolderKeyStore) -> None:
    store.put("key-1", RECORD)
    store.destroy("key-1")
    with pytest.raises(KeyDestroyedError):
        store.replace("key-1", ANOTHER)
    assert store.ids() == frozenset()


def test_what_a_writing_left_unfinished_is_found_and_destroyed(
    store: FolderKeyStore, tmp_path: Path
) -> None:
    store.put("key-1", RECORD)
    for name in ("key-1", "key-2"):
        (tmp_path / "keys" / f".{name}.part").write_bytes(ANOTHER)
    assert store.ids() == {"key-1", "key-2"}
    assert store.written("key-2") is not None
    with pytest.raises(KeyDestroyedError):
        store.get("key-2")
    store.destroy("key-1")
    store.destroy("key-2")
    assert ANOTHER[20:40] not in all_bytes(tmp_path)
    assert store.ids() == frozenset()


def test_a_writing_clears_what_one_before_left(store: FolderKeyStore, tmp_path: Path) -> None:
    (tmp_path / "keys" / ".key-1.part").write_bytes(b"cut off")
    store.put("key-1", RECORD)
    (tmp_path / "keys" / ".key-1.part").write_bytes(b"cut off")
    store.replace("key-1", ANOTHER)
    assert store.get("key-1") == ANOTHER
    assert not list((tmp_path / "keys").glob(".*.part"))


@pytest.mark.parametrize("key_id", ["", "..", "../key-1", "a/b", "key-1.key"])
def test_an_id_that_leads_elsewhere_is_refused(store: FolderKeyStore, key_id: str) -> None:
    for call in (store.get, store.destroy, store.written):
        with pytest.raises(StoreError, match="cannot name a key"):
            call(key_id)
    with pytest.raises(StoreError, match="cannot name a key"):
        store.put(key_id, RECORD)


class TestOpening:
    def test_a_folder_that_holds_anything_is_not_made_a_store(self, tmp_path: Path) -> None:
        (tmp_path / "letter.txt").write_text("private")
        with pytest.raises(KeyStoreError, match="is not empty"):
            FolderKeyStore.create(tmp_path, BENCH)
        assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]

    def test_a_folder_whose_disk_is_not_there_does_not_look_empty(
        self, store: FolderKeyStore, tmp_path: Path
    ) -> None:
        store.put("key-1", RECORD)
        keys = tmp_path / "keys"
        keys.rename(tmp_path / "elsewhere")
        for empty in (False, True):
            if empty:
                keys.mkdir(mode=0o700)
            for call in (store.get, store.destroy, store.written):
                with pytest.raises(KeyStoreError, match="that its disk is there"):
                    call("key-1")
            with pytest.raises(KeyStoreError, match="that its disk is there"):
                store.ids()
            with pytest.raises(KeyStoreError, match="that its disk is there"):
                store.put("key-2", RECORD)
            with pytest.raises(KeyStoreError, match="that its disk is there"):
                FolderKeyStore(keys, BENCH)
        assert list(keys.iterdir()) == []

    def test_that_of_another_bench_is_refused(self, store: FolderKeyStore, tmp_path: Path) -> None:
        with pytest.raises(KeyStoreError, match="keys of another bench"):
            FolderKeyStore(tmp_path / "keys", "bench-2")

    @pytest.mark.parametrize("mode", [0o750, 0o705, 0o710, 0o777])
    def test_one_that_others_can_use_is_refused_with_the_remedy(
        self, store: FolderKeyStore, tmp_path: Path, mode: int
    ) -> None:
        (tmp_path / "keys").chmod(mode)
        with pytest.raises(KeyStoreError, match=f"mode {mode:04o}.*chmod 700 "):
            FolderKeyStore(tmp_path / "keys", BENCH)

    @pytest.mark.parametrize(
        ("marker", "words"),
        [
            (b"", "is damaged"),
            (b"\xff", "is damaged"),
            (b"[]", "another version"),
            (
                json.dumps({"format": "workbench-keys/2", "bench": BENCH}).encode(),
                "another version",
            ),
        ],
    )
    def test_a_damaged_or_newer_one_is_named(
        self, store: FolderKeyStore, tmp_path: Path, marker: bytes, words: str
    ) -> None:
        (tmp_path / "keys" / "key-store.json").write_bytes(marker)
        with pytest.raises(KeyStoreError, match=words):
            FolderKeyStore(tmp_path / "keys", BENCH)

    def test_a_file_instead_of_a_folder_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "keys").write_bytes(b"")
        with pytest.raises(KeyStoreError, match="Not a directory"):
            FolderKeyStore(tmp_path / "keys", BENCH)
        with pytest.raises(KeyStoreError, match="Not a directory"):
            FolderKeyStore.create(tmp_path / "keys", BENCH)


@pytest.mark.parametrize(
    ("bench", "keys"),
    [
        ("bench", "bench"),
        ("bench", "bench/keys"),
        ("bench", "bench/deep/master.key"),
        ("keys/bench", "keys"),
        ("bench", "other/../bench/keys"),
        ("bench", "link/keys"),
    ],
)
def test_keys_in_the_bench_are_refused(tmp_path: Path, bench: str, keys: str) -> None:
    for name in ("bench", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "bench")
    with pytest.raises(KeyStoreError, match="would be in one backup"):
        require_apart(tmp_path / bench, tmp_path / keys)


@pytest.mark.parametrize("keys", ["keys", "bench-keys", "other/keys/master.key"])
def test_keys_apart_from_the_bench_are_not(tmp_path: Path, keys: str) -> None:
    require_apart(tmp_path / "bench", tmp_path / keys)


def test_a_full_disk_leaves_what_was_there(small_disk: Path) -> None:
    store = FolderKeyStore.create(small_disk / "keys", BENCH)
    store.put("key-1", RECORD)
    with pytest.raises(OSError, match="No space left"):
        (small_disk / "filler").write_bytes(bytes(2 << 20))
    with pytest.raises(KeyStoreError, match="no space is left there"):
        store.put("key-2", RECORD)
    with pytest.raises(KeyStoreError, match="no space is left there"):
        store.replace("key-1", ANOTHER)
    assert store.ids() == {"key-1"}
    assert store.get("key-1") == RECORD
    store.destroy("key-1")
    assert store.ids() == frozenset()


def test_a_read_only_disk_is_read_and_says_what_it_is(small_disk: Path) -> None:
    store = FolderKeyStore.create(small_disk / "keys", BENCH)
    store.put("key-1", RECORD)
    mount = shutil.which("mount") or "mount"
    subprocess.run([mount, "-o", "remount,ro", str(small_disk)], check=True)
    store = FolderKeyStore(small_disk / "keys", BENCH)
    assert store.get("key-1") == RECORD
    for call in (store.destroy, lambda key_id: store.put(key_id, RECORD)):
        with pytest.raises(KeyStoreError, match="Read-only file system"):
            call("key-1")
    assert store.get("key-1") == RECORD


def test_a_folder_that_may_not_be_written_or_read_says_so(
    store: FolderKeyStore, tmp_path: Path, without_privilege: list[str]
) -> None:
    store.put("key-1", RECORD)
    code = (
        "import sys; from pathlib import Path\n"
        "from workbench.records.vault.key_files import FolderKeyStore\n"
        "store = FolderKeyStore(Path(sys.argv[1]), sys.argv[2])\n"
        "print(len(store.get('key-1')), flush=True)\n"
        "store.destroy('key-1')"
    )
    words = [*without_privilege, sys.executable, "-c", code, str(tmp_path / "keys"), BENCH]
    for mode, printed in ((0o500, f"{len(RECORD)}\n"), (0o000, "")):
        (tmp_path / "keys").chmod(mode)
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        (tmp_path / "keys").chmod(0o700)
        assert done.stdout == printed
        assert "KeyStoreError: the key store" in done.stderr
        assert "Permission denied" in done.stderr
    # It was to be destroyed, and as much as could be done was: it is over, and can be finished.
    with pytest.raises(KeyStoreError, match="its destruction was cut off"):
        from_record(store.get("key-1"), "key-1")
    store.destroy("key-1")
    assert store.ids() == frozenset()


@pytest.mark.slow
def test_readers_see_one_record_or_the_other_while_it_is_replaced(store: FolderKeyStore) -> None:
    store.put("key-1", RECORD)
    ended = threading.Event()
    seen: set[bytes] = set()

    def read() -> None:
        while not ended.is_set():
            seen.add(store.get("key-1"))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(40):
        store.replace("key-1", ANOTHER)
        store.replace("key-1", RECORD)
    ended.set()
    for reader in readers:
        reader.join()
    assert seen <= {RECORD, ANOTHER}


@pytest.mark.slow
def test_another_process_waits_for_its_turn(store: FolderKeyStore, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from workbench.records.vault.key_files import FolderKeyStore\n"
        "store = FolderKeyStore(Path(sys.argv[1]), sys.argv[2])\n"
        "for at in range(20):\n"
        "    store.put(f'key-{sys.argv[3]}-{at}', b'LFRK')\n"
        "    store.replace(f'key-{sys.argv[3]}-{at}', b'LFRK again')\n"
        "    at % 2 and store.destroy(f'key-{sys.argv[3]}-{at}')\n"
    )
    words = [sys.executable, "-c", code, str(tmp_path / "keys"), BENCH]
    running = [subprocess.Popen([*words, name]) for name in "abc"]
    assert [one.wait(60) for one in running] == [0, 0, 0]
    assert store.ids() == {f"key-{name}-{at}" for name in "abc" for at in range(0, 20, 2)}
    assert {store.get(one) for one in store.ids()} == {b"LFRK again"}
    assert not list((tmp_path / "keys").glob(".*.part"))
