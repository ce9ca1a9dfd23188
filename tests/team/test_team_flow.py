"""The work of a team, each step over the connection of whoever takes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alert_values import plant_alert, plant_session
from bench_steps import REFERENCE, WORDS, went_live
from bench_values import SFACE, application_values
from list_values import WHY, checked_and_reviewed, pictured
from policed_keys import PolicedKeyService
from policy_values import with_evidence
from sqlalchemy import select

from workbench.bench import Workbench
from workbench.bench.default_policies import load_default_policies
from workbench.bench.erasing import begin_alerts
from workbench.errors import HeldError, KeyStoreError, NotPermittedError
from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.governance.alerts import AlertState
from workbench.governance.cases import CaseState
from workbench.governance.certificates import Result
from workbench.governance.deployments import DeploymentState
from workbench.governance.holds import HoldGround
from workbench.governance.roles import Role
from workbench.governance.setups import Matcher
from workbench.records.deployments import find_deployment
from workbench.records.schema import alerts, vault_chunks, vault_objects, verdicts
from workbench.settings import Settings

Open = Callable[[str], Workbench]
Team = Any

TRUE = AlertState.TRUE_CONFIRMED


@pytest.fixture(scope="session")
def analyser(settings: Settings, store: ArtefactStore) -> FaceAnalyser:
    """Return the analyser with the smaller encoder."""
    return build_analyser(settings, store, "sface")


@pytest.fixture(scope="session")
def portraits(store: ArtefactStore) -> list[Path]:
    """Return portraits of two people."""
    return [store.path(f"sample/{name}") for name in ("person_a_1", "person_b_1")]


def prepared(as_person: Open, analyser: FaceAnalyser, portraits: list[Path]) -> None:
    """Apply, authorise, build the list twice anew, check and review it."""
    with as_person("analyst") as analyst:
        analyst.deployments.draft(application_values(policy=SFACE))
        analyst.deployments.apply(REFERENCE)
        with pytest.raises(NotPermittedError, match="may not give a deployment its authority"):
            analyst.deployments.authorise(REFERENCE, **WORDS)
    with as_person("authorising-officer") as officer:
        officer.policies.approve(SFACE)
        officer.deployments.authorise(REFERENCE, **WORDS)
    entries = [pictured(image, f"NOM-{n}") for n, image in enumerate(portraits, 1)]
    with as_person("analyst") as analyst:
        assert len(analyst.watchlists.build(REFERENCE, entries, analyser).enrolled) == 2
        # What was sealed before is destroyed each time.
        assert len(analyst.watchlists.build(REFERENCE, entries[:1], analyser).enrolled) == 1
        analyst.watchlists.build(REFERENCE, entries, analyser)
    checked_and_reviewed(as_person, REFERENCE)


def decided(team: Team, as_person: Open) -> None:
    """Search, raise an alert, decide on it by two, engage, and say what came of it."""
    with as_person("operator") as operator:
        went_live(operator)
        session = plant_session(operator, REFERENCE, ended=False)
        alert = plant_alert(operator, REFERENCE, subject="NOM-1", session=session.id)
        assert operator.alerts.get(alert.id, justification=WHY).document is not None
        first = operator.alerts.adjudicate(alert.id, TRUE, "The scar matches.")
        assert (first.state, first.owed) == (AlertState.OPEN, 1)
    with as_person("engagement-officer") as officer:
        second = officer.alerts.adjudicate(alert.id, TRUE, "Seen and compared.")
        assert (second.state, second.owed) == (TRUE, 0)
        officer.alerts.engage(alert.id, "engage", "He stands at the corner.")
        at = team.clock().isoformat()
        done = {"started": at, "minutes": 4.0, "stopped": True, "outcome": "arrest"}
        officer.alerts.outcome(alert.id, done)
    with as_person("operator") as operator:
        operator.live.stop(session.id, "the feed ended")
        counts = {"scheme": "18+1", "counts": {"W1": 0, "not stated": 0}}
        operator.deployments.field_counts(REFERENCE, counts)


@pytest.mark.slow
def test_a_deployment_from_its_draft_to_its_certificates(
    team: Team, as_person: Open, analyser: FaceAnalyser, portraits: list[Path]
) -> None:
    prepared(as_person, analyser, portraits)
    team.clock.turn(hours=1, minutes=5)
    decided(team, as_person)
    with as_person("analyst") as analyst:
        assert analyst.deployments.close(REFERENCE).state is DeploymentState.CLOSED
        counts = analyst.deployments.record(REFERENCE)
        assert (counts.counts.alerts, counts.watchlist and counts.watchlist.references) == (1, 2)
        assert analyst.watchlists.purge(REFERENCE).result is Result.COMPLETE
    assert team.run("SELECT count(*) FROM vault_objects") == [(1,)], "the alert is left"
    team.clock.turn(days=32)
    with as_person("reviewer") as reviewer:  # who may not destroy leaves it to those who may
        assert reviewer.at_opening.certificates == ()
    with as_person("data-protection-officer") as officer:
        (certificate,) = officer.at_opening.certificates
        assert (certificate.retention.value, certificate.result) == ("alert", Result.COMPLETE)
        assert officer.deployments.get(REFERENCE).state is DeploymentState.PURGED
        assert officer.audit.verify().ok
        assert len(officer.retention.certificates(REFERENCE)) == 4
        assert officer.retention.sweep().objects == ()
        asked = officer.enquiries.ask("NOM-1", deployment=REFERENCE, justification="SAR 12")
        assert asked.was_listed
    with team.as_owner() as owner, owner._context.store.reading() as connection:
        for table in (alerts, verdicts, vault_objects, vault_chunks):
            assert connection.execute(select(table)).all() == [], table.name


@pytest.mark.slow
def test_managers_read_what_came_of_it_and_nobody(live: Team) -> None:
    for account in ("operator", "engagement-officer"):
        with live.open(account) as bench:
            bench.alerts.adjudicate(live.alert, TRUE, "Compared, MARKER-OF-A-REASON.")
    with live.open("analyst") as analyst:
        analyst.deployments.close(REFERENCE)
    rows = {
        view: live.run(f"SELECT * FROM {view}", "manager")  # noqa: S608
        for view in (
            "outcome_applications",
            "outcome_deployments",
            "outcome_searches",
            "outcome_watchlists",
        )
    }
    ((reference, state, *_),) = rows["outcome_deployments"]
    assert (reference, state) == (REFERENCE, "closed")
    counted = live.run("SELECT open, true_confirmed FROM outcome_deployments", "manager")
    assert counted == [(0, 1)]
    said = str(rows)
    for word in (
        "subject-1", "MARKER", "operator", "analyst", "officer'", live.alert, "key-", "object-",
        "alert-", "entry-", "session-", "deployment-",
    ):  # fmt: skip
        assert word not in said, word
    ((pseudonym, policy, state),) = live.run(
        "SELECT alert, policy, state FROM pseudonymous_scores", "data-scientist"
    )
    assert (len(str(pseudonym)), policy, state) == (64, SFACE, "true-confirmed")
    assert live.run("SELECT count(*) FROM outcome_deployments") == [(0,)], "the owner is nobody"
    live.run("UPDATE actors SET active = false WHERE name = 'manager'")
    assert live.run("SELECT count(*) FROM outcome_deployments", "manager") == [(0,)]


@pytest.mark.slow
def test_a_policy_is_issued_by_one_and_approved_by_another(as_person: Open) -> None:
    policy = load_default_policies()[Matcher.SFACE]
    with as_person("data-scientist") as scientist:
        street = policy.model_copy(update={"id": "street-2026/1"})
        scientist.policies.issue(with_evidence(scientist, street))
        assert "street-2026/1" in {one.id for one in scientist.policies.list()}
        with pytest.raises(NotPermittedError, match="may not approve a threshold policy"):
            scientist.policies.approve("street-2026/1")
        with pytest.raises(NotPermittedError, match=r"permission denied for table deployments"):
            scientist.alerts.agreement(REFERENCE)
    with as_person("authorising-officer") as officer:
        assert officer.policies.approve("street-2026/1").approver == "authorising-officer"


@pytest.mark.slow
def test_a_held_alert_moves_to_a_case_which_ends_with_it(live: Team) -> None:
    for account in ("operator", "engagement-officer"):
        with live.open(account) as bench:
            bench.alerts.adjudicate(live.alert, TRUE, "Compared, for a test.")
    with live.open("data-protection-officer") as officer:
        hold = officer.holds.place(
            None,
            ground=HoldGround.JUDICIAL,
            reason="The trial begins in January.",
            review_by=live.clock() + timedelta(days=60),
            alerts=[live.alert],
        )
    with live.open("analyst") as analyst:
        case = analyst.cases.open(
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
        officer.cases.authorise(case.number, "Strictly necessary: no other lead.")
    with live.open("reviewer") as reviewer:
        moved = reviewer.alerts.move_to_case(live.alert, case.number, justification="The trial.")
        assert moved.result is Result.COMPLETE
        assert reviewer.alerts.get(live.alert, justification=WHY).document is not None
        assert len(reviewer.cases.get(case.number, justification=WHY).items) == 1
    with live.open("data-protection-officer-2") as officer:
        officer.holds.release(hold.id, reason="The trial is over.")
    with live.open("authorising-officer") as officer:
        end = officer.cases.close(case.number)
        assert end.case.state is CaseState.PURGED
        assert end.certificate is not None
        assert end.certificate.result is Result.COMPLETE
    assert live.run("SELECT count(*) FROM alerts") == [(0,)]
    assert live.run("SELECT count(*) FROM vault_chunks") == [(0,)]
    with live.open("data-protection-officer") as officer:
        assert officer.audit.verify().ok


def erased_by_hand(bench: Workbench) -> None:
    with bench._context.system() as acting:
        begin_alerts(acting, find_deployment(acting.connection, REFERENCE).id)


@pytest.mark.slow
def test_what_is_held_is_not_destroyed(live: Team) -> None:
    with live.open("authorising-officer") as officer:
        officer.holds.place(
            REFERENCE,
            ground=HoldGround.JUDICIAL,
            reason="The trial begins in January.",
            review_by=live.clock() + timedelta(days=60),
        )
    live.clock.turn(days=40)
    with live.open("data-protection-officer") as officer:
        assert officer.at_opening.certificates == ()
        assert {row.state for row in officer.retention.plan().rows} == {"held"}
        with pytest.raises(HeldError):
            erased_by_hand(officer)
    assert live.run("SELECT count(*) FROM alerts") == [(1,)]


@pytest.mark.slow
def test_seeded_staff_and_what_left_the_bench(live: Team) -> None:
    with live.open("analyst") as analyst:
        analyst.blue_list.add_member(
            {"member": "PC-7", "consent": "form-12", "consented": "2026-11-01"}
        )
        analyst.exports.disclose(
            REFERENCE, what="a report", recipient="the court", justification="Ordered, for a test."
        )
        assert len(analyst.exports.list(REFERENCE)) == 1
    with live.open("operator") as operator:
        assert operator.blue_list.passes(REFERENCE, justification=WHY) == []
    with live.open("reviewer") as reviewer:
        assert reviewer.blue_list.rate(REFERENCE).unsettled == 0
    with live.open("data-protection-officer") as officer:
        shown = officer.audit.show(justification="The yearly audit.")
        assert shown[-1].entry.actor == "data-protection-officer"
        assert officer.exports.list() != []


def test_an_administrator_keeps_accounts_without_seeing_anybody(live: Team) -> None:
    with live.open("administrator") as administrator:
        administrator.users.add("new", Role.OPERATOR, database_user="new_user")
        assert {"new", "ada"} <= {one.name for one in administrator.users.list()}
        administrator.users.change("new", role=Role.REVIEWER)
        check = administrator.team.check()
        assert check.faults == ("new: there is no database user new_user",)
        for do in (
            lambda: administrator.alerts.list(REFERENCE, justification=WHY),
            lambda: administrator.watchlists.show(REFERENCE, WHY),
            lambda: administrator.deployments.get(REFERENCE),
            lambda: administrator.audit.show(justification=WHY),
        ):
            with pytest.raises(NotPermittedError):
                do()


def test_the_keys_of_a_team_are_in_the_key_service_alone(
    live: Team, kms: PolicedKeyService
) -> None:
    ((key,),) = live.run("SELECT key_id FROM alerts")
    held = [path for path in kms.secrets if path.endswith(str(key))]
    assert len(held) == 1
    everything = b"".join(p.read_bytes() for p in live.folder.rglob("*") if p.is_file())
    assert str(key).encode() not in everything
    live.clock.turn(days=32)
    with live.open("data-protection-officer"):
        pass
    assert not [path for path in kms.secrets if path.endswith(str(key))]


def test_who_destroys_needs_no_key_and_who_only_decides_makes_none(
    live: Team, kms: PolicedKeyService
) -> None:
    kms.refused.clear()
    with live.open("data-protection-officer") as officer, pytest.raises(KeyStoreError, match="403"):
        officer._context.keys.get(str(live.run("SELECT key_id FROM alerts")[0][0]))
    with live.open("engagement-officer") as officer:
        assert officer.alerts.get(live.alert, justification=WHY).document is not None
        with pytest.raises(KeyStoreError, match="403"):
            officer._context.keys.create("key-of-the-street")
        with pytest.raises(KeyStoreError, match="403"):
            officer._context.keys.destroy(str(live.run("SELECT key_id FROM alerts")[0][0]))
    assert {role for role, _, _ in kms.refused} == {
        "data-protection-officer",
        "engagement-officer",
    }
