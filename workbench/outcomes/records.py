"""One schema for what came of a deployment, published or of a bench of one's own.

It holds the sixteen columns that the Metropolitan Police Service publishes of each deployment since
2023, those of its grid of 2020 to 2022 that are others, and what a force holds besides. What is not
known is null, and stays null: it is never taken for 0.
"""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl
from dataframely.exc import SchemaError, ValidationError

from workbench.errors import RecordError

__all__ = ["COUNTS", "STATES", "OutcomeRecords", "check_records"]

STATES: Final = ("completed", "aborted")
"""Whether a deployment was carried out; of one that was `aborted` no rate is made."""

COUNTS: Final = (
    "total_alerts",
    "true_confirmed",
    "true_unconfirmed",
    "true_alerts",
    "false_confirmed",
    "false_unconfirmed",
    "false_alerts",
    "unresolved",
    "true_alert_engagements",
    "false_alert_engagements",
    "false_alert_arrests",
    "arrests",
    "other_disposals",
    "no_action",
    "faces_seen",
)
"""The columns that count something."""


class OutcomeRecords(dy.Schema):
    """One row for each version of a record; several of one deployment where it had several sites.

    - `record`: names the row, the same in all its versions.
    - `version`: 1 as it was published or closed, then one more for each correction.
    - `corrected_by`, `correction_reason`: who made this version and why; null in the first.
    - `force`: whose deployment it was.
    - `source`: the document or bench that it is of; `source_row`: which row of it, counted from 1.
    - `state`: `completed` or `aborted`.
    - `place`: where, as printed; `site`: which camera or site of several there.
    - `latitude`, `longitude`: degrees, WGS 84; both or neither. Never guessed from a name.
    - `date`: the day it began; `date_printed`: as its source writes it.
    - `starts_at`, `ends_at`: UTC.
    - `duration_minutes`; `duration_printed`: as its source writes it.
    - `purpose`: why, as printed; `use_case`: the force's word for the kind of deployment.
    - `watchlist_size`: people or references on the list, whichever the source counts.
    - `threshold`: least score of an alert, in the unit of its matcher, which is no unit of another.
    - `matcher`: names it.
    - `total_alerts`, `true_confirmed`, `true_unconfirmed`, `true_alerts`, `false_confirmed`,
      `false_unconfirmed`, `false_alerts`, `unresolved`: alerts. The sums are the source's own, and
      may not be sums.
    - `true_alert_engagements`, `false_alert_engagements`: alerts on which somebody was spoken to.
    - `false_alert_arrests`: of false alerts.
    - `arrests`, `other_disposals`, `no_action`: what came of it.
    - `faces_seen`: estimate of faces seen, which are not people.
    - `counting_method`: how faces were counted, or the time in which they were counted alike; rates
      of two methods are never pooled without saying so.
    - `false_alert_rate_printed`: as its source writes it, with its sign.
    - `cost`: pounds that are known; `cost_lines_unknown`: how many lines of it are not.
    """

    record = dy.String(primary_key=True, min_length=1)
    version = dy.Int32(primary_key=True, min=1)
    corrected_by = dy.String(nullable=True, min_length=1)
    correction_reason = dy.String(nullable=True, min_length=1)
    force = dy.String(nullable=False, min_length=1)
    source = dy.String(nullable=False, min_length=1)
    source_row = dy.Int64(nullable=False, min=1)
    state = dy.String(nullable=False, regex=f"^({'|'.join(STATES)})$")
    place = dy.String(nullable=False, min_length=1)
    site = dy.String(nullable=True, min_length=1)
    latitude = dy.Float64(nullable=True, min=-90.0, max=90.0, allow_nan=False, allow_inf=False)
    longitude = dy.Float64(nullable=True, min=-180.0, max=180.0, allow_nan=False, allow_inf=False)
    date = dy.Date(nullable=False)
    date_printed = dy.String(nullable=True, min_length=1)
    starts_at = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us")
    ends_at = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us")
    duration_minutes = dy.Float64(
        nullable=True, min_exclusive=0.0, max=14_400.0, allow_nan=False, allow_inf=False
    )
    duration_printed = dy.String(nullable=True, min_length=1)
    purpose = dy.String(nullable=True, min_length=1)
    use_case = dy.String(nullable=True, min_length=1)
    watchlist_size = dy.Int64(nullable=True, min=0)
    threshold = dy.Float64(nullable=True, allow_nan=False, allow_inf=False)
    matcher = dy.String(nullable=True, min_length=1)
    total_alerts = dy.Int64(nullable=True, min=0)
    true_confirmed = dy.Int64(nullable=True, min=0)
    true_unconfirmed = dy.Int64(nullable=True, min=0)
    true_alerts = dy.Int64(nullable=True, min=0)
    false_confirmed = dy.Int64(nullable=True, min=0)
    false_unconfirmed = dy.Int64(nullable=True, min=0)
    false_alerts = dy.Int64(nullable=True, min=0)
    unresolved = dy.Int64(nullable=True, min=0)
    true_alert_engagements = dy.Int64(nullable=True, min=0)
    false_alert_engagements = dy.Int64(nullable=True, min=0)
    false_alert_arrests = dy.Int64(nullable=True, min=0)
    arrests = dy.Int64(nullable=True, min=0)
    other_disposals = dy.Int64(nullable=True, min=0)
    no_action = dy.Int64(nullable=True, min=0)
    faces_seen = dy.Int64(nullable=True, min=0)
    counting_method = dy.String(nullable=True, min_length=1)
    false_alert_rate_printed = dy.String(nullable=True, min_length=1)
    cost = dy.Float64(nullable=True, min=0.0, allow_nan=False, allow_inf=False)
    cost_lines_unknown = dy.Int64(nullable=True, min=0)

    @dy.rule()
    def a_correction_says_who_and_why(cls) -> pl.Expr:  # noqa: N805 - dataframely's way
        """The first version has neither author nor reason, every later one both."""
        later = pl.col("version") > 1
        return (later == pl.col("corrected_by").is_not_null()) & (
            later == pl.col("correction_reason").is_not_null()
        )

    @dy.rule()
    def both_coordinates_or_none(cls) -> pl.Expr:  # noqa: N805
        """A latitude alone is no place."""
        return pl.col("latitude").is_null() == pl.col("longitude").is_null()

    @dy.rule()
    def it_ends_after_it_began(cls) -> pl.Expr:  # noqa: N805
        """Where both times are known."""
        return (pl.col("ends_at") > pl.col("starts_at")).fill_null(value=True)

    @dy.rule()
    def versions_follow_each_other(cls) -> pl.Expr:  # noqa: N805
        """They are counted from 1, without a gap."""
        version = pl.col("version")
        return ((version.min() == 1) & (version.max() == pl.len())).over("record")


