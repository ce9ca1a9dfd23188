"""Retention by a timer: what is due goes with nobody logged in, and nothing else can be done."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kept_values import go_live, kept_files, plant_list, plant_said, rows_of

from workbench.bench.audit_part import Shown
from workbench.bench.unattended import run_unattended
from workbench.errors import KeyStoreError, StoreError
from workbench.governance.deployments import DeploymentState
from workbench.governance.retention import RetentionClass
from workbench.records.audit.verbs import Verb

REFERENCE = "2026-11/HIGH-ST-1"
Maker = Any


@pytest.fixture
def live(bench: Maker, authorised: Callable[..., str]) -> Maker:
    """Return a bench with a live deployment that has a list and an alert."""
    authorised()
    with bench.open("operator") as workbench:
        go_live(workbench, REFERENCE)
        plant_list(workbench, REFERENCE)
        plant_said(workbench, REFERENCE)
    return bench


def test_what_is_due_goes_with_nobody_logged_in(live: Maker) -> None:
    live.clock.turn(days=32)
    done = run_unattended(live.folder, settings=live.settings, clock=live.clock)
    assert {one.retention for one in done.certificates} == {
        RetentionClass.WATCHLIST,
        RetentionClass.ALERT,
    }
    assert done.failures == ()
    assert kept_files(live) == ([], [])
    with live.open("data-protection-officer") as officer:
        assert officer.deployments.get(REFERENCE).state is DeploymentState.PURGED
        found = officer.audit.show(Shown(verb=Verb.ERASE), justification="Seeing who erased.")
        assert {one.entry.actor for one in found} == {"workbench"}
        assert not officer.audit.verify().faults


def test_nothing_is_written_where_nothing_is_due(live: Maker) -> None:
    with live.open("operator") as workbench:
        before = rows_of(workbench, "audit")
        done = run_unattended(live.folder, settings=live.settings, clock=live.clock)
        assert (done.certificates, done.ended, done.purged) == ((), 0, 0)
        assert rows_of(workbench, "audit") == before


def test_what_a_cut_off_write_left_goes_too(live: Maker) -> None:
    (_, keys) = kept_files(live)
    unknown = keys[0].with_name("key-nobody-knows.key")
    unknown.write_bytes(keys[0].read_bytes())
    hour_ago = live.clock().timestamp() - 3601
    os.utime(unknown, (hour_ago, hour_ago))
    run_unattended(live.folder, settings=live.settings, clock=live.clock)
    assert not unknown.exists()
    assert kept_files(live)[1] == keys


def test_in_a_bench_that_was_put_back_what_came_since_is_left_to_people(
    live: Maker, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(live.folder, copy)
    live.clock.turn(seconds=1)
    with live.open("operator") as workbench:
        later = plant_said(workbench, REFERENCE)
    _, keys = kept_files(live)
    shutil.copytree(live.folder / "vault", copy / "vault", dirs_exist_ok=True)
    shutil.rmtree(live.folder)
    shutil.copytree(copy, live.folder)
    live.clock.turn(hours=2)
    for path in (*kept_files(live)[0], *keys):
        os.utime(path, (0, 0))
    run_unattended(live.folder, settings=live.settings, clock=live.clock)
    assert kept_files(live)[1] == keys, "also that of what no record knows"
    with live.open("data-protection-officer") as officer:
        assert officer.retention.run().certificates == ()
        assert kept_files(live)[1] == keys
        assert officer.retention.sweep().keys == (later.key_id,)


def test_it_needs_the_keys_and_a_bench(live: Maker, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="workbench init"):
        run_unattended(tmp_path / "none", settings=live.settings, clock=live.clock)
    elsewhere = live.settings.keys.model_copy(update={"folder": tmp_path / "no-keys"})
    settings = live.settings.model_copy(update={"keys": elsewhere})
    with pytest.raises(KeyStoreError):
        run_unattended(live.folder, settings=settings, clock=live.clock)
