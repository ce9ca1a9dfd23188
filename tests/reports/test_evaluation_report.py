"""The report of an identification says what was measured, what was not, and never more."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from evaluation_pages import compared, measured, page_of

from workbench.evaluation.equity import equity_at
from workbench.evaluation.equity_synthetic import synthetic_measurement
from workbench.evaluation.equity_words import equity_sentences
from workbench.evaluation.measurement import Measurement
from workbench.evaluation.results import identification_result
from workbench.reports.evaluation_equity import equity_sections
from workbench.reports.evaluation_frames import headline_threshold, identification_frames
from workbench.reports.evaluation_identification import identification_page
from workbench.reports.evaluation_page import EvaluationPage, Section
from workbench.reports.evaluation_rendering import render_evaluation
from workbench.reports.evaluation_words import between, of_hundred, one_in

HOSTILE = "</title></style><script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"


def section(page: EvaluationPage, name: str) -> Section:
    return next(one for one in page.sections if one.id == name)


def test_the_headline_names_threshold_list_rates_counts_and_data() -> None:
    page = page_of(measured())
    for words in (
        "At T = ",
        "120 references on the list",
        " of 400 searches",
        "Measured on volunteers, its tuning people",
    ):
        assert words in page.headline, words
    assert "of 100 searches of listed people miss them" in page.headline
    assert "%" not in page.headline.replace("95 %", "")


def test_where_no_rate_can_be_measured_the_headline_is_the_bound() -> None:
    page = page_of(measured(others=20, mated=40))
    assert page.headline.startswith("No FPIR asked for can be measured here: with 20 searches")
    assert "FPIR may be 0.150 (rule of three)" in page.headline
    assert not [one for one in page.sections if one.is_extrapolated]
    tpir = section(page, "tpir").table
    assert tpir is not None
    assert all(row[6:] == ("not measurable here", "") for row in tpir.rows)


def of_people(people: int) -> Measurement:
    """Return the measurement with the searches of each kind shared out to so many people."""
    found = measured()
    named = pl.format("{} {}", pl.col("mated"), pl.col("top_score").rank("ordinal") * people // 521)
    searches = found.searches.with_columns(identity=named)
    return dataclasses.replace(found, searches=searches)


def test_every_interval_shown_is_by_people_from_three_errors_on() -> None:
    measurement = of_people(40)
    result = identification_result(measurement.searches, measurement.references, replicates=50)
    frames = identification_frames(measurement, result)
    page = identification_page(measurement, result, frames)
    first = result["tpir_at_fpir"]["0.1"]
    assert first["fpir_boot_high"] > 1.1 * first["fpir_high"], "people err together"
    tpir, cmc = section(page, "tpir").table, section(page, "cmc").table
    assert tpir is not None
    assert cmc is not None
    assert tpir.rows[0][4] == between(first["fpir_boot_low"], first["fpir_boot_high"])
    assert tpir.rows[0][7] == between(first["tpir_boot_low"], first["tpir_boot_high"])
    rank1 = frames.cmc.row(0, named=True)
    assert cmc.rows[0][4] == between(rank1["boot_low"], rank1["boot_high"])
    assert cmc.rows[0][4] != between(rank1["low"], rank1["high"])
    top = result["tpir_at_fpir"][min(_measurable(result), key=float)]
    assert of_hundred(top["fpir_boot_low"], top["fpir_boot_high"]) in page.headline
    listed = next(one for one in page.figures if one.label == "First at any score")
    kept = result["cmc"][0]
    assert listed.note == f"95 % {between(kept['boot_low'], kept['boot_high'])}"


def _measurable(result: dict[str, Any]) -> list[str]:
    return [name for name, row in result["tpir_at_fpir"].items() if row["measurable"]]


def test_what_few_errors_are_worth_stands_under_the_table() -> None:
    measurement = measured()
    result = identification_result(measurement.searches, measurement.references, replicates=50)
    notes = section(page_of(measurement), "tpir").notes
    for row in result["tpir_at_fpir"].values():
        words = row["few_errors"]
        told = [one for one in notes if words is not None and words in one]
        assert (words is None) == (row["false_alarms"] >= 30) == (not told)
    assert any("(rule of three)" in one or "times the rate" in one for one in notes)


def test_each_chart_has_its_figures_as_a_table() -> None:
    page = page_of(measured())
    drawn = [one for one in page.sections if one.drawing is not None]
    assert [one.id for one in drawn] == ["det", "rates", "scores", "cmc"]
    for one in drawn:
        assert one.table is not None, one.id
        assert len(one.table.rows) > 3
        assert {len(row) for row in one.table.rows} == {len(one.table.columns)}
    html = render_evaluation(page)
    assert html.count("The same figures as a table") == len(drawn)


def test_the_axis_of_ranks_ends_with_the_list() -> None:
    whole = measured(others=400, mated=12)
    result = identification_result(whole.searches, whole.references, replicates=20)
    cmc = section(identification_page(whole, result, identification_frames(whole, result)), "cmc")
    assert cmc.table is not None
    assert cmc.drawing is not None
    assert [row[0] for row in cmc.table.rows] == [str(rank) for rank in range(1, 13)]
    labels = {one.text for one in cmc.drawing.labels if one.css == "tick"}
    assert {"1", "12"} <= labels
    assert "20" not in labels
    long = section(page_of(measured()), "cmc").table
    assert long is not None
    assert len(long.rows) == 50


def test_charts_fit_a_narrow_page_and_a_wide_one() -> None:
    html = render_evaluation(page_of(measured()))
    assert html.count('class="chart roomy"') == html.count('class="chart narrow"') == 4
    assert "min-width: 560px" not in html[html.index("svg.chart {") : html.index("svg.narrow")]
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_few_errors_are_said_once_with_the_rates_they_are_of() -> None:
    notes = section(page_of(measured()), "tpir").notes
    few = [one.partition(". ")[2] for one in notes if " asked for. " in one]
    assert few
    assert len(few) == len(set(few))


def test_the_scores_are_all_in_the_distribution() -> None:
    table = section(page_of(measured()), "scores").table
    assert table is not None
    assert sum(int(row[2]) for row in table.rows) == 120
    assert sum(int(row[3]) for row in table.rows) == 400


def test_longer_lists_are_labelled_wherever_they_stand() -> None:
    longer = section(page_of(measured()), "longer")
    assert longer.is_extrapolated
    assert longer.table is not None
    assert longer.table.columns[1].heading == "FPIR, extrapolated"
    assert [row[0] for row in longer.table.rows] == ["240", "600", "10,000", "20,000"]
    assert '<span class="label">extrapolated</span>' in render_evaluation(page_of(measured()))


def test_without_comparisons_longer_lists_are_reckoned_from_searches() -> None:
    page = page_of(measured())
    text = section(page, "longer").text[0]
    assert "1 - (1 - FPIR)^(N/M)" in text
    assert "no check stands beside it" in text
    assert not {"checked", "comparisons"} & {one.id for one in page.sections}
    whole = measured()
    result = identification_result(whole.searches, whole.references, replicates=50)
    frames = identification_frames(whole, result)
    at = headline_threshold(result)
    alarms = whole.searches.filter(~pl.col("mated"), pl.col("top_score") >= at).height
    assert frames.longer["label"][0].startswith(
        f"extrapolated from {alarms} of 400 searches of 120 references to a list of 240"
    )
    assert frames.longer["fpir"][0] == pytest.approx(1 - (1 - alarms / 400) ** 2)
    assert not {"checked", "comparisons", "comparison_det"} & set(frames.tables())


def test_the_check_stands_before_what_is_reckoned_from_comparisons() -> None:
    whole = measured()
    page = page_of(whole, compared(whole))
    names = [one.id for one in page.sections]
    assert names[names.index("comparisons") :][:3] == ["comparisons", "checked", "longer"]
    check = section(page, "checked")
    assert check.is_extrapolated
    assert check.table is not None
    assert [row[0] for row in check.table.rows] == ["15", "30", "60", "120"]
    assert [row[2].split(" of ")[1] for row in check.table.rows] == ["520"] * 4
    assert "of 62,280 comparisons" in section(page, "longer").text[0]
    assert "1 - (1 - FMR)^N" in section(page, "longer").text[0]
    html = render_evaluation(page)
    assert html.count('<span class="label">extrapolated</span>') == 2


def test_rates_of_fewer_than_three_errors_are_bounds_wherever_they_stand() -> None:
    whole = measured()
    far = page_of(whole, compared(whole, -6.0))
    single, check = section(far, "comparisons").table, section(far, "checked").table
    longer = section(far, "longer").table
    assert single is not None
    assert check is not None
    assert longer is not None
    assert single.rows[0][2:4] == (
        "0 of 62,280",
        "not measurable here: at most 1 in 20,000 (rule of three)",
    )
    assert single.rows[2][3].startswith("not measurable here: at most ")
    for row in check.rows:
        assert row[2] == "0 of 520"
        assert row[1].startswith("not measurable here: at most ")
        assert row[3] == row[5] == "not measurable here"
        assert row[7] == "too few"
    assert all(row[1].startswith("not measurable here: at most ") for row in longer.rows)


def test_rates_of_comparisons_are_never_called_fpir() -> None:
    whole = measured()
    single = section(page_of(whole, compared(whole)), "comparisons")
    assert single.text[0].startswith("Comparison level, and never FPIR")
    assert single.table is not None
    assert [row[0] for row in single.table.rows] == ["FMR", "FNMR", "EER"]
    false, missed, equal = single.table.rows
    assert (false[2].split(" of ")[1], missed[2].split(" of ")[1]) == ("62,280", "120")
    count = int(false[2].split(" of ")[0])
    assert false[3] == one_in(count / 62_280)
    assert " of 62,280 and " in equal[2]
    assert not any("FPIR" in one.heading for one in single.table.columns)


def test_failures_to_enrol_are_counted() -> None:
    table = section(page_of(measured()), "acquire").table
    assert table is not None
    assert [row[1] for row in table.rows] == ["1 of 120", "1 of 120", "0 of 120", "0 of 400"]


def test_without_groups_it_says_that_equity_was_not_measured() -> None:
    page = page_of(measured())
    assert section(page, "equity").title == "Equity not measured"
    assert "does not say which group" in section(page, "equity").text[0]
    compared = page_of(measured(groups=True))
    assert section(compared, "equity").title.startswith("Groups at T =")
    assert not [one for one in compared.sections if one.title == "Equity not measured"]


def test_groups_in_a_report_are_told_as_on_the_page_and_the_terminal() -> None:
    result = equity_at(synthetic_measurement().searches, 0.6, replicates=10)
    sections = equity_sections(result)
    said = [line for one in sections for line in one.notes if " times as frequent " in line]
    assert said
    assert set(said) <= set(equity_sentences(result))
    assert not any(re.search(r"\b0\.\d+ times", line) for line in said)
    table = sections[0].table
    assert table is not None
    told = {row[1]: row[4] for row in table.rows if row[0] == "FPIR"}
    assert told["group D"] == "suppressed"
    assert told["group A"] == "3"


def test_people_it_was_tuned_on_are_told_from_a_locked_test() -> None:
    assert any("no locked test" in one for one in page_of(measured()).notices)
    opened = {
        "split": "test",
        "opened": datetime(2026, 11, 27, 13, tzinfo=UTC),
        "opened_by": "ann",
        "opened_for": "street/1",
    }
    page = page_of(measured(**opened))
    assert not any("no locked test" in one for one in page.notices)
    assert (
        "Locked test set opened",
        "2026-11-27 13:00 UTC by ann for policy street/1",
    ) in page.provenance


def test_provenance_is_whole() -> None:
    found = dict(page_of(measured()).provenance)
    assert found["Numbers the encoders ran in"] == "int8"
    assert found["Digest of the protocol"] == "ab" * 32
    assert found["Calibration"] == "lfw-tuning/1"
    assert found["Encoder sface"] == "artefact sface-2021dec, dimension 128"


@pytest.mark.parametrize("field", ["data_set", "rule", "name"])
def test_what_people_typed_is_text_and_nothing_else(field: str) -> None:
    html = render_evaluation(page_of(measured(**{field: HOSTILE})))
    assert "<script" not in html
    assert "<img" not in html
    assert "49" not in html[html.index("<h1>") : html.index("</h1>")]
    assert "&lt;script&gt;" in html


def test_a_page_asks_for_nothing_and_is_the_same_each_time() -> None:
    page = page_of(measured(groups=True))
    html = render_evaluation(page)
    assert html == render_evaluation(dataclasses.replace(page))
    assert "default-src 'none'" in html
    assert "http" not in html.replace("http-equiv", "")
    assert html.count("<h1>") == 1
    assert len(html.encode()) < 200_000
