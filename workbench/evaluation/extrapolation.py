"""A rate for a list that nobody searched, reckoned from comparisons: labelled, and held to counts.

The reckoning is FPIR(N, T) = 1 - (1 - FMR(T))^N, which takes the comparisons of one probe for
independent. They are not: some faces score high with many. So a reckoned rate always carries its
label, and `check_extrapolation` puts it beside what was counted on lists that were searched.

Where only searches are known and not their comparisons, a search with two matches is one search
with an alarm, and no count of comparisons: `extrapolate_searches` reckons from the searches.
"""

from __future__ import annotations

from dataclasses import dataclass

import dataframely as dy
import polars as pl

from workbench.errors import ProtocolError
from workbench.evaluation.frames import check_frame
from workbench.intervals import FEWEST_EXPECTED_ERRORS, clopper_pearson
from workbench.list_rates import rate_of_list

__all__ = [
    "CheckedExtrapolation",
    "Extrapolated",
    "MeasuredLists",
    "check_extrapolation",
    "extrapolate",
    "extrapolate_searches",
]


@dataclass(frozen=True, slots=True)
class Extrapolated:
    """An FPIR that was reckoned and not counted.

    Attributes:
        rate: the FPIR for `list_size` references.
        low: lower end of the 95 % interval of the count, carried through the same formula.
        high: upper end of it. Comparisons share people, so that both are, if anything, too near.
        count: non-mated comparisons at or above the threshold; searches with one, where it was
            reckoned from searches.
        comparisons: non-mated comparisons, or searches, likewise.
        list_size: references on the list that it is said of, `N`.
        label: says what it is; it stands wherever the rate stands.
    """

    rate: float
    low: float
    high: float
    count: int
    comparisons: int
    list_size: int
    label: str

    @property
    def measurable(self) -> bool:
        """Whether three errors or more were counted; else only `high` is."""
        return self.count >= FEWEST_EXPECTED_ERRORS


class MeasuredLists(dy.Schema):
    """One row for each size of list that was searched: non-mated searches, and false alarms."""

    list_size = dy.Int64(primary_key=True, min=1)
    false_alarms = dy.Int64(nullable=False, min=0)
    searches = dy.Int64(nullable=False, min=1)

    @dy.rule()
    def no_more_alarms_than_searches(cls) -> pl.Expr:  # noqa: N805 - dataframely's way
        """A search raises one false alarm at most."""
        return pl.col("false_alarms") <= pl.col("searches")


class CheckedExtrapolation(dy.Schema):
    """One row for each size of list: the FPIR reckoned for it beside the one counted on it.

    - `reckoned` with `reckoned_low` to `reckoned_high`: as `Extrapolated`; `label` says so.
    - `measured` with `measured_low` to `measured_high`: counted, with the exact interval.
    - `ratio`: reckoned over measured; null unless three false alarms or more were counted.
    - `apart`: whether the two intervals leave each other out. Where they do not, that does not
      show that the reckoning is right: `measured_low` to `measured_high` is what it may be.
    """

    list_size = dy.Int64(primary_key=True, min=1)
    reckoned = dy.Float64(nullable=False, min=0.0, max=1.0)
    reckoned_low = dy.Float64(nullable=False, min=0.0, max=1.0)
    reckoned_high = dy.Float64(nullable=False, min=0.0, max=1.0)
    label = dy.String(nullable=False)
    false_alarms = dy.Int64(nullable=False, min=0)
    searches = dy.Int64(nullable=False, min=1)
    measured = dy.Float64(nullable=False, min=0.0, max=1.0)
    measured_low = dy.Float64(nullable=False, min=0.0, max=1.0)
    measured_high = dy.Float64(nullable=False, min=0.0, max=1.0)
    ratio = dy.Float64(nullable=True)
    apart = dy.Bool(nullable=False)


