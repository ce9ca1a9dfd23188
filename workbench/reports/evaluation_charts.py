"""Charts as still drawings: figures laid out in the units of an SVG view box, for a template.

No script draws them, so that a report shows the same on any machine, on paper and without a
network. Each is laid out twice, for a wide and for a narrow page, and the style shows one of them:
shrunk to a telephone, letters could not be read. Colour never stands alone: each series has a
shape or a dash of its own and its name beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

__all__ = [
    "NARROW",
    "WIDE",
    "Axis",
    "Drawing",
    "Label",
    "Mark",
    "Page",
    "Series",
    "Stroke",
    "draw",
]

_LETTER: Final = 7.4
"""Mean width of a letter of 14 px, rather too wide than too narrow."""
_LINE: Final = 18.0
_APART: Final = 22.0
"""From the foot of a bold name to that of one that does not lie over it."""
_NEAR: Final = 0.15
"""Share of the width within which a name at a side has no room on both sides of its point."""
_TICK_GAP: Final = 8.0


@dataclass(frozen=True, slots=True)
class Page:
    """A view box, and the room around its axes, in px of letters of 14 px.

    Attributes:
        width: of the view box.
        height: likewise.
        left: room for the texts of the upright axis.
        right: likewise, at its other side.
        top: above the axes.
        bottom: below them.
    """

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float


WIDE: Final = Page(800.0, 420.0, 92.0, 28.0, 40.0, 60.0)
NARROW: Final = Page(400.0, 360.0, 86.0, 16.0, 60.0, 78.0)


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis.

    Attributes:
        label: what it measures, with its unit.
        low: value at its beginning.
        high: value at its end.
        ticks: value and text of each.
        is_log: whether equal steps are equal ratios; then `low` is above 0.
    """

    label: str
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    is_log: bool = False

    def share(self, value: float) -> float:
        """Return how far along a value is, 0 to 1; what lies beyond an end is put at it."""
        low, high, at = self.low, self.high, value
        if self.is_log:
            low, high, at = math.log10(low), math.log10(high), math.log10(max(value, self.low))
        return min(max((at - low) / (high - low), 0.0), 1.0) if high > low else 0.5


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one kind.

    Attributes:
        name: written beside it.
        points: `(x, y)` in the units of the axes, by x.
        kind: a line, steps, a filled outline from the foot, or points.
        place: 0 or 1; decides colour, dash and shape.
        spans: `(low, high)` of y at each point, drawn as bars at points and as a band at a line;
            empty for none.
        spans_x: the same of x, at points.
        label_at: which point its name stands beside; `None` leaves it out.
    """

    name: str
    points: Sequence[tuple[float, float]]
    kind: Literal["line", "steps", "area", "points"] = "line"
    place: int = 0
    spans: Sequence[tuple[float, float]] = ()
    spans_x: Sequence[tuple[float, float]] = ()
    label_at: int | None = None


@dataclass(frozen=True, slots=True)
class Stroke:
    """A path: its SVG commands, and its classes."""

    path: str
    css: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A point: its place, its shape (`circle` or `square`) and its class."""

    x: float
    y: float
    shape: str
    css: str


@dataclass(frozen=True, slots=True)
class Label:
    """A text: its place, which side of the place it stands on, and its classes."""

    x: float
    y: float
    text: str
    anchor: str = "middle"
    css: str = ""
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart, laid out.

    Attributes:
        id: unique in its page.
        title: short name, for whoever does not see it.
        description: what it shows, in a sentence, likewise.
        strokes: grid first, then bands, then lines.
        marks: points.
        labels: of ticks, axes and series.
        page: its view box.
        narrow: the same chart for a narrow page; `None` in that one itself.
    """

    id: str
    title: str
    description: str
    strokes: tuple[Stroke, ...]
    marks: tuple[Mark, ...]
    labels: tuple[Label, ...]
    page: Page = WIDE
    narrow: Drawing | None = None


@dataclass(slots=True)
class _Canvas:
    page: Page
    x: Axis
    y: Axis
    strokes: list[Stroke] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a value, from the upper left."""
        page = self.page
        across = page.left + self.x.share(x) * (page.width - page.left - page.right)
        down = page.height - page.bottom - self.y.share(y) * (page.height - page.top - page.bottom)
        return round(across, 1), round(down, 1)


def draw(
    name: str,
    title: str,
    description: str,
    *,
    x: Axis,
    y: Axis,
    series: Sequence[Series],
    line_at: tuple[float, str] | None = None,
) -> Drawing:
    """Lay out a chart.

    Args:
        name: its id.
        title: short name.
        description: what it shows.
        x: the axis along the foot.
        y: the axis along the left.
        series: drawn in order.
        line_at: a value of x at which an upright line stands, and what is written at it.
    """
    drawn = []
    for page in (WIDE, NARROW):
        canvas = _Canvas(page, x, y)
        _draw_axes(canvas)
        for one in series:
            _draw_spans(canvas, one)
        if line_at is not None:
            _draw_line(canvas, *line_at)
        for one in series:
            _draw_series(canvas, one)
        figures = tuple(canvas.strokes), tuple(canvas.marks), tuple(canvas.labels)
        drawn.append(Drawing(name, title, description, *figures, page))
    wide, narrow = drawn
    return replace(wide, narrow=replace(narrow, id=f"{name}-narrow"))


