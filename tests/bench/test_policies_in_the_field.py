"""Policies in the field on a real bench: false alerts that people decided, and what they stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bench_steps import REFERENCE, AsRole, applied, log_of
from bench_values import FUSED
from field_values import falsely_alerted
from policy_values import with_evidence

from workbench.bench.rules import Rules
from workbench.errors import NotPermittedError, PolicyError, UnknownRecordError
from workbench.governance.field_finding import MonitorState
from workbench.governance.permissions import Permission, holders
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.roles import Role
from workbench.governance.starting import StartLimits

FIRST = "2026-11/LOW-ST-1"
SECOND = "2026-11/LOW-ST-2"
NECESSARY = {
    "necessity": "I have read the intelligence case and see no other way.",
    "proportionality": "Short, small, announced.",
}


@pytest.fixture
def ended(bench: Any, authorised: Callable[..., str]) -> Callable[..., None]:
    """Return what lets a deployment end with alerts."""

    def end(reference: str, **came: Any) -> None:
        falsely_alerted(bench, authorised, reference, **came)
        bench.clock.turn(minutes=1)

    bench.clock.turn(hours=2)
    return end


def test_of_a_policy_that_was_never_used_nothing_is_said(as_role: AsRole) -> None:
    found = as_role("data-scientist").policies.monitor(FUSED)
    assert found.state is MonitorState.NOTHING_COUNTED
    assert (found.deployments, found.rate.rate) == (0, None)
    assert found.plain()["faces"] == 0
    with pytest.raises(UnknownRecordError, match=r"there is no policy none/1\. List them"):
        as_role("data-scientist").policies.monitor("none/1")


def test_only_what_was_searched_under_the_policy_counts(
    as_role: AsRole, ended: Callable[..., None], authorised: Callable[..., str]
) -> None:
    ended(FIRST, false=1, true=2, undecided=1)
    authorised(reference=SECOND)
    scientist = as_role("data-scientist")
    found = scientist.policies.monitor(FUSED)
    assert (found.deployments, found.rate.count, found.rate.n, found.worst.count) == (1, 1, 400, 2)
    assert scientist.policies.monitor("default-facenet/1").deployments == 0
    entry = log_of(scientist)[-1]
    assert (entry.details["policy"], entry.details["state"]) == (
        "default-facenet/1",
        "nothing-counted",
    )


def test_false_alerts_stop_a_policy_for_good(
    as_role: AsRole, ended: Callable[..., None], bench: Any
) -> None:
    ended(FIRST, false=3)
    assert as_role("operator").policies.monitor(FUSED).stopped == FIRST
    applied(as_role)
    officer = as_role("authorising-officer")
    with pytest.raises(PolicyError, match=f"was stopped in the field at deployment {FIRST}"):
        officer.deployments.authorise(REFERENCE, **NECESSARY)
    assert as_role("analyst").deployments.get(REFERENCE).state == "applied"
    caution = as_role("analyst").deployments.get(REFERENCE).policy_caution
    assert caution is not None
    assert "which no later deployment takes back" in caution


def test_another_policy_is_not_stopped_with_it(
    as_role: AsRole, ended: Callable[..., None], authorised: Callable[..., str]
) -> None:
    ended(FIRST, false=3)
    authorised(reference=SECOND, policy="default-facenet/1")
    assert as_role("analyst").deployments.get(SECOND).policy_caution is None


def test_a_policy_to_review_is_told_and_lets_through(
    as_role: AsRole, ended: Callable[..., None], authorised: Callable[..., str]
) -> None:
    ended(FIRST, false=1)
    authorised(reference=SECOND)
    found = as_role("authorising-officer").deployments.get(SECOND)
    assert found.policy_equity == "equity not measured"
    assert found.policy_caution == (
        f"policy {FUSED} in the field: review. More than the limit of 1 in 1,000: 1 false alert "
        "in 400 faces (not measurable here, fewer than three; exact 95 % interval 1 in 72 to "
        "1 in 16,000, which takes faces for independent)."
    )


def test_the_limit_is_a_rule_of_the_force(
    make_bench: Callable[..., Any], authorised: Callable[..., str]
) -> None:
    rules = Rules(start=StartLimits(false_alert_cap=0.01))
    maker = make_bench(rules=rules, name="lenient")
    maker.clock.turn(hours=2)
    falsely_alerted(maker, authorised, FIRST, false=3)
    found = maker.open("reviewer").policies.monitor(FUSED)
    assert (found.cap, found.stopped) == (0.01, None)


def test_faces_that_nobody_counted_do_not_hide_false_alerts(
    as_role: AsRole, ended: Callable[..., None], authorised: Callable[..., str]
) -> None:
    ended(FIRST, false=3, faces=None)
    found = as_role("data-protection-officer").policies.monitor(FUSED)
    assert (found.state, found.deployments, found.faces_unknown) == (MonitorState.STOP, 1, 1)
    assert "3 false alerts of 1 deployment that did not count all faces" in found.words
    with pytest.raises(PolicyError, match="3 false alerts in 3 faces"):
        authorised(reference=SECOND)


def test_one_search_that_was_not_counted_hides_nothing(
    bench: Any, as_role: AsRole, ended: Callable[..., None]
) -> None:
    ended(FIRST, false=6, uncounted=1)
    found = as_role("operator").policies.monitor(FUSED)
    assert (found.stopped, found.rate.n, found.faces_unknown) == (FIRST, 400, 1)


@pytest.mark.parametrize(("otherwise", "most"), [(300, (400, "drawn/1")), (900, (900, "other/1"))])
def test_two_ways_of_counting_in_a_deployment_hide_nothing(
    as_role: AsRole, ended: Callable[..., None], otherwise: int, most: tuple[int, str]
) -> None:
    ended(FIRST, false=12, otherwise=otherwise)
    found = as_role("operator").policies.monitor(FUSED)
    assert (found.rate.n, found.counted_by) == most
    assert (found.stopped, found.faces_unknown) == (FIRST, 1)


def test_a_deployment_that_goes_on_counts(
    as_role: AsRole, ended: Callable[..., None], authorised: Callable[..., str]
) -> None:
    ended(FIRST, false=3, close=False)
    found = as_role("operator").policies.monitor(FUSED)
    assert (found.stopped, found.running, found.deployments) == (FIRST, 1, 1)
    with pytest.raises(PolicyError, match=f"was stopped in the field at deployment {FIRST}"):
        authorised(reference=SECOND)


def twin(as_role: AsRole, name: str, **changes: Any) -> ThresholdPolicy:
    """Issue a policy with the content of the fused one that ships, under another name."""
    scientist = as_role("data-scientist")
    values = scientist.policies.get(FUSED).plain() | {"id": name, "evidence": None} | changes
    issued: ThresholdPolicy = scientist.policies.issue(
        with_evidence(scientist, ThresholdPolicy.read(values, what=name))
    )
    return issued


def test_a_twin_of_a_stopped_policy_is_neither_approved_nor_authorised(
    as_role: AsRole, ended: Callable[..., None], authorised: Callable[..., str], bench: Any
) -> None:
    twin(as_role, "twin/1")
    as_role("authorising-officer").policies.approve("twin/1")
    late = twin(as_role, "twin/2")
    higher = {"threshold": late.threshold + 1, "minimum_threshold": late.threshold + 0.5}
    twin(as_role, "higher/1", **higher)
    ended(FIRST, false=3)
    officer = as_role("authorising-officer")
    with pytest.raises(PolicyError, match=f"it has the setup of policy {FUSED}, which was stopped"):
        officer.policies.approve("twin/2")
    assert officer.policies.get("twin/2").approver is None
    with pytest.raises(PolicyError, match=r"policy twin/1 cannot be used: it has the setup of"):
        authorised(reference=SECOND, policy="twin/1")
    assert officer.policies.approve("higher/1").approver == "authorising-officer"
    authorised(reference="2026-11/LOW-ST-3", policy="higher/1")


def test_two_people_who_widen_the_limit_lift_a_stop(
    as_role: AsRole, ended: Callable[..., None], bench: Any
) -> None:
    ended(FIRST, false=3)
    assert as_role("operator").policies.monitor(FUSED).state is MonitorState.STOP
    change = as_role("administrator").rule_changes.propose(
        {"start": {"false_alert_cap": 0.5}}, "A busier street is searched."
    )
    as_role("data-protection-officer").rule_changes.confirm(change.id)
    assert bench.open("operator").policies.monitor(FUSED).state is MonitorState.IN_ORDER


def test_faces_of_two_ways_of_counting_are_not_added_up(
    as_role: AsRole, ended: Callable[..., None]
) -> None:
    ended(FIRST, false=1)
    ended(SECOND, false=0, way="drawn/2")
    found = as_role("data-scientist").policies.monitor(FUSED)
    assert (found.rate.count, found.rate.n, found.counted_by) == (0, 400, "drawn/2")
    assert (found.counted_otherwise, found.false_otherwise) == (1, 1)


def test_a_demonstration_takes_any_policy(
    make_bench: Callable[..., Any], authorised: Callable[..., str]
) -> None:
    maker = make_bench("demonstration", name="shown")
    maker.clock.turn(hours=2)
    falsely_alerted(maker, authorised, FIRST, false=3)
    assert maker.open("analyst").policies.monitor(FUSED).state is MonitorState.STOP
    authorised(maker, reference=SECOND)
    assert maker.open("analyst").deployments.get(SECOND).policy_caution is None


def test_who_may_monitor(as_role: AsRole) -> None:
    allowed = set(holders(Permission.POLICY_MONITOR))
    assert Role.DATA_SCIENTIST in allowed
    for role in Role:
        if role in allowed:
            assert as_role(role.value).policies.monitor(FUSED).deployments == 0
        else:
            with pytest.raises(NotPermittedError, match="does in the field, in counts"):
                as_role(role.value).policies.monitor(FUSED)
