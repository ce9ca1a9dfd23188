"""Threshold policies of a bench: shipped, issued by one person, approved by another."""

from __future__ import annotations

from typing import Any

import pytest
from bench_steps import AsRole, log_of

from workbench.errors import IllegalMoveError, NotPermittedError, RefusedError, UnknownRecordError
from workbench.governance.policies import Origin, ThresholdPolicy
from workbench.governance.roles import Role
from workbench.records.audit.verbs import Verb

SHIPPED = [
    "default-facenet/1",
    "default-fused-int8/1",
    "default-fused/1",
    "default-sface/1",
]


def street(of: ThresholdPolicy, **changes: Any) -> ThresholdPolicy:
    """A policy such as an evaluation issues."""
    return ThresholdPolicy.read(dict(of) | {"id": "street/1"} | changes, what="street/1")


def test_a_new_bench_has_the_shipped_ones_that_nobody_approved(as_role: AsRole) -> None:
    found = as_role("data-scientist").policies.list()
    assert [policy.id for policy in found] == SHIPPED
    for policy in found:
        assert policy.approval == "product default, approved by nobody"
        assert policy.equity == "not measured"
    logged = [one for one in log_of(as_role("analyst")) if one.verb is Verb.THRESHOLD_CHANGE]
    assert sorted(one.details["policy"] for one in logged) == SHIPPED


def test_an_unknown_policy_is_named(as_role: AsRole) -> None:
    with pytest.raises(UnknownRecordError, match=r"there is no policy none/1\. List them"):
        as_role("analyst").policies.get("none/1")
    with pytest.raises(UnknownRecordError, match="there is no policy none/1"):
        as_role("authorising-officer").policies.approve("none/1")


def test_who_issues_a_policy_answers_for_it_and_it_is_no_default(as_role: AsRole) -> None:
    scientist = as_role("data-scientist")
    given = scientist.policies.get("default-fused/1")
    assert given.origin is Origin.PRODUCT_DEFAULT
    issued = scientist.policies.issue(street(given))
    assert (issued.owner, issued.origin) == ("data-scientist", Origin.ISSUED)
    assert scientist.policies.get("street/1") == issued
    assert issued.approval == "approved by nobody"


def test_an_approval_is_not_handed_in(as_role: AsRole, clock: Any) -> None:
    scientist = as_role("data-scientist")
    given = street(scientist.policies.get("default-fused/1"), approver="s.reid", approved=clock())
    assert scientist.policies.issue(given).approver is None


def test_a_policy_is_never_issued_anew_under_its_id(as_role: AsRole) -> None:
    scientist = as_role("data-scientist")
    lax = scientist.policies.get("default-sface/1").model_copy(update={"minimum_threshold": 0.1})
    with pytest.raises(RefusedError, match="there is a policy default-sface/1 already"):
        scientist.policies.issue(lax)


def test_another_approves_it_once(as_role: AsRole, clock: Any) -> None:
    as_role("data-scientist").policies.issue(
        street(as_role("data-scientist").policies.get("default-fused/1"))
    )
    officer = as_role("authorising-officer")
    approved = officer.policies.approve("street/1")
    assert (approved.approver, approved.approved) == ("authorising-officer", clock())
    with pytest.raises(IllegalMoveError, match="approved by authorising-officer on 2026-11-25"):
        officer.policies.approve("street/1")
    entry = next(one for one in log_of(officer) if one.verb is Verb.AUTHORISE)
    assert entry.details["approval"] == "approved by authorising-officer on 2026-11-25"


def test_its_owner_does_not_approve_it_whatever_their_role_became(as_role: AsRole) -> None:
    scientist = as_role("data-scientist")
    scientist.policies.issue(street(scientist.policies.get("default-fused/1")))
    from workbench.governance.ranks import Rank

    as_role("administrator").users.change(
        "data-scientist", role=Role.AUTHORISING_OFFICER, rank=Rank.COMMANDER
    )
    with pytest.raises(NotPermittedError, match="answers for policy street/1 and may not approve"):
        as_role("data-scientist").policies.approve("street/1")


@pytest.mark.slow
def test_each_may_do_their_own_part_alone(as_role: AsRole) -> None:
    given = as_role("data-scientist").policies.get("default-fused/1")
    for role in set(Role) - {Role.DATA_SCIENTIST}:
        with pytest.raises(NotPermittedError, match="may not issue a threshold policy"):
            as_role(role.value).policies.issue(street(given))
    for role in set(Role) - {Role.AUTHORISING_OFFICER}:
        with pytest.raises(NotPermittedError, match="may not approve a threshold policy"):
            as_role(role.value).policies.approve("default-fused/1")
    for role in (Role.MANAGER, Role.ADMINISTRATOR):
        with pytest.raises(NotPermittedError, match="may not read threshold policies"):
            as_role(role.value).policies.list()
