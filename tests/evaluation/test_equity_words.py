"""What is said of groups: the figures, why something is suppressed, and never that none differ."""

from __future__ import annotations

import json
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
from workbench.evaluation.equity_words import (
    comparison_words,
    data_words,
    equity_sentences,
    rate_words_of,
    seen_words,
    share_words,
    times_words,
)

MADE: dict[str, Any] = {
    "step": 1.0, "rate": "FPIR", "kind": "reference", "group": "B", "against": "A",
    "ratio": 2.0, "ratio_low": 0.5, "ratio_high": 8.0, "difference": 0.01, "p_adjusted": 0.4,
    "differs": False, "base_rate": 0.01, "seen_above": 4.31, "seen_below": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def result() -> EquityResult:
    return equity_at(synthetic_measurement().searches, 0.6)


def test_what_was_not_found_comes_with_what_could_have_been(result: EquityResult) -> None:
    assert comparison_words(MADE, result) == (
        "False alarms in B were 2 times as frequent as in A (95 % interval 0.5 to 8 times, "
        "p = 0.400, corrected for 18 comparisons): this set does not tell them apart. This set "
        "could have seen a rate 4.3 times as high in B as in A (in 8 of 10 such sets); smaller "
        "differences would have gone unseen."
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"differs": True}, ": the rates differ, that of B is higher."),
        ({"differs": True, "difference": -0.1, "rate": "FNIR"}, "differ, that of B is lower."),
        ({"kind": "spread"}, "2 times as frequent as in A, the highest rate against the lowest ("),
        ({"ratio": None, "ratio_high": None}, "0.5 to any number times"),
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
        (4.0, 0.2, "a rate 4 times as high in B as in A or one 0.2 times as high or lower (in 8"),
        (None, 0.2, "could have seen a rate 0.2 times as high or lower in B as in A (in 8"),
        (4.0, 0.0, "as in A or one of 0 (in 8"),
        (None, None, "Whatever the rate in B, this set would more often than in 2 of 10"),
    ],
)
def test_power_is_told_up_and_down(above: float | None, below: float | None, said: str) -> None:
    assert said in seen_words(MADE | {"seen_above": above, "seen_below": below})


def test_everything_is_told(result: EquityResult) -> None:
    said = equity_sentences(result)
    assert said[0].startswith(
        "4 groups, 4,144 people with a group, compared with group A, the group"
    )
    assert "differences smaller than what this set could have seen remain possible" in said[0]
    assert sum(line.startswith("At ") for line in said) == len(result.steps) == 3
    assert sum("suppressed (fewer than 30 people)" in line for line in said) == 6
    assert sum("of searches with no group given: suppressed" in line for line in said) == 6
    untold = result.comparisons.filter(~pl.col("differs"))
    assert sum("could have seen a rate" in line for line in said) == len(untold)


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
    assert [times_words(ratio) for ratio in (1.0, 84.7, 1234.0)] == ["1", "85", "1,200"]


def test_the_data_is_named() -> None:
    words = data_words(synthetic_measurement().facts)
    assert words.startswith("SYNTHETIC: scores drawn from known rates")
    assert "split whole, 1,000 references on the list, 1,000 of them synthetic" in words


def test_the_record_is_plain(result: EquityResult) -> None:
    record = json.loads(json.dumps(equity_record(result), allow_nan=False))
    assert record["comparisons_made"] == len(record["comparisons"]) == 18
    assert len(record["rates"]) == 30
    assert record["sentences"] == list(equity_sentences(result))
    assert [step["step"] for step in record["steps"]] == [1.0, 3.0, 10.0]
