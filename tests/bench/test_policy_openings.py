"""A policy is issued with what its opening fixed, and names the openings before it."""

from __future__ import annotations

from typing import Any

import pytest
from bench_steps import AsRole
from policy_values import chosen_for, opened_for, with_evidence

from workbench.errors import PolicyError
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.policy_choice import ChosenThreshold
from workbench.governance.policy_issuing import require_evidence


def street(of: ThresholdPolicy, **changes: Any) -> ThresholdPolicy:
    """A policy such as an evaluation drafts, but for its evidence."""
    return ThresholdPolicy.read(dict(of) | {"id": "street/1"} | changes, what="street/1")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"threshold": 3.0}, r"threshold is \S+ and was 3\.0"),
        ({"target_fpir": 0.01}, r"target_fpir is 0\.001 and was 0\.01"),
        ({"planned_list": 77, "target_fpir": None}, "planned_list is 1 and was 77"),
        ({"matcher": "sface"}, "matcher is fused and was sface"),
        ({"runtime": "int8"}, "runtime is fp32 and was int8"),
    ],
)
def test_a_policy_is_issued_with_the_threshold_that_its_opening_fixed(
    as_role: AsRole, changed: dict[str, Any], said: str
) -> None:
    scientist = as_role("data-scientist")
    shipped = street(scientist.policies.get("default-fused/1"))
    fixed = ChosenThreshold.read(chosen_for(shipped).plain() | changed, what="fixed")
    opening = opened_for(scientist, "street/1", chosen=fixed)
    later = opening.model_copy(update={"chosen": chosen_for(shipped)})
    with pytest.raises(PolicyError, match=said) as refused:
        scientist.policies.issue(with_evidence(scientist, shipped, later))
    assert str(refused.value).startswith(
        "policy street/1 cannot be issued: not what was fixed when its locked test was opened at "
        "2026-11-25 09:00 UTC: "
    )
    assert "needs another id and an opening of its own" in str(refused.value)


def test_it_is_issued_on_the_tuning_people_that_were_fixed(as_role: AsRole) -> None:
    scientist = as_role("data-scientist")
    shipped = street(scientist.policies.get("default-fused/1"))
    opening = opened_for(scientist, "street/1", chosen=chosen_for(shipped))
    for tuning, said in (
        ({"errors": 8}, "tuning errors is 8 and was 9"),
        ({"measurement": "another"}, "tuning measurement is another and was made up, tuning"),
        ({"people": 99}, "the tuning people are others"),
    ):
        later = opening.model_copy(update={"chosen": chosen_for(shipped, **tuning)})
        with pytest.raises(PolicyError, match=said):
            scientist.policies.issue(with_evidence(scientist, shipped, later))
    assert scientist.policies.issue(with_evidence(scientist, shipped, opening))


def test_a_minimum_is_not_lowered_when_the_test_was_opened(as_role: AsRole) -> None:
    scientist = as_role("data-scientist")
    shipped = street(scientist.policies.get("default-fused/1"))
    opening = opened_for(scientist, "street/1", chosen=chosen_for(shipped))
    low = street(shipped, minimum_threshold=shipped.minimum_threshold - 1)
    with pytest.raises(PolicyError, match=r"minimum_threshold is \S+ and was"):
        scientist.policies.issue(with_evidence(scientist, low, opening))
    high = street(shipped, minimum_threshold=shipped.threshold)
    assert scientist.policies.issue(with_evidence(scientist, high, opening))


def test_an_opening_that_fixed_nothing_issues_nothing(as_role: AsRole) -> None:
    scientist = as_role("data-scientist")
    opening = opened_for(scientist, "street/1")
    shipped = street(scientist.policies.get("default-fused/1"))
    policy = with_evidence(scientist, shipped, opening)
    with pytest.raises(PolicyError, match="no threshold was fixed then") as refused:
        require_evidence(policy, opening.model_copy(update={"chosen": None}))
    assert "Issue it under another id" in str(refused.value)


def test_what_is_issued_names_the_earlier_openings_of_its_test(as_role: AsRole, clock: Any) -> None:
    scientist = as_role("data-scientist")
    sface = scientist.policies.get("default-sface/1")
    opened_for(scientist, "street/0", chosen=chosen_for(sface))
    opened_for(scientist, "elsewhere/1", "c" * 64, data_set="elsewhere")
    clock.turn(hours=1)
    issued = scientist.policies.issue(
        with_evidence(scientist, street(scientist.policies.get("default-fused/1")))
    )
    assert issued.evidence is not None
    (before,) = issued.evidence.opened_before
    assert (before.policy_id, before.matcher) == ("street/0", "sface")
    said = [words for name, words in issued.evidence_words if name == "opened before"]
    assert said == [
        (
            f"for policy street/0 with matcher sface fp32, threshold {sface.threshold:g}, by "
            "data-scientist at 2026-11-25 09:00 UTC"
        )
    ]
    assert as_role("authorising-officer").policies.get("street/1") == issued
    clock.turn(hours=1)
    opening = opened_for(scientist, "street/2", chosen=chosen_for(sface))
    other = with_evidence(scientist, street(sface, id="street/2"), opening)
    assert other.evidence is not None
    assert other.evidence.opened_before == ()
    kept = scientist.policies.issue(other).evidence
    assert kept is not None
    assert [one.policy_id for one in kept.opened_before] == ["street/0", "street/1"]
