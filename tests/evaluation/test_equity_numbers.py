"""Tests, intervals and power of equity agree with what others compute, and hold at their ends."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from scipy.stats import binom, fisher_exact
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

from workbench.evaluation.bootstrap import resample
from workbench.evaluation.equity_exact import exact_p
from workbench.evaluation.equity_intervals import (
    Effective,
    difference_interval,
    effective,
    effective_interval,
    holm,
    ratio_interval,
)
from workbench.evaluation.equity_people import Cohort, cohort, resampled_rates
from workbench.evaluation.equity_power import could_have_seen
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


@pytest.mark.parametrize(
    ("x", "n", "y", "m"),
    [
        (1, 40, 9, 60),
        (12, 300, 4, 200),
        (0, 50, 5, 50),
        (5, 50, 5, 50),
        (50, 50, 3, 50),
        (0, 9, 0, 9),
    ],
)
def test_with_one_search_a_person_it_is_fishers_exact_test(x: int, n: int, y: int, m: int) -> None:
    known = effective(people(a=once(x, n), b=once(y, m)), ["a", "b"])
    table = [[x, n - x], [y, m - y]]
    tails = [fisher_exact(table, alternative=side).pvalue for side in ("less", "greater")]
    assert exact_p(known["a"], known["b"]) == pytest.approx(min(1.0, 2 * min(tails)))
    assert exact_p(known["b"], known["a"]) == exact_p(known["a"], known["b"])


def test_images_of_one_person_are_no_independent_evidence() -> None:
    # Five people err in all ten of their images: as ten-fold independent errors it would be clear.
    made = people(a=[(10, 10)] * 5 + [(10, 0)] * 45, b=[(10, 10)] * 1 + [(10, 0)] * 49)
    known = effective(made, ["a", "b"])
    tail = fisher_exact([[5, 45], [1, 49]], alternative="greater").pvalue
    assert exact_p(known["a"], known["b"]) == pytest.approx(2 * tail)
    assert fisher_exact([[50, 450], [10, 490]]).pvalue < 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.005, 0.02, 0.08])
def test_groups_of_one_rate_are_rarely_told_apart_however_unlike_their_images(rate: float) -> None:
    generator, found, sets = np.random.default_rng(5), 0, 400
    for _ in range(sets):
        errs = generator.random(100) < rate
        alike = np.where(
            generator.random((100, 9)) < 0.8, errs[:, None], generator.random((100, 9)) < rate
        )
        many = [(10, int(one) + int(more.sum())) for one, more in zip(errs, alike, strict=True)]
        made = people(a=many, b=once(int(generator.binomial(600, rate)), 600))
        known = effective(made, ["a", "b"])
        found += exact_p(known["a"], known["b"]) <= 0.05
    assert found <= binom.ppf(0.9999, sets, 0.05)


def test_where_few_people_err_their_images_are_taken_to_come_out_alike() -> None:
    made = people(a=[(10, 0)] * 60, b=once(30, 600))
    assert effective(made, ["a", "b"])["a"].trials == pytest.approx(60)


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
