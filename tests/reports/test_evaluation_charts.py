"""Charts as drawings: what a figure is, is where it stands."""

from __future__ import annotations

import re

import pytest

from workbench.reports.evaluation_charts import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Axis,
    Drawing,
    Series,
    draw,
)

LINEAR = Axis("x", 0.0, 10.0, [(0.0, "0"), (10.0, "10")])
LOG = Axis("y", 0.001, 1.0, [(0.001, "1 in 1,000"), (1.0, "all")], is_log=True)


def drawn(*series: Series, **options: object) -> Drawing:
    return draw("chart", "A chart", "What it shows.", x=LINEAR, y=LOG, series=series, **options)  # type: ignore[arg-type]


def test_no_figure_leaves_axes_and_ticks() -> None:
    drawing = drawn()
    assert {one.css for one in drawing.strokes} == {"grid"}
    assert {one.text for one in drawing.labels} == {"0", "10", "1 in 1,000", "all", "x", "y"}
    assert drawing.marks == ()


@pytest.mark.parametrize(("value", "share"), [(0.001, 0.0), (0.01, 1 / 3), (1.0, 1.0), (0.0, 0.0)])
def test_equal_ratios_are_equal_steps(value: float, share: float) -> None:
    assert LOG.share(value) == pytest.approx(share)


@pytest.mark.parametrize(("value", "share"), [(-5.0, 0.0), (2.5, 0.25), (99.0, 1.0)])
def test_what_lies_beyond_an_end_is_put_at_it(value: float, share: float) -> None:
    assert LINEAR.share(value) == pytest.approx(share)


def test_points_stand_at_their_figures_with_their_intervals() -> None:
    drawing = drawn(
        Series("p", [(5.0, 0.1)], "points", 1, spans=[(0.01, 1.0)], spans_x=[(2.5, 7.5)])
    )
    (mark,) = drawing.marks
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    assert (mark.x, mark.shape) == (pytest.approx(LEFT + width / 2, abs=0.1), "square")
    assert mark.y == pytest.approx(TOP + height / 3, abs=0.1)
    upright, level = (one.path for one in drawing.strokes if one.css.startswith("span"))
    x, top, foot = map(float, re.fullmatch(r"M(\S+) (\S+)V(\S+)", upright).groups())  # type: ignore[union-attr]
    assert (x, top, foot) == pytest.approx((mark.x, TOP, TOP + height * 2 / 3), abs=0.1)
    left, y, right = map(float, re.fullmatch(r"M(\S+) (\S+)H(\S+)", level).groups())  # type: ignore[union-attr]
    assert (left, y, right) == pytest.approx(
        (LEFT + width / 4, mark.y, LEFT + width * 3 / 4), abs=0.1
    )


def test_a_line_has_a_band_where_it_has_intervals() -> None:
    points = [(0.0, 0.5), (10.0, 0.05)]
    assert not [s for s in drawn(Series("l", points)).strokes if "band" in s.css]
    drawing = drawn(Series("l", points, spans=[(0.2, 0.9), (0.01, 0.1)], label_at=1))
    (band,) = [one for one in drawing.strokes if "band" in one.css]
    assert band.path.count("L") == 3
    assert band.path.endswith("Z")
    (name,) = [one for one in drawing.labels if one.css.startswith("direct")]
    assert (name.text, name.anchor) == ("l", "end"), "it does not reach over the side"


def test_counts_are_drawn_as_steps_from_the_foot() -> None:
    (area,) = [
        one
        for one in drawn(Series("a", [(0.0, 0.1), (5.0, 0.01)], "area")).strokes
        if "area" in one.css
    ]
    foot = HEIGHT - BOTTOM
    assert area.path.startswith(f"M{LEFT} {foot}V")
    assert area.path.endswith(f"V{foot}Z")
    assert area.path.count("H") == 1


def test_the_threshold_stands_upright_with_its_words() -> None:
    drawing = drawn(line_at=(2.5, "T 2.50"))
    (line,) = [one for one in drawing.strokes if one.css == "chosen"]
    assert line.path == f"M{LEFT + (WIDTH - LEFT - RIGHT) / 4} {TOP}V{HEIGHT - BOTTOM}"
    assert "T 2.50" in {one.text for one in drawing.labels}
