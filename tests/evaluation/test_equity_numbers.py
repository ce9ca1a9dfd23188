"""Tests, intervals and power of equity agree with what others compute, and hold at their ends."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

from workbench.evaluation.bootstrap import resample
from workbench.evaluation.equity_intervals import (
    Effective,
    difference_interval,
    effective,
    effective_interval,
    holm,
    ratio_interval,
)
from workbench.evaluation.equity_people import (
    Cohort,
    cohort,
    permuted_p,
    resampled_rates,
    spread_p,
)
from workbench.evaluation.equity_power import could_have_seen, spread_could_have_seen
from workbench.intervals import clopper_pearson


def people(**groups: list[tuple[int, int]]) -> Cohort:
    """Count people given as (searches, errors) in each group."""
    rows = [
        {"group": group, "identity": f"{group} {at}", "wrong": image < errors}
        for group, given in groups.items()
        for at, (searches, errors) in enumerate(given)
        for image in range(searches)
    ]
    return cohort(pl.DataFrame(rows))


def once(errors: int, size: int) -> list[tuple[int, int]]:
    return [(1, 1)] * errors + [(1, 0)] * (size - errors)


def test_people_are_counted_by_what_they_have() -> None:
    made = people(a=[(2, 1), (2, 1), (1, 0)], b=[(3, 3)])
    assert made.groups == ("a", "b")
    assert (made.size("a"), made.trials("a"), made.wrong("a"), made.rate("a")) == (3, 5, 2, 0.4)
    assert (made.size("b"), made.rate("b")) == (1, 1.0)


@pytest.mark.parametrize(("x", "n", "y", "m"), [(1, 40, 9, 60), (12, 300, 4, 200), (0, 50, 5, 50)])
def test_with_one_search_a_person_permuting_is_fishers_exact_test(
    x: int, n: int, y: int, m: int
) -> None:
    p = permuted_p(people(a=once(x, n), b=once(y, m)), "a", "b", 200_000, np.random.default_rng(0))
    table = [[x, n - x], [y, m - y]]
    tails = [fisher_exact(table, alternative=side).pvalue for side in ("less", "greater")]
    assert p == pytest.approx(min(1.0, 2 * min(tails)), rel=0.03)


def test_people_with_many_images_are_dealt_whole() -> None:
    # Five people err in all ten of their images: as ten-fold independent errors it would be clear.
    made = people(a=[(10, 10)] * 5 + [(10, 0)] * 45, b=[(10, 10)] * 1 + [(10, 0)] * 49)
    p = permuted_p(made, "a", "b", 20_000, np.random.default_rng(0))
    tails = fisher_exact([[5, 45], [1, 49]], alternative="greater").pvalue
    assert p == pytest.approx(2 * tails, rel=0.1)


def test_a_spread_that_chance_leaves_is_not_found_and_a_wide_one_is() -> None:
    generator = np.random.default_rng(1)
    alike = people(a=once(10, 300), b=once(12, 300), c=once(9, 300))
    assert spread_p(alike, ("a", "b", "c"), 5_000, generator) > 0.5
    apart = people(a=once(10, 300), b=once(40, 300), c=once(9, 300))
    assert spread_p(apart, ("a", "b", "c"), 5_000, generator) < 0.001


@pytest.mark.slow
def test_the_highest_and_the_lowest_of_many_are_allowed_to_be_far_apart() -> None:
    found, sets, groups = 0, 300, tuple("abcdefgh")
    generator = np.random.default_rng(5)
    for _ in range(sets):
        drawn = generator.binomial(100, 0.1, len(groups))
        made = people(**{name: once(int(k), 100) for name, k in zip(groups, drawn, strict=True)})
        found += spread_p(made, groups, 999, generator) <= 0.05
    assert found <= clopper_upper(sets, 0.05)


def clopper_upper(sets: int, rate: float) -> int:
    """Return how many of so many sets a rate gives but once in ten thousand times."""
    from scipy.stats import binom

    return int(binom.ppf(0.9999, sets, rate))


def test_resampling_by_numbers_is_resampling_by_identity() -> None:
    given = [(1, 0)] * 30 + [(4, 1)] * 10 + [(3, 3)] * 5
    made = people(a=given)
    mine = resampled_rates(made, "a", 20_000, np.random.default_rng(0))
    sizes = np.array([searches for searches, _ in given], np.int64)
    wrong = np.concatenate([np.arange(s) < e for s, e in given])
    generator = np.random.default_rng(1)
    theirs = [float(wrong[resample(sizes, generator)].mean()) for _ in range(4_000)]
    assert mine.mean() == pytest.approx(np.mean(theirs), abs=0.005)
    assert mine.std() == pytest.approx(np.std(theirs), rel=0.06)


def test_effective_numbers_are_those_of_people_where_their_images_are_alike() -> None:
    made = people(a=[(10, 10)] * 6 + [(10, 0)] * 54, b=[(10, 10)] * 6 + [(10, 0)] * 54)
    known = effective(made, ["a", "b"])
    assert known["a"].trials == pytest.approx(60)
    assert effective(people(a=once(6, 60), b=once(9, 60)), ["a", "b"])["a"].trials == 60


def test_with_independent_searches_the_interval_is_the_exact_one() -> None:
    for count, n in ((0, 40), (3, 40), (40, 40)):
        found = effective_interval(Effective(count / n, n), 0.95)
        assert np.allclose(found, clopper_pearson(count, n))


@pytest.mark.parametrize("counts", [(5, 100, 12, 90), (40, 200, 10, 300), (30, 60, 31, 60)])
def test_the_interval_of_a_difference_holds_that_of_newcombe(
    counts: tuple[int, int, int, int],
) -> None:
    x, n, y, m = counts
    low, high = difference_interval(Effective(x / n, n), Effective(y / m, m), 0.95)
    theirs = confint_proportions_2indep(x, n, y, m, compare="diff", method="newcomb")
    assert low <= theirs[0] <= x / n - y / m <= theirs[1] <= high
    assert high - low == pytest.approx(theirs[1] - theirs[0], rel=0.15), "exact ends are wider"


@pytest.mark.parametrize("counts", [(5, 100, 12, 90), (40, 200, 10, 300), (30, 60, 31, 60)])
def test_the_interval_of_a_ratio_holds_that_of_the_score_test(
    counts: tuple[int, int, int, int],
) -> None:
    x, n, y, m = counts
    low, high = ratio_interval(Effective(x / n, n), Effective(y / m, m), 0.95)
    theirs = confint_proportions_2indep(x, n, y, m, compare="ratio", method="score")
    assert low <= theirs[0] < theirs[1] <= high, "exact ends are wider"
    assert math.log(high / low) < 1.3 * math.log(theirs[1] / theirs[0])


def test_a_rate_of_nothing_bounds_a_ratio_on_one_side() -> None:
    none, some = Effective(0.0, 100.0), Effective(0.2, 100.0)
    low, high = ratio_interval(none, some, 0.95)
    assert low == 0.0
    assert 0.0 < high < 1.0
    low, high = ratio_interval(some, none, 0.95)
    assert low > 1.0
    assert math.isinf(high)
    low, high = ratio_interval(none, none, 0.95)
    assert (low, high) == (0.0, math.inf)


@pytest.mark.parametrize("seed", range(5))
def test_holm_is_what_statsmodels_computes(seed: int) -> None:
    p_values = np.random.default_rng(seed).uniform(0, 0.2, 7).tolist()
    p_values[3] = p_values[1]
    assert np.allclose(holm(p_values), multipletests(p_values, method="holm")[1])
    assert holm([]) == []


@pytest.mark.parametrize(
    ("n", "m", "base", "level"),
    [(300, 500, 0.02, 0.05), (800, 800, 0.01, 0.004), (120, 90, 0.3, 0.02)],
)
def test_what_could_have_been_seen_is_seen_in_8_of_10_sets(
    n: int, m: int, base: float, level: float
) -> None:
    seen = could_have_seen(n, m, base, level)
    assert seen.above is not None
    assert seen.difference == pytest.approx(base * (seen.above - 1.0))
    assert found(n, m, base, base * seen.above, level) == pytest.approx(0.8, abs=0.06)
    assert found(n, m, base, base * (1.0 + (seen.above - 1.0) / 3.0), level) < 0.5
    if seen.below is not None:
        assert found(n, m, base, base * seen.below, level) == pytest.approx(0.8, abs=0.06)


def found(n: int, m: int, base: float, rate: float, level: float) -> float:
    """Return the share of simulated sets in which Fisher's test finds the rates to differ."""
    generator = np.random.default_rng(9)
    hits, sets = 0, 400
    for x, y in zip(
        generator.binomial(n, rate, sets), generator.binomial(m, base, sets), strict=True
    ):
        side = "greater" if x / n > y / m else "less"
        hits += fisher_exact([[x, n - x], [y, m - y]], alternative=side).pvalue <= level / 2
    return hits / sets


