"""What a set could have seen: the smallest difference of two rates that a test would have found.

That two rates were not found to differ says nothing by itself: of few errors a large difference
is missed. So each comparison comes with the ratio that it would have found in 80 of 100 such sets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln
from scipy.stats import binom

__all__ = ["POWER", "Seen", "could_have_seen", "spread_could_have_seen"]

POWER: Final = 0.8

_Real = NDArray[np.float64]
_TAIL: Final = 1e-6
_HALVINGS: Final = 14
_SETS: Final = 4_000
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

    With one search a person it is the test by permutation that is used; with several, effective
    numbers of searches stand for them. Computed from the binomial distributions, by no
    approximation but that.

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


def spread_could_have_seen(
    trials: Mapping[str, float], base: float, level: float, *, seed: int = 0
) -> tuple[Seen, str]:
    """Return the ratio at which one group apart from all others would have been seen in the spread.

    The group apart is that of the fewest effective searches, for which it is hardest. Simulated:
    the spread that groups of one rate leave is drawn, and held against that with one group apart.

    Args:
        trials: effective searches of each group.
        base: rate of the others, above 0.
        level: significance level that is left after correction.
        seed: of the simulation.

    Returns:
        What would have been seen, and the name of the group apart.
    """
    apart = min(sorted(trials), key=lambda group: trials[group])
    names = sorted(trials)
    sizes = np.array([max(1, int(trials[name])) for name in names], np.int64)
    at = names.index(apart)
    sets = max(_SETS, int(20 / level))

    def spread(rates: _Real, generator: np.random.Generator) -> _Real:
        drawn = generator.binomial(sizes, rates, size=(sets, len(sizes))) / sizes
        return np.asarray(np.ptp(drawn, axis=1), np.float64)

    def power(ratio: float) -> float:
        generator = np.random.default_rng(seed)
        rates = np.full(len(sizes), base)
        rates[at] = min(1.0, ratio * base)
        alike = np.full(len(sizes), (rates @ sizes) / sizes.sum())
        edge = np.quantile(spread(alike, generator), 1.0 - level, method="higher")
        return float((spread(rates, generator) > edge).mean())

    return Seen(base, _lowest(power, 1.0 / base), _highest(power)), apart


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
        enough = (_upper_tail(np.minimum(middle, n), others, n, m) <= side) | (middle > n)
        low, high = np.where(enough, low, middle + 1), np.where(enough, middle, high)
    return low


def _upper_tail(x: NDArray[np.int64], others: NDArray[np.int64], n: int, m: int) -> _Real:
    """Return the chance of `x` errors or more among `n`, given `x + others` among `n + m`.

    Where it is well above one half it is told as 1, since nothing is found there.
    """
    total = x + others
    log_first = _log_choose(n, x) + _log_choose(m, others) - _log_choose(n + m, total)
    term = np.exp(log_first)
    tail, at = term.copy(), x.copy()
    near = x > total * (n / (n + m))
    going = near & (at < np.minimum(n, total))
    while going.any():
        left = total - at
        step = (n - at) * left / ((at + 1.0) * np.maximum(m - left + 1.0, 1.0))
        term = np.where(going, term * step, 0.0)
        tail += term
        at = at + 1
        going &= (at < np.minimum(n, total)) & (term > tail * 1e-12)
    return np.where(near, tail, 1.0)


def _log_choose(n: int, k: NDArray[np.int64]) -> _Real:
    return np.asarray(gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0), np.float64)


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
