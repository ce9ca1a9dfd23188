"""The overview's charts over time: a line ends where faces began to be counted in another way."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

import dataframely as dy
import polars as pl

from widgets.managers_parts import Part, cell, chart, column, rate_words
from workbench.outcomes import OutcomeRecords, summarise
from workbench.rate_words import few_or_many

__all__ = ["eras_of", "rates_chart", "trend_chart"]

_SHOWN: Final[Mapping[str, str]] = {
    "deployments": "deployments",
    "faces_seen": "faces seen",
    "total_alerts": "alerts",
    "arrests": "arrests",
}
_SYMBOLS: Final = ("circle", "square", "diamond", "triangle-up", "cross", "x")
_LONGEST_STEP: Final[Mapping[str, timedelta]] = {
    "month": timedelta(days=62),
    "year": timedelta(days=731),
}
_GAP: Final = 0.035
_UNSAID: Final = "not said"
_Records = dy.DataFrame[OutcomeRecords]


def eras_of(records: _Records) -> list[tuple[str, str | None, date]]:
    """Return each way of counting faces with a letter and its first day, the earliest first."""
    first = (
        records.filter(pl.col("state") == "completed")
        .group_by("counting_method")
        .agg(pl.col("date").min())
        .sort("date", "counting_method")
    )
    return [(_letter(at), way, day) for at, (way, day) in enumerate(first.iter_rows())]


def trend_chart(records: _Records, step: str) -> Part:
    """Return deployments, faces, alerts and arrests by month or year, one above the other.

    Args:
        records: newest versions.
        step: `month` or `year`.
    """
    eras = eras_of(records)
    letters = {way: letter for letter, way, _ in eras}
    sums = _over_time(records, step)
    traces: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"xaxis": {"type": "date", "anchor": f"y{len(_SHOWN)}"}}
    height = (1 + _GAP) / len(_SHOWN)
    for at, (name, said) in enumerate(_SHOWN.items()):
        axis = "y" if at == 0 else f"y{at + 1}"
        top = 1 - at * height
        layout[f"yaxis{'' if at == 0 else at + 1}"] = {
            "title": said,
            "domain": [max(0.0, top - height + _GAP), top],
            "rangemode": "tozero",
        }
        for place, (letter, way, _) in enumerate(eras):
            of_era = sums.filter(pl.col("counting_method").eq_missing(pl.lit(way)))
            traces.append(
                _line(of_era, name, step, axis=axis, said=f"{letter}, {said}", place=place)
            )
    layout["shapes"] = [
        {
            "type": "line", "xref": "x", "yref": "paper", "x0": day, "x1": day, "y0": 0, "y1": 1,
            "line": {"color": "@ink", "width": 1, "dash": "dot"},
        }
        for _, _, day in eras[1:]
    ]  # fmt: skip
    layout["annotations"] = [
        {
            "x": day, "y": 1, "xref": "x", "yref": "paper", "text": letter, "showarrow": False,
            "xanchor": "left", "yanchor": "bottom", "xshift": 2,
        }
        for letter, _, day in eras
    ]  # fmt: skip
    layout["margin"] = {"l": 8, "r": 12, "t": 24, "b": 8}
    columns = [
        column("period", step.capitalize(), "text"),
        column("counted", "Counted as"),
        column("deployments", "Deployments", "number"),
        column("faces_seen", "Faces seen", "number"),
        column("total_alerts", "Alerts", "number"),
        column("false_alerts", "False alerts", "number"),
        column("arrests", "Arrests", "number"),
    ]
    rows = [
        [
            one["said"],
            f"{letters[one['counting_method']]}: {one['counting_method'] or _UNSAID}",
            *(one[key] for key in ("deployments", *list(_SHOWN)[1:3], "false_alerts", "arrests")),
        ]
        for one in sums.iter_rows(named=True)
    ]
    return chart(
        "trend", f"By {step}", alt=_alt(sums, eras), traces=traces, layout=layout, columns=columns,
        rows=rows, height=640, note=_era_words(eras), empty=None if rows else _NOTHING,
    )  # fmt: skip


def rates_chart(records: _Records) -> Part:
    """Return both rates of false alerts of each way of counting, side by side, with intervals."""
    sums = summarise(records, ["counting_method"])
    by_way = {one["counting_method"]: one for one in sums.iter_rows(named=True)}
    eras = [(letter, by_way[way]) for letter, way, _ in eras_of(records)]
    layout: dict[str, Any] = {
        "xaxis": {"domain": [0, 0.46], "type": "category"},
        "xaxis2": {"domain": [0.54, 1], "type": "category", "anchor": "y2"},
    }
    traces: list[dict[str, Any]] = []
    for at, (name, said) in enumerate(_RATES.items()):
        suffix = "" if at == 0 else "2"
        told = [(letter, one) for letter, one in eras if one[f"{name}_high"] is not None]
        layout[f"yaxis{suffix}"] = {
            "title": f"false alerts of {said}",
            "anchor": f"x{suffix}",
            **_log_axis([(one[f"{name}_low"], one[f"{name}_high"]) for _, one in told]),
        }
        traces += _points(told, name, suffix, ("@first", "@second")[at])
    columns = [
        column("counted", "Counted as"),
        column("false_alerts", "False alerts", "number"),
        *(
            one
            for name, said in _RATES.items()
            for one in (
                column(f"{name}_n", said.capitalize(), "number"),
                column(name, f"False alerts of {said}", "number"),
                column(f"{name}_interval", f"Interval, of {said}"),
            )
        ),
    ]
    rows = [
        [
            f"{letter}: {one['counting_method'] or _UNSAID}",
            one["false_alerts"],
            *(part for name, said in _RATES.items() for part in _rate_cells(one, name, said)),
        ]
        for letter, one in eras
    ]
    note = (
        "Points with their 95 % interval, each way of counting by itself. A triangle: no false "
        "alert was seen, and the rate may be anything up to it. Faces were counted differently, "
        "so that points on the left are not to be compared with each other."
    )
    return chart(
        "rates", "False alerts over faces and over alerts", traces=traces, layout=layout, note=note,
        alt="Both rates of false alerts for each way of counting faces; the table has the figures.",
        columns=columns, rows=rows, empty=None if traces else _NOTHING,
    )  # fmt: skip


_RATES: Final[Mapping[str, str]] = {"false_of_faces": "faces seen", "false_of_alerts": "alerts"}
_NOTHING: Final = "No deployment here says what would be drawn."


def _over_time(records: _Records, step: str) -> pl.DataFrame:
    """Return sums of each step and way of counting, with the mean day and the step in words."""
    unit, form = {"month": ("1mo", "%B %Y"), "year": ("1y", "%Y")}[step]
    key = pl.col("date").dt.truncate(unit)
    days = (
        records.filter(pl.col("state") == "completed")
        .group_by("counting_method", key.alias("step"))
        .agg(pl.col("date").mean().cast(pl.Date).alias("day"))
    )
    sums = summarise(records, ["counting_method", step]).filter(pl.col("deployments") > 0)
    if step == "year":
        sums = sums.with_columns(pl.date(pl.col("year"), 1, 1).alias("step"))
    else:
        sums = sums.rename({"month": "step"})
    joined = sums.join(days, on=["counting_method", "step"], nulls_equal=True)
    return joined.sort("day").with_columns(said=pl.col("step").dt.strftime(form))


def _line(
    of_era: pl.DataFrame, name: str, step: str, *, axis: str, said: str, place: int
) -> dict[str, Any]:
    """Return a line of one way of counting; it has a gap where nothing was deployed meanwhile."""
    x: list[date] = []
    y: list[int | None] = []
    words: list[str] = []
    before: date | None = None
    for day, value, when in of_era.select("day", name, "said").iter_rows():
        if before is not None and day - before > _LONGEST_STEP[step]:
            x.append(before + (day - before) / 2)
            y.append(None)
            words.append("")
        x.append(day)
        y.append(value)
        words.append(when)
        before = day
    return {
        "type": "scatter", "mode": "lines+markers", "x": x, "y": y, "text": words, "yaxis": axis,
        "name": said, "line": {"color": "@first", "width": 2},
        "marker": {"symbol": _SYMBOLS[place % len(_SYMBOLS)], "size": 7},
        "hovertemplate": "%{text}: %{y:,}<extra></extra>",
    }  # fmt: skip


def _points(
    told: Sequence[tuple[str, Mapping[str, Any]]], name: str, suffix: str, colour: str
) -> list[dict[str, Any]]:
    """Return the points that were seen, and the bounds where no false alert was."""
    seen = [(letter, one) for letter, one in told if one[f"{name}_count"]]
    none = [(letter, one) for letter, one in told if not one[f"{name}_count"]]
    usual = {"type": "scatter", "mode": "markers", "xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
    of = _RATES[name]

    def hover(some: Sequence[tuple[str, Mapping[str, Any]]]) -> list[str]:
        return [
            f"{letter}: " + "\n".join(rate_words(one[f"{name}_count"], one[f"{name}_n"], of))
            for letter, one in some
        ]

    found: list[dict[str, Any]] = []
    if told:
        found.append(
            usual
            | {
                "x": [letter for letter, _ in seen],
                "y": [one[name] for _, one in seen],
                "text": hover(seen),
                "marker": {"color": colour, "size": 10},
                "error_y": {
                    "type": "data", "symmetric": False, "color": colour,
                    "array": [one[f"{name}_high"] - one[name] for _, one in seen],
                    "arrayminus": [one[name] - one[f"{name}_low"] for _, one in seen],
                },
                "hovertemplate": "%{text}<extra></extra>",
            }
        )  # fmt: skip
    if none:
        found.append(
            usual
            | {
                "x": [letter for letter, _ in none],
                "y": [one[f"{name}_high"] for _, one in none],
                "text": hover(none),
                "marker": {"color": colour, "size": 11, "symbol": "triangle-down-open"},
                "hovertemplate": "%{text}<extra></extra>",
            }
        )
    return found


def _log_axis(ends: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Return an axis that tells rates as one in so many, with room for all intervals."""
    if not ends:
        return {"range": [0, 1]}
    low = min((one for one, _ in ends if one > 0), default=min(high for _, high in ends) / 10)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(max(high for _, high in ends)))
    ticks = [10.0**power for power in range(first, last + 1)]
    words = ["all" if one >= 1 else f"1 in {round(1 / one):,}" for one in ticks]
    return {"type": "log", "range": [first, last], "tickvals": ticks, "ticktext": words}


