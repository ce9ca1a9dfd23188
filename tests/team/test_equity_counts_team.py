"""What is known by group, in a team's store: a manager's connection reads views, and no table."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from bench_steps import REFERENCE, WORDS
from bench_values import SFACE, application_values
from equity_values import equity_of
from group_counts import SCHEME, by_group, next_month, with_false_alerts
from kept_values import go_live
from sqlalchemy import event

from workbench.bench.equity_counts import equity_facts
from workbench.bench.snapshots import take_snapshot
from workbench.errors import NotPermittedError
from workbench.governance.permissions import Permission, holders
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.roles import Role
from workbench.outcomes import met_deployments
from workbench.outcomes.equity_facts import EquityFacts
from workbench.records.equity_views import FIELD_COUNTS, GROUP_COUNTS, POLICIES
from workbench.records.outcome_views import DEPLOYMENTS, SEARCHES, WATCHLISTS

Team = Any

SECOND = "2026-11/LOW-ST-1"
VIEWS = {POLICIES, FIELD_COUNTS, GROUP_COUNTS}
ALSO_READ = {DEPLOYMENTS, SEARCHES, WATCHLISTS, "actors", "audit_append", "audit_head", "bench"}
PEOPLE = ("data-scientist", "engagement-officer", "analyst", "operator", "officer'", "ada")


@pytest.fixture
def counted(live: Team) -> Team:
    """Raise false alerts in two deployments, and have an officer count them by group, last month."""
    with live.open("analyst") as analyst:
        analyst.deployments.draft(application_values(policy=SFACE, reference=SECOND))
        analyst.deployments.apply(SECOND)
    with live.open("authorising-officer") as officer:
        officer.deployments.authorise(SECOND, **WORDS)
    with live.as_owner() as owner:
        go_live(owner, SECOND)
        with_false_alerts(owner, REFERENCE, 9)
        with_false_alerts(owner, SECOND, 9)
    with live.open("engagement-officer") as officer:
        for reference, counts in (
            (REFERENCE, {"Black": 6, "White": 1, "Asian": 1}), (SECOND, {"Black": 9}),
        ):  # fmt: skip
            values = {"scheme": SCHEME, "counts": counts}
            officer.deployments.field_counts(reference, values)
    assert read(live).schemes == (), "the month is not over"
    next_month(live.clock)
    read(live)
    return live


def read(team: Team, account: str = "manager") -> EquityFacts:
    with team.open(account) as bench:
        found: EquityFacts = bench.outcomes.equity()
    return found


def test_a_manager_reads_what_the_tables_hold(counted: Team) -> None:
    facts = read(counted)
    with counted.as_owner() as owner, owner._context.store.reading() as connection:
        there = equity_facts(connection, asked_for=False, is_demonstration=False)
    assert facts == there
    assert by_group(facts) == {"Black": 15, "White": None, "Asian": None, None: None}
    assert [one.policy for one in facts.policies] == [SFACE]
    assert facts.policies[0].deployments == 2
    (one,) = (one for one in facts.deployments if one.reference == REFERENCE)
    assert (one.reference, one.false_alerts, one.false_alerts_now) == (REFERENCE, 9, 9)


def test_a_comparison_of_groups_comes_through_the_view(counted: Team) -> None:
    with counted.open("data-scientist") as scientist:
        policy: ThresholdPolicy = scientist.policies.get(SFACE)
    groups = json.dumps(equity_of(policy).plain()).replace("'", "''")
    changed = f"jsonb_set(content::jsonb, '{{evidence}}', '{{\"by_group\": {groups}}}'::jsonb)"
    counted.run(f"UPDATE policies SET content = {changed}::text WHERE id = '{SFACE}'")  # noqa: S608
    (one,) = read(counted).policies
    assert one.measured_on is not None
    assert one.sentence.startswith("equity measured on made up")
    assert [rate.errors for rate in one.at[0].rates] == [8, 2, 12, None]
    assert one.gaps == ()


def test_it_takes_views_and_no_table(counted: Team) -> None:
    said: list[str] = []
    with counted.open("manager") as manager:
        engine = manager._context.store.engine
        event.listen(engine, "before_cursor_execute", lambda *told: said.append(told[2]))
        manager.outcomes.equity()
    found = set(re.findall(r"(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)", " ".join(said)))
    assert found >= VIEWS
    assert found <= VIEWS | ALSO_READ


def test_no_small_count_and_nobody_is_in_what_the_views_give(counted: Team) -> None:
    rows = counted.run(f"SELECT named, counted FROM {GROUP_COUNTS}", "manager")  # noqa: S608
    assert sorted(rows, key=str) == sorted(
        [("Black", 15), ("White", None), ("Asian", None), (None, None)], key=str
    )
    said = "".join(
        str(counted.run(f"SELECT * FROM {view}", "manager"))  # noqa: S608
        for view in sorted(VIEWS)
    )
    with counted.open("manager") as manager:
        snapshot, _ = take_snapshot(manager, "a bench", met_deployments())
    assert snapshot.equity is not None
    for word in (*PEOPLE, "subject-1", "note-", "alert-", "session-", "key-", "object-"):
        assert word not in said, word
        assert word not in snapshot.model_dump_json(), word


def test_who_may_read_it_is_a_matter_of_the_role(counted: Team) -> None:
    known = read(counted)
    for role in Role:
        if role in holders(Permission.OUTCOMES_READ):
            assert read(counted, role.value) == known, role
            continue
        with (
            counted.open(role.value) as bench,
            pytest.raises(NotPermittedError, match="may not read outcomes as aggregates"),
        ):
            bench.outcomes.equity()
        for view in sorted(VIEWS):
            asked = f"SELECT has_table_privilege('{view}', 'SELECT')"
            assert counted.run(asked, role.value) == [(False,)], (role, view)


def test_where_the_store_has_no_such_views_yet_the_part_is_withheld(counted: Team) -> None:
    """The store was set up by an earlier version: the rest of the snapshot is there all the same."""
    counted.run(f"DROP VIEW {POLICIES}")
    with counted.open("manager") as manager:
        snapshot, _ = take_snapshot(manager, "a bench", met_deployments())
    assert snapshot.equity is None
    assert "workbench team setup" in snapshot.withheld["equity"]
    assert "postgresql" not in snapshot.model_dump_json()
    with counted.as_owner() as owner:
        owner.team.set_up(clock_apart=None)
    with counted.open("manager") as manager:
        snapshot, _ = take_snapshot(manager, "a bench", met_deployments())
    assert snapshot.equity is not None
    assert snapshot.withheld == {}
