"""Refuses pairs of which no accuracy can be told: one fold alone, or one score everywhere."""

from __future__ import annotations

from typing import Final

import polars as pl

from workbench.errors import ProtocolError

__all__ = ["SAME_SCORE", "require_folds", "require_spread"]

SAME_SCORE: Final = 1e-4
"""Scores of one picture with itself differ by so much, by where in a batch it was encoded."""


def require_folds(pairs: pl.DataFrame) -> None:
    """Refuse pairs of one fold: a threshold is chosen on the others.

    Args:
        pairs: with the column `fold`.

    Raises:
        ProtocolError: when there are fewer than two folds.
    """
    folds = pairs["fold"].n_unique()
    if folds < 2:  # noqa: PLR2004 - one to choose on, one to decide
        msg = (
            f"all {len(pairs):,} pairs are in one fold, and choosing a threshold on the others "
            "takes two. Give more pairs of each kind, or folds from 1 in the column fold."
        )
        raise ProtocolError(msg)


def require_spread(pairs: pl.DataFrame) -> None:
    """Refuse pairs that all have one score, but for rounding: no threshold parts them.

    Args:
        pairs: with the column `score`, null where a pair could not be compared.

    Raises:
        ProtocolError: when two pairs or more were compared and all scored the same.
    """
    scores = pairs["score"].drop_nulls()
    low, high = scores.min(), scores.max()
    if len(scores) < 2 or not isinstance(low, float) or not isinstance(high, float):  # noqa: PLR2004
        return
    if high - low <= SAME_SCORE:
        msg = (
            f"all {len(scores):,} pairs that were compared have the same score, {low:.4f}, so that "
            "no threshold parts them. The images may be copies of one; look at them."
        )
        raise ProtocolError(msg)
