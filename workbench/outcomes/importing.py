"""Makes outcome records of a table that somebody published; whole, or not at all."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from typing import Any, Final

import dataframely as dy
import polars as pl

from workbench.errors import InputError, RecordError
from workbench.outcomes.cells import (
    is_empty,
    is_undecided,
    read_count,
    read_day,
    read_minutes,
    read_number,
)
from workbench.outcomes.mapping import Mapping
from workbench.outcomes.records import COUNTS, OutcomeRecords, check_records
from workbench.outcomes.tables import PrintedTable

__all__ = ["ImportProblems", "Imported", "import_outcomes"]

_NUMBERS: Final = frozenset({"threshold", "latitude", "longitude", "cost"})
_TOTALS: Final = {
    "true_alerts": ("true_confirmed", "true_unconfirmed"),
    "false_alerts": ("false_confirmed", "false_unconfirmed"),
}
_FORMULA: Final = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
"""Signs that begin a formula, in double width, too, which some spreadsheets take."""
_FAILED: Final = re.compile(r"#(REF!|DIV/0!|N/A|NAME\?|NUM!|NULL!|VALUE!|SPILL!|CALC!)")
_TELLING: Final = 3
"""Days from which on it is worth a word that none of them tells the order of its numbers."""
_MARKUP: Final = re.compile(r"<[a-zA-Z/!][^>]*>")
_SHOWN: Final = 5


class ImportProblems(dy.Schema):
    """One row for each thing that is wrong with a table.

    - `row`: of the file, counted from 1; `column`: its heading, or that of a record.
    - `severity`: an `error` keeps the whole table out, a `warning` does not.
    - `value`: what stands there.
    - `message`: what is wrong with it.
    """

    row = dy.Int64(nullable=False)
    column = dy.String(nullable=False)
    severity = dy.String(nullable=False, regex="^(error|warning)$")
    value = dy.String(nullable=False)
    message = dy.String(nullable=False)


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of reading a table.

    Attributes:
        source: as its records name it.
        problems: everything that is wrong with it, row by row.
        found: the records, `None` when there is an error.
    """

    source: str
    problems: dy.DataFrame[ImportProblems]
    found: dy.DataFrame[OutcomeRecords] | None

    @property
    def records(self) -> dy.DataFrame[OutcomeRecords]:
        """The records.

        Raises:
            InputError: when the table has an error; names the first ones.
        """
        if self.found is not None:
            return self.found
        errors = self.problems.filter(pl.col("severity") == "error")
        told = "; ".join(
            f"row {row}, column {column!r}: {message}"
            for row, column, message in errors.select("row", "column", "message")[:_SHOWN].rows()
        )
        more = len(errors) - _SHOWN
        rest = f"; and {more:,} more" if more > 0 else ""
        msg = f"{self.source}: nothing was taken. {told}{rest}. Put them right in the table."
        raise InputError(msg)


def import_outcomes(table: PrintedTable, mapping: Mapping, *, force: str, source: str) -> Imported:
    """Read records of a table; every cell that cannot be read is told.

    A row in which no count says anything is taken as of a deployment that was broken off, with a
    warning. Where a table has the parts of true or false alerts and no sum, the sum is made. What
    looks like a formula or like markup is kept as the text that it is, with a warning.

    Args:
        table: as it is printed.
        mapping: which column is which.
        force: whose deployments they are.
        source: title of the document.

    Raises:
        InputError: when the mapping names a heading that the table does not have, or force or
            source is empty.
    """
    for what, text in (("force", force), ("source", source)):
        if not text.strip():
            msg = f"the {what} of {table.name} is not said. Say it."
            raise InputError(msg)
    lacking = [one for one in mapping.columns.values() if one not in table.headings]
    if lacking:
        msg = (
            f"{table.name} has no column {lacking[0]!r}, which the mapping names; it has "
            f"{', '.join(table.headings)}. Put one of them right."
        )
        raise InputError(msg)
    reader = _Reader(table, mapping)
    rows = [
        reader.row(cells, number)
        | {
            "record": f"{source.strip()}#{number}",
            "version": 1,
            "force": force.strip(),
            "source": source.strip(),
            "source_row": number,
        }
        for cells, number in zip(table.rows, table.numbers, strict=True)
    ]
    reader.look_at_order()
    problems = ImportProblems.validate(
        pl.DataFrame(reader.problems, schema=ImportProblems.create_empty().schema, orient="row")
    )
    if (problems["severity"] == "error").any():
        return Imported(source, problems, None)
    schema = OutcomeRecords.create_empty().schema
    try:
        found = check_records(pl.DataFrame(rows, schema=schema), table.name)
    except RecordError as error:
        raise InputError(str(error)) from None
    return Imported(source, problems, found)


