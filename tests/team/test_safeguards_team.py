"""What was due and what was done, in a team's store: a manager's connection reads views alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from bench_steps import REFERENCE, WORDS
from bench_values import ENDS, SFACE, application_values
from kept_values import plant_list
from outcome_rows import records_of
from safeguard_values import LATE, REASON, WORDS_OF_PEOPLE, decided, held, refused_thrice
from sqlalchemy import event

from workbench.bench import Workbench
from workbench.bench.snapshots import take_snapshot
from workbench.errors import NotPermittedError
from workbench.governance.permissions import Permission, holders
from workbench.governance.roles import Role
from workbench.outcomes.kept_facts import ListFacts
from workbench.outcomes.safeguard_facts import SafeguardFacts
from workbench.outcomes.snapshot import write_snapshot
from workbench.records.outcome_views import WATCHLISTS
from workbench.records.safeguard_views import CHECKS, ERASURES, NEVER_AUTHORISED, SAFEGUARD_VIEWS
from workbench.records.safeguards import read_safeguards

Team = Any

WRITING = {"actors", "audit_append", "audit_head", "bench"}
"""What a transaction takes, whatever the role, and the rules of the force."""
EMPTY = {CHECKS, ERASURES, NEVER_AUTHORISED}
"""Views that have no row of `busy`."""


def read(team: Team, account: str = "manager") -> SafeguardFacts:
    with team.open(account) as bench:
        facts: SafeguardFacts = bench.outcomes.safeguards(check_log=True)
    return facts


def rows_of(bench: Workbench) -> dict[str, list[str]]:
    """What a connection gives of every view: the views themselves, or the queries on the tables."""
    with bench._context.store.reading() as connection:
        return {
            view: sorted(str(sorted(row.items())) for row in rows)
            for view, rows in read_safeguards(connection).items()
        }


def list_of(facts: SafeguardFacts) -> ListFacts:
    """Return what is told of the list that nobody destroyed."""
    (found,) = [one for one in facts.lists if one.reference == LATE]
    return found


@pytest.fixture
def busy(live: Team) -> Team:
    """A live deployment with a list, a hold, decided alerts and refusals."""
    with live.open("analyst") as analyst:
        values = application_values(reference=LATE, policy=SFACE)
        starts, ends = (live.clock().replace(hour=hour) for hour in (12, 16))
        analyst.deployments.draft(values | {"starts": str(starts), "ends": str(ends)})
        analyst.deployments.apply(LATE)
    with live.open("authorising-officer") as officer:
        officer.deployments.authorise(LATE, **WORDS)
    with live.as_owner() as owner:
        plant_list(owner, LATE)
    decided(live, by="as_owner")
    held(live, alerts=(live.alert,))
    refused_thrice(live)
    return live


def relations_taken(team: Team) -> set[str]:
    """Return the tables, views and functions that a manager's reading takes."""
    said: list[str] = []
    with team.open("manager") as manager:
        engine = manager._context.store.engine

        def listen(*told: Any) -> None:
            said.append(told[2])

        event.listen(engine, "before_cursor_execute", listen)
        try:
            manager.outcomes.safeguards(check_log=True)
        finally:
            event.remove(engine, "before_cursor_execute", listen)
    return set(re.findall(r"(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)", " ".join(said)))


def require_nobody(busy: Team, tmp_path: Path) -> None:
    """Fail where somebody is in what the views give, or in a snapshot."""
    with busy.open("manager") as manager:
        snapshot, records = take_snapshot(manager, "a bench", records_of([{"total_alerts": 1}]))
    write_snapshot(tmp_path / "snapshot", snapshot, records)
    said = "".join(one.read_bytes().decode("latin-1") for one in (tmp_path / "snapshot").iterdir())
    for view in SAFEGUARD_VIEWS:
        said += str(busy.run(f"SELECT * FROM {view}", "manager"))  # noqa: S608
    for word in (*WORDS_OF_PEOPLE, REASON, busy.alert):
        assert word not in said, word


