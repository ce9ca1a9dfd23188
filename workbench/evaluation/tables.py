"""Reads a protocol's table, CSV or Parquet, and says for each fault the file, the row, the column.

Both formats come out as the same rows of text, so that what is refused of one is refused of the
other, in the same words.
"""

from __future__ import annotations

import csv
import difflib
import io
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

import polars as pl

from workbench.csv_text import as_it_was
from workbench.errors import AbsentError, ProtocolError
from workbench.evaluation.files import read_text

__all__ = ["NOTE", "PARQUET_SUFFIXES", "Columns", "TableRow", "filled", "read_table"]

PARQUET_SUFFIXES: Final = (".parquet", ".pq")
"""Files with these endings are read as Parquet, all others as CSV."""

NOTE: Final = "note"
"""A column of this name, or whose name begins with it and `_`, is for people and is not read."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that a table may have.

    Attributes:
        required: must be there, once each.
        optional: may be there, once each.
        may_be_empty: those of both in which a row may leave the cell empty.
        numbers: those of both that hold numbers, which say for themselves what they cannot be.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    may_be_empty: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()

    @property
    def known(self) -> tuple[str, ...]:
        """All of them."""
        return self.required + self.optional


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table.

    Attributes:
        source: the file.
        place: the row in words: `line 5` of a CSV file, `row 4` of a Parquet file.
        values: text by column, without blanks around it; of the known columns that are there.
    """

    source: Path
    place: str
    values: dict[str, str]

    @property
    def where(self) -> str:
        """The file and the row, as a message begins."""
        return f"{self.source}: {self.place}"

    def refuse(self, fault: str) -> NoReturn:
        """Raise `ProtocolError` that names the file and the row before the fault."""
        msg = f"{self.where}: {fault}"
        raise ProtocolError(msg)

    def number(self, column: str) -> float:
        """Return a finite number.

        Raises:
            ProtocolError: when it is none.
        """
        text = self.values[column]
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self.refuse(f"{column} is {text!r}, not a finite number. Correct it.")
        return value

    def whole(self, column: str, least: int = 0) -> int:
        """Return a whole number of `least` or more.

        Raises:
            ProtocolError: when it is none.
        """
        text = self.values[column]
        digits = text.removesuffix(".0")  # what spreadsheets make of a column with a gap
        if not (digits.isdecimal() and digits.isascii() and int(digits) >= least):
            self.refuse(f"{column} is {text!r}, not a whole number from {least}. Correct it.")
        return int(digits)

    def one_of(self, column: str, allowed: Sequence[str]) -> str:
        """Return one of a few words.

        Raises:
            ProtocolError: when it is another.
        """
        value = self.values[column]
        if value not in allowed:
            words = f"{', '.join(allowed[:-1])} or {allowed[-1]}"
            self.refuse(f"{column} {value!r} is unknown. Use {words}.")
        return value


def read_table(source: Path, columns: Columns) -> tuple[tuple[str, ...], list[TableRow]]:
    """Read a table: Parquet by the ending of its name, else CSV in UTF-8.

    Args:
        source: the file.
        columns: that it may have; any other is refused, but for notes (`NOTE`).

    Returns:
        The known columns that are there, and the rows, in the order of the file.

    Raises:
        ProtocolError: one line that names the file, the row and the column, and what to do.
    """
    is_parquet = source.suffix.lower() in PARQUET_SUFFIXES
    place, header, rows = (
        _parquet(source, {*columns.known} - columns.numbers) if is_parquet else _csv(source)
    )
    _check_header(source, header, columns, says=place)
    there = tuple(name for name in columns.known if name in header)
    found = []
    for place, cells in rows:
        row = TableRow(source, place, {name: cells[header.index(name)].strip() for name in there})
        for name, value in row.values.items():
            if not value and name not in columns.may_be_empty:
                row.refuse(f"{name} is empty. Fill it in.")
            if not value.isprintable():
                row.refuse(f"{name} {_fault(value)}. Remove it.")
        found.append(row)
    return there, found


def _fault(value: str) -> str:
    """Return which letter of a value cannot be shown: a terminal might obey it."""
    place, letter = next((at, one) for at, one in enumerate(value, 1) if not one.isprintable())
    return f"holds U+{ord(letter):04X} as letter {place}, which cannot be shown"


