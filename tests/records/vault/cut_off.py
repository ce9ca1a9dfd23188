"""Kills a process with SIGKILL before and after each call that changes a disk, and looks.

Run as a program: the name of a scenario, and an empty folder. It prints at how many points the
scenario was cut off, and fails where something is wrong afterwards.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from vault_bench import BENCH, FACE, NOW, all_bytes, an_hour_later, make_vault, open_vault

from workbench.errors import KeyDestroyedError, KeyStoreError, UnknownRecordError
from workbench.records.vault.folder_blobs import FolderBlobs
from workbench.records.vault.key_files import FolderKeyStore
from workbench.records.vault.keys import DataKey, DataKeys
from workbench.records.vault.masters import FileMaster, MasterKey, Masters
from workbench.records.vault.wrapping import LocalWrapper

RECORD = b"LFRK\x01\x08master/1" + bytes(range(60))
ANOTHER = b"LFRK\x01\x08master/2" + bytes(range(60, 120))
CALLS = ("fsync", "replace", "rename", "link", "unlink", "pwrite", "open", "mkdir", "close")

Scenario = Callable[[Path], tuple[Callable[[], object], Callable[[], None]]]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(point: int) -> None:
    """Have this process killed at a point: before a call where it is even, after it where odd."""
    left = [point]

    def counted(call: Callable[..., object]) -> Callable[..., object]:
        def wrapper(*args: object, **names: object) -> object:
            left[0] -= 1
            if left[0] == -1:
                die()
            result = call(*args, **names)
            left[0] -= 1
            if left[0] == -1:
                die()
            return result

        return wrapper

    for name in CALLS:
        setattr(os, name, counted(getattr(os, name)))


def in_child(work: Callable[[], object], then: Callable[[int], None]) -> bool:
    """Do the work in a child; return whether it was killed."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - shown, and the child ends
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            os._exit(1)
        os._exit(0)
    then(child)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed"
    return os.WIFSIGNALED(status)


def at_every_point(scenario: Scenario, folder: Path) -> int:
    """Cut a scenario off at each point in turn, until it ends by itself; return how many."""
    point = 0
    while True:
        place = folder / f"point-{point}"
        place.mkdir()
        act, look = scenario(place)

        def work(act: Callable[[], object] = act, point: int = point) -> None:
            die_at(point)
            act()

        killed = in_child(work, lambda child: None)
        look()
        shutil.rmtree(place)
        if not killed:
            return point
        point += 1


def require_gone(place: Path, key_id: str) -> None:
    """Destroy a key as the next process would, and look into every file for what is left."""
    store = FolderKeyStore(place / "keys", BENCH)
    store.destroy(key_id)
    left = all_bytes(place)
    assert key_id not in store.ids()
    assert RECORD[20:40] not in left
    assert ANOTHER[20:40] not in left


def putting(place: Path) -> tuple[Callable[[], object], Callable[[], None]]:
    store = FolderKeyStore.create(place / "keys", BENCH)

    def look() -> None:
        assert store.ids() <= {"key-1"}
        with suppress(KeyDestroyedError):
            assert store.get("key-1") == RECORD
        require_gone(place, "key-1")
        store.put("key-1", ANOTHER)
        assert store.get("key-1") == ANOTHER

    return lambda: store.put("key-1", RECORD), look


def replacing(place: Path) -> tuple[Callable[[], object], Callable[[], None]]:
    store = FolderKeyStore.create(place / "keys", BENCH)
    store.put("key-1", RECORD)

    def look() -> None:
        assert store.get("key-1") in {RECORD, ANOTHER}
        store.replace("key-1", ANOTHER)
        assert store.get("key-1") == ANOTHER
        require_gone(place, "key-1")

    return lambda: store.replace("key-1", ANOTHER), look


def replacing_in_vain(place: Path) -> tuple[Callable[[], object], Callable[[], None]]:
    act, _ = replacing(place)
    return act, lambda: require_gone(place, "key-1")


def destroying(place: Path) -> tuple[Callable[[], object], Callable[[], None]]:
    store = FolderKeyStore.create(place / "keys", BENCH)
    store.put("key-1", RECORD)
    store.put("key-2", b"LFRK of another key")

    def look() -> None:
        require_gone(place, "key-1")
        assert store.get("key-2") == b"LFRK of another key"

    return lambda: store.destroy("key-1"), look


def content(key: DataKey) -> bytes:
    with key.opened() as secret:
        return bytes(secret)


