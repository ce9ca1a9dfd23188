"""The exact test of two rates, on effective numbers of searches where people have several.

Fisher's test, with counts divided by the design effect (Rao and Scott, Biometrics 48 (1992)): with
one search a person it is Fisher's test itself. Dealing whole people to the groups anew, the other
way to respect people, holds its level only where all have as many searches: of 100 people with ten
images each and 600 with one, and rates alike, it found a difference in 44 of 100 sets
(benchmarks/equity_power.py).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from workbench.evaluation.equity_intervals import Effective

__all__ = ["exact_p", "upper_tail"]

_Real = NDArray[np.float64]
_NEGLIGIBLE = 1e-12


def exact_p(one: Effective, other: Effective) -> float:
    """Return the two-sided p-value of two rates: twice the smaller tail, at most 1."""
    high, low = (one, other) if one.rate >= other.rate else (other, one)
    tail = upper_tail(
        np.array([high.rate * high.trials]),
        np.array([low.rate * low.trials]),
        high.trials,
        low.trials,
    )
    return float(min(1.0, 2.0 * tail[0]))


def upper_tail(errors: _Real, others: _Real, n: float, m: float) -> _Real:
    """Return the chance of so many errors or more among `n`, given all errors among `n + m`.

    Args:
        errors: shape `(c,)`, among the `n`; effective numbers need not be whole.
        others: shape `(c,)`, among the `m`.
        n: searches, effective ones.
        m: searches of the others.

    Returns:
        Shape `(c,)`. Where there are fewer errors than to be expected it is 1: nothing is found.
    """
    total = errors + others
    term = np.exp(_log_choose(n, errors) + _log_choose(m, others) - _log_choose(n + m, total))
    most = np.minimum(n, total)
    tail, at = term.copy(), np.array(errors, np.float64)
    more = errors > total * (n / (n + m))
    going = more & (at + 1.0 <= most)
    while going.any():
        left = total - at
        term = np.where(
            going, term * (n - at) * left / ((at + 1.0) * np.maximum(m - left + 1.0, 1e-9)), 0.0
        )
        tail += term
        at += 1.0
        going &= (at + 1.0 <= most) & (term > tail * _NEGLIGIBLE)
    return np.where(more, np.minimum(tail, 1.0), 1.0)


def _log_choose(n: float, k: _Real) -> _Real:
    return np.asarray(
        gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(np.maximum(n - k, 0.0) + 1.0), np.float64
    )
