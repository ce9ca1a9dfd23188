"""What came of deployments, in a team's store: a manager's connection reads views, and no table."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from bench_steps import REFERENCE
from bench_values import application_values
from kept_values import plant_list
from outcome_values import COUNTED, erased, made_older, of_record, searched
from sqlalchemy import event

from workbench.bench import Workbench
from workbench.errors import NotPermittedError
from workbench.governance.deployment_outcomes import DeploymentOutcome, Period
from workbench.governance.permissions import Permission, holders
from workbench.governance.roles import Role
from workbench.records.outcome_views import APPLICATIONS, DEPLOYMENTS, SEARCHES, WATCHLISTS
from workbench.records.outcomes import list_outcomes

Team = Any

WRITING = {"actors", "audit_append", "audit_head"}
"""What a transaction takes, whatever the role: one's own account, the function that appends to the
log, and the log's head."""
VIEWS = {APPLICATIONS, DEPLOYMENTS, SEARCHES, WATCHLISTS}
HERE = COUNTED | {
    "faces_seen": 1200,
    "open": 2,
    "outcomes": COUNTED["outcomes"] | {"alerts": 7},
}
"""What was counted by hand, with the alert and the search of 400 faces that were there before."""


@pytest.fixture
def alerts(live: Team) -> list[str]:
    """Search the live deployment twice more; returns the ids of its alerts."""
    with live.as_owner() as owner:
        return [live.alert, *searched(owner)]


def read(team: Team, account: str) -> DeploymentOutcome:
    with team.open(account) as bench:
        (found,) = bench.outcomes.read().deployments
    return found


def gone_of(before: DeploymentOutcome, *, destroyed: int, still_open: int) -> DeploymentOutcome:
    """Return what an outcome is once some of its open alerts are destroyed."""
    changed = {"open": still_open, "destroyed_undecided": destroyed}
    return before.model_copy(update={"counts": before.counts.model_copy(update=changed)})


def over_the_owner(team: Team) -> list[DeploymentOutcome]:
    """What the queries say on the tables themselves."""
    with team.as_owner() as owner, owner._context.store.reading() as connection:
        return list_outcomes(connection, Period())


def record_of(team: Team) -> DeploymentOutcome:
    with team.open("analyst") as analyst:
        return of_record(analyst.deployments.record(REFERENCE))


def relations_read(bench: Workbench) -> set[str]:
    """Read the outcomes, and return the tables, views and functions that statements read from."""
    said: list[str] = []
    engine = bench._context.store.engine

    def listen(*told: Any) -> None:
        said.append(told[2])

    event.listen(engine, "before_cursor_execute", listen)
    try:
        bench.outcomes.read()
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    return set(re.findall(r"(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)", " ".join(said)))


def test_a_manager_reads_what_was_counted_and_what_the_record_says(
    live: Team, alerts: list[str]
) -> None:
    one = read(live, "manager")
    assert one.counts.plain() == HERE
    assert (one.searches, one.searched_minutes, one.blue_list_alerts) == (3, 30, 1)
    assert (one.place, one.town) == ("North End, outside the Whitgift Centre", "Croydon")
    assert one == record_of(live)
    assert over_the_owner(live) == [one]


def test_it_is_the_same_once_the_alerts_are_gone(live: Team, alerts: list[str]) -> None:
    with live.open("analyst") as analyst:
        analyst.deployments.close(REFERENCE)
    before = read(live, "manager")
    with live.as_owner() as owner:
        erased(owner, alerts[:3])
    assert read(live, "manager") == gone_of(before, destroyed=1, still_open=1)
    with live.as_owner() as owner:
        erased(owner, alerts[3:])
    assert live.run("SELECT count(*) FROM alerts") == [(0,)]
    after = gone_of(before, destroyed=2, still_open=0)
    assert read(live, "manager") == after == record_of(live)
    assert over_the_owner(live) == [after]
    with live.as_owner() as owner:
        made_older(owner)
    assert read(live, "manager") == after == record_of(live)


def test_it_takes_the_views_and_no_table(live: Team, alerts: list[str]) -> None:
    with live.open("manager") as manager:
        assert relations_read(manager) == VIEWS | WRITING


