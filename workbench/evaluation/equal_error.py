"""The equal error rate of pairs, and the counts behind it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from workbench.evaluation.frames import check_frame
from workbench.evaluation.pair_scores import PairScores
from workbench.evaluation.verification import error_rates

__all__ = ["EqualError", "equal_error", "equal_error_rate"]


@dataclass(frozen=True, slots=True)
class EqualError:
    """Where both kinds of error are equally frequent.

    Attributes:
        rate: mean of both rates there.
        threshold: the lowest such; `None` beyond all scores, where nothing is a match.
        false_matches: pairs of two people at or above it.
        false_non_matches: pairs of one person below it, or that could not be compared.
    """

    rate: float
    threshold: float | None
    false_matches: int
    false_non_matches: int


def equal_error_rate(pairs: pl.DataFrame) -> float | None:
    """Return the rate at which both kinds of error are equally frequent.

    Args:
        pairs: with the schema `PairScores`, in any order.

    Returns:
        That of `equal_error`, `None` where there is none.

    Raises:
        ProtocolError: when the frame does not fit.
    """
    found = equal_error(pairs)
    return None if found is None else found.rate


def equal_error(pairs: pl.DataFrame) -> EqualError | None:
    """Return the rate at which both kinds of error are equally frequent, with the counts there.

    It is the mean of both rates at the threshold where they lie closest, of several the lowest;
    beyond all scores nothing is a match.

    Args:
        pairs: with the schema `PairScores`, in any order.

    Returns:
        `None` where one kind of pair is absent, or no pair could be compared.

    Raises:
        ProtocolError: when the frame does not fit.
    """
    checked = check_frame(PairScores, pairs, "the pairs")
    rates = error_rates(checked)
    if checked["mated"].n_unique() < 2 or not len(rates):  # noqa: PLR2004 - mated and non-mated
        return None
    far = np.append(rates["far"].to_numpy(), 0.0)
    frr = np.append(rates["frr"].to_numpy(), 1.0)
    at = int(np.argmin(np.abs(far - frr)))
    rate = float((far[at] + frr[at]) / 2)
    if at == len(rates):
        return EqualError(rate, None, 0, int(checked["mated"].sum()))
    row = rates.row(at, named=True)
    return EqualError(rate, row["threshold"], row["false_matches"], row["false_non_matches"])
