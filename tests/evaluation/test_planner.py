"""A plan: what its figures are, when only a bound is told, and what its sentences say."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from workbench import evaluation
from workbench.errors import UsageError
from workbench.evaluation import Measurement, clopper_pearson
from workbench.evaluation.equity_synthetic import (
    SyntheticGroup,
    synthetic_measurement,
)
from workbench.evaluation.planner import AgainstCap, Plan, ScoreCounts, plan
from workbench.evaluation.planner_words import (
    CAPTURES,
    TOO_NARROW,
    cap_sentence,
    check_sentence,
    plan_sentence,
    plan_sentences,
    step_words,
)
from workbench.rate_words import few_or_many

COUNTS = ScoreCounts(1000, 6000, (0.4, 0.5, 0.6, 0.7), (600, 60, 6, 1), "made-up counts")


def planned(**changes: Any) -> Plan:
    values: dict[str, Any] = {
        "list_size": 1000, "faces": 14_000, "threshold": 0.6, "rate": COUNTS, "hours": 7.0, "step": 0.1,
    }  # fmt: skip
    return plan(**(values | changes))


@pytest.fixture(scope="module")
def measured() -> Measurement:
    return synthetic_measurement({"a": SyntheticGroup(400, 3000, 0.01, 0.1)}, seed=3)


def test_false_alerts_are_faces_times_the_rate() -> None:
    made = planned()
    low, high = clopper_pearson(6, 6000)
    assert made.at.fpir == pytest.approx(0.001)
    assert made.at.fpir_interval == pytest.approx((low, high))
    assert made.at.expected == pytest.approx(14.0)
    assert made.at.expected_interval == pytest.approx((14_000 * low, 14_000 * high))
    assert made.at.at_least_one == pytest.approx(1 - math.exp(-14))
    assert made.an_hour == pytest.approx((2_000 * low, 2_000 * high))
    assert made.extrapolated is False
    assert (made.at.fnir, made.at.fnir_interval) == (None, None)


def test_a_longer_list_has_more_and_is_told_as_extrapolated() -> None:
    made = planned(list_size=10_000)
    assert made.at.fpir == pytest.approx(1 - (1 - 0.001) ** 10)
    assert made.extrapolated
    assert "extrapolated to this list from lists of 1,000, references taken for independent" in (
        plan_sentence(made)
    )


def test_the_package_has_it_by_its_names() -> None:
    assert (evaluation.plan, evaluation.Plan) == (plan, Plan)
    assert evaluation.plan_sentences is plan_sentences


def test_it_is_plain_values_with_what_follows_from_them() -> None:
    made = planned()
    told = json.loads(json.dumps(made.plain()))
    assert told["at"]["fpir_interval"] == list(made.at.fpir_interval)
    assert (told["up"]["count"], told["against_cap"]) == (1, made.against_cap.value)
    assert told["an_hour"] == pytest.approx(list(made.an_hour or ()))


def test_a_step_up_and_down() -> None:
    made = planned()
    assert made.up is not None
    assert made.down is not None
    assert (made.up.threshold, made.up.count) == (pytest.approx(0.7), 1)
    assert (made.down.threshold, made.down.count) == (pytest.approx(0.5), 60)
    assert planned(step=None).up is None
    assert planned(rate=(6, 6000, 1000)).down is None, "nothing is known but at T"
    assert planned(rate=(6, 6000, 1000)).at == made.at


def test_of_too_few_errors_a_bound_is_told_and_no_rate() -> None:
    made = planned(threshold=0.7)
    assert (made.at.measurable, made.at.expected, made.at.at_least_one) == (False, None, None)
    said = plan_sentences(made)
    assert "at most 13 false alerts expected (1 counted, too few for a rate)" in said[0]
    assert said[1] == "How likely at least one false alert is cannot be said."
    assert plan_sentences(planned(threshold=0.7, faces=900))[1] == (
        "At least one false alert comes with a probability of at most 0.57."
    )
    assert "at most 1.9 false alerts an hour over 7 hours" in said[2]
    assert "In one deployment of so many faces: at most 16 false alerts" in said[3]
    assert made.at.in_one.low == 0.0


def test_beyond_every_score_seen_that_is_said_with_how_many_there_were() -> None:
    said = plan_sentences(planned(threshold=0.9))[0]
    assert (
        "at most 8.7 false alerts expected (above every non-mated score seen in 6,000 sea" in said
    )
    compared = replace(COUNTS, list_size=1)
    said = plan_sentences(planned(threshold=0.9, list_size=1, rate=compared))[0]
    assert "(above every non-mated score seen in 6,000 comparisons, too few for a rate)" in said
    up = planned(threshold=0.69).up
    assert up is not None
    assert step_words(up).endswith("(above every non-mated score seen in 6,000 searches, too few for a rate)")  # fmt: skip


def test_an_upper_end_is_never_told_as_nothing() -> None:
    counts = ScoreCounts(1000, 6_000_000, (0.4, 0.6), (6, 3), "made-up counts")
    said = plan_sentences(planned(rate=counts, faces=100, step=None))
    assert "faces: under 0.01 false alerts expected" in said[0]
    assert said[1].endswith(" a probability of under 0.01.")
    said = plan_sentences(planned(rate=counts, faces=100, threshold=0.9, step=None))
    assert "faces: at most 0.01 false alerts expected" in said[0]
    assert said[1].endswith(" a probability of at most 0.01.")


@pytest.mark.parametrize(
    ("count", "expected", "one", "said"),
    [
        (0, AgainstCap.BELOW, AgainstCap.BELOW, "at most 1 in 1,600 (95 % interval), below the"),
        (1, AgainstCap.BELOW, AgainstCap.UNKNOWN, "at most 1 in 1,000 (95 % interval), below the"),
        (6, AgainstCap.UNKNOWN, AgainstCap.UNKNOWN, "whether that keeps to the cap of 1 in 1,000"),
        (60, AgainstCap.ABOVE, AgainstCap.ABOVE, "above the cap of 1 in 1,000. In one deployment"),
    ],
)
def test_the_cap_is_held_against_what_is_expected_and_what_one_deployment_counts(
    count: int, expected: AgainstCap, one: AgainstCap, said: str
) -> None:
    made = planned(rate=(count, 6000, 1000), step=None, hours=None)
    assert (made.expected_against_cap, made.one_against_cap) == (expected, one)
    assert made.against_cap is (expected if expected is one else AgainstCap.UNKNOWN)
    assert made.within_cap == 14
    sentence = cap_sentence(made)
    assert said in sentence
    assert "false alerts (95 % interval of what one counts); the cap allows 14, " in sentence
    assert sentence in plan_sentences(made)
    assert made.an_hour is None
    assert not any("an hour" in line for line in plan_sentences(made))


def test_one_deployment_counts_more_than_is_expected_of_many() -> None:
    made = planned(rate=(1, 30_000, 1000), step=None)
    assert made.at.expected_interval.high < made.at.in_one.high < made.within_cap
    assert made.expected_against_cap is AgainstCap.BELOW
    assert made.one_against_cap is AgainstCap.BELOW
    assert cap_sentence(made).endswith("the cap allows 14, which it keeps to.")
    fewer = planned(rate=(1, 6_000, 1000), step=None)
    assert fewer.at.expected_interval.high < fewer.within_cap < fewer.at.in_one.high
    assert fewer.expected_against_cap is AgainstCap.BELOW
    assert fewer.against_cap is AgainstCap.UNKNOWN
    assert cap_sentence(fewer).endswith("and whether it keeps to that cannot be said.")


def test_in_few_faces_one_deployment_keeps_to_a_cap_that_is_exceeded_on_average() -> None:
    made = planned(rate=(60, 30_000, 1000), faces=5, step=None)
    assert made.expected_against_cap is AgainstCap.ABOVE
    assert (made.at.in_one, made.one_against_cap) == ((0.0, 0.0), AgainstCap.BELOW)
    assert made.against_cap is AgainstCap.UNKNOWN
    assert "the cap allows 0, which it keeps to." in cap_sentence(made)


def test_counts_of_few_people_know_less_of_one_deployment() -> None:
    def one(people: int | None, list_size: int) -> tuple[float, float]:
        counts = replace(COUNTS, people=people, list_size=list_size)
        return planned(rate=counts, list_size=list_size).at.in_one

    assert one(None, 1_000) == one(6_000, 1_000), "one search for each person"
    for few, many, size in ((600, 6_000, 1_000), (50, 111, 1)):
        fewer, more = one(few, size), one(many, size)
        assert fewer[0] <= more[0]
        assert fewer[1] > more[1]
    assert one(111, 1) == one(None, 1), "more pairs of 111 people than comparisons"


def test_an_extrapolated_rate_stands_beside_what_was_counted() -> None:
    compared = ScoreCounts(1, 1_000_000, (0.1, 0.6), (1_000_000, 12), "made-up comparisons", 1_500)
    searched = ScoreCounts(500, 2_000, (0.5, 0.58, 0.7), (80, 12, 1), "2,000 searches, made up")
    made = planned(rate=compared, list_size=2_000, checks=[searched], step=None)
    assert made.check is not None
    assert (made.check.threshold, made.check.count) == (0.58, 12)
    assert made.check.measured == pytest.approx(clopper_pearson(12, 2_000))
    counted = clopper_pearson(1_000_000, 1_000_000)
    assert made.check.reckoned == pytest.approx([1 - (1 - end) ** 500 for end in counted])
    sentence = check_sentence(made)
    assert plan_sentences(made)[1] == sentence
    assert sentence.startswith(
        "Extrapolated, and held against a list of 500 that was searched, at T = 0.58: 12 of 2,000 "
        "searches raised a false alarm (95 % interval 1 in 95 to 1 in 330), and reckoned for it "
    )
    assert "leave each other out, so that what is reckoned here is off" in sentence
    assert sentence.endswith(
        "(2,000 searches, made up). No list of more than 500 was searched: for 2,000 nothing "
        "checked it."
    )
    exact = replace(compared, scores=(0.1, 0.58, 0.6), counts=(1_000_000, 12, 12))
    close = planned(rate=exact, list_size=400, checks=[searched], step=None)
    assert "the two overlap, which does not show that the reckoning is right" in (
        check_sentence(close)
    )
    assert "nothing checked it" not in check_sentence(close)
    few = planned(rate=exact, list_size=400, threshold=0.9, checks=[searched], step=None)
    assert "too few for a rate: at most 1 in 350 counted and at most 1 in 540 reckoned" in (
        check_sentence(few)
    )


def test_an_extrapolated_rate_that_nothing_checked_says_so() -> None:
    made = planned(list_size=10_000)
    assert plan_sentences(made)[1] == (
        "Extrapolated: no list of another size was searched to check it here."
    )
    measured = planned(checks=[COUNTS])
    assert measured.check is None
    assert not any("Extrapolated" in line for line in plan_sentences(measured))


def test_rates_of_npl_scale_with_the_list() -> None:
    """NPL (2023): 1 in 6,000 at 10,000 references, and 1 in 60,000 at 1,000."""
    counted = (30, 180_000, 10_000)
    measured = planned(list_size=10_000, rate=counted, step=None)
    shorter = planned(list_size=1_000, rate=counted, step=None)
    assert measured.at.fpir == pytest.approx(1 / 6_000)
    assert shorter.at.fpir == pytest.approx(1 / 60_000, rel=1e-3)
    assert [few_or_many(one.at.fpir) for one in (measured, shorter)] == [
        "1 in 6,000",
        "1 in 60,000",
    ]
    assert (measured.extrapolated, shorter.extrapolated) == (False, True)
    assert "extrapolated to this list from lists of 10,000" in plan_sentence(shorter)


def test_of_a_measurement_misses_are_told_too(measured: Measurement) -> None:
    made = planned(rate=measured, list_size=1_000)
    others = measured.searches.filter(~pl.col("mated"))
    assert made.at.count == int((others["top_score"] >= 0.6).sum())
    assert made.at.searches == 3000
    assert made.at.fpir_interval == pytest.approx(clopper_pearson(made.at.count, 3000))
    assert made.at.fnir is not None
    assert made.at.fnir == made.at.misses / 400
    assert made.at.fnir_interval == pytest.approx(clopper_pearson(made.at.misses, 400))
    assert made.up is not None
    assert made.up.misses > made.at.misses
    low, high = (end * 100 for end in made.at.fnir_interval or ())
    said = f"{math.floor(low * 10) / 10:.1f} to {math.ceil(high)} of 100 searches for listed people"
    assert said in plan_sentence(made)


def test_images_of_one_person_make_the_interval_wider() -> None:
    group = SyntheticGroup(0, 300, 0.02, 0.1, images=10, alike=0.9)
    measured = synthetic_measurement({"a": group}, seed=3)
    made = planned(rate=measured)
    low, high = clopper_pearson(made.at.count, made.at.searches)
    assert made.at.fpir_interval.low < low
    assert made.at.fpir_interval.high > high


def test_the_sentence_names_all_that_it_rests_on(measured: Measurement) -> None:
    said = plan_sentence(planned(rate=measured, list_size=1_240, threshold=0.62))
    assert said.startswith("At T = 0.62, 1,240 on the list and 14,000 faces: ")
    for words in (" to ", "false alerts expected", "SYNTHETIC", "split whole", "lists of 1,000"):
        assert words in said


def test_a_chance_is_never_told_as_certain() -> None:
    assert plan_sentences(planned(faces=90_000))[1].endswith(" a probability of over 0.99.")
    assert plan_sentences(planned(faces=500))[1].endswith(" a probability of 0.16 to 0.67.")


def test_where_people_are_not_known_the_interval_is_told_as_too_narrow(
    measured: Measurement,
) -> None:
    assert plan_sentences(planned())[-1] == TOO_NARROW
    assert TOO_NARROW not in plan_sentences(planned(rate=measured))


def test_faces_are_told_to_be_no_people() -> None:
    assert CAPTURES in plan_sentences(planned())
    assert "captures and not people" in CAPTURES


def test_no_faces_no_false_alerts() -> None:
    made = planned(faces=0)
    assert made.at.expected == 0.0
    assert made.at.at_least_one_interval == (0.0, 0.0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"list_size": 0}, "the list has 0 references"),
        ({"list_size": 10**12}, "not a whole number from 1 to 1,000,000,000"),
        ({"list_size": math.nan}, "the list has nan references"),
        ({"faces": -1}, "-1 faces cannot be seen"),
        ({"faces": math.nan}, "nan faces cannot be seen"),
        ({"faces": 1.5}, "1.5 faces cannot be seen, only a whole number from 0"),
        ({"faces": 10**400}, "faces cannot be seen, only a whole number"),
        ({"threshold": math.inf}, "the threshold is inf"),
        ({"threshold": math.nan}, "the threshold is nan"),
        ({"hours": 0.0}, "it lasts 0.0 hours"),
        ({"hours": -2.0}, "it lasts -2.0 hours"),
        ({"hours": math.nan}, "it lasts nan hours"),
        ({"hours": 1e-320}, "not a second to 8,784 hours"),
        ({"cap": 0.0}, "the cap is 0.0"),
        ({"cap": math.nan}, "the cap is nan"),
        ({"step": -0.1}, "the step is -0.1"),
        ({"step": 0.0}, "the step is 0.0"),
        ({"step": math.nan}, "the step is nan"),
        ({"rate": (7, 6, 1000)}, "7 of 6 searches of a list of 1000 cannot be"),
        ({"rate": (math.nan, 6, 1000)}, "nan of 6 searches"),
        ({"rate": (0, 0, 1)}, "0 of 0 searches"),
        ({"rate": (0, 6, 0)}, "0 of 6 searches of a list of 0 cannot be"),
        ({"rate": replace(COUNTS, counts=(1, 2, 3, 4))}, "scores must be finite and ascend"),
        ({"rate": replace(COUNTS, scores=(math.nan,), counts=(6,))}, "scores must be finite"),
        ({"rate": replace(COUNTS, searches=0, counts=(0, 0, 0, 0))}, "no search was counted"),
        ({"rate": replace(COUNTS, people=0)}, "cannot be of 0 people"),
        ({"threshold": 0.39}, "0.39 lies below 0.4, the lowest score at which the 6,000 searches"),
    ],
)
def test_numbers_that_cannot_be_reckoned_with_are_refused(
    changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        planned(**changes)


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(UsageError) as refused:
        planned(faces=-1, hours=0.0, step=0.0)
    for words in ("-1 faces", "it lasts 0.0 hours", "the step is 0.0", "Mend them."):
        assert words in str(refused.value)


def test_a_step_below_what_was_counted_is_left_out() -> None:
    made = planned(threshold=0.45)
    assert (made.down, made.up is not None) == (None, True)
    whole = replace(COUNTS, counts=(6_000, 60, 6, 1))
    assert planned(threshold=0.45, rate=whole).down is not None


def test_a_measurement_of_listed_people_alone_is_refused() -> None:
    measured = synthetic_measurement({"a": SyntheticGroup(50, 0, 0.01, 0.1)})
    with pytest.raises(UsageError, match="has no non-mated search"):
        planned(rate=measured)
