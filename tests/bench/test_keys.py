"""Another master key: everything is wrapped anew, from any cut, and no process is left behind."""

from __future__ import annotations

import base64
import importlib.util
import os
import random
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cutting import cut_off, is_cut_off
from kept_values import FACES, copied, kept_files, plant_list, plant_said
from own_process import run_apart

from workbench.bench import Workbench
from workbench.errors import KeyStoreError, NotPermittedError
from workbench.records.audit.verbs import Verb
from workbench.records.vault.key_files import FolderKeyStore
from workbench.records.vault.keys import DataKeys
from workbench.records.vault.masters import MasterKey, Masters
from workbench.records.vault.register import KeyRegister
from workbench.records.vault.wrapping import LocalWrapper
from workbench.settings import KmsSettings, Settings

sys.path.append(str(Path(__file__).parents[1] / "records" / "vault"))
from kms_stand_in import TOKEN, KeyServiceStandIn, serve

pytestmark = pytest.mark.slow

REFERENCE = "2026-11/HIGH-ST-1"
PASSWORD = "a long enough password"  # noqa: S105 - of an account in a temporary folder
ROTATING = ("bench/keys_part.py", "vault/keys.py", "vault/master_sets.py", "vault/masters.py")
Maker = Any


@pytest.fixture
def filled(bench: Maker, authorised: Callable[..., str]) -> Maker:
    """Return a bench with a sealed list and two alerts."""
    authorised()
    with bench.open("analyst") as workbench:
        plant_list(workbench, REFERENCE)
        for _ in range(2):
            plant_said(workbench, REFERENCE)
    return bench


def masters_of(maker: Maker) -> list[Path]:
    return sorted(maker.settings.keys.folder.glob("*/master*.key"))


def rotated(maker: Maker) -> Any:
    with maker.open("administrator") as workbench:
        return workbench.keys.rotate()


def opens(workbench: Workbench) -> bytes:
    """Return what the vault holds as the list."""
    from sqlalchemy import select

    from workbench.records.schema import vault_objects

    context = workbench._context
    context.keys.forget()
    with context.store.reading() as connection:
        query = select(vault_objects.c.id).where(vault_objects.c.kind == "watchlist")
        return context.vault.get(connection, connection.execute(query).scalar_one())


def test_a_bench_without_data_keys_gets_another_master_key(bench: Maker) -> None:
    (before,) = masters_of(bench)
    rotation = rotated(bench)
    (after,) = masters_of(bench)
    assert (before.name, after.name) == ("master.key", "master-1.key")
    assert (rotation.rewrapped, rotation.resumed) == (1, False), "the one that seals nothing"
    assert after.stat().st_mode & 0o077 == 0


def test_everything_is_wrapped_anew_and_nothing_is_sealed_anew(filled: Maker) -> None:
    sealed = [path.read_bytes() for path in kept_files(filled)[0]]
    with filled.open("administrator") as workbench:
        before = workbench.keys.status()
        rotation = workbench.keys.rotate()
        after = workbench.keys.status()
    assert rotation.rewrapped == 4
    assert before.wrapped_by == {before.current: 4}
    assert after.wrapped_by == {after.current: 4}
    assert before.current != after.current == rotation.current
    assert not after.is_rotating
    assert [path.read_bytes() for path in kept_files(filled)[0]] == sealed
    with filled.open("analyst") as workbench:
        assert opens(workbench) == FACES
    assert rotated(filled).rewrapped == 4, "as often as one likes"
    assert [path.name for path in masters_of(filled)] == ["master-2.key"]


def test_the_former_master_key_opens_nothing_any_more(filled: Maker) -> None:
    (path,) = masters_of(filled)
    former = path.read_text("ascii")
    rotated(filled)
    (folder,) = filled.settings.keys.folder.glob("*/data")
    with filled.open("analyst") as workbench:
        bench_id = workbench.id
    keys = DataKeys(
        LocalWrapper(Masters(MasterKey.from_text(former, "a copy"))),
        FolderKeyStore(folder, bench_id),
    )
    with pytest.raises(KeyStoreError, match="wrapped by master key"):
        keys.require_opens()


def test_only_an_administrator_rotates(filled: Maker) -> None:
    for act in (lambda bench: bench.keys.rotate(), lambda bench: bench.keys.status()):
        with (
            filled.open("analyst") as workbench,
            pytest.raises(NotPermittedError, match="may not rotate the master key"),
        ):
            act(workbench)
    assert [path.name for path in masters_of(filled)] == ["master.key"]


