"""Verification: two images at a time, by the rules of Labeled Faces in the Wild and ISO 19795-1.

Failures to acquire count as errors and are never dropped. In the accuracy both kinds of pair that
could not be compared are wrong. Among the error rates such a mated pair is a false non-match, and
such a non-mated pair counts without being a false match; ISO/IEC 19795-1 calls rates with that in
them FRR and FAR, and keeps FNMR and FMR for pairs that were compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import dataframely as dy
import numpy as np
import polars as pl

from workbench.arrays import BoolArray
from workbench.evaluation.frames import check_frame
from workbench.evaluation.pair_draws import pair_bootstrap
from workbench.evaluation.pair_scores import PairScores
from workbench.evaluation.pair_soundness import require_folds
from workbench.evaluation.thresholds import threshold_for
from workbench.intervals import Interval, clopper_pearson, measurable, rule_of_three, wilson

__all__ = [
    "FAR_TARGETS",
    "Accuracy",
    "ErrorRates",
    "FrrAtFar",
    "PairScores",
    "accuracy",
    "best_threshold",
    "error_rates",
    "frr_at_far",
]

FAR_TARGETS: Final = (0.1, 0.01, 0.001)


class ErrorRates(dy.Schema):
    """One row for each score, ascending; see the module for what the rates count."""

    threshold = dy.Float32(primary_key=True, allow_inf=False, allow_nan=False)
    false_matches = dy.Int64(nullable=False, min=0)
    false_non_matches = dy.Int64(nullable=False, min=0)
    far = dy.Float64(nullable=True, min=0.0, max=1.0)
    frr = dy.Float64(nullable=True, min=0.0, max=1.0)


class FrrAtFar(dy.Schema):
    """One row for each FAR asked for, as `TpirAtFpir` is for each FPIR.

    Beside the exact interval of each rate stand Wilson's of FRR, for display, and that of a
    bootstrap by identity in which the threshold is found anew; it is null where the pairs do not
    say whom they show.
    """

    far_target = dy.Float64(primary_key=True, min=0.0, max=1.0)
    threshold = dy.Float32(nullable=True, allow_inf=False, allow_nan=False)
    false_matches = dy.Int64(nullable=False, min=0)
    false_non_matches = dy.Int64(nullable=False, min=0)
    frr = dy.Float64(nullable=True, min=0.0, max=1.0)
    frr_low = dy.Float64(nullable=True)
    frr_high = dy.Float64(nullable=True)
    frr_wilson_low = dy.Float64(nullable=True)
    frr_wilson_high = dy.Float64(nullable=True)
    frr_boot_low = dy.Float64(nullable=True)
    frr_boot_high = dy.Float64(nullable=True)
    far = dy.Float64(nullable=True, min=0.0, max=1.0)
    far_low = dy.Float64(nullable=True)
    far_high = dy.Float64(nullable=True)
    measurable = dy.Bool(nullable=False)
    far_bound = dy.Float64(nullable=False)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Accuracy by threshold choice over folds, as LFW reports it.

    Attributes:
        mean: mean of the folds' accuracies.
        standard_error: their standard deviation (n - 1) over the root of their number; `None`
            for fewer than two folds.
        folds: accuracy of each fold, in order.
        thresholds: chosen on the other folds, one for each.
        errors: pairs decided wrongly over all folds.
        pairs: pairs in all folds.
    """

    mean: float
    standard_error: float | None
    folds: tuple[float, ...]
    thresholds: tuple[float, ...]
    errors: int
    pairs: int


def accuracy(pairs: pl.DataFrame) -> Accuracy:
    """Return the accuracy where each fold is decided by the threshold best for the others.

    Huang et al., Labeled Faces in the Wild (2007), View 2. A pair is called mated where its score
    is at or above the threshold; a pair that could not be compared is wrong.

    Args:
        pairs: with the schema `PairScores`, of two folds at least.

    Raises:
        ProtocolError: when the frame does not fit or has fewer than two folds.
    """
    checked = check_frame(PairScores, pairs, "the pairs")
    require_folds(checked)
    fold, truth, scores = _arrays(checked)
    names = np.unique(fold)
    thresholds, shares, errors = [], [], 0
    for name in names:
        here = fold == name
        threshold = best_threshold(scores[~here], truth[~here])
        right = _right(scores[here], truth[here], threshold)
        thresholds.append(threshold)
        shares.append(float(right.mean()))
        errors += int((~right).sum())
    return Accuracy(
        mean=float(np.mean(shares)),
        standard_error=float(np.std(shares, ddof=1) / np.sqrt(len(shares))),
        folds=tuple(shares),
        thresholds=tuple(thresholds),
        errors=errors,
        pairs=len(scores),
    )


