"""What is shown of an interval holds the interval, in every form that a rate or a number has."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.rate_words import (
    amount_ends_words,
    amount_words,
    at_most_words,
    chance_at_most_words,
    chance_ends_words,
    chance_words,
    few_or_many,
    high_rate_words,
    low_rate_words,
    of_hundred_words,
    rate_ends_words,
)

SHARES = st.one_of(st.floats(0.0, 1.0), st.floats(1e-12, 0.01), st.floats(0.98, 1.0))
AMOUNTS = st.one_of(st.floats(0.0, 1e9), st.floats(0.0, 12.0), st.floats(0.0, 0.02))
NEARLY = 1e-6


def number(words: str) -> float:
    return float(words.removeprefix("at most ").replace(",", ""))


def rate(words: str, vague: float) -> float:
    """Return the rate of words; `vague` for those that are no number."""
    if words == "none":
        return 0.0
    if words == "nearly all":
        return vague
    top, bottom = re.fullmatch(r"(?:fewer than )?([\d,]+) in ([\d,]+)", words).groups()  # type: ignore[union-attr]
    return number(top) / number(bottom)


@given(SHARES)
def test_ends_of_a_rate_are_rounded_outwards(share: float) -> None:
    assert rate(high_rate_words(share), 1.0) >= share * (1 - NEARLY)
    low = low_rate_words(share)
    if low.startswith("fewer"):
        assert share < 1e-9
    else:
        assert rate(low, 0.95) <= share * (1 + NEARLY)
    assert (low == "none") is (share == 0.0)
    assert rate_ends_words(share, share).startswith("95 % interval")


@given(SHARES)
def test_a_rate_lies_between_its_ends_as_they_are_told(share: float) -> None:
    low, middle, high = (
        rate(words, 0.97)
        for words in (low_rate_words(share), few_or_many(share), high_rate_words(share))
    )
    assert low <= middle <= high


@given(AMOUNTS, AMOUNTS)
def test_ends_of_a_number_are_rounded_outwards(one: float, other: float) -> None:
    low, high = sorted((one, other))
    said = amount_ends_words(low, high)
    first, _, last = said.partition(" to ")
    assert number(at_most_words(high)) >= high * (1 - NEARLY)
    if first == "under 0.01":
        assert 0.0 < low < 0.01
    else:
        assert number(first) <= low * (1 + NEARLY) or first == last
    if last:
        assert number(last) >= high * (1 - NEARLY)
    elif first != "under 0.01":
        assert number(first) == pytest.approx(low, rel=NEARLY)
        assert number(first) == pytest.approx(high, rel=NEARLY)
    for words in (said, at_most_words(high), amount_words(high)):
        assert high == 0.0 or not re.search(r"(?<![\d.])0(\.0+)?$", words), words


@given(SHARES, SHARES)
def test_a_probability_is_never_told_as_impossible_or_certain(one: float, other: float) -> None:
    low, high = sorted((one, other))
    said = [chance_words(high), chance_ends_words(low, high), chance_at_most_words(high) or ""]
    for words in said:
        assert "1.00" not in words
        assert "0.00" not in words
    first, _, last = said[1].partition(" to ")
    assert (first == "0") is (low == 0.0)
    if last and last != "over 0.99":
        assert number(last) >= high * (1 - NEARLY)
    if first not in ("under 0.01", "over 0.99"):
        assert number(first) <= low * (1 + NEARLY)
    assert (chance_at_most_words(high) is None) is (high > 0.99)


@given(SHARES, SHARES)
def test_of_a_hundred_people_no_more_than_all(one: float, other: float) -> None:
    low, high = sorted((one, other))
    last = of_hundred_words(low, high).removesuffix(" of 100").split(" to ")[-1]
    if last != "under 0.01":
        assert high * 100 * (1 - NEARLY) <= number(last) <= 100.0
