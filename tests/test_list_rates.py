"""One formula from list to list, held to exact fractions, and the ways back from it."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.list_rates import power_within, rate_before, rate_of_list
from workbench.number_words import few_or_many


@pytest.mark.parametrize(("count", "n", "power"), [(1, 2, 2), (12, 2_000_000, 1000), (3, 7, 5)])
def test_it_is_the_chance_that_one_reference_or_more_is_taken(
    count: int, n: int, power: int
) -> None:
    exact = 1 - (1 - Fraction(count, n)) ** power
    assert rate_of_list(count / n, power) == pytest.approx(float(exact), rel=1e-12)


def test_the_ends_stay_the_ends_and_nothing_small_is_lost() -> None:
    assert [rate_of_list(end, power) for end in (0.0, 1.0) for power in (0.1, 900)] == [0, 0, 1, 1]
    assert rate_of_list(1e-18, 1_000) == pytest.approx(1e-15)
    assert math.isnan(rate_of_list(math.nan, 10))


@given(st.floats(1e-9, 0.5), st.floats(0.01, 20.0))
def test_what_was_reckoned_leads_back(rate: float, power: float) -> None:
    longer = rate_of_list(rate, power)
    assert rate_before(longer, power) == pytest.approx(rate, rel=1e-6)
    assert power_within(rate, longer) == pytest.approx(power, rel=1e-6)


@pytest.mark.parametrize(("references", "one_in"), [(10_000, 6_000), (1_000, 60_000)])
def test_what_npl_gives_for_two_lists_is_one_rate_of_comparisons(
    references: int, one_in: int
) -> None:
    """NPL (2023), NeoFace V4 at 0.60: 1 in 6,000 passers at 10,000, and 1 in 60,000 at 1,000."""
    false_match_rate = 1 / 60_000_000
    found = rate_of_list(false_match_rate, references)
    assert found == pytest.approx(1 / one_in, rel=1e-4)
    assert found == pytest.approx(1 - (1 - false_match_rate) ** references, rel=1e-6)
    assert few_or_many(found) == f"1 in {one_in:,}"


def test_a_tenth_of_the_list_has_a_tenth_of_a_small_rate() -> None:
    of_one = rate_before(1 / 6_000, 10_000)
    assert rate_of_list(of_one, 1_000) == pytest.approx(1 / 60_000, rel=1e-3)