def test_a_manager_reads_views_alone_and_they_say_what_the_tables_say(
    busy: Team, tmp_path: Path
) -> None:
    assert relations_taken(busy) == {*SAFEGUARD_VIEWS, WATCHLISTS} | WRITING
    facts = read(busy)
    (verdicts,) = facts.verdicts
    assert verdicts.model_dump() == {
        "reference": REFERENCE,
        "by_one": 0,
        "agreed": 3,
        "differed": 2,
        "third": 1,
        "unfinished": 1,
        "changed_later": 0,
    }
    (alerts,) = facts.alerts
    assert (alerts.reference, alerts.kept, alerts.held, alerts.overdue) == (REFERENCE, 8, 1, 0)
    (complaint,) = [one for one in facts.holds if one.active]
    assert (complaint.ground, complaint.active) == ("complaint", 1)
    assert ("manager", "users.list", 2) in {
        (one.role, one.permission, one.count) for one in facts.refusals
    }
    assert {(one.reference, one.state) for one in facts.lists} == {
        (REFERENCE, "in time"),
        (LATE, "due"),
    }
    with busy.open("manager") as manager:
        through_views = rows_of(manager)
    with busy.as_owner() as owner:
        assert rows_of(owner) == through_views
    assert {view for view, rows in through_views.items() if not rows} == EMPTY
    require_nobody(busy, tmp_path)


def test_what_nobody_destroyed_in_time_is_late_until_somebody_comes_who_may(busy: Team) -> None:
    """A manager's process destroys nothing in a team's store: what is late stands there as late."""
    busy.clock.turn(days=2)
    facts = read(busy)
    one = list_of(facts)
    since = ENDS.replace(day=ENDS.day + 1)
    late_by = int((facts.at - since).total_seconds())
    assert (one.state, one.due, one.destroyed, one.late_by_s) == ("late", since, None, late_by)
    (kept,) = [part for part in facts.retention if part.retention == "watchlist"]
    assert (kept.kept, kept.overdue, kept.overdue_since) == (1, 1, since)
    with busy.open("data-protection-officer") as officer:
        officer.retention.run()
    facts = read(busy)
    one = list_of(facts)
    assert (one.state, one.late_by_s, one.certificate) == ("was late", late_by, "complete")
    (issued,) = facts.certificates
    assert (issued.reference, issued.late_by_s, issued.logged) == (LATE, late_by, True)


def test_the_log_is_never_said_to_be_verified_and_what_is_not_there_is_withheld(
    busy: Team,
) -> None:
    log = read(busy).log
    assert log.verified is None
    assert log.not_verified is not None
    assert "a data-protection officer runs workbench audit verify" in log.not_verified
    with busy.open("data-protection-officer") as officer:
        assert officer.audit.verify().ok
    checked = read(busy).log.verified
    assert checked is not None
    assert (checked.role, checked.faults) == ("data-protection-officer", 0)
    busy.run(f"DROP VIEW {ERASURES}")
    with busy.open("manager") as manager:
        snapshot, _ = take_snapshot(manager, "a bench", records_of([{"total_alerts": 1}]))
    assert snapshot.safeguards is None
    assert snapshot.withheld["safeguards"].startswith(
        "the records could not be read for it: the store"
    )
    with busy.as_owner() as owner:
        owner.team.set_up(clock_apart=None)
    assert read(busy).certificates == ()


def test_who_may_read_it_is_a_matter_of_the_role(busy: Team) -> None:
    for role in Role:
        if role in holders(Permission.OUTCOMES_READ):
            assert len(read(busy, role.value).lists) == 2, role
            continue
        with (
            busy.open(role.value) as bench,
            pytest.raises(NotPermittedError, match="may not read outcomes as aggregates"),
        ):
            bench.outcomes.safeguards()
        assert [
            one
            for one in SAFEGUARD_VIEWS
            if busy.run(f"SELECT has_table_privilege('{one}', 'SELECT')", role.value) != [(False,)]
        ] == []
