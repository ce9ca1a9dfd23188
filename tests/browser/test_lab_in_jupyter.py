"""The lab with its kernel in JupyterLab and Voila, and the comparison of encoders in a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from drawn_page import notebook_of
from jupyter_servers import unknown
from lab_page import BAR, DRAWN, SCROLLER, moved
from lab_scores import synthetic_measurement
from operator_steps import DEAF, PATIENCE_MS, served, shown
from page_checks import CONTRAST, NEVER
from panel_page import DARK
from served_panel import served_panel

from widgets import EncoderComparison
from workbench.matching.calibration import load_calibration

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

WAIT_MS = 30_000


def the_slider_stays_in_sight(page: Any) -> None:
    """At the end of the lab it lies at the top of what scrolls, and nothing lies over it."""
    begins = page.evaluate(SCROLLER)
    assert begins is not None
    top, bottom, height = page.evaluate(BAR)
    assert begins - 1 <= top <= begins + 17
    assert bottom - top <= height / 4
    before = page.get_attribute(".lfr-lab", "data-place")
    box = page.locator(".lfr-slide input").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2)
    assert page.get_attribute(".lfr-lab", "data-place") != before, "nothing lies over it"


@pytest.mark.parametrize("app", ["lab", "voila"])
def test_in_jupyter_the_slider_stays_in_sight_and_moves_every_figure(
    app: str, open_page: Callable[..., Any], tmp_path: Path
) -> None:
    cell = (
        "from widgets import ThresholdLab\n"
        "from lab_scores import synthetic_measurement\n"
        "ThresholdLab(synthetic_measurement(), list_size=1240, faces=14_000)"
    )
    notebook = notebook_of(tmp_path / "tune.ipynb", cell)
    with served(app, tmp_path / "served", notebook) as address:
        watched = open_page(viewport={"width": 1280, "height": 900})
        page = watched.page
        shown(app, page, address)
        page.wait_for_function(DRAWN, timeout=PATIENCE_MS)
        the_slider_stays_in_sight(page)
        page.locator("input[type=range]").focus()
        assert moved(page, lambda: page.keyboard.press("PageUp")) == []
        assert moved(page, lambda: page.keyboard.press("PageDown")) == []
        page.get_by_label("Faces expected").fill("77")
        page.get_by_text("and 77 faces:").first.wait_for(timeout=WAIT_MS)
        if app == "lab":
            page.keyboard.press("Escape")
            page.locator(".jp-Notebook").first.click(position={"x": 2, "y": 2})
            page.keyboard.press("Control+s")
            page.wait_for_timeout(1000)
            saved = (tmp_path / "served" / notebook.name).read_text("utf-8")
            assert len(saved) < 5_000, "neither figures nor the charts' program are saved"
        assert watched.outside == []
        assert unknown(watched.complaints, DEAF) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_comparison_is_drawn_in_words_shapes_and_lines(
    open_page: Callable[..., Any], tmp_path: Path, theme: str
) -> None:
    pair = {"first": synthetic_measurement(), "second": synthetic_measurement(shift=0.03)}
    comparison = EncoderComparison(pair, replicates=50)
    comparison.wait()
    style = tmp_path / "theme.css"
    style.write_text(f":root {{ --jp-layout-color0:#111; {DARK} }}")
    dark = theme == "dark"
    with served_panel(comparison, style if dark else None, light=not dark) as address:
        watched = open_page(viewport={"width": 1280, "height": 1000})
        page = watched.page
        page.goto(address)
        page.locator(".lfr-plot[data-drawn]").wait_for(timeout=WAIT_MS)
        text = page.inner_text("body")
        for row in [*comparison.words["rates"], *comparison.words["differences"]]:
            assert row["words"] in text
        lines = page.evaluate(
            "document.querySelector('.lfr-plot').data.map((one) => [one.name, one.line.dash])"
        )
        assert lines == [["first", "solid"], ["second", "dash"]]
        for row in comparison.words["rates"]:
            assert row["detail"] in text
        told = [one["better"] for one in comparison.words["differences"] if one["measurable"]]
        assert text.count(" is better here") == sum(one is not None for one in told)
        assert text.count("not told by this data") == told.count(None)
        heads = page.locator(".lfr-compared th[scope=col]").all_inner_texts()
        assert heads[0] == "Matcher"
        assert heads[-3:] == ["Against first", "Searches that find the person", "In words"]
        page.get_by_role("button", name="Table: Differences").click()
        table = page.locator(".lfr-lab-table:not([hidden]) th").all_inner_texts()
        assert table[:3] == ["matcher", "held against", "false alarms allowed (FPIR)"]
        assert not any("_" in head for head in table)
        ends = page.evaluate(
            "document.querySelector('.lfr-plot').data.map((one) => Math.min(...one.x))"
        )
        nonmated = comparison.words["rates"][0]["nonmated"]
        assert all(end >= 3 / nonmated - 1e-9 for end in ends)
        with page.expect_download() as download:
            page.get_by_role("button", name="Save as CSV: Differences").click()
        download.value.save_as(tmp_path / "differences.csv")
        frame = pl.read_csv(tmp_path / "differences.csv", comment_prefix='"#')
        known = [one["difference"] for one in comparison.words["differences"]]
        assert frame["difference"].to_list() == pytest.approx(known)
        assert page.evaluate(CONTRAST) == []
        assert NEVER.search(text) is None
        assert watched.complaints == watched.outside == []
    comparison.close()


def test_whoever_was_fitted_on_the_people_shown_is_marked_in_words(
    open_page: Callable[..., Any],
) -> None:
    own = synthetic_measurement()
    here = {
        "data_set": load_calibration().provenance.data_set, "split": "tuning",
        "matcher": "fused", "calibration": load_calibration().id,
    }  # fmt: skip
    fused = replace(own, facts=own.facts.model_copy(update=here))
    other = {"data_set": here["data_set"], "split": "tuning", "matcher": "sface"}
    sface = replace(own, facts=own.facts.model_copy(update=other))
    comparison = EncoderComparison({"sface fp32": sface, "fused fp32": fused}, replicates=50)
    comparison.wait()
    with served_panel(comparison, None, light=True) as address:
        watched = open_page(viewport={"width": 390, "height": 1000})
        page = watched.page
        page.goto(address)
        page.locator(".lfr-plot[data-drawn]").wait_for(timeout=WAIT_MS)
        marked = page.locator(".lfr-compared th", has_text="fitted on these people: flattered")
        assert [one.split("\n")[0] for one in marked.all_inner_texts()] == [
            "fused fp32", "Against fused fp32",
        ]  # fmt: skip
        assert page.get_by_text("what a fresh bench uses").count() == 1
        assert page.get_by_text("fitted on these very people").count() == 1
        assert page.get_by_text("These are press photographs").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert watched.complaints == watched.outside == []
    comparison.close()