def best_threshold(scores: np.ndarray[tuple[int], np.dtype[np.float64]], truth: BoolArray) -> float:
    """Return the threshold that decides the most pairs rightly.

    Thresholds lie halfway between neighbouring scores, or beyond all of them. Of equally good
    ones, the middle one is taken (the lower of two), so that the choice does not hang on the
    edge of a gap.

    Args:
        scores: shape `(n,)`; NaN where the pair could not be compared, which no threshold mends.
        truth: shape `(n,)`, whether each pair is mated.
    """
    compared = np.isfinite(scores)
    steps = np.unique(scores[compared])
    if not len(steps):
        return 0.0
    mated = np.sort(scores[compared & truth])
    others = np.sort(scores[compared & ~truth])
    # Calling everything from `steps[i]` on mated; the last one calls nothing mated.
    edges = np.append(steps, np.inf)
    right = len(mated) - np.searchsorted(mated, edges) + np.searchsorted(others, edges)
    best = np.flatnonzero(right == right.max())
    at = int(best[(len(best) - 1) // 2])
    if at == 0:
        return float(np.nextafter(steps[0], -np.inf))
    if at == len(steps):
        return float(np.nextafter(steps[-1], np.inf))
    middle = float((steps[at - 1] + steps[at]) / 2)
    return middle if middle > steps[at - 1] else float(steps[at])


def error_rates(pairs: pl.DataFrame) -> dy.DataFrame[ErrorRates]:
    """Return both error rates at each score of the pairs.

    Args:
        pairs: with the schema `PairScores`, in any order.

    Raises:
        ProtocolError: when the frame does not fit.
    """
    _, truth, scores = _arrays(check_frame(PairScores, pairs, "the pairs"))
    mated, others = np.sort(scores[truth]), np.sort(scores[~truth])
    m, n = len(mated), len(others)
    mated, others = mated[np.isfinite(mated)], others[np.isfinite(others)]
    thresholds = np.unique(np.concatenate([mated, others]))
    false_matches = len(others) - np.searchsorted(others, thresholds, side="left")
    non_matches = m - len(mated) + np.searchsorted(mated, thresholds, side="left")
    table = pl.DataFrame(
        {
            "threshold": thresholds.astype(np.float32),
            "false_matches": false_matches.astype(np.int64),
            "false_non_matches": non_matches.astype(np.int64),
        }
    ).with_columns(
        far=pl.col("false_matches") / n if n else pl.lit(None, pl.Float64),
        frr=pl.col("false_non_matches") / m if m else pl.lit(None, pl.Float64),
    )
    return ErrorRates.validate(table)


def frr_at_far(
    pairs: pl.DataFrame,
    targets: Sequence[float] = FAR_TARGETS,
    *,
    replicates: int = 0,
    seed: int = 0,
) -> dy.DataFrame[FrrAtFar]:
    """Return how many mated pairs are rejected where at most so many others are accepted.

    Args:
        pairs: with the schema `PairScores`, in any order.
        targets: each FAR asked for, once.
        replicates: draws of people, for the bootstrap by identity, which needs the columns
            `identity` and `other_identity`; 0 leaves it out.
        seed: of the draws.

    Raises:
        ProtocolError: when the frame does not fit.
    """
    _, truth, scores = _arrays(check_frame(PairScores, pairs, "the pairs"))
    mated, others = scores[truth], scores[~truth]
    m, n = len(mated), len(others)
    compared = others[np.isfinite(others)].astype(np.float32)
    boots: Sequence[Interval | tuple[None, None]] = [(None, None)] * len(targets)
    if replicates:
        boots = pair_bootstrap(pairs, targets, replicates=replicates, seed=seed).frr
    rows = []
    for target, boot in zip(targets, boots, strict=True):
        threshold = threshold_for(compared, n, target) if n else -np.inf
        accepted = int((compared >= threshold).sum())
        misses = m - int((mated[np.isfinite(mated)] >= threshold).sum())
        exact, score = _both(misses, m) if m and n else (_NOTHING, _NOTHING)
        far = clopper_pearson(accepted, n) if n else _NOTHING
        rows.append(
            {
                "far_target": target,
                "threshold": threshold if np.isfinite(threshold) else None,
                "false_matches": accepted,
                "false_non_matches": misses,
                "frr": misses / m if m and n else None,
                **dict(zip(("frr_low", "frr_high"), exact, strict=True)),
                **dict(zip(("frr_wilson_low", "frr_wilson_high"), score, strict=True)),
                **dict(zip(("frr_boot_low", "frr_boot_high"), boot, strict=True)),
                "far": accepted / n if n else None,
                **dict(zip(("far_low", "far_high"), far, strict=True)),
                "measurable": measurable(target, n),
                "far_bound": rule_of_three(n),
            }
        )
    return FrrAtFar.validate(pl.DataFrame(rows, schema=FrrAtFar.create_empty().schema))


_NOTHING: Final = (None, None)


def _both(count: int, n: int) -> tuple[Interval, Interval]:
    return clopper_pearson(count, n), wilson(count, n)


def _arrays(
    pairs: pl.DataFrame,
) -> tuple[
    np.ndarray[tuple[int], np.dtype[np.int64]],
    BoolArray,
    np.ndarray[tuple[int], np.dtype[np.float64]],
]:
    """Return fold, truth and score, NaN for none, in the order of the pairs."""
    ordered = pairs.sort("pair")
    scores = ordered["score"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return ordered["fold"].to_numpy(), ordered["mated"].to_numpy(), scores


def _right(
    scores: np.ndarray[tuple[int], np.dtype[np.float64]], truth: BoolArray, threshold: float
) -> BoolArray:
    """Return which pairs are decided rightly; NaN never is."""
    return np.asarray(np.isfinite(scores) & ((scores >= threshold) == truth), np.bool_)