def rotating(place: Path) -> tuple[Callable[[], object], Callable[[], None]]:
    first, second = MasterKey.generate(), MasterKey.generate()
    store = FolderKeyStore.create(place / "keys", BENCH)
    keys = DataKeys(LocalWrapper(Masters(first)), store)
    made = {f"key-{at}": content(keys.create(f"key-{at}")) for at in range(3)}

    def look() -> None:
        mixed = DataKeys(LocalWrapper(Masters(second, [first])), store)
        assert {one: content(mixed.get(one)) for one in made} == made
        before = mixed.wrapped_by().get(f"master/{first.id}", 0)
        assert mixed.rotate(LocalWrapper(Masters(second))) == before
        after = DataKeys(LocalWrapper(Masters(second)), store)
        assert {one: content(after.get(one)) for one in made} == made

    return lambda: keys.rotate(LocalWrapper(Masters(second))), look


def master(place: Path) -> tuple[Callable[[], object], Callable[[], None]]:
    provider = FileMaster(place / "keys" / "master.key")

    def look() -> None:
        with suppress(KeyStoreError):
            provider.create()
        provider.read()

    return provider.create, look


def keeping(place: Path) -> tuple[Callable[[], object], Callable[[], None]]:
    blobs = FolderBlobs(place / "vault")
    sealed = bytes(range(256)) * 40

    def look() -> None:
        assert blobs.clear_partial(an_hour_later()) <= 1
        if blobs.ids():
            assert blobs.get("object-1") == sealed
            blobs.delete("object-1")
        blobs.put("object-1", sealed)
        assert len([one for one in (place / "vault").rglob("*") if one.is_file()]) == 1

    return lambda: blobs.put("object-1", sealed), look


def purging(place: Path) -> tuple[Callable[[], object], Callable[[], None]]:
    kept = make_vault(place)
    for at in (1, 2):
        kept.make_key(f"key-{at}")
        kept.put(f"object-{at}", f"key-{at}")
    kept.engine.dispose()

    def purge() -> None:
        now = open_vault(place)
        with now.writing() as connection:
            now.register.mark(connection, ["key-1"], NOW)
        with now.writing() as connection:
            now.register.destroy_marked(connection, NOW)
        with now.writing() as connection:
            now.vault.delete(connection, ["object-1"])
        now.vault.erase(["object-1"])
        now.engine.dispose()

    def look() -> None:
        purge()
        now = open_vault(place)
        with now.writing() as connection:
            now.vault.sweep(connection, an_hour_later())
            assert now.blobs.ids(connection) == {"object-2"}
            assert now.vault.missing(connection) == ()
        assert now.store.ids() == {"key-2"}
        assert now.get("object-2") == FACE
        with suppress(UnknownRecordError):
            now.get("object-1")
            raise AssertionError
        now.engine.dispose()

    return purge, look


def living(folder: Path) -> int:
    """Kill a process that makes, fills, rotates and destroys at any moment, 15 times."""
    chance = random.Random(20261125)
    make_vault(folder).engine.dispose()
    killed = 0
    for round_ in range(15):

        def work(round_: int = round_) -> None:
            now = open_vault(folder)
            for at in range(100):
                name = f"{round_}-{at}"
                now.make_key(f"key-{name}")
                now.put(f"object-{name}", f"key-{name}", FACE + name.encode())
                if at % 3 == 0:
                    now.destroy(f"key-{name}")

        def kill(child: int) -> None:
            time.sleep(chance.uniform(0.0, 0.15))
            os.kill(child, signal.SIGKILL)

        killed += in_child(work, kill)
        now = open_vault(folder)
        with now.writing() as connection:
            now.register.destroy_marked(connection, NOW)
            now.vault.sweep(connection, an_hour_later())
            assert now.vault.missing(connection) == ()
        with now.reading() as connection:
            for name in now.blobs.ids(connection):
                with suppress(KeyDestroyedError):
                    found = now.vault.get(connection, name)
                    assert found == FACE + name.removeprefix("object-").encode()
        now.engine.dispose()
    return killed


SCENARIOS: dict[str, Scenario] = {
    one.__name__: one
    for one in (
        putting,
        replacing,
        replacing_in_vain,
        destroying,
        rotating,
        master,
        keeping,
        purging,
    )
}

if __name__ == "__main__":
    name, where = sys.argv[1], Path(sys.argv[2])
    print(living(where) if name == "living" else at_every_point(SCENARIOS[name], where))  # noqa: T201
