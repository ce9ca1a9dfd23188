"""A reckoned rate says that it is one, and stands beside what was counted."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest

from workbench.errors import ProtocolError
from workbench.evaluation import (
    check_extrapolation,
    clopper_pearson,
    extrapolate,
    extrapolate_searches,
)


@pytest.mark.parametrize(
    ("count", "comparisons", "size"),
    [(0, 10, 5), (3, 1000, 1), (12, 2_000_000, 16_000), (10, 10, 3), (1, 10**9, 10**6)],
)
def test_the_rate_is_that_of_exact_arithmetic(count: int, comparisons: int, size: int) -> None:
    found = extrapolate(count, comparisons, size)
    if size <= 5:
        expected = 1 - (1 - Fraction(count, comparisons)) ** size
        assert found.rate == pytest.approx(float(expected), rel=1e-12)
    assert found.low <= found.rate <= found.high
    low, high = clopper_pearson(count, comparisons)
    assert extrapolate(count, comparisons, 1).low == pytest.approx(low, rel=1e-12)
    assert extrapolate(count, comparisons, 1).high == pytest.approx(high, rel=1e-12)
    assert found.label.startswith("extrapolated from ")
    assert f"{size:,}" in found.label


def test_too_few_are_said_to_be() -> None:
    assert "not measurable here" in extrapolate(2, 1000, 10).label
    assert not extrapolate(2, 1000, 10).measurable
    assert "not measurable" not in extrapolate(3, 1000, 10).label


@pytest.mark.parametrize("values", [(1, 0, 5), (6, 5, 5), (-1, 5, 5), (1, 5, 0)])
def test_what_cannot_be_is_refused(values: tuple[int, int, int]) -> None:
    with pytest.raises(ProtocolError, match="cannot be carried"):
        extrapolate(*values)


def test_from_searches_it_is_a_power_of_the_lengths() -> None:
    found = extrapolate_searches(12, 400, 120, 240)
    # 1 - 0.97^2, whoever else on the list an alarm was for.
    assert found.rate == pytest.approx(0.0591)
    low, high = clopper_pearson(12, 400)
    assert (found.low, found.high) == pytest.approx((1 - (1 - low) ** 2, 1 - (1 - high) ** 2))
    assert found.label == (
        "extrapolated from 12 of 400 searches of 120 references to a list of 240 by "
        "1 - (1 - FPIR)^(N/M)"
    )
    assert extrapolate_searches(12, 400, 120, 120).rate == pytest.approx(0.03)
    assert extrapolate_searches(5, 5, 1, 2).rate == 1.0
    few = extrapolate_searches(2, 400, 120, 240)
    assert "searches (fewer than three: not measurable here) of 120" in few.label
    assert not few.measurable


@pytest.mark.parametrize("values", [(1, 0, 5, 5), (6, 5, 5, 5), (-1, 5, 5, 5), (1, 5, 0, 5)])
def test_searches_that_cannot_be_are_refused(values: tuple[int, int, int, int]) -> None:
    with pytest.raises(ProtocolError, match="cannot be carried"):
        extrapolate_searches(*values)


def lists(*rows: tuple[int, int, int]) -> pl.DataFrame:
    names = {"list_size": pl.Int64, "false_alarms": pl.Int64, "searches": pl.Int64}
    return pl.DataFrame(rows, schema=names, orient="row")


def test_reckoned_and_counted_stand_side_by_side() -> None:
    found = check_extrapolation(
        100, 1_000_000, lists((1000, 40, 1000), (100, 10, 1000), (10, 1, 900))
    )
    assert found["list_size"].to_list() == [10, 100, 1000]
    few, some, many = found.to_dicts()
    assert few["ratio"] is None
    assert some["reckoned"] == extrapolate(100, 1_000_000, 100).rate
    assert some["ratio"] == pytest.approx(some["reckoned"] / 0.01)
    assert not some["apart"]
    # 0.095 was reckoned and 0.04 counted: some faces raise FMR with many references at once.
    assert many["apart"]
    assert (many["measured_low"], many["measured_high"]) == clopper_pearson(40, 1000)
    assert all(label.startswith("extrapolated from 100 of") for label in found["label"])


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (lists((10, 5, 4)), "row 1.*no_more_alarms_than_searches"),
        (lists((10, 1, 4), (0, 1, 4)), "row 2, column list_size"),
        (lists((10, 1, 4), (10, 1, 4)), "primary_key"),
        (lists((10, 1, 4)).drop("searches"), "'searches'"),
    ],
)
def test_bad_lists_are_refused(table: pl.DataFrame, says: str) -> None:
    with pytest.raises(ProtocolError, match=says):
        check_extrapolation(1, 100, table)
