"""Reads the values that a sheet of a spreadsheet shows, and refuses what would have to be trusted.

A workbook with macros or with values of other files is refused: what it shows is not of itself. So
is a formula that was never worked out, and a cell that was merged with others: both would pass for
figures that nobody knows.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import ParseError

from workbench.errors import InputError

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

__all__ = ["MOST_UNPACKED", "Sheet", "read_sheet"]

MOST_UNPACKED: Final = 128 * 2**20
"""Bytes of a whole workbook once it is unpacked: twice the largest file, since XML is wordy."""

_MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+(\d+):[A-Z]+(\d+))"')
_UNKNOWN: Final = re.compile(
    rb'<(?:\w+:)?c\s[^>]*?r="([A-Z]+)(\d+)"[^>]*>'
    rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, TypeError, EOFError, OSError,
    NotImplementedError, RuntimeError, AttributeError, IndexError,
)  # fmt: skip
"""What openpyxl raises of a file that is none, or of one that somebody tampered with."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet shows.

    Attributes:
        lines: number of each row, counted from 1, and the texts of its cells.
        merged: rows that a merged cell lies in, with the name of that cell, such as `B4:B5`.
    """

    lines: Iterator[tuple[int, list[str]]]
    merged: Mapping[int, str]


def read_sheet(path: Path, content: bytes, name: str | None) -> Sheet:
    """Return what a sheet shows; its rows are read as they are asked for.

    Args:
        path: what to call it in a message.
        content: of the file.
        name: of the sheet; its only one if left out.

    Raises:
        InputError: when it cannot be read or unpacks to too much, has macros or values of other
            files, the sheet is not there or not told, or a formula in it was not worked out.
    """
    from openpyxl import load_workbook  # noqa: PLC0415 - few imports read a spreadsheet
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _require_plain(path, archive)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book[_chosen(path, book.sheetnames, name)]
        xml = zipfile.ZipFile(io.BytesIO(content)).read(sheet._worksheet_path)  # noqa: SLF001
    except InputError:
        raise
    except (*_BROKEN, InvalidFileException) as error:
        raise _unreadable(path, error) from None
    if found := _UNKNOWN.search(xml):
        column, row = found[1].decode(), found[2].decode()
        msg = (
            f"{path}: row {row}, column {column} holds a formula that was never worked out. Open "
            "it in a spreadsheet program and save it again."
        )
        raise InputError(msg)
    return Sheet(_lines(path, sheet), _merged(xml))


def _require_plain(path: Path, archive: zipfile.ZipFile) -> None:
    unpacked = sum(one.file_size for one in archive.infolist())
    if unpacked > MOST_UNPACKED:
        msg = (
            f"{path} unpacks to {unpacked:,} bytes, over {MOST_UNPACKED:,}. Split it by year, or "
            "save it as CSV."
        )
        raise InputError(msg)
    for part in archive.namelist():
        low = part.casefold()
        what = (
            "macros"
            if low.endswith("vbaproject.bin") or "/macrosheets/" in low
            else "values of other files"
            if "/externallinks/" in low
            else None
        )
        if what:
            msg = (
                f"{path} holds {what} ({part}), so what it shows is not of itself. Copy the values "
                "into a new XLSX, or save the sheet as CSV."
            )
            raise InputError(msg)


def _chosen(path: Path, names: list[str], name: str | None) -> str:
    if not names:
        msg = f"{path} has no sheet. Save it as XLSX or CSV."
        raise InputError(msg)
    if name is None and len(names) != 1:
        msg = f"{path} has the sheets {', '.join(names)}. Name one."
        raise InputError(msg)
    if name is not None and name not in names:
        msg = f"{path} has no sheet {name!r}, but {', '.join(names)}. Name one of them."
        raise InputError(msg)
    return name or names[0]


def _merged(xml: bytes) -> dict[int, str]:
    """Return the rows of merged cells; of one over millions of rows the first will do."""
    rows: dict[int, str] = {}
    for cell, first, last in _MERGED.findall(xml):
        for row in range(int(first), min(int(last), int(first) + 1_000) + 1):
            rows.setdefault(row, cell.decode())
    return rows


def _lines(path: Path, sheet: ReadOnlyWorksheet) -> Iterator[tuple[int, list[str]]]:
    rows = sheet.iter_rows(values_only=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(rows, None)
        except _BROKEN as error:
            raise _unreadable(path, error) from None
        if cells is None:
            return
        yield number, [_shown(path, number, value) for value in cells]


def _unreadable(path: Path, error: Exception) -> InputError:
    said = " ".join(str(error).split())[:200] or type(error).__name__
    return InputError(
        f"{path} is no spreadsheet that can be read ({said}). Save it as XLSX or CSV."
    )


def _shown(path: Path, row: int, value: object) -> str:
    """Return the text of a cell."""
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
