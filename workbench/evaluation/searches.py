"""What an evaluation of identification is computed from: searches and references, as frames."""

from __future__ import annotations

import dataframely as dy
import polars as pl

__all__ = ["References", "Searches"]


class Searches(dy.Schema):
    """One row for each probe that was searched for.

    - `probe`: names the image.
    - `identity`: who it shows.
    - `mated`: whether the protocol gives a reference of that person, usable or not.
    - `acquired`: whether a template could be made of it. One that could not is searched for all
      the same, and returns nobody.
    - `top_score`: highest score of any person; null where nobody was returned.
    - `top_identity`: who that is.
    - `mate_score`: score of the person themselves; null where they were not returned.
    - `mate_rank`: 1 plus how many others score as high or higher: a tie is not won by luck.
    """

    probe = dy.String(primary_key=True, min_length=1)
    identity = dy.String(nullable=False, min_length=1)
    mated = dy.Bool(nullable=False)
    acquired = dy.Bool(nullable=False)
    top_score = dy.Float32(nullable=True, allow_inf=False, allow_nan=False)
    top_identity = dy.String(nullable=True)
    mate_score = dy.Float32(nullable=True, allow_inf=False, allow_nan=False)
    mate_rank = dy.Int64(nullable=True, min=1)

    @dy.rule()
    def what_was_not_acquired_returns_nobody(cls) -> pl.Expr:  # noqa: N805 - dataframely's way
        """A probe without a template has no score."""
        return pl.col("acquired") | pl.col("top_score").is_null()

    @dy.rule()
    def only_mated_probes_have_a_mate(cls) -> pl.Expr:  # noqa: N805
        """A non-mated probe has no score of its own person."""
        return pl.col("mated") | pl.col("mate_score").is_null()

    @dy.rule()
    def score_and_rank_come_together(cls) -> pl.Expr:  # noqa: N805
        """The mate has both or neither."""
        return pl.col("mate_score").is_null() == pl.col("mate_rank").is_null()

    @dy.rule()
    def nobody_scores_above_the_top(cls) -> pl.Expr:  # noqa: N805
        """The mate scores no higher than the top, and as high where it stands first."""
        no_mate = pl.col("mate_score").is_null()
        below = pl.col("mate_score") <= pl.col("top_score")
        first = (pl.col("mate_rank") > 1) | (pl.col("mate_score") == pl.col("top_score"))
        return no_mate | (below & first).fill_null(value=False)


class References(dy.Schema):
    """One row for each image that was to be a reference, whether or not it became one."""

    reference = dy.String(primary_key=True, min_length=1)
    identity = dy.String(nullable=False, min_length=1)
    acquired = dy.Bool(nullable=False)
