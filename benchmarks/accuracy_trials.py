"""One way of scoring held against another on the same people, the threshold found anew for each.

Everyone is on the list but for the one who is searched for (benchmarks/accuracy_design.py), with at
most three mated probes a person. Each person's reference is their first image, then their second
and so on, over five rounds, since one choice of references decides too much. Differences are those
of the mean over rounds; intervals draw people, the same for both ways.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.arrays import FloatArray, IntArray

__all__ = ["REPLICATES", "Compared", "Outcome", "Round", "Score", "compared", "outcomes", "rounds"]

ROUNDS = 5
MATED = 3
REPLICATES = 400

Score = Callable[[IntArray, IntArray], FloatArray]
"""Scores of images in rows with images in columns, by their row in the templates."""


@dataclass(frozen=True, slots=True)
class Round:
    """Whose image is searched for among whose.

    Attributes:
        references: row of each person's reference, shape `(p,)`.
        others: row of the image that is searched for while the person is not listed, `(p,)`.
        mated: rows of mated probes, shape `(m,)`.
        owners: whose they are, index of the person.
    """

    references: IntArray
    others: IntArray
    mated: IntArray
    owners: IntArray


def rounds(rows: Mapping[str, Sequence[int]], count: int = ROUNDS) -> list[Round]:
    """Return the rounds for people's images, by row in the templates."""
    made = []
    for at in range(count):
        turned = [list(one[at % len(one) :]) + list(one[: at % len(one)]) for one in rows.values()]
        mated = [(row, owner) for owner, one in enumerate(turned) for row in one[1 : MATED + 1]]
        made.append(
            Round(
                np.array([one[0] for one in turned], np.int64),
                np.array([one[:2][-1] for one in turned], np.int64),
                np.array([row for row, _ in mated], np.int64),
                np.array([owner for _, owner in mated], np.int64),
            )
        )
    return made


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a way of scoring gave in one round.

    Attributes:
        hits: score of each mated probe for its person, -inf where another scores as high.
        owners: whose they are.
        alarms: highest score of each person while not listed, descending, shape `(p,)`.
        alarmed: whose those are.
        rank1: share of mated probes whose person scores highest.
    """

    hits: FloatArray
    owners: IntArray
    alarms: FloatArray
    alarmed: IntArray
    rank1: float

    @classmethod
    def of(cls, one: Round, mated: FloatArray, others: FloatArray) -> Outcome:
        """Read it off the scores of mated probes and of people who are not listed.

        Args:
            one: the round.
            mated: shape `(m, p)`.
            others: shape `(p, p)`.
        """
        at = np.arange(len(mated))
        own = mated[at, one.owners].astype(np.float64)
        rest = np.array(mated, np.float64)
        rest[at, one.owners] = -np.inf
        first = own > rest.max(axis=1)
        alarms = np.array(others, np.float64)
        np.fill_diagonal(alarms, -np.inf)
        highest = alarms.max(axis=1)
        order = np.argsort(-highest, kind="stable")
        hits = np.where(first, own, -np.inf)
        return cls(hits, one.owners, highest[order], order, float(first.mean()))


def outcomes(score: Score, made: Sequence[Round]) -> list[Outcome]:
    """Search for everyone in each round."""
    return [
        Outcome.of(one, score(one.mated, one.references), score(one.others, one.references))
        for one in made
    ]


def tpir(found: Sequence[Outcome], target: float, weights: IntArray | None = None) -> float:
    """Return the mean TPIR over rounds where at most `target` of the others raise an alarm."""
    shares = []
    for one in found:
        w = np.ones(len(one.alarms), np.int64) if weights is None else weights
        running = np.cumsum(w[one.alarmed])
        beyond = int(np.searchsorted(running, target * running[-1], side="right"))
        threshold = one.alarms[min(beyond, len(one.alarms) - 1)]
        of_owner = w[one.owners]
        shares.append(float((of_owner * (one.hits > threshold)).sum() / of_owner.sum()))
    return float(np.mean(shares))


@dataclass(frozen=True, slots=True)
class Compared:
    """TPIR of one way, and how it differs from another: the difference and its 95 % interval."""

    tpir: float
    difference: float
    low: float
    high: float

    def text(self) -> str:
        """Return it as a cell of a table."""
        return f"{self.tpir:.4f}; {self.difference:+.4f} ({self.low:+.4f} to {self.high:+.4f})"


def compared(found: Sequence[Outcome], base: Sequence[Outcome], target: float) -> Compared:
    """Compare two ways on the same rounds."""
    people = len(base[0].alarms)
    generator = np.random.default_rng(0)
    drawn = []
    for _ in range(REPLICATES):
        weights = np.bincount(generator.integers(0, people, people), minlength=people)
        drawn.append(tpir(found, target, weights) - tpir(base, target, weights))
    low, high = np.quantile(drawn, [0.025, 0.975])
    mean = tpir(found, target)
    return Compared(mean, mean - tpir(base, target), float(low), float(high))