def _check_header(source: Path, header: Sequence[str], columns: Columns, *, says: str) -> None:
    missing = [name for name in columns.required if header.count(name) != 1]
    if missing:
        if not header:
            msg = f"{source}: is empty. Give the columns {', '.join(columns.required)}, and rows."
            raise ProtocolError(msg)
        found = ", ".join(header)[:80]
        words = f"{says}must name" if says else "must have"
        apart = len(header) == 1 and any(sign in header[0] for sign in ";\t|")
        cure = "Separate columns by commas." if apart else f"Add {missing[0]}."
        msg = (
            f"{source}: {words} the columns {', '.join(columns.required)} once each, but "
            f"{'is' if says else 'has'} {found!r}. {cure}"
        )
        raise ProtocolError(msg)
    for name in header:
        if name in columns.known and header.count(name) > 1:
            msg = f"{source}: {says}names the column {name} twice. Remove one."
            raise ProtocolError(msg)
        if name not in columns.known and name != NOTE and not name.startswith(f"{NOTE}_"):
            msg = (
                f"{source}: {says}names the column {name[:40]!r}, which is unknown. Known are "
                f"{', '.join(columns.known)}. {_remedy(name, columns.known)}"
            )
            raise ProtocolError(msg)


def _remedy(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name.lower(), known, n=1)
    if near:
        return f"Call it {near[0]} if it is that, or begin its name with {NOTE}_."
    return f"Begin its name with {NOTE}_ if it is for people alone."


def _csv(source: Path) -> tuple[str, list[str], Iterator[tuple[str, list[str]]]]:
    reader = csv.reader(io.StringIO(read_text(source), newline=""), strict=True)
    try:
        header = [name.strip() for name in next((one for one in reader if filled(one)), [])]
    except csv.Error as error:
        raise _no_csv(source, reader.line_num, error) from None
    named_in = f"line {reader.line_num} "

    def rows() -> Iterator[tuple[str, list[str]]]:
        try:
            for cells in reader:
                if not filled(cells):
                    continue
                place = f"line {reader.line_num}"
                if len(cells) != len(header):
                    msg = (
                        f"{source}: {place} has {len(cells)} columns, the header {len(header)}. "
                        "Quote a comma within a value."
                    )
                    raise ProtocolError(msg)
                yield place, [as_it_was(cell) for cell in cells]
        except csv.Error as error:
            raise _no_csv(source, reader.line_num, error) from None

    return named_in, header, rows()


def filled(cells: Sequence[str]) -> bool:
    """Return whether a line of CSV is one: one of blanks alone, without a comma, is none."""
    return len(cells) > 1 or any(cell.strip() for cell in cells)


def _no_csv(source: Path, line: int, error: csv.Error) -> ProtocolError:
    return ProtocolError(f"{source}: line {line} is not CSV ({error}). Correct the quotes.")


def _parquet(
    source: Path, words: Collection[str]
) -> tuple[str, list[str], Iterator[tuple[str, list[str]]]]:
    try:
        # Polars reports damage as its own errors, as OSError, and as panics of its reader.
        frame = pl.read_parquet(source, glob=False)
    except FileNotFoundError:
        msg = f"{source}: there is no such file. Check the path."
        raise AbsentError(msg) from None
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        msg = f"{source}: cannot be read as Parquet ({reason}). Write it again."
        raise ProtocolError(msg) from None
    for name, kind in frame.schema.items():
        if kind.is_nested() or kind in {pl.Binary, pl.Object}:
            msg = f"{source}: the column {name} holds {kind}, not text or numbers. Convert it."
            raise ProtocolError(msg)
        if name in words and kind.is_float() and (gaps := frame[name].is_nan()).any():
            row = int(gaps.arg_max() or 0) + 1
            msg = f"{source}: row {row}: {name} is NaN, not a value. Write null, or fill it in."
            raise ProtocolError(msg)

    def rows() -> Iterator[tuple[str, list[str]]]:
        for number, cells in enumerate(frame.iter_rows(), 1):
            yield f"row {number}", [_as_text(value) for value in cells]

    return "", frame.columns, rows()


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
