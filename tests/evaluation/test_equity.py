"""Error rates by group: counts are right, few are suppressed and shown, and all is corrected for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
import pytest

from workbench.errors import ProtocolError
from workbench.evaluation import Measurement, clopper_pearson
from workbench.evaluation.equity import equity_at
from workbench.evaluation.equity_intervals import holm
from workbench.evaluation.equity_synthetic import (
    SYNTHETIC_GROUPS,
    SyntheticGroup,
    is_synthetic,
    synthetic_measurement,
    synthetic_searches,
)
from workbench.evaluation.equity_tables import EquityResult

T = 0.6


def made(alarms: Mapping[str | None, tuple[int, int]], *, mated: int = 0) -> pl.DataFrame:
    """Build one search a person: false alarms (above T) of so many in each group, and hits."""
    rows: list[dict[str, Any]] = []
    for place, (group, (wrong, people)) in enumerate(alarms.items()):
        for at in range(people):
            name = f"{group} {at}"
            score = 0.9 - at * 1e-4 if at < wrong else 0.3 - at * 1e-5
            score -= place * 1e-6
            rows.append(search(name, group, mated=False, top_score=score))
        for at in range(mated):
            score = 0.8 if at % 5 else 0.5
            mate = {"mate_score": score, "mate_rank": 1, "top_score": score}
            rows.append(search(f"{group} listed {at}", group, mated=True, **mate))
    return pl.DataFrame(rows, schema=synthetic_searches({}).schema)


def search(name: str, group: str | None, *, mated: bool, **scores: Any) -> dict[str, Any]:
    return {
        "probe": name,
        "identity": name,
        "mated": mated,
        "acquired": True,
        "group": group,
    } | scores


def row(result: EquityResult, rate: str, group: str | None, step: float = 1.0) -> dict[str, Any]:
    own = pl.col("group").is_null() if group is None else pl.col("group") == group
    (found,) = result.rates.filter(own, pl.col("rate") == rate, pl.col("step") == step).to_dicts()
    return found


def test_rates_of_each_group_are_counted_with_their_intervals() -> None:
    result = equity_at(made({"a": (12, 300), "b": (4, 200), None: (5, 100)}, mated=60), T)
    assert result.groups == ("a", "b")
    assert (result.reference, result.reference_given) == ("a", False)
    assert result.people == 300 + 200 + 120
    first = row(result, "FPIR", "a")
    assert (first["people"], first["searches"], first["errors"]) == (300, 300, 12)
    assert first["value"] == 12 / 300
    assert (first["low"], first["high"]) == clopper_pearson(12, 300)
    assert first["expected_errors"] == pytest.approx(300 * 21 / 600)
    assert first["boot_low"] < 12 / 300 < first["boot_high"]
    missed = row(result, "FNIR", "b")
    assert (missed["people"], missed["errors"], missed["value"]) == (60, 12, 0.2)
    unlabelled = row(result, "FPIR", None)
    assert (unlabelled["people"], unlabelled["errors"]) == (100, 5), "counted, and told as such"
    compared = set(result.comparisons["group"]) | set(result.comparisons["against"])
    assert compared == {"a", "b"}, "and compared with nothing"


def test_a_miss_is_whatever_does_not_return_the_person_first_above_the_threshold() -> None:
    kinds = [
        {"mate_score": 0.8, "mate_rank": 1, "top_score": 0.8},
        {"mate_score": 0.8, "mate_rank": 2, "top_score": 0.9},
        {"mate_score": 0.5, "mate_rank": 1, "top_score": 0.5},
        {"mate_score": None, "mate_rank": None, "top_score": 0.9},
        {"acquired": False},
    ]
    rows = [
        search(f"p{at}", "a", mated=True) | kinds[at % len(kinds)] for at in range(10 * len(kinds))
    ]
    result = equity_at(pl.DataFrame(rows, schema=synthetic_searches({}).schema), T)
    assert row(result, "FNIR", "a")["errors"] == 40
    assert row(result, "FPIR", "a")["searches"] == 0
    assert result.comparisons_made == 0


@pytest.mark.parametrize(
    ("alarms", "why", "bound"),
    [
        ((8, 29), "fewer than 30 people", None),
        ((0, 40), "fewer than 3 expected errors", clopper_pearson(0, 40).high),
    ],
)
def test_a_group_too_small_is_shown_as_suppressed_and_compared_with_nothing(
    alarms: tuple[int, int], why: str, bound: float | None
) -> None:
    result = equity_at(made({"big": (20, 600), "other": (20, 600), "small": alarms}), T)
    small = row(result, "FPIR", "small")
    assert small["suppressed"] == why
    assert small["people"] == alarms[1]
    assert [small[name] for name in ("errors", "value", "low", "high")] == [None] * 4
    assert small["bound"] == bound
    at_t = result.comparisons.filter(pl.col("step") == 1.0)
    assert "small" not in set(at_t["group"]) | set(at_t["against"])
    assert "other" in set(at_t["group"])


def test_expected_errors_decide_and_not_those_that_were_seen() -> None:
    result = equity_at(made({"big": (30, 600), "none": (0, 100)}), T)
    none = row(result, "FPIR", "none")
    assert (none["suppressed"], none["errors"], none["value"]) == (None, 0, None)
    assert none["bound"] == clopper_pearson(0, 100).high
    (compared,) = result.comparisons.filter(pl.col("step") == 1.0).to_dicts()
    assert (compared["group"], compared["ratio"], compared["ratio_low"]) == ("none", None, 0.0)
    assert compared["ratio_high"] is not None


def test_nobody_is_dropped() -> None:
    searches = synthetic_measurement().searches
    result = equity_at(searches, T, replicates=10)
    for step in result.steps:
        for rate, mated in (("FPIR", False), ("FNIR", True)):
            part = result.rates.filter(pl.col("step") == step.step, pl.col("rate") == rate)
            assert part["searches"].sum() == int((searches["mated"] == mated).sum())
    assert result.steps[0].searches + result.steps[0].mated == len(searches)


def test_it_is_repeated_where_false_alarms_are_three_and_ten_times_as_many() -> None:
    result = equity_at(made({"a": (6, 500), "b": (4, 500)}), T)
    assert [(step.step, step.false_alarms) for step in result.steps] == [
        (1, 10),
        (3, 30),
        (10, 100),
    ]
    assert [step.threshold for step in result.steps] == sorted(
        (step.threshold for step in result.steps), reverse=True
    )
    assert result.left_out == ()
    assert set(result.rates["step"]) == {1.0, 3.0, 10.0}


def test_where_nobody_raises_a_false_alarm_the_rule_of_three_stands_in() -> None:
    result = equity_at(made({"a": (0, 500), "b": (0, 500)}), T)
    assert [step.false_alarms for step in result.steps] == [0, 9, 30]


def test_scores_that_tie_make_a_repeat_of_more_false_alarms() -> None:
    searches = made({"a": (4, 500), "b": (0, 500)})
    tied = searches.with_columns(top_score=pl.min_horizontal("top_score", pl.lit(0.7, pl.Float32)))
    flat = tied.with_columns(top_score=pl.col("top_score").round(2))
    steps = equity_at(flat, T).steps
    assert [step.false_alarms for step in steps] == [4, 1000, 1000]


def test_a_repeat_that_cannot_be_made_is_told() -> None:
    result = equity_at(made({"a": (60, 100), "b": (60, 100)}), T)
    assert [step.step for step in result.steps] == [1.0]
    assert (
        "FPIR is 3 times as high could not be made: it takes 360 false alarms" in result.left_out[0]
    )
    assert len(result.left_out) == 2


def test_a_difference_is_found_and_corrected_for_all_comparisons() -> None:
    searches = made({"a": (10, 1000), "b": (40, 1000), "c": (10, 1000)})
    result = equity_at(searches, T, reference="c")
    assert result.comparisons_made == len(result.comparisons) == 6
    first = result.comparisons.filter(pl.col("step") == 1.0)
    told = {(one["group"], one["against"], one["kind"]): one for one in first.to_dicts()}
    assert set(told) == {("a", "c", "reference"), ("b", "c", "reference")}
    apart = told["b", "c", "reference"]
    assert apart["differs"]
    assert apart["ratio"] == pytest.approx(4.0)
    assert apart["difference"] == pytest.approx(0.03)
    assert 1.0 < apart["ratio_low"] < 4.0 < apart["ratio_high"]
    assert 0.0 < apart["difference_low"] < 0.03 < apart["difference_high"]
    assert apart["p_adjusted"] > apart["p"]
    alike = told["a", "c", "reference"]
    assert not alike["differs"]
    assert alike["p_adjusted"] == 1.0
    assert alike["seen_above"] > 2.0


@pytest.mark.parametrize(
    ("reference", "spread"),
    [("low", set()), ("high", set()), ("middle", {("high", "low")})],
)
def test_no_pair_is_compared_twice_and_holm_is_over_those_that_are(
    reference: str, spread: set[tuple[str, str]]
) -> None:
    searches = made({"low": (10, 1000), "middle": (20, 1000), "high": (40, 1000)})
    result = equity_at(searches, T, reference=reference)
    first = result.comparisons.filter(pl.col("step") == 1.0)
    pairs = [frozenset(pair) for pair in first.select("group", "against").iter_rows()]
    assert len(pairs) == len(set(pairs)) == 2 + len(spread)
    chosen = first.filter(pl.col("kind") == "spread").select("group", "against")
    assert set(chosen.iter_rows()) == spread
    assert result.comparisons_made == len(result.comparisons)
    corrected = holm(result.comparisons["p"].to_list())
    assert result.comparisons["p_adjusted"].to_list() == corrected


def test_a_pair_that_was_chosen_by_looking_is_corrected_for_all_that_it_was_chosen_from() -> None:
    searches = made({"low": (10, 1000), "middle": (20, 1000), "high": (40, 1000)})
    by_looking = equity_at(searches, T, reference="middle").comparisons
    planned = equity_at(searches, T, reference="low").comparisons
    here = pl.col("step") == 1.0
    (chosen,) = by_looking.filter(here, pl.col("kind") == "spread")["p"]
    (plain,) = planned.filter(here, pl.col("group") == "high")["p"]
    assert chosen == pytest.approx(3 * plain)


def test_two_groups_are_compared_once() -> None:
    result = equity_at(made({"a": (10, 500), "b": (10, 500)}), T)
    assert set(result.comparisons["kind"]) == {"reference"}
    assert result.comparisons_made == 3


def test_without_its_reference_only_highest_and_lowest_are_compared() -> None:
    searches = made({"a": (20, 500), "b": (10, 500), "few": (1, 20)})
    result = equity_at(searches, T, reference="few")
    assert set(result.comparisons["kind"]) == {"spread"}
    assert (result.reference, result.reference_given) == ("few", True)


def test_people_count_and_not_their_images() -> None:
    group = {"wide": SyntheticGroup(0, 400, 0.03, 0.1), "long": SyntheticGroup(0, 400, 0.03, 0.1)}
    long = {name: SyntheticGroup(0, 40, 0.03, 0.1, images=10, alike=0.95) for name in group}
    alone = equity_at(synthetic_searches(group, seed=4), T, reference="long")
    together = equity_at(synthetic_searches(long, seed=4), T, reference="long")
    narrow, wide = (one.comparisons.row(0, named=True) for one in (alone, together))
    assert wide["rate"] == narrow["rate"] == "FPIR"
    assert wide["seen_above"] is None or wide["seen_above"] > narrow["seen_above"]
    spans = [one["difference_high"] - one["difference_low"] for one in (narrow, wide)]
    assert spans[1] > spans[0], "400 searches of 40 people know less than 400 of 400"


def test_the_same_seed_says_the_same() -> None:
    searches = synthetic_measurement().searches
    mixed = searches.sample(fraction=1.0, shuffle=True, seed=3)
    first, again = (equity_at(one, T, replicates=50, seed=7) for one in (searches, mixed))
    assert first.rates.equals(again.rates)
    assert first.comparisons.equals(again.comparisons)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"threshold": math.nan}, "the threshold is nan"),
        ({"smallest_people": 1}, "smallest_people is 1, not 2"),
        ({"fewest_errors": 0}, "fewest_errors is 0"),
        ({"confidence": 1.0}, "the confidence is 1.0"),
        ({"replicates": -1}, "replicates is -1"),
        ({"reference": "z"}, "the set has no group 'z'. Name one of: a, b"),
    ],
)
def test_numbers_that_cannot_be_worked_with_are_refused(changes: dict[str, Any], said: str) -> None:
    searches = made({"a": (5, 100), "b": (5, 100)})
    with pytest.raises(ProtocolError, match=said):
        equity_at(searches, **({"threshold": T} | changes))


def test_a_set_without_groups_is_refused() -> None:
    with pytest.raises(ProtocolError, match="no search has a group, so equity cannot be measured"):
        equity_at(made({None: (5, 100)}), T)


@pytest.mark.parametrize("blank", ["", "  ", "\t"])
def test_a_group_without_a_name_is_refused_by_row_and_column(blank: str) -> None:
    searches = made({"a": (5, 50), "b": (5, 50)})
    third = pl.int_range(pl.len()) == 2
    odd = searches.with_columns(group=pl.when(third).then(pl.lit(blank)).otherwise("group"))
    with pytest.raises(ProtocolError, match="row 3 of the searches, column group, is a text"):
        equity_at(odd, T)


@pytest.mark.parametrize("other", ["b", None])
def test_a_person_in_two_groups_is_refused(other: str | None) -> None:
    searches = made({"a": (5, 50)})
    second = searches.head(1).with_columns(probe=pl.lit("again"), group=pl.lit(other, pl.String))
    with pytest.raises(
        ProtocolError,
        match=r"person a 0 is given more than one group .*row \d+ of the searches, column group",
    ):
        equity_at(pl.concat([searches, second]), T)


def test_the_made_up_set_has_the_rates_that_it_is_made_with() -> None:
    groups = {"a": SyntheticGroup(20_000, 20_000, 0.05, 0.2)}
    searches = synthetic_searches(groups, seed=2)
    (fpir, fnir) = equity_at(searches, T, replicates=0).rates.filter(pl.col("step") == 1.0)["value"]
    assert fpir == pytest.approx(0.05, abs=4 * math.sqrt(0.05 * 0.95 / 20_000))
    # Whoever is outranked is missed too.
    assert 0.2 - 0.012 < fnir < 0.2 + 0.06 + 0.012
    measured: Measurement = synthetic_measurement()
    assert is_synthetic(measured)
    assert "SYNTHETIC" in measured.facts.name
    assert measured.facts.synthetic_references == measured.facts.list_size
    assert set(SYNTHETIC_GROUPS) - {""} == set(np.unique(measured.searches["group"].drop_nulls()))