def test_it_is_in_the_audit_log_without_any_key(filled: Maker) -> None:
    rotated(filled)
    with filled.open("data-protection-officer") as workbench:
        context = workbench._context
        assert not context.store.log.verify(context.store.reading).faults
    database = (filled.folder / "records.sqlite").read_bytes()
    assert b'"verb":"rotate"' in database
    for path in masters_of(filled):
        assert path.read_bytes().strip() not in database


def test_who_has_the_bench_open_meanwhile_follows(filled: Maker) -> None:
    with filled.open("analyst") as other:
        with filled.open("administrator") as workbench:

            def meanwhile(done: int, _of: int) -> None:
                if done == 1:
                    plant_said(other, REFERENCE)  # makes a data key in the middle of it

            workbench.keys.rotate(meanwhile)
            plant_said(other, REFERENCE)  # and one after it
            status = workbench.keys.status()
        assert status.wrapped_by == {status.current: 6}
        assert opens(other) == FACES


def test_a_rotation_that_is_cut_off_anywhere_goes_on(filled: Maker, tmp_path: Path) -> None:
    whole = copied(filled, tmp_path / "whole")
    with whole.open("administrator") as workbench, cut_off(0, ROTATING) as count:
        workbench.keys.rotate()
    assert count[0] > 100
    for at in sorted(random.Random(5).sample(range(1, count[0] + 1), 12)):
        maker = copied(filled, tmp_path / f"cut-{at}")
        with maker.open("administrator") as workbench:
            assert is_cut_off(workbench.keys.rotate, at, ROTATING)
        with maker.open("analyst") as workbench:
            assert opens(workbench) == FACES, at
            plant_said(workbench, REFERENCE)
        with maker.open("administrator") as workbench:
            workbench.keys.rotate()
            status = workbench.keys.status()
        assert status.wrapped_by == {status.current: 5}
        assert len(masters_of(maker)) == 1
        assert not list(maker.settings.keys.folder.rglob("*.part"))
        with maker.open("analyst") as workbench:
            assert opens(workbench) == FACES


KILLED = """
    import os, signal, sys
    from datetime import datetime
    sys.path[:0] = {plugins!r}
    from cutting import cut_off
    from workbench.bench import Workbench
    from workbench.settings import Settings

    settings = Settings(threads=1, keys={{"folder": {keys!r}}}, witness={witness!r})
    now = datetime.fromisoformat({now!r})
    with Workbench.open({folder!r}, credential={token!r}, settings=settings, clock=lambda: now) as b:
        with cut_off({at}, {files!r}, lambda: os.kill(os.getpid(), signal.SIGKILL)):
            b.keys.rotate()
"""


@pytest.mark.parametrize("at", [30, 90, 150])
def test_a_rotation_whose_process_is_killed_goes_on(filled: Maker, at: int) -> None:
    done = run_apart(KILLED, filled, "administrator", at=at, files=ROTATING)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with filled.open("analyst") as workbench:
        assert opens(workbench) == FACES
    rotated(filled)
    assert len(masters_of(filled)) == 1
    with filled.open("analyst") as workbench:
        assert opens(workbench) == FACES


def test_a_lost_master_key_is_named(filled: Maker) -> None:
    rotated(filled)
    masters_of(filled)[0].unlink()
    with pytest.raises(KeyStoreError, match=r"there is no master key file .*master\.key"):
        filled.open("analyst")


