"""Figures of the threshold lab, against counts by hand and formulas from elsewhere."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from lab_scores import SYNTHETIC, synthetic_measurement
from lab_values import FACTS, counted
from statsmodels.stats.proportion import proportion_confint

from widgets.threshold_lab_document import figures_of, lab_words, plan_words
from widgets.threshold_lab_errors import errors_of
from widgets.threshold_lab_plan import PlanInputs
from widgets.threshold_lab_plan_words import step_words
from widgets.threshold_lab_rates import LabGrid, lab_rates, threshold_grid
from widgets.threshold_lab_words import about_words, of_hundred, share_words, warnings_of
from workbench.errors import UsageError
from workbench.evaluation import rates_at
from workbench.evaluation.planner import AgainstCap
from workbench.evaluation.planner import plan as deployment_plan
from workbench.evaluation.planner_words import cap_sentence

TEN = [0.30 + place / 100 for place in range(10)]
"""Scores of ten people who are not listed."""


def at(measurement: object, threshold: float) -> int:
    figures = figures_of(measurement, None, 0)  # type: ignore[arg-type]
    return figures.grid.nearest(threshold)


def test_no_score_gives_no_threshold() -> None:
    assert threshold_grid(counted([None], [None]).searches) == LabGrid((), 2)
    words = lab_words(figures_of(counted([None], [None]), None, 10))
    assert words["said"] == words["fpir"] == words["jumps"] == []
    assert words["errors"]["reasons"] == ["no template of the probe could be made"]


@pytest.mark.parametrize(("low", "high"), [(0.2, 0.95), (-4.0, 17.0), (0.31, 0.312)])
def test_steps_are_ones_that_people_can_say(low: float, high: float) -> None:
    scores = np.linspace(low, high, 200).tolist()
    grid = threshold_grid(counted([], scores).searches)
    steps = {Decimal(str(b)) - Decimal(str(a)) for a, b in zip(grid.thresholds, grid.thresholds[1:], strict=False)}  # fmt: skip
    (step,) = steps
    assert str(step).strip("0.")[0] in "125"
    assert 2 <= len(grid.thresholds) <= 402
    assert grid.thresholds[-1] > np.float32(high), "the last one nobody reaches"
    assert grid.thresholds[0] <= np.quantile(scores, 0.011)
    assert len({f"{one:.{grid.decimals}f}" for one in grid.thresholds}) == len(grid.thresholds)


def test_rates_are_counts_at_and_above_the_threshold() -> None:
    measurement = counted([0.35, 0.45, 0.9, None], TEN, outranked=1)
    grid = threshold_grid(measurement.searches)
    rates = lab_rates(measurement.searches, grid, replicates=50)
    for threshold, row in zip(grid.thresholds, rates.to_dicts(), strict=True):
        alarms = sum(np.float32(one) >= np.float32(threshold) for one in TEN)
        found = sum(np.float32(one) >= np.float32(threshold) for one in (0.45, 0.9))
        assert (row["false_alarms"], row["misses"]) == (alarms, 4 - found)
        low, high = proportion_confint(alarms, 10, method="beta")
        assert row["fpir_from"] <= low + 1e-9
        assert row["fpir_to"] >= high - 1e-9
        assert (row["fpir_from"] > 0.0) == (alarms > 0), "what was seen is not none"
        assert (row["fnir_to"] < 1.0) == (found > 0)


@pytest.mark.parametrize(("list_size", "faces"), [(100, 1), (1240, 14_000), (50, 0)])
def test_a_plan_keeps_to_its_formulas(list_size: int, faces: int) -> None:
    measurement = counted([0.9] * 5, TEN)
    figures = figures_of(measurement, None, 50)
    told = plan_words(figures, PlanInputs(list_size, faces, 2.0))
    assert told["extrapolated"] is (list_size != 100)
    for place, row in enumerate(figures.rates.to_dicts()):
        rate = 1 - (1 - row["fpir"]) ** (list_size / 100)
        assert told["columns"]["expected"][place] == pytest.approx(faces * rate, rel=1e-5)
        assert told["columns"]["per_hour"][place] == pytest.approx(faces * rate / 2, rel=1e-5)
        chance = 1 - math.exp(-faces * rate)
        assert told["columns"]["chance"][place] == pytest.approx(chance, rel=1e-5, abs=1e-12)


def test_the_sentence_says_the_plan_the_data_and_what_is_extrapolated() -> None:
    measurement = counted([0.9] * 45 + [0.1] * 5, [0.2] * 96 + [0.6] * 4)
    figures = figures_of(measurement, None, 0)
    place = figures.grid.nearest(0.5)
    same = plan_words(figures, PlanInputs(100, 1_000, 4.0))["sentences"][place]
    low, high = proportion_confint(4, 100, method="beta")
    assert same == (
        f"At T = {figures.said(place)}, 100 on the list and 1,000 faces: {math.floor(low * 1000)} to "
        f"{math.ceil(high * 1000)} false alerts expected, were the faces like those measured; 3 to 22 "
        "of 100 searches for listed people miss them; measured on drawings, tuning people, a list "
        "of N = 100 references, 50 people on the list and 100 not on it."
    )
    other = plan_words(figures, PlanInputs(200, 1_000, 4.0))["sentences"][place]
    assert "false alerts extrapolated from 100 references to 200" in other


def test_fewer_than_three_errors_are_a_bound_and_no_rate() -> None:
    measurement = counted([0.9] * 50, [0.2] * 99 + [0.6])
    figures = figures_of(measurement, None, 0)
    place = figures.grid.nearest(0.5)
    words, plan = lab_words(figures), plan_words(figures, PlanInputs(100, 1_000, 4.0))
    assert words["fpir"][place] == (
        "1 of 100 searches for people who are not listed raise a false alarm: FPIR not measurable "
        "here, at most 1 in 18."
    )
    assert "FNIR not measurable here, at most 1 in 14." in words["fnir"][place]
    assert "up to 55 false alerts expected (not measurable here: 1 false alarm in 100 searches)" in plan["sentences"][place]  # fmt: skip
    assert plan["alerts"][place] == "not measurable here; up to 55"
    assert plan["missed"][place] == "not measurable here; 0 to 7.2 of 100"


def test_who_was_not_searched_for_is_unknown() -> None:
    figures = figures_of(counted([0.5, 0.6], []), None, 10)
    words, plan = lab_words(figures), plan_words(figures, PlanInputs())
    assert words["fpir"][0].startswith("FPIR unknown")
    assert words["jumps"] == []
    assert plan["alerts"][0] == plan["chances"][0] == "unknown"
    assert "false alerts unknown" in plan["sentences"][0]
    assert lab_words(figures_of(counted([], TEN), None, 10))["fnir"][0].startswith("FNIR unknown")


def test_usual_targets_say_where_searches_are_too_few() -> None:
    jumps = lab_words(figures_of(counted([0.9], TEN * 40), None, 0))["jumps"]
    assert [one["words"] for one in jumps] == ["FPIR 1 in 10"], "forty alarms at each score"
    others = [0.3 + place / 1000 for place in range(400)]
    told = lab_words(figures_of(counted([0.9], others), None, 0))
    assert [one["words"] for one in told["jumps"]] == ["FPIR 1 in 10", "FPIR 1 in 33", "FPIR 1 in 100"]  # fmt: skip
    places = [one["place"] for one in told["jumps"]]
    assert places == sorted(places)
    assert not any(told["drafts"][place] for place in places), "no button leads to a refused draft"
    assert told["not_offered"].startswith("FPIR 1 in 330 and 1 in 1,000 are not offered")
    assert told["not_offered"].endswith("1,000 and 3,000 searches at the least.")


def test_the_slider_starts_where_it_is_told() -> None:
    measurement = counted([0.9], TEN * 40)
    figures = figures_of(measurement, 0.345, 0)
    assert abs(figures.grid.thresholds[figures.start] - 0.345) < 0.01
    usual = figures_of(measurement, None, 0)
    rate = usual.rates["fpir"]
    assert rate[usual.start] <= 0.01 < rate[usual.start - 1]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"split": "test"}, "This is the locked test set. When it was opened, and by whom, is not known. No threshold is chosen on it"),
        ({"split": "test", "opened": FACTS["created"], "opened_by": "scientist", "opened_for": "street/1"}, "It was opened 2026-11-27 09:00 UTC by scientist for street/1."),
        ({"split": "whole"}, "No people were kept apart"),
        ({"synthetic_references": 40}, "40 of 100 references are synthetic"),
        ({}, "Equity not measured"),
    ],
)  # fmt: skip
def test_what_a_reader_must_know_first(facts: dict[str, object], said: str) -> None:
    assert said in " ".join(warnings_of(counted([0.5], [0.3], **facts)))


def test_failures_are_told_and_counted() -> None:
    told = about_words(counted([0.5, None], [0.3, None]))
    assert told[0] == (
        "drawings, tuning people, a list of N = 100 references. 2 searches for 2 people on the "
        "list, one for each, and 2 searches for 2 people not on the list, one for each."
    )
    assert told[2].startswith("In 2 searches no template could be made")


def test_small_groups_are_suppressed_and_named() -> None:
    own = [0.9] * 40 + [0.2] * 20
    measurement = counted(own, [0.3] * 60, groups=["a", "a", None])
    told = lab_words(figures_of(measurement, 0.5, 0))
    first, unknown = told["groups"]["rows"]
    assert (first["name"], unknown["name"]) == ("a", "unknown")
    assert unknown["fnir"] == {"people": 20, "searches": 20, "suppressed": "suppressed (fewer than 30 people)"}  # fmt: skip
    place = told["start"]
    assert first["fnir"]["count"][place] == sum(
        one < 0.5 for at, one in enumerate(own) if at % 3 < 2
    )
    low, high = proportion_confint(first["fnir"]["count"][place], 40, method="beta")
    assert first["fnir"]["low"][place] == pytest.approx(low, rel=1e-5)
    assert first["fnir"]["high"][place] == pytest.approx(high, rel=1e-5)
    nobody = "suppressed (fewer than 3 expected errors), at most 1 in 11"
    assert first["fpir"]["words"][place] == nobody
    assert first["fpir"]["count"][place] is first["fpir"]["low"][place] is None


def test_a_group_is_told_by_people_and_only_where_three_errors_are_expected() -> None:
    scores = [0.2] * 60 + [0.6] * 20 + [0.2] * 79 + [0.6]
    groups = ["a"] * 80 + ["b"] * 80
    one_each = counted([], scores, groups=groups)
    person = pl.when(pl.col("group") == "a").then(pl.int_range(pl.len()) // 2)
    named = pl.format("{} {}", "group", person.otherwise(pl.int_range(pl.len())))
    measurement = replace(one_each, searches=one_each.searches.with_columns(identity=named))
    told = lab_words(figures_of(measurement, 0.5, 200))
    place = told["start"]
    a, b = (row["fpir"] for row in told["groups"]["rows"])
    of_a = measurement.searches.filter(pl.col("group") == "a")
    (row,) = rates_at(of_a, [0.5], replicates=200).to_dicts()
    assert (a["people"], a["searches"], a["count"][place]) == (40, 80, 20)
    assert a["low"][place] == pytest.approx(row["fpir_boot_low"], rel=1e-5)
    assert a["high"][place] == pytest.approx(row["fpir_boot_high"], rel=1e-5)
    assert row["fpir_boot_high"] > row["fpir_high"]
    assert b["words"][place].startswith("1 of 80: not measurable here"), "10.5 were expected"
    above = figures_of(measurement, 0.7, 0).start
    assert b["words"][above].startswith("suppressed (fewer than 3 expected errors)")


def test_few_errors_are_a_warning_at_their_threshold() -> None:
    told = lab_words(figures_of(counted([0.9] * 50, [0.2] * 60 + [0.6] * 40), 0.5, 0))
    assert told["few"][told["start"]] == [
        "Few misses, none of 50 trials: not measurable here, at most 1 in 16 (rule of three)."
    ]
    assert len(told["few"]) == len(told["said"])
    assert "Few false alarms, none of 100 trials" in told["few"][-1][0]


def test_errors_are_sorted_by_score_and_say_why() -> None:
    measurement = counted([0.7, 0.6, None], [0.4, 0.5, None], outranked=1, images=["one", "two"])
    errors = errors_of(measurement.searches)
    assert errors.alarms == pytest.approx((0.5, 0.4))
    assert errors.misses[0] == pytest.approx(0.6)
    assert errors.misses[1:] == (None, None)
    assert errors.reasons == (
        "below the threshold",
        "somebody else scores as high or higher",
        "no template of the probe could be made",
    )
    assert errors.ranks == (1, 2, None)
    assert {"f0/probe", "f0/reference", "m1/other"} <= set(errors.images)
    assert "m0/other" not in errors.images
    assert all("one" not in str(told) for told in (errors.alarms, errors.plain()["pictures"]))


def test_errors_beyond_a_number_are_counted() -> None:
    errors = errors_of(counted([0.5, 0.6, None], TEN).searches, most=2)
    assert len(errors.alarms) == len(errors.misses) == 2
    assert errors.misses[-1] is None, "who is missed at any threshold is among them"
    assert errors.left_out == 8 + 1


@pytest.mark.parametrize(
    "values",
    [
        {"list_size": 0, "faces": 1, "hours": 1},
        {"list_size": 1, "faces": -1, "hours": 1},
        {"list_size": 1, "faces": 1, "hours": 0},
        {"list_size": 1, "faces": 1, "hours": "nan"},
        {"list_size": "many", "faces": 1, "hours": 1},
        {"list_size": 1, "faces": 10**12, "hours": 1},
        {"list_size": 1},
    ],
)
def test_a_plan_that_cannot_be_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        PlanInputs.read(values)


def test_made_up_scores_say_that_they_are() -> None:
    made = synthetic_measurement(3)
    assert made.facts.data_set == SYNTHETIC
    assert made.facts.synthetic_references == made.facts.list_size
    assert made.searches.equals(synthetic_measurement(3).searches)
    assert not made.searches.equals(synthetic_measurement(4).searches)


@pytest.mark.parametrize("share", [1e-4, 0.004, 0.0999, 0.1, 0.5, 1.0])
def test_shares_are_never_percentages(share: float) -> None:
    for words in (share_words(share), of_hundred(share / 2, share)):
        assert "%" not in words


@pytest.mark.parametrize(("list_size", "faces"), [(100, 1_000), (1_240, 14_000)])
def test_a_plan_is_the_one_of_the_library(list_size: int, faces: int) -> None:
    measurement = counted([0.9] * 30 + [0.1] * 10, TEN * 4)
    figures = figures_of(measurement, None, 50)
    told = plan_words(figures, PlanInputs(list_size, faces, 2.0))
    for place, threshold in enumerate(figures.grid.thresholds):
        plan = deployment_plan(
            list_size=list_size, faces=faces, threshold=threshold, rate=measurement, hours=2.0
        )
        assert plan.an_hour is not None
        assert told["alerts"][place].startswith("not measurable") is not plan.at.measurable
        assert told["extrapolated"] is plan.extrapolated
        if plan.at.measurable:
            columns = told["columns"]
            assert columns["expected"][place] == pytest.approx(plan.at.expected, rel=1e-5)
            assert columns["chance"][place] == pytest.approx(plan.at.at_least_one, rel=1e-5)
            low, high = plan.an_hour
            assert columns["per_hour_from"][place] <= low * 1.0001, "one search for each person"
            assert columns["per_hour_to"][place] >= high * 0.9999


@pytest.mark.slow
@pytest.mark.parametrize(
    ("list_size", "faces", "never"),
    [
        (100, 1_000, AgainstCap.BELOW),
        (1_240, 14_000, AgainstCap.BELOW),
        (2, 300, AgainstCap.UNKNOWN),
    ],
)
def test_cap_and_steps_are_those_of_the_library(
    list_size: int, faces: int, never: AgainstCap
) -> None:
    others = [0.2033] * 2_960 + [0.3033 + place / 100 for place in range(10)] * 4
    measurement = counted([0.9033] * 30 + [0.1033] * 10, others)
    figures = figures_of(measurement, None, 0)
    told = plan_words(figures, PlanInputs(list_size, faces, 2.0))
    last, said = len(figures.grid.thresholds) - 1, set()
    first, second = figures.grid.thresholds[:2]
    for place, threshold in enumerate(figures.grid.thresholds):
        plan = deployment_plan(
            list_size=list_size,
            faces=faces,
            threshold=threshold,
            rate=measurement,
            step=second - first,
        )
        assert told["caps"][place] == cap_sentence(plan)
        said.add(plan.expected_against_cap)
        steps = told["steps"][place].split("\n")
        assert plan.up is not None
        assert plan.down is not None
        for name, beside, step in (("up", place + 1, plan.up), ("down", place - 1, plan.down)):
            lines = [line for line in steps if line.startswith(f"One step {name}, T = ")]
            if 0 <= beside <= last:
                assert lines == [
                    f"One step {name}, T = {figures.said(beside)}: {step_words(step)}."
                ]
            else:
                assert lines == []
    assert said == set(AgainstCap) - {never}


def test_nothing_is_said_of_cap_and_steps_where_nobody_was_searched_for() -> None:
    told = plan_words(figures_of(counted([0.5, 0.6], []), None, 10), PlanInputs())
    assert set(told["caps"]) == set(told["steps"]) == {"unknown"}
