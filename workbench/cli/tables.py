"""Tables of what a bench holds, on standard output; nothing in them is read as markup.

What a person copies from a table, the id of an alert or a reference, is never broken over two
lines. Where a terminal is too narrow for that, each row is written as a block of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from textwrap import TextWrapper
from typing import Final

from rich.table import Table
from rich.text import Text

from workbench.cli.console import stdout

__all__ = ["show_pairs", "show_table"]

_ID: Final = re.compile(r"[a-z][a-z-]*-[0-9a-f]{8,}-[0-9a-f]{8,}(?:/\d+)*")
_LEGIBLE: Final = 10
"""Letters that a line of folded text has room for, at the least."""
_GAP: Final = 2
"""Spaces between a name and its value."""
_FRAME: Final = 3
"""Letters that a column takes besides its text: a rule and a space on either side."""


def show_table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, whole: Collection[str] = ()
) -> None:
    """Write a table; `None` is shown as a dash, and long text is folded rather than cut.

    Args:
        columns: headings.
        rows: a cell for each heading.
        whole: headings of columns that are never folded; an id is not folded anywhere.
    """
    cells = [[_cell(value) for value in row] for row in rows]
    console = stdout()
    widths = [
        _least([row[place].plain for row in cells], name, whole=name in whole)
        for place, name in enumerate(columns)
    ]
    if sum(widths) + _FRAME * len(widths) + 1 > console.width:
        _show_blocks(columns, cells)
        return
    table = Table()
    for name, width in zip(columns, widths, strict=True):
        table.add_column(name, overflow="fold", no_wrap=name in whole, min_width=width)
    for row in cells:
        table.add_row(*row)
    console.print(table)


def show_pairs(pairs: Iterable[tuple[str, object]]) -> None:
    """Write names and values, one pair a line; those whose value is `None` are left out.

    Long text goes on below itself; a word that is longer than a line, such as a digest or a path,
    is left for the terminal to wrap, so that it is copied whole.
    """
    shown = [(name, _cell(value).plain) for name, value in pairs if value is not None]
    console = stdout()
    margin = max((len(name) for name, _ in shown), default=0) + _GAP
    wrapper = TextWrapper(
        max(console.width - margin, _LEGIBLE),
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
    )
    for name, value in shown:
        lines = [part for line in value.splitlines() for part in wrapper.wrap(line) or [""]]
        for number, line in enumerate(lines or [""]):
            start = name if number == 0 else ""
            console.print(Text(f"{start:{margin}}{line}".rstrip()))


def _show_blocks(columns: Sequence[str], rows: Iterable[Sequence[Text]]) -> None:
    """Write each row as names and values, a blank line between two rows."""
    for number, row in enumerate(rows):
        if number:
            stdout().print()
        show_pairs(zip(columns, (cell.plain for cell in row), strict=True))


def _least(texts: Sequence[str], name: str, *, whole: bool) -> int:
    """Return how wide a column has to be, in letters, for what it must not fold."""
    lines = list(chain.from_iterable(text.splitlines() for text in texts))
    kept = lines if whole else list(chain.from_iterable(_ID.findall(line) for line in lines))
    folded = min(_LEGIBLE, max(map(len, [*lines, name]), default=0))
    return max([folded, *map(len, kept)])


def _cell(value: object) -> Text:
    return Text("-" if value is None else str(value))
