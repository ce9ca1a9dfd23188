"""Deployments whose false alerts were more than the cap of faces, which a sum over all may hide."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from workbench.outcomes.corrections import newest
from workbench.outcomes.records import OutcomeRecords
from workbench.outcomes.rules_alone import CAP
from workbench.outcomes.summaries import exact_ends

__all__ = ["deployments_above"]


def deployments_above(records: dy.DataFrame[OutcomeRecords], cap: float = CAP) -> pl.DataFrame:
    """Return a row for each completed deployment with more false alerts of faces than the cap.

    Columns: `record`, `date`, `place`, `threshold`, `false_alerts`, `faces_seen`, `rate`, the ends
    `low` and `high` of its 95 % interval of Clopper and Pearson, and `may_be_under`: whether the
    interval holds the cap, so that the count alone does not tell.

    Args:
        records: any versions; the newest count.
        cap: share of faces seen, 0 to 1.
    """
    rate = pl.col("false_alerts") / pl.col("faces_seen")
    counted = pl.col("false_alerts").is_between(1, pl.col("faces_seen"))
    above = (
        newest(records)
        .filter((pl.col("state") == "completed") & counted & (rate > cap))
        .select(
            "record", "date", "place", "threshold", "false_alerts", "faces_seen", rate.alias("rate")
        )
        .sort("date", "record")
    )
    low, high = exact_ends(above["false_alerts"], above["faces_seen"])
    return above.with_columns(low.alias("low"), high.alias("high")).with_columns(
        may_be_under=pl.col("low") <= cap
    )
