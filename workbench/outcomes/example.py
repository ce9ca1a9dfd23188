"""The deployments that the Metropolitan Police Service published, 2020 to 10 May 2025, as facts.

They are the example that ships: 286 rows of its three grids, figure by figure as printed, its slips
included. What is evidently a slip of a date is put right by a second version, which says so; other
slips are left as they are and found by the rules.
"""

from __future__ import annotations

import hashlib
from importlib import resources
from typing import Final, NamedTuple

import dataframely as dy
import polars as pl

from workbench.errors import DigestMismatchError
from workbench.outcomes.records import OutcomeRecords, check_records

__all__ = ["EXAMPLE_SOURCES", "Document", "met_deployments"]

_FILE: Final = "met-2020-2025.csv"
_SHA256: Final = "ab818491f35262fe5407eb09e6e609dfb2b92bd98c6f0bf403cb988ce207381b"


class Document(NamedTuple):
    """A document that records were taken from.

    Attributes:
        title: as records name it.
        published: when its file was made, as it says itself.
        covers: days of its rows.
        rows: how many it has.
    """

    title: str
    published: str
    covers: str
    rows: int


EXAMPLE_SOURCES: Final = (
    Document(
        "Met LFR deployment grid 2020 to 2022", "20 November 2023", "2020-02-11 to 2022-07-28", 9
    ),
    Document(
        "Met LFR deployment grid 2023 to 2024", "11 January 2025", "2023-04-06 to 2024-12-20", 203
    ),
    Document("Met LFR deployment grid 2025", "12 May 2025", "2025-01-08 to 2025-05-10", 74),
)
"""Where the rows are from."""


def met_deployments() -> dy.DataFrame[OutcomeRecords]:
    """Return every version of the published rows.

    Raises:
        DigestMismatchError: when this copy of the workbench is damaged.
    """
    content = resources.files("workbench.outcomes").joinpath("data", _FILE).read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != _SHA256:
        subject = f"{_FILE}, which ships with the workbench"
        raise DigestMismatchError(subject, _SHA256, found)
    schema = OutcomeRecords.create_empty().schema
    table = pl.read_csv(content, schema_overrides=schema, try_parse_dates=True)
    missing = [pl.lit(None, kind).alias(name) for name, kind in schema.items() if name not in table]
    return check_records(table.with_columns(missing), _FILE)
