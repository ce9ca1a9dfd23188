"""Opening a bench: what must be there, what must fit together, and who may ask."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alert_values import plant_alert
from bench_steps import REFERENCE, AsRole, Authorised, log_of
from sqlalchemy import text

from workbench.bench import Workbench
from workbench.errors import (
    ClockError,
    CredentialError,
    KeyStoreError,
    RefusedError,
    StoreError,
    StoreVersionError,
)
from workbench.identity.sessions import SessionFile, session_folder
from workbench.records.audit.entries import canonical
from workbench.records.vault.masters import MasterKey
from workbench.settings import Settings


def reopened(bench: Any, token: str | None = None, **changes: Any) -> Workbench:
    """Open a bench as the analyst, with other settings or another token."""
    settings = changes.pop("settings", bench.settings)
    credential = token or bench.token("analyst")
    return Workbench.open(bench.folder, credential=credential, settings=settings, clock=bench.clock)


def keys_of(bench: Any) -> Path:
    """The folder of one bench's keys."""
    (folder,) = (path for path in bench.settings.keys.folder.iterdir() if path.is_dir())
    return Path(folder)


def test_no_bench_and_no_records(tmp_path: Path, bench: Any) -> None:
    with pytest.raises(StoreError, match=r"is no bench\. Make one with workbench init"):
        Workbench.open(tmp_path / "nothing", settings=bench.settings)
    token = bench.token("analyst")
    (bench.folder / "records.sqlite").unlink()
    with pytest.raises(StoreError, match=r"there are no records\. Make a bench"):
        reopened(bench, token)


def test_a_mark_that_is_damaged_or_of_another_kind(bench: Any) -> None:
    token = bench.token("analyst")
    mark = bench.folder / "bench.json"
    mark.write_text("{", "utf-8")
    with pytest.raises(StoreError, match=r"bench.json cannot be read .*Restore it"):
        reopened(bench, token)
    mark.write_text('{"format": "another/1"}', "utf-8")
    with pytest.raises(StoreError, match="is not of a bench that this version"):
        reopened(bench, token)


def test_the_wrong_master_key(bench: Any, as_role: AsRole, authorised: Authorised) -> None:
    authorised()
    plant_alert(as_role("operator"), REFERENCE)
    token = bench.token("analyst")
    master = keys_of(bench) / "master.key"
    right = master.read_text("ascii")
    wrong = MasterKey.generate().to_text()
    master.write_text(wrong + "\n", "ascii")
    with pytest.raises(KeyStoreError, match="master key") as refused:
        reopened(bench, token)
    assert wrong not in str(refused.value)
    assert right.strip() not in str(refused.value)
    master.write_text(right, "ascii")
    reopened(bench, token).close()


@pytest.mark.parametrize("name", ["master.key", "signing.key", "credential.key", "data"])
def test_a_key_that_is_missing_is_named(bench: Any, name: str) -> None:
    token = bench.token("analyst")
    path = keys_of(bench) / name
    path.rename(path.with_name(f"{name}.away"))
    with pytest.raises(KeyStoreError, match=r"not there|there is no|No such file") as refused:
        reopened(bench, token)
    assert str(keys_of(bench)) in str(refused.value)


def test_the_whole_key_store_missing(bench: Any, tmp_path: Path) -> None:
    token = bench.token("analyst")
    elsewhere = Settings(
        threads=1, keys={"folder": tmp_path / "no-keys"}, witness=bench.settings.witness
    )
    with pytest.raises(KeyStoreError, match=r"the key store .*: No such file .*its disk is there"):
        reopened(bench, token, settings=elsewhere)


def test_a_key_file_that_others_can_read_is_not_used(bench: Any) -> None:
    token = bench.token("analyst")
    (keys_of(bench) / "master.key").chmod(0o640)
    with pytest.raises(KeyStoreError, match=r"can be used by others .*chmod 600"):
        reopened(bench, token)


def test_the_keys_of_another_bench(bench: Any, make_bench: Callable[..., Any]) -> None:
    other = make_bench(name="other")
    token = bench.token("analyst")
    ours = keys_of(bench)
    shutil.rmtree(ours)
    shutil.copytree(keys_of(other), ours)
    with pytest.raises(KeyStoreError, match="holds the keys of another bench"):
        reopened(bench, token)


def test_the_records_of_another_bench(bench: Any, make_bench: Callable[..., Any]) -> None:
    other = make_bench(name="other")
    token = bench.token("analyst")
    for name in ("records.sqlite", "records.sqlite-wal", "records.sqlite-shm"):
        (bench.folder / name).unlink(missing_ok=True)
    shutil.copy(other.folder / "records.sqlite", bench.folder / "records.sqlite")
    with pytest.raises(StoreError, match=r"names bench .*Put together what belongs together"):
        reopened(bench, token)


def test_keys_that_came_to_lie_inside_are_refused(bench: Any) -> None:
    token = bench.token("analyst")
    inside = bench.folder / "keys"
    shutil.copytree(bench.settings.keys.folder, inside)
    settings = Settings(threads=1, keys={"folder": inside}, witness=bench.settings.witness)
    with pytest.raises(RefusedError, match="lies inside the bench"):
        reopened(bench, token, settings=settings)


