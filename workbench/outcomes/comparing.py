"""Forces beside each other, only where their figures mean the same; else why not.

Two rates are compared where both forces counted faces alike, used one matcher (a threshold has the
unit of its matcher, and no other), sorted alerts into the same states, and in the days that both
have deployments of. Where one of these is unknown the answer is no: nothing is taken for alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import dataframely as dy
import polars as pl

from workbench.outcomes.corrections import newest
from workbench.outcomes.records import OutcomeRecords
from workbench.outcomes.summaries import summarise

__all__ = ["Comparison", "compare_forces"]

_ALERT_STATES: Final = ("true_unconfirmed", "false_unconfirmed", "unresolved")
"""States that one source counts apart and another does not have: what is an alert, and what is a
false one, depends on them."""
_MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Forces beside each other, or why they are not.

    Attributes:
        forces: whose records were given, in the order of their names.
        reasons: why they cannot be compared, each a sentence; empty where they can.
        period: the days that are compared, both included; `None` where none are.
        table: a row a force, as `summarise` gives them; `None` where there are reasons.
    """

    forces: tuple[str, ...]
    reasons: tuple[str, ...]
    period: tuple[date, date] | None
    table: pl.DataFrame | None


def compare_forces(records: dy.DataFrame[OutcomeRecords]) -> Comparison:
    """Return the figures of each force over the days that all have, or why not.

    Args:
        records: any versions; the newest count, and of those the deployments that were completed.
    """
    held = newest(records).filter(pl.col("state") == "completed")
    forces = tuple(held["force"].unique().sort().to_list())
    if len(forces) < 2:  # noqa: PLR2004 - two make a comparison
        return Comparison(forces, (_alone(forces),), None, None)
    of_each = {force: held.filter(pl.col("force") == force) for force in forces}
    first = max(_day(one["date"].min()) for one in of_each.values())
    last = min(_day(one["date"].max()) for one in of_each.values())
    if first > last:
        return Comparison(forces, (_apart(of_each),), None, None)
    within = {
        force: one.filter(pl.col("date").is_between(first, last)) for force, one in of_each.items()
    }
    if missing := [force for force, one in within.items() if one.is_empty()]:
        reason = f"{_named(missing)} had no deployment from {first} to {last}, the days of all."
        return Comparison(forces, (reason,), None, None)
    reasons = (
        *_unlike(within, "counting_method", "how faces were counted"),
        *_unlike(within, "matcher", "which matcher was used, whose unit the threshold has"),
        *_unlike_alerts(within),
    )
    if reasons:
        return Comparison(forces, reasons, (first, last), None)
    table = summarise(OutcomeRecords.cast(pl.concat(within.values())), ["force"])
    return Comparison(forces, (), (first, last), table)


def _alone(forces: Sequence[str]) -> str:
    there = f"there are those of {forces[0]} alone" if forces else "there are none"
    return f"A comparison needs completed deployments of two forces; {there}."


def _apart(of_each: dict[str, pl.DataFrame]) -> str:
    said = "; ".join(
        f"{force}: {_day(one['date'].min())} to {_day(one['date'].max())}"
        for force, one in of_each.items()
    )
    return f"Their deployments are of other days ({said})."


def _unlike(within: dict[str, pl.DataFrame], column: str, what: str) -> list[str]:
    """Say where a column is not one known value in all deployments of all forces."""
    silent = [force for force, one in within.items() if one[column].has_nulls()]
    values = {
        force: one[column].drop_nulls().unique().sort().to_list() for force, one in within.items()
    }
    found = []
    if silent:
        found.append(f"It is not known of all deployments of {_named(silent)} {what}.")
    if len({value for some in values.values() for value in some}) > 1:
        said = "; ".join(
            f"{force}: {_named([str(one) for one in some]) or 'unknown'}"
            for force, some in values.items()
        )
        found.append(f"It is not one and the same {what} ({said}).")
    return found


def _unlike_alerts(within: dict[str, pl.DataFrame]) -> list[str]:
    """Say where forces sort alerts into other states."""
    found = []
    for state in _ALERT_STATES:
        told = {force: one[state].null_count() for force, one in within.items()}
        have = [force for force, one in within.items() if told[force] == 0]
        lack = [force for force, one in within.items() if told[force] == one.height]
        mixed = [force for force in within if force not in {*have, *lack}]
        name = state.replace("_", ", ")
        if mixed:
            found.append(
                f"Alerts that are {name} are counted in some records of {_named(mixed)} only."
            )
        elif have and lack:
            found.append(
                f"An alert is not the same: {_named(have)} counts those that are {name} apart, "
                f"{_named(lack)} does not."
            )
    return found


def _named(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    said = " and ".join(names[:_MOST_NAMED])
    return f"{said} and {more} more" if more > 0 else said


def _day(value: object) -> date:
    assert isinstance(value, date)  # noqa: S101 - a column of days without null
    return value
