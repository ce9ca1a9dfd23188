"""Policies in a team's store: opened, issued and watched by those who may, whatever they send."""

# The statements are those of the tests.
# ruff: noqa: S608

from __future__ import annotations

import json
from typing import Any

import pytest
from alert_values import plant_alert
from bench_steps import REFERENCE, WORDS
from bench_values import SFACE, application_values
from policy_values import DIGEST, chosen_for, opened_for, with_evidence
from test_database_rules import attempted

from workbench.bench.default_policies import load_default_policies
from workbench.errors import IllegalMoveError, NotPermittedError, PolicyError
from workbench.governance.alerts import AlertState
from workbench.governance.field_finding import FieldMonitor, MonitorState
from workbench.governance.permissions import Permission, holders
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.roles import Role
from workbench.governance.setups import Matcher
from workbench.records.moments import as_json, as_text

pytestmark = pytest.mark.slow

Team = Any
SCIENTIST = "data-scientist"
OTHER = "data-scientist-2"


def street() -> ThresholdPolicy:
    return load_default_policies()[Matcher.SFACE].model_copy(update={"id": "street/1"})


def opening(team: Team, **changes: object) -> str:
    """Return the statement that puts an opening in, as the bench does."""
    values = {
        "policy": "street/1",
        "digest": DIGEST,
        "data_set": "made up",
        "justification": "The threshold is chosen.",
        "opened_by": SCIENTIST,
        "opened": as_text(team.clock()),
        "place": 1,
        "chosen": as_json(chosen_for(street()).plain()),
    } | changes
    return f"INSERT INTO locked_openings VALUES {tuple(values.values())!r}"


def test_a_locked_test_is_opened_in_ones_own_name_now_and_once(team: Team) -> None:
    for changes, said in (
        ({"opened_by": OTHER}, "row-level security"),
        ({"opened": "2026-11-25T08:59:59.000000+00:00"}, "is opened when the log says so"),
        ({"place": 2}, "are numbered in their order"),
        ({"place": 0}, "are numbered in their order"),
        ({"policy": SFACE}, "for a policy that was issued"),
        ({"chosen": "{}"}, "with the threshold that was chosen before"),
    ):
        why = attempted(team, SCIENTIST, opening(team, **changes))
        assert why is not None, changes
        assert said in why, why
    assert attempted(team, "analyst", opening(team, opened_by="analyst")) is not None
    assert attempted(team, SCIENTIST, opening(team)) is None
    for statement in (
        "UPDATE locked_openings SET justification = 'why not'",
        "DELETE FROM locked_openings",
    ):
        assert "permission denied" in str(attempted(team, SCIENTIST, statement))
        with pytest.raises(Exception, match="a locked test that was opened stays opened"):
            team.run(statement)
    with pytest.raises(Exception, match="a locked test that was opened stays opened"):
        team.run("TRUNCATE locked_openings")
    with team.open(OTHER) as scientist:
        with pytest.raises(IllegalMoveError, match=f"was opened by {SCIENTIST} at 2026-11-25"):
            opened_for(scientist, "street/1")
        assert opened_for(scientist, "street/2").place == 2
        with pytest.raises(IllegalMoveError, match="no test is opened for that policy again"):
            opened_for(scientist, "street/1", "c" * 64)
    with pytest.raises(Exception, match="pk_locked_openings"):
        team.run(opening(team, digest="c" * 64, data_set="another"), SCIENTIST)
    for place, said in ((1, "are numbered in their order"), (3, None)):
        changes = {"policy": "street/3", "digest": "c" * 64, "data_set": "Made up", "place": place}
        why = attempted(team, SCIENTIST, opening(team, **changes))
        assert why is None if said is None else said in str(why), why


def test_a_policy_is_issued_with_the_evidence_of_a_test_that_was_opened_for_it(team: Team) -> None:
    with team.open(SCIENTIST) as scientist:
        policy = with_evidence(scientist, street())

    def issued(**changes: object) -> str | None:
        values = policy.plain()
        evidence = values["evidence"] | changes
        content = as_json(values | {"evidence": evidence}).replace("'", "''")
        at = as_text(team.clock())
        statement = (
            f"INSERT INTO policies VALUES ('street/1', '{content}', '{SCIENTIST}', '{at}', NULL)"
        )
        return attempted(team, SCIENTIST, statement)

    for changes in (
        {"digest": "c" * 64},
        {"opened_by": OTHER},
        {"opened_at": "2026-11-25T08:00:00Z"},
    ):
        assert "with the evidence of a test opened for it" in str(issued(**changes)), changes
    for changes in (
        {"threshold": 0.9},
        {"tuning": policy.plain()["evidence"]["tuning"] | {"errors": 1}},
    ):
        assert "with the threshold that its opening fixed" in str(issued(**changes)), changes
    assert issued() is None
    with team.open("authorising-officer") as officer:
        assert officer.policies.approve("street/1").evidence == policy.evidence


def test_a_policy_of_before_evidence_was_asked_for_is_approved_as_it_was(team: Team) -> None:
    ((content,),) = team.run(f"SELECT content FROM policies WHERE id = '{SFACE}'")
    values = json.loads(str(content))
    assert values.pop("evidence", 0) is None
    former = as_json(values).replace("'", "''")
    team.run(f"UPDATE policies SET content = '{former}' WHERE id = '{SFACE}'")
    with team.open("authorising-officer") as officer:
        assert officer.policies.approve(SFACE).evidence is None


@pytest.fixture
def stopped(live: Team) -> Team:
    """Return a store whose live deployment ended with three false alerts in 400 faces."""
    with live.as_owner() as owner:
        for state in (AlertState.FALSE_CONFIRMED, *[AlertState.FALSE_UNCONFIRMED] * 2):
            plant_alert(owner, REFERENCE, state=state)
    with live.open("analyst") as analyst:
        analyst.deployments.close(REFERENCE)
    return live


def monitored(team: Team, account: str) -> FieldMonitor:
    with team.open(account) as bench:
        found: FieldMonitor = bench.policies.monitor(SFACE)
    return found


def test_all_who_may_see_the_same_of_a_policy_in_the_field(stopped: Team) -> None:
    found = monitored(stopped, SCIENTIST)
    assert (found.state, found.stopped) == (MonitorState.STOP, REFERENCE)
    assert (found.rate.count, found.rate.n, found.worst.count) == (3, 400, 4)
    allowed = set(holders(Permission.POLICY_MONITOR))
    for role in Role:
        if role in allowed:
            assert monitored(stopped, role.value) == found, role
        else:
            with pytest.raises(NotPermittedError, match="in the field, in counts"):
                monitored(stopped, role.value)
    with pytest.raises(Exception, match="permission denied for table deployments"):
        stopped.run("SELECT * FROM deployments", SCIENTIST)


def test_a_stopped_policy_is_not_authorised(stopped: Team) -> None:
    second = "2026-11/LOW-ST-1"
    with stopped.open("analyst") as analyst:
        analyst.deployments.draft(application_values(reference=second, policy=SFACE))
        analyst.deployments.apply(second)
        caution = analyst.deployments.get(second).policy_caution
    assert caution is not None
    with (
        stopped.open("authorising-officer") as officer,
        pytest.raises(PolicyError, match=f"stopped in the field at deployment {REFERENCE}"),
    ):
        officer.deployments.authorise(second, **WORDS)
