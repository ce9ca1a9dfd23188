"""Charts as drawings: what a figure is, is where it stands."""

from __future__ import annotations

import itertools
import re

import pytest

from workbench.reports.evaluation_charts import (
    NARROW,
    WIDE,
    Axis,
    Drawing,
    Series,
    draw,
)

LEFT, RIGHT, TOP, BOTTOM = WIDE.left, WIDE.right, WIDE.top, WIDE.bottom
WIDTH, HEIGHT = WIDE.width, WIDE.height
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


def test_the_same_figures_are_laid_out_for_a_narrow_page() -> None:
    long = Axis("FPIR: searches of people not listed that raise a false alarm", 0.0, 10.0,
                [(0.0, "0"), (5.0, "5"), (10.0, "10")])  # fmt: skip
    wide = draw("c", "A chart", "Why.", x=long, y=LOG, series=[Series("p", [(5.0, 0.1)], "points")])
    narrow = wide.narrow
    assert narrow is not None
    assert (narrow.id, narrow.page, narrow.narrow) == ("c-narrow", NARROW, None)
    (mark,) = narrow.marks
    inner = NARROW.width - NARROW.left - NARROW.right
    assert mark.x == pytest.approx(NARROW.left + inner / 2, abs=0.1)
    assert (mark.y - NARROW.top) / (NARROW.height - NARROW.top - NARROW.bottom) == pytest.approx(
        1 / 3, abs=0.01
    )
    names = [one for one in narrow.labels if one.css == "axis" and one.text != "y"]
    assert " ".join(one.text for one in names) == long.label, "no word is lost"
    assert len(names) == 2
    for one in narrow.labels:
        half = len(one.text) * 3.5
        low, high = {"middle": (half, half), "start": (0, 2 * half), "end": (2 * half, 0)}[
            one.anchor
        ]
        assert one.x - low >= 0, one.text
        assert one.x + high <= NARROW.width + 1, one.text


def test_texts_of_an_axis_do_not_run_into_each_other() -> None:
    many = Axis(
        "x", 1e-6, 1.0, [(10.0**-k, f"1 in {10**k:,}") for k in range(6, -1, -1)], is_log=True
    )
    narrow = draw("c", "A chart", "Why.", x=many, y=LINEAR, series=[]).narrow
    assert narrow is not None
    texts = sorted(
        (one.x, len(one.text))
        for one in narrow.labels
        if one.css == "tick" and one.anchor == "middle"
    )
    assert 2 <= len(texts) < 7
    for (left, first), (right, second) in itertools.pairwise(texts):
        assert right - left >= 3.5 * (first + second)
    assert sum(one.css == "grid" for one in narrow.strokes) == 9, "every line stays"


def test_names_that_would_lie_over_each_other_are_set_apart() -> None:
    drawing = drawn(
        Series("people not listed", [(5.0, 0.1)], "points", label_at=0),
        Series("listed people", [(5.2, 0.1)], "points", 1, label_at=0),
    )
    for one in (drawing, drawing.narrow):
        assert one is not None
        first, second = (label for label in one.labels if label.css.startswith("direct"))
        assert second.y - first.y >= 20
