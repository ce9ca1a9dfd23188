"""Reads somebody's table of deployments: CSV, a spreadsheet, or what was copied of a PDF."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from workbench.errors import InputError
from workbench.outcomes.file_kinds import require_a_table
from workbench.outcomes.spreadsheets import read_sheet

__all__ = ["MOST_BYTES", "MOST_ROWS", "PrintedTable", "read_printed_table"]

MOST_ROWS: Final = 100_000
"""No force has so many deployments; a table with more is not what it was taken for."""

MOST_BYTES: Final = 64 * 2**20
_MOST_LINES: Final = 10 * MOST_ROWS
_MOST_COLUMNS: Final = 200
_MOST_CELL: Final = 2_000
_SPREADSHEETS: Final = frozenset({".xlsx", ".xlsm"})
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_APART: Final = re.compile(r"\t|\s{2,}")


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table as it is printed.

    Attributes:
        name: of the file.
        headings: of the columns, each once.
        rows: the cells of each row, as many as headings.
        numbers: of each row in its file, counted from 1, as an editor or a spreadsheet shows it.
    """

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]


def read_printed_table(path: Path, *, sheet: str | None = None) -> PrintedTable:
    """Read a table whose first row that is not empty holds the headings.

    `.xlsx` and `.xlsm` are read as spreadsheets, by the values that are shown in them; `.txt` as
    text whose columns are set apart by tabs or two blanks, as one copies it of a PDF; all else as
    CSV in UTF-8 with commas, semicolons or tabs. A heading in two rows, such as `Engagement
    Outcomes` above `Arrest`, is taken together where the lower one fills what the upper one spans.

    Args:
        path: the file.
        sheet: of a spreadsheet; its only one if left out.

    Raises:
        InputError: when the file cannot be read, is empty, too large, of another kind or in
            another encoding, a spreadsheet has macros or values of other files, a heading is there
            twice, a cell is merged with others, or a row has more or fewer cells than there are
            headings; names the row.
    """
    content = _read(path)
    zipped = path.suffix.lower() in _SPREADSHEETS
    require_a_table(path, content, zipped=zipped)
    if zipped:
        shown = read_sheet(path, content, sheet)
        return _table(path, shown.lines, merged=shown.merged, pads=True)
    if sheet is not None:
        msg = f"{path} is no spreadsheet and has no sheet {sheet!r}. Leave the sheet out."
        raise InputError(msg)
    return _table(path, _of_text(path, content), merged={}, pads=False)


def _read(path: Path) -> bytes:
    """Return what is in a file, and no more of it than may be."""
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            msg = f"{path} is no file that has an end. Name a table."
            raise InputError(msg)
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        size = max(path.stat().st_size, len(content))
    except OSError as error:
        msg = f"{path} cannot be read ({error.strerror or error}). Name a table."
        raise InputError(msg) from None
    if size > MOST_BYTES:
        msg = f"{path} has {size:,} bytes, over {MOST_BYTES:,}. Split it by year."
        raise InputError(msg)
    return content


