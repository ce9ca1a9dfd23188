"""What a threshold rests on: chosen on tuning people, reported on a locked test that opened once.

The rates are those of searches: FPIR of people who are not on the list, FNIR of people who are
(ISO/IEC 19795-1). Their exact intervals (Clopper and Pearson, 1934) follow from the counts and are
never handed in; those of the bootstrap by identity are. A rate of fewer than three errors is not
told: it is not measurable here, and its bound stands in its place.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import Field, PositiveInt, model_validator

from workbench.governance.moments import spoken
from workbench.governance.openings import Digest, Opening
from workbench.governance.outcomes import Count
from workbench.governance.record import Record
from workbench.governance.text import Identifier, Line, Moment, Prose
from workbench.intervals import (
    FEWEST_EXPECTED_ERRORS,
    Interval,
    clopper_pearson,
    rule_of_three,
)
from workbench.rate_words import ends_words, few_or_many

__all__ = [
    "EQUITY_NOT_MEASURED",
    "CountedErrors",
    "PolicyEvidence",
    "TuningEvidence",
    "bound_of",
    "equity_words",
]

EQUITY_NOT_MEASURED: Final = "not measured"

_Share: TypeAlias = Annotated[float, Field(ge=0.0, le=1.0)]


def equity_words(equity: str) -> str:
    """Return what stands beside a policy: `equity not measured`, or what it was measured in."""
    if equity == EQUITY_NOT_MEASURED:
        return f"equity {EQUITY_NOT_MEASURED}"
    return f"equity measured in {equity}"


def bound_of(count: int, trials: int) -> tuple[float, str]:
    """Return how high a rate of fewer than three errors may be, and by which rule.

    With none it is the rule of three, `3 / n` (Hanley and Lippman-Hand, 1983); with one or two the
    upper end of the exact 95 % interval.
    """
    if count == 0:
        return rule_of_three(trials), "rule of three"
    return clopper_pearson(count, trials).high, "upper end of the 95 % interval"


class CountedErrors(Record):
    """Errors that were counted in searches.

    Attributes:
        count: errors.
        trials: searches.
        boot_low: lower end of the 95 % interval of a bootstrap by identity; `None` if none was
            drawn.
        boot_high: upper end of it.
    """

    count: Count
    trials: PositiveInt
    boot_low: _Share | None = None
    boot_high: _Share | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.count > self.trials:
            msg = f"{self.count} errors of {self.trials} searches cannot be"
            raise ValueError(msg)
        if (self.boot_low is None) != (self.boot_high is None):
            msg = "boot_low and boot_high come together"
            raise ValueError(msg)
        ends = (self.boot_low, self.boot_high)
        if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
            msg = "boot_low must not be above boot_high"
            raise ValueError(msg)
        return self

    @property
    def rate(self) -> float:
        """The share of searches that erred."""
        return self.count / self.trials

    @property
    def interval(self) -> Interval:
        """The exact 95 % interval of it."""
        return clopper_pearson(self.count, self.trials)

    @property
    def is_measurable(self) -> bool:
        """Whether three errors or more were counted."""
        return self.count >= FEWEST_EXPECTED_ERRORS

    def words(self, name: str, of: str) -> str:
        """Return the rate with its count and intervals, or that it is not measurable.

        Args:
            name: of the rate, for example `FPIR`.
            of: what was searched, for example `non-mated searches`.
        """
        counted = f"{self.count:,} of {self.trials:,} {of}"
        if not self.is_measurable:
            bound, rule = bound_of(self.count, self.trials)
            return f"{name} not measurable here: {counted}, at most {few_or_many(bound)} ({rule})"
        low, high = self.interval
        said = f"{name} {few_or_many(self.rate)} ({counted}; {_ends(low, high)}"
        if self.boot_low is None or self.boot_high is None:
            return f"{said})"
        return f"{said}; by identity {_ends(self.boot_low, self.boot_high)})"


class TuningEvidence(Record):
    """What a threshold was chosen on.

    Attributes:
        measurement: its name.
        digest: of its protocol.
        data_set: name of its images.
        list_size: references that were searched, `N`.
        people: people who were searched for and are not on the list.
        searches: non-mated searches.
        errors: of them, those at the threshold or above.
    """

    measurement: Line
    digest: Digest
    data_set: Line
    list_size: PositiveInt
    people: PositiveInt
    searches: PositiveInt
    errors: Count

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.errors > self.searches:
            msg = f"{self.errors} errors of {self.searches} searches cannot be"
            raise ValueError(msg)
        return self

    @property
    def is_measurable(self) -> bool:
        """Whether the threshold was chosen on three errors or more."""
        return self.errors >= FEWEST_EXPECTED_ERRORS


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
        equity: reference of the measurement by group, or `not measured`.
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
    equity: Line = EQUITY_NOT_MEASURED

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        faults = (
            (
                self.tuning.digest == self.digest,
                "the threshold must be chosen on other people than those of the locked test",
            ),
            (
                self.synthetic_references > self.list_size,
                "no more references can be synthetic than there are",
            ),
            (
                self.mated_people > self.fnir.trials or self.nonmated_people > self.fpir.trials,
                "there cannot be more people than searches",
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
    def few_errors(self) -> str | None:
        """What a policy must say in its own words where fewer than three errors were seen."""
        parts = []
        if not self.tuning.is_measurable:
            bound, rule = bound_of(self.tuning.errors, self.tuning.searches)
            parts.append(
                f"the threshold was chosen on {self.tuning.errors} false alarms of "
                f"{self.tuning.searches:,} tuning searches, fewer than three: at most "
                f"{few_or_many(bound)} ({rule})"
            )
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
        wanted = "given" if self.target_fpir is None else few_or_many(self.target_fpir)
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
            ("chosen on", chosen),
            (
                "locked test",
                (
                    f"protocol {self.digest[:12]}, opened by {self.opened_by} at "
                    f"{spoken(self.opened_at)} for {self.opened_for}"
                ),
            ),
        )


def _ends(low: float, high: float) -> str:
    return ends_words(_share(high), _share(low))


def _share(rate: float) -> str:
    return few_or_many(rate) if rate > 0.0 else "none"
