"""TPIR at a threshold that the same searches gave, and the difference of two, at known rates.

A mate scores 4.5 on average, whoever is not on the list 0 at most, both with a standard deviation
of 1; two images of a person share 0.6 of it. So what TPIR is at the threshold that truly keeps an
FPIR is known. The threshold found on some searches is another, and that is where intervals fail:
the fewer false alarms it rests on, the more. The second matcher's mates score 4.2; scores of both
correlate by 0.7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl
from scipy.special import ndtr, ndtri

from workbench.arrays import FloatArray
from workbench.evaluation import Searches, paired_difference, tpir_at_fpir

__all__ = ["FEW", "MANY", "TARGETS", "difference_cells", "tally", "tpir_cells"]

TARGETS = (0.03, 0.01, 0.003)
MATE = 4.5
SECOND = 4.2
ALIKE = 0.7
PERSON = 0.6
LISTED = 400
IMAGES = 2
FEW, MANY = 1_049, 2_896
"""People who are searched for and not on the list, as many as the two protocols of LFW have."""

Ends = Mapping[str, tuple[float | None, float | None, float]]


def standard(images: int, people: int, generator: np.random.Generator) -> FloatArray:
    """Standard normal numbers, of which images of a person share a part."""
    own = np.repeat(generator.normal(0.0, PERSON, people), images)
    rest = generator.normal(0.0, np.sqrt(1.0 - PERSON**2), people * images)
    return (own + rest).astype(np.float32)


def frame(mates: FloatArray, others: FloatArray) -> pl.DataFrame:
    """Searches as the workbench keeps them."""
    m, n = len(mates), len(others)
    whose = [f"p{at // IMAGES}" for at in range(m)]
    return pl.DataFrame(
        {
            "probe": [f"m{at}" for at in range(m)] + [f"n{at}" for at in range(n)],
            "identity": whose + [f"q{at}" for at in range(n)],
            "mated": [True] * m + [False] * n,
            "acquired": [True] * (m + n),
            "top_score": np.concatenate([mates, others]),
            "top_identity": whose + ["x"] * n,
            "mate_score": [*mates.tolist(), *[None] * n],
            "mate_rank": [1] * m + [None] * n,
        },
        schema=Searches.create_empty().schema,
    )


def tpir(mate: float, target: float) -> float:
    """The TPIR at the threshold that truly keeps an FPIR."""
    return float(ndtr(mate + ndtri(target)))


def tally(repetitions: int, once: Callable[[int], Ends]) -> Iterator[dict[str, Any]]:
    """Count on which side of each interval the truth lies; one that is not told is counted apart.

    Args:
        repetitions: how often to draw.
        once: gives both ends and the truth by name, for a seed.
    """
    counts: dict[str, list[int]] = {}
    for seed in range(repetitions):
        for name, (low, high, truth) in once(seed).items():
            of = counts.setdefault(name, [0, 0, 0, 0])
            if low is None or high is None or not low <= high:
                of[3] += 1
            else:
                of[0 if low <= truth <= high else 1 if truth < low else 2] += 1
    for name, (holds, below, above, untold) in counts.items():
        told = repetitions - untold
        share = holds / told if told else None
        yield {
            "interval": name,
            "told": told,
            "coverage": share,
            "standard_error": None if share is None else (share * (1 - share) / told) ** 0.5,
            "truth_below": below / told if told else None,
            "truth_above": above / told if told else None,
        }


def tpir_cells(repetitions: int, draws: int, others: int) -> Iterator[dict[str, Any]]:
    """Intervals of TPIR, and of FPIR at the threshold that was found."""

    def once(seed: int) -> Ends:
        generator = np.random.default_rng([seed, others])
        mates = standard(IMAGES, LISTED, generator) + np.float32(MATE)
        searches = frame(mates, standard(1, others, generator))
        found: dict[str, tuple[float | None, float | None, float]] = {}
        for row in tpir_at_fpir(searches, TARGETS, replicates=draws, seed=seed).to_dicts():
            at = f"FPIR {row['fpir_target']:g}, {others:,} non-mated people"
            truth = tpir(MATE, row["fpir_target"])
            found[f"TPIR at {at}"] = (row["tpir_boot_low"], row["tpir_boot_high"], truth)
            fpir = float(ndtr(-row["threshold"]))
            found[f"FPIR itself, at the threshold of {at}"] = (
                row["fpir_low"], row["fpir_high"], fpir,
            )  # fmt: skip
        return found

    return tally(repetitions, once)


def difference_cells(repetitions: int, draws: int, others: int) -> Iterator[dict[str, Any]]:
    """Intervals of how much more the first of two matchers finds."""

    def pair(images: int, people: int, generator: np.random.Generator) -> list[FloatArray]:
        one, rest = (standard(images, people, generator) for _ in range(2))
        return [one, (ALIKE * one + np.sqrt(1.0 - ALIKE**2) * rest).astype(np.float32)]

    def once(seed: int) -> Ends:
        generator = np.random.default_rng([seed, others, 2])
        mates, tops = pair(IMAGES, LISTED, generator), pair(1, others, generator)
        a, b = (
            frame(mate + np.float32(mean), top)
            for mate, top, mean in zip(mates, tops, (MATE, SECOND), strict=True)
        )
        found: dict[str, tuple[float | None, float | None, float]] = {}
        for target in TARGETS:
            of = paired_difference(a, b, target=target, replicates=draws, seed=seed)
            truth = tpir(MATE, target) - tpir(SECOND, target)
            name = f"difference of two matchers at FPIR {target:g}, {others:,} non-mated people"
            found[name] = (of.low, of.high, truth)
        return found

    return tally(repetitions, once)
