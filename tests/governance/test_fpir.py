"""False positive identification rates: reckoned from what was counted, with its interval."""

from __future__ import annotations

import math

import pytest

from workbench.bench.default_policies import load_default_policies
from workbench.errors import UsageError
from workbench.governance.fpir import fpir, longest_within
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.setups import Matcher
from workbench.intervals import clopper_pearson

POLICY = load_default_policies()[Matcher.FUSED]


def with_table(
    list_size: int, searches: int, scores: tuple[float, ...], counts: tuple[int, ...]
) -> ThresholdPolicy:
    table = POLICY.table.model_copy(
        update={"list_size": list_size, "searches": searches, "scores": scores, "counts": counts}
    )
    return POLICY.model_copy(update={"table": table, "checks": ()})


COMPARED = with_table(1, 1_000_000, (1.0, 2.0, 3.0), (10_000, 100, 1))
SEARCHED = with_table(1000, 10_000, (1.0, 2.0), (500, 10))


@pytest.mark.parametrize(
    ("policy", "score", "size", "rate"),
    [
        (COMPARED, 2.0, 1, 1e-4),
        (COMPARED, 2.0, 100, 1 - (1 - 1e-4) ** 100),
        (COMPARED, 2.5, 10_000, 1 - (1 - 1e-4) ** 10_000),
        (COMPARED, 0.0, 5, 1.0),
        (COMPARED, 3.1, 20_000, 0.0),
        (SEARCHED, 2.0, 1000, 1e-3),
        (SEARCHED, 2.0, 500, 1 - (1 - 1e-3) ** 0.5),
        (SEARCHED, 2.0, 10_000, 1 - (1 - 1e-3) ** 10),
    ],
)
def test_the_rate_is_that_of_the_list(
    policy: ThresholdPolicy, score: float, size: int, rate: float
) -> None:
    found = fpir(policy, score, size)
    assert found.rate == pytest.approx(rate, rel=1e-9)
    assert 0.0 <= found.low <= found.rate <= found.high <= 1.0


def test_the_longest_list_within_a_cap_is_the_last_whose_rate_keeps_to_it() -> None:
    longest = longest_within(POLICY, POLICY.threshold, 1e-3)
    assert fpir(POLICY, POLICY.threshold, longest).rate <= 1e-3
    assert fpir(POLICY, POLICY.threshold, longest + 1).rate > 1e-3
    assert longest_within(COMPARED, 0.0, 1e-3) == 0, "the shortest is above it already"
    assert longest_within(COMPARED, 3.1, 1e-3) == POLICY.largest_list
    for cap in (0.0, 1.5, math.nan):
        with pytest.raises(UsageError, match="a cap is a rate"):
            longest_within(POLICY, 2.0, cap)


def test_the_interval_is_that_of_the_count() -> None:
    low, high = clopper_pearson(100, 1_000_000)
    one = fpir(COMPARED, 2.0, 1)
    assert (one.low, one.high) == (pytest.approx(low), pytest.approx(high))
    many = fpir(COMPARED, 2.0, 1000)
    assert many.low == pytest.approx(1 - (1 - low) ** 1000)
    assert many.high == pytest.approx(1 - (1 - high) ** 1000)


@pytest.mark.parametrize(
    ("policy", "size", "extrapolated", "checked"),
    [
        (COMPARED, 1, False, True),
        (COMPARED, 2, True, False),
        (SEARCHED, 1000, False, True),
        (SEARCHED, 999, True, True),
        (SEARCHED, 1001, True, False),
        (POLICY, 1, False, True),
        (POLICY, 1847, True, True),
        (POLICY, 1848, True, False),
    ],
)
def test_what_was_not_counted_is_said(
    policy: ThresholdPolicy, size: int, extrapolated: bool, checked: bool
) -> None:
    found = fpir(policy, 2.0, size)
    assert (found.extrapolated, found.checked) == (extrapolated, checked)


@pytest.mark.parametrize(
    ("score", "count", "measurable"), [(2.0, 100, True), (3.0, 1, False), (4.0, 0, False)]
)
def test_fewer_than_three_seen_measure_nothing(score: float, count: int, measurable: bool) -> None:
    found = fpir(COMPARED, score, 10)
    assert (found.count, found.is_measurable) == (count, measurable)
    assert found.high > 0.0


@pytest.mark.parametrize(("score", "size"), [(math.nan, 10), (math.inf, 10), (1.0, 0), (1.0, -5)])
def test_a_rate_of_nothing_is_refused(score: float, size: int) -> None:
    with pytest.raises(UsageError) as refused:
        fpir(COMPARED, score, size)
    assert str(refused.value) == (
        f"a rate is of a score and a list with references, but the score is {score} and the list "
        f"has {size}. Give a number, and a list of one reference or more."
    )
