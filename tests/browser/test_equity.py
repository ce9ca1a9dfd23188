"""The notebook of equity as a data scientist opens it: what it says, and that everything draws."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jupyter_servers import ROOT, lab, unknown, voila
from operator_steps import run_all
from page_checks import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

NOTEBOOK = ROOT / "notebooks" / "data_science" / "41_equity.ipynb"
PATIENCE_MS = 240_000
THEME = os.environ.get("SCREENSHOTS_THEME", "light")
READ = (
    "SYNTHETIC. No set with group labels ships",
    "They say nothing about any matcher or any group of people.",
    "SYNTHETIC. Equity at T = 0.6",
    "20 of 4,184 non-mated searches raise a false alarm",
    "where false alarms are 10 times as frequent or more",
    "after Holm's correction for all 12",
    "In 8 of 10 such sets one would have seen a rate",
    "a smaller difference is seen less often, and may be there.",
    "suppressed (fewer than 30 people)",
    "no group given",
)


def kept(page: Any, name: str) -> None:
    """Check what is shown at each width, and write it to the folder of WORKBENCH_SCREENSHOTS."""
    for width in (1920, 1280, 390):
        # Voila scrolls within the page, so that all of it is seen in a window as high alone.
        page.set_viewport_size({"width": width, "height": 6400})
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if folder := os.environ.get("WORKBENCH_SCREENSHOTS"):
            page.screenshot(path=str(Path(folder) / f"equity-{THEME}-{name}-{width}.png"))


def read(page: Any) -> None:
    """Check what the synthetic set says, that every chart is drawn, and what is downloaded."""
    page.locator(".js-plotly-plot .xtitle").nth(3).wait_for(timeout=PATIENCE_MS)
    page.locator("a[download]").nth(1).wait_for(timeout=PATIENCE_MS)
    text = page.inner_text("body")
    for words in READ:
        assert words in text, words
    assert "Traceback" not in text
    titles = page.locator(".js-plotly-plot .gtitle").all_text_contents()
    assert len(titles) == 4
    assert all(title.startswith("SYNTHETIC. ") for title in titles)
    drawn = " ".join(page.locator(".js-plotly-plot .annotation").all_text_contents())
    assert drawn.count("suppressed at each threshold(fewer than 30 people)") == 2
    page.locator("details summary").first.press("Enter")
    page.get_by_text("p of the exact test").first.wait_for()
    with page.expect_download() as fetched:
        page.locator("a[download='synthetic-equity-rates.csv']").click()
    with Path(fetched.value.path()).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 30
    assert {row["suppressed"] for row in rows} >= {"fewer than 30 people", ""}


def test_voila(tmp_path: Path, open_page: Callable[..., Any]) -> None:
    with voila(tmp_path / "served", NOTEBOOK, theme=THEME, template="workbench") as address:
        watched = open_page(viewport={"width": 1280, "height": 1200}, accept_downloads=True)
        watched.page.goto(address, timeout=PATIENCE_MS)
        read(watched.page)
        kept(watched.page, "page")
        assert watched.outside == []
        assert unknown(watched.complaints) == []


def test_jupyterlab(tmp_path: Path, open_page: Callable[..., Any]) -> None:
    with lab(tmp_path / "served", NOTEBOOK) as address:
        watched = open_page(viewport={"width": 1280, "height": 1200}, accept_downloads=True)
        watched.page.goto(address, timeout=PATIENCE_MS)
        run_all(watched.page)
        read(watched.page)
        if folder := os.environ.get("WORKBENCH_SCREENSHOTS"):
            watched.page.screenshot(path=str(Path(folder) / "equity-lab.png"))
        assert watched.outside == []
        assert unknown(watched.complaints) == []
