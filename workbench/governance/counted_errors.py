"""Errors that were counted in searches: their rate, its intervals, and what few are worth."""

from __future__ import annotations

import math
from typing import Annotated, Final, Self, TypeAlias

from pydantic import Field, PositiveInt, model_validator

from workbench.governance.outcomes import Count
from workbench.governance.record import Record
from workbench.intervals import (
    FEWEST_EXPECTED_ERRORS,
    Interval,
    clopper_pearson,
    rule_of_three,
)
from workbench.rate_words import few_or_many, rate_ends_words

__all__ = ["ROUNDING", "CountedErrors", "bound_of", "carried"]

ROUNDING: Final = 1e-6
"""A sum of binary fractions, and a mean of single precision, miss by this much."""

_Share: TypeAlias = Annotated[float, Field(ge=0.0, le=1.0)]


def carried(rate: float, searched: int, wanted: int) -> float:
    """Return a rate of one size of list for another: `1 - (1 - p)^(M / N)`.

    It takes the references for independent, as `workbench.governance.fpir` does.
    """
    return 1.0 if rate >= 1.0 else -math.expm1(wanted / searched * math.log1p(-rate))


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
        if ends[0] is not None and ends[1] is not None:
            slack = ROUNDING * max(1.0, self.rate)
            if not ends[0] - slack <= self.rate <= ends[1] + slack:
                msg = f"boot_low to boot_high does not hold the rate, {self.rate:g}"
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
        said = f"{name} {few_or_many(self.rate)} ({counted}; {rate_ends_words(*self.interval)}"
        if self.boot_low is None or self.boot_high is None:
            return f"{said})"
        return f"{said}; by identity {rate_ends_words(self.boot_low, self.boot_high)})"