class TestEnvironment:
    @pytest.fixture
    def in_environment(self, monkeypatch: pytest.MonkeyPatch, filled: Maker) -> Maker:
        """Put the master key of a bench into the environment."""
        (path,) = masters_of(filled)
        monkeypatch.setenv("WORKBENCH_MASTER_KEY", path.read_text("ascii"))
        path.unlink()
        return self.with_keys(filled, master="environment")

    @staticmethod
    def with_keys(maker: Maker, **changes: object) -> Maker:
        keys = maker.settings.keys.model_copy(update=changes)
        maker.settings = maker.settings.model_copy(update={"keys": keys})
        return maker

    def test_without_a_new_variable_it_says_what_to_do(self, in_environment: Maker) -> None:
        with pytest.raises(KeyStoreError, match="name it with --new-variable"):
            rotated(in_environment)
        with in_environment.open("analyst") as workbench:
            assert opens(workbench) == FACES

    def test_both_open_it_until_the_new_one_does_alone(
        self, in_environment: Maker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        new = base64.b64encode(os.urandom(32)).decode("ascii")
        monkeypatch.setenv("NEXT_MASTER", new)
        both = self.with_keys(in_environment, new_master_variable="NEXT_MASTER")
        with both.open("administrator") as workbench:
            assert is_cut_off(workbench.keys.rotate, 150, ROTATING)
        with both.open("analyst") as workbench:
            assert opens(workbench) == FACES
        rotation = rotated(both)
        assert "Set WORKBENCH_MASTER_KEY to what NEXT_MASTER holds" in rotation.advice
        monkeypatch.setenv("WORKBENCH_MASTER_KEY", new)
        alone = self.with_keys(both, new_master_variable=None)
        with alone.open("analyst") as workbench:
            assert opens(workbench) == FACES


class TestKeyring:
    def test_entries_follow_each_other(
        self, filled: Maker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if importlib.util.find_spec("keyring") is None:
            pytest.skip("needs the extra keyring")
        import keyring

        backend, held = memory_keyring(keyring)
        before = keyring.get_keyring()
        keyring.set_keyring(backend)
        try:
            (path,) = masters_of(filled)
            held[f"lfr-workbench {path.parent.name}", "master-key"] = path.read_text("ascii")
            path.unlink()
            keys = filled.settings.keys.model_copy(update={"master": "keyring"})
            filled.settings = filled.settings.model_copy(update={"keys": keys})
            with filled.open("administrator") as workbench, filled.open("analyst") as other:
                workbench.keys.rotate()
                plant_said(other, REFERENCE)
                status = workbench.keys.status()
                assert status.wrapped_by == {status.current: 5}
                assert opens(other) == FACES
            assert {name for _, name in held} == {"master-key-1", "master-key-latest"}
            assert rotated(filled).rewrapped == 5
            assert {name for _, name in held} == {"master-key-2", "master-key-latest"}
        finally:
            keyring.set_keyring(before)


def memory_keyring(keyring: Any) -> tuple[Any, dict[tuple[str, str], str]]:
    """Return a keyring that keeps its entries in a dictionary."""
    held: dict[tuple[str, str], str] = {}

    class Memory(keyring.backend.KeyringBackend):  # type: ignore[name-defined, misc]
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            return held.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            held[service, username] = password

        def delete_password(self, service: str, username: str) -> None:
            del held[service, username]

    return Memory(), held


class TestService:
    @pytest.fixture
    def service(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyServiceStandIn]:
        """Return a key service on loopback."""
        stand_in = KeyServiceStandIn()
        server = serve(stand_in)
        monkeypatch.setenv("BAO_TOKEN", TOKEN)
        yield stand_in
        server.shutdown()
        server.server_close()

    def test_the_latest_version_of_the_service_wraps(
        self, service: KeyServiceStandIn, tmp_path: Path
    ) -> None:
        settings = Settings(
            threads=1,
            keys={
                "folder": tmp_path / "keys",
                "kms": KmsSettings(address=service.address, key="lfr"),
            },
            witness=tmp_path / "witness",
        )
        place = tmp_path / "b"
        Workbench.create(place, "ada", PASSWORD, settings=settings)
        token = Workbench.login(place, "ada", PASSWORD, settings=settings)
        with Workbench.open(place, credential=token, settings=settings) as workbench:
            seal(workbench)
            service.rotate()
            rotation = workbench.keys.rotate()
            assert rotation.rewrapped == 2
            assert "min_decryption_version" in rotation.advice
            assert opens(workbench) == FACES
            assert workbench.keys.rotate().rewrapped == 0, "the version is the latest already"


def seal(workbench: Workbench) -> None:
    """Seal a list of no deployment."""
    context = workbench._context
    with context.system() as acting:
        KeyRegister(context.keys).make(
            acting.connection, key_id="key-1", retention="watchlist", purpose="d", now=acting.now
        )
        context.vault.put(
            acting.connection,
            object_id="object-1",
            key_id="key-1",
            kind="watchlist",
            purpose="d",
            plaintext=FACES,
            now=acting.now,
        )
        acting.log(Verb.ENROL)
