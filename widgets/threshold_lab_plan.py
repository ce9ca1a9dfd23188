"""What a threshold would mean for a plan: how many false alerts are to be expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.evaluation.planner import CAP, Plan, PlannedAt, planned_at
from workbench.intervals import Interval
from workbench.list_rates import rate_of_list

__all__ = ["PlanInputs", "planned", "reckoned"]

MOST: Final = 1_000_000_000
LONGEST_H: Final = 24 * 366.0


@dataclass(frozen=True, slots=True)
class PlanInputs:
    """What is planned.

    Attributes:
        list_size: references on the list, `N`.
        faces: of people who are not on the list, expected to pass.
        hours: that the search lasts.
    """

    list_size: int = 1_000
    faces: int = 10_000
    hours: float = 4.0

    def __post_init__(self) -> None:
        """Refuse what nobody can plan.

        Raises:
            UsageError: names what cannot be.
        """
        if not 1 <= self.list_size <= MOST:
            msg = f"a list has 1 to {MOST:,} references, not {self.list_size:,}. Give its size."
            raise UsageError(msg)
        if not 0 <= self.faces <= MOST:
            msg = f"0 to {MOST:,} faces can be expected, not {self.faces:,}. Give a number."
            raise UsageError(msg)
        if not 0.0 < self.hours <= LONGEST_H:
            msg = f"a search lasts up to {LONGEST_H:,.0f} hours, not {self.hours}. Give a number."
            raise UsageError(msg)

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> PlanInputs:
        """Return inputs as a page sent them.

        Raises:
            UsageError: when one is no number, or cannot be.
        """
        try:
            return cls(int(values["list_size"]), int(values["faces"]), float(values["hours"]))
        except (KeyError, TypeError, ValueError, OverflowError):
            msg = "the size of the list, the faces and the hours must be numbers. Give all three."
            raise UsageError(msg) from None


def planned(rates: pl.DataFrame, measured: int, inputs: PlanInputs) -> pl.DataFrame:
    """Return what to expect of a plan at each threshold.

    FPIR of a list of N references is reckoned from that of the M that were searched by
    `workbench.list_rates.rate_of_list`, which takes references for independent; so are both ends
    of its interval. Expected are `faces * FPIR` false alerts, E, and at least one with a chance of
    `1 - exp(-E)`. FNIR is taken as it was measured: a longer list misses more, if anything.

    Args:
        rates: of `lab_rates`.
        measured: references that were searched, `M`.
        inputs: the plan.

    Returns:
        A row for each threshold: `expected`, `chance` and `per_hour`, each with `_from` and `_to`.
    """
    power = inputs.list_size / measured
    columns: dict[str, NDArray[np.float64]] = {}
    for end in ("", "_from", "_to"):
        rate = rates[f"fpir{end}"].cast(pl.Float64).fill_null(np.nan).to_list()
        of_list = np.array([rate_of_list(one, power) for one in rate])
        expected = inputs.faces * of_list
        columns[f"expected{end}"] = expected
        columns[f"chance{end}"] = -np.expm1(-expected)
        columns[f"per_hour{end}"] = expected / inputs.hours
    return pl.DataFrame(columns)


def reckoned(
    rates: pl.DataFrame, measured: int, inputs: PlanInputs, data: str
) -> list[Plan | None]:
    """Return the plan of `workbench.evaluation.plan` at each threshold, by the lab's intervals.

    Args:
        rates: of `lab_rates`.
        measured: references that were searched, `M`.
        inputs: the plan.
        data: what was searched, for people.

    Returns:
        One for each threshold, its steps those to the thresholds beside it; `None` at each where
        nobody was searched for who is not on the list.
    """
    power = inputs.list_size / measured
    at = [_at(row, power, inputs.faces) for row in rates.to_dicts()]
    beside = [None, *at, None]
    return [
        None
        if one is None
        else Plan(
            list_size=inputs.list_size,
            faces=inputs.faces,
            hours=inputs.hours,
            cap=CAP,
            at=one,
            up=up,
            down=down,
            searched_list=measured,
            data=data,
            by_people=True,
        )
        for down, one, up in zip(beside, at, beside[2:], strict=False)
    ]


def _at(row: Mapping[str, Any], power: float, faces: int) -> PlannedAt | None:
    if not row["nonmated"]:
        return None
    alarms = Interval(row["fpir_from"], row["fpir_to"])
    misses = Interval(row["fnir_from"], row["fnir_to"]) if row["mated"] else None
    return planned_at(
        row["threshold"],
        power,
        faces,
        false_alarms=(row["false_alarms"], row["nonmated"], alarms),
        missed=(row["misses"], row["mated"], misses),
    )
