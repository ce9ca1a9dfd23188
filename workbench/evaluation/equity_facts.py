"""What a comparison of groups was made of and what it could tell, as values that a file can hold.

No rate is in it that the tables do not have; it says which rates there are, and on how many people.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, TypeAlias

import polars as pl
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from workbench.evaluation.equity_tables import EquityResult, EquityStep
from workbench.evaluation.measurement import Measurement, MeasurementFacts

__all__ = ["EquityFacts", "RateFacts", "StepFacts", "equity_facts"]

_Count: TypeAlias = Annotated[int, Field(ge=0)]
_Sha256: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class RateFacts(_Facts):
    """One rate of one group at one threshold.

    Attributes:
        rate: `FPIR` or `FNIR`.
        group: whose.
        people: of the group that the rate is of.
        searches: of them.
        suppressed: why the rate is not told; `None` where it is.
        errors: false alarms or misses; `None` where suppressed.
        measurable: whether it is told with three errors or more.
    """

    rate: Literal["FPIR", "FNIR"]
    group: str
    people: _Count
    searches: _Count
    suppressed: str | None
    errors: _Count | None
    measurable: bool


class StepFacts(_Facts):
    """A threshold at which groups were compared.

    Attributes:
        step: how many times the FPIR at T was asked for; 1 is T itself.
        threshold: in the unit of the scores.
        comparisons: that were made there.
        differences: of them, those that found one, corrected for the comparisons of all steps.
        rates: of each group.
    """

    step: Annotated[float, Field(ge=1.0)]
    threshold: float
    comparisons: _Count
    differences: _Count
    rates: tuple[RateFacts, ...]


class EquityFacts(_Facts):
    """A comparison of groups.

    Attributes:
        schema_version: of this file's layout.
        created: when the groups were compared.
        files: SHA-256 of each part of the folder, by its name.
        measurement: what was searched, with what: data set, protocol, encoders, numbers, list.
        reference: group that the others are compared with.
        reference_given: whether somebody named it.
        groups: all of the set.
        people: with a group.
        smallest_people: fewest people of a group whose rate is told.
        fewest_errors: fewest expected errors of one.
        confidence: of all intervals.
        steps: thresholds at which groups were compared, T first.
    """

    schema_version: Literal[1] = 1
    created: AwareDatetime
    files: dict[str, _Sha256]
    measurement: MeasurementFacts
    reference: str
    reference_given: bool
    groups: Annotated[tuple[str, ...], Field(min_length=1)]
    people: _Count
    smallest_people: Annotated[int, Field(ge=2)]
    fewest_errors: Annotated[int, Field(ge=1)]
    confidence: Annotated[float, Field(gt=0.0, lt=1.0)]
    steps: Annotated[tuple[StepFacts, ...], Field(min_length=1)]


def equity_facts(
    measurement: Measurement,
    result: EquityResult,
    *,
    created: datetime,
    files: Mapping[str, str],
) -> EquityFacts:
    """Return what a comparison was made of.

    Args:
        measurement: whose searches were compared.
        result: of `equity_at` on them.
        created: when they were, with its zone.
        files: SHA-256 by name of the file.
    """
    return EquityFacts(
        created=created,
        files=dict(files),
        measurement=measurement.facts,
        reference=result.reference,
        reference_given=result.reference_given,
        groups=result.groups,
        people=result.people,
        smallest_people=result.smallest_people,
        fewest_errors=result.fewest_errors,
        confidence=result.confidence,
        steps=tuple(_step(step, result) for step in result.steps),
    )


def _step(step: EquityStep, result: EquityResult) -> StepFacts:
    here = pl.col("step") == step.step
    comparisons = result.comparisons.filter(here)
    rates = result.rates.filter(here, pl.col("group").is_not_null())
    return StepFacts(
        step=step.step,
        threshold=step.threshold,
        comparisons=len(comparisons),
        differences=int(comparisons["differs"].sum()),
        rates=tuple(
            RateFacts(
                rate=row["rate"],
                group=row["group"],
                people=row["people"],
                searches=row["searches"],
                suppressed=row["suppressed"],
                errors=row["errors"],
                measurable=row["value"] is not None,
            )
            for row in rates.iter_rows(named=True)
        ),
    )
