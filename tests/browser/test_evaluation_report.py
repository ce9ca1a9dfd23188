"""The report of an evaluation in a real browser: offline, on a phone, in the dark, by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from evaluation_pages import measured, page_of
from page_checks import CONTRAST

from workbench.reports.evaluation_rendering import render_evaluation

pytestmark = pytest.mark.browser

OUTSIDE = """() => [...document.querySelectorAll('svg.chart')].flatMap((svg) => {
    const box = svg.viewBox.baseVal;
    return [...svg.querySelectorAll('text, path, circle, rect')].map((one) => [one, one.getBBox()])
        .filter(([, b]) => b.x < -1 || b.y < -1 || b.x + b.width > box.width + 1
            || b.y + b.height > box.height + 1)
        .map(([one]) => one.textContent || one.outerHTML);
})"""
"""A script that returns what of a chart reaches beyond its view box."""


LETTERS = """() => [...document.querySelectorAll('svg.chart')]
    .map((svg) => [svg, svg.getBoundingClientRect().width])
    .filter(([, width]) => width > 0)
    .map(([svg, width]) => [width, 14 * width / svg.viewBox.baseVal.width])"""
"""A script that returns how wide each chart that is shown is, and how high its letters are, in px."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("report") / "report.html"
    place.write_text(render_evaluation(page_of(measured(groups=True))), "utf-8")
    return place.as_uri()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "light"), (1280, "dark")])
def test_it_fits_and_asks_for_nothing(
    width: int, scheme: str, address: str, open_page: Callable[..., Any]
) -> None:
    watched = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = watched.page
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(CONTRAST.replace(".lfr-panel *", "body *:not(svg *)")) == []
    assert page.locator("svg.chart:visible").count() == 4
    for wide, letters in page.evaluate(LETTERS):
        assert wide == page.locator("main").bounding_box()["width"], "as wide as the page has room"
        assert letters >= 12
    assert (watched.outside, watched.complaints) == ([], [])


def test_on_paper_the_wide_charts_and_whole_tables_are_shown(
    address: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(viewport={"width": 700, "height": 900}).page
    page.emulate_media(media="print")
    page.goto(address)
    assert page.locator("svg.roomy:visible").count() == 4
    assert page.locator("svg.narrow:visible").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
    for wide, letters in page.evaluate(LETTERS):
        assert wide <= 700
        assert letters >= 10


def test_the_figures_of_a_chart_are_one_key_away(
    address: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(viewport={"width": 1280, "height": 900}).page
    page.goto(address)
    first = page.locator("details").first
    table = first.locator("table")
    assert not table.is_visible()
    first.locator("summary").focus()
    page.keyboard.press("Enter")
    assert table.is_visible()
    assert table.locator("thead th").all_inner_texts()[0] == "Threshold"
    page.get_by_role("link", name="Scores", exact=True).click()
    assert page.url.endswith("#scores")


@pytest.mark.parametrize("width", [1280, 390])
def test_names_of_series_do_not_lie_over_each_other(
    width: int, address: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(viewport={"width": width, "height": 900}).page
    page.goto(address)
    for chart in page.locator("svg.chart:visible").all():
        boxes = [one.bounding_box() for one in chart.locator("text.direct").all()]
        for at, one in enumerate(boxes):
            for other in boxes[at + 1 :]:
                apart = (
                    one["x"] + one["width"] <= other["x"]
                    or other["x"] + other["width"] <= one["x"]
                    or one["y"] + one["height"] <= other["y"] + 4
                    or other["y"] + other["height"] <= one["y"] + 4
                )
                assert apart, (chart.get_attribute("aria-labelledby"), one, other)
