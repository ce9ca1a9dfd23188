"""A table for people: headings in words, text without quotes, numbers to the right."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

__all__ = ["Table"]

_CELL = "padding:4px 16px 4px 0;vertical-align:top;white-space:normal;"
_BREAKS = "overflow-wrap:anywhere;min-width:12em;"
LONGEST_WORD = 24
"""Longer ones, such as addresses, may break anywhere; others never inside."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A data frame as a notebook should show it; the frame itself is left as it is.

    Attributes:
        frame: what to show, all of it.
        headings: words for a column, by its name; the name where there are none.
        note: what a reader must know of the whole table, below it.
    """

    frame: pl.DataFrame
    headings: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    def __repr__(self) -> str:
        """Return the frame as text, and the note."""
        return "\n".join(part for part in (str(self.frame), self.note) if part)

    def _repr_html_(self) -> str:
        """Return the table for Jupyter."""
        if self.frame.is_empty():
            return "<p>Nothing to list.</p>" + self._said()
        names = self.frame.columns
        aligned = {
            name: "right" if dtype.is_numeric() else "left"
            for name, dtype in self.frame.schema.items()
        }
        head = "".join(
            f'<th scope="col" style="{_CELL}text-align:{aligned[name]}">'
            f"{html.escape(self.headings.get(name, name))}</th>"
            for name in names
        )
        rows = "".join(
            "<tr>"
            + "".join(
                _cell(_words(cell), aligned[name]) for name, cell in zip(names, row, strict=True)
            )
            + "</tr>"
            for row in self.frame.iter_rows()
        )
        return (
            '<div style="overflow-x:auto"><table style="border-collapse:collapse">'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{self._said()}"
        )

    def _said(self) -> str:
        return f'<p style="max-width:72ch">{html.escape(self.note)}</p>' if self.note else ""


def _cell(words: str, align: str) -> str:
    breaks = _BREAKS if max(map(len, words.split()), default=0) > LONGEST_WORD else ""
    return f'<td style="{_CELL}{breaks}text-align:{align}">{html.escape(words)}</td>'


def _words(cell: object) -> str:
    """Return a cell as people write it: yes and no, unknown, no tail of zeros on whole numbers."""
    if cell is None:
        return "unknown"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if cell.is_integer() else f"{cell:,.2f}".replace("-", "\u2212")
    return str(cell)
