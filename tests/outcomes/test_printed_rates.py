"""A printed rate is rounded, cut off or wrong, decided on whole fractions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.outcomes.printed_rates import PrintedRate, compare_printed, read_printed


@pytest.mark.parametrize(
    ("text", "count", "faces", "is_it"),
    [
        ("0%", 0, 500, "rounded"),
        ("0.00%", 0, 500, "rounded"),
        ("0%", 1, 5_000, "truncated"),
        ("0.1%", 1, 798, "rounded"),
        ("0.13%", 1, 798, "rounded"),
        ("0.12%", 1, 798, "truncated"),
        ("0.07%", 1, 1_330, "truncated"),
        ("0.01%", 1, 3_940, "wrong"),
        ("0.03%", 1, 3_940, "rounded"),
        ("12.5%", 1, 8, "rounded"),
        ("12%", 1, 8, "rounded"),
        ("13 %", 1, 8, "rounded"),
        ("100%", 1, 1, "rounded"),
        ("N/A", 0, 5, "unreadable"),
        ("-1%", 0, 5, "unreadable"),
        ("", 0, 5, "unreadable"),
    ],
)
def test_it_is(text: str, count: int, faces: int, is_it: str) -> None:
    assert compare_printed(text, count, faces) == is_it


@pytest.mark.parametrize(("count", "faces"), [(1, 0), (2, 1), (-1, 5)])
def test_counts_that_make_no_rate(count: int, faces: int) -> None:
    with pytest.raises(ValueError, match="make no rate"):
        compare_printed("1%", count, faces)


@given(st.integers(1, 10_000_000), st.integers(0, 6), st.data())
def test_a_rate_that_is_printed_by_rounding_is_rounded(
    faces: int, places: int, data: st.DataObject
) -> None:
    count = data.draw(st.integers(0, faces))
    steps, scale = count * 100 * 10**places, faces
    nearest = (2 * steps + scale) // (2 * scale)
    text = f"{nearest // 10**places}" + (f".{nearest % 10**places:0{places}d}" if places else "")
    assert read_printed(text + "%") is not None
    expected = {PrintedRate.ROUNDED} if nearest or not count else {PrintedRate.TRUNCATED}
    assert compare_printed(text + "%", count, faces) in expected
    beyond = f"{nearest // 10**places + 2}" + ("." + "0" * places if places else "")
    assert compare_printed(beyond + "%", count, faces) is PrintedRate.WRONG
