"""Where deployments were, of those whose record says it: points on degrees, without map tiles."""

from __future__ import annotations

import math
from typing import Any, Final

import dataframely as dy
import polars as pl

from widgets.managers_parts import Part, chart, column, words
from workbench.outcomes import OutcomeRecords

__all__ = ["NEVER_GUESSED", "map_part"]

NEVER_GUESSED: Final = "Coordinates are never guessed from the name of a place."
_KM_A_DEGREE: Final = 111.32
"""Of latitude, and of longitude at the equator (WGS 84, mean)."""
_MOST_LABELS: Final = 12
_LEAST_SPAN: Final = 0.02
_WIDE: Final = 1.8
"""So many times as wide as high is what is shown, for the words at the points."""
_Records = dy.DataFrame[OutcomeRecords]


def map_part(records: _Records) -> Part:
    """Return the map, or words where no record holds coordinates."""
    held = records.filter(pl.col("state") == "completed")
    placed = held.filter(pl.col("latitude").is_not_null())
    if placed.is_empty():
        return words(
            "map",
            f"None of the {held.height:,} records here holds coordinates, so there is nothing to "
            f"draw. {NEVER_GUESSED}",
            mark="none",
        )
    points = (
        placed.group_by("latitude", "longitude", maintain_order=True)
        .agg(
            pl.col("place").first(),
            pl.len().alias("deployments"),
            pl.col("total_alerts").sum().alias("alerts"),
            pl.col("total_alerts").null_count().alias("silent"),
        )
        .sort("deployments", descending=True)
    )
    columns = [
        column("place", "Place"),
        column("latitude", "Latitude, degrees", "number"),
        column("longitude", "Longitude, degrees", "number"),
        column("deployments", "Deployments", "number"),
        column("alerts", "Alerts", "number"),
    ]
    rows = [
        [
            one["place"], f"{one['latitude']:.5f}", f"{one['longitude']:.5f}", one["deployments"],
            None if one["silent"] else one["alerts"],
        ]
        for one in points.iter_rows(named=True)
    ]  # fmt: skip
    note = (
        f"{placed.height:,} of {held.height:,} deployments, those whose record holds coordinates. "
        f"{NEVER_GUESSED} North is up; a larger point is more deployments."
    )
    return chart(
        "map", "Deployments on axes of degrees", alt=f"{points.height} points on axes of degrees.",
        traces=[_trace(points)], layout=_layout(points), columns=columns, rows=rows, note=note,
        height=480,
    )  # fmt: skip


def _trace(points: pl.DataFrame) -> dict[str, Any]:
    named = points.height <= _MOST_LABELS
    most = int(points["deployments"].max())  # type: ignore[arg-type]  # never null: counted
    sizes = [10 + 20 * math.sqrt(one / most) for one in points["deployments"]]
    labels = [
        f"{place}, {many}" for place, many in points.select("place", "deployments").iter_rows()
    ]
    return {
        "type": "scatter",
        "mode": "markers+text" if named else "markers",
        "x": points["longitude"].to_list(),
        "y": points["latitude"].to_list(),
        "text": labels,
        "textposition": "top center",
        "cliponaxis": False,
        "marker": {
            "size": sizes, "color": "@first/0.6", "line": {"color": "@ink", "width": 1},
        },
        "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip


def _layout(points: pl.DataFrame) -> dict[str, Any]:
    """Return axes on which a kilometre is as long either way, and a bar of some of them."""
    north, south = _ends(points["latitude"])
    east, west = _ends(points["longitude"])
    narrower = max(0.01, math.cos(math.radians((north + south) / 2)))
    room = max(0.0, _WIDE * (north - south) / narrower - (east - west)) / 2
    east, west = east + room, west - room
    wide_km = (east - west) * _KM_A_DEGREE * narrower
    km = _round_km(wide_km / 4)
    long = km / (_KM_A_DEGREE * narrower)
    at = south + 0.04 * (north - south)
    return {
        "xaxis": {"title": "longitude, degrees", "range": [west, east], "constrain": "domain"},
        "yaxis": {
            "title": "latitude, degrees", "range": [south, north], "scaleanchor": "x",
            "scaleratio": 1 / narrower, "constrain": "domain",
        },
        "shapes": [
            {
                "type": "line", "x0": west, "x1": west + long, "y0": at, "y1": at,
                "line": {"color": "@ink", "width": 4},
            }
        ],
        "annotations": [
            {
                "x": west, "y": at, "text": f"{km:g} km", "showarrow": False, "xanchor": "left",
                "yanchor": "bottom",
            }
        ],
    }  # fmt: skip


def _ends(values: pl.Series) -> tuple[float, float]:
    """Return the greater and the lesser end, with room around."""
    least, most = float(values.min()), float(values.max())  # type: ignore[arg-type]  # not null
    room = max(_LEAST_SPAN, most - least) * 0.2
    return most + room, least - room


def _round_km(wanted: float) -> float:
    """Return 1, 2 or 5 times a power of ten, at most what is wanted."""
    power = 10.0 ** math.floor(math.log10(wanted))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= wanted * (1 + 1e-9))
