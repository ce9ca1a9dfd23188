"""Builders of frames that an evaluation takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import polars as pl
import pytest

from workbench.evaluation import PairScores, References, Searches

MakeSearches: TypeAlias = Callable[..., pl.DataFrame]

SEARCHES = Searches.create_empty().schema


def _searches(
    mated: Sequence[tuple[float | None, int | None]] = (),
    others: Sequence[float | None] = (),
    *,
    tops: Sequence[float | None] | None = None,
) -> pl.DataFrame:
    """Build searches: (score, rank) of each mate, and the top score of each non-mated probe."""
    rows = []
    for at, (score, rank) in enumerate(mated):
        top = score if tops is None else tops[at]
        rows.append((f"m{at}", f"listed {at}", True, top is not None, top, "x", score, rank))
    for at, top in enumerate(others):
        rows.append((f"n{at}", f"other {at}", False, top is not None, top, "x", None, None))
    return pl.DataFrame(rows, schema=SEARCHES, orient="row")


@pytest.fixture
def searches() -> MakeSearches:
    return _searches


@pytest.fixture
def references() -> Callable[..., pl.DataFrame]:
    def make(*identities: str, failed: int = 0) -> pl.DataFrame:
        rows = [(f"r{at}", name, at >= failed) for at, name in enumerate(identities)]
        return pl.DataFrame(rows, schema=References.create_empty().schema, orient="row")

    return make


@pytest.fixture
def pairs() -> Callable[..., pl.DataFrame]:
    """Build pairs from scores of mated and of other pairs, dealt to folds in turn."""

    def make(
        mated: Sequence[float | None], others: Sequence[float | None], folds: int = 2
    ) -> pl.DataFrame:
        rows = [
            (at, at % folds, True, score is not None, score) for at, score in enumerate(mated)
        ] + [
            (at + len(mated), at % folds, False, score is not None, score)
            for at, score in enumerate(others)
        ]
        return pl.DataFrame(rows, schema=PairScores.create_empty().schema, orient="row")

    return make


@pytest.fixture
def random_searches() -> MakeSearches:
    """Build a large made-up identification with everything in it that goes wrong."""

    def make(seed: int = 0, m: int = 300, n: int = 200) -> pl.DataFrame:
        generator = np.random.default_rng(seed)
        mates = generator.normal(2.0, 1.0, m).round(1)
        rivals = generator.normal(0.5, 0.7, m).round(1)
        rows = []
        for at in range(m):
            kind = generator.random()
            mate, rival = float(np.float32(mates[at])), float(np.float32(rivals[at]))
            if kind < 0.03:
                rows.append((f"m{at}", f"p{at % 90}", True, False, None, None, None, None))
            elif kind < 0.06:
                rows.append((f"m{at}", f"p{at % 90}", True, True, rival, "x", None, None))
            else:
                rank = 1 if mate > rival else 2
                top = max(mate, rival)
                rows.append((f"m{at}", f"p{at % 90}", True, True, top, "x", mate, rank))
        for at in range(n):
            top = None if generator.random() < 0.05 else float(np.float32(round(rivals[at % m], 1)))
            rows.append((f"n{at}", f"q{at}", False, top is not None, top, None, None, None))
        return pl.DataFrame(rows, schema=SEARCHES, orient="row")

    return make
