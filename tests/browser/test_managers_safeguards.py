"""The managers' page of safeguards in a real browser: what is late is told by words and a shape."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from accessibility import serious_findings
from managers_values import snapshot_folder
from page_checks import CONTRAST
from panel_page import DARK
from pypdf import PdfReader
from safeguard_facts_values import kept_safeguards, late_safeguards
from served_panel import served_panel

from widgets.safeguards_page import SafeguardsPage

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

WAIT_MS = 60_000
RED_ON_WHITE, RED_ON_BLACK = "rgb(179, 38, 30)", "rgb(255, 154, 145)"
SMALL = """all => all.filter((one) => one.offsetHeight
    && one.getBoundingClientRect().height < 32).map((one) => one.outerHTML)"""
PRESSED = "button, select, input, nav a, summary"
SECTIONS = [
    "What is late now",
    "Due for destruction, and destroyed",
    "Authorities",
    "Decided and checked by two people",
    "Legal holds",
    "Deletion certificates",
    "Audit log",
    "What the bench refused",
]


@pytest.fixture
def watched(open_page: Callable[..., Any], tmp_path: Path) -> Iterator[Any]:
    """Show the page of a bench in which one thing of each kind is late, on a light ground."""
    folder = snapshot_folder(tmp_path / "snapshot", bench="north", safeguards=late_safeguards())
    made = SafeguardsPage(folder, poll_s=0.2)
    with served_panel(made, None, light=True) as address:
        shown = open_page(viewport={"width": 1280, "height": 1000})
        shown.page.goto(address)
        shown.page.wait_for_selector("main[data-state=ready]", timeout=WAIT_MS)
        yield shown
    made.close()


def darken(page: Any) -> None:
    """Give the page the colours of a dark theme."""
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    page.add_style_tag(content=f":root {{ --jp-layout-color0: #111; {DARK} }}")


def late_colours(page: Any) -> set[str]:
    """Return the colours of all that is told as late."""
    return set(
        page.eval_on_selector_all(
            ".lfr-late-shape",
            "all => all.map((one) => getComputedStyle(one.closest('td, p, h3')).color)",
        )
    )


def require_readable(page: Any) -> None:
    """Fail where somebody could not read the page, or not press what is to be pressed."""
    assert serious_findings(page) == []
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.eval_on_selector_all(PRESSED, SMALL) == []


def test_everybody_can_read_it_and_late_is_never_a_colour_alone(watched: Any) -> None:
    page = watched.page
    assert (
        page.eval_on_selector_all("main h2", "all => all.map((one) => one.innerText)") == SECTIONS
    )
    assert page.locator(".lfr-word-box[data-mark=late]").inner_text().startswith("9 things late")
    page.eval_on_selector_all("details", "all => all.forEach((one) => { one.open = true; })")
    require_readable(page)
    assert late_colours(page) == {RED_ON_WHITE}
    alone = page.eval_on_selector_all(
        "td:has(.lfr-late-shape)", "all => all.filter((one) => !one.innerText.trim()).length"
    )
    assert alone == 0
    page.set_viewport_size({"width": 390, "height": 900})
    require_readable(page)
    darken(page)
    page.set_viewport_size({"width": 1920, "height": 1000})
    page.wait_for_function(
        f"getComputedStyle(document.querySelector('main td:has(.lfr-late-shape)')).color === '{RED_ON_BLACK}'"
    )
    require_readable(page)
    assert late_colours(page) == {RED_ON_BLACK}
    assert watched.complaints == watched.outside == []


def test_it_is_sorted_and_saved_by_the_keyboard_printed_and_renewed(
    watched: Any, tmp_path: Path
) -> None:
    page = watched.page
    table = page.locator(".lfr-table-box", has=page.locator("[aria-label='Late now, table']"))
    press_until(page, "Late by")
    page.keyboard.press("Enter")
    assert table.locator("tbody tr").first.locator("td").nth(1).inner_text() == "1 h late"
    press_until(page, "CSV", back=True)
    with page.expect_download() as got:
        page.keyboard.press("Enter")
    saved = Path(got.value.path()).read_text("utf-8").splitlines()
    assert saved[0] == '"# Safeguards: what was due and what was done"'
    (alerts,) = [line for line in saved if line.startswith("Alerts not destroyed")]
    assert alerts.startswith("Alerts not destroyed,3 alerts: 2026-11/LOW-ST-1,3600,2026-11-28")
    printed = PdfReader(BytesIO(page.pdf(format="A4")))
    text = "\n".join(one.extract_text() for one in printed.pages)
    said = " ".join(unicodedata.normalize("NFKC", text).split())
    assert "9 things late or wrong at 2026-11-28 09:00 UTC." in said
    assert [one for one in SECTIONS if one not in said] == []
    page.emulate_media(media="print")
    page.wait_for_selector(".lfr-paper")
    assert page.locator("main details:not([open])").count() == 0
    assert not page.locator("main nav").is_visible()
    page.set_viewport_size({"width": 720, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert late_colours(page) == {RED_ON_WHITE}
    page.emulate_media(media="screen")
    snapshot_folder(tmp_path / "snapshot", bench="north", safeguards=kept_safeguards())
    page.wait_for_selector(".lfr-word-box[data-mark=good]", timeout=WAIT_MS)
    assert page.locator(".lfr-late-shape").count() == 0
    assert watched.complaints == watched.outside == []


def press_until(page: Any, words: str, *, back: bool = False) -> None:
    """Press Tab until what has the focus is of these words."""
    for _ in range(40):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate("document.activeElement.innerText").strip() == words:
            return
    pytest.fail(f"{words} is not reached by the keyboard")