def _of_text(path: Path, content: bytes) -> Iterator[tuple[int, list[str]]]:
    if content.startswith(_UTF_16) or b"\0" in content:
        msg = f"{path} is no text in UTF-8 (it holds null bytes). Save it as CSV in UTF-8."
        raise InputError(msg)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        msg = (
            f"{path}: row {row} is not in UTF-8 (byte 0x{content[error.start]:02x}). Save the "
            "table as CSV in UTF-8."
        )
        raise InputError(msg) from None

    def text(newline: str | None) -> io.TextIOWrapper:
        # Line by line: millions of them, or as many empty ones, would be held several times over.
        return io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline=newline)

    if path.suffix.lower() == ".txt":
        for at, line in enumerate(text(None), 1):
            yield at, _APART.split(line.strip())
        return
    first = next((line for line in text(None) if line.strip()), "")
    apart = max(",;\t", key=first.count)
    reader = csv.reader(text(""), delimiter=apart, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        msg = f"{path}: row {reader.line_num} is no CSV ({error}). Put its quotes right."
        raise InputError(msg) from None


def _table(
    path: Path, lines: Iterable[tuple[int, list[str]]], *, merged: Mapping[int, str], pads: bool
) -> PrintedTable:
    """Make a table of rows; a spreadsheet `pads` those whose last cells are empty, text does not.

    In text a cell that is lacking may be any of them, so that each behind it would be another's.
    """
    headings: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    numbers: list[int] = []
    upper: list[str] = []
    for number, raw in lines:
        if number > _MOST_LINES:
            msg = f"{path}: row {number} is beyond {_MOST_LINES:,} lines. Take out the empty ones."
            raise InputError(msg)
        cells = [" ".join(cell.split()) for cell in raw]
        while cells and not cells[-1] and len(cells) > (len(headings) or len(upper)):
            cells.pop()
        if not any(cells):
            continue
        _check_cells(path, number, cells)
        if not headings:
            if not upper and not all(cells):
                upper = cells
                continue
            headings = _headings(path, number, upper, cells)
            continue
        if number in merged:
            msg = (
                f"{path}: row {number} lies in the merged cells {merged[number]}, which say one "
                "thing of several. Split them, and fill in each."
            )
            raise InputError(msg)
        cells = _as_many(path, number, cells, len(headings), pads=pads)
        if len(rows) >= MOST_ROWS:
            msg = f"{path}: row {number} is beyond {MOST_ROWS:,} deployments. Split it by year."
            raise InputError(msg)
        rows.append(tuple(cells))
        numbers.append(number)
    if not rows:
        msg = f"{path} holds no row below its headings. Name a table of deployments."
        raise InputError(msg)
    return PrintedTable(path.name, headings, tuple(rows), tuple(numbers))


def _as_many(path: Path, number: int, cells: list[str], headings: int, *, pads: bool) -> list[str]:
    """Return as many cells as there are headings."""
    if pads:
        cells = cells + [""] * (headings - len(cells))
    if len(cells) != headings:
        msg = (
            f"{path}: row {number} has {len(cells)} cells, but there are {headings} headings. Put "
            "it right; where a cell is empty, write N/A."
        )
        raise InputError(msg)
    return cells


def _headings(path: Path, number: int, upper: list[str], lower: list[str]) -> tuple[str, ...]:
    """Return headings; of two rows each is `upper lower`, the upper one spanning to the right."""
    made: list[str] = []
    spanning = ""
    for below, (above, right) in zip(lower, pairwise(upper), strict=False):
        if below and above and right:  # what stands above does not span, so that this is no heading
            at = upper.index("") + 1
            msg = f"{path}: column {at} of the row above row {number} has no heading. Give it one."
            raise InputError(msg)
    for at in range(max(len(upper), len(lower))):
        above = upper[at] if at < len(upper) else ""
        below = lower[at] if at < len(lower) else ""
        spanning = above or (spanning if below else "")
        made.append(" ".join(part for part in (spanning if upper else "", below) if part))
    for at, heading in enumerate(made, 1):
        if not heading:
            msg = f"{path}: row {number}, column {at} has no heading. Give it one."
            raise InputError(msg)
        if made.count(heading) > 1:
            msg = f"{path}: row {number} has the heading {heading!r} twice. Tell them apart."
            raise InputError(msg)
    return tuple(made)


def _check_cells(path: Path, number: int, cells: list[str]) -> None:
    if len(cells) > _MOST_COLUMNS:
        msg = f"{path}: row {number} has {len(cells)} cells, over {_MOST_COLUMNS}."
        raise InputError(msg)
    for at, cell in enumerate(cells, 1):
        if len(cell) > _MOST_CELL:
            msg = f"{path}: row {number}, column {at} holds {len(cell):,} characters. Shorten it."
            raise InputError(msg)
        if not cell.isprintable():
            msg = (
                f"{path}: row {number}, column {at} holds a character that cannot be shown. "
                "Take it out."
            )
            raise InputError(msg)
