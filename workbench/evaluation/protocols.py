"""Identification protocols: which images are references and which are probes."""

from __future__ import annotations

import csv
import io
import unicodedata
from pathlib import Path
from typing import Final

import dataframely as dy
import polars as pl

from workbench.errors import ProtocolError
from workbench.evaluation.files import inside, read_text, require_folder

__all__ = ["COLUMNS", "PROBE", "REFERENCE", "Protocol", "read_protocol"]

COLUMNS: Final = ("path", "identity", "role")
REFERENCE: Final = "reference"
PROBE: Final = "probe"


class Protocol(dy.Schema):
    """One row for each image, in the order of the file.

    - `path`: relative to the root.
    - `identity`: who the image shows, in Unicode's composed form (NFC).
    - `role`: `reference` or `probe`. A probe whose identity has no reference is non-mated.
    """

    path = dy.String(primary_key=True, min_length=1)
    identity = dy.String(nullable=False, min_length=1)
    role = dy.String(nullable=False, regex=f"^({REFERENCE}|{PROBE})$")


def read_protocol(source: Path, root: Path) -> dy.DataFrame[Protocol]:
    """Read a protocol (CSV, UTF-8), refusing it whole when a row of it cannot be used.

    The header names the columns `path`, `identity` and `role` in any order; others are ignored.

    Args:
        source: the CSV file.
        root: folder that the paths are relative to.

    Raises:
        ProtocolError: one line that names the file, the row by its line and what to do.
    """
    require_folder(root)
    text = read_text(source)
    rows: list[dict[str, str]] = []
    seen: dict[Path, tuple[int, str]] = {}
    for line, row in _rows(source, text):
        where = f"{source}: line {line}"
        if row["role"] not in {REFERENCE, PROBE}:
            msg = f"{where}: role {row['role']!r} is unknown. Use {REFERENCE} or {PROBE}."
            raise ProtocolError(msg)
        place = inside(root, row["path"], where)
        if place in seen:
            first, role = seen[place]
            how = f"as {role} and as {row['role']}" if role != row["role"] else f"twice as {role}"
            msg = f"{where}: {row['path']} is named {how}, first in line {first}. Remove one."
            raise ProtocolError(msg)
        seen[place] = line, row["role"]
        rows.append(row)
    for role in (REFERENCE, PROBE):
        if not any(row["role"] == role for row in rows):
            msg = f"{source}: names no {role}. Identification takes references and probes."
            raise ProtocolError(msg)
    return Protocol.validate(pl.DataFrame(rows, schema=Protocol.create_empty().schema))


def _rows(source: Path, text: str) -> list[tuple[int, dict[str, str]]]:
    """Return the line and the three columns of each row, none of them empty."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        missing = [name for name in COLUMNS if header.count(name) != 1]
        if missing:
            found = ", ".join(header)[:80] or "nothing"
            msg = (
                f"{source}: line 1 must name the columns {', '.join(COLUMNS)} once each, but is "
                f"{found!r}. Add {missing[0]}."
            )
            raise ProtocolError(msg)
        rows = []
        for cells in reader:
            if not cells:
                continue
            where = f"{source}: line {reader.line_num}"
            if len(cells) != len(header):
                msg = (
                    f"{where} has {len(cells)} columns, the header {len(header)}. Quote a comma "
                    "within a value."
                )
                raise ProtocolError(msg)
            row = {name: cells[header.index(name)].strip() for name in COLUMNS}
            empty = [name for name, value in row.items() if not value]
            if empty:
                msg = f"{where}: {empty[0]} is empty. Fill it in."
                raise ProtocolError(msg)
            row["identity"] = unicodedata.normalize("NFC", row["identity"])
            rows.append((reader.line_num, row))
    except csv.Error as error:
        msg = f"{source}: line {reader.line_num} is not CSV ({error}). Correct the quotes."
        raise ProtocolError(msg) from None
    return rows
