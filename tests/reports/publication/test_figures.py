"""A published figure: rounded and never cut off, with what it is of, and unknown in words."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.intervals import clopper_pearson
from workbench.number_words import percent
from workbench.outcomes.printed_rates import PrintedRate, compare_printed
from workbench.reports.publication_figures import (
    counted,
    not_held,
    number_words,
    part_of,
    rate_of,
    share_words,
    total_of,
)


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (Fraction(27, 902_748), "0.00299 %"),
        (Fraction(1, 3940), "0.0254 %"),
        (Fraction(10, 18_697), "0.0535 %"),
        (Fraction(7, 8), "87.5 %"),
        (Fraction(2, 1150), "0.174 %"),
        (Fraction(9_996, 100_000), "10.0 %"),
        (Fraction(99_996, 100_000), "100 %"),
        (1e-12, "under 0.00000001 %"),
    ],
)
def test_three_digits_are_said(rate: Fraction | float, said: str) -> None:
    assert percent(rate) == said


@given(st.integers(1, 3_000_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_rate_is_rounded_and_never_cut_off(counts: tuple[int, int]) -> None:
    count, n = counts
    said = percent(Fraction(count, n)).replace(" ", "")
    assert compare_printed(said, count, n) is PrintedRate.ROUNDED


def test_a_share_says_count_denominator_and_interval() -> None:
    low, high = clopper_pearson(27, 902_748)
    found = rate_of("false", "False", 27, n=902_748, of_what="faces seen")
    assert (found.shown, found.basis, found.of) == ("27", "902,748 faces seen", 902_748)
    assert (found.low, found.high) == (low, high)
    assert found.interval_shown == "0.00197 % to 0.00435 %"
    assert share_words(27, 902_748, "faces seen") == (
        "0.00299 % (27 of 902,748 faces seen; 95 % interval 0.00197 % to 0.00435 %)"
    )


@pytest.mark.parametrize(("count", "n"), [(3, None), (3, 0), (3, 2)])
def test_where_nothing_can_be_divided_no_rate_is_said(count: int, n: int | None) -> None:
    found = rate_of("false", "False", count, n=n, of_what="faces seen")
    assert (found.share, found.low, found.high) == (None, None, None)
    assert found.share_shown == found.interval_shown == ""
    assert found.basis.endswith("faces seen")
    assert "%" not in share_words(count, n, "faces seen")


def test_unknown_is_a_word_and_never_nought() -> None:
    assert number_words(None) == "unknown"
    silent = total_of("faces", "Faces", 0, known=0, deployments=7)
    assert (silent.value, silent.shown, silent.basis) == (None, "unknown", "0 of 7 deployments")
    partly = total_of("faces", "Faces", 12, known=3, deployments=7)
    assert (partly.shown, partly.note) == ("12", "unknown for 4 of 7 deployments")
    missing = not_held("cost", "Cost", "the grid does not say it", deployments=7)
    assert (missing.value, missing.shown, missing.note) == (
        None,
        "not held",
        "the grid does not say it",
    )


def test_a_part_of_what_was_counted_whole_has_no_interval() -> None:
    found = part_of("stops", "Stops", 3, n=4, of_what="engagements")
    assert (found.shown, found.basis, found.interval_shown) == ("3", "4 engagements", "")
    assert counted(1, "deployment") == "1 deployment"
