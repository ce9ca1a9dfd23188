"""Charts for notebooks: plotly figures that say in words what they show."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence

import plotly.graph_objects as go

from workbench.reports import STATES, AlertsPage, clock

__all__ = ["score_chart", "timeline_chart"]

QUIET = "#767676"
"""Grey with 4.5:1 on white and 4.1:1 on a dark ground, so that both themes can carry it."""
QUIET_BAR = "#8b96a1"
ALERTED = "#0072b2"
ALERT = "#d55e00"
EDGE = "#ffffff"
MATED = "#0072b2"
NONMATED = "#e69f00"
LONGEST_LINE = 44
"""Letters of a title that a phone shows in one line."""
_SYMBOLS = {
    "open": "triangle-up",
    "true-confirmed": "circle",
    "true-unconfirmed": "circle-open",
    "false-confirmed": "x",
    "false-unconfirmed": "x-open",
    "unresolved": "square-open-dot",
}
"""The shapes of `workbench.reports.states` in plotly's words; the dot is its question mark."""


def timeline_chart(page: AlertsPage) -> go.Figure:
    """Draw the spans of a page as bars over time, with a mark for each alert in its state's shape.

    Args:
        page: its `spans` and `alerts`; with neither, the figure says that nothing was seen.
    """
    figure = go.Figure()
    spans = sorted(page.spans, key=lambda span: span.start_s)
    names = _labels([span.label or f"track {i + 1}" for i, span in enumerate(spans)])
    for colour, name, alerted in ((QUIET_BAR, "no alert", False), (ALERTED, "an alert", True)):
        rows = [i for i, span in enumerate(spans) if (span.alert is not None) == alerted]
        if rows:
            figure.add_bar(
                orientation="h",
                name=name,
                y=[names[row] for row in rows],
                base=[spans[row].start_s for row in rows],
                x=[spans[row].end_s - spans[row].start_s for row in rows],
                marker_color=colour,
                width=0.4,
                hovertemplate="%{y}: from %{base:.1f} s for %{x:.1f} s<extra></extra>",
            )
    row_of = {span.alert: name for span, name in zip(spans, names, strict=True)}
    for state in dict.fromkeys(alert.state for alert in page.alerts):
        alerts = [alert for alert in page.alerts if alert.state == state]
        figure.add_scatter(
            name=f"alert, {html.escape(state)}",
            mode="markers+text",
            x=[alert.time_s for alert in alerts],
            y=[row_of.get(alert.number, html.escape(alert.person)) for alert in alerts],
            text=[f"alert {alert.number}" for alert in alerts],
            textposition="top center",
            cliponaxis=False,
            marker=_mark(state),
            customdata=[
                [html.escape(alert.person), clock(alert.time_s), alert.score] for alert in alerts
            ],
            hovertemplate="%{text}, candidate %{customdata[0]}<br>%{customdata[1]}, "
            "score %{customdata[2]:.2f}<extra></extra>",
        )
    if not spans and not page.alerts:
        _say_empty(figure, "Nothing in this feed to show.")
    _style(figure, f"{len(page.alerts)} alerts in {clock(page.duration_s)} of feed")
    figure.update_xaxes(title="time in the feed, seconds", rangemode="tozero")
    figure.update_yaxes(
        showgrid=False, categoryorder="array", categoryarray=names[::-1], title="who"
    )
    return figure


def score_chart(
    mated: Sequence[float], nonmated: Sequence[float], *, threshold: float, unit: str
) -> go.Figure:
    """Draw every comparison score as a point, mated above non-mated, beside the threshold.

    Args:
        mated: scores of a face against a reference of the same person.
        nonmated: scores of a face against a reference of someone else.
        threshold: at which an alert is raised.
        unit: of all of these.
    """
    figure = go.Figure()
    rows = (
        ("same person", mated, MATED, "circle"),
        ("different people", nonmated, NONMATED, "x"),
    )
    for name, scores, colour, symbol in rows:
        figure.add_scatter(
            name=name,
            mode="markers",
            x=list(scores),
            y=[f"{name} ({len(scores)})"] * len(scores),
            marker={"symbol": symbol, "size": 11, "color": colour, "opacity": 0.85},
            hovertemplate="score %{x:.2f}<extra>" + name + "</extra>",
        )
    figure.add_scatter(
        name="threshold",
        mode="lines",
        x=[threshold, threshold],
        y=[-0.5, 1.5],
        yaxis="y2",
        line={"color": ALERT, "width": 2, "dash": "dash"},
        hovertemplate=f"threshold {threshold:.2f}<extra></extra>",
    )
    figure.add_annotation(
        x=threshold, y=1.0, yref="paper", yanchor="bottom", text=f"threshold {threshold:.2f}",
        showarrow=False,
    )  # fmt: skip
    if not mated and not nonmated:
        _say_empty(figure, "There is no score to show.")
    above = sum(score >= threshold for score in mated)
    wrong = sum(score >= threshold for score in nonmated)
    _style(
        figure,
        f"At the threshold: {above} of {len(mated)} of the same person found, "
        f"{wrong} of {len(nonmated)} of different people wrongly",
    )
    figure.update_layout(
        yaxis2={"overlaying": "y", "visible": False, "range": [-0.5, 1.5]}, margin={"t": 96}
    )
    figure.update_xaxes(title=f"score, {unit} (further right: more alike)")
    figure.update_yaxes(title="photographs of")
    return figure


def _mark(state: str) -> dict[str, object]:
    """Return how plotly draws a state: in its own shape, edged so that it stands out from a bar."""
    return {
        "symbol": _SYMBOLS.get(state, "square"),
        "size": 13,
        "color": STATES[state].colour if state in STATES else ALERT,
        "line": {"color": EDGE, "width": 1.5},
    }


def _style(figure: go.Figure, title: str) -> None:
    lines = "<br>".join(textwrap.wrap(title, LONGEST_LINE))
    figure.update_layout(
        title={"text": lines, "font": {"size": 15}, "x": 0, "xanchor": "left"},
        font={"color": QUIET, "family": "system-ui, sans-serif", "size": 13},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        height=320,
        margin={"l": 16, "r": 16, "t": 72, "b": 48},
        legend={"orientation": "h", "y": -0.28},
        barmode="overlay",
    )
    figure.update_xaxes(gridcolor="rgba(128,128,128,.3)", zeroline=False, automargin=True)
    figure.update_yaxes(gridcolor="rgba(128,128,128,.3)", zeroline=False, automargin=True)


def _say_empty(figure: go.Figure, words: str) -> None:
    figure.add_annotation(
        text=words, xref="paper", yref="paper", x=0.5, y=0.5, showarrow=False, font={"size": 15}
    )


def _labels(names: Sequence[str]) -> list[str]:
    """Return names as plotly may draw them: none read as markup, and no two alike."""
    seen: dict[str, int] = {}
    labels = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        again = f" ({seen[name]})" if seen[name] > 1 else ""
        labels.append(html.escape(name) + again)
    return labels