def check_records(frame: pl.DataFrame, what: str = "the records") -> dy.DataFrame[OutcomeRecords]:
    """Return `frame` as one of outcome records.

    Args:
        frame: with every column of `OutcomeRecords`, in any order; others are dropped.
        what: what to call it in a message.

    Raises:
        RecordError: when a column is missing or of another type, or a row breaks a rule; names the
            column and the record.
    """
    try:
        return OutcomeRecords.validate(frame)
    except ValidationError:
        failure = OutcomeRecords.filter(frame).failure
        row = failure.invalid().row(0, named=True)
        verdicts = failure.details().row(0, named=True)
        rule = next(
            name
            for name, verdict in verdicts.items()
            if name not in OutcomeRecords.columns() and verdict == "invalid"
        )
        column, _, broken = rule.partition("|")
        fault = (
            f"{column} is {row[column]!r}, against its rule {broken}"
            if broken
            else f"rule {column}"
        )
        msg = (
            f"{what}: record {row['record']!r}, version {row['version']} (row {row['source_row']} "
            f"of {row['source']!r}) cannot be one ({fault}). Put it right in its source."
        )
    except (SchemaError, pl.exceptions.PolarsError) as error:
        line = " ".join(str(error).split("\n\n", 1)[0].split())
        msg = f"{what} cannot be read as outcome records ({line}). Give every column of them."
    raise RecordError(msg)
