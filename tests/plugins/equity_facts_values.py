"""What is known by group, made up: one policy that was measured, one that was not, and the field."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from workbench.intervals import clopper_pearson
from workbench.outcomes.equity_facts import (
    DeploymentField,
    EquityFacts,
    FieldGroup,
    GroupErrors,
    GroupsAt,
    LabelledSet,
    PolicyFacts,
    SchemeCounts,
)

__all__ = ["equity_facts_of", "measured_policy", "rate_of", "unmeasured_policy"]

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
GROUPS = ("group A", "group B", "group C", "group D")
FEW = "suppressed (fewer than 5)"


def rate_of(kind: Any, group: str, people: int, searches: int, errors: int | None) -> GroupErrors:
    """Return a rate of a group; without errors it is suppressed for its few people."""
    values: dict[str, Any] = {"rate": kind, "group": group, "people": people, "searches": searches}
    if errors is None:
        why = "suppressed (fewer than 30 people)"
        words = f"{kind} suppressed (fewer than 30 people; {people} people, {searches} searches)"
        return GroupErrors(**values, suppressed=why, words=words)
    low, high = clopper_pearson(errors, searches)
    return GroupErrors(
        **values,
        errors=errors,
        low=low,
        high=high,
        bound=high if errors < 3 else None,
        words=f"{kind} {errors} of {searches:,} searches of {people} people",
    )


def measured_policy(**changes: Any) -> PolicyFacts:
    """Return a policy of four groups, one of them suppressed and one not measurable, at two T."""
    alarms = ((180, 9_000, 31), (150, 7_500, 58), (40, 2_000, 1), (18, 900, None))
    misses = ((180, 360, 24), (150, 300, 33), (40, 80, 4), (18, 36, None))
    rates = tuple(
        rate_of(kind, group, *counted)
        for kind, each in (("FPIR", alarms), ("FNIR", misses))
        for group, counted in zip(GROUPS, each, strict=True)
    )
    own = GroupsAt(
        threshold=2.5, is_the_policys=True, times=1, comparisons=4, differences=1, rates=rates
    )
    lower = own.model_copy(update={"threshold": 2.1, "is_the_policys": False, "times": 3.0})
    values = {
        "policy": "street/1",
        "is_default": False,
        "matcher": "fused",
        "runtime": "fp32",
        "unit": "log10 likelihood ratio",
        "threshold": 2.5,
        "minimum_threshold": 2.1,
        "smallest_list": 1,
        "largest_list": 10_000,
        "approved": AT,
        "deployments": 2,
        "searched_at": (2.5,),
        "is_measured": True,
        "measured_on": LabelledSet(
            data_set="custody set 4",
            split="test",
            people=388,
            groups=GROUPS,
            reference="group A",
            list_size=1_000,
            synthetic_references=0,
            searched_at=AT,
            compared_at=AT,
        ),
        "at": (own, lower),
        "sentence": "equity measured on custody set 4, test people (388 people, 4 groups; 2 of 8 "
        "rates suppressed, 1 not measurable), in a list of 1,000 references, at T = 2.5: a "
        "difference was found in 1 of 4 comparisons; that a difference was not found does not mean "
        "there is none",
    }
    return PolicyFacts(**values | changes)


def unmeasured_policy(**changes: Any) -> PolicyFacts:
    """Return a policy that nothing is known of by group."""
    values = {
        "policy": "default-sface/1",
        "is_default": True,
        "matcher": "sface",
        "runtime": "fp32",
        "unit": "cosine",
        "threshold": 0.43,
        "minimum_threshold": 0.43,
        "smallest_list": 1,
        "largest_list": 10_000,
        "approved": None,
        "deployments": 1,
        "searched_at": (0.43,),
        "is_measured": False,
        "measured_on": None,
        "sentence": "equity not measured: whom its errors fall on is not known",
        "gaps": ("its error rates by group are not measured",),
    }
    return PolicyFacts(**values | changes)


def equity_facts_of(**changes: Any) -> EquityFacts:
    """Return both policies, and ten false alerts of two deployments in one scheme."""
    scheme = "officer-defined 16+1"
    groups = (
        FieldGroup(group="Asian", suppressed=FEW),
        FieldGroup(group="Black", count=6),
        FieldGroup(group="White", suppressed=FEW),
        FieldGroup(group=None, suppressed=FEW),
    )
    field = {"scheme": scheme, "entered": AT}
    values = {
        "asked_for": False,
        "is_demonstration": False,
        "policies": (unmeasured_policy(), measured_policy()),
        "schemes": (SchemeCounts(scheme=scheme, deployments=2, false_alerts=10, groups=groups),),
        "deployments": (
            DeploymentField(
                reference="2026-11/HIGH-ST-1", false_alerts=7, false_alerts_now=7, **field
            ),
            DeploymentField(
                reference="2026-11/LOW-ST-1", false_alerts=3, false_alerts_now=4, **field
            ),
        ),
        "without_groups": 1,
        "false_alerts_without_groups": 2,
    }
    return EquityFacts(**values | changes)