def test_where_nothing_could_have_been_seen_it_is_said() -> None:
    seen = could_have_seen(5, 5, 0.3, 0.001)
    assert (seen.above, seen.below, seen.difference) == (None, None, None)
    assert could_have_seen(500, 500, 1.0, 0.05).above is None


def test_more_people_and_fewer_comparisons_see_more() -> None:
    few = could_have_seen(200, 200, 0.05, 0.05).above
    many = could_have_seen(800, 800, 0.05, 0.05).above
    corrected = could_have_seen(800, 800, 0.05, 0.001).above
    assert few is not None
    assert many is not None
    assert corrected is not None
    assert 1.0 < many < corrected < few


def test_a_spread_would_be_seen_where_the_smallest_group_is_far_apart() -> None:
    seen, raised = spread_could_have_seen({"a": 500.0, "b": 200.0, "c": 400.0}, 0.05, 0.01)
    assert raised == "b"
    assert seen.above is not None
    generator, hits, sets = np.random.default_rng(3), 0, 200
    rates = {"a": (500, 0.05), "b": (200, min(1.0, 0.05 * seen.above)), "c": (400, 0.05)}
    for _ in range(sets):
        made = people(
            **{name: once(int(generator.binomial(n, p)), n) for name, (n, p) in rates.items()}
        )
        hits += spread_p(made, ("a", "b", "c"), 1_999, generator) <= 0.01
    assert hits / sets == pytest.approx(0.8, abs=0.1)
