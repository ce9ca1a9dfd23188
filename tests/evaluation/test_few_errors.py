"""A rate, its bound and what few errors are worth are written in one way."""

from __future__ import annotations

import pytest

from workbench.evaluation.few_errors import (
    bound_words,
    equal_error_words,
    error_bound,
    few_errors_words,
    found_words,
    rate_said,
)
from workbench.evaluation.shown import few_errors_by_target
from workbench.intervals import clopper_pearson, rule_of_three
from workbench.rate_words import few_or_many

UPPER = "upper end of the 95 % interval"


@pytest.mark.parametrize("value", [0.003, 1 / 333, 1 / 6123, 0.0999])
def test_a_small_rate_is_written_as_everywhere_else(value: float) -> None:
    assert rate_said(value) == few_or_many(value)
    assert rate_said(value).startswith("1 in ")


@pytest.mark.parametrize(("value", "words"), [(0.1, "0.100"), (0.97, "0.970"), (0.0, "0")])
def test_a_large_rate_keeps_three_decimals(value: float, words: str) -> None:
    assert rate_said(value) == words


@pytest.mark.parametrize("n", [4, 60, 1055])
def test_the_bound_of_none_is_the_rule_of_three_and_of_few_the_exact_end(n: int) -> None:
    assert error_bound(0, n) == (rule_of_three(n), "rule of three")
    for count in (1, 2):
        assert error_bound(count, n) == (clopper_pearson(count, n).high, UPPER)


@pytest.mark.parametrize(
    ("count", "n", "words"),
    [
        (0, 0, "no trial: nothing is known"),
        (0, 2, "none of 2 trials: not measurable here, no bound (rule of three)"),
        (0, 3000, "none of 3,000 trials: not measurable here, at most 1 in 1,000 (rule of three)"),
        (1, 3000, f"1 of 3,000 trials: not measurable here, at most 1 in 530 ({UPPER})"),
        (3, 3000, "3 of 3,000 trials: the 95 % interval runs from 0.20 to 2.92 times the rate"),
        (29, 30, "29 of 30 trials: the 95 % interval runs from 0.85 to 1.04 times the rate"),
        (30, 3000, None),
    ],
)
def test_few_errors_in_words(count: int, n: int, words: str | None) -> None:
    assert few_errors_words(count, n) == words


@pytest.mark.parametrize(("count", "n"), [(4, 3), (40, 30)])
def test_counts_that_cannot_be_are_refused(count: int, n: int) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        few_errors_words(count, n)


def test_a_share_found_has_the_same_bound_from_the_other_side() -> None:
    assert (bound_words(0, 25), found_words(0, 25)) == (
        "at most 0.120 (rule of three)",
        "at least 0.880 (rule of three)",
    )
    assert found_words(1, 25) == "at least 0.796 (lower end of the 95 % interval)"


def test_an_equal_error_rate_takes_three_errors_of_either_kind() -> None:
    assert equal_error_words(3, 60, 3, 60) is None
    assert equal_error_words(0, 600, 1, 60) == (
        "none of 600 false matches and 1 of 60 false non-matches: not measurable here, at most "
        f"1 in 11 ({UPPER})"
    )


def test_each_sentence_stands_once_with_the_rates_that_it_is_of() -> None:
    rows = {
        "0.1": {"false_alarms": 40, "misses": 0},
        "0.003": {"false_alarms": 1, "misses": 0},
        "0.001": {"false_alarms": 1, "misses": 0},
    }
    assert list(few_errors_by_target(rows, 400, 60).values()) == [
        ("0.1", "0.003", "0.001"),
        ("0.003", "0.001"),
    ]