def test_nobody_is_in_what_the_views_give(live: Team, alerts: list[str]) -> None:
    with live.open("operator") as operator:
        counts = {"scheme": "18+1", "counts": {"W1": 1, "not stated": 0}}
        operator.deployments.field_counts(REFERENCE, counts)
    with live.open("manager") as manager:
        said = json.dumps(manager.outcomes.read().shown())
    for view in sorted(VIEWS):
        said += str(live.run(f"SELECT * FROM {view}", "manager"))  # noqa: S608
    for word in (
        "subject-1", "staff-1", "operator", "analyst", "officer'", "W1", "18+1", "under_18",
        "wanted-by-courts", "latitude", "key-", "object-", "entry-", "session-", *alerts,
    ):  # fmt: skip
        assert word not in said, word


def test_who_may_read_it_is_a_matter_of_the_role(live: Team, alerts: list[str]) -> None:
    for role in Role:
        if role in holders(Permission.OUTCOMES_READ):
            assert [read(live, role.value)] == over_the_owner(live), role
            continue
        with (
            live.open(role.value) as bench,
            pytest.raises(NotPermittedError, match="may not read outcomes as aggregates"),
        ):
            bench.outcomes.read()
        assert [
            one
            for one in sorted(VIEWS)
            if live.run(f"SELECT has_table_privilege('{one}', 'SELECT')", role.value) != [(False,)]
        ] == []


def test_each_reading_is_one_entry(live: Team, alerts: list[str]) -> None:
    entries = "SELECT body FROM audit ORDER BY seq DESC"
    before = len(live.run(entries))
    with live.open("manager") as manager:
        report = manager.outcomes.read()
    written = live.run(entries)
    assert len(written) == before + 1
    body = json.loads(str(written[0][0]))
    assert (body["verb"], body["actor"], body["role"]) == ("consult", "manager", "manager")
    assert body["details"] == {"from": None, "to": None, "deployments": 1}
    assert report.head.seq == before + 1


def test_a_store_with_views_of_another_form_is_set_up_anew(live: Team, alerts: list[str]) -> None:
    live.run(f"DROP VIEW {DEPLOYMENTS}")
    live.run(f"CREATE VIEW {DEPLOYMENTS} AS SELECT 'x'::text AS reference")
    with live.as_owner() as owner:
        owner.team.set_up(clock_apart=None)
    assert read(live, "manager").counts.plain() == HERE


def test_what_was_never_authorised_is_counted_and_not_shown(live: Team) -> None:
    """An application has a street and hours, and a list perhaps: a manager gets the number."""
    with live.open("analyst") as analyst:
        for reference in ("2026-11/LOW-ST-1", "2026-11/LOW-ST-2"):
            place = {"location": application_values()["location"] | {"name": "Low Street"}}
            analyst.deployments.draft(application_values(reference=reference, **place))
        analyst.deployments.apply("2026-11/LOW-ST-1")
    with live.as_owner() as owner:
        plant_list(owner, "2026-11/LOW-ST-1")
    with live.open("manager") as manager:
        report = manager.outcomes.read()
        assert [one.reference for one in report.deployments] == [REFERENCE]
        assert report.applications == report.shown()["applications_not_shown"] == 1
        day = application_values()["starts"][:10]
        first = date.fromisoformat(day)
        assert manager.outcomes.read(first, first).applications == 1
        assert manager.outcomes.read(first + timedelta(days=1)).applications == 0
        assert manager.outcomes.read(None, first - timedelta(days=1)).applications == 0
        said = json.dumps(report.shown()).upper()
    for view in sorted(VIEWS):
        said += str(live.run(f"SELECT * FROM {view}", "manager")).upper()  # noqa: S608
    assert "LOW-ST" not in said
    assert "LOW STREET" not in said
    assert live.run(f"SELECT * FROM {APPLICATIONS}", "manager") == [(day, 1)]  # noqa: S608
    with live.open("analyst") as analyst:
        assert "2026-11/LOW-ST-1" in [one.reference for one in analyst.deployments.list()]
