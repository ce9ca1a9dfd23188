"""What is known by group, for those who are to see nobody: of policies, and of false alerts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection

from workbench.governance.counted_errors import bound_of
from workbench.governance.deployment_outcomes import Period
from workbench.governance.equity_words import unmeasured_words
from workbench.governance.false_alerts import FEWEST_SHOWN
from workbench.governance.policies import Origin
from workbench.governance.policy_equity import EquityEvidence, GroupRate
from workbench.governance.policy_equity_rules import SMALLEST_GROUP, coverage_faults, equity_faults
from workbench.records.equity_counts import (
    PolicyEquity,
    list_field_counts,
    list_group_cells,
    list_policy_equity,
)
from workbench.records.outcomes import list_outcomes, list_thresholds

if TYPE_CHECKING:
    from workbench.outcomes.equity_facts import (
        DeploymentField,
        EquityFacts,
        GroupErrors,
        GroupsAt,
        LabelledSet,
        PolicyFacts,
        SchemeCounts,
    )

__all__ = ["equity_facts"]

_FEW: Final = f"suppressed (fewer than {FEWEST_SHOWN})"
_FEW_OR_BESIDE: Final = (
    f"suppressed (fewer than {FEWEST_SHOWN}, or one from which such a count could be worked out)"
)


def equity_facts(connection: Connection, *, asked_for: bool, is_demonstration: bool) -> EquityFacts:
    """Return what is known by group.

    Args:
        connection: of any store.
        asked_for: whether the rules ask for a comparison of groups.
        is_demonstration: where any policy is taken.

    Raises:
        RecordError: when what is on record of a deployment cannot be.
        StoreError: when a record is not what the workbench writes.
    """
    from workbench.outcomes.equity_facts import EquityFacts  # noqa: PLC0415 - quick `--help`

    used = list_thresholds(connection)
    false = {one.reference: one.counts.false for one in list_outcomes(connection, Period())}
    counted = _deployments(connection, false)
    left = [
        count
        for reference, count in false.items()
        if count and reference not in {one.reference for one in counted}
    ]
    return EquityFacts(
        asked_for=asked_for,
        is_demonstration=is_demonstration,
        policies=tuple(
            _policy(one, used.get(one.policy, {})) for one in list_policy_equity(connection)
        ),
        schemes=_schemes(connection),
        deployments=counted,
        without_groups=len(left),
        false_alerts_without_groups=sum(left),
    )


def _policy(one: PolicyEquity, used: Mapping[str, Sequence[float]]) -> PolicyFacts:
    from workbench.outcomes.equity_facts import PolicyFacts  # noqa: PLC0415 - quick `--help`

    groups = one.by_group
    thresholds = sorted({threshold for each in used.values() for threshold in each})
    return PolicyFacts(
        policy=one.policy,
        is_default=one.origin is Origin.PRODUCT_DEFAULT,
        matcher=one.setup.matcher.value,
        runtime=one.setup.runtime.value,
        unit=one.unit,
        threshold=one.threshold,
        minimum_threshold=one.minimum_threshold,
        smallest_list=one.smallest_list,
        largest_list=one.largest_list,
        approved=one.approved,
        deployments=len(used),
        searched_at=tuple(thresholds),
        is_measured=groups is not None and not equity_faults(one, groups),
        measured_on=None if groups is None else _set(groups),
        at=() if groups is None else _levels(one, groups),
        sentence=_sentence(one),
        gaps=_gaps(one),
    )


def _sentence(one: PolicyEquity) -> str:
    """Return what is known of a policy; a comparison of something else is none of it."""
    if one.by_group is None:
        return f"equity {unmeasured_words(one.equity)}: whom its errors fall on is not known"
    faults = equity_faults(one, one.by_group)
    if faults:
        return (
            f"equity not measured: it carries a comparison of groups that says nothing of it "
            f"({'; '.join(faults)})"
        )
    return f"equity {one.by_group.words(one.threshold, one.smallest_list, one.largest_list)}"


def _gaps(one: PolicyEquity) -> tuple[str, ...]:
    if one.by_group is None:
        return (f"its error rates by group are {unmeasured_words(one.equity)}",)
    return tuple(coverage_faults(one, one.by_group))


def _set(groups: EquityEvidence) -> LabelledSet:
    from workbench.outcomes.equity_facts import LabelledSet  # noqa: PLC0415 - quick `--help`

    return LabelledSet(
        **{
            name: getattr(groups, name)
            for name in LabelledSet.model_fields
            if name not in {"searched_at", "compared_at"}
        },
        searched_at=groups.searched_at,
        compared_at=groups.compared_at,
    )


def _levels(one: PolicyEquity, groups: EquityEvidence) -> tuple[GroupsAt, ...]:
    from workbench.outcomes.equity_facts import GroupsAt  # noqa: PLC0415 - quick `--help`

    own = groups.at(one.threshold)
    return tuple(
        GroupsAt(
            threshold=at.threshold,
            is_the_policys=at is own,
            times=at.times,
            comparisons=at.comparisons,
            differences=at.differences,
            rates=tuple(_rate(rate) for rate in at.rates),
        )
        for at in groups.compared
    )


def _rate(rate: GroupRate) -> GroupErrors:
    """Return a rate; of fewer people than are ever shown it is suppressed, whatever was kept."""
    from workbench.outcomes.equity_facts import GroupErrors  # noqa: PLC0415 - quick `--help`

    why = rate.suppressed
    if why is None and rate.people < SMALLEST_GROUP:
        why = f"fewer than {SMALLEST_GROUP} people"
        rate = rate.model_copy(update={"errors": None, "suppressed": why})
    told = rate.counted
    known = {"rate": rate.rate, "group": rate.group, "people": rate.people}
    if told is None:
        return GroupErrors(
            **known, searches=rate.searches, suppressed=f"suppressed ({why})", words=rate.words
        )
    low, high = told.interval
    bound = None if told.is_measurable else bound_of(told.count, told.trials)[0]
    return GroupErrors(
        **known,
        searches=rate.searches,
        errors=told.count,
        low=low,
        high=high,
        bound=bound,
        words=rate.words,
    )


def _deployments(connection: Connection, false: Mapping[str, int]) -> tuple[DeploymentField, ...]:
    from workbench.outcomes.equity_facts import DeploymentField  # noqa: PLC0415 - quick `--help`

    return tuple(
        DeploymentField(
            reference=one.reference,
            scheme=one.scheme,
            false_alerts=one.false_alerts,
            entered=one.entered,
            false_alerts_now=false[one.reference],
        )
        for one in list_field_counts(connection)
    )


def _schemes(connection: Connection) -> tuple[SchemeCounts, ...]:
    from workbench.outcomes.equity_facts import FieldGroup, SchemeCounts  # noqa: PLC0415 - likewise

    cells = defaultdict(list)
    for cell in list_group_cells(connection):
        cells[cell.scheme].append(cell)
    found = []
    for scheme, each in cells.items():
        why = _FEW_OR_BESIDE if each[0].beside else _FEW
        groups = [
            FieldGroup(group=cell.group, count=cell.count)
            if cell.count is not None
            else FieldGroup(group=cell.group, suppressed=why)
            for cell in each
        ]
        found.append(
            SchemeCounts(
                scheme=scheme,
                deployments=each[0].deployments,
                false_alerts=each[0].false_alerts,
                groups=tuple(groups),
            )
        )
    return tuple(found)
