"""False alerts to expect in so many faces, in words of a caution: interval, or bound alone."""

from __future__ import annotations

import math

from workbench.governance.fpir import FpirEstimate
from workbench.intervals import FEWEST_EXPECTED_ERRORS
from workbench.rate_words import chance_words, ends_words

__all__ = ["above_words", "bound_words"]


def above_words(rate: FpirEstimate, faces: int, cap: float) -> str:
    """Return what a rate above a cap has one expect, by both ends of its 95 % interval.

    Args:
        rate: of which three errors or more were counted.
        faces: that are expected.
        cap: false alerts a face.
    """
    low, high = faces * rate.low, faces * rate.high
    ends = ends_words(_one_in(rate.high), _one_in(rate.low))
    chances = dict.fromkeys(chance_words(-math.expm1(-end)) for end in (low, high))
    beside = "" if rate.low > cap else ", though its interval reaches below that"
    return (
        f"{low:,.1f} to {high:,.1f} false alerts are to be expected in {faces:,} faces: the rate "
        f"of {_one_in(rate.rate)} ({ends}) is above the limit of {_one_in(cap)}{beside}. At least "
        f"one comes with a probability of {' to '.join(chances)}. Shorten the list or raise the "
        "threshold."
    )


def bound_words(rate: FpirEstimate, faces: int, cap: float) -> str:
    """Return what can be said where too little was counted for a rate: the upper end alone.

    Args:
        rate: of which fewer than three errors were counted.
        faces: that are expected.
        cap: false alerts a face, below the upper end.
    """
    return (
        f"Fewer than {FEWEST_EXPECTED_ERRORS} errors were counted ({rate.count} in "
        f"{rate.searches:,}), too few for a rate: at most {faces * rate.high:,.1f} false alerts "
        f"are to be expected in {faces:,} faces, at most {_one_in(rate.high)}. Whether that keeps "
        f"to the limit of {_one_in(cap)} cannot be said."
    )


def _one_in(rate: float) -> str:
    return f"1 in {1 / rate:,.0f}"
