"""What a measurement counts for a policy: its threshold, both kinds of error, table of scores."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from workbench.errors import PolicyError
from workbench.governance.counted_errors import CountedErrors
from workbench.governance.score_table import ScoreTable
from workbench.list_rates import rate_before

if TYPE_CHECKING:
    import polars as pl

    from workbench.evaluation.measurement import Measurement

__all__ = ["CountedSearches", "chosen_on", "counted", "score_table"]

_LONGEST_TABLE: Final = 1000
"""Scores of a table; of more, the highest are all kept and the others thinned."""


@dataclass(frozen=True, slots=True)
class CountedSearches:
    """Searches of a measurement at one threshold.

    Attributes:
        threshold: in the unit of the scores.
        fpir: non-mated searches with a candidate at the threshold or above.
        fnir: mated searches that did not return the mate first, at the threshold or above.
        nonmated_people: people who are not on the list.
        mated_people: people who are.
    """

    threshold: float
    fpir: CountedErrors
    fnir: CountedErrors
    nonmated_people: int
    mated_people: int


def chosen_on(measured: Measurement, target: float, list_size: int) -> float:
    """Return the lowest threshold that keeps an FPIR for a list of a size, on a measurement.

    From a list of another size than was searched the target is carried as `1 - (1 - p)^(M / N)`,
    which takes the references for independent; see `workbench.list_rates`.

    Args:
        measured: on tuning people.
        target: FPIR, above 0 and below 1.
        list_size: references that the threshold is meant for, `N`.

    Raises:
        PolicyError: when there are no non-mated searches, or every score keeps it.
    """
    from workbench.evaluation.thresholds import threshold_for  # noqa: PLC0415 - opens quickly

    others = _others(measured)
    of_this_list = rate_before(target, list_size / measured.facts.list_size)
    scores = others["top_score"].drop_nulls().to_numpy()
    found = threshold_for(scores, len(others), of_this_list)
    if not math.isfinite(found):
        msg = (
            f"measurement {measured.facts.name} keeps FPIR {target:g} at every score, so it says "
            "nothing of where a threshold should lie. Name a lower rate, or give a threshold."
        )
        raise PolicyError(msg)
    return found


def counted(
    measured: Measurement, threshold: float, *, replicates: int, seed: int = 0
) -> CountedSearches:
    """Return the errors of a measurement at a threshold, with intervals by identity.

    They are those of `rates_at`, so that a policy says what a report says at the same threshold.
    There is no interval by identity where no search or every search errs.

    Args:
        measured: any measurement.
        threshold: in the unit of its scores.
        replicates: of the bootstrap by identity; 0 leaves its intervals out.
        seed: of the bootstrap.

    Raises:
        PolicyError: when it has no mated or no non-mated searches.
    """
    mated, others = measured.searches.filter("mated"), _others(measured)
    if not len(mated):
        msg = (
            f"measurement {measured.facts.name} searched for nobody who is on the list, so nothing "
            "says how many it misses. Measure with mated probes too."
        )
        raise PolicyError(msg)
    from workbench.evaluation.rates import rates_at  # noqa: PLC0415 - opens quickly

    rates = rates_at(measured.searches, [threshold], replicates=replicates, seed=seed)
    row = rates.row(0, named=True)
    return CountedSearches(
        threshold=threshold,
        fpir=CountedErrors(
            count=row["false_alarms"],
            trials=row["nonmated"],
            boot_low=row["fpir_boot_low"],
            boot_high=row["fpir_boot_high"],
        ),
        fnir=CountedErrors(
            count=row["misses"],
            trials=row["mated"],
            boot_low=row["fnir_boot_low"],
            boot_high=row["fnir_boot_high"],
        ),
        nonmated_people=others["identity"].n_unique(),
        mated_people=mated["identity"].n_unique(),
    )


def score_table(measured: Measurement, threshold: float) -> ScoreTable:
    """Return how many non-mated searches score at or above a grid of scores.

    The threshold is one of the grid, so that the count there is exact.

    Raises:
        PolicyError: when no non-mated search returned anybody.
    """
    import numpy as np  # noqa: PLC0415 - opens quickly

    facts, others = measured.facts, _others(measured)
    scores = np.sort(others["top_score"].drop_nulls().to_numpy().astype(np.float64))
    if not len(scores):
        msg = f"measurement {facts.name} has no score of anybody who is not on the list: no table."
        raise PolicyError(msg)
    grid = np.unique(scores)
    if len(grid) > _LONGEST_TABLE:
        half = _LONGEST_TABLE // 2
        places = np.linspace(0, len(grid) - half - 1, half).astype(np.int64)
        grid = np.concatenate([grid[places], grid[-half:]])
    if threshold < grid[-1]:
        grid = np.union1d(grid, [threshold])
    counts = len(scores) - np.searchsorted(scores, grid, side="left")
    return ScoreTable(
        list_size=facts.list_size,
        searches=len(others),
        scores=tuple(map(float, grid)),
        counts=tuple(map(int, counts)),
        data_set=facts.data_set,
        split=facts.split,
        rule=facts.rule,
        people=others["identity"].n_unique(),
    )


def _others(measured: Measurement) -> pl.DataFrame:
    """Return the searches for people who are not on the list."""
    import polars as pl  # noqa: PLC0415 - opens quickly

    others = measured.searches.filter(~pl.col("mated"))
    if not len(others):
        msg = (
            f"measurement {measured.facts.name} searched for nobody who is not on the list, so "
            "nothing says how many it takes for somebody else. Measure with non-mated probes too."
        )
        raise PolicyError(msg)
    return others
