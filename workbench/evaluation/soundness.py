"""Refuses searches from which no rate can come: one kind alone, or a score that tells nobody apart.

A function that has rows without figures for these gives such rows. One whose answer is a single
figure refuses them, and says where it saw it.
"""

from __future__ import annotations

import polars as pl

from workbench.errors import ProtocolError

__all__ = ["require_spread", "require_two_kinds"]


def require_two_kinds(searches: pl.DataFrame, what: str, column: str = "mated") -> None:
    """Raise `ProtocolError` unless a column of truth holds both of its values.

    Args:
        searches: checked against its schema.
        what: what to call them in the message.
        column: true where one person is meant.
    """
    if not len(searches):
        msg = f"{what} have no row, so there is nothing to measure. Give some."
        raise ProtocolError(msg)
    kinds = searches[column].unique().to_list()
    if len(kinds) == 1:
        has, lacks = ("mated", "non-mated") if kinds[0] else ("non-mated", "mated")
        msg = (
            f"{what} are all {has}: column {column} is {str(kinds[0]).lower()} in rows 1 to "
            f"{len(searches):,}. A rate needs {lacks} ones too; add them."
        )
        raise ProtocolError(msg)


def require_spread(searches: pl.DataFrame, column: str, what: str) -> None:
    """Raise `ProtocolError` when a column holds no score, or one score everywhere.

    Args:
        searches: checked against its schema.
        column: of scores; null for none.
        what: what to call them in the message.
    """
    scores = searches[column].drop_nulls()
    if scores.n_unique() >= 2:  # noqa: PLR2004 - two scores can be told apart
        return
    if not len(scores):
        msg = (
            f"{what} have no score: column {column} is empty in each of {len(searches):,} rows. "
            "Check that faces were found."
        )
        raise ProtocolError(msg)
    first = int(searches[column].is_not_null().arg_max() or 0) + 1
    msg = (
        f"{what} all have the score {scores[0]:.6g}: column {column}, from row {first} on in all "
        f"{len(scores):,} rows with one. Such a score tells nobody apart; check the matcher."
    )
    raise ProtocolError(msg)