def test_a_damaged_database_is_named(bench: Any) -> None:
    token = bench.token("analyst")
    for name in ("records.sqlite-wal", "records.sqlite-shm"):
        (bench.folder / name).unlink(missing_ok=True)
    (bench.folder / "records.sqlite").write_bytes(b"not a database at all " * 100)
    with pytest.raises(StoreError, match=r"the database is damaged .*Restore it"):
        reopened(bench, token)


# Schemas of other versions


def versioned(bench: Any, version: str) -> None:
    """Have the records say that they are of a version."""
    with bench.open("administrator") as administrator:
        engine = administrator._context.store.engine
        with engine.connect().execution_options(writing=True) as connection, connection.begin():
            connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    bench.opened.clear()


def test_records_of_a_newer_version_are_left_alone(bench: Any) -> None:
    token = bench.token("analyst")
    versioned(bench, "9999")
    with pytest.raises(StoreVersionError, match=r"9999, which this version .* does not know"):
        reopened(bench, token)
    with pytest.raises(StoreVersionError, match="Install that version; nothing was changed"):
        Workbench.login(bench.folder, "administrator", "x", settings=bench.settings)


# Who asks


def test_nobody_is_logged_in(bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKBENCH_CREDENTIAL", raising=False)
    (tmp_path / "run").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    with pytest.raises(CredentialError, match=r"nobody is logged in.* workbench login NAME"):
        Workbench.open(bench.folder, settings=bench.settings, clock=bench.clock)


def test_whoever_logged_in_at_this_terminal_is_found(
    bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WORKBENCH_CREDENTIAL", raising=False)
    (tmp_path / "run").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    opened = bench.open("analyst")
    SessionFile(opened.id, session_folder({"XDG_RUNTIME_DIR": str(tmp_path / "run")})).save(
        bench.token("analyst"), expires=opened.expires
    )
    with Workbench.open(bench.folder, settings=bench.settings, clock=bench.clock) as again:
        assert again.actor.name == "analyst"


def test_a_credential_of_another_bench_or_a_changed_one(
    bench: Any, make_bench: Callable[..., Any]
) -> None:
    other = make_bench(name="other").token("analyst")
    with pytest.raises(CredentialError, match="was not signed by this bench"):
        reopened(bench, other)
    token = bench.token("analyst")
    changed = token[:-1] + ("A" if token[-1] != "A" else "B")
    with pytest.raises(CredentialError, match="was not signed by this bench") as refused:
        reopened(bench, changed)
    assert changed not in str(refused.value)


def test_an_account_that_the_bench_does_not_have(bench: Any) -> None:
    with pytest.raises(CredentialError, match="stranger has no account here"):
        reopened(bench, bench.token("stranger"))


def test_a_credential_that_expires_while_the_bench_is_open(bench: Any, clock: Any) -> None:
    opened = bench.open("analyst")
    clock.now = opened.expires - timedelta(microseconds=1)
    assert opened.deployments.list() == []
    before = len(log_of(opened))
    clock.now = opened.expires
    with pytest.raises(CredentialError, match=r"analyst is not logged in any more\. Log in again"):
        opened.deployments.list()
    assert len(log_of(opened)) == before, "nothing is logged in the name of who is not there"
    with pytest.raises(CredentialError, match="expired"):
        reopened(bench, bench_token_of(bench, clock))


def bench_token_of(bench: Any, clock: Any) -> str:
    """A token that has just expired."""
    now = clock.now
    clock.now = now - timedelta(hours=8)
    try:
        return str(bench.token("analyst"))
    finally:
        clock.now = now


def test_a_clock_that_was_set_back_stops_all_writing(bench: Any, clock: Any) -> None:
    opened = bench.open("analyst")
    opened.deployments.draft({"reference": REFERENCE})
    before = len(log_of(opened))
    clock.turn(hours=-2)
    with pytest.raises(ClockError, match=r"the clock says 2026-11-25 07:00 UTC, .* Set the clock"):
        opened.deployments.get(REFERENCE)
    assert len(log_of(opened)) == before
    clock.turn(hours=2)
    assert opened.deployments.get(REFERENCE).reference == REFERENCE


def test_a_bench_can_be_closed_twice(bench: Any) -> None:
    opened = bench.open("analyst")
    opened.close()
    opened.close()


def test_a_failed_login_is_logged_without_what_was_typed(bench: Any) -> None:
    with pytest.raises(CredentialError, match="account or the password is wrong"):
        Workbench.login(
            bench.folder, "not a name but a secret", "x", settings=bench.settings, clock=bench.clock
        )
    officer = bench.open("data-protection-officer")
    bodies = [
        canonical(one.entry) for one in officer.audit.show(justification="looking for failures")
    ]
    assert any('"result":"refused"' in one and '"verb":"login"' in one for one in bodies)
    assert not any("a secret" in one for one in bodies)


def test_a_new_bench_already_knows_its_master_key(bench: Any) -> None:
    master = keys_of(bench) / "master.key"
    token = bench.token("analyst")
    master.write_text(MasterKey.generate().to_text() + "\n", "ascii")
    with pytest.raises(KeyStoreError, match="master key"):
        reopened(bench, token)
