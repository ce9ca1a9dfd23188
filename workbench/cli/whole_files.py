"""Files that a command writes: whole, or not there; tables as CSV or Parquet by their ending."""

from __future__ import annotations

import io
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from workbench.cli.outputs import require_apart, require_free_file
from workbench.csv_text import csv_of
from workbench.errors import OutputError, UsageError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["require_table_file", "write_table", "write_whole"]

_PARQUET: Final = (".parquet", ".pq")


def require_table_file(target: Path, *inputs: Path | None, force: bool) -> None:
    """Check that a table can be written to a place, before work is spent on it.

    Args:
        target: the file; its ending says the format.
        inputs: what is read and must not be replaced.
        force: replace a file that is there.

    Raises:
        UsageError: when it ends in neither `.csv` nor `.parquet` or `.pq`.
        RefusedError: when something is there, or it would replace what is read.
        OutputError: when its folder is not there.
    """
    if target.suffix.lower() not in (".csv", *_PARQUET):
        msg = f"{target}: a table ends in .csv, .parquet or .pq. Name such a file for --output."
        raise UsageError(msg)
    require_free_file(target, force=force)
    require_apart(target, *inputs)


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write a table as its ending says; the file is whole or it is not there.

    In CSV a text that a spreadsheet would reckon begins with an apostrophe; the readers of
    protocols and of alert scores take it away again.

    Raises:
        OutputError: when it cannot be written; an earlier file is left as it was.
    """
    content = io.BytesIO()
    if path.suffix.lower() in _PARQUET:
        frame.write_parquet(content)
    else:
        content.write(csv_of(frame, keep_breaks=True).encode("utf-8"))
    write_whole(content.getvalue(), path)


def write_whole(content: bytes, path: Path) -> None:
    """Write a file beside its place and move it in.

    Raises:
        OutputError: when it cannot be written; an earlier file is left as it was.
    """
    partial: Path | None = None
    try:
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
        partial = Path(name)
        with os.fdopen(number, "wb") as file:
            file.write(content)
        # It stays as private as mkstemp made it: paths name people.
        partial.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        msg = f"{path}: the result could not be written ({reason}). Choose another --output."
        raise OutputError(msg) from None
    finally:
        if partial is not None:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
