"""Policies in the field on a real bench: false alerts that people decided, and what they stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bench_steps import REFERENCE, AsRole, applied, log_of
from bench_values import FUSED
from field_values import falsely_alerted

from workbench.bench.rules import Rules
from workbench.errors import NotPermittedError, PolicyError, UnknownRecordError
from workbench.governance.field_monitor import MonitorState
from workbench.governance.permissions import Permission, holders
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


def test_a_policy_that_was_never_used_is_in_order(as_role: AsRole) -> None:
    found = as_role("data-scientist").policies.monitor(FUSED)
    assert (found.state, found.deployments, found.rate.rate) == (MonitorState.IN_ORDER, 0, None)
    assert found.plain()["faces"] == 0
    with pytest.raises(UnknownRecordError, match=r"there is no policy none/1\. List them"):
        as_role("data-scientist").policies.monitor("none/1")


def test_only_what_ended_under_the_policy_counts(
    as_role: AsRole, ended: Callable[..., None], authorised: Callable[..., str]
) -> None:
    ended(FIRST, false=1, true=2, undecided=1)
    authorised(reference=SECOND)
    scientist = as_role("data-scientist")
    found = scientist.policies.monitor(FUSED)
    assert (found.deployments, found.rate.count, found.rate.n, found.worst.count) == (1, 1, 400, 2)
    assert scientist.policies.monitor("default-facenet/1").deployments == 0
    entry = log_of(scientist)[-1]
    assert (entry.details["policy"], entry.details["state"]) == ("default-facenet/1", "in-order")


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
    assert "which nothing later takes back" in caution


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
        "1 in 16,000)."
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


def test_faces_that_nobody_counted_are_said(as_role: AsRole, ended: Callable[..., None]) -> None:
    ended(FIRST, false=3, faces=None)
    found = as_role("data-protection-officer").policies.monitor(FUSED)
    assert (found.state, found.deployments, found.faces_unknown) == (MonitorState.REVIEW, 0, 1)
    assert "3 false alerts are of deployments that do not know how many faces" in found.words


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
