"""What one would first write with NumPy and scikit-learn for rates with intervals of people.

It is what `evaluation_speed.py` holds the workbench to: plain, right, and no faster than it comes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import polars as pl
from sklearn.metrics import det_curve

from workbench.arrays import FloatArray

__all__ = ["Faces", "Found", "Plain", "searched_plainly"]


@dataclass(frozen=True)
class Faces:
    """Made-up templates of two images of each person who is searched for, one of each listed."""

    probes: FloatArray
    references: FloatArray
    probe_people: list[str]
    reference_people: list[str]

    def first(self, share: float) -> Faces:
        """The first probes of these, with all references."""
        n = round(len(self.probes) * share)
        return Faces(self.probes[:n], self.references, self.probe_people[:n], self.reference_people)


@dataclass(frozen=True)
class Found:
    """Figures of one side, so that both can be held to each other."""

    rates: FloatArray
    low: FloatArray
    high: FloatArray


class Plain:
    """What one would first write; how long its two parts took stays here, to be scaled."""

    def __init__(self) -> None:
        self.once = self.draws = 0.0

    def compared(self, of: Faces, at: FloatArray, draws: int) -> Found:
        """The whole matrix, scikit-learn's curve, and a loop over draws."""
        start = time.perf_counter()
        scores = of.probes @ of.references.T
        probes, references = np.array(of.probe_people), np.array(of.reference_people)
        mated = probes[:, None] == references[None]
        fpr, fnr, _ = det_curve(mated.reshape(-1), scores.reshape(-1))
        float((fpr + fnr)[np.argmin(np.abs(fpr - fnr))] / 2)
        del fpr, fnr
        # The curve ends at the lowest mated score; rates below it are counted by themselves.
        rates = reached(scores[~mated], at)
        rows_of, columns_of = places(of.probe_people), places(of.reference_people)
        alone, listed = sorted(rows_of.keys() - columns_of.keys()), sorted(columns_of)
        self.once = time.perf_counter() - start
        generator = np.random.default_rng(0)
        start = time.perf_counter()
        drawn = np.empty((draws, len(at)))
        for row in drawn:
            mine = generator.choice(listed, len(listed))
            others = generator.choice(alone, len(alone))
            rows = [at for name in (*mine, *others) for at in rows_of.get(name, ())]
            columns = [at for name in mine for at in columns_of[name]]
            taken = scores[np.ix_(rows, columns)]
            kept = taken[~mated[np.ix_(rows, columns)]]
            row[:] = reached(kept, at)
        self.draws = time.perf_counter() - start
        return Found(rates, *np.quantile(drawn, [0.025, 0.975], axis=0))


def reached(scores: FloatArray, at: FloatArray) -> FloatArray:
    """The share of scores at or above each threshold."""
    counts = np.histogram(scores, np.append(at, np.float32(np.inf)))[0]
    return counts[::-1].cumsum()[::-1] / len(scores)


def places(people: list[str]) -> dict[str, list[int]]:
    """Where each person stands."""
    found: dict[str, list[int]] = {}
    for at, name in enumerate(people):
        found.setdefault(name, []).append(at)
    return found


def searched_plainly(frame: pl.DataFrame, at: FloatArray, draws: int) -> Found:
    """A loop over draws, people and images."""
    generator = np.random.default_rng(0)
    parts = []
    for mated in (False, True):
        part = frame.filter(pl.col("mated") == mated)
        scores = part["mate_score" if mated else "top_score"].to_numpy()
        names = part["identity"].to_numpy()
        order = np.argsort(names, kind="stable")
        whose = np.split(scores[order], np.flatnonzero(names[order][1:] != names[order][:-1]) + 1)
        shares = [(scores[:, None] >= at).mean(axis=0)]
        for _ in range(draws):
            people = generator.integers(0, len(whose), len(whose))
            drawn = np.concatenate([generator.choice(whose[k], len(whose[k])) for k in people])
            shares.append((drawn[:, None] >= at).mean(axis=0))
        parts.append(1.0 - np.array(shares) if mated else np.array(shares))
    both = np.concatenate(parts, axis=1)
    return Found(both[0], *np.quantile(both[1:], [0.025, 0.975], axis=0))
