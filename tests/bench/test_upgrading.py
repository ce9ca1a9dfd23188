"""Bringing a bench to a later schema: by an administrator with a password, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bench_steps import REFERENCE, AsRole, Authorised, log_of
from later_schema import a_later_version

from workbench.bench import Workbench
from workbench.bench.upgrading import Upgrade, upgrade_bench
from workbench.errors import CredentialError, NotPermittedError, StoreError, StoreVersionError
from workbench.records.migrations import head

PASSWORD = "a long enough password"  # noqa: S105 - of accounts in a temporary folder


def upgrade(bench: Any, name: str = "administrator", password: str = PASSWORD) -> Upgrade:
    """Upgrade as the command does."""
    return upgrade_bench(bench.folder, name, password, settings=bench.settings, clock=bench.clock)


def test_a_bench_of_this_version_is_left_as_it_is(bench: Any, as_role: AsRole) -> None:
    before = len(log_of(as_role("administrator")))
    assert upgrade(bench) == Upgrade(head(), head())
    assert len(log_of(as_role("administrator"))) == before


def test_no_bench(bench: Any, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is no bench"):
        upgrade_bench(tmp_path / "nothing", "ada", PASSWORD, settings=bench.settings)


@pytest.mark.slow
def test_an_older_bench_opens_after_its_upgrade_with_all_it_held(
    bench: Any,
    authorised: Authorised,
    as_role: AsRole,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    authorised()
    token, older = bench.token("analyst"), head()
    bench.close()
    a_later_version(tmp_path, monkeypatch)
    with pytest.raises(StoreVersionError, match="run workbench upgrade"):
        Workbench.open(bench.folder, credential=token, settings=bench.settings, clock=bench.clock)
    with pytest.raises(StoreVersionError, match="run workbench upgrade"):
        Workbench.login(bench.folder, "administrator", PASSWORD, settings=bench.settings)
    assert upgrade(bench) == Upgrade(older, "next")
    with Workbench.open(
        bench.folder, credential=token, settings=bench.settings, clock=bench.clock
    ) as opened:
        assert opened.deployments.get(REFERENCE).reference == REFERENCE
        entry = next(one for one in log_of(opened) if "schema_before" in one.details)
        assert (entry.actor, entry.details["schema"]) == ("administrator", "next")
        log = opened._context.store.log
        assert log.verify(opened._context.store.reading).ok


@pytest.mark.slow
def test_who_may_not_upgrade_changes_nothing(
    bench: Any, as_role: AsRole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = as_role("administrator").users
    for name in ("analyst", "administrator-2"):
        users.set_password(name, PASSWORD)
    users.change("administrator-2", active=False)
    bench.close()
    a_later_version(tmp_path, monkeypatch)
    with pytest.raises(CredentialError, match="the account or the password is wrong"):
        upgrade(bench, "administrator", "not the password")
    with pytest.raises(NotPermittedError, match="may not bring the records to the schema"):
        upgrade(bench, "analyst")
    with pytest.raises(CredentialError, match="administrator-2 is disabled"):
        upgrade(bench, "administrator-2")
    with pytest.raises(StoreVersionError, match="run workbench upgrade"):
        bench.open("administrator")


def test_an_upgrade_that_fails_leaves_the_bench_as_it_was(
    bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = bench.token("analyst")
    with monkeypatch.context() as patch:
        a_later_version(tmp_path, patch, more="raise OSError")
        with pytest.raises(OSError):  # noqa: PT011 - it says nothing
            upgrade(bench)
    with Workbench.open(
        bench.folder, credential=token, settings=bench.settings, clock=bench.clock
    ) as opened:
        assert opened.deployments.list() == []
