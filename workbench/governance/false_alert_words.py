"""False alerts to expect in so many faces, in words of a caution: interval, or bound alone."""

from __future__ import annotations

import math

from workbench.governance.fpir import FpirEstimate
from workbench.intervals import FEWEST_EXPECTED_ERRORS
from workbench.rate_words import (
    amount_ends_words,
    at_most_words,
    chance_ends_words,
    few_or_many,
    high_rate_words,
    rate_ends_words,
)

__all__ = ["above_words", "bound_words"]


def above_words(rate: FpirEstimate, faces: int, cap: float) -> str:
    """Return what a rate above a cap has one expect, by both ends of its 95 % interval.

    Args:
        rate: of which three errors or more were counted.
        faces: that are expected.
        cap: false alerts a face.
    """
    low, high = faces * rate.low, faces * rate.high
    limit, said = few_or_many(cap), few_or_many(rate.rate)
    # Two figures may write a rate that is above the limit as the limit itself.
    said = f"just over {limit}" if said == limit else said
    beside = "" if rate.low > cap else ", though its interval reaches below that"
    return (
        f"{amount_ends_words(low, high)} false alerts are to be expected in {faces:,} faces: the "
        f"rate of {said} ({rate_ends_words(rate.low, rate.high)}) is above the limit of "
        f"{limit}{beside}. At least one comes with a probability of "
        f"{chance_ends_words(-math.expm1(-low), -math.expm1(-high))}. Shorten the list or raise "
        "the threshold."
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
        f"{rate.searches:,}), too few for a rate: {at_most_words(faces * rate.high)} false alerts "
        f"are to be expected in {faces:,} faces, at most {high_rate_words(rate.high)}. Whether "
        f"that keeps to the limit of {few_or_many(cap)} cannot be said."
    )
