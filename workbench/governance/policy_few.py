"""What is needed where fewer than three false alarms were seen: more people, and how many."""

from __future__ import annotations

import math

from workbench.governance.counted_errors import CountedErrors, carried
from workbench.governance.policy_evidence import PolicyEvidence
from workbench.intervals import FEWEST_EXPECTED_ERRORS
from workbench.rate_words import few_or_many

__all__ = ["needed_words"]


def needed_words(evidence: PolicyEvidence) -> str:
    """Return how many searches three false alarms take, of each measurement that has fewer.

    At the rate that is wanted, carried to the list that was searched, `3 / p` searches expect
    three. Without such a rate, or where as many were made, it is reckoned from what was seen; where
    nothing was seen there is a bound alone, and no number of searches follows from it.
    """
    tuning = evidence.tuning
    sides = (
        (
            "tuning",
            CountedErrors(count=tuning.errors, trials=tuning.searches),
            tuning.list_size,
        ),
        ("the locked test", evidence.fpir, evidence.list_size),
    )
    return "; ".join(
        f"{name}: {_needed(evidence, counted, list_size)}"
        for name, counted, list_size in sides
        if not counted.is_measurable
    )


def _needed(evidence: PolicyEvidence, counted: CountedErrors, list_size: int) -> str:
    made = f"{counted.trials:,} were made"
    if evidence.target_fpir is not None:
        rate = carried(evidence.target_fpir, evidence.planned_list, list_size)
        needed = _searches(rate)
        if needed > counted.trials:
            return (
                f"three false alarms are to be expected in {needed:,} non-mated searches at the "
                f"rate that is wanted, {few_or_many(rate)} in a list of {list_size:,} references; "
                f"{made}"
            )
    if counted.count:
        return (
            f"three false alarms are to be expected in about {_searches(counted.rate):,} non-mated "
            f"searches at the rate of the {counted.count} that were seen; {made}"
        )
    return (
        f"more than {counted.trials:,} non-mated searches, of which none erred; how many more "
        "cannot be said from none"
    )


def _searches(rate: float) -> int:
    # What binary fractions make of 3 / 0.001 is not to ask for one search more.
    return math.ceil(round(FEWEST_EXPECTED_ERRORS / rate, 6))
