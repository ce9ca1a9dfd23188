"""Whether the values of a chart, or any other JSON, hold a picture or templates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from workbench.hygiene.pictures import LONGEST_ROW, markup_fault, text_fault

__all__ = ["chart_fault", "values_fault"]

_DEEPEST: Final = 40
_GRIDS: Final = frozenset({"heatmap", "heatmapgl", "contour", "surface"})
_LARGEST_GRID: Final = 1024
"""Cells of a grid of values from which on it may be a picture: 32 by 32."""
_WIDEST: Final = 64
"""Values to a row from which on rows may be templates."""
_WIDE_ROWS: Final = "rows of numbers as wide as a template"
_MARKED: Final = re.compile(r"<|url\(|!\[")


def values_fault(values: object) -> str | None:
    """Return what in JSON values could be a picture or a template, `None` if nothing could."""
    try:
        return next(_faults(values, 0), None)
    except RecursionError:
        return "values nested too deep to look through"


def chart_fault(chart: object) -> str | None:
    """Return what in a plotly figure could be a picture, `None` if nothing could.

    Numbers of points and bars are fine, also as encoded bytes; pictures in the layout, picture
    traces, grids of 32 by 32 values and more, and rows as wide as templates are not.
    """
    if not isinstance(chart, dict):
        return "a chart that cannot be read"
    layouts = [chart.get("layout")]
    traces = list(_items(chart.get("data")))
    for frame in _items(chart.get("frames")):
        layouts.append(frame.get("layout"))
        traces += _items(frame.get("data"))
    if any(isinstance(layout, dict) and layout.get("images") for layout in layouts):
        return "a chart with pictures"
    for trace in traces:
        if trace.get("type") == "image":
            return "a chart that is a picture"
        if trace.get("type") in _GRIDS and _cells(trace.get("z")) >= _LARGEST_GRID:
            return "a chart with as many cells as a picture"
    try:
        return next(_chart_faults(chart, 0), None)
    except RecursionError:
        return "a chart nested too deep to look through"


def _faults(values: object, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        yield "values nested too deep to look through"
    elif isinstance(values, str):
        yield from _of_text(values)
    elif isinstance(values, dict):
        for key, value in values.items():
            yield from _of_text(str(key))
            yield from _faults(value, depth + 1)
    elif isinstance(values, list):
        if sum(map(_is_number, values)) >= LONGEST_ROW:
            yield "a large array"
        if values and all(isinstance(one, str) for one in values):
            yield from _of_text("".join(values))  # lines of one text
        for value in values:
            yield from _faults(value, depth + 1)


def _chart_faults(values: object, depth: int) -> Iterator[str]:
    """Look through a figure, in which long lists of numbers and their bytes are points."""
    if depth > _DEEPEST:
        yield "a chart nested too deep to look through"
    elif isinstance(values, str):
        yield from _of_text(values)
    elif isinstance(values, dict):
        packed = isinstance(values.get("bdata"), str)
        if packed and _packed_width(values) >= _WIDEST:
            yield _WIDE_ROWS
        for key, value in values.items():
            if not (packed and key == "bdata"):
                yield from _chart_faults(value, depth + 1)
    else:
        for value in _listed(values):
            if sum(map(_is_number, _listed(value))) >= _WIDEST:
                yield _WIDE_ROWS
            yield from _chart_faults(value, depth + 1)


def _of_text(text: str) -> Iterator[str]:
    fault = markup_fault(text) if _MARKED.search(text) else text_fault(text)
    if fault is not None:
        yield fault


def _cells(grid: object) -> int:
    """Return how many values a grid has, as lists or as bytes with their shape."""
    if isinstance(grid, dict):
        shape = _shape(grid)
        return shape[0] * shape[1] if len(shape) > 1 else _LARGEST_GRID
    return sum(len(row) if isinstance(row, list) else 1 for row in _listed(grid))


def _packed_width(packed: dict[str, Any]) -> int:
    shape = _shape(packed)
    return shape[-1] if len(shape) > 1 else 0


def _shape(packed: dict[str, Any]) -> list[int]:
    """Return the shape of numbers kept as bytes: `"160, 160"`; a single length if there is none."""
    return [int(one) for one in re.findall(r"\d{1,9}", str(packed.get("shape", "")))]


def _items(values: object) -> Iterator[dict[str, Any]]:
    return (one for one in _listed(values) if isinstance(one, dict))


def _listed(values: object) -> list[Any]:
    return values if isinstance(values, list) else []


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
