"""Erasing in a team's store, where what is sealed lies in rows: it goes, and is certified."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from alert_values import plant_alert
from bench_steps import REFERENCE, WORDS
from bench_values import SFACE, application_values
from kept_values import go_live, plant_list, plant_said, rows_of

from workbench.bench.unattended import run_unattended
from workbench.errors import NotAuthorisedError, UsageError
from workbench.governance.certificates import Result
from workbench.governance.holds import HoldGround

Team = Any


def deployed(team: Team) -> None:
    """Authorise a deployment, and let it have a list and an alert."""
    with team.open("analyst") as analyst:
        analyst.deployments.draft(application_values(policy=SFACE))
        analyst.deployments.apply(REFERENCE)
    with team.open("authorising-officer") as officer:
        officer.policies.approve(SFACE)
        officer.deployments.authorise(REFERENCE, **WORDS)
    with team.as_owner() as owner:
        go_live(owner, REFERENCE)
        plant_list(owner, REFERENCE)
        plant_said(owner, REFERENCE)


def test_an_empty_store_has_nothing_due(team: Team) -> None:
    with team.as_owner() as owner:
        assert owner.retention.plan().rows == ()
        assert owner.at_opening.certificates == ()


def test_what_is_due_goes_with_its_rows_and_sealed_objects(team: Team) -> None:
    deployed(team)
    team.clock.turn(days=32)
    with team.as_owner() as owner:
        certificates = owner.at_opening.certificates
        assert {one.retention.value for one in certificates} == {"watchlist", "alert"}
        assert {one.result for one in certificates} == {Result.COMPLETE}
        assert "vacuum" in certificates[0].method
        assert len(owner._context.keys.store.ids()) == 1, "the one that seals nothing"
        assert {one.id for one in owner.retention.certificates(REFERENCE)} == {
            one.id for one in certificates
        }
        for table in ("alerts", "verdicts", "vault_objects", "vault_chunks"):
            assert rows_of(owner, table) == 0
        assert not owner._context.store.log.verify(owner._context.store.reading).faults


def test_a_timer_of_the_owner_does_it_and_one_of_a_person_is_told_how(team: Team) -> None:
    deployed(team)
    team.clock.turn(days=32)
    with pytest.raises(UsageError, match="Leave --unattended out"):
        run_unattended(team.address("analyst"), settings=team.settings("analyst"), clock=team.clock)
    done = run_unattended(team.owner_address, settings=team.settings("owner"), clock=team.clock)
    assert {one.retention.value for one in done.certificates} == {"watchlist", "alert"}
    with team.as_owner() as owner:
        assert rows_of(owner, "alerts") == 0


def test_past_its_limit_nobody_reads_an_alert_unless_a_hold_keeps_it(team: Team) -> None:
    """Also an engagement officer, whose connection reads no hold; nobody has destroyed it yet."""
    deployed(team)
    with team.as_owner() as owner:
        kept, other = (plant_alert(owner, REFERENCE).id for _ in range(2))
    with team.open("data-protection-officer") as officer:
        officer.holds.place(
            alerts=[kept],
            ground=HoldGround.COMPLAINT,
            reason="Complaint 12/26.",
            review_by=team.clock() + timedelta(days=60),
        )
    team.clock.turn(days=31)
    for role in ("engagement-officer", "operator"):
        with team.open(role) as person:
            assert person.alerts.get(kept, justification="The complaint is heard.").id == kept
            with pytest.raises(NotAuthorisedError, match="has passed its retention limit"):
                person.alerts.get(other, justification="Looking at it late.")
