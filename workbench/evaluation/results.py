"""Everything an evaluation found, as one plain record fit for a JSON file."""

from __future__ import annotations

from typing import Any

import polars as pl

from workbench.evaluation.bootstrap import REPLICATES
from workbench.evaluation.frames import check_frame
from workbench.evaluation.identification import hit_rate, tpir_at_fpir
from workbench.evaluation.searches import References, Searches
from workbench.evaluation.verification import (
    PairScores,
    accuracy,
    equal_error_rate,
    frr_at_far,
)
from workbench.intervals import clopper_pearson

__all__ = ["identification_result", "verification_result"]


def identification_result(
    searches: pl.DataFrame, references: pl.DataFrame, *, replicates: int = REPLICATES
) -> dict[str, Any]:
    """Return the figures of an open-set identification.

    Args:
        searches: with the schema `Searches`.
        references: with the schema `References`.
        replicates: of the bootstrap by identity; 0 leaves it out.

    Returns:
        `n_references`, `n_references_enrolled`, `n_identities` and `n_mated`, `n_nonmated`
        (searches) with the people behind them, `failures_to_acquire` by role, `rank1` with its
        exact interval, and `tpir_at_fpir`: by the FPIR asked for, written as in `0.003`, the
        columns of `TpirAtFpir`.

    Raises:
        ProtocolError: when a frame does not fit.
    """
    checked = check_frame(Searches, searches, "the searches")
    listed = check_frame(References, references, "the references")
    mated, others = checked.filter("mated"), checked.filter(~pl.col("mated"))
    failed = ~pl.col("acquired")
    rank1 = hit_rate(checked)
    found = round((rank1 or 0.0) * len(mated))
    table = tpir_at_fpir(checked, replicates=replicates)
    return {
        "n_references": len(listed),
        "n_references_enrolled": len(listed.filter("acquired")),
        "n_identities": listed["identity"].n_unique(),
        "n_mated": len(mated),
        "n_mated_identities": mated["identity"].n_unique(),
        "n_nonmated": len(others),
        "n_nonmated_identities": others["identity"].n_unique(),
        "failures_to_acquire": {
            "reference": len(listed.filter(failed)),
            "probe": len(checked.filter(failed)),
            "mated_probe": len(mated.filter(failed)),
            "nonmated_probe": len(others.filter(failed)),
        },
        "rank1": rank1,
        "rank1_interval": list(clopper_pearson(found, len(mated))) if len(mated) else None,
        "tpir_at_fpir": {
            _rate(row["fpir_target"]): {
                name: value for name, value in row.items() if name != "fpir_target"
            }
            for row in table.iter_rows(named=True)
        },
    }


def verification_result(pairs: pl.DataFrame) -> dict[str, Any]:
    """Return the figures of a verification.

    Args:
        pairs: with the schema `PairScores`, of two folds at least.

    Returns:
        `n_pairs`, `n_mated`, `n_nonmated`, `failures_to_acquire` by kind of pair, `accuracy`
        (mean over folds), `accuracy_standard_error`, `errors`, `folds` (accuracy and threshold of
        each), `equal_error_rate` and `frr_at_far`.

    Raises:
        ProtocolError: when the frame does not fit or has fewer than two folds.
    """
    checked = check_frame(PairScores, pairs, "the pairs")
    mated, others = checked.filter("mated"), checked.filter(~pl.col("mated"))
    by_folds = accuracy(checked)
    return {
        "n_pairs": len(checked),
        "n_mated": len(mated),
        "n_nonmated": len(others),
        "failures_to_acquire": {
            "mated_pair": len(mated.filter(~pl.col("acquired"))),
            "nonmated_pair": len(others.filter(~pl.col("acquired"))),
        },
        "accuracy": by_folds.mean,
        "accuracy_standard_error": by_folds.standard_error,
        "errors": by_folds.errors,
        "folds": [
            {"accuracy": share, "threshold": threshold}
            for share, threshold in zip(by_folds.folds, by_folds.thresholds, strict=True)
        ],
        "equal_error_rate": equal_error_rate(checked),
        "frr_at_far": {
            _rate(row["far_target"]): {
                name: value for name, value in row.items() if name != "far_target"
            }
            for row in frr_at_far(checked).iter_rows(named=True)
        },
    }


def _rate(value: float) -> str:
    """Return a rate as people write it: `0.003`, and never `1e-05`."""
    return f"{value:.10f}".rstrip("0").rstrip(".")
