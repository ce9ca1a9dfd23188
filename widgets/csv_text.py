"""Tables as CSV in which no name from outside becomes a formula of a spreadsheet."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

__all__ = ["csv_of"]

_RECKONED: Final = re.compile(r"\s*[=+\-@]|[\t\r]")
"""What the beginning of a text is like that a spreadsheet reckons (OWASP, CSV Injection)."""

_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_BREAKS: Final = re.compile("[\r\n\v\f\u0085\u2028\u2029]+")


def csv_of(frame: pl.DataFrame) -> str:
    """Return a table as CSV: a text that a spreadsheet would reckon begins with an apostrophe.

    A text that is a number stays as it is, and a line break within a text becomes a blank, so that
    each row is one line.
    """
    safe = pl.col(pl.String).map_elements(_safe, return_dtype=pl.String)
    return frame.with_columns(safe).write_csv()


def _safe(text: str) -> str:
    reckoned = _RECKONED.match(text) and not _NUMBER.fullmatch(text)
    return ("'" if reckoned else "") + _BREAKS.sub(" ", text)
