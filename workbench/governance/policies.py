"""Threshold policies: from which score on an alert may be raised, and on what evidence.

A live search runs under a policy or not at all. A policy is tied to what was measured: the very
encoders with their alignment, the fusion, the numeric class they ran in, the sizes of list it is
meant for. A threshold belongs to each deployment's record and is never a constant of the product
(the Metropolitan Police's grids print 0.60, 0.62 and 0.64 within one month of 2024, in units of
another matcher). Nobody who runs a search can go below the policy's minimum.

The workbench ships three, one for each matcher (`workbench.bench.default_policies`). They are the
product's own, measured on photographs of a public data set, and approved by nobody.
"""

from __future__ import annotations

import math
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from pydantic import PositiveInt, model_validator

from workbench.errors import ClockError, IllegalMoveError, NotPermittedError, PolicyError
from workbench.governance.counted_errors import CountedErrors
from workbench.governance.equity_words import EQUITY_NOT_MEASURED, unmeasured_words
from workbench.governance.people import same_person
from workbench.governance.policy_evidence import PolicyEvidence
from workbench.governance.record import Record
from workbench.governance.score_table import ScoreTable
from workbench.governance.setups import Matcher, Setup, Unit, misfits
from workbench.governance.text import Identifier, Line, Moment, Prose

__all__ = [
    "EQUITY_NOT_MEASURED",
    "Origin",
    "ThresholdPolicy",
    "require_approved",
    "require_fits",
]

_NO_EVIDENCE: Final = (
    "none from a locked test: it rests on comparisons of photographs, as measured_on says"
)


class Origin(StrEnum):
    """Who made a policy."""

    PRODUCT_DEFAULT = "product-default"
    ISSUED = "issued"


