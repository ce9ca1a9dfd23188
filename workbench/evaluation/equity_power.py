"""What a set could have seen: the smallest difference of two rates that a test would have found.

That two rates were not found to differ says nothing by itself: of few errors a large difference
is missed. So each comparison comes with the ratio that it would have found in 80 of 100 such sets.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from workbench.evaluation.equity_exact import upper_tail

__all__ = ["POWER", "Seen", "could_have_seen"]

POWER: Final = 0.8

_TAIL: Final = 1e-6
_HALVINGS: Final = 14
_LARGEST: Final = 1e4


@dataclass(frozen=True, slots=True)
class Seen:
    """What a comparison would have seen with a power of 80 %.

    Attributes:
        base: rate of the reference that it is reckoned from.
        above: the lowest ratio above 1; `None` where no rate up to 1 would have been seen.
        below: the highest ratio below 1; `None` where not even a rate of 0 would have been.
    """

    base: float
    above: float | None
    below: float | None

    @property
    def difference(self) -> float | None:
        """The lowest difference upwards."""
        return None if self.above is None else self.base * (self.above - 1.0)


def could_have_seen(trials: float, others: float, base: float, level: float) -> Seen:
    """Return the ratios that Fisher's exact test of two groups would have seen.

    Computed from the binomial distributions, by no approximation but that effective numbers of
    searches stand for those of people with several.

    Args:
        trials: effective searches of the group.
        others: effective searches of the reference.
        base: rate of the reference, above 0.
        level: two-sided significance level that is left after correction; half of it on a side.
    """
    one, other = max(1, int(trials)), max(1, int(others))
    side = level / 2.0
    fewest, most = _window(other, base)
    reached = np.arange(fewest, most + 1)
    weights = binom.pmf(reached, other, base)
    wanted = _critical(reached, other, one, side)

    def seen_above(ratio: float) -> float:
        rate = min(1.0, ratio * base)
        return float(weights @ binom.sf(wanted - 1, one, rate))

    counts = np.arange(0, _window(one, base)[1] + 1)
    wanted_of_others = _critical(counts, one, other, side)
    found = binom.sf(wanted_of_others - 1, other, base)

    def seen_below(ratio: float) -> float:
        return float(binom.pmf(counts, one, ratio * base) @ found)

    return Seen(base, _lowest(seen_above, 1.0 / base), _highest(seen_below))


def _window(trials: int, rate: float) -> tuple[int, int]:
    """Return the fewest and the most errors that come but once in a million."""
    return int(binom.ppf(_TAIL, trials, rate)), int(binom.ppf(1.0 - _TAIL, trials, rate))


def _critical(others: NDArray[np.int64], m: int, n: int, side: float) -> NDArray[np.int64]:
    """Return how many of `n` must err for Fisher's test to find them more, by errors of `m`.

    Args:
        others: shape `(c,)`, errors among the `m`.
        m: searches of the others.
        n: searches of the group.
        side: significance level of one side.

    Returns:
        Shape `(c,)`; n + 1 where not even n would do.
    """
    low, high = np.zeros(len(others), np.int64), np.full(len(others), n + 1, np.int64)
    while (low < high).any():
        middle = (low + high) // 2
        enough = (upper_tail(_real(np.minimum(middle, n)), _real(others), n, m) <= side) | (
            middle > n
        )
        low, high = np.where(enough, low, middle + 1), np.where(enough, middle, high)
    return low


def _real(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    return counts.astype(np.float64)


def _lowest(power: Callable[[float], float], largest: float) -> float | None:
    """Return the lowest ratio from 1 to `largest` with the power, from above."""
    largest = min(largest, _LARGEST)
    if largest <= 1.0 or power(largest) < POWER:
        return None
    low, high = 1.0, largest
    for _ in range(_HALVINGS):
        middle = float(np.sqrt(low * high))
        low, high = (low, middle) if power(middle) >= POWER else (middle, high)
    return high


def _highest(power: Callable[[float], float]) -> float | None:
    """Return the highest ratio from 0 to 1 with the power, from below."""
    if power(0.0) < POWER:
        return None
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if power(middle) >= POWER else (low, middle)
    return low
