"""What a score means under a threshold policy, in words: `1 in N`, with interval and data.

Never a percentage of match: a score says how often people who are not on the list score as high
in a list of that size, and what that was counted on.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbench.governance.fpir import FpirEstimate, fpir
from workbench.governance.policies import ThresholdPolicy
from workbench.rate_words import Rate, rate_words

__all__ = ["PolicyMeaning", "meaning_under"]


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

    A rate of which fewer than three errors were counted is not told; its bound is
    (`workbench.rate_words`).

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
    single = table.list_size == 1
    what = "comparisons" if single else f"searches of {table.list_size:,} references"
    # Comparisons of the same two people are not independent: the interval is too narrow.
    taken = ", taken for independent" if single else ""
    return rate_words(
        Rate(
            estimate.rate,
            estimate.low,
            estimate.high,
            estimate.count,
            references,
            f"{table.searches:,} {what} of {table.people:,} people ({table.data_set}){taken}",
            estimate.extrapolated,
        )
    )
