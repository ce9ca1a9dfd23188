"""What a threshold rests on: chosen on tuning people, reported on a locked test that opened once.

The rates are those of searches: FPIR of people who are not on the list, FNIR of people who are
(ISO/IEC 19795-1). Their exact intervals (Clopper and Pearson, 1934) follow from the counts and are
never handed in; those of the bootstrap by identity are. A rate of fewer than three errors is not
told: it is not measurable here, and its bound stands in its place.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, PositiveInt, model_validator

from workbench.governance.counted_errors import ROUNDING, CountedErrors, carried
from workbench.governance.equity_words import EQUITY_MEASURED, EQUITY_NOT_MEASURED
from workbench.governance.moments import spoken
from workbench.governance.openings import EarlierOpening, Opening
from workbench.governance.outcomes import Count
from workbench.governance.policy_choice import Digest, TuningEvidence
from workbench.governance.policy_equity import EquityEvidence
from workbench.governance.record import Record
from workbench.governance.text import Identifier, Line, Moment, Prose
from workbench.rate_words import few_or_many

__all__ = ["PolicyEvidence"]


class PolicyEvidence(Record):
    """What the threshold of an issued policy rests on.

    Attributes:
        measurement: name of the measurement on the locked test.
        data_set: name of its images.
        split: which of its people.
        rule: how they were chosen.
        digest: of its protocol; the opening is of this.
        list_size: references that were searched, `N`.
        synthetic_references: how many of them are of nobody who exists.
        planned_list: size of list that the threshold was chosen for.
        target_fpir: rate that it was to keep for such a list; `None` where it was given.
        threshold: in the policy's unit.
        mated_people: people on the list who were searched for.
        nonmated_people: people not on it who were.
        fpir: non-mated searches with a candidate at the threshold or above.
        fnir: mated searches that did not return the mate first, at the threshold or above.
        draws: of the protocol, which the counts are of; 1 for one list.
        tuning: what the threshold was chosen on.
        opened_at: when the locked test was opened.
        opened_by: account that opened it.
        opened_for: id of the policy that it was opened for.
        opened_before: openings of the same test, or of its data set, before that one; the bench
            says which when the policy is issued.
        equity: `not measured`, or that `by_group` says it; in evidence of before that, a reference
            that nothing can check.
        by_group: the comparison of groups; `None` where there is none.
    """

    measurement: Line
    data_set: Line
    split: Literal["test"]
    rule: Prose
    digest: Digest
    list_size: PositiveInt
    synthetic_references: Count = 0
    planned_list: PositiveInt
    target_fpir: Annotated[float, Field(gt=0.0, lt=1.0)] | None = None
    threshold: float
    mated_people: PositiveInt
    nonmated_people: PositiveInt
    fpir: CountedErrors
    fnir: CountedErrors
    draws: PositiveInt = 1
    tuning: TuningEvidence
    opened_at: Moment
    opened_by: Line
    opened_for: Identifier
    opened_before: tuple[EarlierOpening, ...] = ()
    equity: Line = EQUITY_NOT_MEASURED
    by_group: EquityEvidence | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        faults = (
            (
                self.tuning.digest == self.digest,
                "the threshold must be chosen on other people than those of the locked test",
            ),
            (
                (self.by_group is None) == (self.equity == EQUITY_MEASURED),
                f"equity is {EQUITY_MEASURED!r} where by_group is there, and only there",
            ),
            (
                self.synthetic_references > self.list_size,
                "no more references can be synthetic than there are",
            ),
            (
                self.mated_people > self.fnir.trials or self.nonmated_people > self.fpir.trials,
                "there cannot be more people than searches",
            ),
            (
                self.tuning.people > self.tuning.searches,
                "there cannot be more tuning people than searches of them",
            ),
            (
                self.target_fpir is not None
                and self.tuning.errors / self.tuning.searches
                > carried(self.target_fpir, self.planned_list, self.tuning.list_size) + ROUNDING,
                "the tuning errors do not keep target_fpir in a list of planned_list references",
            ),
        )
        for is_fault, msg in faults:
            if is_fault:
                raise ValueError(msg)
        return self

    @property
    def is_extrapolated(self) -> bool:
        """Whether the threshold is meant for another size of list than was searched."""
        return self.planned_list != self.list_size

    @property
    def missed_target(self) -> str | None:
        """What a policy must say where the locked test shows that the target is not kept."""
        if self.target_fpir is None or not self.fpir.is_measurable:
            return None
        least = carried(self.fpir.interval.low, self.list_size, self.planned_list)
        if least <= self.target_fpir:
            return None
        beyond = ", extrapolated" if self.is_extrapolated else ""
        return (
            f"the locked test does not bear out the target: in a list of {self.planned_list:,} "
            f"references FPIR is at least {few_or_many(least)} (lower end of the 95 % "
            f"interval{beyond}), and {few_or_many(self.target_fpir)} was wanted"
        )

    @property
    def few_errors(self) -> str | None:
        """What a policy must say in its own words where fewer than three errors were seen."""
        parts = []
        if self.tuning.few_words is not None:
            parts.append(self.tuning.few_words)
        if not self.fpir.is_measurable:
            parts.append(self.fpir.words("FPIR", "non-mated searches"))
        return "; ".join(parts) or None

    def is_of(self, opening: Opening) -> bool:
        """Return whether it names that opening, and who did it when."""
        return (self.opened_for, self.digest, self.opened_by, self.opened_at) == (
            opening.policy_id,
            opening.digest,
            opening.opened_by,
            opening.opened_at,
        )

    def words(self) -> tuple[tuple[str, str], ...]:
        """Return all of it by name, for people."""
        tuning = self.tuning
        made = f", {self.synthetic_references:,} of them synthetic"
        chosen = (
            f"{tuning.measurement}: {tuning.errors:,} of {tuning.searches:,} non-mated searches of "
            f"{tuning.people:,} people in {tuning.list_size:,} references ({tuning.data_set}, "
            f"protocol {tuning.digest[:12]})"
        )
        wanted = (
            f"given, with {tuning.errors:,} errors on tuning people"
            if self.target_fpir is None
            else few_or_many(self.target_fpir)
        )
        missed = self.missed_target
        before = "; ".join(one.words for one in self.opened_before)
        beyond = (
            f"; extrapolated from searches of {self.list_size:,}" if self.is_extrapolated else ""
        )
        return (
            ("measured in", f"{self.measurement} ({self.data_set}, {self.split} people)"),
            (
                "searched",
                (
                    f"{self.list_size:,} references{made if self.synthetic_references else ''}; "
                    f"{self.mated_people:,} people on the list, {self.nonmated_people:,} not; "
                    f"{self.draws:,} {'draw' if self.draws == 1 else 'draws'}"
                ),
            ),
            ("people not on the list", self.fpir.words("FPIR", "non-mated searches")),
            ("people on the list", self.fnir.words("FNIR", "mated searches")),
            ("threshold for", f"{self.planned_list:,} references, FPIR {wanted}{beyond}"),
            *((("target", missed),) if missed is not None else ()),
            ("chosen on", chosen),
            (
                "locked test",
                (
                    f"protocol {self.digest[:12]}, opened by {self.opened_by} at "
                    f"{spoken(self.opened_at)} for {self.opened_for}"
                ),
            ),
            *((("opened before", before),) if before else ()),
            *(() if self.by_group is None else self.by_group.rows()),
        )
