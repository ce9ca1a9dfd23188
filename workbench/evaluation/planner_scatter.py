"""How many false alerts one deployment may raise, which is not how many are to be expected of many.

An interval of a rate tells what the mean over many deployments may be. One deployment counts whole
false alerts, and they scatter about that mean; a cap is held against what one deployment counts.
"""

from __future__ import annotations

import math
from typing import Final

from scipy.special import pdtr

from workbench.intervals import CONFIDENCE, Interval

__all__ = ["in_one_deployment", "poisson_quantile"]

_TAIL: Final = (1.0 - CONFIDENCE) / 2.0
_FAR: Final = 10.0

# 14 is 14, whatever binary fractions make of 0.001 * 14,000.
_ROUNDING: Final = 1e-9


def in_one_deployment(expected: float, ends: Interval, most: int) -> Interval:
    """Return the 95 % interval of the false alerts that one deployment counts, in whole numbers.

    Two errors add up: that the mean is not known, and that one deployment scatters about it. They
    are joined as the ends of two independent intervals are (Zou and Donner, Statistics in Medicine
    27 (2008): MOVER), each end with the scatter of the Poisson distribution, which is that of faces
    that raise false alerts independently. It is rounded outwards, but to no more than the scatter
    at either end of the mean alone reaches. So it held the count of a deployment in 95 of 100 or
    more wherever it was tried (`tests/evaluation/test_planner_scatter.py`). Faces of one deployment
    share a day and a place, so that it is, if anything, too narrow.

    Args:
        expected: false alerts to expect in all faces.
        ends: both ends of its 95 % interval.
        most: faces that are expected; no more raise an alert.
    """
    least, largest = poisson_quantile(_TAIL, ends.low), poisson_quantile(1.0 - _TAIL, ends.high)
    below = expected - poisson_quantile(_TAIL, expected)
    low = expected - math.hypot(expected - ends.low, below)
    high = expected + math.hypot(ends.high - expected, largest - ends.high)
    return Interval(
        float(max(least, math.floor(low + _ROUNDING))),
        float(min(most, largest, math.ceil(high - _ROUNDING))),
    )


def poisson_quantile(share: float, mean: float) -> int:
    """Return the fewest events that a Poisson variable keeps to with a probability of `share`.

    Args:
        share: probability, above 0 and below 1.
        mean: of the variable, 0 or more.

    >>> [poisson_quantile(0.975, mean) for mean in (0.0, 0.02, 1.0, 14.0)]
    [0, 0, 3, 22]
    """
    low, high = -1, math.ceil(mean + _FAR * math.sqrt(mean) + _FAR)
    while high - low > 1:
        middle = (low + high) // 2
        if pdtr(middle, mean) >= share:
            high = middle
        else:
            low = middle
    return high
