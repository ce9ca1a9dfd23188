"""Rules that look at one record by itself."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import dataframely as dy
import polars as pl

from workbench.intervals import clopper_pearson
from workbench.localities import locality
from workbench.number_words import percent
from workbench.outcomes.printed_rates import PrintedRate, compare_printed
from workbench.outcomes.records import OutcomeRecords

__all__ = [
    "CAP",
    "aborted",
    "above_the_cap",
    "alerts_do_not_add_up",
    "fewer_faces_than_alerts",
    "outcomes_do_not_add_up",
    "printed_rate_truncated",
    "printed_rate_wrong",
    "too_wide_a_place",
]

CAP: Final = 0.001
"""False alerts of faces seen that a deployment may not exceed: 1 in 1,000, the figure that South
Wales Police gives in its procedure and that the trials of the Metropolitan Police averaged."""

_WHERE: Final = ("source", "source_row", "record")
_Records = dy.DataFrame[OutcomeRecords]


def alerts_do_not_add_up(records: _Records) -> pl.DataFrame:
    """Find where true, false and unresolved alerts are not all of them."""
    parts = pl.col("true_alerts") + pl.col("false_alerts") + pl.col("unresolved").fill_null(0)
    return records.filter(parts != pl.col("total_alerts")).select(
        *_WHERE,
        message=pl.format(
            "total alerts {}, but true {} and false {}{} make {}",
            "total_alerts",
            "true_alerts",
            "false_alerts",
            pl.when(pl.col("unresolved").is_not_null())
            .then(pl.format(" and unresolved {}", pl.col("unresolved").fill_null(0)))
            .otherwise(pl.lit("")),
            parts,
        ),
    )


def fewer_faces_than_alerts(records: _Records) -> pl.DataFrame:
    """Find where more alerts were raised than faces were seen."""
    return records.filter(pl.col("faces_seen") < pl.col("total_alerts")).select(
        *_WHERE, message=pl.format("faces seen {}, but alerts {}", "faces_seen", "total_alerts")
    )


def outcomes_do_not_add_up(records: _Records) -> pl.DataFrame:
    """Find where arrests, other disposals and no action are not as many as the alerts."""
    names = ("arrests", "other_disposals", "no_action")
    total = pl.sum_horizontal(*names, ignore_nulls=False)
    return records.filter(total != pl.col("total_alerts")).select(
        *_WHERE,
        message=pl.format(
            "arrests {}, other disposals {} and no action {} make {}, but alerts {}",
            *names,
            total,
            "total_alerts",
        ),
    )


def printed_rate_wrong(records: _Records) -> pl.DataFrame:
    """Find where the printed rate is neither the rounded nor the cut off one of its counts."""
    return _printed(
        records, {PrintedRate.WRONG, PrintedRate.UNREADABLE}, "neither rounded nor cut off to that"
    )


def printed_rate_truncated(records: _Records) -> pl.DataFrame:
    """Find where the printed rate was cut off, so that it is less than the rounded one."""
    return _printed(records, {PrintedRate.TRUNCATED}, "cut off and not rounded")


def too_wide_a_place(records: _Records) -> pl.DataFrame:
    """Find where a borough, a town or something as wide stands for the place."""
    names = records["place"].unique()
    wide = {name: found for name in names if (found := locality(name)) is not None}
    return records.filter(pl.col("place").is_in(list(wide))).select(
        *_WHERE, message=pl.format("{} alone does not say where", "place")
    )


def above_the_cap(records: _Records) -> pl.DataFrame:
    """Find where false alerts exceed 1 in 1,000 faces; the interval says how sure that is."""
    over = records.filter(
        pl.col("state") == "completed",
        pl.col("faces_seen") >= pl.col("false_alerts"),
        pl.col("false_alerts") > CAP * pl.col("faces_seen"),
    )
    return over.select(
        *_WHERE,
        message=pl.Series(
            [
                _above_words(count, faces)
                for count, faces in over.select("false_alerts", "faces_seen").iter_rows()
            ],
            dtype=pl.String,
        ),
    )


def aborted(records: _Records) -> pl.DataFrame:
    """Find what was broken off."""
    return records.filter(pl.col("state") == "aborted").select(
        *_WHERE, message=pl.lit("it was broken off, and is in no rate")
    )


def _above_words(count: int, faces: int) -> str:
    low, high = clopper_pearson(count, faces)
    rate = percent(Fraction(count, faces))
    alone = (
        "so few say little: the interval holds the cap of 0.1 %"
        if low <= CAP
        else "the whole interval lies above the cap of 0.1 %"
    )
    return (
        f"{count} false of {faces:,} faces is {rate} (95 % interval {percent(low)} to "
        f"{percent(high)}); {alone}"
    )


def _printed(records: _Records, kinds: set[PrintedRate], words: str) -> pl.DataFrame:
    told = records.filter(
        pl.col("false_alert_rate_printed").is_not_null(),
        pl.col("false_alerts") <= pl.col("faces_seen"),
        pl.col("faces_seen") > 0,
    )
    rows = told.select("false_alert_rate_printed", "false_alerts", "faces_seen").rows()
    found = [compare_printed(*row) in kinds for row in rows]
    messages = [
        f"{printed} is printed; {count} of {faces:,} is {percent(Fraction(count, faces))}, {words}"
        for printed, count, faces in rows
    ]
    return (
        told.with_columns(message=pl.Series(messages, dtype=pl.String))
        .filter(pl.Series(found, dtype=pl.Boolean))
        .select(*_WHERE, "message")
    )
