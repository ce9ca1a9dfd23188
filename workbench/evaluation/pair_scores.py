"""What an evaluation of verification is computed from: pairs of images with their scores."""

from __future__ import annotations

import dataframely as dy
import polars as pl

__all__ = ["PairPeople", "PairScores"]


class PairScores(dy.Schema):
    """One row for each pair of images.

    - `pair`: its number.
    - `fold`: part of the list it is in; its threshold is chosen on the others.
    - `mated`: whether both images show one person.
    - `acquired`: whether a template could be made of both.
    - `score`: null where it could not.
    """

    pair = dy.Int64(primary_key=True)
    fold = dy.Int64(nullable=False)
    mated = dy.Bool(nullable=False)
    acquired = dy.Bool(nullable=False)
    score = dy.Float32(nullable=True, allow_inf=False, allow_nan=False)

    @dy.rule()
    def a_score_is_of_an_acquired_pair(cls) -> pl.Expr:  # noqa: N805 - dataframely's way
        """A pair has a score where both images have a template, and only there."""
        return pl.col("acquired") == pl.col("score").is_not_null()


class PairPeople(PairScores):
    """Pairs that say whom each image shows, as lists of pairs do.

    - `identity`, `other_identity`: the person in each image.
    """

    identity = dy.String(nullable=False, min_length=1)
    other_identity = dy.String(nullable=False, min_length=1)

    @dy.rule()
    def a_mated_pair_is_of_one_person(cls) -> pl.Expr:  # noqa: N805 - dataframely's way
        """Both images of a mated pair show one person, and of no other pair."""
        return pl.col("mated") == (pl.col("identity") == pl.col("other_identity"))
