"""What a measurement by group shows, in sentences: one place for every page and report.

That a difference was not found is never told as if there were none: such a sentence says what the
set could have seen. A suppressed group is named with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from workbench.evaluation.equity import SMALLEST_PEOPLE
from workbench.evaluation.equity_tables import (
    FPIR,
    NO_GROUP,
    SPREAD,
    EquityResult,
    EquityStep,
)
from workbench.evaluation.equity_times import Turned, ends_words, times_in_words, times_words
from workbench.evaluation.measurement import MeasurementFacts
from workbench.evaluation.shown import shown_of_group
from workbench.intervals import FEWEST_EXPECTED_ERRORS

__all__ = [
    "comparison_words",
    "data_words",
    "equity_sentences",
    "group_words",
    "interval_words",
    "rate_words_of",
    "seen_words",
    "share_words",
    "step_words",
    "summary_words",
    "suppressed_words",
    "suppression_words",
]

_WHAT: Final = {FPIR: "false alarms", "FNIR": "misses"}
_HALF: Final = 0.5
_SURE: Final = 0.001
_ALL: Final = 0.995


def equity_sentences(result: EquityResult) -> tuple[str, ...]:
    """Return everything that a measurement shows, a sentence or two each.

    First what was compared and how, then by step the comparisons, the suppressed groups, and what
    could not be done.
    """
    said = [summary_words(result), suppression_words(result)]
    for step in result.steps:
        said.append(step_words(step))
        here = pl.col("step") == step.step
        said += [
            comparison_words(row, result)
            for row in result.comparisons.filter(here).iter_rows(named=True)
        ]
        said += [
            suppressed_words(row)
            for row in result.rates.filter(here, pl.col("suppressed").is_not_null()).iter_rows(
                named=True
            )
        ]
    return (*said, *result.left_out)


def data_words(facts: MeasurementFacts) -> str:
    """Return what a measurement was made on: data, split, size of list."""
    made_up = (
        f", {facts.synthetic_references:,} of them synthetic" if facts.synthetic_references else ""
    )
    listed = f"{facts.list_size:,} references on the list{made_up}"
    return f"{facts.data_set}, split {facts.split}, {listed}"


def summary_words(result: EquityResult) -> str:
    """Return how many groups and comparisons there are, and in how many a difference was found."""
    reference = (
        f"compared with {result.reference}"
        if result.reference_given
        else f"compared with {result.reference}, the group of most people, since none was named"
    )
    groups = f"{len(result.groups)} group{'s' if len(result.groups) > 1 else ''}"
    known = f"{groups}, {result.people:,} people with a group, {reference}."
    made = result.comparisons_made
    if not made:
        return (
            f"{known} Nothing could be compared: that takes two groups of "
            f"{result.smallest_people} people or more with {result.fewest_errors} expected errors."
        )
    found = int(result.comparisons["differs"].sum())
    return (
        f"{known} A difference was found in {found} of {made} comparisons, after Holm's "
        f"correction for all {made}: each pair of groups counts once for each rate at each "
        "threshold. Where none was found, there may be one all the same: each comparison says how "
        "large a difference would be seen in 8 of 10 such sets."
    )


def step_words(step: EquityStep) -> str:
    """Return where a step lies, and what the whole set does there."""
    alarms = f"{step.false_alarms:,} of {step.searches:,} non-mated searches raise a false alarm"
    misses = f"{step.misses:,} of {step.mated:,} mated searches miss"
    if step.step == 1.0:
        return f"At T = {step.threshold:.4g}: {alarms}, {misses}."
    return (
        f"At {step.threshold:.4g}, where false alarms are {step.step:g} times as frequent or more: "
        f"{alarms}, {misses}."
    )


def comparison_words(row: Mapping[str, Any], result: EquityResult) -> str:
    """Return what one comparison shows, a row of `EquityComparisons`; the higher rate first."""
    what = _WHAT[row["rate"]].capitalize()
    seen = Turned.of(row)
    higher, lower = seen.higher, seen.lower
    ends = (
        f"{_percent(result.confidence)} interval {ends_words(seen.low, seen.high, higher, lower)}"
    )
    p = "p < 0.001" if row["p_adjusted"] < _SURE else f"p = {row['p_adjusted']:.3f}"
    corrected = f"{ends}; {p}, corrected for {result.comparisons_made} comparisons"
    chosen = ", the highest rate against the lowest" if row["kind"] == SPREAD else ""
    if seen.ratio is None:
        ratio = "have too few errors for a ratio to be told"
        first = f"{what} in {higher} and {lower}{chosen} {ratio} ({corrected})"
    else:
        first = (
            f"{what} in {higher} were {times_words(seen.ratio)} times as frequent as in "
            f"{lower}{chosen} ({corrected})"
        )
    if row["differs"]:
        return f"{first}: the rates differ, that of {higher} is higher."
    return f"{first}: this set does not tell them apart. {seen_words(row)}"


def seen_words(row: Mapping[str, Any]) -> str:
    """Return the statement of power of one comparison: what this set could have seen."""
    group, against = row["group"], row["against"]
    above, below = row["seen_above"], row["seen_below"]
    if above is None and below is None:
        return (
            f"Whatever the rate in {group}, this set would more often than in 2 of 10 such "
            "sets have left it unseen."
        )
    parts = []
    if above is not None:
        parts.append(f"a rate {times_in_words(above, group, against)} as in {against}")
    if below is not None and below > 0.0:
        parts.append(f"a rate {times_in_words(below, group, against)} as in {group}")
    elif below is not None:
        parts.append(f"a rate of 0 in {group}")
    return (
        f"In 8 of 10 such sets one would have seen {' or '.join(parts)}; a smaller difference is "
        "seen less often, and may be there."
    )


def suppressed_words(row: Mapping[str, Any]) -> str:
    """Return which group is suppressed and why, a row of `EquityRates`."""
    what, where = _WHAT[row["rate"]].capitalize(), group_words(row)
    where = f"in {where}" if row["group"] is not None else f"of searches with {where}"
    bound = ""
    if row["bound"] is not None:
        bound = f", a rate of at most {share_words(row['bound'], row['rate'])}"
    return (
        f"{what} {where}: suppressed ({row['suppressed']}); {row['people']:,} people, "
        f"{row['searches']:,} searches{bound}. It was compared with nothing."
    )


def suppression_words(result: EquityResult) -> str:
    """Return what suppression is for, what it is not, and whether its limits were lowered."""
    people, errors = result.smallest_people, result.fewest_errors
    said = (
        f"Groups of fewer than {people} people, or of fewer than {errors} expected errors, are "
        "suppressed, as a guard against reading too much into few. It is no secrecy: what a "
        "suppressed group does can be reckoned from what all do, less the groups that are told."
    )
    if people < SMALLEST_PEOPLE:
        said += f" The limit was lowered for this: by default it is {SMALLEST_PEOPLE} people."
    if errors < FEWEST_EXPECTED_ERRORS:
        said += f" Fewer errors are told than by default, {FEWEST_EXPECTED_ERRORS}."
    return said


def rate_words_of(row: Mapping[str, Any]) -> str:
    """Return the rate of a row of `EquityRates` as a table shows it, with the interval to show."""
    if row["suppressed"] is not None:
        return f"suppressed ({row['suppressed']})"
    if row["value"] is None:
        return f"not measurable here, at most {share_words(row['bound'], row['rate'])}"
    value, shown = share_words(row["value"], row["rate"]), shown_of_group(row)
    return f"{value} ({interval_words(shown.low, shown.high, row['rate'])})"


def group_words(row: Mapping[str, Any]) -> str:
    """Return the name of the group of a row of `EquityRates`."""
    return NO_GROUP if row["group"] is None else str(row["group"])


def share_words(share: float, rate: str = FPIR) -> str:
    """Return a share as people say it: of false alarms as `1 in n`, of misses out of 100.

    >>> share_words(1 / 612), share_words(0.31), share_words(0.75), share_words(0.0)
    ('1 in 610', '1 in 3.2', '75 of 100', '0')
    >>> share_words(0.0125, "FNIR"), share_words(0.3149, "FNIR")
    ('1.2 of 100', '31 of 100')
    """
    if share <= 0.0:
        return "0"
    if rate == FPIR and share < _HALF:
        return f"1 in {_two_digits(1.0 / share)}"
    return f"{_of_hundred(share)} of 100"


def interval_words(low: float, high: float, rate: str = FPIR) -> str:
    """Return both ends of an interval of a share.

    >>> interval_words(0.0294, 0.068, "FNIR"), interval_words(0.002, 0.01)
    ('2.9 to 6.8 of 100', '1 in 500 to 1 in 100')
    """
    if rate == FPIR:
        return f"{share_words(low)} to {share_words(high)}"
    return f"{_of_hundred(low)} to {_of_hundred(high)} of 100"


def _two_digits(value: float) -> str:
    return f"{float(f'{value:.2g}'):,.10g}"


def _of_hundred(share: float) -> str:
    return f"{share * 100:.3g}" if share >= _ALL else _two_digits(share * 100)


def _percent(share: float) -> str:
    return f"{share * 100:g} %"
