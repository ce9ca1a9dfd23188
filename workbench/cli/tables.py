"""Tables of what a bench holds, on standard output; nothing in them is read as markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from workbench.cli.console import stdout

__all__ = ["show_pairs", "show_table"]


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table; `None` is shown as a dash, and long text is folded rather than cut."""
    table = Table()
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    stdout().print(table)


def show_pairs(pairs: Iterable[tuple[str, object]]) -> None:
    """Write names and values, one pair a line; those whose value is `None` are left out."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in pairs:
        if value is not None:
            table.add_row(Text(name), _cell(value))
    stdout().print(table)


def _cell(value: object) -> Text:
    return Text("-" if value is None else str(value))
