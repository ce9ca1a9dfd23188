"""What `workbench.outcomes.summarise` gives, as one would write it with pandas."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import polars as pl

from workbench.interval_arrays import exact_intervals

__all__ = ["as_pandas", "summed_by_pandas"]

SUMS = (
    "total_alerts", "true_alerts", "true_unconfirmed", "false_alerts", "unresolved", "arrests",
    "other_disposals", "no_action", "faces_seen",
)  # fmt: skip

RATES = ("false_of_faces", "false_of_faces_worst", "false_of_alerts", "false_of_alerts_worst")
TIMED = {"faces": "faces_seen", "alerts": "total_alerts", "arrests": "arrests"}


def summed_by_pandas(records: pd.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """The same rows and columns; in the order of the groups."""
    held = records["state"] == "completed"
    faces, alerts, false = (
        records[name] for name in ("faces_seen", "total_alerts", "false_alerts")
    )
    undecided = records["unresolved"].fillna(0) + records["true_unconfirmed"].fillna(0)
    both, of_alerts = false.notna() & faces.notna(), false.notna() & alerts.notna()
    work = records[[*SUMS, "duration_minutes", "cost", "watchlist_size", "counting_method"]].copy()
    work["false_of_faces_count"] = false.where(both)
    work["false_of_faces_n"] = faces.where(both)
    work["false_of_faces_worst_count"] = (false + undecided).where(both)
    work["false_of_faces_worst_n"] = faces.where(both)
    work["false_of_alerts_count"] = false.where(of_alerts)
    work["false_of_alerts_n"] = alerts.where(of_alerts)
    work["false_of_alerts_worst_count"] = (false + undecided).where(of_alerts)
    work["false_of_alerts_worst_n"] = alerts.where(of_alerts)
    timed = [name for one in TIMED for name in (f"timed_{one}", f"{one}_hours")]
    for one, name in TIMED.items():
        said = records["duration_minutes"].notna() & records[name].notna()
        work[f"timed_{one}"] = records[name].where(said)
        work[f"{one}_hours"] = (records["duration_minutes"] / 60.0).where(said)
    work = work.where(held)
    whole = records["cost"].notna() & (records["cost_lines_unknown"].fillna(0) == 0) & held
    work["held"], work["whole"], work["aborted"] = held, whole, ~held
    keys = _keys(records, by)
    grouped = work.groupby(keys, dropna=False, sort=True)
    numbers = [name for name in work.columns if name not in {"watchlist_size", "counting_method"}]
    sums = grouped[numbers].sum()
    counts = grouped[[*SUMS, "duration_minutes", "cost"]].count()
    out = pd.DataFrame({"deployments": sums["held"], "aborted": sums["aborted"]})
    for name in SUMS:
        out[name] = sums[name].where(counts[name] > 0)
        out[f"{name}_unknown"] = out["deployments"] - counts[name]
    out["hours"] = (sums["duration_minutes"] / 60.0).where(counts["duration_minutes"] > 0)
    out["hours_unknown"] = out["deployments"] - counts["duration_minutes"]
    out["counting_methods"] = grouped["counting_method"].nunique()
    out["watchlist_least"] = grouped["watchlist_size"].min()
    out["watchlist_most"] = grouped["watchlist_size"].max()
    for rate in RATES:
        for of in ("count", "n"):
            out[f"{rate}_{of}"] = sums[f"{rate}_{of}"]
    for name in timed:
        out[name] = sums[name]
    out["cost"] = sums["cost"].where(counts["cost"] > 0)
    out["cost_unknown"] = out["deployments"] - sums["whole"]
    for rate in RATES:
        count, n = out[f"{rate}_count"], out[f"{rate}_n"]
        known = (n > 0) & (count <= n)
        low, high = exact_intervals(count[known].to_numpy(), n[known].to_numpy())
        out[rate] = (count / n).where(n > 0)
        out[f"{rate}_low"] = pd.Series(low, index=out.index[known])
        out[f"{rate}_high"] = pd.Series(high, index=out.index[known])
        out[rate] = out[rate].where(known)
    both_said = (out["faces_seen_unknown"] == 0) & (out["arrests_unknown"] == 0)
    told = both_said & (out["arrests"] > 0)
    out["faces_per_arrest"] = (out["faces_seen"] / out["arrests"]).where(told)
    for one in TIMED:
        hours = out[f"{one}_hours"]
        out[f"{one}_per_hour"] = (out[f"timed_{one}"] / hours).where(hours > 0)
    for one, of in (
        ("deployment", "deployments"), ("alert", "total_alerts"), ("arrest", "arrests")
    ):  # fmt: skip
        told = (out["cost_unknown"] == 0) & (out[of] > 0)
        if of != "deployments":
            told &= out[f"{of}_unknown"] == 0
        out[f"cost_per_{one}"] = (out["cost"] / out[of]).where(told)
    return _as_polars(out, by)


def _keys(records: pd.DataFrame, by: Sequence[str]) -> list[pd.Series]:
    made = {
        "year": lambda: records["date"].dt.year,
        "month": lambda: records["date"].dt.to_period("M").dt.start_time,
    }
    if not by:
        return [pd.Series(np.zeros(len(records), np.int8), name="all", index=records.index)]
    return [made.get(name, lambda name=name: records[name])().rename(name) for name in by]


def as_pandas(records: pl.DataFrame) -> pd.DataFrame:
    """The same table as one of pandas, which needs no pyarrow for it."""
    text = {name for name, kind in records.schema.items() if kind == pl.String}
    return pd.DataFrame(
        {
            one.name: pd.Series(one.to_list(), dtype="str") if one.name in text else one.to_numpy()
            for one in records
            if one.null_count() < len(one)
        }
    )


def _as_polars(out: pd.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    values = out.reset_index()
    table = pl.DataFrame(
        {
            name: [one if isinstance(one, str) else None for one in values[name]]
            if name in by and isinstance(values[name].dtype, pd.StringDtype)
            else values[name].to_numpy()
            for name in values.columns
        },
        nan_to_null=True,
    )
    if not by:
        return table.drop("all")
    return table.with_columns(pl.col(name).cast(pl.Date) for name in by if name == "month")
