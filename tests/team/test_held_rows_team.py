"""Rows held against the log in PostgreSQL: by the owner's verification, and at each start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bench_steps import REFERENCE, WORDS
from bench_values import SFACE, application_values
from list_values import checked_and_reviewed
from postgresql_server import PostgresqlServer
from team_bench import OWNER
from worked_bench import WorkedBench, alerting, deciding, enrol, make_worked_bench, start

from workbench.bench.audit_offline import verify_offline
from workbench.errors import NotAuthorisedError
from workbench.governance.alerts import AlertState
from workbench.records.audit.faults import FaultKind, Verification

Team = Any

CASE = {
    "number": "CASE/2026/118",
    "offence": "Robbery in High Street on 24 November 2026",
    "authority": "Theft Act 1968, s.8; PACE 1984.",
    "purpose": "To find where the suspect went.",
    "necessity": "Nobody saw where they went.",
}
EDITS = {
    "UPDATE deployments SET ends = '2099-01-01T00:00:00.000000+00:00'": "deployment ",
    "UPDATE actors SET role = 'reviewer' WHERE name = 'analyst'": "account analyst ",
    "UPDATE alerts SET state = 'true-confirmed'": "alert ",
    "UPDATE verdicts SET actor = 'reviewer' WHERE place = 2": "what was said at place 2 about alert",
    "UPDATE cases SET expires = '2099-01-01T00:00:00.000000+00:00'": "case ",
}


@pytest.fixture
def ready(team: Team) -> Team:
    """Return a team's bench in the time of its deployment, with a reviewed list."""
    from dataclasses import replace

    team = replace(team, encoder="sface")
    with team.open("analyst") as analyst:
        values = application_values(policy=SFACE, feeds=[{"name": "camera-1", "place": "a post"}])
        analyst.deployments.draft(values)
        analyst.deployments.apply(REFERENCE)
    with team.open("authorising-officer") as officer:
        officer.policies.approve(SFACE)
        officer.deployments.authorise(REFERENCE, **WORDS)
    with team.open("analyst") as analyst:
        enrol(analyst, REFERENCE, iter(range(10)))
        expiry = team.clock().replace(year=2027).isoformat()
        analyst.cases.open({**CASE, "expiry": expiry})
    checked_and_reviewed(team.open, REFERENCE)
    team.clock.turn(hours=1, minutes=5)
    with team.open("authorising-officer") as officer:
        officer.cases.authorise(CASE["number"], "one offence, one suspect")
    return team


def verified(team: Team) -> Verification:
    """Verify over the owner's connection, without logging in."""
    return verify_offline(team.owner_address, settings=team.settings("owner"))


@pytest.fixture
def decided(ready: Team) -> Team:
    """Return that bench with an alert that two people decided on blind."""
    with ready.open("operator") as operator, start(operator, REFERENCE) as session:
        alert = alerting(session)
        assert deciding(operator, alert) is AlertState.OPEN
        with ready.open("operator-2") as other:
            assert deciding(other, alert) is AlertState.FALSE_CONFIRMED
    return ready


def test_what_each_did_over_their_own_connection_agrees(decided: Team) -> None:
    found = verified(decided)
    assert found.faults == ()
    assert not any("rows were" in note for note in found.notes)
    with decided.open("data-protection-officer") as officer:
        of_a_person = officer.audit.verify()
    assert of_a_person.ok
    said = "rows were not held against the log, since this connection does not see all of them"
    assert any(note.startswith(said) for note in of_a_person.notes)


def test_every_kind_of_edit_by_who_owns_the_tables_is_found(decided: Team) -> None:
    for statement in EDITS:
        decided.run(statement)
    found = [fault for fault in verified(decided).faults if fault.kind is FaultKind.ROW]
    for named in EDITS.values():
        assert any(fault.text.startswith(named) for fault in found)
    assert len(found) == len(EDITS)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE deployments SET ends = '2099-01-01T00:00:00.000000+00:00'",
            f"the row of deployment {REFERENCE} is not what the audit log says of it",
        ),
        (
            "UPDATE actors SET rank = 'chief-officer' WHERE name = 'authorising-officer'",
            "the row of account authorising-officer is not what the audit log says of it",
        ),
    ],
)
def test_no_search_starts_on_an_edited_row(statement: str, said: str, ready: Team) -> None:
    ready.run(statement)
    with ready.open("operator") as operator, pytest.raises(NotAuthorisedError, match=said):
        start(operator, REFERENCE)
    (entry,) = ready.run("SELECT body FROM audit ORDER BY seq DESC LIMIT 1")
    assert '"verb":"refusal"' in str(entry[0])


def test_who_reads_no_entry_is_told_yes_or_no(ready: Team) -> None:
    query = "SELECT lfr_row_stands('\"account\":\"analyst\"', repeat('0', 64))"
    assert ready.run(query, "operator") == [(False,)]


def test_a_whole_life_in_postgresql_leaves_nothing_that_is_in_no_entry(
    postgresql: PostgresqlServer, tmp_path: Path, as_anybody: None
) -> None:
    bench = make_worked_bench(tmp_path, postgresql.address(postgresql.new_database(OWNER), OWNER))
    reference = bench.ready()
    bench = bench.later(minutes=2)
    with bench.open("operator") as operator, start(operator, reference) as session:
        deciding(operator, alerting(session))
    for days in (2, 40):
        bench = bench.later(days=days)
        with bench.open("data-protection-officer") as officer:
            officer.retention.run()
        assert whole(bench).faults == ()
    with bench.open("data-protection-officer") as officer:
        with officer._context.store.reading() as connection:
            states = connection.exec_driver_sql("SELECT state FROM deployments").scalars().all()
        assert states == ["purged"]


def whole(bench: WorkedBench) -> Verification:
    """Verify a bench without logging in."""
    return verify_offline(bench.place, settings=bench.settings)
