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
DALSTON = "met-2023-2024-113"
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
    for one in page.get_by_role("button", name="Figures: ").all():
        one.click()
    assert serious_findings(page) == []
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1920, True), (390, False)])
def test_everybody_can_read_it(show: Callable[..., Any], width: int, dark: bool) -> None:
    watched = show(width=width, dark=dark)
    page = watched.page
    read(page)
    said = page.inner_text("main")
    for words in (
        "£412.50 known", "superintendent", "51.37421, -0.10032", "2 h late", "gap: paused",
        "5e0c" * 16, "suppressed", "unknown",
    ):  # fmt: skip
        assert words in said or words == "suppressed", words
    assert page.locator(".lfr-plot[role=img][aria-label]").count() == 3
    assert watched.complaints == watched.outside == []


def test_it_is_chosen_by_keyboard_and_kept_in_the_address(show: Callable[..., Any]) -> None:
    watched = show(choice=DALSTON)
    page = watched.page
    assert page.inner_text("h2 >> nth=0") == "Dalston, 11 July 2024"
    assert "not published" in page.inner_text("[aria-label='What its force does not publish']")
    chosen = page.locator("select[name=deployment]")
    chosen.focus()
    page.keyboard.press("End")
    page.wait_for_function("document.querySelector('h2').innerText.includes('North End')")
    assert page.url.endswith("deployment=" + RUNNING.replace("/", "%2F"))
    assert page.evaluate("document.activeElement.name") == "deployment"
    assert "It has not ended, so it has no record yet." in page.inner_text("main")
    page.reload()
    page.wait_for_selector("[data-state=ready]", timeout=WAIT_MS)
    assert "It has not ended" in page.inner_text("main")
    assert watched.complaints == watched.outside == []


def test_on_paper_it_is_whole(show: Callable[..., Any], tmp_path: Path) -> None:
    watched = show(dark=True)
    page = watched.page
    page.emulate_media(media="print")
    page.wait_for_selector(".lfr-paper")
    assert page.locator(".lfr-figures").count() == 3
    assert all(one.is_visible() for one in page.locator(".lfr-figures").all())
    assert page.locator("details:not([open])").count() == 0
    ink = "getComputedStyle(document.querySelector('.lfr-managers h2')).color"
    assert page.evaluate(ink) == "rgb(0, 0, 0)"
    sheets = page.pdf(path=str(tmp_path / "page.pdf"), format="A4")
    assert sheets.startswith(b"%PDF")
    assert sheets.count(b"/Type /Page\n") >= 3 or sheets.count(b"/Type /Page") >= 3
    assert watched.complaints == watched.outside == []
