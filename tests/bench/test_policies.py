"""Threshold policies of a bench: shipped, issued with evidence by one, approved by another."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bench_steps import AsRole, log_of
from policy_values import DIGEST, WHY_OPENED, chosen_for, opened_for, with_evidence

from workbench.errors import (
    IllegalMoveError,
    NotPermittedError,
    PolicyError,
    RecordError,
    RefusedError,
    StoreError,
    UnknownRecordError,
)
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
    """A policy such as an evaluation drafts, but for its evidence."""
    return ThresholdPolicy.read(dict(of) | {"id": "street/1"} | changes, what="street/1")


def given(as_role: AsRole, **changes: Any) -> ThresholdPolicy:
    """The same with the evidence of a test that the data scientist opens now."""
    scientist = as_role("data-scientist")
    return with_evidence(scientist, street(scientist.policies.get("default-fused/1"), **changes))


def test_a_new_bench_has_the_shipped_ones_that_nobody_approved(as_role: AsRole) -> None:
    found = as_role("data-scientist").policies.list()
    assert [policy.id for policy in found] == SHIPPED
    for policy in found:
        assert policy.approval == "product default, approved by nobody"
        assert policy.equity_words == "equity not measured"
        assert policy.evidence is None
        ((_, evidence),) = policy.evidence_words
        assert evidence.startswith("none from a locked test: it rests on comparisons")
    logged = [one for one in log_of(as_role("analyst")) if one.verb is Verb.THRESHOLD_CHANGE]
    assert sorted(one.details["policy"] for one in logged) == SHIPPED


def test_an_unknown_policy_is_named(as_role: AsRole) -> None:
    with pytest.raises(UnknownRecordError, match=r"there is no policy none/1\. List them"):
        as_role("analyst").policies.get("none/1")
    with pytest.raises(UnknownRecordError, match="there is no policy none/1"):
        as_role("authorising-officer").policies.approve("none/1")


def test_who_issues_a_policy_answers_for_it_and_it_is_no_default(as_role: AsRole) -> None:
    scientist = as_role("data-scientist")
    assert scientist.policies.get("default-fused/1").origin is Origin.PRODUCT_DEFAULT
    issued = scientist.policies.issue(given(as_role))
    assert (issued.owner, issued.origin) == ("data-scientist", Origin.ISSUED)
    assert scientist.policies.get("street/1") == issued
    assert issued.approval == "approved by nobody"
    assert issued.evidence is not None
    assert issued.evidence.is_of(*scientist.policies.openings())


def test_an_approval_is_not_handed_in(as_role: AsRole, clock: Any) -> None:
    drafted = given(as_role, approver="s.reid", approved=clock())
    assert as_role("data-scientist").policies.issue(drafted).approver is None


def test_a_policy_is_never_issued_anew_under_its_id(as_role: AsRole) -> None:
    scientist = as_role("data-scientist")
    lax = scientist.policies.get("default-sface/1").model_copy(update={"minimum_threshold": 0.1})
    with pytest.raises(RefusedError, match="there is a policy default-sface/1 already"):
        scientist.policies.issue(lax)


def test_a_policy_without_evidence_is_not_issued(as_role: AsRole) -> None:
    scientist = as_role("data-scientist")
    with pytest.raises(PolicyError) as refused:
        scientist.policies.issue(street(scientist.policies.get("default-fused/1")))
    assert str(refused.value) == (
        "policy street/1 cannot be issued: it comes without evidence. Measure it on tuning people "
        "and on a locked test, and have workbench policy draft write it."
    )
    assert [policy.id for policy in scientist.policies.list()] == SHIPPED


def test_evidence_needs_the_opening_that_it_names(as_role: AsRole, clock: Any) -> None:
    scientist = as_role("data-scientist")
    shipped = street(scientist.policies.get("default-fused/1"))
    opening = opened_for(scientist, "street/1")
    for changes, said in (
        ({"digest": "c" * 64}, "for the first time, of protocol aaaaaaaaaaaa, and its evidence"),
        ({"opened_by": "s.reid"}, "its locked test was opened by data-scientist at 2026-11-25"),
        ({"opened_at": "2026-11-25T07:00:00Z"}, "and its evidence says otherwise"),
    ):
        with pytest.raises(PolicyError, match=said):
            scientist.policies.issue(with_evidence(scientist, shipped, opening, **changes))
    other = opened_for(scientist, "street/2", "c" * 64)
    moved = with_evidence(scientist, shipped, opening, digest=other.digest)
    with pytest.raises(
        PolicyError, match="of protocol aaaaaaaaaaaa, and its evidence says otherwise"
    ):
        scientist.policies.issue(moved)
    clock.turn(hours=1)
    issued = scientist.policies.issue(with_evidence(scientist, shipped, opening))
    assert issued.created == clock()


def test_a_locked_test_opens_once_for_a_policy_and_says_when(as_role: AsRole, clock: Any) -> None:
    scientist = as_role("data-scientist")
    first = opened_for(scientist, "street/1")
    assert (first.opened_by, first.opened_at, first.place) == ("data-scientist", clock(), 1)
    entry = log_of(scientist)[-1]
    assert (entry.verb, entry.objects, entry.justification) == (
        Verb.CONSULT,
        ("street/1",),
        WHY_OPENED,
    )
    assert entry.details["digest"] == DIGEST
    clock.turn(hours=1)
    with pytest.raises(IllegalMoveError) as refused:
        opened_for(scientist, "street/1")
    assert str(refused.value) == (
        "the locked test of protocol aaaaaaaaaaaa was opened by data-scientist at 2026-11-25 09:00 "
        "UTC, for the first time, for policy street/1, and no test is opened for that policy "
        "again, of these or of other rows. Use what was measured then, or choose another threshold "
        "on tuning people and issue it under another id."
    )
    second = opened_for(scientist, "street/2")
    assert (second.place, second.words) == (
        2,
        (
            "opened by data-scientist at 2026-11-25 10:00 UTC; it, or another part of its data "
            "set, had been opened once before: for policy street/1 with matcher fused fp32, "
            "threshold 2.3102, by data-scientist at 2026-11-25 09:00 UTC"
        ),
    )
    assert [(one.policy_id, one.place) for one in as_role("analyst").policies.openings()] == [
        ("street/1", 1),
        ("street/2", 2),
    ]


def test_a_set_that_lost_a_row_is_not_opened_again_for_the_policy(as_role: AsRole) -> None:
    scientist = as_role("data-scientist")
    opened_for(scientist, "street/1")
    for digest, data_set in (("c" * 64, "made up"), ("d" * 64, "another")):
        with pytest.raises(IllegalMoveError, match="no test is opened for that policy again"):
            opened_for(scientist, "street/1", digest, data_set=data_set)
    assert len(scientist.policies.openings()) == 1


def test_openings_of_a_data_set_count_though_its_rows_differ(as_role: AsRole) -> None:
    scientist = as_role("data-scientist")

    def place(policy: str, digest: str, data_set: str) -> int:
        chosen = chosen_for(digest="e" * 64)
        opened = opened_for(scientist, policy, digest * 64, data_set=data_set, chosen=chosen)
        return int(opened.place)

    assert place("street/1", "a", "Our street") == 1
    assert place("street/2", "b", "our Street ") == 2
    assert place("street/3", "b", "renamed") == 3
    assert place("street/4", "c", "elsewhere") == 1
    assert place("street/5", "a", "elsewhere") == 3


def test_nothing_is_opened_for_a_policy_that_was_issued(as_role: AsRole) -> None:
    scientist = as_role("data-scientist")
    scientist.policies.issue(given(as_role))
    for name in ("street/1", "default-fused/1"):
        with pytest.raises(IllegalMoveError, match="was issued already, so no locked test is"):
            opened_for(scientist, name, "c" * 64)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"digest": "A" * 64}, "digest"),
        ({"digest": "a" * 63}, "digest"),
        ({"data_set": ""}, "data_set"),
        ({"justification": "xxxxx"}, "justification: says nothing"),
        ({"policy_id": "a b"}, "policy_id"),
        ({"digest": "b" * 64}, "on other people than those of the locked test"),
    ],
)
def test_an_opening_that_cannot_be(as_role: AsRole, changes: dict[str, str], named: str) -> None:
    values = {
        "policy_id": "street/1",
        "digest": DIGEST,
        "data_set": "made up",
        "justification": WHY_OPENED,
    } | changes
    scientist = as_role("data-scientist")
    with pytest.raises(RecordError, match=named):
        scientist.policies.open_test(values.pop("policy_id"), chosen=chosen_for(), **values)
    assert scientist.policies.openings() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE locked_openings SET opened_by = 'nobody'",
        "UPDATE locked_openings SET chosen = NULL",
        "DELETE FROM locked_openings",
        (
            "INSERT OR REPLACE INTO locked_openings SELECT policy, digest, data_set, 'why not', "
            "opened_by, opened, place, chosen FROM locked_openings"
        ),
        (
            "INSERT OR REPLACE INTO locked_openings SELECT policy, 'c', data_set, 'why not', "
            "opened_by, opened, 2, chosen FROM locked_openings"
        ),
    ],
)
def test_the_database_keeps_what_was_opened(as_role: AsRole, statement: str) -> None:
    scientist = as_role("data-scientist")
    opened_for(scientist, "street/1")
    with (
        pytest.raises(StoreError, match="a locked test that was opened stays opened"),
        scientist._context.store.writing() as writing,
    ):
        writing.connection.exec_driver_sql(statement)
    assert [one.justification for one in scientist.policies.openings()] == [WHY_OPENED]


def test_few_errors_are_said_in_the_policy_s_words(as_role: AsRole) -> None:
    scientist = as_role("data-scientist")
    shipped = scientist.policies.get("default-fused/1")
    few = chosen_for(shipped, errors=0)
    opening = opened_for(scientist, "street/1", chosen=few)
    silent = with_evidence(scientist, street(shipped), opening)
    bound = (
        "the threshold was chosen on 0 false alarms of 9,000 tuning searches, fewer than three: at "
        "most 1 in 3,000 (rule of three)"
    )
    with pytest.raises(PolicyError, match="fewer than three errors were seen, and measured_on"):
        scientist.policies.issue(silent)
    said = street(shipped, measured_on=f"Made-up searches; {bound}.")
    assert scientist.policies.issue(with_evidence(scientist, said, opening))


def test_another_approves_it_once(as_role: AsRole, clock: Any) -> None:
    as_role("data-scientist").policies.issue(given(as_role))
    officer = as_role("authorising-officer")
    approved = officer.policies.approve("street/1")
    assert (approved.approver, approved.approved) == ("authorising-officer", clock())
    with pytest.raises(IllegalMoveError, match="approved by authorising-officer on 2026-11-25"):
        officer.policies.approve("street/1")
    entry = next(one for one in log_of(officer) if one.verb is Verb.AUTHORISE)
    assert entry.details["approval"] == "approved by authorising-officer on 2026-11-25"


def test_a_lower_minimum_is_said_with_its_errors(as_role: AsRole) -> None:
    scientist = as_role("data-scientist")
    shipped = scientist.policies.get("default-fused/1")
    low = street(shipped, minimum_threshold=shipped.threshold - 2)
    told = with_evidence(scientist, low)
    silent = told.model_copy(update={"measured_on": "Made-up searches."})
    with pytest.raises(PolicyError, match=r"measured_on leaves out: deployments may go down to"):
        scientist.policies.issue(silent)
    count = told.table.at_or_above(told.minimum_threshold)
    assert f"({count:,} of {told.table.searches:,} non-mated searches" in told.measured_on
    assert scientist.policies.issue(told).minimum_threshold < shipped.threshold


def test_its_owner_does_not_approve_it_whatever_their_role_became(as_role: AsRole) -> None:
    scientist = as_role("data-scientist")
    scientist.policies.issue(given(as_role))
    from workbench.governance.ranks import Rank

    as_role("administrator").users.change(
        "data-scientist", role=Role.AUTHORISING_OFFICER, rank=Rank.COMMANDER
    )
    with pytest.raises(NotPermittedError, match="answers for policy street/1 and may not approve"):
        as_role("data-scientist").policies.approve("street/1")


def test_a_policy_that_was_stored_before_evidence_was_is_read_and_approved(
    as_role: AsRole,
) -> None:
    scientist = as_role("data-scientist")
    values = scientist.policies.get("default-fused/1").plain()
    assert values.pop("evidence", 0) is None
    with scientist._context.system() as acting:
        acting.connection.exec_driver_sql(
            "UPDATE policies SET content = ? WHERE id = 'default-fused/1'", (json.dumps(values),)
        )
        acting.log(Verb.THRESHOLD_CHANGE, ["default-fused/1"])
    assert scientist.policies.get("default-fused/1").evidence is None
    approved = as_role("authorising-officer").policies.approve("default-fused/1")
    assert approved.approver == "authorising-officer"


@pytest.mark.slow
def test_each_may_do_their_own_part_alone(as_role: AsRole) -> None:
    drafted = given(as_role)
    for role in set(Role) - {Role.DATA_SCIENTIST}:
        with pytest.raises(NotPermittedError, match="may not issue a threshold policy"):
            as_role(role.value).policies.issue(drafted)
        with pytest.raises(NotPermittedError, match="may not issue a threshold policy"):
            opened_for(as_role(role.value), "street/2")
    for role in set(Role) - {Role.AUTHORISING_OFFICER}:
        with pytest.raises(NotPermittedError, match="may not approve a threshold policy"):
            as_role(role.value).policies.approve("default-fused/1")
    for role in (Role.MANAGER, Role.ADMINISTRATOR):
        with pytest.raises(NotPermittedError, match="may not read threshold policies"):
            as_role(role.value).policies.list()
        with pytest.raises(NotPermittedError, match="may not read threshold policies"):
            as_role(role.value).policies.openings()
