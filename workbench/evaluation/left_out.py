"""The list of images to leave out of a protocol, each with the reason for whoever reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from workbench.evaluation.tables import Columns, read_table

__all__ = ["read_left_out"]

_TABLE: Final = Columns(
    required=("path",),
    optional=("reason", "other_path"),
    may_be_empty=frozenset({"reason", "other_path"}),
)


def read_left_out(source: Path, protocol: pl.DataFrame) -> frozenset[str]:
    """Read which images of a protocol are to be left out, such as those under a wrong name.

    The columns are `path`, and may be `reason` and `other_path` (the image that shows the fault);
    these two, and notes, are for people. An image may be there twice, for two reasons.

    Args:
        source: the file, CSV in UTF-8 or Parquet.
        protocol: with a column `path`; each image must be in it.

    Returns:
        Paths as `leave_out` takes them.

    Raises:
        ProtocolError: one line that names the file, the row and the column, and what to do.
    """
    known = set(protocol["path"])
    _, rows = read_table(source, _TABLE)
    for row in rows:
        path = row.values["path"]
        if path not in known:
            row.refuse(
                f"path {path} is no image of the protocol. Write it as the protocol does, "
                "relative to the folder, or remove the row."
            )
    return frozenset(row.values["path"] for row in rows)
