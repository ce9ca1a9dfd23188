"""The managers' overview in Voila and Chromium: what it shows is what the library reckons."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pypdf
import pytest
from accessibility import serious_findings
from jupyter_servers import ROOT, unknown, voila
from managers_values import snapshot_folder
from page_checks import CONTRAST

from widgets.managers_parts import count_words, rate_words
from workbench.outcomes import OutcomeRecords, met_deployments, newest, summarise

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

NOTEBOOK = ROOT / "notebooks" / "managers" / "50_outcomes.ipynb"
WAIT_MS = 120_000
LEFT = "403 (Forbidden)"
"""A page that is left asks to end its kernel without the token against forged requests: it is
refused, and the kernel is culled."""
DRAWN = "document.querySelectorAll('.lfr-plot[data-drawn]').length === 2"
SIZES = ((1920, 1080), (390, 844), (1280, 900))
SMALL = """() => [...document.querySelectorAll('.lfr-managers :is(button, select, input, summary, nav a)')]
    .filter((one) => one.offsetHeight && one.getBoundingClientRect().height < 32)
    .map((one) => one.outerHTML)"""

TOO_WIDE = """() => {
    const found = [];
    for (let at = document.querySelector('.lfr-managers'); at; at = at.parentElement)
        if (at.scrollWidth > at.clientWidth + 1) found.push(at.tagName + ' ' + at.className);
    return found;
}"""


def shown_figures(page: Any) -> dict[str, str]:
    """Return what each large figure says, by its title."""
    found = page.eval_on_selector_all(
        ".lfr-headline", "all => all.map((one) => [one.getAttribute('aria-label'), one.innerText])"
    )
    return dict(found)


def check_figures(page: Any, records: Any) -> None:
    """Check that what is shown is what the library sums up."""
    (sums,) = summarise(records).to_dicts()
    shown = shown_figures(page)
    for title, name in (
        ("Deployments", "deployments"),
        ("Faces seen", "faces_seen"),
        ("Alerts", "total_alerts"),
        ("Arrests", "arrests"),
        ("False alerts", "false_alerts"),
    ):
        large = [line for line in shown[title].splitlines() if line][1]
        assert large == count_words(sums[name]), title
    for of, rate in (("faces seen", "false_of_faces"), ("alerts", "false_of_alerts")):
        for line in rate_words(sums[f"{rate}_count"], sums[f"{rate}_n"], of):
            assert line in shown["False alerts"]


def look(page: Any, name: str) -> None:
    """Check what is shown at each width, and write it to the folder of WORKBENCH_SCREENSHOTS."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(
            "() => [...document.querySelectorAll('.lfr-plot')].every((one) => "
            "Math.abs(one.clientWidth - one.querySelector('.main-svg').clientWidth) < 2)"
        )
        assert page.evaluate(TOO_WIDE) == [], width
        assert page.evaluate(SMALL) == []
        if folder := os.environ.get("WORKBENCH_SCREENSHOTS"):
            whole = page.evaluate("document.querySelector('.lfr-managers').scrollHeight") + 120
            page.set_viewport_size({"width": width, "height": whole})
            page.screenshot(path=Path(folder) / f"overview-{name}-{width}.png")
    page.set_viewport_size({"width": width, "height": height})


def press_to(page: Any, name: str) -> None:
    """Go to a filter of the page by the tabulator alone."""
    page.locator("h1").click()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    pytest.fail(f"the tabulator does not come to the filter {name}")


def test_the_overview_is_what_the_library_reckons(
    open_page: Callable[..., Any], tmp_path: Path
) -> None:
    folder = snapshot_folder(tmp_path / "snapshot")
    published = newest(met_deployments())
    environ = {"WORKBENCH_SNAPSHOT": str(folder)}
    with voila(tmp_path / "served", NOTEBOOK, environ, template="workbench") as address:
        watched = open_page(viewport={"width": 1280, "height": 900})
        page = watched.page
        page.set_default_timeout(WAIT_MS)
        page.goto(address)
        page.wait_for_function(DRAWN, timeout=WAIT_MS)
        check_figures(page, published)
        look(page, "light")
        assert serious_findings(page, ".lfr-managers") == []
        assert page.evaluate(CONTRAST) == []

        # By keys alone: the filter narrows all of the page, and outlives a reload.
        press_to(page, "period")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        page.keyboard.type("2024-06")
        page.wait_for_function(
            "document.querySelector('.lfr-headline .lfr-large').innerText === '16'"
        )
        assert page.evaluate("document.activeElement.name") == "period"
        assert page.url.endswith("#period=2024-06")
        page.reload()
        page.wait_for_function(DRAWN, timeout=WAIT_MS)
        june = published["date"].is_between(date(2024, 6, 1), date(2024, 6, 30))
        check_figures(page, OutcomeRecords.cast(published.filter(june)))
        above = page.locator("section[aria-label='Places above 1 in 1,000']").inner_text()
        assert "4 of 16 deployments had more than 1 false alert in 1,000 faces" in above
        assert "The sum is under 1 in 1,000 and does not show them" in above
        rows = page.locator("[aria-label='Deployments, table'] tbody tr")
        assert rows.count() == 16

        # On paper: every definition open, the choice in words, no control.
        pdf = tmp_path / "overview.pdf"
        page.pdf(path=pdf, format="A4")
        printed = "\n".join(one.extract_text() for one in pypdf.PdfReader(pdf).pages)
        # Of a ligature the letters.
        words = " ".join(unicodedata.normalize("NFKC", printed).split())
        for said in ("Chosen: When: 2024-06.", "What these figures do", "11 January 2025"):
            assert said in words
        assert "Show all again" not in words
        assert watched.outside == unknown(watched.complaints, LEFT) == []

        watched = open_page(viewport={"width": 1280, "height": 900})
        watched.page.goto(f"{address}/?theme=dark#threshold=0.62")
        watched.page.wait_for_function(DRAWN, timeout=WAIT_MS)
        look(watched.page, "dark")
        assert serious_findings(watched.page, ".lfr-managers") == []
        assert watched.page.evaluate(CONTRAST) == []
        assert watched.outside == unknown(watched.complaints) == []
