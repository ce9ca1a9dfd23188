"""False alarms of longer lists than there are people for, reckoned from single comparisons.

FPIR(N) = 1 - (1 - FMR)^N takes the comparisons of a search for independent. They are not: some
people look like many. How far that leads astray is shown where N can be searched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from workbench.arrays import FloatArray, IntArray
from workbench.evaluation.comparisons import Comparisons as Gathered
from workbench.evaluation.gathering import gather_comparisons
from workbench.intervals import measurable
from workbench.list_rates import rate_before

__all__ = ["Comparisons", "searched_rate"]

REPLICATES = 1000
KEPT = 50_000
"""Highest comparisons that a bootstrap looks at: enough for a false match rate of 1 in 200."""


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Non-mated comparisons of everyone with everyone, as the library gathers them.

    People are drawn here one draw after the other, as when the committed figures were measured;
    `workbench.evaluation.comparison_rates` draws them alike, but other ones of the same seed.

    Attributes:
        people: how many.
        gathered: all that was kept of them.
    """

    people: int
    gathered: Gathered

    @classmethod
    def of(cls, scores: FloatArray) -> Comparisons:
        """Take them from the matrix of `accuracy_design.found`."""
        names = [f"{place:06}" for place in range(len(scores))]
        matrix = scores.copy()
        # With themselves nobody was compared; what stands there is mated, and is counted nowhere.
        np.fill_diagonal(matrix, 0.0)
        kept = gather_comparisons([(0, 0, matrix)], names, names, highest=KEPT, candidates=1)
        return cls(len(scores), kept)

    @property
    def scores(self) -> FloatArray:
        """The highest scores, descending, shape `(k,)`."""
        return self.gathered.high_scores

    @property
    def count(self) -> int:
        """How many comparisons there are; each two people give two of them."""
        return self.gathered.nonmated

    @property
    def pairs(self) -> int:
        """How many pairs of people there are."""
        return self.count // 2

    def above(self, threshold: float) -> int:
        """How many score at or above a threshold."""
        return int(self.gathered.false_matches(np.array([threshold], np.float32))[0])

    def threshold(self, fmr: float) -> float:
        """Return the lowest score that keeps a false match rate."""
        return self._at(np.arange(1, len(self.scores) + 1), fmr * self.count)

    def _at(self, running: IntArray, most: float) -> float:
        beyond = int(np.searchsorted(running, most, side="right"))
        if beyond >= len(self.scores):
            msg = f"{most} comparisons are more than were kept"
            raise ValueError(msg)
        # One that scores no higher than the first that is too many is too many itself.
        return float(np.nextafter(np.float32(self.scores[beyond]), np.float32(np.inf)))

    def drawn(self, generator: np.random.Generator) -> tuple[IntArray, IntArray, int]:
        """Draw people anew: how often each, comparisons so far by score, and all of them."""
        weights = np.bincount(
            generator.integers(0, self.people, self.people), minlength=self.people
        ).astype(np.int64)
        kept = self.gathered
        running = np.cumsum(weights[kept.high_probes] * weights[kept.high_references])
        return weights, running, int(weights.sum() ** 2 - (weights**2).sum())

    def rate_interval(self, threshold: float, seed: int = 0) -> tuple[float, float]:
        """Return the 95 % interval of the false match rate, drawing people."""
        generator = np.random.default_rng(seed)
        upto = self.above(threshold)
        rates = []
        for _ in range(REPLICATES):
            _, running, count = self.drawn(generator)
            rates.append(running[upto - 1] / count if upto else 0.0)
        low, high = np.quantile(rates, [0.025, 0.975])
        return float(low), float(high)

    def tpir(
        self, mated: pl.DataFrame, people: Sequence[str], fpir: float, size: int
    ) -> dict[str, Any]:
        """Return how many are found where a list of `size` would keep an FPIR.

        Args:
            mated: searches of `Searches` that are mated.
            people: in the order of the matrix.
            fpir: asked for.
            size: of the list.
        """
        fmr = rate_before(fpir, size)
        result: dict[str, Any] = {
            "fmr": fmr,
            "expected_pairs": fmr * self.pairs,
            "measurable": measurable(fmr, self.pairs),
        }
        if not result["measurable"]:
            return result
        at = {person: index for index, person in enumerate(people)}
        owner = np.array([at[person] for person in mated["identity"]], np.int64)
        first = mated["mate_rank"].to_numpy() == 1
        scores = np.where(first, mated["mate_score"].to_numpy(), -np.inf)
        threshold = self.threshold(fmr)
        generator, drawn = np.random.default_rng(0), []
        for _ in range(REPLICATES):
            weights, running, count = self.drawn(generator)
            hits = scores >= self._at(running, fmr * count)
            drawn.append((weights[owner] * hits).sum() / weights[owner].sum())
        low, high = np.quantile(drawn, [0.025, 0.975])
        return result | {
            "threshold": threshold,
            "comparisons_above": self.above(threshold),
            "tpir": float(np.mean(scores >= threshold)),
            "tpir_boot_low": float(low),
            "tpir_boot_high": float(high),
        }


def searched_rate(scores: FloatArray, threshold: float, size: int, draws: int = 40) -> float:
    """Return the FPIR that searches of lists of `size`, drawn from everyone, do have."""
    generator = np.random.default_rng(0)
    if size >= len(scores) - 1:
        return float(np.mean(scores.max(axis=1) >= np.float32(threshold)))
    above = scores >= np.float32(threshold)
    # A person is on the list with all others alike, and never on the one they are searched in.
    alarming = np.flatnonzero(above.any(axis=1))
    rates = []
    for _ in range(draws):
        order = generator.permutation(len(scores))
        place = np.empty(len(scores), np.int64)
        place[order] = np.arange(len(scores))
        alarms = 0
        for row in alarming:
            hits = place[np.flatnonzero(above[row])]
            own = place[row]
            # With the person themselves taken off, the list is the first `size` of the others.
            alarms += bool(np.any(hits - (hits > own) < size))
        rates.append(alarms / len(scores))
    return float(np.mean(rates))
