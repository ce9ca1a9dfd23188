"""Both rates of false alerts with their intervals, for each way in which faces were counted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import dataframely as dy

from widgets.managers_parts import Part, cell, chart, column, rate_words
from widgets.outcomes_trend import eras_of
from workbench.outcomes import OutcomeRecords, summarise
from workbench.rate_words import few_or_many

__all__ = ["rates_chart"]

_UNSAID: Final = "not said"
_NOTHING: Final = "No deployment here says what would be drawn."
_RATES: Final[Mapping[str, str]] = {"false_of_faces": "faces seen", "false_of_alerts": "alerts"}
_Records = dy.DataFrame[OutcomeRecords]


def rates_chart(records: _Records) -> Part:
    """Return both rates of false alerts of each way of counting, side by side, with intervals."""
    sums = summarise(records, ["counting_method"])
    by_way = {one["counting_method"]: one for one in sums.iter_rows(named=True)}
    eras = [(letter, by_way[way]) for letter, way, _ in eras_of(records)]
    named = [letter for letter, _ in eras]
    letters = {"type": "category", "categoryorder": "array", "categoryarray": named}
    layout: dict[str, Any] = {
        "xaxis": {"domain": [0, 0.46], **letters},
        "xaxis2": {"domain": [0.54, 1], "anchor": "y2", **letters},
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
    narrow = {name: dict(axis) for name, axis in layout.items()}
    narrow["xaxis"]["domain"] = narrow["xaxis2"]["domain"] = [0, 1]
    narrow["yaxis"]["domain"], narrow["yaxis2"]["domain"] = [0.56, 1], [0, 0.44]
    columns = [
        column("counted", "Counted as"),
        column("false_alerts", "False alerts", "number"),
        *(
            one
            for name, said in _RATES.items()
            for one in (
                column(f"{name}_n", said.capitalize(), "number"),
                column(name, f"False alerts of {said}", "number"),
                column(f"{name}_interval", f"Interval, of {said}", "short"),
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
        "alert was seen, and the rate may be anything up to it."
    )
    if len(eras) > 1:
        note += (
            " Faces were counted differently, so that points on the left are not to be compared "
            "with each other."
        )
    return chart(
        "rates", "False alerts over faces and over alerts", traces=traces, layout=layout, note=note,
        alt="Both rates of false alerts for each way of counting faces; the table has the figures.",
        columns=columns, rows=rows, height=400, narrow=narrow,
        empty=None if traces else _NOTHING,
    )  # fmt: skip


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
    low = min(one if one > 0 else high / 2 for one, high in ends)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(max(high for _, high in ends)))
    ticks = [10.0**power for power in range(first, last + 1)]
    words = ["all" if one >= 1 else f"1 in {round(1 / one):,}" for one in ticks]
    return {"type": "log", "range": [first, last], "tickvals": ticks, "ticktext": words}


def _rate_cells(one: Mapping[str, Any], name: str, said: str) -> tuple[object, ...]:
    count, n = one[f"{name}_count"], one[f"{name}_n"]
    rate = one[name]
    interval = rate_words(count, n, said)[1].removeprefix("95 % interval: ")
    return n, cell(rate, "unknown" if rate is None else few_or_many(rate)), interval
