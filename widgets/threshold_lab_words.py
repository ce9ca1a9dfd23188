"""Figures of a threshold in sentences: counts first, never more than was counted."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import polars as pl

from workbench.evaluation.measurement import Measurement, MeasurementFacts
from workbench.governance.moments import spoken
from workbench.intervals import FEWEST_EXPECTED_ERRORS
from workbench.number_words import (
    few_or_many,
    high_rate_words,
    low_rate_words,
    rounded_down,
    rounded_up,
)
from workbench.rate_words import ends_words

__all__ = [
    "NOT_HERE",
    "about_words",
    "amount",
    "counted_words",
    "fnir_head",
    "fnir_words",
    "fpir_head",
    "fpir_words",
    "measured_words",
    "of_hundred",
    "people_words",
    "share_words",
    "span_of",
    "warnings_of",
]

NOT_HERE: Final = "not measurable here"
_FEW_OF_HUNDRED: Final = 0.02
_FEW: Final = 0.1


def amount(value: float, nearest: Callable[[float], int] = round) -> str:
    """Return a number of alerts with as many digits as it deserves.

    Args:
        value: the number.
        nearest: how it is rounded; an end of an interval outwards.

    >>> amount(0.0), amount(0.034), amount(0.21), amount(4.13), amount(41.3), amount(1234.0)
    ('0', '0.03', '0.2', '4.1', '41', '1,200')
    >>> amount(0.004), [amount(end, rounded_up) for end in (0.004, 41.3, 1234.0, 9.99)]
    ('less than 0.01', ['0.01', '42', '1,300', '10'])
    """
    if value <= 0.0:
        return "0"
    if value < 0.01 and nearest is not rounded_up:  # noqa: PLR2004 - what two decimals write as nothing
        return "less than 0.01"
    if value < 0.1:  # noqa: PLR2004
        return f"{nearest(value * 100) / 100:.2f}"
    tenths = nearest(value * 10)
    if tenths < 100:  # noqa: PLR2004
        return f"{tenths / 10:.1f}"
    digits = 10 ** max(0, math.floor(math.log10(value)) - 1)
    return f"{nearest(value / digits) * digits:,}"


def span_of(low: float, high: float) -> str:
    """Return two ends in words, rounded outwards, once where both read alike.

    >>> span_of(0.23, 4.12), span_of(3.0, 3.0), span_of(0.004, 0.004)
    ('0.2 to 4.2', 'about 3.0', 'less than 0.01')
    """
    first, last = amount(low, rounded_down), amount(high, rounded_up)
    if low > 0.0 and high < 0.01:  # noqa: PLR2004 - what two decimals write as nothing
        return first
    return f"about {first}" if first == last else f"{first} to {last}"


def of_hundred(low: float, high: float) -> str:
    """Return a share of people by its ends, rounded outwards, of 100 or, where small, of 1,000.

    >>> of_hundred(0.0411, 0.07), of_hundred(0.002, 0.0112), of_hundred(0.5, 0.5)
    ('4.1 to 7 of 100', '2 to 12 of 1,000', 'about 50 of 100')
    """
    said = _of_so_many(high)
    first, last = said(low, rounded_down), said(high, rounded_up)
    whole = "1,000" if high < _FEW_OF_HUNDRED else "100"
    return f"about {first} of {whole}" if first == last else f"{first} to {last} of {whole}"


def share_words(rate: float, nearest: Callable[[float], int] = round) -> str:
    """Return a rate as `1 in n` where it is small, and of 100 where it is not.

    Args:
        rate: within 0..1.
        nearest: how it is rounded: `rounded_up` for an upper end of an interval.

    >>> share_words(0.002), share_words(0.234), share_words(0.0)
    ('1 in 500', '23 of 100', 'none')
    >>> share_words(1 / 1234, rounded_down), [share_words(x, rounded_up) for x in (1 / 1278, 0.234)]
    ('1 in 1,300', ['1 in 1,200', '24 of 100'])
    """
    if rate <= 0.0:
        return "none"
    if rate >= _FEW:
        return f"{nearest(rate * 100)} of 100"
    if nearest is rounded_up:
        return high_rate_words(rate)
    return low_rate_words(rate) if nearest is rounded_down else few_or_many(rate)


def _fpir_of(row: Mapping[str, Any]) -> str:
    """Return the share of searches that raise a false alarm, or the bound of too few."""
    if row["false_alarms"] < FEWEST_EXPECTED_ERRORS:
        return f"{NOT_HERE}, at most {share_words(row['fpir_to'], rounded_up)}"
    ends = ends_words(
        share_words(row["fpir_from"], rounded_down), share_words(row["fpir_to"], rounded_up)
    )
    return f"{share_words(row['fpir'])} ({ends})"


def _fnir_of(row: Mapping[str, Any]) -> str:
    """Return the share of searches that miss, as exactly as its interval is told, or its bound."""
    high = row["fnir_to"]
    if row["misses"] < FEWEST_EXPECTED_ERRORS:
        return f"{NOT_HERE}, at most {share_words(high, rounded_up)}"
    whole = "1,000" if high < _FEW_OF_HUNDRED else "100"
    share = f"{_of_so_many(high)(row['fnir'], round)} of {whole}"
    return f"{share} (95 % interval {of_hundred(row['fnir_from'], high)})"


def _of_so_many(high: float) -> Callable[[float, Callable[[float], int]], str]:
    """Return what writes a share of an interval that ends at `high`: in whole ones, or tenths."""
    if not _FEW_OF_HUNDRED <= high < _FEW:
        whole = 1000 if high < _FEW_OF_HUNDRED else 100
        return lambda share, nearest: f"{nearest(share * whole)}"
    return lambda share, nearest: f"{nearest(share * 1000) / 10:g}"


def fpir_words(row: Mapping[str, Any]) -> str:
    """Return how many searches of people who are not listed raise a false alarm."""
    count, n = row["false_alarms"], row["nonmated"]
    if not n:
        return "FPIR unknown: nobody was searched for who is not on the list."
    seen = f"{count:,} of {n:,} searches for people who are not listed raise a false alarm"
    return f"{seen}: FPIR {_fpir_of(row)}."


def fnir_words(row: Mapping[str, Any]) -> str:
    """Return how many searches of listed people miss them."""
    count, n = row["misses"], row["mated"]
    if not n:
        return "FNIR unknown: nobody was searched for who is on the list."
    return f"{count:,} of {n:,} searches for listed people miss them: FNIR {_fnir_of(row)}."


def fpir_head(row: Mapping[str, Any]) -> str:
    """Return the rate of false alarms as it stands beside the slider: count, rate, interval."""
    count, n = row["false_alarms"], row["nonmated"]
    return f"{count:,} of {n:,} searches, {_fpir_of(row)}" if n else "unknown"


def fnir_head(row: Mapping[str, Any]) -> str:
    """Return the rate of misses as it stands beside the slider: count, rate, interval."""
    count, n = row["misses"], row["mated"]
    return f"{count:,} of {n:,} searches, {_fnir_of(row)}" if n else "unknown"


def measured_words(measurement: Measurement) -> str:
    """Return what was searched, by counts of searches and people."""
    facts, searches = measurement.facts, measurement.searches
    mated, others = searches.filter("mated"), searches.filter(~searches["mated"])
    return (
        f"{_of(facts)}. {_searched(mated, 'on the list')}, and "
        f"{_searched(others, 'not on the list')}"
    )


def people_words(measurement: Measurement) -> dict[str, Any]:
    """Return the size of the list that was searched, and in words what was measured on whom."""
    searches = measurement.searches
    listed = searches.filter("mated")["identity"].n_unique()
    others = searches.filter(~searches["mated"])["identity"].n_unique()
    return {
        "list_size": measurement.facts.list_size,
        "words": (
            f"measured on {_of(measurement.facts)}, {_people(listed)} on the list and {others:,} "
            "not on it"
        ),
    }


def about_words(measurement: Measurement) -> list[str]:
    """Return what a measurement is of, a sentence each."""
    facts, searches = measurement.facts, measurement.searches
    failed = int((~searches["acquired"]).sum())
    made = ", ".join(
        f"{name} ({one.get('artefact', 'unknown')})" for name, one in sorted(facts.encoders.items())
    )
    lines = [
        f"{measured_words(measurement)}.",
        (
            f"{facts.matcher} in {facts.runtime}, scores in {facts.unit}; made "
            f"{spoken(facts.created)} by {made or 'encoders that it does not name'}. People "
            f"chosen: {facts.rule}."
        ),
    ]
    if failed:
        lines.append(
            f"In {failed:,} searches no template could be made: a miss where the person is listed, "
            "and no false alarm where not. They count."
        )
    return lines


def warnings_of(measurement: Measurement, *, of_threshold: bool = True) -> list[str]:
    """Return what a reader must know before believing a figure, a sentence each.

    Args:
        measurement: the figures are of.
        of_threshold: whether they are there to choose a threshold by.
    """
    facts = measurement.facts
    found = []
    if facts.split == "test" and of_threshold:
        opened = (
            f"It was opened {spoken(facts.opened)} by {facts.opened_by} for {facts.opened_for}. "
            if facts.opened is not None
            else "When it was opened, and by whom, is not known. "
        )
        found.append(
            f"This is the locked test set. {opened}No threshold is chosen on it: the slider is for "
            "reading."
        )
    if facts.split == "whole" and of_threshold:
        found.append(
            "No people were kept apart: a threshold that is chosen on these looks better on them "
            "than it is. Report it on people who were not used to choose it."
        )
    if facts.synthetic_references:
        found.append(
            f"{facts.synthetic_references:,} of {facts.list_size:,} references are synthetic, of "
            "nobody who exists."
        )
    if not measurement.has_groups and of_threshold:
        found.append(
            "Equity not measured: the labelled set gives nobody a group. Nothing here says whether "
            "errors fall evenly."
        )
    return found


def _of(facts: MeasurementFacts) -> str:
    split = {"tuning": "tuning people", "test": "locked test people", "whole": "all its people"}
    return f"{facts.data_set}, {split[facts.split]}, a list of N = {facts.list_size:,} references"


def _searched(searches: pl.DataFrame, where: str) -> str:
    """Return how many searches were made for how many people: one for each, or more."""
    made, people = len(searches), searches["identity"].n_unique()
    once = "" if made > people else ", one for each" if people > 1 else ""
    return f"{counted_words(made, 'search', 'searches')} for {_people(people)} {where}{once}"


def _people(count: int) -> str:
    return counted_words(count, "person", "people")


def counted_words(count: int, one: str, more: str) -> str:
    """Return a number with the word for one or for more.

    >>> counted_words(1, "search", "searches"), counted_words(1200, "search", "searches")
    ('1 search', '1,200 searches')
    """
    return f"{count:,} {one if count == 1 else more}"
