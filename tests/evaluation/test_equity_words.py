"""What is said of groups: the figures, why something is suppressed, and never that none differ."""

from __future__ import annotations

import json
import math
from typing import Any

import polars as pl
import pytest

from workbench.evaluation.equity import equity_at
from workbench.evaluation.equity_record import equity_record
from workbench.evaluation.equity_synthetic import (
    SyntheticGroup,
    synthetic_measurement,
    synthetic_searches,
)
from workbench.evaluation.equity_tables import EquityResult
from workbench.evaluation.equity_times import Turned, ends_words, times_in_words, times_words
from workbench.evaluation.equity_words import (
    comparison_words,
    data_words,
    equity_sentences,
    rate_words_of,
    seen_words,
    share_words,
)

MADE: dict[str, Any] = {
    "step": 1.0, "rate": "FPIR", "kind": "reference", "group": "B", "against": "A",
    "ratio": 2.0, "ratio_low": 0.5, "ratio_high": 8.0, "difference": 0.01,
    "difference_low": -0.01, "difference_high": 0.03, "p_adjusted": 0.4, "differs": False,
    "base_rate": 0.01, "seen_above": 4.31, "seen_below": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def result() -> EquityResult:
    return equity_at(synthetic_measurement().searches, 0.6)


def test_what_was_not_found_comes_with_what_could_have_been(result: EquityResult) -> None:
    assert comparison_words(MADE, result) == (
        "False alarms in B were 2.00 times as frequent as in A (95 % interval 2.00 times as high "
        "in A to 8.00 times as high in B; p = 0.400, corrected for 12 comparisons): this set does "
        "not tell them apart. In 8 of 10 such sets one would have seen a rate 4.31 times as high "
        "in B as in A; a smaller difference is seen less often, and may be there."
    )


def test_the_higher_rate_is_told_first_and_no_multiple_is_below_one(result: EquityResult) -> None:
    lower = MADE | {
        "ratio": 0.0071, "ratio_low": 0.0, "ratio_high": 0.8, "difference": -0.1,
        "differs": True, "rate": "FNIR",
    }  # fmt: skip
    assert comparison_words(lower, result) == (
        "Misses in A were 141 times as frequent as in B (95 % interval 1.25 to any number of "
        "times as high in A; p = 0.400, corrected for 12 comparisons): the rates differ, that of A "
        "is higher."
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"differs": True}, ": the rates differ, that of B is higher."),
        ({"kind": "spread"}, "2.00 times as frequent as in A, the highest rate against the lowest"),
        ({"ratio": 1.02}, "were 1.02 times as frequent as in A"),
        ({"ratio": None, "ratio_high": None}, "to any number of times as high in B;"),
        ({"ratio": None}, "have too few errors for a ratio to be told"),
        ({"p_adjusted": 0.0004}, "p < 0.001, corrected"),
    ],
)
def test_a_comparison_is_told_as_it_is(
    changes: dict[str, Any], said: str, result: EquityResult
) -> None:
    assert said in comparison_words(MADE | changes, result)


@pytest.mark.parametrize(
    ("above", "below", "said"),
    [
        (4.0, 0.2, "a rate 4.00 times as high in B as in A or a rate 5.00 times as high in A as in B;"),
        (None, 0.0071, "would have seen a rate 141 times as high in A as in B; a smaller"),
        (4.0, 0.0, "as in A or a rate of 0 in B; a smaller"),
        (None, None, "Whatever the rate in B, this set would more often than in 2 of 10"),
    ],
)  # fmt: skip
def test_power_is_told_up_and_down(above: float | None, below: float | None, said: str) -> None:
    assert said in seen_words(MADE | {"seen_above": above, "seen_below": below})


def test_a_comparison_is_turned_whole_and_back() -> None:
    row = MADE | {
        "ratio": 0.5, "ratio_low": 0.25, "ratio_high": 2.0, "difference": -0.01,
        "difference_low": -0.03, "difference_high": 0.02,
    }  # fmt: skip
    assert Turned.of(row) == ("A", "B", 2.0, 0.5, 4.0, 0.01, -0.02, 0.03)
    other = row | {"ratio_low": 0.0, "ratio_high": None}
    assert Turned.of(other)[3:5] == (0.0, math.inf)
    assert ends_words(0.0, math.inf, "A", "B") == (
        "any number of times as high in B to any number of times as high in A"
    )


