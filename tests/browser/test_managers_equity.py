"""The page of equity as a manager opens it: drawn, read on any screen, by keyboard, and on paper."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from accessibility import serious_findings
from equity_facts_values import equity_facts_of
from jupyter_servers import ROOT, unknown, voila
from managers_values import snapshot_folder
from page_checks import CONTRAST

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

NOTEBOOK = ROOT / "notebooks" / "managers" / "53_equity.ipynb"
PATIENCE_MS = 240_000
READ = (
    "1 of 2",
    "Equity not measured: whom its errors fall on is not known.",
    "Equity measured on custody set 4, test people",
    "group D: FNIR suppressed (fewer than 30 people; 18 people, 36 searches).",
    "after Holm's correction",
    "No rate by group can be made of these",
    "1 deployment with 2 false alerts: nobody wrote down a group.",
    "suppressed (fewer than 5)",
    "What cannot be said from this, and why",
    "not found does not mean there is none",
)


def opened(open_page: Callable[..., Any], address: str) -> Any:
    """Open the page and wait until both charts are drawn."""
    watched = open_page(viewport={"width": 1280, "height": 1000}, accept_downloads=True)
    watched.page.goto(address, timeout=PATIENCE_MS)
    watched.page.locator(".lfr-plot[data-drawn]").nth(1).wait_for(timeout=PATIENCE_MS)
    return watched


def fits(page: Any, theme: str) -> None:
    """Check each width, and write what is shown to the folder of WORKBENCH_SCREENSHOTS."""
    for width in (1920, 1280, 390):
        page.set_viewport_size({"width": width, "height": 5600 if width > 400 else 9000})
        page.wait_for_timeout(400)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if folder := os.environ.get("WORKBENCH_SCREENSHOTS"):
            page.screenshot(path=str(Path(folder) / f"managers-equity-{theme}-{width}.png"))
    page.set_viewport_size({"width": 1280, "height": 1000})


def can_be_read(watched: Any) -> None:
    page = watched.page
    page.eval_on_selector_all("details", "all => all.forEach((one) => { one.open = true; })")
    assert serious_findings(page, ".lfr-managers") == []
    assert page.evaluate(CONTRAST) == []
    assert watched.outside == []
    assert unknown(watched.complaints) == []


def by_keyboard(page: Any) -> None:
    """Reach the figures of a chart with the Tab key alone, open them, and save them."""
    page.evaluate("document.activeElement.blur()")
    wanted = "Figures: False alarms by group: people who are not on the list, at T = 2.5"
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == wanted:
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    assert page.locator(".lfr-figures tbody tr").first.is_visible()
    page.keyboard.press("Tab")
    with page.expect_download() as got:
        page.keyboard.press("Enter")
    saved = Path(got.value.path()).read_text("utf-8").splitlines()
    assert "threshold,group,rate,people,searches,errors,share,interval" in saved
    assert saved[-1].startswith("2.5,group D,FPIR,18,900,,,")


def on_paper(page: Any, target: Path) -> None:
    """Print as the browser does; closed parts are open there, in dark letters."""
    page.emulate_media(media="print")
    page.wait_for_selector(".lfr-paper")
    assert page.locator(".lfr-managers details:not([open])").count() == 0
    ink = "getComputedStyle(document.querySelector('.lfr-managers h2')).color"
    assert page.evaluate(ink) == "rgb(0, 0, 0)"
    content = page.pdf(format="A4")
    assert content.startswith(b"%PDF")
    assert content.count(b"/Type /Page\n") >= 3
    if folder := os.environ.get("WORKBENCH_SCREENSHOTS"):
        (Path(folder) / target.name).write_bytes(content)
    page.emulate_media(media="screen")


def test_it_is_read_on_any_screen_by_keyboard_and_on_paper(
    tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    folder = snapshot_folder(tmp_path / "snapshot", equity=equity_facts_of(), bench="north")
    environ = {"WORKBENCH_SNAPSHOT": str(folder)}
    served = voila(tmp_path / "served", NOTEBOOK, environ, template="workbench")
    with served as address:
        watched = opened(open_page, address)
        page = watched.page
        text = page.inner_text(".lfr-managers")
        for words in READ:
            assert words in text, words
        assert page.locator(".lfr-plot .errorbar").count() == 6
        by_keyboard(page)
        fits(page, "light")
        can_be_read(watched)
        on_paper(page, tmp_path / "managers-equity.pdf")
        dark = opened(open_page, f"{address}?theme=dark")
        assert dark.page.evaluate("document.body.dataset.jpThemeLight") == "false"
        fits(dark.page, "dark")
        can_be_read(dark)
