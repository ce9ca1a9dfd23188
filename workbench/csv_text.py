"""Tables as CSV in which no text from outside becomes a formula of a spreadsheet.

The one place where the workbench makes CSV. A text that a spreadsheet would reckon begins with an
apostrophe in the file (OWASP, CSV Injection); a text that is a number stays one. What was written
so is read back as it was with `as_it_was`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

__all__ = ["as_it_was", "csv_of", "csv_rows", "safe_cell"]

# With apostrophes in front, too: so that one apostrophe is put before it, and one taken away.
_RECKONED: Final = re.compile("'*(?:[\\s\ufeff\u200b]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r])")
"""How a text begins that a spreadsheet reckons: wide forms of the signs and marks that nobody sees
before them, too."""

_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_DIVIDES: Final = re.compile('[",;\t\r\n]')
_BREAKS: Final = re.compile("[\r\n\v\f\u0085\u2028\u2029]+")


def safe_cell(text: str, *, keep_breaks: bool = False) -> str:
    """Return a text as it may stand in a cell: one that would be reckoned after an apostrophe.

    Args:
        text: what the cell is to say.
        keep_breaks: leave line breaks within it; else each becomes a blank.

    >>> safe_cell("=1+1"), safe_cell("-5.2"), safe_cell("High Street")
    ("'=1+1", '-5.2', 'High Street')
    """
    safe = ("'" if _is_reckoned(text) else "") + text
    return safe if keep_breaks else _BREAKS.sub(" ", safe)


def as_it_was(cell: str) -> str:
    """Return the text that `safe_cell` wrote with its line breaks kept.

    >>> as_it_was("'=1+1"), as_it_was("'tis")
    ('=1+1', "'tis")
    """
    return cell[1:] if cell.startswith("'") and _is_reckoned(cell[1:]) else cell


def csv_of(frame: pl.DataFrame, *, keep_breaks: bool = False) -> str:
    """Return a table as CSV: texts and headings as `safe_cell` has them, numbers as they are.

    Args:
        frame: of columns that CSV can hold.
        keep_breaks: leave line breaks within texts; else each row is one line.
    """
    import polars as pl  # noqa: PLC0415 - rows of text alone need none of it

    texts = pl.col(pl.String, pl.Categorical, pl.Enum).cast(pl.String)
    safe = texts.map_elements(
        lambda text: _quoted(safe_cell(text, keep_breaks=keep_breaks)) or '""',
        return_dtype=pl.String,
    )
    named = [_quoted(safe_cell(name)) or '""' for name in frame.columns]
    body = frame.with_columns(safe).write_csv(include_header=False, quote_style="never")
    return f"{','.join(named)}\n{body}"


def csv_rows(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows of plain values as CSV; `None` is an empty cell, a break in a text a blank.

    Raises:
        ValueError: when a row has more or fewer cells than there are headings.
    """
    lines = [[_quoted(safe_cell(one)) for one in headings]]
    for row in rows:
        if len(row) != len(headings):
            msg = f"a row has {len(row)} cells, and there are {len(headings)} headings"
            raise ValueError(msg)
        lines.append([_cell(value) for value in row])
    return "".join((",".join(line) or '""') + "\n" for line in lines)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    return str(value) if isinstance(value, int | float) else _quoted(safe_cell(str(value)))


def _quoted(text: str) -> str:
    """Return a cell as it stands in a file, whatever of `,`, `;` and tab a reader divides by."""
    return '"' + text.replace('"', '""') + '"' if _DIVIDES.search(text) else text


def _is_reckoned(text: str) -> bool:
    return bool(_RECKONED.match(text)) and not _NUMBER.fullmatch(text)
