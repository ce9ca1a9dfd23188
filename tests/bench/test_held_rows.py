"""Rows that authorise and decide are held against the log: an edit of one is found, and named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bench_steps import log_of
from earlier_log import without_digests
from tampering import edit_rows
from worked_bench import WorkedBench, alerting, deciding, enrol, make_worked_bench, start

from workbench.bench.audit_offline import verify_offline
from workbench.errors import NotAuthorisedError
from workbench.governance.alerts import AlertState
from workbench.governance.roles import Role
from workbench.records.audit.faults import FaultKind, Verification
from workbench.records.audit.verbs import Result, Verb

CASE = {
    "number": "CASE/2026/118",
    "offence": "Robbery in High Street on 24 November 2026",
    "authority": "Theft Act 1968, s.8; PACE 1984.",
    "purpose": "To find where the suspect went.",
    "necessity": "Nobody saw where they went.",
}
REFERENCE = "2026-11/STREET-1"
SAID = "the row of deployment 2026-11/STREET-1 is not what the audit log says of it"
NOTHING_DONE = "is not what the audit log says of it, so nothing is done on it."
WAS_CHANGED = "its row was changed without an entry"

EDITS = {
    "a state": ("UPDATE deployments SET state = 'applied'", "deployment "),
    "a window": ("UPDATE deployments SET ends = '2099-01-01T00:00:00.000000+00:00'", "deployment "),
    "an authority": (
        "UPDATE deployments SET authority = replace(authority, 'authorising-officer', 'analyst')",
        "deployment ",
    ),
    "an application": (
        "UPDATE deployments SET content = replace(content, 'camera-1', 'camera-9')",
        "deployment ",
    ),
    "an applicant": ("UPDATE deployments SET applicant = 'operator'", "deployment "),
    "a role": ("UPDATE actors SET role = 'reviewer' WHERE name = 'analyst'", "account analyst "),
    "an account disabled": (
        "UPDATE actors SET active = 0 WHERE name = 'reviewer-2'",
        "account reviewer-2 ",
    ),
    "a rank": (
        "UPDATE actors SET rank = 'inspector' WHERE name = 'authorising-officer'",
        "account authorising-officer ",
    ),
    "a decision": ("UPDATE alerts SET state = 'true-confirmed'", "alert alert-"),
    "the time of a decision": ("UPDATE alerts SET decided = NULL", "alert alert-"),
    "a verdict": (
        "UPDATE verdicts SET verdict = 'true-confirmed' WHERE place = 2",
        "what was said at place 2 about alert alert-",
    ),
    "the content of a verdict": (
        "UPDATE verdicts SET content = replace(content, 'false-', 'true-') WHERE place = 1",
        "what was said at place 1 about alert alert-",
    ),
    "who gave a verdict": (
        "UPDATE verdicts SET actor = 'reviewer' WHERE place = 1",
        "what was said at place 1 about alert alert-",
    ),
    "the state of a case": ("UPDATE cases SET state = 'open-provisional'", "case case-"),
    "the end of a case": (
        "UPDATE cases SET content = json_set(content, '$.expiry', '2099-01-01T00:00:00+00:00')",
        "case case-",
    ),
    "who decided on a case": (
        "UPDATE cases SET authority = json_set(authority, '$.by', 'analyst')",
        "case case-",
    ),
}
"""By name: the statement, and how the fault names the row."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> WorkedBench:
    """Make a bench with a live deployment, a decided alert, and an authorised case."""
    bench = make_worked_bench(tmp_path_factory.mktemp("held"))
    bench.ready()
    bench = bench.later(minutes=2)
    with bench.open("operator") as operator, start(operator, REFERENCE) as session:
        alert = alerting(session)
        deciding(operator, alert)
        with bench.open("operator-2") as other:
            assert deciding(other, alert) is AlertState.FALSE_CONFIRMED
    with bench.open("analyst") as analyst:
        analyst.cases.open({**CASE, "expiry": bench.later(days=30).clock().isoformat()})
    with bench.open("authorising-officer") as officer:
        officer.cases.authorise(CASE["number"], "one offence, one suspect")
    return bench


@pytest.fixture
def bench(made: WorkedBench, tmp_path: Path) -> WorkedBench:
    """Return a copy of that bench."""
    return copied(made, tmp_path)