def _rate_cells(one: Mapping[str, Any], name: str, said: str) -> tuple[object, ...]:
    count, n = one[f"{name}_count"], one[f"{name}_n"]
    rate = one[name]
    interval = rate_words(count, n, said)[1].removeprefix("95 % interval: ")
    return n, cell(rate, "unknown" if rate is None else few_or_many(rate)), interval


def _alt(sums: pl.DataFrame, eras: Sequence[tuple[str, str | None, date]]) -> str:
    if sums.is_empty():
        return "Nothing is drawn."
    return (
        f"Four lines of points, from {sums['said'][0]} to {sums['said'][-1]}: deployments, faces "
        f"seen, alerts and arrests, in {len(eras)} stretches that are not joined. The table has "
        "the figures."
    )


def _era_words(eras: Sequence[tuple[str, str | None, date]]) -> str:
    named = "; ".join(f"{letter}: {way or 'how is ' + _UNSAID}" for letter, way, _ in eras)
    if len(eras) < 2:  # noqa: PLR2004 - a break parts two
        return f"Faces were counted in one way ({named})."
    return (
        "Dotted: from here on faces were counted in another way, so lines are broken and not to be "
        f"read across it. {named}. A point stands at the mean day of its deployments."
    )


def _letter(at: int) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return letters[at] if at < len(letters) else f"{letters[at % len(letters)]}{at // len(letters)}"
