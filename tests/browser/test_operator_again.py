"""A search while its page is loaded anew, closed, or was never initialised by the browser."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser_wire import Wire
from jupyter_servers import unknown
from operator_steps import DEAF, PATIENCE_MS, moves, served, shown, start, status_of
from searched_bench import SearchedBench

from workbench.governance.stopping import StopReason

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

LEAVING = ("403 (Forbidden)",)
"""What Voila's page says when it is left: it may not ask for its kernel's end."""
WHY = "looking at how the search is"


def is_there(process: int) -> bool:
    """Whether a process goes on; one that waits to be buried does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def until(holds: Callable[[], bool], within_s: float) -> None:
    ends = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < ends, "it did not come in time"
        time.sleep(0.5)


def test_in_voila_a_page_that_is_loaded_anew_finds_the_search_and_stops_it(
    bench: SearchedBench,
    notebook: Callable[..., Path],
    tmp_path: Path,
    open_page: Callable[..., Any],
) -> None:
    with served("voila", tmp_path / "served", notebook()) as address:
        watched = open_page(viewport={"width": 1280, "height": 1000})
        page = watched.page
        shown("voila", page, address)
        start(page)
        page.reload(timeout=PATIENCE_MS)
        page.get_by_text("This search runs in another process.").wait_for(timeout=PATIENCE_MS)
        assert status_of(bench).stopped_by is None
        page.locator(".lfr-queue .lfr-pair img").nth(1).wait_for(timeout=PATIENCE_MS)
        page.locator("[data-does=stop]").press("Enter")
        page.keyboard.press("Enter")
        page.get_by_text("It ended because somebody stopped it.").wait_for(timeout=30_000)
        assert status_of(bench).stopped_by is StopReason.STOPPED
        assert watched.outside == []
        assert unknown(watched.complaints, *LEAVING) == []


def test_in_voila_a_search_outlives_its_tab_to_its_end_and_its_kernel_goes_then(
    bench: SearchedBench,
    notebook: Callable[..., Path],
    tmp_path: Path,
    open_page: Callable[..., Any],
) -> None:
    soon = ("--MappingKernelManager.cull_idle_timeout=4", "--MappingKernelManager.cull_interval=1")
    source = notebook(call="short_page")
    with served("voila", tmp_path / "served", source, options=soon) as address:
        watched = open_page(viewport={"width": 1280, "height": 1000})
        shown("voila", watched.page, address)
        start(watched.page)
        kernel = int((tmp_path / "bench" / "kernel").read_text())
        watched.page.close()
        time.sleep(7)
        assert is_there(kernel), "it is older than what an idle kernel is allowed"
        assert status_of(bench).stopped_by is None
        until(lambda: status_of(bench).stopped_by is not None, 60)
        assert status_of(bench).stopped_by is StopReason.FEED_ENDED
        until(lambda: not is_there(kernel), 60)
    alerts = bench.open("reviewer").alerts.list(bench.reference, justification=WHY)
    assert len(alerts) == 1, "none was lost"


DEAFENED = """
const real = window.WebSocket;
window.missed = 0;
window.WebSocket = class extends real {
  set onmessage(hear) {
    super.onmessage = (event) => {
      const text = typeof event.data === 'string' ? event.data : new TextDecoder().decode(event.data);
      if (!window.deaf && text.includes('"comm_open"') && text.includes('.lfr-live .lfr-stage'))
        window.deaf = text.match(/"comm_id": *"([^"]+)"/)[1];
      else if (window.deaf && text.includes('"comm_msg"') && text.includes(window.deaf)) {
        window.missed += 1;
        return;
      }
      hear.call(this, event);
    };
  }
};
"""
"""The first model of the live picture comes, and hears nothing of what it is sent."""


def test_a_live_picture_that_hears_nothing_is_made_anew(
    notebook: Callable[..., Path], tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    # Voila has its models before the page: what is sent while it loads is not missed there.
    with served("lab", tmp_path / "served", notebook()) as address:
        watched = open_page(viewport={"width": 1280, "height": 1000})
        page = watched.page
        wire = Wire.of(page)
        page.add_init_script(DEAFENED)
        shown("lab", page, address)
        page.locator(".lfr-start").wait_for(timeout=PATIENCE_MS)
        page.wait_for_function("window.missed > 0", timeout=PATIENCE_MS)
        start(page)
        assert moves(page)
        assert wire.frames > 3
        assert watched.outside == []
        assert unknown(watched.complaints, DEAF) == []
