"""The thresholds that a lab steps through, and both error rates with their intervals at each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from workbench.evaluation.bootstrap import REPLICATES
from workbench.evaluation.rates import rates_at

__all__ = ["LabGrid", "lab_rates", "threshold_grid"]

MOST_STEPS: Final = 400
_NICE: Final = (1, 2, 5)
_LOWEST: Final = 0.01
"""Below the score that all but so small a share of the searches reach, nothing is chosen."""


@dataclass(frozen=True, slots=True)
class LabGrid:
    """Thresholds in even steps that people can say.

    Attributes:
        thresholds: ascending, each a number of `decimals` places.
        decimals: places that tell each from the next.
    """

    thresholds: tuple[float, ...]
    decimals: int

    def nearest(self, threshold: float) -> int:
        """Return the place of the threshold that is nearest to a score."""
        return int(np.argmin(np.abs(np.array(self.thresholds) - threshold)))


def threshold_grid(searches: pl.DataFrame, most: int = MOST_STEPS) -> LabGrid:
    """Return even steps from where nearly everybody raises an alarm to where nobody does.

    Args:
        searches: with the schema `Searches`.
        most: thresholds to step through at the most.

    Returns:
        The steps, 1, 2 or 5 times a power of ten apart; none where no search gave a score.
    """
    scores = searches["top_score"].drop_nulls().to_numpy().astype(np.float64)
    if not len(scores):
        return LabGrid((), 2)
    low, high = float(np.quantile(scores, _LOWEST)), float(scores.max())
    least = max(high - low, 1e-3) / (most - 2)
    power = math.floor(math.log10(least))
    step, power = next(
        (nice, exponent)
        for exponent in (power, power + 1)
        for nice in _NICE
        if nice * 10.0**exponent >= least
    )
    decimals = max(2, -power)
    size = step * 10.0**power
    first, last = math.floor(low / size), math.floor(high / size) + 1
    if np.float32(round(last * size, decimals)) <= np.float32(high):
        last += 1  # in single precision, in which scores are compared, it is that score
    return LabGrid(
        tuple(round(place * size, decimals) for place in range(first, last + 1)), decimals
    )


def lab_rates(
    searches: pl.DataFrame, grid: LabGrid, *, replicates: int = REPLICATES, seed: int = 0
) -> pl.DataFrame:
    """Return both rates at each threshold, with the wider of two intervals as `_from` and `_to`.

    The exact interval takes searches for independent, and that of a bootstrap by identity knows
    nothing of errors that were not drawn: a reader is told the ends that hold for both. Draws
    without any error do not make a rate none that was seen; there the exact end stands.

    Args:
        searches: with the schema `Searches`.
        grid: of `threshold_grid`.
        replicates: of the bootstrap by identity.
        seed: of the bootstrap.

    Returns:
        What `rates_at` returns, a row for each threshold, with `fpir_from`, `fpir_to`,
        `fnir_from` and `fnir_to`.
    """
    rates = rates_at(searches, grid.thresholds, replicates=replicates, seed=seed)
    return rates.with_columns(
        **{
            f"{rate}_from": pl.min_horizontal(f"{rate}_low", _within(f"{rate}_boot_low"))
            for rate in ("fpir", "fnir")
        },
        **{
            f"{rate}_to": pl.max_horizontal(f"{rate}_high", _within(f"{rate}_boot_high"))
            for rate in ("fpir", "fnir")
        },
    )


def _within(end: str) -> pl.Expr:
    """Return an end of a bootstrap's interval where it says something, else null."""
    return pl.when((pl.col(end) > 0.0) & (pl.col(end) < 1.0)).then(pl.col(end))
