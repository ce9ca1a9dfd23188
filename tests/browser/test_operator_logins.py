"""The address of a camera with a login, as somebody gives it on the operator's page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser_wire import Wire
from camera_servers import RtspServer, lacks_gstreamer
from jupyter_servers import unknown
from operator_steps import PATIENCE_MS, moves, served, shown

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

WORD = "s3cr3t-of-the-door"
TYPED = """() => [...document.querySelectorAll('input')].map((one) => one.value).join('\\n')"""


def begin(page: Any, feed: str) -> None:
    """Type where frames come from, and press Start."""
    page.locator(".lfr-source").fill(feed)
    page.locator(".lfr-start").press("Enter")


def searches(page: Any, feed: str) -> None:
    """Start, see frames, stop."""
    begin(page, feed)
    page.locator("canvas[data-frame]").wait_for(timeout=PATIENCE_MS)
    assert moves(page)
    page.locator("[data-does=stop]").press("Enter")
    page.keyboard.press("Enter")
    page.get_by_text("It ended because somebody stopped it.").wait_for(timeout=30_000)


@pytest.mark.skipif(bool(lacks_gstreamer()), reason=f"needs GStreamer: {lacks_gstreamer()}")
# In JupyterLab, which saves what was typed if anything does.
def test_a_login_is_refused_in_words_and_comes_from_a_variable_or_a_file(
    notebook: Callable[..., Path], tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    camera = RtspServer(password=WORD)
    camera.start()
    address = camera.address(f"viewer:{WORD}@")
    door = tmp_path / "door"
    door.touch(0o600)
    door.write_text(address)
    source = notebook(call="asking_page")
    folder = tmp_path / "served"
    try:
        with served("lab", folder, source, {"FRONT_DOOR": address}) as where:
            watched = open_page(viewport={"width": 1280, "height": 1000})
            page = watched.page
            wire = Wire.of(page)
            shown("lab", page, where)
            page.locator(".lfr-source").wait_for(timeout=PATIENCE_MS)
            for typed in (address, f"viewer:{WORD}@127.0.0.1:{camera.port}/live"):
                begin(page, typed)
                page.get_by_text("the address has a login or secret in it").wait_for(timeout=30_000)
                assert "env:NAME" in page.inner_text(".lfr-refusal")
                assert WORD not in page.content()
                assert WORD not in page.evaluate(TYPED)
            searches(page, "env:FRONT_DOOR")
            searches(page, f"@{door}")
            page.keyboard.press("Control+s")
            page.wait_for_timeout(2_000)
            assert WORD not in page.content()
            assert WORD not in page.evaluate(TYPED)
            assert wire.frames > 0
            assert not any(WORD.encode() in message for message in wire.came)
            assert watched.outside == []
            assert unknown(watched.complaints) == []
    finally:
        camera.kill()
    kept = [path for path in folder.rglob("*") if path.is_file()]
    assert folder / source.name in kept
    assert not any(WORD.encode() in path.read_bytes() for path in kept), (
        "the log of the server, too"
    )
