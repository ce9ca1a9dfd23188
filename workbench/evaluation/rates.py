"""Both error rates of identification at many thresholds at once, each with its intervals.

The definitions are those of `workbench.evaluation.identification`. Here the threshold is given, so
that neither rate hangs on the other, and whoever moves a threshold sees what it costs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.arrays import FloatArray, IntArray
from workbench.errors import ProtocolError
from workbench.evaluation.bootstrap import REPLICATES, group_by_identity, share_bands
from workbench.evaluation.counted import DoubleArray, exact_intervals
from workbench.evaluation.frames import check_frame
from workbench.evaluation.identification import det_curve
from workbench.evaluation.searches import Searches
from workbench.intervals import FEWEST_EXPECTED_ERRORS, rule_of_three

__all__ = ["CmcCurve", "RatesAt", "cmc_curve", "det_bands", "rates_at"]

BAND_POINTS: Final = 200


class RatesAt(dy.Schema):
    """One row for each threshold, ascending; rates are null where there is no search to count.

    - `nonmated`, `false_alarms`: non-mated searches, and those with a score at or above the
      threshold; `fpir` their share, `fpir_low` to `fpir_high` its exact 95 % interval and
      `fpir_boot_low` to `fpir_boot_high` that of a bootstrap by identity.
    - `mated`, `misses`: mated searches, and those whose mate is not returned within the rank at
      or above the threshold; `fnir` and its intervals likewise.
    - `measurable`: whether three false alarms or more were counted. If not, the row has no FPIR
      to show but a bound, `fpir_bound`: 3 / n where there is none (rule of three), the upper end
      of the exact interval where there are one or two; null where the rate is measurable.
    - `fnir_measurable`, `fnir_bound`: the same of the misses.

    The exact intervals take each search for independent of the others, which searches for one
    person are not. The bootstrap knows people, and nothing of errors that were never seen: it is
    null where no search or every search errs, and for fewer than two people. Where a rate is
    measurable the interval to show is that by identity, elsewhere the exact one
    (`workbench.evaluation.shown`): together they hold a known rate as often as they say, which
    neither does alone (`benchmarks/coverage.py`).
    """

    threshold = dy.Float32(primary_key=True, allow_inf=False, allow_nan=False)
    nonmated = dy.Int64(nullable=False, min=0)
    false_alarms = dy.Int64(nullable=False, min=0)
    fpir = dy.Float64(nullable=True, min=0.0, max=1.0)
    fpir_low = dy.Float64(nullable=True, min=0.0, max=1.0)
    fpir_high = dy.Float64(nullable=True, min=0.0, max=1.0)
    fpir_boot_low = dy.Float64(nullable=True, min=0.0, max=1.0)
    fpir_boot_high = dy.Float64(nullable=True, min=0.0, max=1.0)
    mated = dy.Int64(nullable=False, min=0)
    misses = dy.Int64(nullable=False, min=0)
    fnir = dy.Float64(nullable=True, min=0.0, max=1.0)
    fnir_low = dy.Float64(nullable=True, min=0.0, max=1.0)
    fnir_high = dy.Float64(nullable=True, min=0.0, max=1.0)
    fnir_boot_low = dy.Float64(nullable=True, min=0.0, max=1.0)
    fnir_boot_high = dy.Float64(nullable=True, min=0.0, max=1.0)
    measurable = dy.Bool(nullable=False)
    fpir_bound = dy.Float64(nullable=True, min=0.0, max=1.0)
    fnir_measurable = dy.Bool(nullable=False)
    fnir_bound = dy.Float64(nullable=True, min=0.0, max=1.0)


class CmcCurve(dy.Schema):
    """One row for each rank from 1: mated searches whose mate is within it, at any score."""

    rank = dy.Int64(primary_key=True, min=1)
    mated = dy.Int64(nullable=False, min=1)
    found = dy.Int64(nullable=False, min=0)
    rate = dy.Float64(nullable=False, min=0.0, max=1.0)
    low = dy.Float64(nullable=False, min=0.0, max=1.0)
    high = dy.Float64(nullable=False, min=0.0, max=1.0)
    boot_low = dy.Float64(nullable=True, min=0.0, max=1.0)
    boot_high = dy.Float64(nullable=True, min=0.0, max=1.0)


def rates_at(
    searches: pl.DataFrame,
    thresholds: Sequence[float] | NDArray[np.floating],
    *,
    rank: int | None = 1,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> dy.DataFrame[RatesAt]:
    """Return FPIR and FNIR at each threshold, with exact intervals and those by identity.

    Args:
        searches: with the schema `Searches`, in any order.
        thresholds: at which a score counts that is as high or higher. They become single
            precision as scores are; the same one given twice has one row.
        rank: R of FNIR(N, R, T); `None` for any rank.
        replicates: draws of people, then of their images; 0 leaves the bootstrap out.
        seed: of the bootstrap.

    Returns:
        One row for each threshold, ascending.

    Raises:
        ProtocolError: when the frame does not fit, a threshold is no number or the rank below 1.
    """
    at = _thresholds(thresholds)
    if rank is not None and rank < 1:
        msg = f"the rank is {rank}, but ranks start at 1. Give one, or none for any rank."
        raise ProtocolError(msg)
    checked = check_frame(Searches, searches, "the searches")
    mated, others = checked.filter("mated"), checked.filter(~pl.col("mated"))
    within = pl.lit(value=True) if rank is None else pl.col("mate_rank") <= rank
    hits = mated.select(pl.when(within).then("mate_score")).to_series()
    alarms = _curve(others["identity"], others["top_score"], at, replicates, seed)
    found = _curve(mated["identity"], hits, at, replicates, seed + 1)
    table = {
        "threshold": at,
        **_columns("fpir", ("nonmated", "false_alarms"), alarms),
        **_columns("fnir", ("mated", "misses"), found.of_the_others()),
    }
    renamed = {"fpir_measurable": "measurable"}
    frame = pl.DataFrame(table).rename(renamed).select(RatesAt.column_names()).fill_nan(None)
    return RatesAt.validate(frame)


def det_bands(
    searches: pl.DataFrame,
    *,
    points: int = BAND_POINTS,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> dy.DataFrame[RatesAt]:
    """Return points of the DET curve with their intervals, spread evenly by the log of FPIR.

    Args:
        searches: with the schema `Searches`, in any order; mated and non-mated ones.
        points: at most so many of the curve's thresholds; the first and last are among them.
        replicates: of the bootstrap by identity; 0 leaves it out.
        seed: of the bootstrap.

    Raises:
        ProtocolError: when the frame does not fit.
    """
    curve = det_curve(searches)
    at, alarms = curve["threshold"].to_numpy(), curve["false_alarms"].to_numpy()
    # Half an error stands for none, so that the end without false alarms has a place.
    place = np.log(np.maximum(alarms, 0.5))
    if len(place) > points:
        wanted = np.linspace(place[-1], place[0], points)
        chosen = len(place) - 1 - np.searchsorted(place[::-1], wanted)
        at = at[np.unique(np.clip([0, *chosen, len(place) - 1], 0, len(place) - 1))]
    return rates_at(searches, at, replicates=replicates, seed=seed)


def cmc_curve(
    searches: pl.DataFrame, most: int = 50, *, replicates: int = REPLICATES, seed: int = 0
) -> dy.DataFrame[CmcCurve]:
    """Return the share of mated searches whose mate is within each rank, at any score.

    It is NIST's investigation mode (threshold 0, a list of fixed length): a mate that was not
    returned, or has no template, is within none.

    Args:
        searches: with the schema `Searches`, in any order.
        most: highest rank.
        replicates: of the bootstrap by identity; 0 leaves it out.
        seed: of the bootstrap.

    Returns:
        A row for each rank, none where there is no mated search.

    Raises:
        ProtocolError: when the frame does not fit or `most` is below 1.
    """
    if most < 1:
        msg = f"the highest rank is {most}, but ranks start at 1. Give one of 1 or more."
        raise ProtocolError(msg)
    mated = check_frame(Searches, searches, "the searches").filter("mated")
    if not len(mated):
        return CmcCurve.create_empty()
    # A rank is passed at once by all that are no lower: minus the rank is a score.
    ranks = -mated["mate_rank"].cast(pl.Float32)
    at = -np.arange(most, 0, -1, dtype=np.float32)
    curve = _curve(mated["identity"], ranks, at, replicates, seed)
    columns = curve.intervals()
    table = pl.DataFrame(
        {
            "rank": np.arange(1, most + 1),
            "mated": np.full(most, curve.n),
            "found": curve.counts[::-1],
            **{name: values[::-1] for name, values in columns.items()},
        }
    )
    return CmcCurve.validate(table.fill_nan(None))


class _Curve:
    """How many of `n` images pass each point, and how surely."""

    def __init__(self, counts: IntArray, n: int, low: DoubleArray, high: DoubleArray) -> None:
        self.counts, self.n = counts, n
        self._boot = low, high

    def of_the_others(self) -> _Curve:
        """Return the curve of the images that do not pass."""
        low, high = self._boot
        return _Curve(self.n - self.counts, self.n, 1.0 - high, 1.0 - low)

    def intervals(self) -> dict[str, DoubleArray]:
        """Return the rate, its exact interval and that of the bootstrap, NaN for none."""
        nothing = np.full(len(self.counts), np.nan)
        low, high = exact_intervals(self.counts, self.n) if self.n else (nothing, nothing)
        return {
            "rate": self.counts / self.n if self.n else nothing,
            "low": low,
            "high": high,
            "boot_low": self._boot[0],
            "boot_high": self._boot[1],
        }


def _curve(
    identities: pl.Series, scores: pl.Series, at: FloatArray, replicates: int, seed: int
) -> _Curve:
    values, sizes = group_by_identity(
        identities, scores.fill_null(-math.inf).to_numpy().astype(np.float32)
    )
    levels = np.searchsorted(at, values, side="right").astype(np.int64)
    counts = np.bincount(levels, minlength=len(at) + 1)[:0:-1].cumsum()[::-1].astype(np.int64)
    low, high = share_bands(levels, sizes, len(at), replicates=replicates, seed=seed)
    return _Curve(counts, len(values), low, high)


def _columns(
    rate: str, names: tuple[str, str], curve: _Curve
) -> dict[str, IntArray | DoubleArray | NDArray[np.bool_]]:
    columns = curve.intervals()
    measurable = curve.counts >= FEWEST_EXPECTED_ERRORS
    bound = np.where(curve.counts == 0, rule_of_three(curve.n), columns["high"])
    return {
        names[0]: np.full(len(curve.counts), curve.n, np.int64),
        names[1]: curve.counts,
        rate: columns.pop("rate"),
        **{f"{rate}_{name}": values for name, values in columns.items()},
        f"{rate}_measurable": measurable,
        f"{rate}_bound": np.where(measurable, np.nan, bound),
    }


def _thresholds(thresholds: Sequence[float] | NDArray[np.floating]) -> FloatArray:
    given = np.asarray(thresholds, np.float64).reshape(-1)
    at = given.astype(np.float32)
    bad = np.flatnonzero(~np.isfinite(at))
    if len(bad):
        msg = f"threshold {bad[0] + 1} of {len(at)} is {given[bad[0]]}. Give a finite number."
        raise ProtocolError(msg)
    return np.unique(at)
