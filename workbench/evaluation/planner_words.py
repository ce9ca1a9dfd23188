"""What a deployment has to reckon with, in sentences: intervals first, and what they rest on."""

from __future__ import annotations

from typing import Final

from workbench.evaluation.equity_words import share_words
from workbench.evaluation.planner import AgainstCap, Plan, PlannedAt
from workbench.intervals import Interval
from workbench.rate_words import CERTAIN, chance_words

__all__ = [
    "CAPTURES",
    "TOO_NARROW",
    "cap_sentence",
    "chance_sentence",
    "plan_sentence",
    "plan_sentences",
    "step_words",
]

CAPTURES: Final = (
    "Faces are captures and not people: who passes twice is counted twice, and how many will be "
    "seen is an estimate."
)

TOO_NARROW: Final = (
    "Searches that share a person are not independent, and whose they were is not known here: the "
    "intervals are, if anything, too narrow."
)

_TEN: Final = 10.0


def plan_sentence(plan: Plan) -> str:
    """Return a plan in the sentence that stands above everything else."""
    return (
        f"At T = {plan.at.threshold:.4g}, {plan.list_size:,} on the list and {plan.faces:,} faces: "
        f"{_expected(plan.at)}; {_missed(plan.at)}; {_measured(plan)}."
    )


def plan_sentences(plan: Plan) -> tuple[str, ...]:
    """Return a plan in full: its sentence, chance, hours, cap, steps, and what to keep in mind."""
    said = [plan_sentence(plan), chance_sentence(plan.at)]
    if plan.an_hour is not None:
        said.append(
            f"That is {_range(plan.an_hour, plan.at)} false alerts an hour over {plan.hours:g} "
            "hours; alerts on people who are listed come on top of them."
        )
    said.append(cap_sentence(plan))
    said += [
        f"One step {name} (T = {step.threshold:.4g}): {step_words(step)}."
        for name, step in (("up", plan.up), ("down", plan.down))
        if step is not None
    ]
    return (*said, CAPTURES) if plan.by_people else (*said, CAPTURES, TOO_NARROW)


def step_words(at: PlannedAt) -> str:
    """Return what one threshold has one reckon with, for a step up or down."""
    return _expected(at) if at.fnir_interval is None else f"{_expected(at)}; {_missed(at)}"


def _expected(at: PlannedAt) -> str:
    few = "" if at.measurable else f" ({at.count} counted, too few for a rate)"
    return f"{_range(at.expected_interval, at)} false alerts expected{few}"


def _range(ends: Interval, at: PlannedAt) -> str:
    """Return both ends, or the upper one alone where too little was counted for a rate."""
    if at.measurable:
        return f"{_number(ends.low)} to {_number(ends.high)}"
    return f"at most {_number(ends.high)}"


def _missed(at: PlannedAt) -> str:
    if at.fnir_interval is None:
        return "how many listed people who pass are missed was not measured"
    low, high = at.fnir_interval
    if at.fnir is None:
        return f"at most {_number(high * 100)} of 100 listed people who pass are missed"
    return f"{_number(low * 100)} to {_number(high * 100)} of 100 listed people who pass are missed"


def _measured(plan: Plan) -> str:
    if not plan.extrapolated:
        return f"measured on {plan.data}"
    of = "single references" if plan.searched_list == 1 else f"lists of {plan.searched_list:,}"
    return (
        f"false alerts extrapolated to this list from {of}, references taken for independent; "
        f"measured on {plan.data}"
    )


def chance_sentence(at: PlannedAt) -> str:
    """Return how likely at least one false alert is: by both ends, or by its bound."""
    low, high = (chance_words(end) for end in at.at_least_one_interval)
    if at.measurable:
        ends = low if low == high else f"{low} to {high}"
    elif at.at_least_one_interval.high < CERTAIN:
        ends = f"at most {high}"
    else:
        return "How likely at least one false alert is cannot be said."
    return f"At least one false alert comes with a probability of {ends}."


def cap_sentence(plan: Plan) -> str:
    """Return false alerts a face against the cap: below, above, or that it cannot be said."""
    low, high = (share_words(end) for end in plan.at.fpir_interval)
    ends = f"at most {high}"
    if plan.at.measurable:
        ends = low if low == high else f"{low} to {high}"
    cap = share_words(plan.cap)
    against = plan.against_cap
    said = (
        f"whether that keeps to the cap of {cap} {against}"
        if against is AgainstCap.UNKNOWN
        else f"{against} of {cap}"
    )
    return f"False alerts a face: {ends} (95 % interval), {said}."


def _number(value: float) -> str:
    """Return a number as people plan with it: one decimal below ten, whole above.

    >>> _number(0.0), _number(0.24), _number(0.012), _number(4.12), _number(412.7)
    ('0', '0.2', '0.01', '4.1', '413')
    """
    if value <= 0.0:
        return "0"
    if value < 0.1:  # noqa: PLR2004 - below it one decimal is none
        return f"{value:.1g}"
    return f"{value:.1f}" if value < _TEN else f"{value:,.0f}"
