"""Outcome records of a few figures, the others as of an ordinary deployment or unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import dataframely as dy
import polars as pl

from workbench.outcomes import OutcomeRecords, check_records

__all__ = ["records_of"]


def records_of(rows: Iterable[Mapping[str, Any]]) -> dy.DataFrame[OutcomeRecords]:
    """Return one record for each row, of one source, a week apart, at an ordinary street."""
    schema = OutcomeRecords.create_empty().schema
    usual = {
        "version": 1,
        "force": "a force",
        "source": "a grid",
        "state": "completed",
        "place": "Stoke Street, by the bank",
        "watchlist_size": 10_000,
    }
    made = [
        {
            **usual,
            "record": f"r{at}",
            "source_row": at + 1,
            "date": date(2026, 1, 5) + timedelta(weeks=at),
            **row,
        }
        for at, row in enumerate(rows)
    ]
    return check_records(pl.DataFrame(made, schema=schema))
