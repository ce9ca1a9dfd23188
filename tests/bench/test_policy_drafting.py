"""A policy drafted from two measurements: chosen on the one, and reported on the other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from bench_steps import AsRole
from measured_values import MEASURED, OPENED, measured

from workbench.bench.policy_choosing import choose_threshold
from workbench.bench.policy_counting import counted
from workbench.bench.policy_drafting import PlannedUse, draft_policy
from workbench.errors import PolicyError, ProtocolError, RecordError, UsageError
from workbench.evaluation import Measurement, read_measurement, write_measurement
from workbench.evaluation.identification import tpir_at_fpir
from workbench.evaluation.rates import rates_at
from workbench.governance.fpir import fpir
from workbench.governance.policies import Origin, ThresholdPolicy, require_fits
from workbench.governance.setups import Matcher, RuntimeClass
from workbench.intervals import clopper_pearson
from workbench.matching.calibration import load_calibration

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


def draft(
    tuning: Measurement | None = None, test: Measurement | None = None, **use: Any
) -> ThresholdPolicy:
    """Draft `street/1` for lists of 100 to 500, planned for what was searched."""
    planned = {"smallest_list": 100, "largest_list": 500}
    if "threshold" not in use:
        planned["target_fpir"] = 0.003  # type: ignore[assignment]
    return draft_policy(
        "street/1",
        tuning or measured("tuning"),
        test or measured("test"),
        PlannedUse(**(planned | use)),
        now=NOW,
        replicates=200,
    )


def errors(found: Measurement, threshold: float) -> int:
    others = found.searches.filter(~pl.col("mated"))
    return int((others["top_score"] >= threshold).sum())


def test_the_threshold_is_the_lowest_that_keeps_the_rate_on_tuning_people() -> None:
    tuning = measured("tuning")
    drafted = draft(tuning)
    (row,) = tpir_at_fpir(tuning.searches, [0.003], replicates=0).iter_rows(named=True)
    assert drafted.threshold == row["threshold"]
    assert errors(tuning, drafted.threshold) == row["false_alarms"] == 12
    below = float(np.nextafter(np.float32(drafted.threshold), np.float32(-1)))
    assert errors(tuning, below) > 12
    assert drafted.evidence is not None
    assert (drafted.evidence.tuning.errors, drafted.evidence.tuning.people) == (12, 2_000)


def test_what_it_says_was_counted_on_the_locked_test() -> None:
    test = measured("test")
    drafted = draft(test=test)
    evidence = drafted.evidence
    assert evidence is not None
    count = errors(test, drafted.threshold)
    assert (evidence.fpir.count, evidence.fpir.trials) == (count, 4_000)
    assert evidence.fpir.interval == clopper_pearson(count, 4_000)
    mated = test.searches.filter("mated")
    found = int((mated["mate_score"] >= drafted.threshold).sum())
    assert (evidence.fnir.count, evidence.fnir.trials) == (401 - found, 401)
    assert (evidence.mated_people, evidence.nonmated_people) == (400, 2_000)
    for one in (evidence.fpir, evidence.fnir):
        assert one.boot_low is not None
        assert one.boot_high is not None
        assert one.boot_low <= one.rate <= one.boot_high
    (row,) = rates_at(test.searches, [drafted.threshold], replicates=200).to_dicts()
    for name, one in (("fpir", evidence.fpir), ("fnir", evidence.fnir)):
        ends = (row[f"{name}_boot_low"], row[f"{name}_boot_high"])
        assert (one.boot_low, one.boot_high) == ends, "what a report says at the same threshold"
    assert fpir(drafted, drafted.threshold, 500).rate == count / 4_000
    assert not fpir(drafted, drafted.threshold, 500).extrapolated
    assert (evidence.opened_by, evidence.opened_at) == ("data-scientist", OPENED)
    assert (drafted.origin, drafted.setup.matcher) == (Origin.ISSUED, Matcher.SFACE)
    assert drafted.setup.runtime is RuntimeClass.FP32
    for words in ("Equity not measured.", "made up; test people", "need carry to a street"):
        assert words in drafted.measured_on


def test_errors_that_were_not_seen_have_no_interval_by_people() -> None:
    test = measured("test")
    top = float(test.searches.filter(~pl.col("mated"))["top_score"].max())  # type: ignore[arg-type]
    found = counted(test, top + 1.0, replicates=200).fpir
    assert (found.count, found.boot_low, found.boot_high) == (0, None, None)


def test_the_table_never_counts_too_few() -> None:
    test = measured("test")
    table = draft(test=test).table
    assert len(table.scores) <= 1_001
    scores = np.sort(test.searches.filter(~pl.col("mated"))["top_score"].to_numpy())
    for score in (*scores[::97], *scores[-60:]):
        exact = errors(test, float(score))
        assert table.at_or_above(float(score)) >= exact
    for score in scores[-60:]:
        assert table.at_or_above(float(score)) == errors(test, float(score))


def test_for_another_list_it_is_extrapolated_and_says_so() -> None:
    same, longer = draft(), draft(largest_list=2_000, target_fpir=0.012)
    assert longer.evidence is not None
    assert longer.threshold == pytest.approx(same.threshold, abs=0.002)
    assert longer.evidence.is_extrapolated
    assert "extrapolated from searches of 500" in dict(longer.evidence_words)["threshold for"]
    assert "Rates for lists of another size than 500 are extrapolated" in longer.measured_on
    only = draft(smallest_list=500)
    assert "extrapolated" not in only.measured_on
    planned = draft(largest_list=2_000, planned_list=500)
    assert planned.threshold == same.threshold


def test_a_given_threshold_is_taken_as_it_is() -> None:
    drafted = draft(threshold=0.43, minimum_threshold=0.42)
    assert (drafted.threshold, drafted.minimum_threshold) == (0.43, 0.42)
    assert drafted.evidence is not None
    assert drafted.evidence.target_fpir is None
    assert dict(drafted.evidence_words)["threshold for"] == (
        "500 references, FPIR given, with 19 errors on tuning people"
    )
    with pytest.raises(PolicyError, match="this one has 99"):
        require_fits(drafted, drafted.setup, list_size=99, threshold=0.43)


def test_a_threshold_of_fewer_than_three_errors_is_refused_or_says_its_bound() -> None:
    with pytest.raises(PolicyError) as refused:
        draft(target_fpir=0.0005)
    assert str(refused.value).startswith("policy street/1 cannot be drafted with threshold 0.4")
    assert "2 false alarms of 4,000 tuning searches, fewer than three" in str(refused.value)
    assert (
        "Measure more people who are not on the list (tuning: three false alarms are to be "
        "expected in 6,000 non-mated searches at the rate that is wanted, 1 in 2,000 in a list of "
        "500 references; 4,000 were made; the locked test: three false alarms are to be expected "
    ) in str(refused.value)
    assert "lower threshold" not in str(refused.value)
    with pytest.raises(PolicyError, match="more than 4,000 non-mated searches, of which none"):
        draft(threshold=0.99)
    with pytest.raises(PolicyError, match="in about 6,000 non-mated searches at the rate of the 2"):
        draft(threshold=draft(target_fpir=0.0005, bound_in_words=True).threshold)
    drafted = draft(target_fpir=0.0005, bound_in_words=True)
    assert drafted.evidence is not None
    few = drafted.evidence.few_errors
    assert few is not None
    assert f"Fewer than three errors were seen: {few}." in drafted.measured_on
    highest = draft(threshold=0.99, bound_in_words=True)
    assert (
        "0 of 4,000 non-mated searches, at most 1 in 1,300 (rule of three)" in highest.measured_on
    )


@pytest.mark.parametrize(
    ("which", "facts", "said"),
    [
        ("tuning", {"split": "whole"}, "the first is of whole people and the second of test"),
        ("test", {"matcher": "facenet"}, "they differ in matcher"),
        ("test", {"runtime": "int8"}, "they differ in runtime"),
        ("test", {"encoders": {}}, "they differ in encoders"),
        ("tuning", {"protocol_sha256": "a" * 64}, "they are of one protocol"),
        ("test", {"opened_for": "street/2"}, "was opened for street/2, not for street/1"),
        (
            "test",
            {"opened": None, "opened_by": None, "opened_for": None},
            "was opened for no policy, not for street/1",
        ),
        (
            "test",
            {"opened": MEASURED - timedelta(hours=1)},
            "opened at 2026-11-24 11:00 UTC, before the tuning people were measured",
        ),
        (
            "test",
            {"created": OPENED - timedelta(hours=1)},
            "was searched at 2026-11-25 08:00 UTC, before it was opened at 2026-11-25 09:00 UTC",
        ),
        (
            "test",
            {"rule": "rows; draw 3 of 500 references: shuffled"},
            "is of draw 3, and a policy rests on draw 0",
        ),
    ],
)
def test_measurements_that_do_not_belong_together(
    which: str, facts: dict[str, Any], said: str
) -> None:
    given = {which: measured(facts.pop("split", which), **facts)}
    with pytest.raises(PolicyError, match=said) as refused:
        draft(**given)
    assert "cannot be drafted from these measurements" in str(refused.value)


def test_nobody_is_in_both() -> None:
    test = measured("test")
    same = test.searches.with_columns(
        identity=pl.col("identity").str.replace("test other 7$", "tuning other 7")
    )
    with pytest.raises(PolicyError, match="people are in both, 1 of them"):
        draft(test=Measurement.of(test.facts, same, test.references))
    other = test.facts.model_copy(update={"data_set": "another"})
    with pytest.raises(PolicyError, match="1 of them, though the data sets are called made up and"):
        draft(test=Measurement.of(other, same, test.references))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"list_size": 500_000}, "500 references, and list_size is 500,000"),
        (
            {"identity": pl.when("mated").then("identity").otherwise(pl.lit("test listed 1"))},
            "4,000 searches that are not mated are of somebody who is a reference",
        ),
        (
            {"top_identity": pl.lit("nobody"), "acquired": pl.lit(value=True)},
            "4,401 searches returned somebody who is no reference",
        ),
        (
            {"identity": pl.when(~pl.col("mated")).then("identity").otherwise(pl.lit("else"))},
            "401 mated searches are of somebody who is no reference",
        ),
    ],
)
def test_a_measurement_that_contradicts_itself(changes: dict[str, Any], said: str) -> None:
    test = measured("test")
    facts = test.facts
    if "list_size" in changes:
        facts = facts.model_copy(update=changes)
        changes = {}
    wrong = Measurement.of(facts, test.searches.with_columns(**changes), test.references)
    with pytest.raises(ProtocolError, match=f"contradicts itself: {said}"):
        draft(test=wrong)


@pytest.mark.parametrize("wrong", ["a longer list", "a listed other"])
def test_a_list_that_contradicts_its_facts_is_not_read(wrong: str, tmp_path: Path) -> None:
    test = measured("test")
    facts, searches = test.facts, test.searches
    if wrong == "a longer list":
        facts = facts.model_copy(update={"list_size": 501})
    else:
        other = pl.when(~pl.col("mated")).then(pl.lit("test listed 1")).otherwise("identity")
        searches = searches.with_columns(identity=other)
    write_measurement(Measurement.of(facts, searches, test.references), tmp_path)
    with pytest.raises(ProtocolError, match="contradicts itself: "):
        read_measurement(tmp_path)
    write_measurement(test, tmp_path)
    assert read_measurement(tmp_path).facts == test.facts


def test_a_test_that_misses_the_target_says_so() -> None:
    test = measured("test")
    score = pl.col("top_score")
    hot = test.searches.with_columns(
        top_score=pl.when(~pl.col("mated")).then(score + 0.2).otherwise(score)
    )
    drafted = draft(test=Measurement.of(test.facts, hot, test.references))
    assert "Beware: the locked test does not bear out the target" in drafted.measured_on
    assert "Beware" not in draft().measured_on


def test_a_minimum_below_the_threshold_says_what_was_counted_there() -> None:
    test = measured("test")
    drafted = draft(test=test, threshold=0.45, minimum_threshold=0.4)
    there = drafted.table.at_or_above(0.4)
    assert there >= errors(test, 0.4) > errors(test, 0.45)
    assert "deployments may go down to 0.4, which nothing was chosen for" in drafted.measured_on
    assert f"({there:,} of 4,000 non-mated searches" in drafted.measured_on
    assert "go down" not in draft().measured_on


def test_lists_far_beyond_what_was_planned_are_told_with_what_they_come_to() -> None:
    drafted = draft(planned_list=500, largest_list=1_000_000)
    assert "Lists may have 1,000,000 references, far more than the 500" in drafted.measured_on
    assert "may be as high as nearly all" in drafted.measured_on
    assert "far more than" not in draft(largest_list=999, planned_list=500).measured_on


def test_a_given_threshold_says_what_it_came_to_on_tuning_people() -> None:
    tuning = measured("tuning")
    drafted = draft(tuning, threshold=0.43)
    assert drafted.threshold_reason == (
        "given, for lists of 500 references; on tuning people "
        f"{errors(tuning, 0.43)} of 4,000 non-mated searches reach it"
    )


@pytest.mark.parametrize(
    ("use", "said"),
    [
        ({"threshold": 0.4, "target_fpir": 0.001}, "Give one of the two"),
        ({"target_fpir": None}, "Give one of the two"),
        ({"target_fpir": 1.0}, "above 0 and below 1"),
        ({"target_fpir": float("nan")}, "above 0 and below 1"),
        ({"smallest_list": 600}, "Give them in their order"),
        ({"planned_list": 99}, "Give them in their order"),
    ],
)
def test_what_cannot_be_asked_for(use: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        draft(**use)


@pytest.mark.parametrize(("mated", "said"), [(True, "not on the list"), (False, "on the list")])
def test_both_kinds_of_search_are_needed(mated: bool, said: str) -> None:
    test = measured("test")
    kept = test.searches.filter(pl.col("mated") == mated)
    with pytest.raises(PolicyError, match=f"searched for nobody who is {said}"):
        draft(test=Measurement.of(test.facts, kept, test.references))


def test_a_target_that_every_score_keeps_chooses_nothing() -> None:
    tuning = measured("tuning", others=10)
    returned = [pl.when("mated").then(name).alias(name) for name in ("top_score", "top_identity")]
    unseen = Measurement.of(tuning.facts, tuning.searches.with_columns(returned), tuning.references)
    with pytest.raises(PolicyError, match=r"keeps FPIR 0\.9 at every score"):
        draft(unseen, target_fpir=0.9)


def test_the_fused_matcher_is_that_of_its_calibration() -> None:
    calibration = load_calibration()
    fused = {
        "matcher": "fused",
        "unit": "log10 likelihood ratio",
        "calibration": calibration.id,
        "encoders": {name: one.model_dump() for name, one in calibration.encoders.items()},
    }
    drafted = draft(measured("tuning", **fused), measured("test", **fused))
    assert drafted.setup.fusion is not None
    assert drafted.setup.fusion.calibration == calibration.id
    other = fused | {"calibration": "another/1"}
    with pytest.raises(PolicyError, match="was fused by calibration another/1, and this is"):
        draft(measured("tuning", **other), measured("test", **other))


def test_what_is_drafted_is_issued(as_role: AsRole) -> None:
    scientist = as_role("data-scientist")
    opening = scientist.policies.open_test(
        "street/1",
        digest="a" * 64,
        data_set="made up",
        justification="The threshold is chosen.",
        chosen=choose_threshold(measured("tuning"), planned_list=500, target_fpir=0.003),
    )
    opened = {"opened": opening.opened_at, "opened_by": opening.opened_by}
    drafted = draft(test=measured("test", **opened))
    late = draft(test=measured("test", **opened), target_fpir=0.002)
    with pytest.raises(PolicyError, match=r"threshold is 0.* and was 0.*target_fpir is 0.002 and"):
        scientist.policies.issue(late)
    issued = scientist.policies.issue(drafted)
    assert issued.evidence == drafted.evidence
    assert (issued.owner, issued.table) == ("data-scientist", drafted.table)


def test_what_is_chosen_is_what_is_drafted() -> None:
    tuning = measured("tuning")
    chosen = choose_threshold(tuning, planned_list=500, target_fpir=0.003, minimum_threshold=0.3)
    drafted = draft(tuning)
    assert drafted.evidence is not None
    assert chosen.threshold == drafted.threshold
    assert chosen.tuning == drafted.evidence.tuning
    assert (chosen.matcher, chosen.runtime) == (Matcher.SFACE, RuntimeClass.FP32)
    assert chosen.words == (
        f"threshold {drafted.threshold:g} cosine, minimum 0.3 (sface fp32), chosen on sface fp32, "
        "tuning: 12 of 4,000 non-mated searches of 2,000 people"
    )
    assert choose_threshold(tuning, planned_list=9, threshold=0.4).minimum_threshold == 0.4
    few = choose_threshold(tuning, planned_list=9, threshold=0.9, bound_in_words=True)
    assert few.tuning.few_words is not None


@pytest.mark.parametrize(
    ("facts", "given", "error", "said"),
    [
        ({}, {"planned_list": 0, "threshold": 0.4}, UsageError, "cannot be planned for"),
        ({}, {"planned_list": 9}, UsageError, "Give one of the two"),
        ({}, {"planned_list": 9, "target_fpir": 1.5}, UsageError, "above 0 and below 1"),
        (
            {},
            {"planned_list": 9, "threshold": 0.9},
            PolicyError,
            "no test is opened for threshold 0.9: the threshold was chosen on 0 false alarms",
        ),
        (
            {"split": "whole"},
            {"planned_list": 9, "threshold": 0.4},
            PolicyError,
            "is of whole people, and a threshold is chosen on tuning people",
        ),
        (
            {"rule": "rows; draw 3 of 500 references: shuffled"},
            {"planned_list": 9, "threshold": 0.4},
            PolicyError,
            "is of draw 3, and a policy rests on draw 0",
        ),
        (
            {},
            {"planned_list": 9, "threshold": 0.4, "minimum_threshold": 0.5},
            RecordError,
            "must not lie below minimum_threshold",
        ),
    ],
)
def test_what_cannot_be_chosen(
    facts: dict[str, Any], given: dict[str, Any], error: type[Exception], said: str
) -> None:
    tuning = measured(facts.pop("split", "tuning"), **facts)
    with pytest.raises(error, match=said):
        choose_threshold(tuning, **given)
