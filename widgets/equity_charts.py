"""Charts of error rates by group: each with its interval, and why a rate is not told."""

from __future__ import annotations

import html
import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

from widgets.charts import EDGE, QUIET
from workbench.evaluation.equity_tables import FPIR, NO_GROUP, EquityResult
from workbench.evaluation.equity_words import group_words, rate_words_of, share_words
from workbench.evaluation.shown import shown_of_group

__all__ = ["NAMES", "lay_out", "name_rows", "rates_chart", "step_name"]

NAMES: Final = {FPIR: "False alarms (FPIR)", "FNIR": "Misses (FNIR)"}

_LOOKS: Final = (("circle", "#0072b2"), ("square", "#00845f"), ("diamond", "#c04f00"))
_APART: Final = 0.26
_ROW_PX: Final = 76
_LETTERS: Final = 44
_NAME_LETTERS: Final = 21
_ONE_IN: Final = tuple(n * 10**power for power in range(7) for n in (1, 3))
_STEPS: Final = (0.01, 0.02, 0.05, 0.1, 0.2)
_MOST_TICKS: Final = 8
_ROOM: Final = 1.6


@dataclass(frozen=True, slots=True)
class _Series:
    """The rates of one step: what they are called, where in a row they lie, how they look."""

    name: str
    offset: float
    symbol: str
    colour: str


def step_name(step: float) -> str:
    """Return where a step lies, in a few words."""
    return "at T" if step == 1.0 else f"at {step:g} times the FPIR"


def rates_chart(result: EquityResult, rate: str, *, mark: str = "") -> go.Figure:
    """Draw the rate of each group at each step, with the interval to show, by people.

    A rate that is not told has no point: its row says why, and an open triangle is its upper
    bound. Steps differ by shape, place and words, and never by colour alone.

    Args:
        result: of `equity_at`.
        rate: `FPIR` or `FNIR`.
        mark: put in front of the title, for example that the set is synthetic.
    """
    rows = result.rates.filter(pl.col("rate") == rate)
    names = [*result.groups, *([NO_GROUP] if rows["group"].is_null().any() else [])]
    figure = go.Figure()
    low, high = _ends(rows, rate)
    for at, (step, look) in enumerate(zip(result.steps, _LOOKS, strict=False)):
        series = _Series(step_name(step.step), (at - 1) * _APART, *look)
        here = rows.filter(pl.col("step") == step.step).to_dicts()
        _draw_told(figure, [row for row in here if row["value"] is not None], names, series, low)
        _draw_untold(figure, [row for row in here if row["value"] is None], names, series)
    _say_untold(figure, rows, names)
    title = f"{mark}{NAMES[rate]} by group, with {result.confidence * 100:g} % intervals"
    lay_out(figure, title, len(names))
    name_rows(figure, names)
    if rate == FPIR:
        ticks = [n for n in _ONE_IN if low <= 1 / n <= high]
        figure.update_xaxes(
            type="log",
            range=[math.log10(low), math.log10(high)],
            tickvals=[1 / n for n in ticks],
            ticktext=["all" if n == 1 else f"1 in {n:,}" for n in ticks],
            title="non-mated searches that raise<br>a false alarm (logarithmic)",
        )
        return figure
    apart = next((one for one in _STEPS if high / one <= _MOST_TICKS), _STEPS[-1])
    shares = [at * apart for at in range(int(high / apart) + 1)]
    figure.update_xaxes(
        range=[0.0, high],
        tickvals=shares,
        ticktext=[f"{share * 100:.3g} of 100" for share in shares],
        title="mated searches that miss",
    )
    return figure


def name_rows(figure: go.Figure, names: Sequence[str]) -> None:
    """Give each row of a chart its name, from the top; none is read as markup."""
    wrapped = [_wrapped(name, _NAME_LETTERS) for name in names]
    figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=wrapped,
        range=[len(names) - 0.5, -0.5],
        showgrid=False,
    )


