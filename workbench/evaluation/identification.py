"""Open-set identification: how often a listed person is found, and others are taken for listed.

Definitions follow ISO/IEC 19795-1 and NIST's FRVT 1:N, with N references, threshold T and rank R:

- FPIR(N, T): non-mated searches that return one candidate or more with a score of T or higher,
  over all non-mated searches.
- FNIR(N, R, T): mated searches whose mate is not returned within the first R with a score of T or
  higher, over all mated searches. TPIR(N, R, T) = 1 - FNIR(N, R, T).

R is 1 unless another is named; rates with any rank are reported beside it. Nothing is dropped: a
mated probe without a face is a miss, a non-mated one counts and raises no false alarm, and a
reference without a face makes a miss of every probe of that person who has no other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import dataframely as dy
import numpy as np
import polars as pl

from workbench.arrays import FloatArray
from workbench.errors import ProtocolError
from workbench.evaluation.bootstrap import (
    REPLICATES,
    group_by_identity,
    percentiles,
    resample,
    share_bands,
)
from workbench.evaluation.frames import check_frame
from workbench.evaluation.searches import Searches
from workbench.evaluation.threshold_draws import TpirOfDraws
from workbench.evaluation.thresholds import threshold_for
from workbench.intervals import clopper_pearson, measurable, rule_of_three

__all__ = [
    "FPIR_TARGETS",
    "DetCurve",
    "TpirAtFpir",
    "det_curve",
    "first_scores",
    "hit_rate",
    "tpir_at_fpir",
]

FPIR_TARGETS: Final = (0.1, 0.03, 0.01, 0.003, 0.001)


class TpirAtFpir(dy.Schema):
    """One row for each FPIR asked for; rates are null where there is no search to count.

    - `fpir_target`: the FPIR asked for; `threshold` is the lowest score that keeps it on this
      data, null where every score does.
    - `false_alarms`: non-mated searches at or above the threshold; `fpir` their share, with the
      exact 95 % interval `fpir_low` to `fpir_high` and, as `fpir_boot_low` to `fpir_boot_high`,
      that of a bootstrap by identity at that threshold, as `RatesAt` has it.
    - `misses`: mated searches that did not return the mate first at or above the threshold. They
      are `not_acquired` (no template of the probe), `not_returned` (no reference of the mate has
      a template), `outranked` (someone else scored as high or higher) or `below_threshold`, the
      first that holds.
    - `wrong_person`: of the outranked, those where the other reached the threshold.
    - `tpir`: 1 - misses / mated searches, with its exact 95 % interval and, as `tpir_boot_low` to
      `tpir_boot_high`, that of a bootstrap by identity in which the threshold is found anew.
    - `misses_any_rank`, `tpir_any_rank`: the same where the mate may stand at any rank.
    - `measurable`: whether three or more false alarms are expected at the FPIR asked for. If not,
      the row says nothing about that FPIR; `fpir_bound`, 3 / n, is how high the FPIR may be where
      no false alarm at all is seen.
    """

    fpir_target = dy.Float64(primary_key=True, min=0.0, max=1.0)
    threshold = dy.Float32(nullable=True, allow_inf=False, allow_nan=False)
    false_alarms = dy.Int64(nullable=False, min=0)
    fpir = dy.Float64(nullable=True, min=0.0, max=1.0)
    fpir_low = dy.Float64(nullable=True)
    fpir_high = dy.Float64(nullable=True)
    fpir_boot_low = dy.Float64(nullable=True)
    fpir_boot_high = dy.Float64(nullable=True)
    misses = dy.Int64(nullable=False, min=0)
    not_acquired = dy.Int64(nullable=False, min=0)
    not_returned = dy.Int64(nullable=False, min=0)
    outranked = dy.Int64(nullable=False, min=0)
    below_threshold = dy.Int64(nullable=False, min=0)
    wrong_person = dy.Int64(nullable=False, min=0)
    tpir = dy.Float64(nullable=True, min=0.0, max=1.0)
    tpir_low = dy.Float64(nullable=True)
    tpir_high = dy.Float64(nullable=True)
    tpir_boot_low = dy.Float64(nullable=True)
    tpir_boot_high = dy.Float64(nullable=True)
    misses_any_rank = dy.Int64(nullable=False, min=0)
    tpir_any_rank = dy.Float64(nullable=True, min=0.0, max=1.0)
    measurable = dy.Bool(nullable=False)
    fpir_bound = dy.Float64(nullable=False)


class DetCurve(dy.Schema):
    """One row for each score at which an error count changes, threshold ascending."""

    threshold = dy.Float32(primary_key=True, allow_inf=False, allow_nan=False)
    false_alarms = dy.Int64(nullable=False, min=0)
    misses = dy.Int64(nullable=False, min=0)
    fpir = dy.Float64(nullable=True, min=0.0, max=1.0)
    fnir = dy.Float64(nullable=True, min=0.0, max=1.0)


def hit_rate(searches: pl.DataFrame, rank: int = 1) -> float | None:
    """Return the share of mated searches whose mate is within the first `rank`, at any score.

    Args:
        searches: with the schema `Searches`.
        rank: R of NIST's investigation mode.

    Returns:
        The share, `None` where there is no mated search.

    Raises:
        ProtocolError: when the frame does not fit.
    """
    mated = check_frame(Searches, searches, "the searches").filter("mated")
    if not len(mated):
        return None
    return len(mated.filter(pl.col("mate_rank") <= rank)) / len(mated)


def tpir_at_fpir(
    searches: pl.DataFrame,
    targets: Sequence[float] = FPIR_TARGETS,
    *,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> dy.DataFrame[TpirAtFpir]:
    """Return how many listed people are found where at most so many others raise a false alarm.

    Args:
        searches: with the schema `Searches`, in any order.
        targets: each FPIR asked for, once.
        replicates: of the bootstrap by identity; 0 leaves it out.
        seed: of the bootstrap.

    Returns:
        One row for each target, in that order.

    Raises:
        ProtocolError: when the frame does not fit, or a target is no rate or given twice.
    """
    if len(set(targets)) != len(targets) or not all(0.0 <= rate <= 1.0 for rate in targets):
        msg = f"FPIR targets must be different rates within 0..1, not {list(targets)}. Mend them."
        raise ProtocolError(msg)
    checked = check_frame(Searches, searches, "the searches")
    mated, others = checked.filter("mated"), checked.filter(~pl.col("mated"))
    boots = _bootstrap(mated, others, targets, replicates, seed)
    bands = _alarm_bands(others, targets, replicates, seed)
    rows = [_row(mated, others, *each) for each in zip(targets, boots, bands, strict=True)]
    return TpirAtFpir.validate(pl.DataFrame(rows, schema=TpirAtFpir.create_empty().schema))


def det_curve(searches: pl.DataFrame) -> dy.DataFrame[DetCurve]:
    """Return FNIR (R = 1) and FPIR at every threshold where one of them changes.

    Args:
        searches: with the schema `Searches`, in any order.

    Raises:
        ProtocolError: when the frame does not fit.
    """
    checked = check_frame(Searches, searches, "the searches")
    mated, others = checked.filter("mated"), checked.filter(~pl.col("mated"))
    alarms = others["top_score"].drop_nulls().sort().to_numpy()
    first = mated.filter(pl.col("mate_rank") == 1)["mate_score"].sort().to_numpy()
    thresholds = np.unique(np.concatenate([alarms, first]).astype(np.float32))
    false_alarms = len(alarms) - np.searchsorted(alarms, thresholds, side="left")
    misses = len(mated) - len(first) + np.searchsorted(first, thresholds, side="left")
    curve = pl.DataFrame(
        {
            "threshold": thresholds,
            "false_alarms": false_alarms.astype(np.int64),
            "misses": misses.astype(np.int64),
        }
    ).with_columns(
        fpir=pl.col("false_alarms") / len(others) if len(others) else pl.lit(None, pl.Float64),
        fnir=pl.col("misses") / len(mated) if len(mated) else pl.lit(None, pl.Float64),
    )
    return DetCurve.validate(curve)


def _row(
    mated: pl.DataFrame,
    others: pl.DataFrame,
    target: float,
    boot: tuple[float | None, float | None],
    band: tuple[float | None, float | None],
) -> dict[str, float | int | bool | None]:
    m, n = len(mated), len(others)
    threshold = _threshold(others, target)
    false_alarms = int((others["top_score"].drop_nulls() >= threshold).sum())
    counts = _miss_counts(mated, threshold)
    misses, any_rank = sum(counts[kind] for kind in _KINDS), counts["misses_any_rank"]
    fpir = clopper_pearson(false_alarms, n) if n else (None, None)
    tpir = clopper_pearson(m - misses, m) if m and n else (None, None)
    return {
        "fpir_target": target,
        "threshold": threshold if math.isfinite(threshold) else None,
        "false_alarms": false_alarms,
        "fpir": false_alarms / n if n else None,
        "fpir_low": fpir[0],
        "fpir_high": fpir[1],
        "fpir_boot_low": band[0],
        "fpir_boot_high": band[1],
        "misses": misses,
        **counts,
        "tpir": (m - misses) / m if m and n else None,
        "tpir_low": tpir[0],
        "tpir_high": tpir[1],
        "tpir_boot_low": boot[0],
        "tpir_boot_high": boot[1],
        "tpir_any_rank": (m - any_rank) / m if m and n else None,
        "measurable": measurable(target, n),
        "fpir_bound": rule_of_three(n),
    }


_KINDS: Final = ("not_acquired", "not_returned", "outranked", "below_threshold")


def _threshold(others: pl.DataFrame, target: float) -> float:
    if not len(others):
        return -math.inf
    return threshold_for(others["top_score"].drop_nulls().to_numpy(), len(others), target)


def _miss_counts(mated: pl.DataFrame, threshold: float) -> dict[str, int]:
    """Count the misses, each under the first reason that holds."""
    reached = pl.col("mate_score") >= threshold
    reason = (
        pl.when(~pl.col("acquired"))
        .then(pl.lit("not_acquired"))
        .when(pl.col("mate_score").is_null())
        .then(pl.lit("not_returned"))
        .when(pl.col("mate_rank") > 1)
        .then(pl.lit("outranked"))
        .when(~reached)
        .then(pl.lit("below_threshold"))
        .otherwise(pl.lit("found"))
    )
    sorted_out = mated.select(
        reason=reason,
        found_any_rank=reached.fill_null(value=False),
        wrong=(pl.col("mate_rank") > 1) & (pl.col("top_score") >= threshold),
    )
    reasons = sorted_out["reason"]
    return {kind: int((reasons == kind).sum()) for kind in _KINDS} | {
        "wrong_person": int(sorted_out["wrong"].fill_null(value=False).sum()),
        "misses_any_rank": len(mated) - int(sorted_out["found_any_rank"].sum()),
    }


def _bootstrap(
    mated: pl.DataFrame,
    others: pl.DataFrame,
    targets: Sequence[float],
    replicates: int,
    seed: int,
) -> list[tuple[float | None, float | None]]:
    """Return the intervals of TPIR over people drawn anew, the thresholds found in each draw."""
    if not (len(mated) and len(others) and replicates):
        return [(None, None) for _ in targets]
    hits, hit_sizes = group_by_identity(mated["identity"], first_scores(mated))
    alarms, alarm_sizes = group_by_identity(
        others["identity"], _array(others["top_score"].fill_null(-math.inf))
    )
    drawn = TpirOfDraws(alarms, hits)
    generator = np.random.default_rng(seed)
    shares = np.empty((replicates, len(targets)))
    for row in shares:
        chosen = resample(alarm_sizes, generator)
        row[:] = drawn.tpir(chosen, resample(hit_sizes, generator), targets)
    low, high = percentiles(shares)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def _alarm_bands(
    others: pl.DataFrame, targets: Sequence[float], replicates: int, seed: int
) -> list[tuple[float | None, float | None]]:
    """Return the intervals by identity of FPIR at the threshold of each target."""
    found = np.array([_threshold(others, target) for target in targets], np.float64)
    # Nobody returned is minus infinity here, and raises no alarm at any threshold.
    at, place = np.unique(np.maximum(found, np.finfo(np.float32).min), return_inverse=True)
    alarms, sizes = group_by_identity(
        others["identity"], _array(others["top_score"].fill_null(-math.inf))
    )
    levels = np.searchsorted(at.astype(np.float32), alarms, side="right").astype(np.int64)
    ends = share_bands(levels, sizes, len(at), replicates=replicates, seed=seed)
    low, high = ([None if math.isnan(one) else one for one in end[place].tolist()] for end in ends)
    return list(zip(low, high, strict=True))


def first_scores(mated: pl.DataFrame) -> FloatArray:
    """Return the score of each mate that was returned first, minus infinity for any other."""
    first = pl.when(pl.col("mate_rank") == 1).then("mate_score").fill_null(-math.inf)
    return _array(mated.select(first).to_series())


def _array(series: pl.Series) -> FloatArray:
    return series.to_numpy().astype(np.float32)
