from __future__ import annotations

import math

import pytest
from scipy.stats import binomtest, chi2, t

from workbench.intervals import (
    clopper_pearson,
    clustered_interval,
    measurable,
    relative_ends,
    rule_of_three,
    wilson,
)


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (0, 1, 0.0, 0.975),
        (0, 3000, 0.0, 0.00123),
        (10, 10, 0.6915, 1.0),
        (5, 10, 0.1871, 0.8129),
    ],
)
def test_clopper_pearson_known_answers(count: int, n: int, low: float, high: float) -> None:
    assert clopper_pearson(count, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("count", "n"), [(0, 7), (1, 7), (3, 1055), (500, 1055), (7, 7)])
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_both_agree_with_scipy(count: int, n: int, confidence: float) -> None:
    found = binomtest(count, n)
    exact = found.proportion_ci(confidence, "exact")
    score = found.proportion_ci(confidence, "wilson")
    assert clopper_pearson(count, n, confidence) == pytest.approx((exact.low, exact.high))
    assert wilson(count, n, confidence) == pytest.approx((score.low, score.high), abs=1e-12)


def test_nothing_is_known_from_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert rule_of_three(0) == 1.0


@pytest.mark.parametrize(("count", "n"), [(-1, 3), (4, 3), (1, 0)])
def test_impossible_counts_are_refused(count: int, n: int) -> None:
    for interval in (clopper_pearson, wilson):
        with pytest.raises(ValueError, match="cannot be"):
            interval(count, n)
    with pytest.raises(ValueError, match="confidence"):
        wilson(0, 3, 1.0)


@pytest.mark.parametrize(("n", "bound"), [(3, 1.0), (300, 0.01), (1000, 0.003), (17_973, 1.67e-4)])
def test_rule_of_three(n: int, bound: float) -> None:
    assert rule_of_three(n) == pytest.approx(bound, rel=2e-3)


@pytest.mark.parametrize(
    ("rate", "n", "fits"),
    [
        (0.1, 0, False), (0.1, 29, False), (0.1, 30, True), (0.003, 999, False),
        (0.003, 1000, True), (0.003, 1055, True), (0.001, 1055, False), (0.0, 10**9, False),
    ],
)  # fmt: skip
def test_measurable_takes_three_expected_errors(rate: float, n: int, fits: bool) -> None:
    assert measurable(rate, n) is fits


def test_ends_as_multiples_are_those_of_the_exact_interval() -> None:
    low, high = clopper_pearson(12, 1000)
    assert relative_ends(12, 1000) == pytest.approx((low / 0.012, high / 0.012))
    with pytest.raises(ValueError, match="no error was counted"):
        relative_ends(0, 10)


def test_thirty_errors_are_worth_what_is_computed() -> None:
    # In the limit of many trials the ends are those of Poisson's law.
    low, high = chi2.ppf(0.05, 60) / 60, chi2.ppf(0.95, 62) / 60
    assert relative_ends(30, 10**8, 0.9) == pytest.approx((low, high), rel=1e-5)
    assert (low, high) == pytest.approx((0.72, 1.36), abs=0.005)


def test_clusters_widen_an_interval_by_how_much_they_differ() -> None:
    errors, trials = [1, 4, 0, 9], [1000, 2000, 500, 1500]
    rate = sum(errors) / sum(trials)
    apart = [e - rate * n for e, n in zip(errors, trials, strict=True)]
    relative = math.sqrt(4 / 3 * sum(one**2 for one in apart)) / sum(errors)
    times = math.exp(t.ppf(0.975, 3) * relative)
    assert clustered_interval(errors, trials) == pytest.approx((rate / times, rate * times))
    # One that saw nothing is none.
    assert clustered_interval([*errors, 0], [*trials, 0]) == clustered_interval(errors, trials)


@pytest.mark.parametrize("errors", [[2] * 6, [1, 0, 0]])
def test_clusters_make_no_rate_surer_than_independent_trials(errors: list[int]) -> None:
    found = clustered_interval(errors, [1000] * len(errors))
    exact = clopper_pearson(sum(errors), 1000 * len(errors))
    assert found is not None
    assert found.low <= exact.low <= exact.high <= found.high


def test_of_two_clusters_or_no_error_nothing_is_told() -> None:
    assert clustered_interval([], []) is None
    assert clustered_interval([3], [1000]) is None
    assert clustered_interval([3, 1], [1000, 900]) is None
    assert clustered_interval([3, 1, 0], [1000, 900, 0]) is None
    assert clustered_interval([0, 0, 0], [1000, 900, 40]) is None
    assert clustered_interval([5, 5, 5], [5, 5, 5]) == clopper_pearson(15, 15)