def lay_out(figure: go.Figure, title: str, rows: float) -> None:
    """Give a chart its title, its height for so many rows, and quiet colours for both themes."""
    figure.update_layout(
        title={
            "text": _wrapped(title, _LETTERS),
            "font": {"size": 15},
            "x": 0,
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": 20},
        },
        font={"color": QUIET, "family": "system-ui, sans-serif", "size": 13},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        height=220 + round(_ROW_PX * rows),
        margin={"l": 16, "r": 24, "t": 64, "b": 108},
        # Below everything: in a narrow page it takes a line for each entry, and hides nothing.
        legend={"orientation": "h", "y": 0, "yref": "container", "yanchor": "bottom", "x": 0},
    )
    figure.update_xaxes(
        gridcolor="rgba(128,128,128,.3)", zeroline=False, automargin=True, title_font_size=13
    )
    figure.update_yaxes(zeroline=False, automargin=True)


def _draw_told(
    figure: go.Figure,
    rows: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    series: _Series,
    least: float,
) -> None:
    ends = [shown_of_group(row) for row in rows]
    figure.add_scatter(
        name=series.name,
        mode="markers",
        x=[row["value"] for row in rows],
        y=[names.index(group_words(row)) + series.offset for row in rows],
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [end.high - row["value"] for row, end in zip(rows, ends, strict=True)],
            "arrayminus": [
                row["value"] - max(end.low, least) for row, end in zip(rows, ends, strict=True)
            ],
            "color": series.colour,
            "thickness": 2,
        },
        marker={
            "symbol": series.symbol,
            "color": series.colour,
            "size": 11,
            "line": {"color": EDGE, "width": 1},
        },
        customdata=[
            [
                html.escape(group_words(row)),
                rate_words_of(row),
                f"{row['errors']:,} of {row['searches']:,} searches, {row['people']:,} people",
            ]
            for row in rows
        ],
        hovertemplate="%{customdata[0]}<br>%{customdata[1]}<br>%{customdata[2]}<extra></extra>",
    )


def _draw_untold(
    figure: go.Figure, rows: Sequence[Mapping[str, Any]], names: Sequence[str], series: _Series
) -> None:
    """Mark the bound of each rate that is not told where it lies."""
    for row in rows:
        if row["bound"] is None:
            continue
        why = rate_words_of(row)
        if row["suppressed"] is not None:
            why = f"{why}, at most {share_words(row['bound'], row['rate'])}"
        figure.add_scatter(
            mode="markers",
            showlegend=False,
            x=[row["bound"]],
            y=[names.index(group_words(row)) + series.offset],
            marker={
                "symbol": "triangle-left-open",
                "color": series.colour,
                "size": 11,
                "line": {"width": 2},
            },
            hovertemplate=f"{html.escape(group_words(row))}, {series.name}: {why}<extra></extra>",
        )


def _say_untold(figure: go.Figure, rows: pl.DataFrame, names: Sequence[str]) -> None:
    """Say in the row of a group why a rate is not told: once where it is so at each threshold."""
    steps = rows["step"].unique(maintain_order=True).to_list()
    for place, name in enumerate(names):
        here = [row for row in rows.iter_rows(named=True) if group_words(row) == name]
        untold = [row for row in here if row["value"] is None]
        reasons = {row["suppressed"] for row in untold}
        if len(untold) == len(steps) > 1 and len(reasons) == 1 and None not in reasons:
            marked = "<br>at most: the triangles" if untold[0]["bound"] is not None else ""
            why = f"suppressed at each threshold<br>({reasons.pop()}){marked}"
            _note(figure, place, why)
            continue
        for row in untold:
            offset = (steps.index(row["step"]) - 1) * _APART
            _note(figure, place + offset, f"{step_name(row['step'])}: {rate_words_of(row)}")


def _note(figure: go.Figure, place: float, words: str) -> None:
    figure.add_annotation(
        x=0.01,
        xref="paper",
        xanchor="left",
        y=place,
        text=words,
        align="left",
        showarrow=False,
        font={"size": 12},
    )


def _wrapped(words: str, letters: int) -> str:
    return "<br>".join(html.escape(line) for line in textwrap.wrap(words, letters))


def _ends(rows: pl.DataFrame, rate: str) -> tuple[float, float]:
    """Return the ends of the axis: every interval and bound lies within."""
    told = [shown_of_group(row) for row in rows.iter_rows(named=True) if row["value"] is not None]
    top = max([*(end.high for end in told), *rows["bound"].drop_nulls(), 0.01])
    if rate != FPIR:
        return 0.0, min(1.0, top * 1.1)
    lows = (end.low for end in told if end.low > 0.0)
    least = min([*lows, *rows["value"].drop_nulls(), 0.01])
    return least / _ROOM, min(1.05, top * _ROOM)
