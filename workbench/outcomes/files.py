"""Outcome records in a file: Parquet, exact to the last bit, and checked when it is read."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import dataframely as dy
import polars as pl

from workbench.errors import InputError, RecordError
from workbench.outcomes.records import OutcomeRecords, check_records

__all__ = [
    "bytes_of_records",
    "joined_records",
    "read_records",
    "records_bytes",
    "records_of_bytes",
]

_MAGIC: Final = b"PAR1"


def records_bytes(records: dy.DataFrame[OutcomeRecords]) -> bytes:
    """Return the content of a file of records, every version of each."""
    content = io.BytesIO()
    records.write_parquet(content)
    return content.getvalue()


def read_records(path: Path) -> dy.DataFrame[OutcomeRecords]:
    """Read a file of records.

    Raises:
        InputError: when it cannot be read, is no Parquet, or holds what is no record.
    """
    return records_of_bytes(bytes_of_records(path), path)


def bytes_of_records(path: Path) -> bytes:
    """Return the content of a file of records, whatever it holds.

    Raises:
        InputError: when it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        msg = f"{path} cannot be read ({error.strerror or error}). Name a file of records."
        raise InputError(msg) from None


def records_of_bytes(content: bytes, path: Path) -> dy.DataFrame[OutcomeRecords]:
    """Return the records in the content of a file.

    Args:
        content: of the file.
        path: where it lies, as a message names it.

    Raises:
        InputError: when it is no Parquet, or holds what is no record.
    """
    if not content.startswith(_MAGIC):
        msg = (
            f"{path} is no Parquet file. Read a published table with `workbench outcomes import` "
            "first, and name what that wrote."
        )
        raise InputError(msg)
    try:
        frame = pl.read_parquet(content)
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        line = " ".join(str(error).split())[:200]
        msg = f"{path} is no Parquet file that can be read ({line}). Write it again."
        raise InputError(msg) from None
    return check_records(frame, str(path))


def joined_records(
    parts: Sequence[tuple[str, dy.DataFrame[OutcomeRecords]]],
) -> dy.DataFrame[OutcomeRecords]:
    """Return the records of several files as one table.

    Args:
        parts: name of each file and its records, one or more.

    Raises:
        RecordError: when two hold a record of the same name.
    """
    seen: dict[str, str] = {}
    for name, records in parts:
        for record in records["record"].unique(maintain_order=True):
            if record in seen:
                msg = (
                    f"record {record!r} is in {seen[record]} and in {name}: it would count twice. "
                    "Name one of them."
                )
                raise RecordError(msg)
        seen |= dict.fromkeys(records["record"], name)
    return check_records(pl.concat([records for _, records in parts]), "the records together")