def extrapolate(count: int, comparisons: int, list_size: int) -> Extrapolated:
    """Return the FPIR of a list, reckoned from non-mated comparisons.

    Args:
        count: non-mated comparisons at or above the threshold.
        comparisons: non-mated comparisons, at least 1.
        list_size: references on the list, `N`, at least 1.

    Raises:
        ProtocolError: when there is no comparison or no reference, or more errors than comparisons.

    >>> found = extrapolate(12, 2_000_000, 1000)
    >>> round(found.rate, 5), found.label
    (0.00598, 'extrapolated from 12 of 2,000,000 comparisons to a list of 1,000 by 1 - (1 - FMR)^N')
    >>> extrapolate(0, 2_000_000, 1000).label[:48]
    'extrapolated from 0 of 2,000,000 comparisons (fe'
    """
    if comparisons < 1 or list_size < 1 or not 0 <= count <= comparisons:
        msg = (
            f"{count:,} of {comparisons:,} comparisons cannot be carried to a list of "
            f"{list_size:,}. Give a comparison and a reference or more, and no more errors."
        )
        raise ProtocolError(msg)
    plural = "" if comparisons == 1 else "s"
    label = (
        f"extrapolated from {count:,} of {comparisons:,} comparison{plural}{_few(count)} to a list "
        f"of {list_size:,} by 1 - (1 - FMR)^N"
    )
    return _carried(count, comparisons, list_size, list_size, label)


def extrapolate_searches(
    count: int, searches: int, searched_size: int, list_size: int
) -> Extrapolated:
    """Return the FPIR of a list, reckoned from non-mated searches of one of another length.

    Args:
        count: non-mated searches with a score at or above the threshold.
        searches: non-mated searches, at least 1.
        searched_size: references on the list that was searched, `M`, at least 1.
        list_size: references on the list, `N`, at least 1.

    Raises:
        ProtocolError: when there is no search or no reference, or more errors than searches.

    >>> found = extrapolate_searches(12, 400, 120, 240)
    >>> round(found.rate, 5), found.label[:61]
    (0.0591, 'extrapolated from 12 of 400 searches of 120 references to a l')
    """
    if min(searches, searched_size, list_size) < 1 or not 0 <= count <= searches:
        msg = (
            f"{count:,} of {searches:,} searches of {searched_size:,} references cannot be "
            f"carried to a list of {list_size:,}. Give a search and a reference or more, and no "
            "more errors."
        )
        raise ProtocolError(msg)
    plural = "" if searches == 1 else "es"
    label = (
        f"extrapolated from {count:,} of {searches:,} search{plural}{_few(count)} of "
        f"{searched_size:,} references to a list of {list_size:,} by 1 - (1 - FPIR)^(N/M)"
    )
    return _carried(count, searches, list_size / searched_size, list_size, label)


def _carried(count: int, trials: int, times: float, list_size: int, label: str) -> Extrapolated:
    """Carry a count and both ends of its interval to a list so many times as long."""
    low, high = clopper_pearson(count, trials)
    return Extrapolated(
        rate=rate_of_list(count / trials, times),
        low=rate_of_list(low, times),
        high=rate_of_list(high, times),
        count=count,
        comparisons=trials,
        list_size=list_size,
        label=label,
    )


def check_extrapolation(
    count: int, comparisons: int, measured: pl.DataFrame
) -> dy.DataFrame[CheckedExtrapolation]:
    """Return the reckoned FPIR beside the counted one, for each size of list that was searched.

    Args:
        count: non-mated comparisons at or above a threshold.
        comparisons: non-mated comparisons.
        measured: with the schema `MeasuredLists`, at the same threshold.

    Returns:
        One row for each size, ascending.

    Raises:
        ProtocolError: when the frame does not fit, or as `extrapolate` does.
    """
    rows = []
    for row in check_frame(MeasuredLists, measured, "the lists").sort("list_size").to_dicts():
        found = extrapolate(count, comparisons, row["list_size"])
        low, high = clopper_pearson(row["false_alarms"], row["searches"])
        share = row["false_alarms"] / row["searches"]
        enough = row["false_alarms"] >= FEWEST_EXPECTED_ERRORS
        rows.append(
            row
            | {
                "reckoned": found.rate,
                "reckoned_low": found.low,
                "reckoned_high": found.high,
                "label": found.label,
                "measured": share,
                "measured_low": low,
                "measured_high": high,
                "ratio": found.rate / share if enough else None,
                "apart": found.high < low or high < found.low,
            }
        )
    empty = CheckedExtrapolation.create_empty().schema
    return CheckedExtrapolation.validate(pl.DataFrame(rows, schema=empty))


def _few(count: int) -> str:
    return "" if count >= FEWEST_EXPECTED_ERRORS else " (fewer than three: not measurable here)"
