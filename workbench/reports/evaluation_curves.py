"""The curves of an identification: DET, both rates against the threshold, and CMC, as sections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from workbench.evaluation.few_errors import AT_MOST
from workbench.evaluation.shown import Shown, shown_of_rank, shown_of_rate
from workbench.intervals import FEWEST_EXPECTED_ERRORS
from workbench.reports.evaluation_charts import Axis, Series, draw
from workbench.reports.evaluation_page import Column, FigureTable, Section
from workbench.reports.evaluation_words import (
    NOT_HERE,
    between,
    exact,
    found,
    one_in_ticks,
    rate,
    score,
    ticks,
)

__all__ = ["cmc_section", "det_section", "rates_section"]

_MOST_POINTS = 400
_MOST_ROWS = 60
_RANKS_NAMED = 6
_NUMBERS = tuple(
    Column(name)
    for name in (
        "Threshold", "False alarms", "FPIR", "95 %, exact", "95 %, by people",
        "Misses", "FNIR", "95 %, exact", "95 %, by people",
    )
)  # fmt: skip


def det_section(rates: pl.DataFrame, chosen: pl.DataFrame) -> Section:
    """Return the DET curve with points at chosen thresholds.

    Args:
        rates: columns of `RatesAt`, by threshold.
        chosen: the same at thresholds to mark.
    """
    seen = rates.filter((pl.col("false_alarms") > 0) & (pl.col("misses") > 0))
    title = "FNIR against FPIR (DET)"
    if len(seen) < 2:  # noqa: PLR2004 - a line takes two points
        return Section(
            "det", title,
            ["Fewer than two thresholds have both a false alarm and a miss: no curve to draw."],
        )  # fmt: skip
    low_x, low_y = 0.5 / int(rates["nonmated"][0]), 0.5 / int(rates["mated"][0])
    line = [(row["fpir"], row["fnir"]) for row in _thinned(seen).iter_rows(named=True)]
    marks = chosen.filter((pl.col("false_alarms") > 0) & (pl.col("misses") > 0)).to_dicts()
    drawing = draw(
        "det-chart",
        "DET curve",
        "Share of listed people who are missed against the share of searches of others that "
        "raise a false alarm, both axes logarithmic, with points at the thresholds of the table.",
        x=Axis("FPIR: searches of people not listed that raise a false alarm", low_x, 1.0,
             one_in_ticks(low_x), is_log=True),
        y=Axis("FNIR: searches of listed people that miss them", low_y, 1.0,
             one_in_ticks(low_y), is_log=True),
        series=[
            Series("FNIR", sorted(line), "line"),
            Series(
                "thresholds of the table",
                [(row["fpir"], row["fnir"]) for row in marks],
                "points",
                1,
                [_span(shown_of_rate(row, "fnir")) for row in marks],
                [_span(shown_of_rate(row, "fpir")) for row in marks],
            ),
        ],
    )  # fmt: skip
    return Section(
        "det", title,
        [("Lower and further left is better. Bars are 95 % intervals, by people from three errors "
         "on, else exact. Thresholds at which nobody is missed or no false alarm is seen have no "
         "place on logarithmic axes.")],
        drawing,
        _table("Points of the curve", chosen),
        [f"The whole curve is in det.parquet. {AT_MOST}"],
    )  # fmt: skip


def rates_section(rates: pl.DataFrame, unit: str, threshold: float | None) -> Section:
    """Return both rates against the threshold, with their intervals."""
    series = []
    for place, name in enumerate(("fpir", "fnir")):
        rows = rates.filter(pl.col(name) > 0).to_dicts()
        spans = [_span(shown_of_rate(row, name)) for row in rows]
        points = [(row["threshold"], row[name]) for row in rows]
        middle = _label_at([y for _, y in points])
        series.append(Series(name.upper(), points, "line", place, spans, label_at=middle))
    low, high = float(rates["threshold"].min()), float(rates["threshold"].max())  # type: ignore[arg-type]
    floor = 0.5 / max(int(rates["nonmated"][0]), int(rates["mated"][0]), 1)
    drawing = draw(
        "rates-chart",
        "Both error rates against the threshold",
        "FPIR falls and FNIR rises as the threshold rises; bands are 95 % intervals.",
        x=Axis(f"threshold, {unit}", low, high, ticks(low, high)),
        y=Axis("share of searches", floor, 1.0, one_in_ticks(floor), is_log=True),
        series=series,
        line_at=None if threshold is None else (threshold, f"T {score(threshold)}"),
    )
    return Section(
        "rates", "Both rates against the threshold",
        [("A higher threshold raises fewer false alarms (FPIR) and misses more listed people "
         "(FNIR). Bands are 95 % intervals, by people from three errors on, else exact. A line "
         "ends where no error is seen.")],
        drawing,
        _table("Both rates at thresholds a step apart", rates[:: max(len(rates) // _MOST_ROWS, 1)]),
        [f"All of them are in rates.parquet. {AT_MOST}"],
    )  # fmt: skip


def cmc_section(cmc: pl.DataFrame, people: int) -> Section:
    """Return the share of listed people found within each rank, at any score.

    Args:
        cmc: columns of `CmcCurve`, by rank.
        people: on the list; beyond as many ranks there is nobody.
    """
    title = "Found within a rank (CMC)"
    if not len(cmc):
        return Section("cmc", title, ["There is no search of a listed person to rank."])
    rows = cmc.filter(pl.col("rank") <= people).to_dicts()
    ends = [_span(shown_of_rank(row)) for row in rows]
    lowest = min(low for low, _ in ends)
    foot = max(0.0, int(lowest * 10) / 10 - (0.1 if lowest < 1 else 0))
    most = rows[-1]["rank"]
    drawing = draw(
        "cmc-chart",
        "CMC curve",
        "Share of searches of listed people in which the person is within the first ranks.",
        x=Axis("rank", 1, max(most, 2), [(k, str(k)) for k in _ranks(most)]),
        y=Axis("share of searches", foot, 1.0, ticks(foot, 1.0, 5)),
        series=[
            Series(
                "found",
                [(row["rank"], row["rate"]) for row in rows],
                "line",
                spans=ends,
            )
        ],
    )
    columns = tuple(Column(name) for name in ("Rank", "Found", "Of", "Share", "95 %"))
    return Section(
        "cmc", title,
        [("For search with people who look through a candidate list: the person may stand at any "
         "rank up to this one, at any score. Intervals are by people from three who are not "
         "found on, else exact. The axis of shares may begin above 0. That of ranks ends with the "
         "list, or at 50.")],
        drawing,
        FigureTable(
            "Searches of listed people in which the person is within a rank",
            columns,
            [
                (str(row["rank"]), f"{row['found']:,}", f"{row['mated']:,}",
                 *found(row["mated"] - row["found"], row["mated"], row["rate"], *end))
                for row, end in zip(rows, ends, strict=True)
            ],
        ),
    )  # fmt: skip


def _ranks(most: int) -> list[int]:
    """Return the ranks that the axis names, the first and the last among them."""
    step = next((one for one in (1, 2, 5) if most <= _RANKS_NAMED * one), 10)
    named = [k for k in range(step, most, step) if k > 1 and most - k > step / 2]
    return sorted({1, *named, most})


def _table(caption: str, rates: pl.DataFrame) -> FigureTable:
    return FigureTable(caption, _NUMBERS, [_row(row) for row in rates.iter_rows(named=True)])


def _row(row: dict[str, Any]) -> Sequence[str]:
    return (
        score(row["threshold"]),
        f"{row['false_alarms']:,} of {row['nonmated']:,}",
        _rate(row["fpir"], row["false_alarms"]),
        exact(row["false_alarms"], row["nonmated"], row["fpir_low"], row["fpir_high"]),
        between(row["fpir_boot_low"], row["fpir_boot_high"]),
        f"{row['misses']:,} of {row['mated']:,}",
        _rate(row["fnir"], row["misses"]),
        exact(row["misses"], row["mated"], row["fnir_low"], row["fnir_high"]),
        between(row["fnir_boot_low"], row["fnir_boot_high"]),
    )


def _rate(value: float | None, errors: int) -> str:
    """Return a rate; of fewer than three errors there is none."""
    if value is None or errors >= FEWEST_EXPECTED_ERRORS:
        return rate(value)
    return NOT_HERE


def _span(shown: Shown) -> tuple[float, float]:
    return shown.low, shown.high


def _thinned(rates: pl.DataFrame) -> pl.DataFrame:
    return rates[:: max(len(rates) // _MOST_POINTS, 1)]


def _label_at(values: Sequence[float]) -> int | None:
    """Return where a curve has most room for its name: nearest the middle of its range."""
    if not values:
        return None
    middle = (max(values) + min(values)) / 2
    return min(range(len(values)), key=lambda at: abs(values[at] - middle))
