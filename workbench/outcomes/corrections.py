"""A record that is put right: a new version with who and why beside it, the old one kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import dataframely as dy
import polars as pl

from workbench.errors import RecordError, UnknownRecordError
from workbench.outcomes.records import OutcomeRecords, check_records

__all__ = ["Correction", "as_printed", "correct", "newest"]

_FIXED: Final = frozenset(
    {"record", "version", "corrected_by", "correction_reason", "force", "source", "source_row"}
    | {name for name in OutcomeRecords.columns() if name.endswith("_printed")}
)


@dataclass(frozen=True, slots=True)
class Correction:
    """What is put right in one record.

    Attributes:
        record: names it.
        changes: column to its new value; `None` where it turned out to be unknown.
        author: who puts it right.
        reason: why, and by what evidence.
    """

    record: str
    changes: Mapping[str, Any]
    author: str
    reason: str


def correct(
    records: dy.DataFrame[OutcomeRecords], correction: Correction
) -> dy.DataFrame[OutcomeRecords]:
    """Return the records with one more version of one of them, behind its older ones.

    Nothing is changed in place: whoever reads the older version finds what it said.

    Raises:
        UnknownRecordError: when there is no such record.
        RecordError: when author or reason is empty, nothing is changed, a column is not there or
            says where the record is from or what was printed, or a new value cannot be.
    """
    known = records.filter(pl.col("record") == correction.record)
    if known.is_empty():
        msg = f"there is no outcome record {correction.record!r}. Name one of the table."
        raise UnknownRecordError(msg)
    _check(correction)
    last = known.sort("version").tail(1)
    schema = last.schema
    try:
        values = [
            pl.Series(name, [value], dtype=schema[name])
            for name, value in correction.changes.items()
        ]
    except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError) as error:
        what = ", ".join(f"{name}={value!r}" for name, value in correction.changes.items())
        msg = f"record {correction.record!r} cannot be put right with {what} ({error})."
        raise RecordError(msg) from None
    changed = last.with_columns(*values)
    if changed.equals(last):
        msg = (
            f"nothing changes in record {correction.record!r}: its newest version says so already. "
            "Leave the correction out."
        )
        raise RecordError(msg)
    changed = changed.with_columns(
        version=pl.col("version") + 1,
        corrected_by=pl.lit(correction.author.strip()),
        correction_reason=pl.lit(correction.reason.strip()),
    )
    place = records["record"].to_list()
    behind = len(place) - place[::-1].index(correction.record)
    table = pl.concat([records[:behind], changed, records[behind:]])
    return check_records(table, "the corrected records")


def newest(records: dy.DataFrame[OutcomeRecords]) -> dy.DataFrame[OutcomeRecords]:
    """Return the newest version of each record, in the order of the table; for figures."""
    if records["version"].max() in {None, 1}:
        return records
    last = pl.col("version") == pl.col("version").max().over("record")
    return OutcomeRecords.cast(records.filter(last))


def as_printed(records: dy.DataFrame[OutcomeRecords]) -> dy.DataFrame[OutcomeRecords]:
    """Return the first version of each record: what its source says, slips included."""
    return OutcomeRecords.cast(records.filter(pl.col("version") == 1))


def _check(correction: Correction) -> None:
    for name, text in (("author", correction.author), ("reason", correction.reason)):
        if not text.strip():
            msg = f"the correction of {correction.record!r} has no {name}. Say it."
            raise RecordError(msg)
    if not correction.changes:
        msg = f"the correction of {correction.record!r} changes nothing. Name a column."
        raise RecordError(msg)
    for name in correction.changes:
        if name not in OutcomeRecords.columns():
            msg = f"there is no column {name!r} to put right in {correction.record!r}."
            raise RecordError(msg)
        if name in _FIXED:
            msg = (
                f"{name} of {correction.record!r} says where the record is from or what was "
                "printed, and stays. Put the figure itself right."
            )
            raise RecordError(msg)
