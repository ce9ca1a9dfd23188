"""FMR, FNMR, DET and EER of comparisons, as ISO/IEC 19795-1 defines them.

- FMR(T): non-mated comparisons with a score of T or higher, over all non-mated comparisons.
- FNMR(T): mated comparisons with a score below T, over all mated comparisons.

Both are of comparisons that were made; failures to acquire and to enrol are counted apart. They
are not rates of searches: a search of a list makes as many comparisons as the list is long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.arrays import FloatArray
from workbench.errors import ProtocolError
from workbench.evaluation.bootstrap import REPLICATES
from workbench.evaluation.comparison_draws import comparison_bands
from workbench.evaluation.comparisons import Comparisons
from workbench.evaluation.counted import exact_intervals
from workbench.intervals import FEWEST_EXPECTED_ERRORS, rule_of_three

__all__ = [
    "ComparisonRates",
    "EqualErrorRate",
    "comparison_det",
    "comparison_eer",
    "comparison_rates",
]


class ComparisonRates(dy.Schema):
    """One row for each threshold, ascending.

    - `nonmated`, `false_matches`, `fmr` and its exact 95 % interval `fmr_low` to `fmr_high`, which
      takes all comparisons for independent and is far too narrow where people return in many;
      `fmr_boot_low` to `fmr_boot_high`, people of both sides drawn anew.
    - `mated`, `false_non_matches`, `fnmr` and its intervals likewise.
    - `measurable`: whether three false matches or more were counted; `fmr_bound` is 3 / n where
      there is none, the upper end of the exact interval where there are one or two, else null.

    An interval by draws is null where none or all err, where there is nobody to draw, and, of FMR,
    below the lowest score that is kept with its people.
    """

    threshold = dy.Float32(primary_key=True, allow_inf=False, allow_nan=False)
    nonmated = dy.Int64(nullable=False, min=0)
    false_matches = dy.Int64(nullable=False, min=0)
    fmr = dy.Float64(nullable=True, min=0.0, max=1.0)
    fmr_low = dy.Float64(nullable=True, min=0.0, max=1.0)
    fmr_high = dy.Float64(nullable=True, min=0.0, max=1.0)
    fmr_boot_low = dy.Float64(nullable=True, min=0.0, max=1.0)
    fmr_boot_high = dy.Float64(nullable=True, min=0.0, max=1.0)
    mated = dy.Int64(nullable=False, min=0)
    false_non_matches = dy.Int64(nullable=False, min=0)
    fnmr = dy.Float64(nullable=True, min=0.0, max=1.0)
    fnmr_low = dy.Float64(nullable=True, min=0.0, max=1.0)
    fnmr_high = dy.Float64(nullable=True, min=0.0, max=1.0)
    fnmr_boot_low = dy.Float64(nullable=True, min=0.0, max=1.0)
    fnmr_boot_high = dy.Float64(nullable=True, min=0.0, max=1.0)
    measurable = dy.Bool(nullable=False)
    fmr_bound = dy.Float64(nullable=True, min=0.0, max=1.0)


@dataclass(frozen=True, slots=True)
class EqualErrorRate:
    """Where both rates lie closest.

    Attributes:
        rate: their mean there.
        threshold: the lowest such.
        fmr: FMR at it.
        fnmr: FNMR at it; what parts the two is what the steps of the score leave open.
    """

    rate: float
    threshold: float
    fmr: float
    fnmr: float


def comparison_rates(
    comparisons: Comparisons,
    thresholds: Sequence[float] | NDArray[np.floating],
    *,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> dy.DataFrame[ComparisonRates]:
    """Return FMR and FNMR at each threshold, with exact intervals and those by people.

    Args:
        comparisons: of `gather_comparisons`.
        thresholds: in single precision; one that lies below the kept scores and within a step is
            moved up to the next (`Comparisons.exact`). The column says which was used.
        replicates: draws of people; 0 leaves the bootstrap out.
        seed: of the draws.

    Raises:
        ProtocolError: when a threshold is no number.
    """
    given = np.asarray(thresholds, np.float32).reshape(-1)
    bad = np.flatnonzero(~np.isfinite(given))
    if len(bad):
        msg = f"threshold {bad[0] + 1} of {len(given)} is {given[bad[0]]}. Give a finite number."
        raise ProtocolError(msg)
    at = np.unique(comparisons.exact(given))
    false, missed = comparisons.false_matches(at), comparisons.false_non_matches(at)
    fmr_boot, fnmr_boot = comparison_bands(comparisons, at, replicates=replicates, seed=seed)
    measurable = false >= FEWEST_EXPECTED_ERRORS
    columns: dict[str, NDArray[np.generic]] = {"threshold": at}
    for name, counts, n, (trials, errors), boot in (
        ("fmr", false, comparisons.nonmated, ("nonmated", "false_matches"), fmr_boot),
        ("fnmr", missed, comparisons.mated, ("mated", "false_non_matches"), fnmr_boot),
    ):
        nothing = np.full(len(at), np.nan)
        low, high = exact_intervals(counts, n) if n else (nothing, nothing)
        columns |= {
            trials: np.full(len(at), n, np.int64),
            errors: counts,
            name: counts / n if n else nothing,
            f"{name}_low": low,
            f"{name}_high": high,
            f"{name}_boot_low": boot[0],
            f"{name}_boot_high": boot[1],
        }
    bound = np.where(false == 0, rule_of_three(comparisons.nonmated), columns["fmr_high"])
    columns |= {"measurable": measurable, "fmr_bound": np.where(measurable, np.nan, bound)}
    return ComparisonRates.validate(pl.DataFrame(columns).fill_nan(None))


def comparison_det(comparisons: Comparisons) -> dy.DataFrame[ComparisonRates]:
    """Return the DET curve at each mated score, and just above the highest.

    Between two mated scores only FMR changes, and it is least at the upper one: these points are
    the best that the matcher can do. No interval by people is computed; `comparison_rates` gives
    it at the thresholds that matter.

    Args:
        comparisons: of `gather_comparisons`.

    Raises:
        ProtocolError: when there is no mated or no non-mated comparison.
    """
    _require_both(comparisons)
    mated = comparisons.mated_scores
    above = np.nextafter(mated[-1:], np.float32(np.inf))
    return comparison_rates(comparisons, np.concatenate([mated, above]), replicates=0)


def comparison_eer(comparisons: Comparisons) -> EqualErrorRate:
    """Return the equal error rate: the mean of both rates where they lie closest.

    Args:
        comparisons: of `gather_comparisons`.

    Raises:
        ProtocolError: when there is no mated or no non-mated comparison, or one score alone.
    """
    _require_both(comparisons)
    at: FloatArray = comparisons.steps()
    if len(at) == 1:
        msg = (
            f"all {comparisons.mated + comparisons.nonmated:,} comparisons have the score "
            f"{at[0]:.6g}, which tells nobody apart. Check the matcher."
        )
        raise ProtocolError(msg)
    at = np.append(at, np.nextafter(at[-1], np.float32(np.inf)))
    fmr = comparisons.false_matches(at) / comparisons.nonmated
    fnmr = comparisons.false_non_matches(at) / comparisons.mated
    best = int(np.argmin(np.abs(fmr - fnmr)))
    return EqualErrorRate(
        rate=float((fmr[best] + fnmr[best]) / 2),
        threshold=float(at[best]),
        fmr=float(fmr[best]),
        fnmr=float(fnmr[best]),
    )


def _require_both(comparisons: Comparisons) -> None:
    for count, kind, other in (
        (comparisons.mated, "mated", "non-mated"),
        (comparisons.nonmated, "non-mated", "mated"),
    ):
        if not count:
            msg = (
                f"all {len(comparisons.probe_people) * len(comparisons.reference_people):,} "
                f"comparisons are {other}: no probe and reference make a {kind} one. Add some."
            )
            raise ProtocolError(msg)
