"""What managers' pages may know of who errors fall on: by policy, and in the field.

Counts, rates with their intervals, and the reason where there is none. Groups are those that a
labelled set, or a force's own scheme, names. Nobody is in it: neither of whom a count is nor who
counted.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import AwareDatetime, NonNegativeInt, PositiveInt, model_validator

from workbench.outcomes.parts import Part

__all__ = [
    "DeploymentField",
    "EquityFacts",
    "FieldGroup",
    "GroupErrors",
    "GroupsAt",
    "LabelledSet",
    "PolicyFacts",
    "SchemeCounts",
]


class GroupErrors(Part):
    """One rate of one group, or why it is not told.

    Attributes:
        rate: of people who are not on the list (FPIR), or of those who are (FNIR).
        group: as the labelled set names it.
        people: of it whom the rate is of.
        searches: of them.
        errors: searches that erred; `None` where suppressed.
        low: lower end of the exact 95 % interval; `None` where suppressed.
        high: upper end of it; likewise.
        bound: how high the rate may be where fewer than three errors were counted.
        suppressed: why it is not told; `None` where it is.
        words: all that in a sentence.
    """

    rate: Literal["FPIR", "FNIR"]
    group: str
    people: NonNegativeInt
    searches: NonNegativeInt
    errors: NonNegativeInt | None = None
    low: float | None = None
    high: float | None = None
    bound: float | None = None
    suppressed: str | None = None
    words: str

    @model_validator(mode="after")
    def _tells_or_says_why(self) -> Self:
        told = (self.errors is not None, self.low is not None, self.high is not None)
        if any(told) != all(told) or all(told) == (self.suppressed is not None):
            msg = "a rate has its errors and its interval, or the reason why it is suppressed"
            raise ValueError(msg)
        return self


class GroupsAt(Part):
    """Groups at one threshold.

    Attributes:
        threshold: in the unit of the policy.
        is_the_policys: whether it is the policy's own, and not a lower one that was looked at too.
        times: how many times as high the FPIR was to be as at the threshold that was named.
        comparisons: pairs of groups that were compared, by rate; p-values corrected by Holm.
        differences: of them, those that found one.
        rates: both rates of each group.
    """

    threshold: float
    is_the_policys: bool
    times: float
    comparisons: NonNegativeInt
    differences: NonNegativeInt
    rates: tuple[GroupErrors, ...]


class LabelledSet(Part):
    """What groups were compared on.

    Attributes:
        data_set: name of the images.
        split: which of its people.
        people: with a group.
        groups: all of them.
        reference: group that the others were compared with.
        list_size: references that were searched.
        synthetic_references: how many of them are of nobody who exists.
        searched_at: when they were searched.
        compared_at: when the groups were compared.
    """

    data_set: str
    split: str
    people: PositiveInt
    groups: tuple[str, ...]
    reference: str
    list_size: PositiveInt
    synthetic_references: NonNegativeInt
    searched_at: AwareDatetime
    compared_at: AwareDatetime


class PolicyFacts(Part):
    """A policy that was approved or that a deployment names, and what is known of it by group.

    Attributes:
        policy: its id.
        is_default: whether it is the product's own, and nobody's of the force.
        matcher: what makes its scores.
        runtime: in which numbers that runs.
        unit: of its thresholds.
        threshold: from which score on it raises alerts.
        minimum_threshold: below which no deployment goes.
        smallest_list: fewest references that it is for.
        largest_list: most of them.
        approved: when somebody approved it; `None` while nobody did.
        deployments: that were searched under it.
        searched_at: thresholds at which they were.
        is_measured: whether it carries a comparison of groups that is of it, at its threshold.
        measured_on: what groups were compared on; `None` where they were not.
        at: the groups at each threshold that was looked at.
        sentence: what is known, in one.
        gaps: why that does not cover all that deployments may do under it; none where it does.
    """

    policy: str
    is_default: bool
    matcher: str
    runtime: str
    unit: str
    threshold: float
    minimum_threshold: float
    smallest_list: PositiveInt
    largest_list: PositiveInt
    approved: AwareDatetime | None
    deployments: NonNegativeInt
    searched_at: tuple[float, ...] = ()
    is_measured: bool
    measured_on: LabelledSet | None
    at: tuple[GroupsAt, ...] = ()
    sentence: str
    gaps: tuple[str, ...] = ()


class FieldGroup(Part):
    """False alerts of one group over all deployments of a scheme.

    Attributes:
        group: the force's name of it; `None` for those that no group was written down for.
        count: `None` where it is suppressed.
        suppressed: why.
    """

    group: str | None
    count: NonNegativeInt | None = None
    suppressed: str | None = None

    @model_validator(mode="after")
    def _tells_or_says_why(self) -> Self:
        if (self.count is None) != (self.suppressed is not None):
            msg = "a group has its count, or the reason why it is suppressed"
            raise ValueError(msg)
        return self


class SchemeCounts(Part):
    """False alerts by group, over all deployments that were counted in one scheme.

    Attributes:
        scheme: what the groups are, in the force's words.
        deployments: that were counted in it.
        false_alerts: that they had when it was entered.
        groups: each, and those without one last.
    """

    scheme: str
    deployments: PositiveInt
    false_alerts: NonNegativeInt
    groups: tuple[FieldGroup, ...]


class DeploymentField(Part):
    """A deployment whose false alerts were counted by group; the counts are in the scheme's sum.

    Attributes:
        reference: of the deployment.
        scheme: in which they were counted.
        false_alerts: that it had when it was entered.
        entered: when.
        false_alerts_now: that it has now.
    """

    reference: str
    scheme: str
    false_alerts: NonNegativeInt
    entered: AwareDatetime
    false_alerts_now: NonNegativeInt


class EquityFacts(Part):
    """What is known of who errors fall on.

    Attributes:
        asked_for: whether the rules of the bench ask for a comparison of groups before a policy is
            approved or searched under.
        is_demonstration: where any policy is taken, whatever the rules say.
        policies: that were approved or that a deployment names, by id.
        schemes: sums of false alerts by group.
        deployments: that have counts by group.
        without_groups: deployments with false alerts that nobody counted by group.
        false_alerts_without_groups: that those had.
    """

    asked_for: bool
    is_demonstration: bool
    policies: tuple[PolicyFacts, ...]
    schemes: tuple[SchemeCounts, ...]
    deployments: tuple[DeploymentField, ...]
    without_groups: NonNegativeInt
    false_alerts_without_groups: NonNegativeInt
