"""The timeline of a page: one bar for each span, one triangle for each alert."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.reports.page import AlertsPage, Span

__all__ = ["AlertMark", "Bar", "Tick", "Timeline", "build_timeline"]

WIDTH = 960.0
MARGIN = 16.0
ROW = 12.0
LABELLED_ROW = 34.0
LABEL_HEIGHT = 16.0
WIDEST_LABEL = 240.0
TOP = 40.0
AXIS = 32.0
LABEL_WIDTH = 56.0
MOST_ROWS = 24
TICK_STEPS_S = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0, 1800.0, 3600.0, 14400.0)
MOST_TICKS = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """A span: left edge, width and top in drawing units, and its label with its place."""

    x: float
    width: float
    y: float
    alerted: bool
    label: str
    label_x: float
    label_anchor: str


@dataclass(frozen=True, slots=True)
class AlertMark:
    """An alert: its place, its number and its state."""

    x: float
    y: float
    number: int
    state: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the time axis; `anchor` keeps its label inside the drawing."""

    x: float
    time_s: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything the drawing needs, in units of an SVG view box of `width` by `height`."""

    width: float
    height: float
    axis_y: float
    bars: tuple[Bar, ...]
    marks: tuple[AlertMark, ...]
    ticks: tuple[Tick, ...]


def build_timeline(page: AlertsPage) -> Timeline:
    """Lay out the spans and alerts of `page`, whose duration must be above 0.

    Spans without a label share a row where they do not overlap in time. Beyond 24 rows they pile
    up in the last one: the picture then shows how busy the feed was, the table has the figures.
    """
    end_s = max([page.duration_s, *(span.end_s for span in page.spans)])
    scale = (WIDTH - 2 * MARGIN) / end_s
    labelled = any(span.label for span in page.spans)
    row_height = LABELLED_ROW if labelled else ROW
    row_ends: list[float] = []
    place_of_alert: dict[int, float] = {}
    bars: list[Bar] = []
    for span in sorted(page.spans, key=lambda span: (span.start_s, span.end_s)):
        free = (i for i, until in enumerate(row_ends) if until <= span.start_s and not labelled)
        row = min(next(free, len(row_ends)), MOST_ROWS - 1)
        if row == len(row_ends):
            row_ends.append(span.end_s)
        row_ends[row] = max(row_ends[row], span.end_s)
        if span.alert is not None:
            place_of_alert[span.alert] = TOP + row * row_height
        bars.append(_bar(span, scale, TOP + row * row_height))
    axis_y = TOP + max(len(row_ends), 1) * row_height + 4.0
    marks = tuple(
        AlertMark(
            MARGIN + alert.time_s * scale,
            place_of_alert.get(alert.number, TOP) + (LABEL_HEIGHT if labelled else 0.0),
            alert.number,
            alert.state,
        )
        for alert in page.alerts
    )
    step = next((s for s in TICK_STEPS_S if end_s / s <= MOST_TICKS), end_s / MOST_TICKS)
    ticks = tuple(_tick(i * step, scale) for i in range(int(end_s / step) + 1))
    return Timeline(WIDTH, axis_y + AXIS, axis_y, tuple(bars), marks, ticks)


def _bar(span: Span, scale: float, top: float) -> Bar:
    x, width = MARGIN + span.start_s * scale, max((span.end_s - span.start_s) * scale, 2.0)
    from_left = x + WIDEST_LABEL < WIDTH
    return Bar(
        x,
        width,
        top + LABEL_HEIGHT if span.label else top,
        span.alert is not None,
        span.label,
        x if from_left else WIDTH - MARGIN,
        "start" if from_left else "end",
    )


def _tick(time_s: float, scale: float) -> Tick:
    x = MARGIN + time_s * scale
    middle = MARGIN + LABEL_WIDTH / 2 < x < WIDTH - MARGIN - LABEL_WIDTH / 2
    return Tick(x, time_s, "middle" if middle else "start" if x < WIDTH / 2 else "end")
