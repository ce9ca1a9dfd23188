"""Published pages in Chromium: readable by all, on any screen and paper, and asking for nothing."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest
from accessibility import serious_findings
from published_files import files_of_all_kinds

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_every_page_is_readable_on_any_screen_and_on_paper(
    open_page: Callable[..., Any], tmp_path: Path
) -> None:
    dark = open_page(viewport={"width": 390, "height": 800}, color_scheme="dark")
    light = open_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
    for number, (kind, files) in enumerate(files_of_all_kinds().items()):
        path = tmp_path / f"{kind}.html"
        path.write_bytes(files["p.html"])
        for watched, width in ((dark, 390), (light, 1280)):
            watched.page.goto(path.as_uri())
            wide = watched.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (kind, width, wide)
            assert watched.outside == watched.complaints == []
        # All parts of pages are on some page of each; to look at every one twice takes a minute.
        assert serious_findings((dark if number % 2 else light).page) == [], kind
    light.page.keyboard.press("Tab")
    assert light.page.evaluate("document.activeElement.textContent") == "Go to the content"
    session = light.page.context.new_cdp_session(light.page)
    printed = base64.b64decode(session.send("Page.printToPDF")["data"])
    assert "no fault" in pypdf.PdfReader(io.BytesIO(printed)).pages[0].extract_text()
