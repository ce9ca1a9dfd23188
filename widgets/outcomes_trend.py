"""The overview's charts over time: a line ends where faces began to be counted in another way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

import dataframely as dy
import polars as pl

from widgets.managers_parts import Part, chart, column
from workbench.outcomes import OutcomeRecords, summarise

__all__ = ["eras_of", "trend_chart"]

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
_NOTHING: Final = "No deployment here says what would be drawn."
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
            "tickformat": ",d",
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
            "xanchor": "left", "yanchor": "bottom", "xshift": 2, "yshift": 14 * (at % 2),
        }
        for at, (letter, _, day) in enumerate(eras)
    ]  # fmt: skip
    layout["margin"] = {"l": 8, "r": 12, "t": 36, "b": 8}
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
        "name": said, "line": {"color": "@first", "width": 2}, "cliponaxis": False,
        "marker": {"symbol": _SYMBOLS[place % len(_SYMBOLS)], "size": 7},
        "hovertemplate": "%{text}: %{y:,}<extra></extra>",
    }  # fmt: skip


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
