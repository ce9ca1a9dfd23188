"""From the first schema to this one in a team's store with data in it: rows, rights and rules."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from earlier_schema import ADDED, FIRST, team_back_to_first
from evaluation_values import NAME, WHY_READ, folder_of, set_values
from kept_values import rows_of
from team_bench import PASSWORD
from test_rights import COMMITTED, read, tried

from workbench.bench.upgrading import Upgrade, upgrade_bench
from workbench.errors import NotPermittedError, StoreError, StoreVersionError
from workbench.governance.certificates import Result
from workbench.governance.holds import HoldGround
from workbench.records.migrations import head
from workbench.records.schema import metadata
from workbench.records.team.setting_up import clock_apart

pytestmark = pytest.mark.slow

Team = Any
UNLIKE = {"audit", "audit_head"}

CATALOGUE = {
    "policies": "SELECT tablename, policyname, roles::text, cmd, qual, with_check FROM pg_policies "
    "WHERE schemaname = 'public' ORDER BY 1, 2",
    "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled "
    "FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
    "functions": "SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid), proacl::text "
    "FROM pg_proc p WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
    "columns": "SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), "
    "attnotnull, attacl::text FROM pg_attribute JOIN pg_class c ON c.oid = attrelid "
    "WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped "
    "ORDER BY 1, 2",
    "relations": "SELECT relname, relkind, relrowsecurity, pg_get_userbyid(relowner), "
    "(SELECT array_agg(a::text ORDER BY a::text) FROM unnest(relacl) AS a) "
    "FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) "
    "FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
}
"""What PostgreSQL itself knows of a store, by what it is of."""


def catalogue(team: Team) -> dict[str, list[tuple[object, ...]]]:
    return {name: team.run(query) for name, query in CATALOGUE.items()}


def rows_in(team: Team) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of all tables that both schemas have."""
    tables = sorted(set(metadata.tables) - set(ADDED) - UNLIKE)
    rows = dict.fromkeys(tables, "t::text") | {"sessions": "to_jsonb(t) - 'pauses' - 'record'"}
    return {
        table: sorted(team.run(f"SELECT {row} FROM {table} t"), key=repr)  # noqa: S608
        for table, row in rows.items()
    }


def upgrade(team: Team) -> Upgrade:
    return upgrade_bench(
        team.owner_address, "ada", PASSWORD, settings=team.settings("owner"), clock=team.clock
    )


@pytest.fixture
def first(live: Team) -> Team:
    """Return a store of the first schema, with a deployment, an alert and a held case in it."""
    with live.open("analyst") as analyst:
        analyst.cases.open(
            {
                "number": "CASE/2026/118",
                "offence": "Robbery on 24 November 2026, Theft Act 1968, s.8",
                "authority": "Common law power to investigate crime; DPA 2018, Part 3",
                "purpose": "To find out who is seen with the bag.",
                "necessity": "Witnesses saw a face and know no name.",
                "expiry": (live.clock() + timedelta(days=10)).isoformat(),
            }
        )
    with live.open("authorising-officer") as officer:
        officer.holds.place(
            "CASE/2026/118",
            ground=HoldGround.JUDICIAL,
            reason="The trial begins in January.",
            review_by=live.clock() + timedelta(days=60),
        )
    live.close()
    team_back_to_first(live)
    return live


def test_it_is_left_alone_until_its_owner_upgrades_it(first: Team) -> None:
    before = rows_in(first)
    for account in ("analyst", "data-scientist", "administrator"):
        with pytest.raises(StoreVersionError, match="then run workbench upgrade"):
            first.open(account)
    cells = tried_as_scientist(first)
    assert cells == {"vault_objects": False, "data_keys": False, "policies": True}
    with pytest.raises((NotPermittedError, StoreError)):
        upgrade_bench(
            first.address("administrator"),
            "ada",
            PASSWORD,
            settings=first.settings("owner"),
            clock=first.clock,
        )
    assert rows_in(first) == before
    assert first.run("SELECT version_num FROM alembic_version") == [(FIRST,)]


def tried_as_scientist(team: Team) -> dict[str, bool]:
    """Return which tables a data scientist may read at all."""
    return {
        table: bool(
            team.run(f"SELECT has_any_column_privilege('{table}', 'SELECT')", "data-scientist")[0][
                0
            ]
        )
        for table in ("vault_objects", "data_keys", "policies")
    }


def test_an_upgrade_keeps_every_row_and_leaves_the_rights_rules_and_tables_of_a_new_store(
    first: Team, made_team: Team
) -> None:
    assert catalogue(first) != catalogue(made_team)
    before, logged = rows_in(first), first.run("SELECT count(*) FROM audit")
    assert all(before[table] for table in ("alerts", "cases", "holds", "vault_chunks", "actors"))
    assert upgrade(first) == Upgrade(FIRST, head())
    assert rows_in(first) == before
    assert first.run("SELECT count(*) - 1 FROM audit") == logged
    found, wanted = catalogue(first), catalogue(made_team)
    for part, of in wanted.items():
        assert found[part] == of, part
        assert len(of) > 10
    assert tried(first) == read(COMMITTED)
    with first.as_owner() as owner:
        assert owner.team.check().faults == ()


@pytest.mark.parametrize("apart", [None, timedelta(hours=2), timedelta(seconds=90.5)])
def test_how_far_clocks_may_be_apart_stays_as_it_was_set(
    team: Team, apart: timedelta | None
) -> None:
    with team.as_owner() as owner:
        owner.team.set_up(clock_apart=apart)
    team.close()
    team_back_to_first(team)
    upgrade(team)
    with team.as_owner() as owner, owner._context.store.reading() as connection:
        assert clock_apart(connection) == apart


def test_what_it_held_works_on_and_what_is_new_works_too(first: Team, tmp_path: Path) -> None:
    upgrade(first)
    with first.as_owner() as owner:
        assert rows_of(owner, "alerts") == 1
    with first.open("operator") as operator:
        shown = operator.alerts.get(first.alert, justification="on duty at the gate")
        assert shown.document is not None
    with first.open("data-scientist") as scientist:
        scientist.evaluation_sets.seal(
            folder_of(tmp_path / "photographs"), set_values(first.clock())
        )
        assert len(list(scientist.evaluation_sets.read(NAME, justification=WHY_READ))) == 3
    first.clock.turn(days=40)
    with first.open("data-protection-officer") as officer:
        certificates = officer.at_opening.certificates
        gone = sorted(one.retention.value for one in certificates)
        assert {"alert", "evaluation-set"} <= set(gone)
        assert {one.result for one in certificates} == {Result.COMPLETE}
        assert [row.state for row in officer.retention.plan().rows] == ["held"]
        assert officer.audit.verify().ok
    assert first.run("SELECT count(*) FROM vault_chunks") == [(0,)]
