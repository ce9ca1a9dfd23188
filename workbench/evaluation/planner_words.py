"""What a deployment has to reckon with, in sentences: intervals first, and what they rest on."""

from __future__ import annotations

from typing import Final

from workbench.evaluation.planner import AgainstCap, Plan, PlannedAt
from workbench.evaluation.planner_checks import ListCheck
from workbench.intervals import Interval
from workbench.rate_words import (
    amount_ends_words,
    at_most_words,
    chance_at_most_words,
    chance_ends_words,
    few_or_many,
    high_rate_words,
    of_hundred_words,
    rate_ends_words,
)

__all__ = [
    "CAPTURES",
    "TOO_NARROW",
    "cap_sentence",
    "chance_sentence",
    "check_sentence",
    "expected_words",
    "plan_sentence",
    "plan_sentences",
    "step_words",
]

CAPTURES: Final = (
    "Faces are captures and not people: who passes twice is counted twice, and how many will be "
    "seen is an estimate. They are taken for independent; who passes twice, and a day or a place "
    "unlike others, make what one deployment counts differ by more."
)

TOO_NARROW: Final = (
    "Searches that share a person are not independent, and whose they were is not known here: the "
    "intervals are, if anything, too narrow."
)

_ONE_SAYS: Final = {
    AgainstCap.BELOW: "which it keeps to",
    AgainstCap.ABOVE: "which it exceeds",
    AgainstCap.UNKNOWN: "and whether it keeps to that cannot be said",
}


def plan_sentence(plan: Plan) -> str:
    """Return a plan in the sentence that stands above everything else."""
    return (
        f"At T = {plan.at.threshold:.4g}, {plan.list_size:,} on the list and {plan.faces:,} faces: "
        f"{expected_words(plan.at, _trials(plan))}; {_missed(plan.at)}; {_measured(plan)}."
    )


def plan_sentences(plan: Plan) -> tuple[str, ...]:
    """Return a plan in full: its sentence, chance, hours, cap, steps, and what to keep in mind."""
    said = [plan_sentence(plan)]
    if plan.extrapolated:
        said.append(check_sentence(plan))
    said.append(chance_sentence(plan.at))
    if plan.an_hour is not None:
        said.append(
            f"That is {_range(plan.an_hour, plan.at)} false alerts an hour over {plan.hours:g} "
            "hours; alerts on people who are listed come on top of them."
        )
    said.append(cap_sentence(plan))
    said += [
        f"One step {name} (T = {step.threshold:.4g}): {step_words(step, _trials(plan))}."
        for name, step in (("up", plan.up), ("down", plan.down))
        if step is not None
    ]
    return (*said, CAPTURES) if plan.by_people else (*said, CAPTURES, TOO_NARROW)


def step_words(at: PlannedAt, trials: str = "searches") -> str:
    """Return what one threshold has one reckon with, for a step up or down.

    Args:
        at: what it has one reckon with.
        trials: what was counted, `searches` or `comparisons`.
    """
    expected = expected_words(at, trials)
    return expected if at.fnir_interval is None else f"{expected}; {_missed(at)}"


def expected_words(at: PlannedAt, trials: str = "searches") -> str:
    """Return how many false alerts one threshold has one expect, and of how little where it is."""
    said = f"{_range(at.expected_interval, at)} false alerts expected"
    if at.measurable:
        return said
    seen = (
        f"{at.count} counted"
        if at.count
        else f"above every non-mated score seen in {at.searches:,} {trials}"
    )
    return f"{said} ({seen}, too few for a rate)"


def _trials(plan: Plan) -> str:
    return "comparisons" if plan.searched_list == 1 else "searches"


def _range(ends: Interval, at: PlannedAt) -> str:
    """Return both ends, or the upper one alone where too little was counted for a rate."""
    return amount_ends_words(*ends) if at.measurable else at_most_words(ends.high)


def _counts(at: PlannedAt) -> str:
    low, high = (f"{end:,.0f}" for end in at.in_one)
    if not at.measurable:
        return f"at most {high}"
    return low if low == high else f"{low} to {high}"


def _missed(at: PlannedAt) -> str:
    if at.fnir_interval is None:
        return "how many searches for listed people miss them was not measured"
    low, high = at.fnir_interval
    if at.fnir is None:
        return f"{at_most_words(high * 100)} of 100 searches for listed people miss them"
    return f"{of_hundred_words(low, high)} searches for listed people miss them"


def _measured(plan: Plan) -> str:
    if not plan.extrapolated:
        return f"measured on {plan.data}"
    of = "single references" if plan.searched_list == 1 else f"lists of {plan.searched_list:,}"
    return (
        f"false alerts extrapolated to this list from {of}, references taken for independent; "
        f"measured on {plan.data}"
    )


def check_sentence(plan: Plan) -> str:
    """Return what an extrapolated rate was held against: a list that was searched, or nothing."""
    check = plan.check
    if check is None:
        return "Extrapolated: no list of another size was searched to check it here."
    beyond = (
        f" No list of more than {check.list_size:,} was searched: for {plan.list_size:,} nothing "
        "checked it."
        if plan.list_size > check.list_size
        else ""
    )
    return (
        f"Extrapolated, and held against a list of {check.list_size:,} that was searched, at T = "
        f"{check.threshold:.4g}: {_held(check)} ({check.data}).{beyond}"
    )


def _held(check: ListCheck) -> str:
    counted = f"{check.count:,} of {check.searches:,} searches raised a false alarm"
    if not check.measurable:
        return (
            f"{counted}, {check.reckoned_count:,} were counted to reckon from, too few for a rate: "
            f"at most {high_rate_words(check.measured.high)} counted and at most "
            f"{high_rate_words(check.reckoned.high)} reckoned"
        )
    say = (
        "the two leave each other out, so that what is reckoned here is off"
        if check.apart
        else "the two overlap, which does not show that the reckoning is right"
    )
    return (
        f"{counted} ({rate_ends_words(*check.measured)}), and reckoned for it is a rate with the "
        f"{rate_ends_words(*check.reckoned)}; {say}"
    )


def chance_sentence(at: PlannedAt) -> str:
    """Return how likely at least one false alert is: by both ends, or by its bound."""
    low, high = at.at_least_one_interval
    ends = chance_ends_words(low, high) if at.measurable else chance_at_most_words(high)
    if ends is None:
        return "How likely at least one false alert is cannot be said."
    return f"At least one false alert comes with a probability of {ends}."


def cap_sentence(plan: Plan) -> str:
    """Return what is to be expected, and what one deployment counts, against the cap.

    The first is a mean over many deployments, the second is what the cap is judged by. Each lies
    below or above it by its whole interval, or it is told that it cannot be said.
    """
    cap, at = few_or_many(plan.cap), plan.at
    ends = (
        rate_ends_words(*at.fpir_interval)
        if at.measurable
        else f"at most {high_rate_words(at.fpir_interval.high)} (95 % interval)"
    )
    against = plan.expected_against_cap
    said = (
        f"whether that keeps to the cap of {cap} {against}"
        if against is AgainstCap.UNKNOWN
        else f"{against} of {cap}"
    )
    return (
        f"Expected false alerts a face: {ends}, {said}. In one deployment of so many faces: "
        f"{_counts(at)} false alerts (95 % interval of what one counts); the cap allows "
        f"{plan.within_cap:,}, {_ONE_SAYS[plan.one_against_cap]}."
    )
