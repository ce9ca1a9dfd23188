"""Charts of how many times as frequent errors are in one group as in another."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

from widgets.charts import QUIET
from widgets.equity_charts import NAMES, lay_out, name_rows, step_name
from workbench.evaluation.equity_tables import SPREAD, EquityResult
from workbench.evaluation.equity_times import times_in_words

__all__ = ["UNSEEN", "ratios_chart"]

UNSEEN: Final = "unseen in more than 2 of 10 such sets"

_GREY: Final = "rgba(128,128,128,.38)"
_APART: Final = "#c04f00"
_ROWS: Final = 0.55
_MARKED: Final = tuple(n * 10.0**power for power in range(4) for n in (1, 3))
_TIMES: Final = tuple(sorted({*_MARKED, *(1.0 / times for times in _MARKED)}))
_LEAST: Final = 0.01
_MOST: Final = 1000.0
_ROOM: Final = 1.3
_MOST_TICKS: Final = 6


def ratios_chart(result: EquityResult, rate: str, *, mark: str = "") -> go.Figure:
    """Draw each ratio with its interval, on a grey bar of the ratios that would have gone unseen.

    Args:
        result: of `equity_at`.
        rate: `FPIR` or `FNIR`.
        mark: put in front of the title.
    """
    compared = result.comparisons.filter(pl.col("rate") == rate).to_dicts()
    ends = _ends(compared)
    figure = go.Figure()
    figure.add_scatter(
        name=UNSEEN,
        mode="lines",
        x=[
            end
            for row in compared
            for end in (row["seen_below"] or ends[0], row["seen_above"] or ends[1], None)
        ],
        y=[end for at in range(len(compared)) for end in (at, at, None)],
        line={"color": _GREY, "width": 18},
        hoverinfo="skip",
    )
    _draw(figure, compared, ends, differs=False)
    _draw(figure, compared, ends, differs=True)
    figure.add_vline(x=1.0, line={"color": QUIET, "width": 1, "dash": "dot"})
    if not compared:
        figure.add_annotation(
            text="Nothing was compared.", xref="paper", yref="paper", x=0.5, y=0.5, showarrow=False
        )
    lay_out(
        figure,
        f"{mark}{NAMES[rate]}: times as frequent, corrected for all comparisons",
        max(1.0, _ROWS * len(compared)),
    )
    name_rows(figure, [_name(row) for row in compared])
    ticks = _ticks(ends)
    figure.update_xaxes(
        type="log",
        range=[math.log10(end) for end in ends],
        tickvals=ticks,
        ticktext=[_tick(tick) for tick in ticks],
        title="times as high in the second<br>(left of 1) or first (right) group",
    )
    return figure


def _draw(
    figure: go.Figure,
    compared: Sequence[Mapping[str, Any]],
    ends: tuple[float, float],
    *,
    differs: bool,
) -> None:
    rows = [(at, row) for at, row in enumerate(compared) if row["differs"] == differs]
    if not rows:
        return
    spans = [
        (max(ends[0], row["ratio_low"]), min(ends[1], row["ratio_high"] or ends[1]))
        for _, row in rows
    ]
    # Of too few errors there is no ratio, and its interval is drawn all the same.
    middle = [
        row["ratio"] or math.sqrt(low * high)
        for (_, row), (low, high) in zip(rows, spans, strict=True)
    ]
    name = "the rates differ" if differs else "not told apart by this set"
    colour = _APART if differs else QUIET
    figure.add_scatter(
        name=name,
        mode="markers",
        x=middle,
        y=[at for at, _ in rows],
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [high - at for (_, high), at in zip(spans, middle, strict=True)],
            "arrayminus": [at - low for (low, _), at in zip(spans, middle, strict=True)],
            "color": colour,
            "thickness": 2,
        },
        marker={
            "symbol": [_symbol(row) for _, row in rows],
            "color": colour,
            "size": 11,
            "line": {"width": 2, "color": colour},
        },
        customdata=[_told(row) for _, row in rows],
        hovertemplate="%{customdata}<extra>" + name + "</extra>",
    )


def _symbol(row: Mapping[str, Any]) -> str:
    """Return a filled circle where rates differ, an open one where not, none without a ratio."""
    if row["ratio"] is None:
        return "line-ns"
    return "circle" if row["differs"] else "circle-open"


def _told(row: Mapping[str, Any]) -> str:
    if row["ratio"] is None:
        return "no ratio: too few errors"
    return times_in_words(row["ratio"], html.escape(row["group"]), html.escape(row["against"]))


def _ticks(ends: tuple[float, float]) -> list[float]:
    """Return the marks of the axis, so few that they stand upright in a narrow page."""
    within = [tick for tick in _TIMES if ends[0] <= tick <= ends[1]]
    if len(within) <= _MOST_TICKS:
        return within
    return [tick for tick in within if round(math.log10(tick), 6).is_integer()]


def _tick(ratio: float) -> str:
    """Return a mark of the axis: how many times as high, on whichever side of 1."""
    return f"{ratio if ratio >= 1.0 else 1.0 / ratio:,.0f}"


def _name(row: Mapping[str, Any]) -> str:
    kind = ", highest to lowest" if row["kind"] == SPREAD else ""
    return f"{row['group']} to {row['against']}{kind}, {step_name(row['step'])}"


def _ends(rows: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """Return the ends of the axis: every ratio, interval and power within reason lies within."""
    named = ("ratio", "ratio_low", "ratio_high", "seen_above", "seen_below")
    inner = [row[name] for row in rows for name in named if row[name]]
    least, most = min([0.25, *inner]) / _ROOM, max([4.0, *inner]) * _ROOM
    return max(_LEAST, least), min(_MOST, most)
