"""One threshold on lists of several lengths: reckoned beside counted, and then reckoned alone.

The reckoning takes the comparisons of a search for independent. Whether that holds of these people
is seen where lists can be searched: lists drawn from the references, up to all of them. What is
said of a longer list stands below the check and is labelled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import dataframely as dy
import numpy as np
import polars as pl

from workbench.errors import ProtocolError
from workbench.evaluation.bootstrap import REPLICATES
from workbench.evaluation.comparison_rates import comparison_rates
from workbench.evaluation.comparisons import Comparisons
from workbench.evaluation.extrapolation import (
    CheckedExtrapolation,
    check_extrapolation,
    extrapolate,
)
from workbench.evaluation.list_draws import rates_of_lists, searched_lists
from workbench.list_rates import rate_of_list

__all__ = ["LISTS_DRAWN", "CheckedLists", "checked_lists", "longer_sizes"]

LISTS_DRAWN: Final = 200
"""Lists of each size over which the mean is taken beside the one that was searched."""

_PARTS: Final = (8, 4, 2, 1)
"""The check is made on lists of an eighth, a quarter and half of the people, and of all."""

_TIMES: Final = (2, 5)
_LONG: Final = (10_000, 20_000)


class CheckedLists(dy.Schema):
    """One row for each length of list, ascending; those that were searched come first.

    - `list_size`: references on the list; `threshold` is that of all rows.
    - `false_matches` of `comparisons` non-mated ones, the same in all rows, and `measurable`
      whether they are three or more.
    - `reckoned`: FPIR by 1 - (1 - FMR)^N. `reckoned_low` to `reckoned_high` is the exact interval
      of the count, `people_low` to `people_high` that over people of both sides, carried through
      the same formula; null where there is none. `label` says that it is extrapolated.
    - `false_alarms` of `searches`, `measured` with `measured_low` to `measured_high`, `ratio` and
      `apart`: of one drawn list, as `CheckedExtrapolation`; null of a list that nobody searched.
    - `drawn`: mean FPIR of `LISTS_DRAWN` lists of as many people, `drawn_low` to `drawn_high` the
      95 % interval over lists and people of probes; null where too few candidates were kept,
      and the interval where no list raised an alarm.
    """

    list_size = dy.Int64(primary_key=True, min=1)
    threshold = dy.Float32(nullable=False, allow_inf=False, allow_nan=False)
    false_matches = dy.Int64(nullable=False, min=0)
    comparisons = dy.Int64(nullable=False, min=1)
    reckoned = dy.Float64(nullable=False, min=0.0, max=1.0)
    reckoned_low = dy.Float64(nullable=False, min=0.0, max=1.0)
    reckoned_high = dy.Float64(nullable=False, min=0.0, max=1.0)
    people_low = dy.Float64(nullable=True, min=0.0, max=1.0)
    people_high = dy.Float64(nullable=True, min=0.0, max=1.0)
    measurable = dy.Bool(nullable=False)
    label = dy.String(nullable=False)
    false_alarms = dy.Int64(nullable=True, min=0)
    searches = dy.Int64(nullable=True, min=1)
    measured = dy.Float64(nullable=True, min=0.0, max=1.0)
    measured_low = dy.Float64(nullable=True, min=0.0, max=1.0)
    measured_high = dy.Float64(nullable=True, min=0.0, max=1.0)
    ratio = dy.Float64(nullable=True)
    apart = dy.Bool(nullable=True)
    drawn = dy.Float64(nullable=True, min=0.0, max=1.0)
    drawn_low = dy.Float64(nullable=True, min=0.0, max=1.0)
    drawn_high = dy.Float64(nullable=True, min=0.0, max=1.0)


def longer_sizes(measured: int) -> tuple[int, ...]:
    """Return the lengths that are reckoned beyond one that was searched, ascending.

    >>> longer_sizes(1847), longer_sizes(15_000)
    ((3694, 9235, 10000, 20000), (20000, 30000, 75000))
    """
    sizes = {*(measured * times for times in _TIMES), *_LONG}
    return tuple(sorted(size for size in sizes if size > measured))


def checked_lists(
    comparisons: Comparisons,
    threshold: float,
    *,
    replicates: int = REPLICATES,
    draws: int = LISTS_DRAWN,
    seed: int = 0,
) -> dy.DataFrame[CheckedLists]:
    """Return FPIR reckoned and counted on lists up to all references, then reckoned alone.

    Args:
        comparisons: with a non-mated one.
        threshold: in single precision; `Comparisons.exact` says how it may be moved.
        replicates: draws of people for the interval over them; 0 leaves it out.
        draws: lists of each size for the mean, at least 1.
        seed: of all draws.

    Raises:
        ProtocolError: when no comparison is non-mated, or the threshold is no number.
    """
    rates = comparison_rates(comparisons, [threshold], replicates=replicates, seed=seed).to_dicts()
    count, n, at = (rates[0][name] for name in ("false_matches", "nonmated", "threshold"))
    rows = [*_searched(comparisons, (count, n), at, draws, seed)]
    for size in longer_sizes(len(comparisons.reference_people)):
        found = extrapolate(count, n, size)
        rows.append(
            {
                "list_size": size,
                "reckoned": found.rate,
                "reckoned_low": found.low,
                "reckoned_high": found.high,
                "label": found.label,
            }
        )
    same = {"threshold": at, "false_matches": count, "comparisons": n}
    same["measurable"] = rates[0]["measurable"]
    ends = (rates[0]["fmr_boot_low"], rates[0]["fmr_boot_high"])
    whole = [row | same | _by_people(ends, row["list_size"]) for row in rows]
    schema = CheckedLists.create_empty().schema
    return CheckedLists.validate(pl.DataFrame(whole, schema=schema))


def _searched(
    comparisons: Comparisons, counted: tuple[int, int], threshold: float, draws: int, seed: int
) -> Iterator[dict[str, Any]]:
    """Yield a row for each length of list that can be searched, the shortest first."""
    people = len(np.unique(comparisons.reference_people))
    for size in sorted({max(people // part, 1) for part in _PARTS}):
        try:
            searched = searched_lists(comparisons, [size], threshold, seed=seed)
        except ProtocolError:
            # Too few candidates are kept to tell of so short a list; of all of them they tell.
            if size == people:
                raise
            continue
        row: Mapping[str, Any] = check_extrapolation(*counted, searched).to_dicts()[0]
        yield {name: row[name] for name in CheckedExtrapolation.column_names()} | _drawn(
            comparisons, size, threshold, draws, seed
        )


def _drawn(
    comparisons: Comparisons, size: int, threshold: float, draws: int, seed: int
) -> dict[str, float | None]:
    names = ("drawn", "drawn_low", "drawn_high")
    try:
        found = rates_of_lists(comparisons, size, [threshold], draws=draws, seed=seed)
    except ProtocolError:  # as above: of one of the lists it cannot be told
        return dict.fromkeys(names)
    row = found.to_dicts()[0]
    ends = (row["low"], row["high"]) if row["fpir"] > 0 else (None, None)
    return dict(zip(names, (row["fpir"], *ends), strict=True))


def _by_people(ends: tuple[float | None, float | None], size: int) -> dict[str, float | None]:
    low, high = (None if end is None else rate_of_list(end, size) for end in ends)
    return {"people_low": low, "people_high": high}
