"""Distributions of scores for a chart: how many searches, or pairs, fall into each step."""

from __future__ import annotations

import numpy as np
import polars as pl

from workbench.reports.evaluation_charts import Axis, Drawing, Series, draw
from workbench.reports.evaluation_page import Column, FigureTable, Section
from workbench.reports.evaluation_words import count_ticks, score, ticks

__all__ = ["distribution"]

_STEPS = 40
_FLOOR = 0.7
"""Foot of the axis of counts, below 1, so that a single one can be seen."""


def distribution(
    mated: pl.Series,
    others: pl.Series,
    unit: str,
    *,
    names: tuple[str, str],
    threshold: float | None,
    text: str,
) -> Section:
    """Return the section of the scores of both kinds, on a logarithmic scale of counts.

    Args:
        mated: scores, null where there is none.
        others: likewise.
        unit: of both.
        names: what each is called beside its outline.
        threshold: marked in the chart, if there is one.
        text: what is compared with what.
    """
    values = [np.asarray(one.drop_nulls().to_numpy(), np.float64) for one in (mated, others)]
    every = np.concatenate(values)
    if not len(every):
        return Section("scores", "Scores", [text, "No search returned a score."])
    low, high = float(every.min()), float(every.max())
    edges = np.linspace(low, high if high > low else low + 1.0, _STEPS + 1)
    counts = [np.histogram(one, edges)[0] for one in values]
    return Section(
        "scores",
        "Scores",
        [text],
        _chart(edges, counts, unit, names, threshold),
        FigureTable(
            f"Scores in steps of {edges[1] - edges[0]:.3g} ({unit}), and how many fall into each",
            (Column("From"), Column("To"), Column(names[0]), Column(names[1])),
            [
                (score(edges[k]), score(edges[k + 1]), f"{counts[0][k]:,}", f"{counts[1][k]:,}")
                for k in range(_STEPS)
                if counts[0][k] or counts[1][k]
            ],
        ),
        ["Counts are drawn on a logarithmic scale: each line upwards is ten times as many."],
    )


def _chart(
    edges: np.ndarray[tuple[int], np.dtype[np.float64]],
    counts: list[np.ndarray[tuple[int], np.dtype[np.int64]]],
    unit: str,
    names: tuple[str, str],
    threshold: float | None,
) -> Drawing:
    most = max(int(one.max()) for one in counts)
    low, high = float(edges[0]), float(edges[-1])
    series = []
    for place, (name, count) in enumerate(zip(names, counts, strict=True)):
        other = counts[1 - place]
        points = [(float(edges[k]), max(float(count[k]), _FLOOR)) for k in range(len(count))] + [
            (high, _FLOOR)
        ]
        # Where it stands out most from the other kind its name has room.
        lead = int(np.argmax(np.log(count + 1.0) - np.log(other + 1.0)))
        series.append(Series(name, points, "area", place, label_at=lead))
    return draw(
        "scores",
        "Distribution of scores",
        f"How many scores of {names[0]} and of {names[1]} fall into each of {_STEPS} steps.",
        x=Axis(f"score, {unit}", low, high, ticks(low, high)),
        y=Axis("how many", _FLOOR, max(most * 1.6, 2.0), count_ticks(most), is_log=True),
        series=series,
        line_at=None if threshold is None else (threshold, f"T {score(threshold)}"),
    )
