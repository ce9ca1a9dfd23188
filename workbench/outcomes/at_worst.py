"""What "at worst" counts as false, and what is said where a record leaves part of it unknown.

One rule for every page, table and publication: alerts that nobody resolved and true alerts that
were never confirmed are counted as false besides. What a record does not say of them adds nothing,
and is told in words, since a rate that leaves it out may be worse than it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

__all__ = ["false_at_worst", "maybe_false", "unsaid_at_worst", "unsaid_of_record"]


def maybe_false() -> pl.Expr:
    """Return what is counted as false at worst besides false alerts, of each record."""
    return pl.col("unresolved").fill_null(0) + pl.col("true_unconfirmed").fill_null(0)


def false_at_worst(record: Mapping[str, Any]) -> int | None:
    """Return what is false at worst of one record; `None` where its false alerts are unknown.

    >>> false_at_worst({"false_alerts": 2, "unresolved": None, "true_unconfirmed": 1})
    3
    """
    false: int | None = record["false_alerts"]
    if false is None:
        return None
    return false + (record["unresolved"] or 0) + (record["true_unconfirmed"] or 0)


def unsaid_at_worst(sums: Mapping[str, Any]) -> str:
    """Return what a rate at worst leaves out, in a sentence without its stop; empty if nothing.

    Args:
        sums: a row of `summarise`.

    >>> unsaid_at_worst({"deployments": 9, "unresolved_unknown": 9, "true_unconfirmed_unknown": 0})
    'unresolved alerts are unknown of 9 of 9 deployments: it may be worse than the worst here'
    """
    many = sums["deployments"]
    silent = (
        ("unresolved alerts", sums["unresolved_unknown"]),
        ("unconfirmed true alerts", sums["true_unconfirmed_unknown"]),
    )
    said = [
        f"{what} are unknown" + (f" of {count:,} of {many:,} deployments" if many > 1 else "")
        for what, count in silent
        if count
    ]
    return f"{' and '.join(said)}: it may be worse than the worst here" if said else ""


def unsaid_of_record(record: Mapping[str, Any]) -> str:
    """Return the same of one record; empty where it says all, or nothing of false alerts."""
    if record["false_alerts"] is None:
        return ""
    names = ("unresolved", "true_unconfirmed")
    silent = {f"{name}_unknown": int(record[name] is None) for name in names}
    return unsaid_at_worst({"deployments": 1, **silent})
