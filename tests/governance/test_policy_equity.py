"""A comparison of groups that a policy carries: what cannot be, what it says, and where it counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from equity_values import COMPARED, MEASURED, at_threshold, equity_of, with_groups

from workbench.errors import PolicyError, RecordError
from workbench.governance.equity_words import EQUITY_MEASURED
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.policy_equity import EquityEvidence
from workbench.governance.policy_equity_rules import (
    equity_faults,
    require_equity,
    with_equity,
    with_shown_equity,
)

from .test_policies import SETUP
from .test_policy_evidence import policy

SAID = (
    "equity measured on made up, tuning people (400 people, 2 groups; 1 of 4 rates suppressed, 1 "
    "not measurable), in a list of 2,000 references, at T = 0.5: a difference was found in 0 of 1 "
    "comparisons; that a difference was not found does not mean there is none"
)


def rates(**changes: Any) -> list[dict[str, Any]]:
    """The rates of `at_threshold`, of which the first differs."""
    first, *others = at_threshold(0.5)["rates"]
    return [first | changes, *others]


def test_it_survives_its_file_in_its_policy() -> None:
    one = with_groups(policy())
    assert ThresholdPolicy.read(one.plain(), what="policy") == one
    assert one.evidence is not None
    assert isinstance(one.evidence.by_group, EquityEvidence)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"sha256": "e" * 63}, "sha256"),
        ({"data_set": ""}, "data_set"),
        ({"groups": ("a", "a")}, "groups must differ"),
        ({"groups": ("a", "b", "c")}, "both rates of each group once"),
        ({"reference": "c"}, "the reference is none of the groups"),
        ({"synthetic_references": 2_001}, "no more references can be synthetic"),
        ({"compared": []}, "compared"),
        ({"compared_at": MEASURED - timedelta(hours=1)}, "compared after they were searched"),
        ({"smallest_people": 101}, "of fewer than smallest_people people is suppressed"),
        ({"compared": [at_threshold(0.5, differences=2)]}, "2 differences of 1 comparisons"),
        ({"compared": [at_threshold(0.5, rates=rates(errors=4_001))]}, "4001 errors of 4000"),
        ({"compared": [at_threshold(0.5, rates=rates(people=4_001))]}, "more people than searches"),
        ({"compared": [at_threshold(0.5, rates=rates(errors=None))]}, "or the reason why it is"),
        ({"compared": [at_threshold(0.5, rates=rates(suppressed="few"))]}, "or the reason why"),
        ({"compared": [at_threshold(0.5, rates=rates(group="c"))]}, "both rates of each group"),
        (
            {"compared": [at_threshold(0.5, rates=rates(suppressed="few", errors=None))]},
            "comparisons of fewer than two groups cannot be",
        ),
        ({"compared": [at_threshold(float("nan"))]}, "threshold"),
        ({"measured": "by us"}, "measured"),
    ],
)
def test_a_comparison_that_cannot_be_is_refused(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(RecordError, match=named):
        equity_of(policy(), **changes)


def test_words_are_no_measurement_and_a_measurement_is_no_words() -> None:
    told = with_groups(policy()).plain()
    for field, value in (("equity", "evaluation E-12"), ("by_group", None)):
        evidence = told["evidence"] | {field: value}
        both = {"equity": evidence["equity"], "evidence": evidence}
        with pytest.raises(RecordError, match="where by_group is there, and only there"):
            ThresholdPolicy.read(told | both, what="policy")


def test_what_it_says_wherever_the_policy_is_named() -> None:
    assert with_groups(policy()).equity_words == SAID
    assert with_groups(policy()).equity_brief == (
        "equity measured on made up (400 people, 2 groups), at T = 0.5; that a difference was not "
        "found does not mean there is none"
    )
    assert policy().equity_brief == "equity not measured"
    longer = with_groups(policy(), list_size=2_001, synthetic_references=7, split="whole")
    assert "all its people (400 people" in longer.equity_words
    assert (
        "in a list of 2,001 references, 7 synthetic (the policy is for 50 to 2,000), at T = 0.5"
    ) in longer.equity_words
    found = with_groups(policy(), compared=[at_threshold(0.5, differences=1)])
    assert "a difference was found in 1 of 1 comparisons" in found.equity_words
    elsewhere = with_groups(policy(), compared=[at_threshold(0.6)])
    assert elsewhere.equity_words == (
        "equity not measured at its threshold, but at T = 0.6 on made up"
    )
    assert elsewhere.equity_brief == elsewhere.equity_words


def test_every_rate_of_every_group_is_among_the_evidence() -> None:
    (told,) = [words for name, words in with_groups(policy()).evidence_words if "groups" in name]
    assert dict(with_groups(policy()).evidence_words)["groups at T = 0.5"] == told
    assert told.startswith("a: FPIR 1 in 500 (8 of 4,000 non-mated searches; 95 % interval")
    assert "b: FPIR not measurable here: 2 of 4,000 non-mated searches, at most 1 in" in told
    assert told.endswith(
        "FNIR suppressed (fewer than 30 people; 20 people, 20 mated searches) (compared with a)"
    )


@pytest.mark.parametrize(
    "words", ["x", "equal", "pending 2", "Not measured", "none at all", "evaluation E-12"]
)
def test_words_of_before_are_no_measurement(words: str) -> None:
    old = policy({"equity": words}, equity=words)
    assert old.equity_words == "equity not measured in a form that can be checked"
    with pytest.raises(PolicyError) as refused:
        require_equity(old)
    assert str(refused.value) == (
        "policy force/3 cannot be used here: its error rates by group are not measured in a form "
        "that can be checked, and this bench asks for them. Compare groups of a labelled set with "
        "workbench evaluate equity, and issue a policy with that folder: --equity."
    )


OTHER_SETUP = SETUP | {"encoders": [SETUP["encoders"][0] | {"sha256": "c" * 64}]}
FUSED = {
    "matcher": "fused",
    "encoders": [
        SETUP["encoders"][0],
        SETUP["encoders"][0] | {"name": "facenet", "artefact": "facenet-weights"},
    ],
    "fusion": {"calibration": "c/1", "intercept": 0.0, "weights": {"sface": 1.0, "facenet": 1.0}},
    "runtime": "fp32",
}
ONE_TOLD = at_threshold(
    0.5,
    comparisons=0,
    rates=rates(suppressed="fewer than 3 expected errors", errors=None),
)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"setup": OTHER_SETUP}, ["the two differ in encoders"]),
        ({"setup": SETUP | {"runtime": "int8"}}, ["the two differ in runtime"]),
        (
            {"setup": FUSED},
            [
                "the two differ in matcher",
                "the two differ in encoders",
                "the two differ in fusion",
            ],
        ),
        (
            {"compared": [at_threshold(0.6), at_threshold(0.501)]},
            ["groups were compared at 0.6, 0.501, and not at its threshold 0.5 (within 0.0005)"],
        ),
        (
            {"compared": [ONE_TOLD, at_threshold(0.4)]},
            ["at 0.5 no rate is told of two groups, so that nothing was compared"],
        ),
        (
            {"smallest_people": 5},
            ["rates are told from 5 people and 3 expected errors on, and not from 30 and 3"],
        ),
        ({"fewest_errors": 1}, ["rates are told from 30 people and 1 expected errors on"]),
    ],
)
def test_a_comparison_of_something_else_is_none_of_a_policy(
    changes: dict[str, Any], said: list[str]
) -> None:
    equity = equity_of(policy(), **changes)
    faults = equity_faults(policy(), equity)
    assert len(faults) == len(said)
    for fault, words in zip(faults, said, strict=True):
        assert fault.startswith(words)
    with pytest.raises(PolicyError, match="cannot rest on this comparison of groups") as refused:
        with_equity(policy(), equity)
    assert said[0] in str(refused.value)
    assert "workbench evaluate equity --threshold 0.5." in str(refused.value)
    with pytest.raises(PolicyError, match="which this bench asks for, does not cover it") as no:
        require_equity(with_groups(policy(), **changes))
    assert said[0] in str(no.value)


@pytest.mark.parametrize("apart", [0.0, 0.0004, -0.0004])
def test_a_threshold_as_people_write_it_is_that_of_the_policy(apart: float) -> None:
    near = [at_threshold(0.5 + apart)]
    require_equity(with_equity(policy(), equity_of(policy(), compared=near)))


def test_another_list_is_said_and_no_fault() -> None:
    other = with_equity(policy(), equity_of(policy(), list_size=10))
    require_equity(other)
    assert "in a list of 10 references (the policy is for 50 to 2,000)" in other.equity_words


def test_where_deployments_may_go_lower_groups_were_compared_there() -> None:
    low = policy(minimum_threshold=0.45)
    with pytest.raises(PolicyError, match=r"down to 0\.45, and groups were compared from 0\.5 on"):
        require_equity(with_equity(low, equity_of(low)))
    both = [at_threshold(0.5), at_threshold(0.44, times=3.0)]
    require_equity(with_equity(low, equity_of(low, compared=both)))
    alone = [at_threshold(0.5), ONE_TOLD | {"threshold": 0.44}]
    with pytest.raises(PolicyError, match=r"and groups were compared from 0\.5 on"):
        require_equity(with_equity(low, equity_of(low, compared=alone)))


def test_what_it_was_measured_on_says_so_too() -> None:
    plain = policy(measured_on="Searches of May. Equity not measured. Nothing need carry.")
    told = with_equity(plain, equity_of(plain))
    assert told.equity == EQUITY_MEASURED
    assert told.measured_on == f"Searches of May. E{SAID[1:]}. Nothing need carry."
    assert with_equity(told, equity_of(plain)) == told


def test_what_is_issued_is_shown() -> None:
    told = with_equity(policy(), equity_of(policy()))
    assert with_shown_equity(policy(), None) == policy()
    assert with_shown_equity(policy(), equity_of(policy())) == told
    assert with_shown_equity(told, equity_of(policy())) == told
    with pytest.raises(PolicyError, match="holds a comparison of groups, and nothing shows it"):
        with_shown_equity(told, None)
    other = equity_of(policy(), compared_at=COMPARED + timedelta(hours=1))
    with pytest.raises(PolicyError, match="holds another comparison of groups than is given"):
        with_shown_equity(told, other)
    bare = told.model_copy(update={"evidence": None})
    with pytest.raises(PolicyError, match="has no evidence that a comparison of groups could be"):
        with_shown_equity(bare, equity_of(policy()))
