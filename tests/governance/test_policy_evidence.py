"""Evidence of a policy: what it says, what it may not leave out, and whom it was opened for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from workbench.errors import PolicyError, RecordError
from workbench.governance.counted_errors import CountedErrors, bound_of
from workbench.governance.openings import Opening
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.policy_evidence import PolicyEvidence
from workbench.governance.policy_issuing import require_evidence
from workbench.intervals import clopper_pearson

from .test_policies import TABLE, VALUES

OPENED = datetime(2026, 11, 25, 9, tzinfo=UTC)
TUNING: dict[str, Any] = {
    "measurement": "sface fp32, tuning",
    "digest": "b" * 64,
    "data_set": "our street of May",
    "list_size": 500,
    "people": 900,
    "searches": 16_000,
    "errors": 8,
}
EVIDENCE: dict[str, Any] = {
    "measurement": "sface fp32, test",
    "data_set": "our street of May",
    "split": "test",
    "rule": "drawn by name",
    "digest": "a" * 64,
    "list_size": 500,
    "planned_list": 1000,
    "target_fpir": 0.001,
    "threshold": 0.5,
    "mated_people": 300,
    "nonmated_people": 800,
    "fpir": {"count": 4, "trials": 4_000, "boot_low": 0.0002, "boot_high": 0.0021},
    "fnir": {"count": 120, "trials": 400, "boot_low": 0.25, "boot_high": 0.35},
    "tuning": TUNING,
    "opened_at": OPENED,
    "opened_by": "d.scientist",
    "opened_for": "force/3",
}
TABLE_OF_SEARCHES = TABLE | {
    "list_size": 500,
    "searches": 4_000,
    "counts": [900, 100, 4, 1],
    "data_set": "our street of May",
    "split": "test",
    "people": 800,
}
OPENING = Opening.read(
    {
        "policy_id": "force/3",
        "digest": "a" * 64,
        "data_set": "our street of May",
        "justification": "the threshold is chosen",
        "opened_by": "d.scientist",
        "opened_at": OPENED,
        "place": 1,
        "chosen": {
            "threshold": 0.5,
            "minimum_threshold": 0.5,
            "matcher": "sface",
            "runtime": "fp32",
            "planned_list": 1000,
            "target_fpir": 0.001,
            "tuning": TUNING,
        },
    },
    what="opening",
)


def opening(**chosen: Any) -> Opening:
    """The opening that fixed something else."""
    values = OPENING.plain()
    return Opening.read(values | {"chosen": values["chosen"] | chosen}, what="opening")


def evidence(**changes: Any) -> PolicyEvidence:
    return PolicyEvidence.read(EVIDENCE | changes, what="evidence")


def policy(changes: dict[str, Any] | None = None, **of_policy: Any) -> ThresholdPolicy:
    """A policy whose evidence differs by changes."""
    values = VALUES | {
        "minimum_threshold": 0.5,
        "table": TABLE_OF_SEARCHES,
        "evidence": EVIDENCE | (changes or {}),
    }
    return ThresholdPolicy.read(values | of_policy, what="policy")


def test_it_survives_its_file() -> None:
    one = policy()
    assert ThresholdPolicy.read(one.plain(), what="policy") == one
    assert ThresholdPolicy.read(VALUES, what="policy").plain()["evidence"] is None


def test_it_says_all_that_it_rests_on_in_words() -> None:
    assert dict(policy().evidence_words) == {
        "measured in": "sface fp32, test (our street of May, test people)",
        "searched": "500 references; 300 people on the list, 800 not; 1 draw",
        "people not on the list": (
            "FPIR 1 in 1,000 (4 of 4,000 non-mated searches; 95 % interval 1 in 390 to 1 in 3,700; "
            "by identity 95 % interval 1 in 470 to 1 in 5,000)"
        ),
        "people on the list": (
            "FNIR 3 in 10 (120 of 400 mated searches; 95 % interval 4 in 10 to 2 in 10; by "
            "identity 95 % interval 4 in 10 to 2 in 10)"
        ),
        "threshold for": ("1,000 references, FPIR 1 in 1,000; extrapolated from searches of 500"),
        "chosen on": (
            "sface fp32, tuning: 8 of 16,000 non-mated searches of 900 people in 500 references "
            "(our street of May, protocol bbbbbbbbbbbb)"
        ),
        "locked test": (
            "protocol aaaaaaaaaaaa, opened by d.scientist at 2026-11-25 09:00 UTC for force/3"
        ),
    }
    assert "extrapolated" not in dict(evidence(planned_list=500).words())["threshold for"]
    synthetic = dict(evidence(synthetic_references=20, draws=3).words())["searched"]
    assert synthetic == (
        "500 references, 20 of them synthetic; 300 people on the list, 800 not; 3 draws"
    )


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_rate_of_fewer_than_three_errors_is_not_told(count: int) -> None:
    words = CountedErrors(count=count, trials=4_000).words("FPIR", "searches")
    bound, rule = bound_of(count, 4_000)
    assert bound == (0.00075 if count == 0 else clopper_pearson(count, 4_000).high)
    assert words.startswith(f"FPIR not measurable here: {count} of 4,000 searches, at most 1 in ")
    assert words.endswith(f"({rule})")


def test_intervals_follow_from_counts_and_are_never_handed_in() -> None:
    errors = CountedErrors(count=4, trials=4_000)
    assert errors.interval == clopper_pearson(4, 4_000)
    with pytest.raises(RecordError, match=r"fpir\.low"):
        evidence(fpir={"count": 4, "trials": 4_000, "low": 0.0, "high": 1.0})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"split": "tuning"}, "split"),
        ({"digest": "b" * 64}, "chosen on other people than those of the locked test"),
        ({"digest": "a" * 63}, "digest"),
        ({"fpir": {"count": 5, "trials": 4}}, "5 errors of 4 searches cannot be"),
        ({"fpir": {"count": 4, "trials": 4_000, "boot_low": 0.1}}, "come together"),
        (
            {"fpir": {"count": 4, "trials": 4_000, "boot_low": 0.2, "boot_high": 0.1}},
            "boot_low must not be above",
        ),
        ({"nonmated_people": 4_001}, "cannot be more people than searches"),
        ({"synthetic_references": 501}, "no more references can be synthetic"),
        ({"tuning": TUNING | {"errors": 16_001}}, "16001 errors of 16000 searches"),
        ({"target_fpir": 0.0}, "target_fpir"),
        ({"tuning": TUNING | {"errors": 9}}, "the tuning errors do not keep target_fpir"),
        ({"tuning": TUNING | {"people": 16_001}}, "cannot be more tuning people than searches"),
        (
            {"fpir": {"count": 4, "trials": 4_000, "boot_low": 0.0, "boot_high": 0.0}},
            "boot_low to boot_high does not hold the rate, 0.001",
        ),
        ({"opened_by": ""}, "opened_by"),
    ],
)
def test_evidence_that_cannot_be_is_refused(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(RecordError, match=named):
        evidence(**changes)


@pytest.mark.parametrize(
    ("changes", "of_policy", "named"),
    [
        ({"threshold": 0.51}, {}, "evidence.threshold is not the threshold"),
        ({"opened_for": "force/2"}, {}, "evidence.opened_for is another policy"),
        ({"equity": "evaluation E-12"}, {}, "evidence.equity is not the equity"),
        ({"planned_list": 2001, "target_fpir": None}, {}, "evidence.planned_list lies outside"),
        *(
            ({}, {"table": TABLE_OF_SEARCHES | other}, "the table is of another data set, split")
            for other in ({"people": 123}, {"data_set": "our city"}, {"split": "tuning"})
        ),
        ({}, {"table": TABLE}, "the table does not count what evidence.fpir does"),
        (
            {"fpir": {"count": 5, "trials": 4_000}},
            {},
            "the table does not count what evidence.fpir does",
        ),
    ],
)
def test_a_policy_rests_on_its_own_evidence(
    changes: dict[str, Any], of_policy: dict[str, Any], named: str
) -> None:
    with pytest.raises(RecordError, match=named):
        policy(changes, **of_policy)


def test_what_is_issued_has_evidence_of_a_test_opened_for_it() -> None:
    assert require_evidence(policy(), OPENING) == evidence()
    with pytest.raises(PolicyError, match="it comes without evidence"):
        require_evidence(ThresholdPolicy.read(VALUES, what="policy"), None)
    with pytest.raises(
        PolicyError, match="no locked test was opened for it, of protocol aaaaaaaaaaaa"
    ):
        require_evidence(policy(), None)
    for changes in (
        {"opened_by": "a.officer"},
        {"opened_at": OPENED + timedelta(microseconds=1)},
    ):
        with pytest.raises(PolicyError, match="and its evidence says otherwise"):
            require_evidence(policy(changes), OPENING)


def test_few_errors_are_to_be_said() -> None:
    few = {"tuning": TUNING | {"errors": 2}}
    said = evidence(**few).few_errors
    assert said == (
        "the threshold was chosen on 2 false alarms of 16,000 tuning searches, fewer than three: "
        "at most 1 in 2,200 (upper end of the 95 % interval)"
    )
    fixed = opening(**few)
    with pytest.raises(PolicyError, match="fewer than three errors were seen, and measured_on"):
        require_evidence(policy(few), fixed)
    assert require_evidence(policy(few, measured_on=f"Searches: {said}."), fixed)
    assert evidence().few_errors is None
    both = evidence(**few, fpir={"count": 0, "trials": 4_000}).few_errors
    assert both == (
        f"{said}; FPIR not measurable here: 0 of 4,000 non-mated searches, at most 1 in 1,300 "
        "(rule of three)"
    )


def test_a_target_that_the_locked_test_does_not_bear_out_is_said() -> None:
    missed = {"fpir": {"count": 40, "trials": 4_000}}
    table = {"table": TABLE_OF_SEARCHES | {"counts": [900, 100, 40, 1]}}
    said = evidence(**missed).missed_target
    assert said == (
        "the locked test does not bear out the target: in a list of 1,000 references FPIR is at "
        "least 1 in 70 (lower end of the 95 % interval, extrapolated), and 1 in 1,000 was wanted"
    )
    assert dict(evidence(**missed).words())["target"] == said
    with pytest.raises(PolicyError, match="measured_on leaves out: the locked test does not"):
        require_evidence(policy(missed, **table), OPENING)
    told = policy(missed, **table, measured_on=f"Beware: {said}.")
    assert require_evidence(told, OPENING) == told.evidence
    assert evidence().missed_target is None
    assert evidence(**missed, target_fpir=None).missed_target is None
