"""From the first schema to this one, on a bench in a folder with data in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bench_steps import REFERENCE, log_of
from earlier_schema import ADDED, FIRST, back_to_first, only_the_first
from evaluation_values import NAME, WHY_READ, folder_of, set_values
from kept_values import FACES, copied, go_live, plant_list, plant_said

from workbench.bench.upgrading import Upgrade, upgrade_bench
from workbench.errors import StoreVersionError
from workbench.governance.holds import HoldGround
from workbench.records.engine import connect
from workbench.records.migrations import head, migrate

Maker = Any
PASSWORD = "a long enough password"  # noqa: S105 - of an account in a temporary folder
UNLIKE = {"audit", "audit_head", "alembic_version"}
"""Tables to which an upgrade writes that it was done."""


def records(maker: Maker) -> Path:
    return Path(maker.folder) / "records.sqlite"


def schema_of(path: Path) -> dict[str, str]:
    """Return what makes each table, index and trigger of a database."""
    connection = sqlite3.connect(path)
    try:
        found = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
        )
        return dict(found.fetchall())
    finally:
        connection.close()


def rows_in(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables."""
    connection = sqlite3.connect(path)
    try:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)  # noqa: S608
            for (name,) in tables.fetchall()
        }
    finally:
        connection.close()


def upgrade(maker: Maker) -> Upgrade:
    return upgrade_bench(
        maker.folder, "administrator", PASSWORD, settings=maker.settings, clock=maker.clock
    )


@pytest.fixture
def first(bench: Maker, authorised: Callable[..., str]) -> Maker:
    """Return a bench of the first schema, with a list, an alert, a hold and a case in it."""
    authorised()
    with bench.open("operator") as operator:
        go_live(operator, REFERENCE)
        plant_list(operator, REFERENCE)
        alert = plant_said(operator, REFERENCE)
    with bench.open("data-protection-officer") as officer:
        officer.holds.place(
            ground=HoldGround.JUDICIAL,
            reason="The trial begins in January.",
            review_by=bench.clock() + timedelta(days=60),
            alerts=[alert.id],
        )
    with bench.open("analyst") as analyst:
        analyst.cases.open(
            {
                "number": "CASE/2026/118",
                "offence": "Robbery on 24 November 2026, Theft Act 1968, s.8",
                "authority": "Common law power to investigate crime; DPA 2018, Part 3",
                "purpose": "To find out who is seen with the bag.",
                "necessity": "Witnesses saw a face and know no name.",
                "expiry": (bench.clock() + timedelta(days=10)).isoformat(),
            }
        )
    bench.close()
    back_to_first(records(bench))
    return bench


def test_it_is_what_the_first_migration_makes(
    first: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = connect(tmp_path / "first.sqlite")
    with monkeypatch.context() as patch:
        only_the_first(tmp_path, patch)
        with made.connect().execution_options(writing=True) as connection, connection.begin():
            migrate(connection)
        assert head() == FIRST
    made.dispose()
    assert schema_of(records(first)) == schema_of(tmp_path / "first.sqlite")


def test_it_is_left_alone_until_it_is_upgraded(first: Maker) -> None:
    before = rows_in(records(first))
    with pytest.raises(StoreVersionError, match=r"have schema 0001, .* then run workbench upgrade"):
        first.open("analyst")
    assert rows_in(records(first)) == before


@pytest.mark.slow
def test_an_upgrade_keeps_every_row_and_makes_this_schema(first: Maker, tmp_path: Path) -> None:
    before = rows_in(records(first))
    assert all(before[table] for table in ("alerts", "cases", "holds", "vault_objects", "audit"))
    assert upgrade(first) == Upgrade(FIRST, head())
    after = rows_in(records(first))
    for added in ADDED:
        assert after.pop(added) == []
    assert {row[-2:] for row in after["sessions"]} == {(None, None)}, "neither pauses nor record"
    after["sessions"] = [row[:-2] for row in after["sessions"]]
    assert {name: rows for name, rows in after.items() if name not in UNLIKE} == {
        name: rows for name, rows in before.items() if name not in UNLIKE
    }
    assert len(after["audit"]) == len(before["audit"]) + 1
    fresh = connect(tmp_path / "fresh.sqlite")
    with fresh.connect().execution_options(writing=True) as connection, connection.begin():
        migrate(connection)
    fresh.dispose()
    assert schema_of(records(first)) == schema_of(tmp_path / "fresh.sqlite")


@pytest.mark.slow
def test_what_it_held_works_on_and_what_is_new_works_too(first: Maker, tmp_path: Path) -> None:
    upgrade(first)
    with first.open("operator") as operator:
        context = operator._context
        with context.store.reading() as connection:
            sealed = connection.exec_driver_sql("SELECT object_id FROM watchlists").scalar_one()
            assert context.vault.get(connection, sealed) == FACES
        entry = log_of(operator)[-1]
        assert (entry.actor, entry.details["schema_before"]) == ("administrator", FIRST)
        assert context.store.log.verify(context.store.reading).ok
    with first.open("data-scientist") as scientist:
        folder = folder_of(tmp_path / "photographs")
        scientist.evaluation_sets.seal(folder, set_values(first.clock()))
        assert len(list(scientist.evaluation_sets.read(NAME, justification=WHY_READ))) == 3
    first.clock.turn(days=40)
    with first.open("data-protection-officer") as officer:
        gone = sorted(one.retention.value for one in officer.at_opening.certificates)
        assert gone == ["case", "evaluation-set", "watchlist"]
        assert [row.state for row in officer.retention.plan().rows] == ["held"]
        assert officer.audit.verify().ok


@pytest.mark.slow
def test_a_backup_from_before_can_be_put_back_and_upgraded(first: Maker, tmp_path: Path) -> None:
    backup = copied(first, tmp_path / "backup")
    kept = rows_in(records(backup))
    upgrade(first)
    assert rows_in(records(backup)) == kept, "an upgrade writes nowhere else"
    with pytest.raises(StoreVersionError, match="run workbench upgrade"):
        backup.open("analyst")
    assert upgrade(backup) == Upgrade(FIRST, head())
    with backup.open("analyst") as analyst:
        assert analyst.deployments.get(REFERENCE).reference == REFERENCE
        assert analyst._context.store.log.verify(analyst._context.store.reading).ok


@pytest.mark.slow
def test_upgraded_twice_nothing_is_done(first: Maker) -> None:
    upgrade(first)
    before = rows_in(records(first))
    assert upgrade(first) == Upgrade(head(), head())
    assert rows_in(records(first)) == before
