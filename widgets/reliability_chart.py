"""The reliability plot: likelihood ratios as they were stated, against what was observed."""

from __future__ import annotations

import html
import math
from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

__all__ = ["reliability_chart"]

_OBSERVED: Final = "#0072b2"
_QUIET: Final = "#767676"


def reliability_chart(table: pl.DataFrame, *, data: str) -> go.Figure:
    """Draw the observed log10 likelihood ratio of each bin against the stated one.

    On the line through the origin ratios mean what they say; nearer to 0 than the line they say too
    much, farther from it too little. Bins with fewer than three comparisons of either kind are told
    in the title and not drawn: nothing can be measured there.

    Args:
        table: rows of `workbench.evaluation.calibration_quality.Reliability`.
        data: what was judged, for the title: matcher, split, people.
    """
    rows = table.filter("measurable").to_dicts()
    filled = table.filter(pl.col("mated") + pl.col("nonmated") > 0).height
    told = f"{len(rows)} of {filled} bins can be measured"
    figure = go.Figure()
    ends = [row[name] for row in rows for name in ("stated", "observed_low", "observed_high")]
    if rows:
        line = [math.floor(min(ends)), math.ceil(max(ends))]
        figure.add_scatter(
            name="stated and observed alike",
            mode="lines",
            x=line,
            y=line,
            line={"color": _QUIET, "dash": "dash"},
            hoverinfo="skip",
        )
    figure.add_scatter(
        name="observed, with 95 % interval",
        mode="markers",
        x=[row["stated"] for row in rows],
        y=[row["observed"] for row in rows],
        error_y=_ends(rows),
        marker={"size": 10, "color": _OBSERVED},
        customdata=[[row["mated"], row["nonmated"]] for row in rows],
        hovertemplate="stated %{x:.2f}, observed %{y:.2f}<br>%{customdata[0]:,} mated, "
        "%{customdata[1]:,} non-mated comparisons<extra></extra>",
    )
    if not rows:
        figure.add_annotation(
            text="Too few comparisons to measure reliability.",
            xref="paper", yref="paper", x=0.5, y=0.5, showarrow=False, font={"size": 15},
        )  # fmt: skip
    figure.update_layout(
        title={
            "text": f"Reliability: {html.escape(data)}<br>{told}",
            "font": {"size": 15}, "x": 0, "xanchor": "left",
        },
        font={"color": _QUIET, "family": "system-ui, sans-serif", "size": 13},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        height=420,
        margin={"l": 16, "r": 16, "t": 72, "b": 48},
        legend={"orientation": "h", "y": -0.28},
    )  # fmt: skip
    grid = {"gridcolor": "rgba(128,128,128,.3)", "zeroline": False, "automargin": True}
    figure.update_xaxes(title="stated log10 likelihood ratio", **grid)
    figure.update_yaxes(title="observed log10 likelihood ratio", **grid)
    return figure


def _ends(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [row["observed_high"] - row["observed"] for row in rows],
        "arrayminus": [row["observed"] - row["observed_low"] for row in rows],
        "color": _OBSERVED,
    }
