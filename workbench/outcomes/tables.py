"""Reads somebody's table of deployments: CSV, a spreadsheet, or what was copied of a PDF."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from pathlib import Path
from typing import Final

from workbench.errors import InputError

__all__ = ["MOST_BYTES", "MOST_ROWS", "PrintedTable", "read_printed_table"]

MOST_ROWS: Final = 100_000
"""No force has so many deployments; a table with more is not what it was taken for."""

MOST_BYTES: Final = 64 * 2**20
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
        InputError: when the file cannot be read, is empty, too large or in another encoding, a
            heading is there twice, or a row has more or fewer cells than there are headings; names
            the row.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            msg = f"{path} has {size:,} bytes, over {MOST_BYTES:,}. Split it by year."
            raise InputError(msg)
        content = path.read_bytes()
    except OSError as error:
        msg = f"{path} cannot be read ({error.strerror or error}). Name a table."
        raise InputError(msg) from None
    if path.suffix.lower() in _SPREADSHEETS:
        lines = _of_spreadsheet(path, content, sheet)
    elif sheet is not None:
        msg = f"{path} is no spreadsheet and has no sheet {sheet!r}. Leave the sheet out."
        raise InputError(msg)
    else:
        lines = _of_text(path, content)
    return _table(path, lines)


def _of_text(path: Path, content: bytes) -> Iterator[tuple[int, list[str]]]:
    if content.startswith(_UTF_16) or b"\0" in content:
        msg = f"{path} is no text in UTF-8 (it holds null bytes). Save it as CSV in UTF-8."
        raise InputError(msg)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        msg = (
            f"{path}: row {row} is not in UTF-8 (byte 0x{content[error.start]:02x}). Save the "
            "table as CSV in UTF-8."
        )
        raise InputError(msg) from None
    if path.suffix.lower() == ".txt":
        for at, line in enumerate(text.splitlines(), 1):
            yield at, _APART.split(line.strip())
        return
    first = next((line for line in text.splitlines() if line.strip()), "")
    apart = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=apart, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        msg = f"{path}: row {reader.line_num} is no CSV ({error}). Put its quotes right."
        raise InputError(msg) from None


def _of_spreadsheet(
    path: Path, content: bytes, sheet: str | None
) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - few imports read a spreadsheet
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(one.file_size for one in archive.infolist())
        if unpacked > 10 * MOST_BYTES:
            msg = f"{path} unpacks to {unpacked:,} bytes. Split it by year."
            raise InputError(msg)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        msg = f"{path} is no spreadsheet that can be read ({error}). Save it as XLSX or CSV."
        raise InputError(msg) from None
    names = book.sheetnames
    if sheet is None and len(names) != 1:
        msg = f"{path} has the sheets {', '.join(names)}. Name one."
        raise InputError(msg)
    if sheet is not None and sheet not in names:
        msg = f"{path} has no sheet {sheet!r}, but {', '.join(names)}. Name one of them."
        raise InputError(msg)
    for number, cells in enumerate(book[sheet or names[0]].iter_rows(values_only=True), 1):
        yield number, [_shown(path, number, value) for value in cells]


def _shown(path: Path, row: int, value: object) -> str:
    """Return the text of a cell of a spreadsheet."""
    if value is None:
        return ""
    if isinstance(value, bool):
        msg = f"{path}: row {row} holds {value}, which is no figure. Put it right."
        raise InputError(msg)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value.hour}:{value.minute:02}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _table(path: Path, lines: Iterable[tuple[int, list[str]]]) -> PrintedTable:
    headings: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    numbers: list[int] = []
    upper: list[str] = []
    for number, raw in lines:
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
        cells += [""] * (len(headings) - len(cells))
        if len(cells) > len(headings):
            msg = (
                f"{path}: row {number} has {len(cells)} cells, but there are {len(headings)} "
                "headings. Put it right."
            )
            raise InputError(msg)
        if len(rows) >= MOST_ROWS:
            msg = f"{path}: row {number} is beyond {MOST_ROWS:,} deployments. Split it by year."
            raise InputError(msg)
        rows.append(tuple(cells))
        numbers.append(number)
    if not rows:
        msg = f"{path} holds no row below its headings. Name a table of deployments."
        raise InputError(msg)
    return PrintedTable(path.name, headings, tuple(rows), tuple(numbers))


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
