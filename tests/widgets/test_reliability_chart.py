"""The reliability plot: what can be measured is drawn with its interval, and nothing else is."""

from __future__ import annotations

import json

import numpy as np
import pytest

from widgets.reliability_chart import reliability_chart
from workbench.evaluation.calibration_quality import reliability
from workbench.hygiene.charts import chart_fault


def test_every_measurable_bin_is_drawn_with_its_interval() -> None:
    random = np.random.default_rng(0)
    mated = np.arange(4_000) < 1_000
    ratios = random.normal(np.where(mated, 1.0, -1.0), 0.8)
    table = reliability(ratios, mated)
    figure = reliability_chart(table, data="sface <test> people")
    measured = table.filter("measurable")
    assert 3 < len(measured) < len(table)
    line, points = figure.data
    assert list(points.x) == measured["stated"].to_list()
    assert list(points.y) == measured["observed"].to_list()
    for at, row in enumerate(measured.to_dicts()):
        assert points.y[at] + points.error_y.array[at] == pytest.approx(row["observed_high"])
        assert points.y[at] - points.error_y.arrayminus[at] == pytest.approx(row["observed_low"])
        assert list(points.customdata[at]) == [row["mated"], row["nonmated"]]
    assert list(line.x) == list(line.y)
    assert line.x[0] <= min(points.x)
    assert line.x[1] >= max(points.x)
    filled = sum(row["mated"] + row["nonmated"] > 0 for row in table.to_dicts())
    assert f"{len(measured)} of {filled} bins can be measured" in figure.layout.title.text
    assert "&lt;test&gt;" in figure.layout.title.text
    assert chart_fault(json.loads(figure.to_json())) is None


def test_too_few_are_said_to_be_too_few() -> None:
    figure = reliability_chart(reliability([1.0, -1.0], [True, False]), data="two")
    (points,) = figure.data
    assert not points.x
    assert "Too few comparisons" in figure.layout.annotations[0].text
    assert "0 of 2 bins can be measured" in figure.layout.title.text
