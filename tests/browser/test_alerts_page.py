"""The page of alerts in a real browser: offline, on a phone, on paper, in the dark."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from workbench.reports import (
    AlertsPage,
    AlertView,
    Credit,
    Figure,
    OtherCandidate,
    Picture,
    QualityView,
    Span,
    TruthView,
    render_alerts,
)

pytestmark = pytest.mark.browser


def picture() -> Picture:
    """Draw noise."""
    noise = np.random.default_rng(0).integers(0, 255, (160, 160, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "JPEG")
    return Picture(buffer.getvalue(), "Face", "a_rather_long_file_name_without_any_space.jpg")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Write a page of three alerts and return where it lies."""
    alerts = [
        AlertView(
            number=number,
            time_s=4.0 * number,
            person="Person With A Rather Long Name",
            score=5.5,
            meaning="1 in 6,000 faces of people who are not on the list score this high",
            meaning_detail="95 % interval 1 in 2,000 to 1 in 30,000.",
            probe=picture(),
            reference=picture(),
            probe_quality=QualityView("warn", ("28 px between the eyes, below 30 px.",)),
            reference_quality=QualityView("accept"),
            others=(OtherCandidate("Other", -2.0, "common"),),
            truth=TruthView(right=True, person="P", note="staged."),
        )
        for number in (1, 2, 3)
    ]
    page = AlertsPage(
        title="Alerts",
        feed="crowd.mp4",
        duration_s=15.0,
        created=datetime(2026, 3, 1, tzinfo=UTC),
        unit="log10 likelihood ratio",
        threshold=3.0,
        threshold_meaning="unknown",
        figures=[Figure(f"Figure {n}", "3 of 3", "a note") for n in range(5)],
        alerts=alerts,
        spans=[Span(4.0 * n - 2, 4.0 * n + 2, n) for n in (1, 2, 3)],
        staged=True,
        category="demonstration",
        provenance=[("Watchlist", "sha256 " + "0123456789abcdef" * 4)],
        credits=[Credit("a.jpg", "A", "CC", "https://example.org/" + "long" * 30)],
    )
    path = tmp_path_factory.mktemp("page") / "alerts.html"
    path.write_text(render_alerts(page), "utf-8")
    return path.as_uri()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_it_fits_and_asks_for_nothing(
    width: int, scheme: str, address: str, open_page: Callable[..., Any]
) -> None:
    watched = open_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    watched.page.goto(address)
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
    ground = watched.page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(map(int, re.findall(r"\d+", ground)[:3]))
    assert brightness < 150 if scheme == "dark" else brightness > 700
    assert watched.page.evaluate("[...document.images].every((i) => i.naturalWidth === 160)")
    assert watched.complaints == watched.outside == []


@pytest.mark.slow
def test_it_needs_no_script(address: str, open_page: Callable[..., Any]) -> None:
    page = open_page(java_script_enabled=False).page
    page.goto(address)
    assert page.locator("article").count() == 3
    assert page.locator("article >> nth=2").is_visible()


@pytest.mark.slow
def test_the_keyboard_reaches_the_alerts(address: str, open_page: Callable[..., Any]) -> None:
    page = open_page().page
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Go to the alerts"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "alerts"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#alert-1"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "focus can be seen"


@pytest.mark.slow
def test_it_prints(address: str, open_page: Callable[..., Any], tmp_path: Path) -> None:
    page = open_page(color_scheme="dark").page
    page.goto(address)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    paper = tmp_path / "alerts.pdf"
    page.pdf(path=str(paper), format="A4")
    pages = paper.read_bytes().count(b"/Type /Page\n")
    assert 2 <= pages <= 5