class ThresholdPolicy(Record):
    """A threshold policy.

    Attributes:
        id: names it; deployments refer to it.
        origin: the product's default, or issued from an evaluation.
        setup: what it was measured with, and is tied to.
        unit: of its scores and thresholds.
        threshold: from which score on an alert is raised, unless a deployment sets it higher.
        threshold_reason: what it was chosen for, in one sentence.
        minimum_threshold: below which no deployment goes.
        smallest_list: fewest references on a list that it is meant for.
        largest_list: most of them.
        table: the measured scores that rates are reckoned from.
        checks: searches of whole lists, on other people, that the reckoning can be held against.
        measured_on: the data, the split and what they cannot show, for people.
        equity: `not measured`, or that `evidence.by_group` says it; in policies of before that, a
            reference that nothing can check.
        evidence: what its threshold rests on; `None` of the policies that ship, and of those that
            were issued before evidence was asked for.
        created: when it was made.
        owner: account or organisation that answers for it.
        approver: account that approved it, another than the owner; `None` while nobody did.
        approved: when.
        review_by: when it is to be looked at again.
    """

    id: Identifier
    origin: Origin
    setup: Setup
    unit: Unit
    threshold: float
    threshold_reason: Line
    minimum_threshold: float
    smallest_list: PositiveInt
    largest_list: PositiveInt
    table: ScoreTable
    checks: tuple[ScoreTable, ...] = ()
    measured_on: Prose
    equity: Line = EQUITY_NOT_MEASURED
    evidence: PolicyEvidence | None = None
    created: Moment
    owner: Line
    approver: Line | None = None
    approved: Moment | None = None
    review_by: Moment

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        faults = (
            (
                self.unit != self.setup.matcher.unit,
                f"the unit of matcher {self.setup.matcher} is {self.setup.matcher.unit}",
            ),
            (
                self.threshold < self.minimum_threshold,
                "the threshold must not lie below minimum_threshold",
            ),
            (
                self.largest_list < self.smallest_list,
                "largest_list must not be below smallest_list",
            ),
            (
                (self.approver is None) != (self.approved is None),
                "approver and approved come together",
            ),
            (
                self.approver is not None and same_person(self.approver, self.owner),
                "whoever answers for a policy does not approve it",
            ),
            (
                self.approved is not None and self.approved < self.created,
                "it cannot have been approved before it was created",
            ),
            (self.review_by <= self.created, "review_by must lie after created"),
        )
        for is_fault, msg in faults:
            if is_fault:
                raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _rests_on_its_evidence(self) -> Self:
        evidence, table = self.evidence, self.table
        if evidence is None:
            return self
        faults = (
            (evidence.threshold != self.threshold, "evidence.threshold is not the threshold"),
            (evidence.opened_for != self.id, "evidence.opened_for is another policy"),
            (evidence.equity != self.equity, "evidence.equity is not the equity"),
            (
                not self.smallest_list <= evidence.planned_list <= self.largest_list,
                "evidence.planned_list lies outside smallest_list to largest_list",
            ),
            (
                (evidence.list_size, evidence.fpir.trials) != (table.list_size, table.searches)
                or evidence.fpir.count != table.at_or_above(self.threshold),
                "the table does not count what evidence.fpir does",
            ),
            (
                (table.data_set, table.split, table.people)
                != (evidence.data_set, evidence.split, evidence.nonmated_people),
                "the table is of another data set, split or number of people than the evidence",
            ),
        )
        for is_fault, msg in faults:
            if is_fault:
                raise ValueError(msg)
        return self

    @property
    def matcher(self) -> Matcher:
        """The matcher it is for."""
        return self.setup.matcher

    @property
    def checked_up_to(self) -> int:
        """The largest list that was searched to check the reckoned rates; 1 if none was."""
        return max((check.list_size for check in self.checks), default=1)

    @property
    def approval(self) -> str:
        """Who approved it, in words; a default of the product says that nobody did."""
        prefix = "product default, " if self.origin is Origin.PRODUCT_DEFAULT else ""
        if self.approver is None or self.approved is None:
            return f"{prefix}approved by nobody"
        return f"{prefix}approved by {self.approver} on {self.approved.date().isoformat()}"

    @property
    def equity_words(self) -> str:
        """What stands beside it wherever it is shown, such as `equity not measured`."""
        equity = None if self.evidence is None else self.evidence.by_group
        if equity is None:
            return f"equity {unmeasured_words(self.equity)}"
        return f"equity {equity.words(self.threshold, self.smallest_list, self.largest_list)}"

    @property
    def equity_brief(self) -> str:
        """The same where there is room for a line."""
        equity = None if self.evidence is None else self.evidence.by_group
        return self.equity_words if equity is None else f"equity {equity.brief(self.threshold)}"

    @property
    def evidence_words(self) -> tuple[tuple[str, str], ...]:
        """What its threshold rests on, by name, for people."""
        if self.evidence is None:
            return (("evidence", _NO_EVIDENCE),)
        return self.evidence.words()

    @property
    def minimum_words(self) -> str | None:
        """What must be said of a minimum threshold below the threshold, on what it rests."""
        if self.minimum_threshold >= self.threshold:
            return None
        table = self.table
        there = CountedErrors(
            count=table.at_or_above(self.minimum_threshold), trials=table.searches
        )
        return (
            f"deployments may go down to {self.minimum_threshold:g}, which nothing was chosen for: "
            f"{there.words('FPIR', 'non-mated searches')}"
        )

    def is_overdue(self, now: datetime) -> bool:
        """Return whether it should have been looked at again."""
        return now >= self.review_by

    def approve(self, *, by: str, at: datetime) -> ThresholdPolicy:
        """Return the policy as approved.

        Raises:
            ClockError: when `at` is before it was created.
            IllegalMoveError: when it is approved already.
            NotPermittedError: when `by` is its owner.
            RecordError: when the name cannot be used.
        """
        if self.approver is not None:
            msg = f"policy {self.id} is {self.approval} already. Use it, or issue another."
            raise IllegalMoveError(msg)
        if same_person(by, self.owner):
            msg = f"{by} answers for policy {self.id} and may not approve it. Another must."
            raise NotPermittedError(msg)
        if at < self.created:
            msg = (
                f"policy {self.id} cannot be approved at {at.isoformat()}, before it was created "
                f"at {self.created.isoformat()}. Set the clock right."
            )
            raise ClockError(msg)
        return ThresholdPolicy.read(
            dict(self) | {"approver": by, "approved": at}, what=f"policy {self.id}"
        )


def require_approved(policy: ThresholdPolicy) -> None:
    """Let a policy pass that somebody approved.

    Raises:
        PolicyError: when nobody did.
    """
    if policy.approver is None:
        msg = (
            f"policy {policy.id} cannot be used for an operational deployment: it is "
            f"{policy.approval}. Have an authorising officer approve it, or name one that is."
        )
        raise PolicyError(msg)


def require_fits(
    policy: ThresholdPolicy, setup: Setup, *, list_size: int, threshold: float
) -> None:
    """Let a search pass whose scores mean what the policy says.

    Args:
        policy: that the deployment names.
        setup: what the search is about to score with.
        list_size: references on its list.
        threshold: from which score on it is to raise alerts.

    Raises:
        PolicyError: lists everything that does not fit, with what to do about each.
    """
    faults = misfits(policy.setup, setup)
    if not policy.smallest_list <= list_size <= policy.largest_list:
        faults.append(
            f"it is meant for lists of {policy.smallest_list:,} to {policy.largest_list:,} "
            f"references, and this one has {list_size:,}: change the list or the policy"
        )
    # Written so that what is not a number does not pass.
    if not policy.minimum_threshold <= threshold < math.inf:
        faults.append(
            f"its minimum threshold is {policy.minimum_threshold:g} {policy.unit}, and "
            f"{threshold:g} is asked for, which no operator can set: keep to the minimum or above, "
            "or have another policy issued and approved"
        )
    if faults:
        msg = f"policy {policy.id} does not fit this search: {'; '.join(faults)}."
        raise PolicyError(msg)
