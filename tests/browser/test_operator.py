"""The operator's page in a real browser, in JupyterLab and in Voila: searches, decides, comes back.

Faces are drawn, so that the tests are quick; everything but detector and encoder is the product's.
The same page with real models and a staged feed is in `test_live_search`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser_wire import Wire
from jupyter_servers import unknown
from operator_steps import (
    DEAF,
    PATIENCE_MS,
    moves,
    run_all,
    served,
    shown,
    start,
    status_of,
    verdict,
)
from searched_bench import SearchedBench

from widgets.frame_window import MOST

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

SLOWER = 12
"""So many times slower is the slow browser."""


def everything_to_decide_by_is_in_view(page: Any) -> None:
    """Quality stands beside the pictures, and the decisions are on a screen of 1280 by 800."""
    widths = page.evaluate(
        "[...document.querySelectorAll('.lfr-pair img')].map((i) => i.naturalWidth)"
    )
    assert min(widths) > 0
    before = page.evaluate(
        """() => {
            const decide = document.querySelector('[data-what=decide]');
            const captions = [...document.querySelectorAll('.lfr-pair figcaption')];
            return captions.map((one) => one.innerText.includes('quality: ')
                && Boolean(one.compareDocumentPosition(decide) & 4));
        }"""
    )
    assert before == [True, True], "quality stands before the decision, beside each picture"
    lowest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.lfr-queue [data-decision]')]"
        ".map((one) => one.getBoundingClientRect().bottom))"
    )
    assert lowest <= 800, "all decisions are in view on a screen of 1280 by 800"
    assert page.locator(".lfr-row > span").first.get_attribute("title")


def what_saves_is_in_view(page: Any) -> None:
    """The button that saves a decision is on a screen of 1280 by 800, too."""
    save = page.get_by_role("button", name="Save (Enter)").locator("visible=true").bounding_box()
    assert save["y"] + save["height"] <= 800


def test_a_search_is_started_decided_on_paused_and_stopped_by_the_keyboard(
    bench: SearchedBench,
    notebook: Callable[..., Path],
    tmp_path: Path,
    open_page: Callable[..., Any],
) -> None:
    with served("voila", tmp_path / "served", notebook()) as address:
        watched = open_page(viewport={"width": 1280, "height": 1000})
        page = watched.page
        page.goto(address, timeout=PATIENCE_MS)
        page.locator(".lfr-start").wait_for(timeout=PATIENCE_MS)
        page.locator(".lfr-threshold").fill("0.2")
        page.locator(".lfr-start").press("Enter")
        page.get_by_text("the deployment was authorised with at least").wait_for(timeout=30_000)
        page.locator(".lfr-threshold").fill("0.5")
        page.locator(".lfr-start").press("Enter")
        page.locator("canvas[data-frame]").wait_for(timeout=PATIENCE_MS)
        assert moves(page)
        page.locator(".lfr-queue .lfr-pair img").nth(1).wait_for(timeout=PATIENCE_MS)
        assert "New alert at" in page.inner_text(".lfr-new-words")
        everything_to_decide_by_is_in_view(page)

        page.locator(".lfr-queue .lfr-list").focus()
        assert page.locator(".lfr-choices [aria-pressed=true]").count() == 0, (
            "nothing is chosen beforehand"
        )
        page.keyboard.press("?")
        assert page.locator(".lfr-sheet").is_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("f")
        page.keyboard.type("a slip of")
        what_saves_is_in_view(page)
        page.keyboard.press("Escape")
        assert page.locator(".lfr-form:visible").count() == 0, "undone before it was saved"
        page.keyboard.press("t")
        page.keyboard.type("ok")
        page.keyboard.press("Enter")
        page.get_by_text("says nothing that could be checked later").wait_for(timeout=30_000)
        page.keyboard.press("Escape")
        verdict(page, "t")
        assert "Your verdict is saved. It waits for another person" in page.inner_text(".lfr-queue")
        page.keyboard.press("x")
        page.keyboard.type("Too far away to be spoken to.")
        page.keyboard.press("Enter")
        page.get_by_text("do-not-engage").first.wait_for(timeout=30_000)

        page.get_by_role("button", name="Pause").press("Enter")
        page.keyboard.type("a word with the sergeant")
        page.keyboard.press("Enter")
        page.get_by_text("Paused: nothing is searched.").wait_for(timeout=30_000)
        page.get_by_role("button", name="Go on").press("Enter")
        assert moves(page)
        page.get_by_role("button", name="Stop", exact=True).press("Enter")
        page.keyboard.type("the pass is over")
        page.keyboard.press("Enter")
        page.get_by_text("It ended because somebody stopped it.").wait_for(timeout=30_000)
        assert watched.outside == []
        assert unknown(watched.complaints) == []
    alerts = bench.open("reviewer").alerts.list(
        bench.reference, justification="looking at what was said"
    )
    assert [one.owed for one in alerts] == [1]


def test_in_jupyterlab_a_tab_is_closed_and_opened_or_loaded_again_and_no_frame_is_saved(
    bench: SearchedBench,
    notebook: Callable[..., Path],
    tmp_path: Path,
    open_page: Callable[..., Any],
) -> None:
    source = notebook()
    folder = tmp_path / "served"
    with served("lab", folder, source) as address:
        watched = open_page(viewport={"width": 1280, "height": 1000})
        page = watched.page
        page.goto(address)
        run_all(page)
        start(page)
        assert moves(page)
        verdict(page, "t")
        page.keyboard.press("Control+s")
        page.wait_for_timeout(2000)
        saved = (folder / source.name).read_text()
        page.close()

        again = watched.page.context.new_page()
        again.goto(address)
        run_all(again)
        again.locator("canvas[data-frame]").wait_for(timeout=PATIENCE_MS)
        assert moves(again), "the search went on, and the page shows it"
        assert "running" in again.inner_text(".lfr-session")
        again.keyboard.press("Control+s")
        again.wait_for_timeout(2000)
        again.reload(timeout=PATIENCE_MS)
        run_all(again)
        again.locator("canvas[data-frame]").wait_for(timeout=PATIENCE_MS)
        assert moves(again), "as it does where the same tab is loaded anew"
        assert "running" in again.inner_text(".lfr-session")
        assert status_of(bench).stopped_by is None
        again.get_by_text("Your verdict is saved.").wait_for(timeout=30_000)
        again.get_by_role("button", name="Stop", exact=True).click()
        again.keyboard.press("Enter")
        again.get_by_text("It ended because somebody stopped it.").wait_for(timeout=30_000)
        assert watched.outside == []
        assert unknown(watched.complaints) == []
    book = json.loads(saved)
    assert "widgets" not in book["metadata"]
    outputs = json.dumps([cell.get("outputs") for cell in book["cells"]])
    assert "image/" not in outputs
    assert not re.search(r"[A-Za-z0-9+/]{400,}", saved), "nothing that could be a picture"


@pytest.mark.timeout(900)
def test_on_a_slow_browser_it_starts_keeps_its_window_and_alerts_come(
    notebook: Callable[..., Path], tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    # In JupyterLab: its models come after the page, so that a slow one can miss them. Other tests
    # run beside it, on as few processors.
    patience_ms = 2 * PATIENCE_MS
    with served("lab", tmp_path / "served", notebook()) as address:
        watched = open_page(viewport={"width": 1280, "height": 1000})
        page = watched.page
        wire = Wire.of(page)
        devtools = page.context.new_cdp_session(page)
        shown(
            "lab",
            page,
            address,
            before=lambda: devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER}),
            patience_ms=patience_ms,
        )
        start(page, patience_ms)
        assert moves(page, patience_ms)
        page.locator(".lfr-queue .lfr-pair img").nth(1).wait_for(timeout=patience_ms)
        seen = page.evaluate(
            """async () => {
                const canvas = document.querySelector('canvas');
                const panel = document.querySelector('.lfr-live');
                const seen = [];
                const goesOn = () => seen.length && seen.at(-1)[0] > seen[0][0];
                for (let i = 0; i < 20 || (i < 240 && !goesOn()); i += 1) {
                    seen.push([Number(canvas.dataset.frame), Number(panel.dataset.underWay)]);
                    await new Promise((done) => setTimeout(done, 250));
                }
                return seen;
            }"""
        )
        numbers = [number for number, _ in seen]
        assert numbers == sorted(numbers)
        assert numbers[-1] > numbers[0], "it goes on"
        assert max(under_way for _, under_way in seen) <= MOST, "it is never more than two behind"
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        assert wire.frames > 5
        # A browser that was silent for longer than anybody waits is tried with a frame more. When a
        # message went is not known here: they are handed over while somebody waits for the page.
        assert wire.most_under_way() <= MOST + 4, "counted on the wire"
        assert watched.outside == []
        assert unknown(watched.complaints, DEAF) == []
