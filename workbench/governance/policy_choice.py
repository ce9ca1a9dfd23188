"""What is chosen on tuning people and fixed when a locked test is opened: a threshold, and by what.

A threshold that may still be changed when the figures of the test are known was tuned on the test.
So the opening holds it, and a policy is issued with that threshold or not at all.
"""

from __future__ import annotations

from typing import Annotated, Self, TypeAlias

from pydantic import Field, PositiveInt, model_validator

from workbench.governance.counted_errors import ROUNDING, bound_of, carried
from workbench.governance.outcomes import Count
from workbench.governance.record import Record
from workbench.governance.setups import Matcher, RuntimeClass
from workbench.governance.text import Line
from workbench.intervals import FEWEST_EXPECTED_ERRORS
from workbench.rate_words import few_or_many

__all__ = ["ChosenThreshold", "Digest", "TuningEvidence"]

Digest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256, 64 hexadecimal digits."""


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

    @property
    def few_words(self) -> str | None:
        """What must be said where the threshold was chosen on fewer than three errors."""
        if self.is_measurable:
            return None
        bound, rule = bound_of(self.errors, self.searches)
        seen = "1 false alarm" if self.errors == 1 else f"{self.errors} false alarms"
        return (
            f"the threshold was chosen on {seen} of {self.searches:,} tuning searches, fewer than "
            f"three: at most {few_or_many(bound)} ({rule})"
        )


class ChosenThreshold(Record):
    """A threshold that was chosen on tuning people.

    Attributes:
        threshold: in the unit of the matcher.
        minimum_threshold: below which no deployment goes.
        matcher: whose scores it is of.
        runtime: in which numbers its encoders run.
        planned_list: size of list that it was chosen for.
        target_fpir: rate that it is to keep for such a list; `None` where it was given.
        tuning: what it was chosen on.
    """

    threshold: float
    minimum_threshold: float
    matcher: Matcher
    runtime: RuntimeClass
    planned_list: PositiveInt
    target_fpir: Annotated[float, Field(gt=0.0, lt=1.0)] | None = None
    tuning: TuningEvidence

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.threshold < self.minimum_threshold:
            msg = "the threshold must not lie below minimum_threshold"
            raise ValueError(msg)
        tuning = self.tuning
        if self.target_fpir is not None and tuning.errors / tuning.searches > (
            carried(self.target_fpir, self.planned_list, tuning.list_size) + ROUNDING
        ):
            msg = "the tuning errors do not keep target_fpir in a list of planned_list references"
            raise ValueError(msg)
        return self

    @property
    def words(self) -> str:
        """The threshold with its matcher, and on what it was chosen."""
        tuning = self.tuning
        lower = ""
        if self.minimum_threshold < self.threshold:
            lower = f", minimum {self.minimum_threshold:g}"
        return (
            f"threshold {self.threshold:g} {self.matcher.unit}{lower} ({self.matcher} "
            f"{self.runtime}), chosen on {tuning.measurement}: {tuning.errors:,} of "
            f"{tuning.searches:,} non-mated searches of {tuning.people:,} people"
        )
