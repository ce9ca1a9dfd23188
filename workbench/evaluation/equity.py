"""Error rates by group: who is taken for somebody listed more often, and who is missed more often.

Groups come from the labels of a set and from nowhere else. At T, and where false alarms are three
and ten times as frequent, each group is compared with a stated reference, and the highest rate
with the lowest where that is another pair; all of these comparisons are corrected for together.
Each comes with what the set could have seen, because of few errors a large difference is missed.

The repeats are there since in the published test of a police matcher an imbalance was seen only
at thresholds below the one in use, where there were more false alarms.
"""

from __future__ import annotations

import math
from typing import Final, TypeVar

import dataframely as dy
import numpy as np
import polars as pl

from workbench.errors import ProtocolError
from workbench.evaluation.bootstrap import REPLICATES
from workbench.evaluation.equity_comparing import comparison_rows, pairs_of
from workbench.evaluation.equity_parts import EquityRules, part_of, rate_rows, wrong_searches
from workbench.evaluation.equity_tables import (
    FNIR,
    FPIR,
    EquityComparisons,
    EquityRates,
    EquityResult,
    EquityStep,
    GroupedSearches,
)
from workbench.evaluation.frames import check_frame
from workbench.intervals import CONFIDENCE, FEWEST_EXPECTED_ERRORS

__all__ = ["REPEATS", "SMALLEST_PEOPLE", "equity_at"]

SMALLEST_PEOPLE: Final = 30
"""Fewest people of a group whose rate is told."""

REPEATS: Final = (3.0, 10.0)
"""How many times as high the FPIR is where the comparison is repeated."""

_Schema = TypeVar("_Schema", bound=dy.Schema)


