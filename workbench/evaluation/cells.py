"""What is wrong with a cell of a table that was read from a file: the file, the row, the column."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import dataframely as dy
import polars as pl

from workbench.errors import ProtocolError

__all__ = ["require_cells"]


def require_cells(
    schema: type[dy.Schema], frame: pl.DataFrame, path: Path, *, may_lack: Collection[str] = ()
) -> None:
    """Let a table pass whose columns are there, of their type, and hold what their cells may.

    What only a whole row can break, such as a mate above the top, is for `check_frame`.

    Args:
        schema: the columns.
        frame: the table as it was read.
        path: of its file, for the message.
        may_lack: columns that it may do without.

    Raises:
        ProtocolError: names the file with the column, and the first row of it, counted from 1.
    """
    for name, column in schema.columns().items():
        if name not in frame.columns:
            if name in may_lack:
                continue
            raise _fault(path, f"has no column {name}")
        cells = frame[name]
        if cells.dtype != column.dtype:
            raise _fault(path, f"column {name} is of type {cells.dtype}, not {column.dtype}")
        for wrong, said in _wrong(column, cells):
            if wrong.any():
                row = wrong.arg_true()[0] + 1
                raise _fault(path, f"row {row:,}, column {name}: {said}")


def _fault(path: Path, said: str) -> ProtocolError:
    return ProtocolError(f"{path}: {said}. Make the measurement again.")


def _wrong(column: dy.Column, cells: pl.Series) -> Iterator[tuple[pl.Series, str]]:
    """Give which cells are wrong, and how that is called."""
    if not column.nullable:
        yield cells.is_null(), "is empty"
    if column.primary_key:
        yield ~cells.is_first_distinct(), "stands in an earlier row, too"
    if cells.dtype.is_float():
        yield cells.is_nan().fill_null(value=False), "is not a number (NaN)"
        yield cells.is_infinite().fill_null(value=False), "is infinite"
    least = getattr(column, "min", None)
    if least is not None:
        yield (cells < least).fill_null(value=False), f"is below {least}"
    if getattr(column, "min_length", None):
        yield (cells.str.len_chars() == 0).fill_null(value=False), "is empty"