def copied(bench: WorkedBench, to: Path) -> WorkedBench:
    """Copy a bench in a folder, with its keys and its witness."""
    from shutil import copytree

    whole = Path(bench.place).parent
    copytree(whole, to / "copy")
    settings = bench.settings.model_copy(
        update={
            "keys": bench.settings.keys.model_copy(update={"folder": to / "copy" / "keys"}),
            "witness": to / "copy" / "witness",
        }
    )
    return replace(bench, place=str(to / "copy" / "bench"), settings=settings)


def verified(bench: WorkedBench) -> Verification:
    """Verify without logging in."""
    return verify_offline(bench.place, settings=bench.settings)


@pytest.mark.slow
def test_nothing_is_wrong_with_what_was_done_by_the_rules(bench: WorkedBench) -> None:
    found = verified(bench)
    assert (found.ok, found.notes) == (True, ())


@pytest.mark.slow
@pytest.mark.parametrize("name", EDITS)
def test_an_edited_row_is_found_and_named(name: str, bench: WorkedBench) -> None:
    statement, named = EDITS[name]
    edit_rows(Path(bench.place), statement)
    (fault,) = verified(bench).faults
    assert fault.kind is FaultKind.ROW
    assert fault.text.startswith(named)
    assert f"is not what entry {fault.seq} made it: {WAS_CHANGED}" in fault.text
    with bench.open("data-protection-officer") as officer:
        told = [one.text for one in officer.audit.verify().faults]
        assert any(text.startswith(named) for text in told)
        assert (log_of(officer)[-1].verb, log_of(officer)[-1].result) == (Verb.VERIFY, "failed")


def test_a_row_that_was_put_in_is_in_no_entry(bench: WorkedBench) -> None:
    edit_rows(
        Path(bench.place),
        "INSERT INTO actors SELECT 'eve', 'eve', 'Eve', 'administrator', rank, 1, NULL, added "
        "FROM actors WHERE name = 'administrator'",
    )
    (fault,) = verified(bench).faults
    assert (fault.seq, fault.kind) == (0, FaultKind.ROW)
    assert fault.text.startswith("account eve is in no entry: its row was put in.")


@pytest.mark.parametrize("table", ["verdicts", "alerts", "cases"])
def test_a_row_that_is_missing_and_was_not_erased(table: str, bench: WorkedBench) -> None:
    edit_rows(Path(bench.place), f"DELETE FROM {table}")  # noqa: S608 - names of this file
    faults = verified(bench).faults
    assert faults
    for fault in faults:
        assert f"is missing, though entry {fault.seq} tells of it" in fault.text


def test_an_edit_is_found_also_where_it_was_built_on_since(bench: WorkedBench) -> None:
    with bench.open("analyst") as analyst:
        analyst.deployments.draft({"reference": "2026-11/OTHER-1"})
    edit_rows(
        Path(bench.place),
        "UPDATE deployments SET applicant = 'operator' WHERE reference = '2026-11/OTHER-1'",
    )
    with bench.open("analyst") as analyst:
        analyst.deployments.amend("2026-11/OTHER-1", {"force": "Some Police"})
        newest = len(log_of(analyst))
    (fault,) = verified(bench).faults
    assert fault.seq == newest
    assert f"when entry {newest} was written: its row had been changed" in fault.text


