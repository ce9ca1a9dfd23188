"""After a data key is destroyed, older copies of everything but the key store give nothing."""

from __future__ import annotations

import contextlib
import itertools
import shutil
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from vault_bench import FACE, Kept, all_bytes, make_vault, open_vault

from workbench.errors import KeyDestroyedError, KeyStoreError
from workbench.records.vault.key_records import from_record
from workbench.records.vault.keys import DataKeys
from workbench.records.vault.masters import Masters
from workbench.records.vault.wrapping import LocalWrapper

OBJECTS = {f"object-{at}": FACE + bytes([at]) for at in range(4)}


@pytest.fixture(params=["folder", "table"])
def purged(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Path, Path, str]:
    """Return a bench three of whose four keys were destroyed, a copy of it from before, its kind."""
    kept = make_vault(tmp_path / "now", request.param)
    for at, (name, plaintext) in enumerate(OBJECTS.items()):
        kept.make_key(f"key-{at}")
        kept.put(name, f"key-{at}", plaintext)
    kept.engine.dispose()
    shutil.copytree(tmp_path / "now", tmp_path / "before")
    kept.destroy("key-0", "key-1", "key-2")
    kept.engine.dispose()
    return tmp_path / "now", tmp_path / "before", request.param


def opened(place: Path, kind: str) -> set[str]:
    """Return the names of the objects that open there."""
    kept, found = open_vault(place, kind), set()
    for name, plaintext in OBJECTS.items():
        with contextlib.suppress(KeyDestroyedError):
            assert kept.get(name) == plaintext
            found.add(name)
    kept.engine.dispose()
    return found


def combined(where: Path, bench: Path, keys: Path) -> Path:
    """Put the database and files of one time, and the key store and master of another, together."""
    where.mkdir()
    shutil.copytree(bench / "bench", where / "bench")
    shutil.copytree(keys / "keys", where / "keys")
    shutil.copy(keys / "master.key", where / "master.key")
    return where


def test_a_backup_with_the_key_store_as_it_is_now_gives_what_is_left_and_no_more(
    purged: tuple[Path, Path, str], tmp_path: Path
) -> None:
    now, before, kind = purged
    assert opened(now, kind) == {"object-3"}
    assert opened(combined(tmp_path / "thief", before, now), kind) == {"object-3"}


def test_the_check_above_can_fail(purged: tuple[Path, Path, str], tmp_path: Path) -> None:
    now, before, kind = purged
    # With a copy of the key store too all of it opens: why that one is not to be backed up.
    assert opened(combined(tmp_path / "thief", before, before), kind) == set(OBJECTS)
    # The database of now knows better than a key store that was restored.
    assert opened(combined(tmp_path / "restored", now, before), kind) == {"object-3"}


def test_no_file_of_the_key_store_holds_a_destroyed_key_in_any_form(
    purged: tuple[Path, Path, str],
) -> None:
    now, before, kind = purged
    old, left = open_vault(before, kind), all_bytes(now / "keys")
    for at in range(4):
        record = old.store.get(f"key-{at}")
        wrapper, body = from_record(record, f"key-{at}")
        secret = old.keys.get(f"key-{at}")
        with secret.opened() as clear:
            assert bytes(clear) not in all_bytes(now) + all_bytes(before)
        assert (body[12:28] in left) == (at == 3)
        assert wrapper == f"master/{old.master.id}"
    old.engine.dispose()


def test_no_stretch_of_what_is_left_is_a_key_of_what_was_sealed(
    purged: tuple[Path, Path, str],
) -> None:
    now, before, kind = purged
    old = open_vault(before, kind)
    with old.reading() as connection:
        sealed = old.blobs.get("object-0", connection)
    left = all_bytes(now / "keys") + (now / "master.key").read_bytes()
    with old.master.opened() as master:
        candidates = [bytes(master), *(left[at : at + 32] for at in range(len(left) - 32))]
    bound = b'LFRV\x01["bench-0123456789abcdef","object-0","alert","deployment-1","key-0"]'

    def opens(key: bytes) -> bool:
        with contextlib.suppress(InvalidTag):
            return bool(AESGCM(key).decrypt(sealed[5:17], sealed[17:], bound))
        return False

    with old.keys.get("key-0").opened() as right:
        assert opens(bytes(right))
    assert not any(map(opens, candidates))
    old.engine.dispose()


def test_an_old_master_key_and_old_copies_of_the_bench_give_nothing_after_a_rotation(
    kept: Kept,
) -> None:
    kept.make_key("key-1")
    kept.put("object-1", "key-1")
    from workbench.records.vault.masters import MasterKey

    fresh = MasterKey.generate()
    kept.keys.rotate(LocalWrapper(Masters(fresh)))
    stolen = DataKeys(LocalWrapper(Masters(kept.master)), kept.store)
    with pytest.raises(KeyStoreError, match=f"wrapped by master key {fresh.id}"):
        stolen.get("key-1")
    assert kept.get("object-1") == FACE


def test_keys_do_not_resemble_each_other(kept: Kept) -> None:
    contents = []
    for at in range(20):
        kept.make_key(f"key-{at}")
        with kept.keys.get(f"key-{at}").opened() as secret:
            contents.append(bytes(secret))
    assert all(a[:8] != b[:8] for a, b in itertools.combinations(contents, 2))
