"""What a measurement by group comes as: rates of each group, comparisons of groups, and the steps.

Every frame is fit to be written as it is: what is not known, or is not told, is null.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import dataframely as dy
import polars as pl

from workbench.evaluation.searches import Searches

__all__ = [
    "FNIR",
    "FPIR",
    "NO_GROUP",
    "REFERENCE",
    "SPREAD",
    "EquityComparisons",
    "EquityRates",
    "EquityResult",
    "EquityStep",
    "GroupedSearches",
]

FPIR: Final = "FPIR"
FNIR: Final = "FNIR"
NO_GROUP: Final = "no group given"
"""How the row of searches is told apart for whose person the set gives no group."""

REFERENCE: Final = "reference"
SPREAD: Final = "spread"


class GroupedSearches(Searches):
    """Searches with the `group` that a labelled set gives the person, null where it gives none."""

    group = dy.String(nullable=True)


class EquityRates(dy.Schema):
    """One row for each step, rate and group.

    - `step`: how many times the FPIR at T was asked for: 1 is T itself.
    - `threshold`: of the step.
    - `rate`: `FPIR` (of non-mated searches) or `FNIR` (of mated searches, rank 1).
    - `group`: null for searches whose person has none.
    - `people`, `searches`: of this group that the rate is of.
    - `expected_errors`: that the group would have with the rate of the whole set.
    - `suppressed`: why the group's rate is not told, in words; null where it is.
    - `errors`: false alarms or misses; null where suppressed.
    - `value`: errors / searches; null where suppressed or of fewer than three errors.
    - `low`, `high`: exact interval of Clopper and Pearson over searches; null where suppressed.
    - `boot_low`, `boot_high`: interval of a bootstrap by identity; null as `value` is.
    - `bound`: upper end of the exact interval where there are at least the people that a rate
      takes and too few errors, expected or seen, for one; else null.
    """

    step = dy.Float64(nullable=False, min=1.0)
    threshold = dy.Float64(nullable=False, allow_inf=False, allow_nan=False)
    rate = dy.String(nullable=False)
    group = dy.String(nullable=True)
    people = dy.Int64(nullable=False, min=0)
    searches = dy.Int64(nullable=False, min=0)
    expected_errors = dy.Float64(nullable=False, min=0.0)
    suppressed = dy.String(nullable=True)
    errors = dy.Int64(nullable=True, min=0)
    value = dy.Float64(nullable=True, min=0.0, max=1.0)
    low = dy.Float64(nullable=True, min=0.0, max=1.0)
    high = dy.Float64(nullable=True, min=0.0, max=1.0)
    boot_low = dy.Float64(nullable=True, min=0.0, max=1.0)
    boot_high = dy.Float64(nullable=True, min=0.0, max=1.0)
    bound = dy.Float64(nullable=True, min=0.0, max=1.0)

    @dy.rule()
    def what_is_suppressed_is_not_told(cls) -> pl.Expr:  # noqa: N805 - dataframely's way
        """A suppressed group has no count of errors and no rate."""
        return pl.col("suppressed").is_null() | (
            pl.col("errors").is_null() & pl.col("value").is_null() & pl.col("low").is_null()
        )


class EquityComparisons(dy.Schema):
    """One row for each comparison that was made; all of them are corrected for together.

    - `kind`: `reference`, a group against the reference, or `spread`, the group with the highest
      rate against that with the lowest where neither is the reference: each pair is there once.
    - `ratio`: rate of `group` over that of `against`; null where either has fewer than three
      errors. `ratio_low` to `ratio_high` hold for all comparisons at once; `ratio_high` is null
      where nothing bounds it.
    - `difference`: of the rates, likewise.
    - `p`: two-sided, of the exact test, of a spread times the pairs of groups that it was chosen
      from; `p_adjusted` after Holm over all comparisons.
    - `differs`: whether `p_adjusted` is at most 1 - confidence.
    - `base_rate`: rate that the power is reckoned from.
    - `seen_above`: the lowest ratio above 1 that this set would have seen in 80 of 100 such
      sets, null where it would have seen none; `seen_difference` the same as a difference.
    - `seen_below`: the highest ratio below 1 of which that holds.
    """

    step = dy.Float64(nullable=False, min=1.0)
    threshold = dy.Float64(nullable=False, allow_inf=False, allow_nan=False)
    rate = dy.String(nullable=False)
    kind = dy.String(nullable=False)
    group = dy.String(nullable=False)
    against = dy.String(nullable=False)
    ratio = dy.Float64(nullable=True, min=0.0)
    ratio_low = dy.Float64(nullable=False, min=0.0)
    ratio_high = dy.Float64(nullable=True, min=0.0)
    difference = dy.Float64(nullable=False, min=-1.0, max=1.0)
    difference_low = dy.Float64(nullable=False, min=-1.0, max=1.0)
    difference_high = dy.Float64(nullable=False, min=-1.0, max=1.0)
    p = dy.Float64(nullable=False, min=0.0, max=1.0)
    p_adjusted = dy.Float64(nullable=False, min=0.0, max=1.0)
    differs = dy.Bool(nullable=False)
    base_rate = dy.Float64(nullable=False, min=0.0, max=1.0)
    seen_above = dy.Float64(nullable=True, min=1.0)
    seen_difference = dy.Float64(nullable=True, min=0.0, max=1.0)
    seen_below = dy.Float64(nullable=True, min=0.0, max=1.0)


@dataclass(frozen=True, slots=True)
class EquityStep:
    """A threshold at which groups are compared.

    Attributes:
        step: how many times the FPIR at T was asked for.
        threshold: T, or the highest threshold at which the set has an FPIR that high.
        false_alarms: of all non-mated searches, of whatever group.
        searches: non-mated searches.
        misses: of all mated searches.
        mated: mated searches.
    """

    step: float
    threshold: float
    false_alarms: int
    searches: int
    misses: int
    mated: int


@dataclass(frozen=True, slots=True, eq=False)
class EquityResult:
    """Error rates by group at T and where false alarms are more frequent, and what they show.

    Attributes:
        threshold: T.
        reference: group that the others are compared with.
        reference_given: whether somebody named it; else it is the group of most people.
        groups: all groups of the set, in alphabetical order.
        people: with a group.
        confidence: of all intervals.
        comparisons_made: how many comparisons the correction is over.
        smallest_people: fewest people of a group whose rate is told.
        fewest_errors: fewest expected errors of one.
        steps: thresholds, T first.
        left_out: repeats that could not be made, each in a sentence.
        rates: with the schema `EquityRates`.
        comparisons: with the schema `EquityComparisons`.
    """

    threshold: float
    reference: str
    reference_given: bool
    groups: tuple[str, ...]
    people: int
    confidence: float
    comparisons_made: int
    smallest_people: int
    fewest_errors: int
    steps: tuple[EquityStep, ...]
    left_out: tuple[str, ...]
    rates: dy.DataFrame[EquityRates]
    comparisons: dy.DataFrame[EquityComparisons]
