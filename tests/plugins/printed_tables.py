"""Tables of Markdown, and whether what they print is what was measured."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest
from typing import TypeAlias

__all__ = ["Cell", "apart", "differences", "figures", "tables_under"]

Cell: TypeAlias = str | tuple[float, ...] | None
"""What a cell must say: these words, these figures in this order, or anything."""

_FIGURE = re.compile(r"(?<![\w.])[+-]?\d[\d,]*(?:\.\d+)?")


def tables_under(text: str, heading: str) -> list[list[list[str]]]:
    """Return the tables between a heading and the next: rows of cells, without title and ruler."""
    parts = re.split(r"(?m)^#{1,6} (.*)$", text)
    body = dict(zip(parts[1::2], parts[2::2], strict=True))[heading]
    found: list[list[list[str]]] = []
    inside = False
    for line in body.splitlines():
        if not line.startswith("|"):
            inside = False
            continue
        if not inside:
            found.append([])
        inside = True
        found[-1].append([cell.strip() for cell in line.strip().strip("|").split("|")])
    return [rows[2:] for rows in found]


def figures(cell: str) -> list[tuple[float, int]]:
    """Return the figures of a cell, each with how many digits stand after its point."""
    printed = [one.rstrip(",").replace(",", "") for one in _FIGURE.findall(cell)]
    return [(float(one), len(one.partition(".")[2])) for one in printed]


def apart(cell: str, expected: Cell) -> bool:
    """Return whether a cell says anything else than it must, at the precision that it prints."""
    if expected is None:
        return False
    if isinstance(expected, str):
        return cell.strip("* ") != expected.strip("* ")
    found = figures(cell)
    return len(found) != len(expected) or any(
        # Beside a half of the last digit, what a binary fraction may lack of it.
        abs(value - want) > 0.5 * 10.0**-digits + 1e-9
        for (value, digits), want in zip(found, expected, strict=True)
    )


def differences(printed: Sequence[Sequence[str]], expected: Sequence[Sequence[Cell]]) -> list[str]:
    """Return every cell that says something else, with its row and column, counted from 1."""
    said = []
    for row, (cells, wants) in enumerate(zip_longest(printed, expected), 1):
        if cells is None or wants is None or len(cells) != len(wants):
            said.append(f"row {row}: {cells} for {wants}")
            continue
        for column, (cell, want) in enumerate(zip(cells, wants, strict=True), 1):
            if apart(cell, want):
                said.append(f"row {row}, column {column}: {cell!r} for {want}")
    return said
