"""Editor and comparison through a real kernel, in JupyterLab: what is uploaded, and what is saved."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser_wire import Wire
from drawn_page import notebook_of
from drawn_probe import large_picture
from jupyter_servers import unknown
from operator_steps import PATIENCE_MS, run_all, served

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

MOST_BYTES = 10 * 1024 * 1024
"""Of a message that a server takes."""


def kept_for_looking_at(page: Any) -> None:
    """Write what is shown to the folder that WORKBENCH_SCREENSHOTS names, if it names one."""
    if folder := os.environ.get("WORKBENCH_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / "probe_in_lab.png")


def test_a_large_picture_is_prepared_compared_and_not_saved(
    tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    cells = ("from drawn_probe import editor, view\nprepared = editor()\nprepared", "view()")
    check = (
        "log = prepared.enhancement_log\n"
        "print('ends', log.file[:12], len(log.steps), prepared.probe is not None)"
    )
    source = notebook_of(tmp_path / "review.ipynb", *cells)
    folder = tmp_path / "served"
    picture = tmp_path / "camera 3.ppm"
    picture.write_bytes(large_picture())
    with served("lab", folder, source) as address:
        watched = open_page(viewport={"width": 1280, "height": 1600})
        page = watched.page
        wire = Wire.of(page)
        page.goto(address)
        run_all(page)
        page.locator(".lfr-tabs button").first.wait_for(timeout=PATIENCE_MS)
        page.set_input_files(".lfr-probe input[type=file]", picture)
        page.locator(".lfr-face-label").wait_for(timeout=PATIENCE_MS)
        assert max(map(len, wire.went)) < MOST_BYTES
        assert sum(map(len, wire.went)) > picture.stat().st_size > MOST_BYTES
        for name, value in {"left": 200, "top": 300, "width": 500, "height": 500}.items():
            page.locator(f"[data-name={name}]").fill(str(value))
        page.locator("[data-name=height]").press("Enter")
        page.get_by_text("The search will use an enhanced copy (1 step).").wait_for()
        page.locator(".lfr-use:enabled").click(timeout=PATIENCE_MS)
        page.get_by_text("This probe is the one that is searched with.").wait_for()
        page.locator("canvas[data-scales]").wait_for(timeout=PATIENCE_MS)
        kept_for_looking_at(page)
        page.locator(".lfr-compared").focus()
        page.keyboard.press("b")
        assert page.locator("button[data-mode=blink]").get_attribute("aria-pressed") == "true", (
            "a letter is the panel's, and no command of the notebook"
        )
        page.locator(".jp-Notebook .jp-Cell").last.locator(".jp-InputArea").click()
        page.keyboard.press("Escape")
        page.keyboard.press("b")
        page.keyboard.press("Enter")
        page.keyboard.insert_text(check)
        page.keyboard.press("Shift+Enter")
        said = page.get_by_text("ends ").last
        said.wait_for(timeout=PATIENCE_MS)
        page.keyboard.press("Control+s")
        page.get_by_text("Saving completed").wait_for(timeout=PATIENCE_MS)
        saved = (folder / source.name).read_text()
        assert watched.outside == []
        assert unknown(watched.complaints) == []
    book = json.loads(saved)
    assert "prepared.enhancement_log" in saved, "it was saved after all of this"
    assert re.search(r"ends [0-9a-f]{12} 1 True", saved)
    assert "widgets" not in book["metadata"]
    assert "image/" not in json.dumps([cell.get("outputs") for cell in book["cells"]])
    assert not re.search(r"[A-Za-z0-9+/]{400,}", saved), "nothing that could be a picture"
