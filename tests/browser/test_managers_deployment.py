"""The page of one deployment in a real browser: read, chosen by keyboard, in the dark, on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from accessibility import serious_findings
from deployment_facts_values import ENDED, RUNNING, drawn_snapshot
from page_checks import CONTRAST
from panel_page import DARK
from served_panel import served_panel

from widgets.deployment_page import DeploymentPage

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

WAIT_MS = 60_000
DRAWN = "document.querySelectorAll('.lfr-plot[data-drawn]').length === 3"


@pytest.fixture
def show(open_page: Callable[..., Any], tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Give a function that shows the page at an address and returns it."""
    folder = drawn_snapshot(tmp_path / "snapshot")
    with ExitStack() as stack:

        def start(*, dark: bool = False, width: int = 1280, choice: str = ENDED) -> Any:
            page = DeploymentPage(folder)
            stack.callback(page.close)
            style = tmp_path / "theme.css"
            style.write_text(f":root {{ --jp-layout-color0:#111; {DARK} }}")
            address = stack.enter_context(
                served_panel(page, style if dark else None, light=not dark)
            )
            watched = open_page(viewport={"width": width, "height": 1000})
            watched.page.goto(f"{address}#deployment={choice}")
            watched.page.wait_for_selector("[data-state=ready]", timeout=WAIT_MS)
            if choice == ENDED:
                watched.page.wait_for_function(DRAWN, timeout=WAIT_MS)
            return watched

        yield start


def read(page: Any) -> None:
    """Look at all that can be opened, and fail where somebody is shut out of it."""
    page.eval_on_selector_all("details", "all => all.forEach((one) => { one.open = true; })")
    page.eval_on_selector_all(
        "button[aria-expanded=false]", "all => all.forEach((one) => one.click())"
    )
    assert serious_findings(page) == []
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_is_read_and_chosen_by_keyboard_at_a_desk_and_on_a_phone(
    show: Callable[..., Any],
) -> None:
    watched = show()
    page = watched.page
    read(page)
    said = page.inner_text("main")
    for words in (
        "£412.50 known", "superintendent", "51.37421, -0.10032", "2 h late", "gap: paused",
        "5e0c" * 16, "3 other categories together", "Late: the list was destroyed 2 h after",
    ):  # fmt: skip
        assert words in said, words
    assert page.locator(".lfr-plot[role=img][aria-label]").count() == 3
    page.set_viewport_size({"width": 390, "height": 800})
    read(page)
    chosen = page.locator("select[name=deployment]")
    chosen.focus()
    page.keyboard.press("End")
    page.wait_for_function("document.querySelector('main').innerText.includes('no record yet')")
    assert page.url.endswith("deployment=" + RUNNING.replace("/", "%2F"))
    assert page.evaluate("document.activeElement.name") == "deployment"
    page.keyboard.press("ArrowUp")
    page.wait_for_function("document.querySelector('main').innerText.includes('not published')")
    page.reload()
    page.wait_for_selector("[data-state=ready]", timeout=WAIT_MS)
    assert page.inner_text("h2 >> nth=0") == "Stratford, 11 February 2020"
    assert watched.complaints == watched.outside == []


def test_it_is_read_in_the_dark_and_is_whole_on_paper(
    show: Callable[..., Any], tmp_path: Path
) -> None:
    watched = show(dark=True, width=1920)
    page = watched.page
    assert serious_findings(page) == []
    assert page.evaluate(CONTRAST) == []
    page.emulate_media(media="print")
    page.wait_for_selector(".lfr-paper")
    assert page.locator(".lfr-figures").count() == 3
    assert all(one.is_visible() for one in page.locator(".lfr-figures").all())
    assert page.locator("details:not([open])").count() == 0
    over = "all => all.filter((one) => one.scrollHeight > one.clientHeight + 2).length"
    assert page.eval_on_selector_all(".lfr-scroll", over) == 0, "tables reach over what follows"
    ink = "getComputedStyle(document.querySelector('.lfr-managers h2')).color"
    assert page.evaluate(ink) == "rgb(0, 0, 0)"
    sheets = page.pdf(path=str(tmp_path / "page.pdf"), format="A4")
    assert sheets.count(b"/Type /Page\n") + sheets.count(b"/Type /Page ") >= 3
    assert watched.complaints == watched.outside == []
