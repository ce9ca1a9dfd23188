"""The panels of a review in JupyterLab: joined by a kernel, and nothing kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from drawn_page import notebook_of
from jupyter_servers import unknown
from operator_steps import DEAF, PATIENCE_MS, served, shown

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

WAIT_MS = 30_000
CELL = "from review_page import review_desk\nreview_desk()"


def test_a_search_is_looked_through_examined_and_played(
    tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    notebook = notebook_of(tmp_path / "review.ipynb", CELL)
    with served("lab", tmp_path / "served", notebook) as address:
        watched = open_page(viewport={"width": 1280, "height": 1000})
        page = watched.page
        shown("lab", page, address)
        page.locator(".lfr-card img").nth(4).wait_for(timeout=PATIENCE_MS)
        page.locator(".lfr-card[tabindex='0']").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        page.locator("[data-candidate=candidate-2][aria-selected=true]").wait_for(timeout=WAIT_MS)
        page.wait_for_function(
            "document.querySelector('.lfr-examination select').value === 'candidate-2'",
            timeout=WAIT_MS,
        )
        assert page.get_by_text("score 2.9").count() == 0
        page.locator(".lfr-part-row[tabindex='0']").focus()
        page.keyboard.press("1")
        page.keyboard.press("b")
        page.keyboard.type("Form and folds of both ears agree.")
        page.keyboard.press("Control+Enter")
        page.locator(".lfr-examined").nth(1).wait_for(timeout=WAIT_MS)
        assert "disputed" in page.inner_text(".lfr-examination .lfr-standing")
        page.get_by_text("score 2.90").first.wait_for(timeout=WAIT_MS)

        page.locator(".lfr-bar[tabindex='0']").focus()
        page.keyboard.press("Enter")
        page.wait_for_function(
            "Number(document.querySelector('.lfr-clip canvas').dataset.sent) >= 20",
            timeout=WAIT_MS,
        )
        page.keyboard.press("Escape")
        page.locator(".lfr-clip").wait_for(state="hidden", timeout=WAIT_MS)
        page.keyboard.press("Escape")
        page.locator(".jp-Notebook").first.click(position={"x": 2, "y": 2})
        page.keyboard.press("Control+s")
        page.wait_for_timeout(1000)
        saved = (tmp_path / "served" / notebook.name).read_text("utf-8")
        assert "image/jpeg" not in saved
        assert "/9j/" not in saved, "how a JPEG begins in base64"
        assert json.loads(saved)["cells"][0]["source"]
        assert watched.outside == []
        assert unknown(watched.complaints, DEAF) == []
