"""Outcome records summed up by year, place, force, use case, threshold or way of counting.

Every share stands beside its count, what it is a share of, and the exact 95 % interval. What a
record does not say is counted as not said, and is in no sum. Faces that were counted in different
ways are added up only where one asks for it, and then the row says how many ways it holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import dataframely as dy
import numpy as np
import polars as pl

from workbench.errors import UsageError
from workbench.interval_arrays import exact_intervals
from workbench.outcomes.at_worst import maybe_false
from workbench.outcomes.corrections import newest
from workbench.outcomes.records import OutcomeRecords

__all__ = ["GROUPINGS", "exact_ends", "summarise"]

GROUPINGS: Final[Mapping[str, pl.Expr]] = {
    "year": pl.col("date").dt.year(),
    "month": pl.col("date").dt.truncate("1mo"),
    "force": pl.col("force"),
    "source": pl.col("source"),
    "place": pl.col("place"),
    "use_case": pl.col("use_case"),
    "threshold": pl.col("threshold"),
    "counting_method": pl.col("counting_method"),
}
"""What records can be summed up by, and how it is made of a record."""

_SUMS: Final = (
    "total_alerts",
    "true_alerts",
    "true_unconfirmed",
    "false_alerts",
    "unresolved",
    "arrests",
    "other_disposals",
    "no_action",
    "faces_seen",
)
_RATES: Final = (
    "false_of_faces", "false_of_faces_worst", "false_of_alerts", "false_of_alerts_worst",
)  # fmt: skip
_TIMED: Final = {"faces": "faces_seen", "alerts": "total_alerts", "arrests": "arrests"}
"""What is reckoned an hour, and which column it is."""


def summarise(
    records: dy.DataFrame[OutcomeRecords], by: Sequence[str] = (), *, sort: bool = True
) -> pl.DataFrame:
    """Return one row for each group of records, newest versions only.

    Columns: those of `by`; `deployments` (rows that were carried out) and `aborted`; the sums
    `total_alerts`, `true_alerts`, `true_unconfirmed`, `false_alerts`, `unresolved`, `arrests`,
    `other_disposals`, `no_action`, `faces_seen` and `hours`, each with `…_unknown`, how many
    deployments do not say it; `counting_methods`, how many ways of counting faces are in the sum;
    `watchlist_least` and `watchlist_most`. Then the rates:

    - `false_of_faces`: false alerts over faces seen, over deployments that say both
      (`false_of_faces_count`, `…_n`), with `…_low` and `…_high`; the same with unresolved and
      unconfirmed true alerts taken for false, `false_of_faces_worst…`. What is unknown of these
      adds nothing there: `unsaid_at_worst` says so.
    - `false_of_alerts` and `false_of_alerts_worst`: the same over alerts.
    - `faces_per_arrest`: null without an arrest, and where a deployment says not both.
    - `faces_per_hour`, `alerts_per_hour`, `arrests_per_hour`: of deployments that say both, in
      which `timed_faces`, `timed_alerts` and `timed_arrests` were counted in `faces_hours`,
      `alerts_hours` and `arrests_hours`; null without an hour of such.
    - `cost`: of deployments whose cost is known; `cost_unknown`: how many are not known to the
      last line; `cost_per_deployment`, `cost_per_alert`, `cost_per_arrest` only where all are, and
      all say their alerts or arrests.

    Intervals are those of Clopper and Pearson, as if each face stood alone; they do not know that
    faces of one deployment share a camera and a list.

    Args:
        records: any versions; the newest count.
        by: names of `GROUPINGS`; none for one row of all.
        sort: by the columns of `by`.

    Raises:
        UsageError: when `by` names what records cannot be summed up by, or one thing twice.
    """
    for name in by:
        if name not in GROUPINGS:
            msg = f"records cannot be summed up by {name!r}. Use {', '.join(GROUPINGS)}."
            raise UsageError(msg)
    if len(set(by)) != len(by):
        msg = f"records are summed up by one thing twice: {', '.join(by)}. Name each once."
        raise UsageError(msg)
    keys = {f"by_{name}": GROUPINGS[name] for name in by}
    table = newest(records).lazy().select(**keys, **_prepared())
    sums = _sums()
    summed = (table.group_by(list(keys)).agg(sums) if keys else table.select(sums)).collect()
    summed = _with_rates(summed).rename({f"by_{name}": name for name in by})
    return summed.sort(by, nulls_last=True) if by and sort else summed


def exact_ends(counts: pl.Series, n: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return both ends of the intervals of Clopper and Pearson of many rates at once.

    Args:
        counts: shape `(rows,)`, integers; null where nothing was counted.
        n: shape `(rows,)`, of how many; an interval is null where it is 0 or null.

    Raises:
        ValueError: when a count is not within 0..n.
    """
    known = (counts.is_not_null() & n.is_not_null() & (n > 0)).fill_null(value=False)
    low, high = np.full((2, len(counts)), np.nan)
    places = known.to_numpy()
    low[places], high[places] = exact_intervals(
        counts.filter(known).to_numpy(), n.filter(known).to_numpy().astype(np.float64)
    )
    return pl.Series(low).fill_nan(None), pl.Series(high).fill_nan(None)


