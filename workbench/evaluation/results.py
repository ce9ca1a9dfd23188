"""Everything an evaluation found, as one plain record fit for a JSON file."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from workbench.evaluation.acquisition import acquisition_failures
from workbench.evaluation.bootstrap import REPLICATES
from workbench.evaluation.equal_error import EqualError, equal_error
from workbench.evaluation.few_errors import equal_error_words, few_errors_words
from workbench.evaluation.frames import check_frame
from workbench.evaluation.identification import hit_rate, tpir_at_fpir
from workbench.evaluation.pair_draws import pair_bootstrap
from workbench.evaluation.pair_scores import PairScores
from workbench.evaluation.rates import cmc_curve
from workbench.evaluation.searches import References, Searches
from workbench.evaluation.verification import accuracy, frr_at_far
from workbench.intervals import clopper_pearson, wilson

__all__ = ["CMC_RANKS", "identification_result", "verification_result"]

CMC_RANKS: Final = (1, 2, 3, 5, 10, 20, 50)
"""Ranks in a result; the last is the length of the list in NIST's investigation mode."""


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
        columns of `TpirAtFpir`, with `few_errors` and `few_misses` in words: what the false alarms
        and the misses are worth, with the bound of fewer than three (null from thirty on).
        `failure_rates`: by kind, the columns of `AcquisitionFailures`. `cmc`: the columns of
        `CmcCurve` at each of `CMC_RANKS`.

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
        "failure_rates": {
            row.pop("kind"): row for row in acquisition_failures(checked, listed).to_dicts()
        },
        "rank1": rank1,
        "rank1_interval": list(clopper_pearson(found, len(mated))) if len(mated) else None,
        "tpir_at_fpir": {
            _rate(row["fpir_target"]): {
                name: value for name, value in row.items() if name != "fpir_target"
            }
            | {
                "few_errors": few_errors_words(row["false_alarms"], len(others)),
                "few_misses": few_errors_words(row["misses"], len(mated)),
            }
            for row in table.iter_rows(named=True)
        },
        "cmc": [
            row
            for row in cmc_curve(checked, CMC_RANKS[-1], replicates=replicates).to_dicts()
            if row["rank"] in CMC_RANKS
        ],
    }


def verification_result(pairs: pl.DataFrame, *, replicates: int = REPLICATES) -> dict[str, Any]:
    """Return the figures of a verification.

    Args:
        pairs: with the schema `PairScores`, of two folds at least; where they say whom they show
            (`PairPeople`), there are intervals by identity too.
        replicates: of the bootstrap by identity; 0 leaves it out.

    Returns:
        `n_pairs`, `n_mated`, `n_nonmated`, `failures_to_acquire` by kind of pair, `accuracy`
        (mean over folds), `accuracy_standard_error`, `errors`, `folds` (accuracy and threshold of
        each), `equal_error_rate` and `frr_at_far`, with `few_errors` in words (null from thirty
        errors on). `equal_error`: its threshold and counts, and in words what fewer than three of
        a kind are worth. `n_people` and `equal_error_rate_interval` are null where nobody is named,
        the latter also where people drawn anew never differ. `errors_interval`: exact and
        Wilson's intervals of the share decided wrongly; `few_errors`: what those errors are worth.

    Raises:
        ProtocolError: when the frame does not fit or has fewer than two folds.
    """
    checked = check_frame(PairScores, pairs, "the pairs")
    mated, others = checked.filter("mated"), checked.filter(~pl.col("mated"))
    by_folds = accuracy(checked)
    named = {"identity", "other_identity"} <= set(pairs.columns)
    drawn = pair_bootstrap(pairs, [], replicates=replicates) if named else None
    table = frr_at_far(pairs, replicates=replicates if named else 0)
    by_people = None if drawn is None else drawn.equal_error_rate
    equal = equal_error(checked)
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
        "errors_interval": {
            "clopper_pearson": list(clopper_pearson(by_folds.errors, by_folds.pairs)),
            "wilson": list(wilson(by_folds.errors, by_folds.pairs)),
        },
        "few_errors": few_errors_words(by_folds.errors, by_folds.pairs),
        "n_people": None if drawn is None else drawn.people,
        "equal_error_rate": None if equal is None else equal.rate,
        "equal_error": None if equal is None else _equal(equal, len(mated), len(others)),
        "equal_error_rate_interval": None if by_people is None else list(by_people),
        "frr_at_far": {
            _rate(row["far_target"]): {
                name: value for name, value in row.items() if name != "far_target"
            }
            | {
                "few_errors": {
                    "far": few_errors_words(row["false_matches"], len(others)),
                    "frr": few_errors_words(row["false_non_matches"], len(mated)),
                }
            }
            for row in table.iter_rows(named=True)
        },
    }


def _equal(found: EqualError, mated: int, others: int) -> dict[str, Any]:
    """Return where the equal error rate is, and what few errors there are worth."""
    return {
        "threshold": found.threshold,
        "false_matches": found.false_matches,
        "false_non_matches": found.false_non_matches,
        "few_errors": equal_error_words(
            found.false_matches, others, found.false_non_matches, mated
        ),
    }


def _rate(value: float) -> str:
    """Return a rate as people write it: `0.003`, and never `1e-05`."""
    return f"{value:.10f}".rstrip("0").rstrip(".")
