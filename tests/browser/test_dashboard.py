"""Managers' pages in a real browser: from the list to a page, light and dark, and its kernel after."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from accessibility import serious_findings
from dashboard_server import TOKEN, pages_process
from jupyter_servers import unknown

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

CELLS = (
    "snapshot = None",
    """import os, pathlib
import anywidget, traitlets
from workbench.outcomes.snapshot import read_snapshot

class Count(anywidget.AnyWidget):
    _esm = "export default { render({ model, el }) { el.textContent = `${model.get('n')} records`; } }"
    n = traitlets.Int().tag(sync=True)

Count(n=len(read_snapshot(pathlib.Path(os.environ["WORKBENCH_SNAPSHOT"]))[1]))""",
)


def test_a_page_is_opened_from_the_list_and_its_kernel_ends_when_it_is_left(
    open_page: Callable[..., Any],
) -> None:
    with pages_process({"50_outcomes": CELLS}) as server:
        watched = open_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
        page = watched.page
        page.goto(f"{server.address}/?token={TOKEN}")
        assert page.url == f"{server.address}/"
        assert TOKEN not in page.content()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert serious_findings(page) == []
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Overview"
        page.keyboard.press("Enter")
        page.get_by_text("287 records").wait_for(timeout=90_000)
        assert page.evaluate("document.body.dataset.jpThemeLight") == "false"
        ground = page.evaluate(
            "getComputedStyle(document.body).getPropertyValue('--jp-layout-color0')"
        )
        assert ground.strip() == "#111"
        assert len(server.kernels()) == 1
        # It has the word against forgery, so its kernel goes with it and not after ten minutes.
        page.goto(f"{server.address}/")
        until = time.monotonic() + 30
        while server.kernels() and time.monotonic() < until:
            time.sleep(0.3)
        assert server.kernels() == []
        assert watched.outside == []
        assert unknown(watched.complaints) == []