FORGED = {
    "the deployment": (
        "UPDATE deployments SET ends = '2099-01-01T00:00:00.000000+00:00'",
        f"{SAID}, so nothing is done on it.",
    ),
    "whoever authorised it": (
        "UPDATE actors SET rank = 'chief-officer' WHERE name = 'authorising-officer'",
        "the row of account authorising-officer is not what the audit log says of it",
    ),
    "whoever applied": (
        "UPDATE actors SET database_user = 'x' WHERE name = 'analyst'",
        "the row of account analyst is not what the audit log says of it",
    ),
    "whoever starts": (
        "UPDATE actors SET role = 'operator' WHERE name = 'reviewer'",
        "the row of account reviewer is not what the audit log says of it",
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_no_search_starts_on_an_edited_row(name: str, bench: WorkedBench) -> None:
    statement, said = FORGED[name]
    edit_rows(Path(bench.place), statement)
    who = "reviewer" if name == "whoever starts" else "operator"
    with bench.open(who) as operator:
        with pytest.raises(NotAuthorisedError, match=NOTHING_DONE) as raised:
            start(operator, REFERENCE)
        refusal = log_of(operator)[-1]
    assert said in str(raised.value)
    assert "Have an administrator run workbench audit verify, and tell a" in str(raised.value)
    assert (refusal.verb, refusal.result) == (Verb.REFUSAL, Result.REFUSED)
    assert said in str(refusal.details["reason"])


def test_a_forged_authority_enrols_nobody_and_starts_nothing(bench: WorkedBench) -> None:
    """Nobody authorised the second deployment; its row says the same as that of the first."""
    second = bench.draft()
    forged = (
        "UPDATE deployments SET (state, authority, starts, ends) = (SELECT 'authorised', "  # noqa: S608
        "first.authority, first.starts, first.ends FROM deployments AS first "
        f"WHERE first.reference = '{REFERENCE}') WHERE reference = '{second}'"
    )
    edit_rows(Path(bench.place), forged)
    with (
        bench.open("analyst") as analyst,
        pytest.raises(NotAuthorisedError, match="is not what the audit log says of it"),
    ):
        enrol(analyst, second, iter(range(50, 60)))
    with (
        bench.open("operator") as operator,
        pytest.raises(NotAuthorisedError, match="is not what the audit log says of it"),
    ):
        start(operator, second)


def test_an_unedited_deployment_starts(bench: WorkedBench) -> None:
    with bench.open("operator") as operator, start(operator, REFERENCE) as session:
        assert alerting(session)


def test_a_whole_life_leaves_nothing_that_is_not_in_an_entry(bench: WorkedBench) -> None:
    at_end(bench, lambda: verified(bench))


def at_end(bench: WorkedBench, verify: Callable[[], Verification]) -> None:
    """End deployment and case, have everything destroyed, and verify on the way."""
    with bench.open("authorising-officer") as officer:
        officer.cases.close(CASE["number"])
    assert verify().faults == ()
    after = bench.later(hours=40)
    with after.open("data-protection-officer") as officer:
        officer.retention.run()
    assert verify().faults == ()
    after = after.later(days=40)
    with after.open("data-protection-officer") as officer:
        officer.retention.run()
        states = rows(officer, "SELECT state FROM deployments ORDER BY created")
        assert states[0] == "purged"
        assert rows(officer, "SELECT id FROM alerts") == []
    assert verify().faults == ()


def test_what_goes_in_more_parts_than_an_entry_names_is_told_in_several(
    bench: WorkedBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bench.open("operator") as operator, start(operator, REFERENCE) as session:
        raised = {alerting(session) for _ in range(3)}
    monkeypatch.setattr("workbench.bench.erasing.MOST_OBJECTS", 2)
    at_end(bench, lambda: verified(bench))
    with bench.later(days=41).open("data-protection-officer") as officer:
        log = log_of(officer)
    erased = [one for one in log if one.details.get("step") == "ended"]
    assert all(len(one.objects) <= 2 for one in erased)
    assert raised <= {name for one in erased for name in one.objects}


def rows(bench: Any, query: str) -> list[Any]:
    """Return the first column of what a query gives."""
    with bench._context.store.reading() as connection:
        return [row[0] for row in connection.exec_driver_sql(query)]


def test_entries_without_digests_are_a_note_and_their_states_still_count(
    bench: WorkedBench,
) -> None:
    without_digests(Path(bench.place), bench.settings)
    found = verified(bench)
    accounts, deployments, cases, alerts, verdicts = 2 * len(Role), 1, 1, 1, 2
    older = accounts + deployments + cases + alerts + verdicts
    assert found.ok
    note = (
        f"{older} rows were last written before entries bore their digests, and were "
        "not held against the log but for their states"
    )
    assert note in found.notes
    with bench.open("operator") as operator, start(operator, REFERENCE) as session:
        assert alerting(session)
    assert verified(bench).ok
    edit_rows(Path(bench.place), "UPDATE deployments SET state = 'draft'")
    (fault,) = verified(bench).faults
    assert (fault.kind, fault.text.split()[0]) == (FaultKind.ROW, "deployment")