class _Reader:
    """Reads row after row, and keeps what is wrong with them."""

    def __init__(self, table: PrintedTable, mapping: Mapping) -> None:
        at = {heading: place for place, heading in enumerate(table.headings)}
        self._columns = {name: at[heading] for name, heading in mapping.columns.items()}
        self._headings = dict(mapping.columns)
        self._constants = mapping.constants
        self._ways: AnyMapping[str, Callable[[str], Any]] = {
            **dict.fromkeys((*COUNTS, "watchlist_size"), read_count),
            **dict.fromkeys(_NUMBERS, lambda text: read_number(text.replace(",", "").lstrip("£"))),
            "date": lambda text: read_day(text, mapping.date_order),
            "duration": read_minutes,
        }
        self._order = mapping.date_order
        self._days: list[tuple[int, str]] = []
        self.problems: list[tuple[int, str, str, str, str]] = []

    def look_at_order(self) -> None:
        """Tell where no day of the table shows which of its numbers is the month."""
        told = {is_undecided(text) for _, text in self._days}
        unsure = [(row, text) for row, text in self._days if is_undecided(text)]
        if False not in told and len(unsure) >= _TELLING:
            message = (
                f"none of {len(unsure):,} days tells day and month apart; read {self._order}, as "
                "the mapping says"
            )
            self._tell(unsure[0][0], "date", "warning", unsure[0][1], message)

    def row(self, cells: tuple[str, ...], number: int) -> dict[str, Any]:
        """Return what a row says of a record."""
        texts = self._constants | {name: cells[at] for name, at in self._columns.items()}
        read: dict[str, Any] = {}
        for name, text in texts.items():
            read[name] = None if is_empty(text) else self._value(name, text, number)
        self._days.append((number, texts["date"]))
        for name in ("place", "date"):
            if is_empty(texts[name]):
                self._tell(number, name, "error", texts[name], f"a record needs its {name}")
        if not is_empty(texts.get("duration", "")):
            read["duration_printed"] = texts["duration"]
        read["duration_minutes"] = read.pop("duration", None)
        read["date_printed"] = texts["date"] or None
        for total, parts in _TOTALS.items():
            if total not in texts and all(read.get(part) is not None for part in parts):
                read[total] = sum(read[part] for part in parts)
        read["state"] = self._state(read, number)
        return read

    def _state(self, read: dict[str, Any], number: int) -> str:
        counts = [name for name in COUNTS if name in self._columns]
        if counts and all(read.get(name) is None for name in counts):
            self._tell(
                number, counts[0], "warning", "", "no count says anything: taken as broken off"
            )
            return "aborted"
        return "completed"

    def _value(self, name: str, text: str, number: int) -> object:
        way = self._ways.get(name)
        if way is None:
            self._look_at(name, text, number)
            return text
        try:
            return way(text)
        except ValueError as error:
            self._tell(number, name, "error", text, str(error))
            return None

    def _look_at(self, name: str, text: str, number: int) -> None:
        if _FAILED.fullmatch(text):
            self._tell(number, name, "error", text, "it is what a spreadsheet shows of a failure")
        if text.startswith(_FORMULA):
            self._tell(number, name, "warning", text, "it looks like a formula; kept as text")
        if _MARKUP.search(text) or html.unescape(text) != text:
            self._tell(number, name, "warning", text, "it looks like markup; kept as text")

    def _tell(self, number: int, name: str, severity: str, value: str, message: str) -> None:
        self.problems.append((number, self._headings.get(name, name), severity, value, message))
