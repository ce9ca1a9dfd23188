"""One rate at one threshold, by group: which groups are told, and with what intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from workbench.evaluation.equity_people import Cohort, cohort, resampled_rates
from workbench.evaluation.equity_tables import FPIR, EquityStep
from workbench.intervals import FEWEST_EXPECTED_ERRORS, clopper_pearson

__all__ = ["EquityRules", "Part", "part_of", "rate_rows", "wrong_searches"]

# 0.003 of 1,000 is 3, whatever binary fractions make of it.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class EquityRules:
    """From which numbers on something is told, and how sure it is to be.

    Attributes:
        smallest_people: fewest people of a group whose rate is told.
        fewest_errors: fewest errors that are to be expected of one.
        confidence: of all intervals.
        replicates: of the bootstrap by identity.
    """

    smallest_people: int
    fewest_errors: int
    confidence: float
    replicates: int

    def suppressed(self, people: int, expected: float) -> str | None:
        """Return why the rate of so many people is not told; `None` where it is."""
        if people < self.smallest_people:
            return f"fewer than {self.smallest_people} people"
        if expected < self.fewest_errors - _ROUNDING:
            return f"fewer than {self.fewest_errors} expected errors"
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One rate at one step.

    Attributes:
        step: the threshold.
        rate: `FPIR` or `FNIR`.
        people: those with a group.
        nobody: those without one, as a group of its own.
        overall: rate of all searches, of whatever group.
        compared: groups that are told, and so compared.
    """

    step: EquityStep
    rate: str
    people: Cohort
    nobody: Cohort
    overall: float
    compared: tuple[str, ...]


def wrong_searches(searches: pl.DataFrame, rate: str, threshold: float) -> pl.DataFrame:
    """Return the searches that a rate is of, and which of them err.

    As `workbench.evaluation.identification` defines both rates, with R = 1.

    Returns:
        `group`, `identity`, `wrong`, one row for each search.
    """
    if rate == FPIR:
        of, wrong = ~pl.col("mated"), pl.col("top_score") >= threshold
        wrong = wrong.fill_null(value=False)
    else:
        found = (pl.col("mate_rank") == 1) & (pl.col("mate_score") >= threshold)
        of, wrong = pl.col("mated"), ~found.fill_null(value=False)
    return searches.filter(of).select("group", "identity", wrong=wrong)


def part_of(searches: pl.DataFrame, step: EquityStep, rate: str, rules: EquityRules) -> Part:
    """Return the people of a rate at a step, and the groups whose rates are told."""
    frame = wrong_searches(searches, rate, step.threshold)
    people = cohort(frame.filter(pl.col("group").is_not_null()))
    nobody = cohort(frame.filter(pl.col("group").is_null()).with_columns(group=pl.lit("")))
    overall = int(frame["wrong"].sum()) / len(frame) if len(frame) else 0.0
    told = tuple(
        group
        for group in people.groups
        if rules.suppressed(people.size(group), people.trials(group) * overall) is None
    )
    return Part(step, rate, people, nobody, overall, told)


def rate_rows(
    part: Part, groups: Sequence[str], rules: EquityRules, generator: np.random.Generator
) -> Iterator[dict[str, object]]:
    """Yield a row of `EquityRates` for each group, and one for searches without any."""
    for group in groups:
        yield _row(part, part.people, group, rules, generator) | {"group": group}
    if part.nobody.groups:
        yield _row(part, part.nobody, "", rules, generator) | {"group": None}


def _row(
    part: Part, people: Cohort, group: str, rules: EquityRules, generator: np.random.Generator
) -> dict[str, object]:
    there = group in people.groups
    size, trials = (people.size(group), people.trials(group)) if there else (0, 0)
    expected = trials * part.overall
    suppressed = rules.suppressed(size, expected)
    counts: dict[str, object] = {
        "step": part.step.step,
        "threshold": part.step.threshold,
        "rate": part.rate,
        "people": size,
        "searches": trials,
        "expected_errors": expected,
        "suppressed": suppressed,
    }
    if size < rules.smallest_people:
        return counts
    errors = people.wrong(group)
    low, high = clopper_pearson(errors, trials, rules.confidence)
    few = errors < FEWEST_EXPECTED_ERRORS
    bound = {"bound": high if few or suppressed else None}
    if suppressed:
        return counts | bound
    told = {"errors": errors, "low": low, "high": high}
    if few:
        return counts | bound | told
    boot = _bootstrap(people, group, rules, generator)
    return counts | bound | told | boot | {"value": errors / trials}


def _bootstrap(
    people: Cohort, group: str, rules: EquityRules, generator: np.random.Generator
) -> dict[str, object]:
    if not rules.replicates:
        return {}
    tail = (1.0 - rules.confidence) / 2.0
    rates = resampled_rates(people, group, rules.replicates, generator)
    low, high = np.quantile(rates, [tail, 1.0 - tail])
    return {"boot_low": float(low), "boot_high": float(high)}
