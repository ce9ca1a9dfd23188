"""What pages tell of a deployment, in a team's store: from views, and the same as from the tables."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from alert_values import plant_alert
from bench_steps import REFERENCE
from outcome_values import erased, searched
from planted import listed, plant_list

from workbench.bench.deployment_facts import facts_of
from workbench.bench.rules import rules_in_force
from workbench.bench.snapshots import take_snapshot
from workbench.errors import NotPermittedError
from workbench.governance.alerts import AlertState
from workbench.governance.deployment_outcomes import Period
from workbench.governance.permissions import Permission, holders
from workbench.governance.roles import Role
from workbench.outcomes import met_deployments
from workbench.outcomes.deployment_facts import DeploymentFacts
from workbench.records.deployment_facts import deployment_rows
from workbench.records.deployment_views import CATEGORIES, DEPLOYMENT_VIEWS, KEPT
from workbench.records.outcomes import list_outcomes

Team = Any


@pytest.fixture
def worked(live: Team) -> Team:
    """A live deployment with a list of three categories, alerts of known times, and verdicts."""
    people = {"wanted-by-courts": 7, "suspected-of-offence": 4, "missing-at-risk": 2}
    entries = [
        listed(f"{category}-{number}", category=category)
        for category, many in people.items()
        for number in range(many)
    ]
    with live.as_owner() as owner:
        plant_list(owner, REFERENCE, *entries)
        for seconds in (5, 10, 10.001, 45, 1000):
            raised = live.clock() - timedelta(seconds=seconds)
            plant_alert(owner, REFERENCE, raised=raised, state=AlertState.FALSE_CONFIRMED)
        searched(owner)
    for account in ("operator", "engagement-officer"):
        with live.open(account) as bench:
            said = "Compared, MARKER-OF-A-REASON."
            bench.alerts.adjudicate(live.alert, AlertState.TRUE_CONFIRMED, said)
    return live


def facts(team: Team, account: str = "manager") -> DeploymentFacts:
    with team.open(account) as bench:
        [found] = bench.outcomes.facts(bench.outcomes.read())
    return found


def over_the_owner(team: Team) -> DeploymentFacts:
    """What the queries say on the tables themselves."""
    with team.as_owner() as owner, owner._context.store.reading() as connection:
        [outcome] = list_outcomes(connection, Period())
        rows = deployment_rows(connection)[REFERENCE]
        return facts_of(outcome, rows, rules_in_force(connection), team.clock())


def test_a_manager_reads_what_the_tables_say(worked: Team) -> None:
    one = facts(worked)
    assert one == over_the_owner(worked)
    assert (one.so_far is not None, one.decisions) == (True, None), "it runs"
    with worked.open("analyst") as analyst:
        analyst.deployments.close(REFERENCE)
    one = facts(worked)
    assert one == over_the_owner(worked)
    taken = one.decisions
    assert taken is not None
    assert one.alerts is not None
    assert (taken.within_10, taken.within_30, taken.within_60, taken.within_more) == (7, 1, 1, 1)
    assert (taken.by_two, taken.agreed, taken.undecided) == (1, 1, 2)
    assert one.watchlist is not None
    assert [(kind.name, kind.people) for kind in one.watchlist.categories] == [
        ("wanted by the courts", 7 + 1),
        (None, 4 + 2 + 1),
    ]
    assert sum(stretch.alerts for stretch in one.timeline) == one.alerts.alerts


def test_it_is_the_same_once_all_is_over(worked: Team) -> None:
    with worked.open("analyst") as analyst:
        analyst.deployments.close(REFERENCE)
    with worked.as_owner() as owner:
        erased(owner, [worked.alert])
    one = facts(worked)
    assert one == over_the_owner(worked)
    assert one.watchlist is not None
    assert one.alerts is not None
    assert (one.running, one.alerts.gone, one.watchlist.in_time) == (False, 1, True)
    assert [feed.gaps for feed in one.feeds] == [()] * len(one.feeds)
    with worked.open("manager") as manager:
        snapshot, records = take_snapshot(manager, "a team", met_deployments())
    assert snapshot.deployments == (one,)
    assert records["record"].to_list()[0] == REFERENCE
    assert len(records) == 1 + len(met_deployments())


def test_no_view_names_anybody_or_tells_a_small_category(worked: Team) -> None:
    said = "".join(
        str(worked.run(f"SELECT * FROM {view}", "manager"))  # noqa: S608
        for view in DEPLOYMENT_VIEWS
    )
    for word in (
        "subject-1", "staff-1", "operator", "analyst", "engagement-officer", "MARKER", "officer'",
        "key-", "object-", "entry-", "session-", "alert-", "missing-at-risk", "suspected-of",
    ):  # fmt: skip
        assert word not in said, word
    assert worked.run(f"SELECT * FROM {CATEGORIES}") == [], "the owner is nobody"  # noqa: S608


def test_who_may_read_it_is_a_matter_of_the_role(worked: Team) -> None:
    with worked.open("manager") as manager:
        report = manager.outcomes.read()
    for role in Role:
        if role in holders(Permission.OUTCOMES_READ):
            assert facts(worked, role.value).reference == REFERENCE
            continue
        with (
            worked.open(role.value) as bench,
            pytest.raises(NotPermittedError, match="may not read outcomes as aggregates"),
        ):
            bench.outcomes.facts(report)


def test_a_store_set_up_before_shows_what_it_can_and_says_what_it_cannot(worked: Team) -> None:
    worked.run(f"DROP VIEW {KEPT}")
    with worked.open("manager") as manager:
        snapshot, records = take_snapshot(manager, "a team", met_deployments())
    assert snapshot.deployments == ()
    assert "workbench team setup" in snapshot.withheld["deployments"]
    assert "postgresql" not in snapshot.model_dump_json()
    assert len(records) == len(met_deployments())
