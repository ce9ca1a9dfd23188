"""What a score means under a threshold policy, in words: `1 in N`, with interval and data.

Never a percentage of match: a score says how often people who are not on the list score as high
in a list of that size, and what that was counted on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from workbench.governance.fpir import FpirEstimate, fpir
from workbench.governance.policies import ThresholdPolicy

__all__ = ["PolicyMeaning", "meaning_under"]

_EVERY: Final = 0.95
_FEW: Final = 0.1
_FACES: Final = "faces of people who are not on the list score this high"


@dataclass(frozen=True, slots=True)
class PolicyMeaning:
    """What a score means for a list of a given size.

    Attributes:
        score: in the unit of the policy.
        references: on the list.
        policy: id of the policy whose table it was read from.
        estimate: the rate, with its interval and what it rests on.
        text: all of this in one phrase.
    """

    score: float
    references: int
    policy: str
    estimate: FpirEstimate
    text: str


def meaning_under(policy: ThresholdPolicy, score: float, references: int) -> PolicyMeaning:
    """Return what a score means under a policy.

    A rate of which fewer than three errors were counted is not told; its bound is.

    Args:
        policy: with the measured scores.
        score: in the policy's unit.
        references: on the list, at least 1.

    Raises:
        UsageError: when the score is not finite or the list is empty.
    """
    estimate = fpir(policy, score, references)
    return PolicyMeaning(
        score, references, policy.id, estimate, _text(policy, estimate, references)
    )


def _text(policy: ThresholdPolicy, estimate: FpirEstimate, references: int) -> str:
    table = policy.table
    what = "comparisons" if table.list_size == 1 else f"searches of {table.list_size:,} references"
    counted = f"{table.searches:,} {what} of {table.people:,} people ({table.data_set})"
    plural = "s" if references > 1 else ""
    source = (
        f"extrapolated to {references:,} reference{plural} from {counted}"
        if estimate.extrapolated
        else f"measured in {counted}"
    )
    if estimate.is_measurable:
        return (
            f"{_share(estimate.rate)} {_FACES} "
            f"(95 % interval {_share(estimate.high)} to {_share(estimate.low)}; {source})"
        )
    seen = (
        f"above every non-mated score seen in {counted}"
        if not estimate.count
        else f"reached by {estimate.count} of {counted}, too few for a rate"
    )
    if estimate.high > _FEW:
        return f"{seen}; too few to say more for {references:,} reference{plural}"
    beyond = f", extrapolated to {references:,} references" if estimate.extrapolated else ""
    return (
        f"{seen}; fewer than {_share(estimate.high)} {_FACES} "
        f"(upper end of the 95 % interval{beyond})"
    )


def _share(rate: float) -> str:
    """Return a rate as people say it: `1 in 6,000`, `3 in 10`, `nearly all`."""
    if rate > _EVERY:
        return "nearly all"
    if rate > _FEW:
        return f"{round(rate * 10)} in 10"
    one_in = 1.0 / rate
    digits = 10 ** max(0, math.floor(math.log10(one_in)) - 1)
    return f"1 in {round(one_in / digits) * digits:,}"
