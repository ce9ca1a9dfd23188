"""A search from its start to its stop by somebody who has no pointer, in JupyterLab and in Voila.

Only keys are pressed; nothing is clicked, filled or given the focus by the test.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser_keys import tab_to
from browser_wire import Wire
from jupyter_servers import unknown
from operator_steps import PATIENCE_MS, REASON, changes, moves, served, shown
from searched_bench import SearchedBench

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

INSIDE = "document.activeElement.closest('.lfr-panel')?.getAttribute('aria-label') ?? ''"
CONTROLS = """() => [...document.querySelectorAll(
    '.lfr-panel :is(button, input, summary, [tabindex="0"])')].filter(
    (one) => one.offsetParent && !one.disabled && !one.matches('.lfr-panel')).length"""
CONTROL = """() => {
    const at = document.activeElement;
    if (!at?.closest('.lfr-panel')) return null;
    at.dataset.reached = 'yes';
    return at.textContent || at.className;
}"""


def all_controls_are_reached(page: Any) -> None:
    """Tab comes to every control of the three panels that is shown and not disabled."""
    for _ in range(100):
        page.keyboard.press("Tab")
        page.evaluate(CONTROL)
        if page.locator("[data-reached]").count() >= page.evaluate(CONTROLS):
            return
    missed = page.evaluate(
        "[...document.querySelectorAll('.lfr-panel button, .lfr-panel input')]"
        ".filter((one) => one.offsetParent && !one.disabled && !one.dataset.reached)"
        ".map((one) => one.textContent || one.className)"
    )
    raise AssertionError(missed)


def it_rests_and_goes_on(page: Any, wire: Wire) -> None:
    """Pause, see that nothing travels, go on, and read the gap."""
    tab_to(page, "[data-does=pause]", back=True)
    page.keyboard.press("Enter")
    page.keyboard.type("a word with the sergeant")
    page.keyboard.press("Enter")
    page.get_by_text("Paused: nothing is searched.").wait_for(timeout=30_000)
    page.wait_for_timeout(600)
    rested = wire.frames
    page.wait_for_timeout(1_500)
    assert wire.frames == rested, "no frame travels while it is paused"
    assert tab_to(page, "[data-does=resume]") == 1
    page.keyboard.press("Enter")
    assert moves(page)
    tab_to(page, ".lfr-live summary")
    page.keyboard.press("Enter")
    page.get_by_text("a word with the sergeant").wait_for(timeout=10_000)
    page.wait_for_timeout(1_500)
    assert page.get_by_text("a word with the sergeant").is_visible(), "the gap stays open"


# In JupyterLab, which has keys of its own; by the keyboard in Voila goes a test of `test_operator`.
def test_by_keys_alone_a_search_is_started_decided_on_paused_and_stopped(
    bench: SearchedBench,
    notebook: Callable[..., Path],
    tmp_path: Path,
    open_page: Callable[..., Any],
) -> None:
    with served("lab", tmp_path / "served", notebook()) as address:
        watched = open_page(viewport={"width": 1280, "height": 1000})
        page = watched.page
        wire = Wire.of(page)
        shown("lab", page, address)
        page.locator(".lfr-start").wait_for(timeout=PATIENCE_MS)
        tab_to(page, ".lfr-threshold")
        page.keyboard.press("ArrowUp")
        tab_to(page, ".lfr-start")
        page.keyboard.press("Enter")
        page.locator("canvas[data-frame]").wait_for(timeout=PATIENCE_MS)
        frames = wire.frames
        assert moves(page)
        assert changes(page)
        assert wire.frames > frames + 3
        assert page.evaluate(INSIDE) == "Live search", "no letter goes to JupyterLab"

        page.locator(".lfr-queue .lfr-pair img").nth(1).wait_for(timeout=PATIENCE_MS)
        all_controls_are_reached(page)
        tab_to(page, ".lfr-queue .lfr-list")
        page.keyboard.press("t")
        page.keyboard.type(REASON)
        page.keyboard.press("Enter")
        page.get_by_text("Your verdict is saved. It waits for another person").wait_for(
            timeout=30_000
        )
        assert page.evaluate(INSIDE) == "Alerts"

        it_rests_and_goes_on(page, wire)
        tab_to(page, "[data-does=stop]", back=True)
        page.keyboard.press("Enter")
        page.keyboard.type("the pass is over")
        page.keyboard.press("Enter")
        page.get_by_text("It ended because somebody stopped it.").wait_for(timeout=30_000)
        assert tab_to(page, ".lfr-threshold") == 1, "the next search can be started"
        assert watched.outside == []
        assert unknown(watched.complaints) == []
    (alert,) = bench.open("reviewer").alerts.list(
        bench.reference, justification="looking at what was said"
    )
    assert alert.owed == 1
