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
from workbench.evaluation.planner_words import CAPTURES, TOO_NARROW, plan_sentence, plan_sentences

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
    none = plan_sentences(planned(threshold=0.9))
    assert "at most 8.6 false alerts expected (0 counted" in none[0]


@pytest.mark.parametrize(
    ("count", "against", "said"),
    [
        (0, AgainstCap.BELOW, "at most 1 in 1,600 (95 % interval), below the cap of 1 in 1,000."),
        (6, AgainstCap.UNKNOWN, "whether that keeps to the cap of 1 in 1,000 cannot be said."),
        (60, AgainstCap.ABOVE, "above the cap of 1 in 1,000."),
    ],
)
def test_the_cap_is_held_against_the_interval(count: int, against: AgainstCap, said: str) -> None:
    made = planned(rate=(count, 6000, 1000), step=None, hours=None)
    assert made.against_cap is against
    assert plan_sentences(made)[-3].endswith(said)
    assert made.an_hour is None
    assert not any("an hour" in line for line in plan_sentences(made))


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
    low, high = (round(end * 100, 1) for end in made.at.fnir_interval or ())
    assert f"{low:g} to {high:.0f} of 100 listed people who pass are missed" in plan_sentence(made)


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
    assert plan_sentences(planned(faces=90_000))[1].endswith(" a probability of more than 0.99.")
    assert plan_sentences(planned(faces=500))[1].endswith(" a probability of 0.17 to 0.66.")


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
        ({"faces": -1}, "-1 faces cannot be seen"),
        ({"threshold": math.inf}, "the threshold is inf"),
        ({"hours": 0.0}, "it lasts 0.0 hours"),
        ({"cap": 0.0}, "the cap is 0.0"),
        ({"step": -0.1}, "the step is -0.1"),
        ({"rate": (7, 6, 1000)}, "7 of 6 searches of a list of 1000 cannot be"),
        ({"rate": (0, 0, 1)}, "0 of 0 searches"),
        ({"rate": replace(COUNTS, counts=(1, 2, 3, 4))}, "scores must ascend"),
        ({"rate": replace(COUNTS, searches=0, counts=(0, 0, 0, 0))}, "no search was counted"),
    ],
)
def test_numbers_that_cannot_be_reckoned_with_are_refused(
    changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        planned(**changes)


def test_a_measurement_of_listed_people_alone_is_refused() -> None:
    measured = synthetic_measurement({"a": SyntheticGroup(50, 0, 0.01, 0.1)})
    with pytest.raises(UsageError, match="has no non-mated search"):
        planned(rate=measured)
