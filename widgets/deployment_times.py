"""Charts of the page of one deployment: alerts over time with its gaps, and time to decision."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from widgets.deployment_texts import later_words
from widgets.managers_parts import Part, chart, column
from workbench.outcomes.deployment_facts import (
    ALERT_BIN_MINUTES,
    DECISION_STRETCHES,
    DecisionFacts,
    DeploymentFacts,
    FeedFacts,
    Gap,
)

__all__ = ["alert_chart", "decision_chart", "search_chart"]

_BIN: Final = timedelta(minutes=ALERT_BIN_MINUTES)
_BAR_PX: Final = 14
_GAP_MARKS: Final = {
    "paused": "square",
    "lost": "x",
    "dead": "x",
    "covered": "diamond",
    "dark": "circle",
    "frozen": "star",
    "no frames": "line-ns-open",
}
_SHORT_LABELS: Final = (
    "10 s or less", "to 30 s", "to 1 min", "to 2 min", "to 5 min", "to 15 min", "longer",
)  # fmt: skip


def alert_chart(facts: DeploymentFacts) -> Part:
    """Return alerts in each ten minutes of the clock, the ten minutes without any among them."""
    bins = _bins(facts)
    note = "Alerts are counted by when they were raised; times are UTC."
    if any(feed.gaps for feed in facts.feeds):
        note += " Shaded: nothing was searched on one of the feeds."
    if facts.so_far is not None:
        note += " While it runs, only ten minutes that are over are shown."
    elif facts.alerts is not None and facts.alerts.gone:
        gone, all_of_them = facts.alerts.gone, facts.alerts.alerts
        note += (
            f" {gone:,} of {all_of_them:,} alerts were destroyed in their time, and when they were "
            "raised went with them: they are in the counts and not in this chart."
        )
    return chart(
        "alerts",
        f"Alerts in each {ALERT_BIN_MINUTES} minutes",
        alt=_alert_words(bins),
        traces=[
            {
                "type": "bar",
                "x": [_x(at + _BIN / 2) for at, _ in bins],
                "y": [count for _, count in bins],
                "width": _BIN / timedelta(milliseconds=1),
                "marker": {"color": "@first", "line": {"color": "@ground", "width": 1}},
                "hovertemplate": "%{y} alerts about %{x|%H:%M} UTC<extra></extra>",
            }
        ],
        layout={
            "showlegend": False,
            "xaxis": {"title": "time, UTC", "type": "date", **_span(facts)},
            "yaxis": {"title": "alerts", "rangemode": "tozero", "tickformat": ",d", "nticks": 6},
            "shapes": [
                {
                    "type": "rect",
                    "xref": "x",
                    "yref": "paper",
                    "y0": 0,
                    "y1": 1,
                    "x0": _x(gap.start),
                    "x1": _x(gap.end),
                    "layer": "below",
                    "fillcolor": "@second/0.25",
                    "line": {"width": 0},
                }
                for feed in facts.feeds
                for gap in feed.gaps or ()
            ],
        },
        columns=[
            column("from", "From, UTC", "time"),
            column("to", "To, UTC", "time"),
            column("alerts", "Alerts", "number"),
        ],
        rows=[[at, at + _BIN, count] for at, count in bins],
        note=note,
        height=260,
        empty=None if bins else "No alert of known time is on record.",
    )


def search_chart(facts: DeploymentFacts) -> Part:
    """Return when each feed was searched, with its gaps marked, and the faces of each search."""
    names = list(dict.fromkeys(one.feed for one in facts.feeds))
    traces: list[dict[str, Any]] = []
    for feed in facts.feeds:
        end = feed.ended or feed.started
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [_x(feed.started), _x(end)],
                "y": [feed.feed, feed.feed],
                "line": {"color": "@first", "width": _BAR_PX},
                "hovertemplate": "searched<extra></extra>",
                "showlegend": False,
            }
        )
    for kind, mark in _GAP_MARKS.items():
        traces += _gap_traces(facts, kind, mark)
    return chart(
        "searches",
        "What was searched, and where nothing was",
        alt=_search_words(facts),
        traces=traces,
        layout={
            "xaxis": {"title": "time, UTC", "type": "date", **_span(facts)},
            "yaxis": {
                "type": "category",
                "categoryarray": names[::-1],
                "categoryorder": "array",
                "range": [-0.6, len(names) - 0.4],
            },
            "showlegend": True,
            "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
            "margin": {"l": 90, "r": 16, "t": 8, "b": 48},
        },
        columns=[
            column("feed", "Feed"),
            column("what", "What"),
            column("from", "From, UTC", "time"),
            column("to", "To, UTC", "time"),
            column("seconds", "Seconds", "number"),
        ],
        rows=_search_rows(facts),
        note="Faces are counted for each search and kept by no shorter time: see the table below.",
        height=150 + 34 * len(names),
        empty=None if facts.feeds else "Nothing was searched.",
    )


def decision_chart(decisions: DecisionFacts) -> Part:
    """Return how long it took from each alert to its decision, as counts of stretches."""
    counts = [getattr(decisions, name) for name, _ in DECISION_STRETCHES]
    labels = [*_SHORT_LABELS, "undecided"]
    said = ", ".join(
        f"{label}: {n}" for label, n in zip(labels, [*counts, decisions.undecided], strict=True)
    )
    return chart(
        "decisions",
        "Time from alert to decision",
        alt=f"Bars of {decisions.alerts} alerts. {said}.",
        traces=[
            {
                "type": "bar",
                "x": labels,
                "y": [*counts, decisions.undecided],
                "marker": {"color": ["@first"] * len(counts) + ["@second"]},
                "text": [f"{n:,}" for n in [*counts, decisions.undecided]],
                "textposition": "outside",
                "cliponaxis": False,
                "hovertemplate": "%{y} alerts<extra></extra>",
            }
        ],
        layout={
            "showlegend": False,
            "xaxis": {"title": "to the verdict that settled it"},
            "yaxis": {"title": "alerts", "rangemode": "tozero", "tickformat": ",d", "nticks": 6},
        },
        columns=[column("time", "Time to decision"), column("alerts", "Alerts", "number")],
        rows=[
            *([words, n] for (_, words), n in zip(DECISION_STRETCHES, counts, strict=True)),
            ["undecided: the verdicts are not complete", decisions.undecided],
        ],
        note=f"Of the {decisions.alerts:,} alerts that are still there, from the alert to the "
        "verdict that settled it; later corrections do not change it.",
        height=260,
        empty=None if decisions.alerts else "No alert is there any more, or none was raised.",
    )


def _bins(facts: DeploymentFacts) -> list[tuple[datetime, int]]:
    known = {one.start: one.alerts for one in facts.timeline}
    if not known:
        return []
    found, at = [], min(known)
    while at <= max(known):
        found.append((at, known.get(at, 0)))
        at += _BIN
    return found


def _span(facts: DeploymentFacts) -> dict[str, Any]:
    """Return the range of both charts of time: the searches, and the alerts if they reach out."""
    starts = [one.started for one in facts.feeds] + [one.start for one in facts.timeline]
    ends = [one.ended or one.started for one in facts.feeds]
    ends += [one.start + _BIN for one in facts.timeline]
    if not starts:
        return {}
    first, last = min(starts), max(ends)
    edge = max((last - first) * 0.02, timedelta(minutes=1))
    return {"range": [_x(first - edge), _x(last + edge)]}


def _gap_traces(facts: DeploymentFacts, kind: str, mark: str) -> list[dict[str, Any]]:
    found: list[tuple[FeedFacts, Gap]] = [
        (feed, gap) for feed in facts.feeds for gap in feed.gaps or () if gap.kind == kind
    ]
    if not found:
        return []
    xs: list[str | None] = []
    ys: list[str | None] = []
    for feed, gap in found:
        xs += [_x(gap.start), _x(gap.end), None]
        ys += [feed.feed, feed.feed, None]
    middles = [_x(gap.start + (gap.end - gap.start) / 2) for _, gap in found]
    return [
        {
            "type": "scatter", "mode": "lines", "x": xs, "y": ys, "showlegend": False,
            "line": {"color": "@second", "width": _BAR_PX}, "hoverinfo": "skip",
        },
        {
            "type": "scatter", "mode": "markers", "x": middles, "y": [one.feed for one, _ in found],
            "name": f"gap: {kind}", "marker": {"color": "@ink", "symbol": mark, "size": 10},
            "hovertemplate": "%{x|%H:%M:%S} UTC, middle of the gap<extra></extra>",
        },
    ]  # fmt: skip


def _search_rows(facts: DeploymentFacts) -> list[list[object]]:
    rows: list[list[object]] = []
    for feed in facts.feeds:
        took = None if feed.ended is None else (feed.ended - feed.started).total_seconds()
        rows.append([feed.feed, "search", feed.started, feed.ended, took])
        rows += [
            [
                feed.feed,
                f"gap: {gap.kind}",
                gap.start,
                gap.end,
                (gap.end - gap.start).total_seconds(),
            ]
            for gap in feed.gaps or ()
        ]
    return rows


def _alert_words(bins: list[tuple[datetime, int]]) -> str:
    if not bins:
        return "No alerts of known time."
    most_at, most = max(bins, key=lambda one: one[1])
    total = sum(count for _, count in bins)
    return (
        f"{total} alerts from {bins[0][0]:%H:%M} to {bins[-1][0] + _BIN:%H:%M} UTC; the most in "
        f"{ALERT_BIN_MINUTES} minutes were {most}, from {most_at:%H:%M}."
    )


def _search_words(facts: DeploymentFacts) -> str:
    said = []
    for feed in facts.feeds:
        gaps = feed.gaps or ()
        lost = sum((gap.end - gap.start).total_seconds() for gap in gaps)
        told = f"{len(gaps)} gaps of {later_words(lost)} in all" if gaps else "no gap known"
        until = "no end on record" if feed.ended is None else f"{feed.ended:%H:%M}"
        said.append(f"{feed.feed} from {feed.started:%H:%M} to {until}, {told}")
    return "Searches by feed: " + "; ".join(said) + "."


def _x(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
