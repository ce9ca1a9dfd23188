"""An interval of a rate whose errors come in deployments: those of one day are no strangers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from scipy.special import stdtrit

from workbench.intervals import CONFIDENCE, Interval, clopper_pearson

__all__ = ["by_deployment"]

_FEWEST: Final = 2


def by_deployment(errors: Sequence[int], faces: Sequence[int]) -> Interval:
    """Return the 95 % interval of errors a face, with deployments as what was drawn.

    The ratio of two sums and its variance between clusters (Cochran, Sampling Techniques, 1977,
    section 6.3), with Student's t of one fewer degrees of freedom than deployments. Of one
    deployment, or of none with an error, nothing can be said so: 0 to 1. It rests on many
    deployments; of few it is rough. So it is never told as narrower than the exact interval of
    Clopper and Pearson at either end: that deployments look alike makes no rate surer.

    Args:
        errors: by deployment.
        faces: by deployment, in the same order.
    """
    n, seen, wrong = len(faces), sum(faces), sum(errors)
    if n < _FEWEST or not seen or not wrong:
        return Interval(0.0, 1.0)
    rate = wrong / seen
    spread = sum((e - rate * f) ** 2 for e, f in zip(errors, faces, strict=True))
    half = float(stdtrit(n - 1, 0.5 + CONFIDENCE / 2.0)) * math.sqrt(n / (n - 1) * spread) / seen
    exact = clopper_pearson(wrong, seen)
    return Interval(max(0.0, min(exact.low, rate - half)), min(1.0, max(exact.high, rate + half)))