def test_everything_is_told(result: EquityResult) -> None:
    said = equity_sentences(result)
    assert said[0].startswith(
        "4 groups, 4,144 people with a group, compared with group A, the group"
    )
    found = int(result.comparisons["differs"].sum())
    assert f"A difference was found in {found} of 12 comparisons" in said[0]
    assert "each pair of groups counts once for each rate at each threshold" in said[0]
    assert "Where none was found, there may be one all the same" in said[0]
    assert sum(line.startswith("At ") for line in said) == len(result.steps) == 3
    assert sum("suppressed (fewer than 30 people)" in line for line in said) == 6
    assert sum("of searches with no group given: suppressed" in line for line in said) == 6
    untold = result.comparisons.filter(~pl.col("differs"))
    assert sum("one would have seen a rate" in line for line in said) == len(untold)


def test_suppression_is_said_to_be_no_secrecy_and_lowered_limits_are_told(
    result: EquityResult,
) -> None:
    said = equity_sentences(result)[1]
    assert said.startswith("Groups of fewer than 30 people, or of fewer than 3 expected errors,")
    assert "It is no secrecy" in said
    assert "lowered" not in said
    lower = equity_at(
        synthetic_measurement().searches, 0.6, smallest_people=5, fewest_errors=1, replicates=0
    )
    told = equity_sentences(lower)[1]
    assert "fewer than 5 people, or of fewer than 1 expected errors" in told
    assert "The limit was lowered for this: by default it is 30 people." in told
    assert "Fewer errors are told than by default, 3." in told


def test_one_group_alone_is_said_to_be_compared_with_nothing() -> None:
    alone = equity_at(synthetic_searches({"a": SyntheticGroup(50, 500, 0.05, 0.1)}), 0.6)
    assert alone.comparisons_made == 0
    assert (
        "Nothing could be compared: that takes two groups of 30 people or more"
        in (equity_sentences(alone)[0])
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"suppressed": "fewer than 30 people"}, "suppressed (fewer than 30 people)"),
        (
            {"suppressed": None, "value": None, "bound": 0.01, "rate": "FPIR"},
            "not measurable here, at most 1 in 100",
        ),
        (
            {
                "suppressed": None, "value": 0.2, "errors": 8, "low": 0.09, "high": 0.36,
                "boot_low": 0.05, "boot_high": 0.3, "rate": "FNIR",
            },
            "20 of 100 (5 to 30 of 100)",
        ),
        (
            {
                "suppressed": None, "value": 0.2, "errors": 8, "low": 0.09, "high": 0.36,
                "boot_low": None, "boot_high": None, "rate": "FNIR",
            },
            "20 of 100 (9 to 36 of 100)",
        ),
    ],
)  # fmt: skip
def test_a_rate_in_a_table(row: dict[str, Any], said: str) -> None:
    assert rate_words_of(row) == said


def test_numbers_are_short() -> None:
    assert [share_words(share) for share in (0.0, 1 / 6012, 0.099, 1.0)] == [
        "0", "1 in 6,000", "1 in 10", "100 of 100",
    ]  # fmt: skip
    told = [times_words(ratio) for ratio in (1.0, 1.02, 9.996, 84.7, 1234.0, 1e6)]
    assert told == ["1.00", "1.02", "10.0", "84.7", "1,230", "more than 10,000"]
    assert times_in_words(0.0071, "B", "A") == "141 times as high in A"
    assert times_in_words(0.0, "B", "A") == "any number of times as high in A"


def test_the_data_is_named() -> None:
    words = data_words(synthetic_measurement().facts)
    assert words.startswith("SYNTHETIC: scores drawn from known rates")
    assert "split whole, 1,000 references on the list, 1,000 of them synthetic" in words


def test_the_record_is_plain(result: EquityResult) -> None:
    record = json.loads(json.dumps(equity_record(result), allow_nan=False))
    assert record["comparisons_made"] == len(record["comparisons"]) == 12
    assert len(record["rates"]) == 30
    assert record["sentences"] == list(equity_sentences(result))
    assert [step["step"] for step in record["steps"]] == [1.0, 3.0, 10.0]