def equity_at(
    searches: pl.DataFrame,
    threshold: float,
    *,
    reference: str | None = None,
    smallest_people: int = SMALLEST_PEOPLE,
    fewest_errors: int = FEWEST_EXPECTED_ERRORS,
    confidence: float = CONFIDENCE,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> EquityResult:
    """Return the error rates of each group at a threshold and where false alarms are more frequent.

    Tests, intervals of ratios and differences, and power rest on effective numbers of searches,
    since people are independent and their images are not; see `equity_exact`,
    `equity_intervals`, `equity_power`.

    Args:
        searches: with the schema `GroupedSearches`, as `MeasuredSearches` has it.
        threshold: T.
        reference: group that the others are compared with; that of most people when left out.
        smallest_people: fewest people of a group whose rate is told.
        fewest_errors: fewest errors that are to be expected of one.
        confidence: of all intervals, and 1 less the level of all tests together.
        replicates: of the bootstrap by identity; 0 leaves it out.
        seed: of the bootstrap.

    Raises:
        ProtocolError: when the frame does not fit, gives nobody a group or somebody two, has no
            such reference, or a number is none that can be worked with.
    """
    _check_numbers(threshold, smallest_people, fewest_errors, confidence, replicates)
    checked = check_frame(GroupedSearches, searches, "the searches")
    groups = _groups(checked)
    chosen = _reference(checked, groups, reference)
    rules = EquityRules(smallest_people, fewest_errors, confidence, replicates)
    steps, left_out = _steps(checked, threshold)
    parts = [part_of(checked, step, rate, rules) for step in steps for rate in (FPIR, FNIR)]
    pairs = [pair for part in parts for pair in pairs_of(part, chosen)]
    generator = np.random.default_rng(seed)
    rates = [row for part in parts for row in rate_rows(part, groups, rules, generator)]
    comparisons = comparison_rows(pairs, confidence)
    return EquityResult(
        threshold=threshold,
        reference=chosen,
        reference_given=reference is not None,
        groups=groups,
        people=checked.filter(pl.col("group").is_not_null())["identity"].n_unique(),
        confidence=confidence,
        comparisons_made=len(pairs),
        smallest_people=smallest_people,
        fewest_errors=fewest_errors,
        steps=steps,
        left_out=left_out,
        rates=_table(EquityRates, rates),
        comparisons=_table(EquityComparisons, comparisons),
    )


def _table(schema: type[_Schema], rows: list[dict[str, object]]) -> dy.DataFrame[_Schema]:
    return schema.validate(pl.DataFrame(rows, schema=schema.create_empty().schema))


def _check_numbers(
    threshold: float, people: int, errors: int, confidence: float, replicates: int
) -> None:
    faults = [
        words
        for wrong, words in (
            (not math.isfinite(threshold), f"the threshold is {threshold}, not a number"),
            (people < 2, f"smallest_people is {people}, not 2 or more"),  # noqa: PLR2004
            (errors < 1, f"fewest_errors is {errors}, not 1 or more"),
            (not 0.0 < confidence < 1.0, f"the confidence is {confidence}, not within 0..1"),
            (replicates < 0, f"replicates is {replicates}, not 0 or more"),
        )
        if wrong
    ]
    if faults:
        msg = f"equity cannot be measured so: {'; '.join(faults)}. Give other numbers."
        raise ProtocolError(msg)


def _groups(searches: pl.DataFrame) -> tuple[str, ...]:
    _require_names(searches)
    labels = searches.group_by("identity").agg(pl.col("group").unique().sort())
    several = labels.filter(pl.col("group").list.len() > 1).sort("identity")
    if len(several):
        who, given = several.row(0)
        said = " and ".join(group or "none" for group in given)
        row = _row_of(searches, pl.col("identity") == who, pl.col("group").eq_missing(given[-1]))
        msg = (
            f"person {who} is given more than one group ({said}; row {row} of the searches, column "
            "group). A person is in one group: mend the column group of the protocol."
        )
        raise ProtocolError(msg)
    groups = tuple(searches["group"].drop_nulls().unique().sort().to_list())
    if not groups:
        msg = (
            "no search has a group, so equity cannot be measured. Give a protocol with a column "
            "group, of people who are labelled."
        )
        raise ProtocolError(msg)
    return groups


def _require_names(searches: pl.DataFrame) -> None:
    """Refuse a group without a name, which is another thing than no group."""
    blank = pl.col("group").str.strip_chars() == ""
    if searches.select(blank.any()).item():
        msg = (
            f"the group in row {_row_of(searches, blank)} of the searches, column group, is a text "
            "with no letter in it. Name the group, or leave the cell without a value for a person "
            "who has none."
        )
        raise ProtocolError(msg)


def _row_of(searches: pl.DataFrame, *which: pl.Expr) -> int:
    """Return the first row of those, from 1."""
    return int(searches.with_row_index("row", 1).filter(*which)["row"][0])


def _reference(searches: pl.DataFrame, groups: tuple[str, ...], reference: str | None) -> str:
    if reference is None:
        people = searches.group_by("group").agg(pl.col("identity").n_unique())
        counted = dict(people.iter_rows())
        return max(groups, key=lambda group: (counted[group], -groups.index(group)))
    if reference not in groups:
        msg = f"the set has no group {reference!r}. Name one of: {', '.join(groups)}."
        raise ProtocolError(msg)
    return reference


def _steps(
    searches: pl.DataFrame, threshold: float
) -> tuple[tuple[EquityStep, ...], tuple[str, ...]]:
    """Return T and the thresholds of the repeats, and why any is left out.

    Where nobody at all raised a false alarm at T, the rule of three stands in for its FPIR.
    """
    others = searches.filter(~pl.col("mated"))
    scores = others["top_score"].drop_nulls().sort(descending=True).to_numpy()
    first = _step(searches, 1.0, threshold)
    made, left_out = [first], []
    count = first.false_alarms or FEWEST_EXPECTED_ERRORS
    for times in REPEATS:
        wanted = math.ceil(times * count)
        if wanted <= len(scores):
            made.append(_step(searches, times, float(scores[wanted - 1])))
            continue
        left_out.append(
            f"The repeat where FPIR is {times:g} times as high could not be made: it takes "
            f"{wanted:,} false alarms, and {len(scores):,} of {len(others):,} non-mated searches "
            "return anybody."
        )
    return tuple(made), tuple(left_out)


def _step(searches: pl.DataFrame, times: float, threshold: float) -> EquityStep:
    wrong = {rate: wrong_searches(searches, rate, threshold)["wrong"] for rate in (FPIR, FNIR)}
    return EquityStep(
        step=times,
        threshold=threshold,
        false_alarms=int(wrong[FPIR].sum()),
        searches=len(wrong[FPIR]),
        misses=int(wrong[FNIR].sum()),
        mated=len(wrong[FNIR]),
    )
