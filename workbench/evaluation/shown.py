"""Which interval of a counted rate is shown: by identity from three errors on, else the exact one.

Of the ways that were tried, this one held a known rate as often as it says (`docs/measurements.md`,
"How often an interval holds a known rate"): the exact interval takes images of one person for
independent, and a bootstrap knows nothing of errors that were hardly seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from workbench.evaluation.few_errors import few_errors_words
from workbench.intervals import FEWEST_EXPECTED_ERRORS

__all__ = [
    "SHOWN_INTERVALS",
    "Shown",
    "few_errors_by_target",
    "few_errors_notes",
    "shown_interval",
    "shown_of_group",
    "shown_of_rank",
    "shown_of_rate",
]

SHOWN_INTERVALS: Final = (
    "95 % intervals are by people from three errors on, and exact, which takes searches for "
    "independent, where there are fewer."
)
"""What a page says of the intervals that it shows."""

_ERRORS: Final = {"fpir": "false_alarms", "fnir": "misses", "tpir": "misses"}


class Shown(NamedTuple):
    """Both ends of an interval to show, and whether it is the one by identity."""

    low: float
    high: float
    by_identity: bool


def shown_interval(
    errors: int,
    value: float | None,
    exact: tuple[float | None, float | None],
    by_identity: tuple[float | None, float | None],
) -> Shown:
    """Return the interval to show of a rate.

    Args:
        errors: that were counted, of the kind that the rate, or 1 - the rate, is of.
        value: the rate.
        exact: ends of its exact interval, `None` for none.
        by_identity: ends of that of a bootstrap by identity, `None` for none.

    Returns:
        That by identity from three errors on; the exact one of fewer, where every trial errs, and
        where no bootstrap was made. 0 to 1 where there is neither: nothing is known.
    """
    low, high = by_identity
    if (
        errors >= FEWEST_EXPECTED_ERRORS
        and value is not None
        and 0.0 < value < 1.0
        and low is not None
        and high is not None
    ):
        return Shown(low, high, by_identity=True)
    low, high = exact
    return Shown(0.0 if low is None else low, 1.0 if high is None else high, by_identity=False)


def shown_of_rate(row: Mapping[str, Any], rate: str) -> Shown:
    """Return the interval to show of a rate of a row of `RatesAt` or `TpirAtFpir`.

    Args:
        row: by column.
        rate: `fpir`, `fnir` or `tpir`.
    """
    return shown_interval(
        row[_ERRORS[rate]],
        row[rate],
        (row[f"{rate}_low"], row[f"{rate}_high"]),
        (row[f"{rate}_boot_low"], row[f"{rate}_boot_high"]),
    )


def shown_of_rank(row: Mapping[str, Any]) -> Shown:
    """Return the interval to show of a row of `CmcCurve`: its errors are those not found."""
    errors = row["mated"] - row["found"]
    ends = (row["low"], row["high"]), (row["boot_low"], row["boot_high"])
    return shown_interval(errors, row["rate"], *ends)


def shown_of_group(row: Mapping[str, Any]) -> Shown:
    """Return the interval to show of a row of `EquityRates` whose rate is told."""
    ends = (row["low"], row["high"]), (row["boot_low"], row["boot_high"])
    return shown_interval(row["errors"] or 0, row["value"], *ends)


def few_errors_notes(row: Mapping[str, Any], nonmated: int, mated: int) -> tuple[str, ...]:
    """Return what either count of errors is worth where it is below thirty, a sentence each.

    Args:
        row: with `false_alarms` and `misses`, as `RatesAt` and `TpirAtFpir` have them.
        nonmated: searches that the false alarms are of.
        mated: searches that the misses are of.

    >>> few_errors_notes({"false_alarms": 30, "misses": 0}, 1000, 500)
    ('Few misses, none of 500 trials: not measurable here, at most 1 in 160 (rule of three).',)
    """
    counted = (("false alarms", row["false_alarms"], nonmated), ("misses", row["misses"], mated))
    said = ((what, few_errors_words(count, n)) for what, count, n in counted)
    return tuple(f"Few {what}, {words}." for what, words in said if words is not None)


def few_errors_by_target(
    rows: Mapping[str, Mapping[str, Any]], nonmated: int, mated: int
) -> dict[str, tuple[str, ...]]:
    """Return each sentence on few errors once, with the rates asked for that it is of.

    Args:
        rows: of `TpirAtFpir`, by the FPIR asked for, in words.
        nonmated: searches that the false alarms are of.
        mated: searches that the misses are of.

    >>> row = {"false_alarms": 0, "misses": 30}
    >>> few_errors_by_target({"0.003": row, "0.001": row}, 60, 500)
    {'Few false alarms, none of 60 trials: not measurable here, at most 1 in 20 \
(rule of three).': ('0.003', '0.001')}
    """
    found: dict[str, tuple[str, ...]] = {}
    for target, row in rows.items():
        for note in few_errors_notes(row, nonmated, mated):
            found[note] = (*found.get(note, ()), target)
    return found