def _draw_axes(canvas: _Canvas) -> None:
    x, y, page = canvas.x, canvas.y, canvas.page
    end = -math.inf
    for value, text in sorted(x.ticks):
        across, foot = canvas.at(value, y.low)
        canvas.strokes.append(Stroke(f"M{across} {page.top}V{foot}", "grid"))
        half = len(text) * _LETTER / 2
        # A text that would run into the one before it is left out; its line stays.
        if across - half > end:
            end = across + half
            canvas.labels.append(Label(across, foot + 20.0, text, "middle", "tick"))
    for value, text in y.ticks:
        left, down = canvas.at(x.low, value)
        canvas.strokes.append(Stroke(f"M{left} {down}H{page.width - page.right}", "grid"))
        canvas.labels.append(Label(left - _TICK_GAP, down + 5.0, text, "end", "tick"))
    _draw_names(canvas)


def _draw_names(canvas: _Canvas) -> None:
    """Write what each axis measures, in as many lines as it takes."""
    page = canvas.page
    across = page.left + (page.width - page.left - page.right) / 2
    lines = _lines(canvas.x.label, page.width - page.left - page.right)
    place = across if len(lines) == 1 else page.width / 2
    for k, line in enumerate(lines):
        down = page.height - 12.0 - _LINE * (len(lines) - 1 - k)
        canvas.labels.append(Label(place, down, line, "middle", "axis"))
    for k, line in enumerate(_lines(canvas.y.label, page.width)):
        canvas.labels.append(Label(0.0, 16.0 + _LINE * k, line, "start", "axis"))


def _lines(text: str, width: float) -> list[str]:
    """Break a text where it grows wider than that."""
    lines = [""]
    for word in text.split():
        grown = f"{lines[-1]} {word}".strip()
        if len(grown) * _LETTER <= width or not lines[-1]:
            lines[-1] = grown
        else:
            lines.append(word)
    return lines


def _draw_line(canvas: _Canvas, value: float, text: str) -> None:
    across, foot = canvas.at(value, canvas.y.low)
    top = canvas.page.top
    canvas.strokes.append(Stroke(f"M{across} {top}V{foot}", "chosen"))
    canvas.labels.append(Label(across, top - 6.0, text, _anchor(canvas, across), "direct"))


def _draw_spans(canvas: _Canvas, series: Series) -> None:
    css = f"s{series.place}"
    if series.kind == "points":
        for (x, y), (low, high) in zip(series.points, series.spans, strict=False):
            (across, top), (_, foot) = canvas.at(x, high), canvas.at(x, low)
            canvas.strokes.append(Stroke(f"M{across} {top}V{foot}", f"span {css}"))
            del y
        for (x, y), (low, high) in zip(series.points, series.spans_x, strict=False):
            (left, down), (right, _) = canvas.at(low, y), canvas.at(high, y)
            canvas.strokes.append(Stroke(f"M{left} {down}H{right}", f"span {css}"))
            del x
        return
    if len(series.spans) == len(series.points) > 1:
        upper = [canvas.at(x, high) for (x, _), (_, high) in _paired(series)]
        lower = [canvas.at(x, low) for (x, _), (low, _) in _paired(series)]
        outline = [*upper, *reversed(lower)]
        path = "M" + "L".join(f"{a} {b}" for a, b in outline) + "Z"
        canvas.strokes.append(Stroke(path, f"band {css}"))


def _paired(series: Series) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    return list(zip(series.points, series.spans, strict=True))


def _draw_series(canvas: _Canvas, series: Series) -> None:
    if not series.points:
        return
    css = f"s{series.place}"
    places = [canvas.at(x, y) for x, y in series.points]
    if series.kind == "points":
        shape = "circle" if series.place == 0 else "square"
        canvas.marks += [Mark(x, y, shape, css) for x, y in places]
    else:
        canvas.strokes.append(Stroke(_path(places, series.kind, canvas), f"{series.kind} {css}"))
    if series.label_at is not None:
        x, y = places[series.label_at]
        down = max(y - 8.0, canvas.page.top + 12.0)
        anchor = _anchor(canvas, x)
        label = Label(x, down, series.name, anchor, f"direct {css}")
        while any(_overlap(label, other) for other in canvas.labels):
            label = replace(label, y=label.y + _APART)
        canvas.labels.append(label)


def _overlap(one: Label, other: Label) -> bool:
    """Return whether two names within the axes would lie over each other."""
    if not other.css.startswith("direct") or abs(one.y - other.y) >= _APART:
        return False
    (low, high), (other_low, other_high) = _reach(one), _reach(other)
    return low < other_high and other_low < high


def _reach(label: Label) -> tuple[float, float]:
    """Return from where to where a text reaches, from the left; bold letters are wider."""
    width = len(label.text) * _LETTER * 1.15
    low = label.x - {"start": 0.0, "middle": width / 2, "end": width}[label.anchor]
    return low, low + width


def _anchor(canvas: _Canvas, across: float) -> str:
    """Return which end of a text stands at a place, so that it reaches over no side."""
    page = canvas.page
    share = (across - page.left) / (page.width - page.left - page.right)
    return "start" if share < _NEAR else "end" if share > 1 - _NEAR else "middle"


def _path(places: Sequence[tuple[float, float]], kind: str, canvas: _Canvas) -> str:
    if kind == "line":
        return "M" + "L".join(f"{x} {y}" for x, y in places)
    (x, y), *rest = places
    parts = [f"M{x} {y}"]
    parts += [f"H{next_x}V{next_y}" for next_x, next_y in rest]
    if kind == "area":
        foot = canvas.at(canvas.x.low, canvas.y.low)[1]
        parts[0] = f"M{x} {foot}V{y}"
        parts.append(f"V{foot}Z")
    return "".join(parts)