def _prepared() -> dict[str, pl.Expr]:
    """What is added up of each record, null where it is in no sum."""
    held = pl.col("state") == "completed"
    faces, alerts, false = (pl.col(name) for name in ("faces_seen", "total_alerts", "false_alerts"))
    maybe = maybe_false()
    whole = pl.col("cost").is_not_null() & (pl.col("cost_lines_unknown").fill_null(0) == 0)
    both, of_alerts = false.is_not_null() & faces.is_not_null(), (false + alerts).is_not_null()
    counted = {name: pl.col(name) for name in (*_SUMS, "duration_minutes", "cost")} | {
        "watchlist": pl.col("watchlist_size"),
        "method": pl.col("counting_method"),
        "false_of_faces_count": pl.when(both).then(false),
        "false_of_faces_n": pl.when(both).then(faces),
        "false_of_faces_worst_count": pl.when(both).then(false + maybe),
        "false_of_faces_worst_n": pl.when(both).then(faces),
        "false_of_alerts_count": pl.when(of_alerts).then(false),
        "false_of_alerts_n": pl.when(of_alerts).then(alerts),
        "false_of_alerts_worst_count": pl.when(of_alerts).then(false + maybe),
        "false_of_alerts_worst_n": pl.when(of_alerts).then(alerts),
        "whole_cost": whole,
    }
    minutes = pl.col("duration_minutes")
    for one, name in _TIMED.items():
        said = pl.col(name).is_not_null() & minutes.is_not_null()
        counted[f"timed_{one}"] = pl.when(said).then(pl.col(name))
        counted[f"{one}_hours"] = pl.when(said).then(minutes)
    return {"held": held} | {name: pl.when(held).then(one) for name, one in counted.items()}


def _sums() -> list[pl.Expr]:
    """What is made of the prepared records of a group."""
    held = pl.col("held").sum().cast(pl.Int64)

    def total(name: str) -> pl.Expr:
        return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum())

    def unknown(name: str) -> pl.Expr:
        return held - pl.col(name).count().cast(pl.Int64)

    sums = [held.alias("deployments"), (pl.len().cast(pl.Int64) - held).alias("aborted")]
    for name in _SUMS:
        sums += [total(name).alias(name), unknown(name).alias(f"{name}_unknown")]
    return [
        *sums,
        (total("duration_minutes") / 60.0).alias("hours"),
        unknown("duration_minutes").alias("hours_unknown"),
        pl.col("method").drop_nulls().n_unique().cast(pl.Int64).alias("counting_methods"),
        pl.col("watchlist").min().alias("watchlist_least"),
        pl.col("watchlist").max().alias("watchlist_most"),
        *(pl.col(f"{part}_{of}").sum() for part in _RATES for of in ("count", "n")),
        *(pl.col(f"timed_{one}").sum() for one in _TIMED),
        *((pl.col(f"{one}_hours").sum() / 60.0) for one in _TIMED),
        total("cost").alias("cost"),
        (held - pl.col("whole_cost").sum().cast(pl.Int64)).alias("cost_unknown"),
    ]


def _with_rates(summed: pl.DataFrame) -> pl.DataFrame:
    for rate in _RATES:
        count, n = summed[f"{rate}_count"], summed[f"{rate}_n"]
        # A published sum may exceed what it is of; such a share is none.
        count = pl.select(pl.when(count <= n).then(count)).to_series()
        low, high = exact_ends(count, n)
        summed = summed.with_columns(
            _ratio(count, n).alias(rate), low.alias(f"{rate}_low"), high.alias(f"{rate}_high")
        )
    all_priced = pl.col("cost_unknown") == 0
    return summed.with_columns(
        faces_per_arrest=pl.when(_all_say("faces_seen", "arrests") & (pl.col("arrests") > 0)).then(
            pl.col("faces_seen") / pl.col("arrests")
        ),
        **{
            f"{one}_per_hour": pl.when(pl.col(f"{one}_hours") > 0).then(
                pl.col(f"timed_{one}") / pl.col(f"{one}_hours")
            )
            for one in _TIMED
        },
        cost_per_deployment=pl.when(all_priced & (pl.col("deployments") > 0)).then(
            pl.col("cost") / pl.col("deployments")
        ),
        **{
            f"cost_per_{one}": pl.when(all_priced & _all_say(of) & (pl.col(of) > 0)).then(
                pl.col("cost") / pl.col(of)
            )
            for one, of in (("alert", "total_alerts"), ("arrest", "arrests"))
        },
    )


def _all_say(*names: str) -> pl.Expr:
    return pl.all_horizontal(pl.col(f"{name}_unknown") == 0 for name in names)


def _ratio(count: pl.Series, n: pl.Series) -> pl.Series:
    return pl.select(pl.when(n > 0).then(count / n)).to_series()
