"""The alert list in a real browser, fed with the state that Python would send."""

from __future__ import annotations

import base64
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import widgets
from widgets import AlertTable
from workbench.reports import (
    AlertView,
    OtherCandidate,
    Picture,
    QualityView,
    TruthView,
)

pytestmark = pytest.mark.browser

HOST = """<!doctype html><html lang="en"><meta charset="utf-8"><title>host</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="alerts.css"><body><div id="here"></div>
<script type="module">
import view from "./alerts.js";
const state = await (await fetch("state.json")).json();
state.pictures = state.pictures.map((text) =>
  new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer));
const heard = {};
window.model = {
  saved: 0,
  get: (name) => state[name],
  set: (name, value) => {
    state[name] = value;
    (heard["change:" + name] ?? []).forEach((f) => f());
  },
  on: (name, f) => (heard[name] ??= []).push(f),
  off: (name, f) => { heard[name] = heard[name].filter((g) => g !== f); },
  listeners: () => Object.values(heard).flat().length,
  save_changes() { this.saved += 1; },
};
window.stop = view.render({ model, el: document.getElementById("here") });
window.ready = true;
</script></body></html>"""


def picture(shade: int) -> Picture:
    """Draw an even grey."""
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), (shade, shade, shade)).save(buffer, "JPEG")
    return Picture(buffer.getvalue(), "face in grey", f"grey {shade}")


def views(count: int) -> list[AlertView]:
    """Build alerts; names hold what must not become markup."""
    return [
        AlertView(
            number=number,
            time_s=2.0 * number,
            person=f"<b>Person</b> {number}",
            score=4.0 + number,
            meaning="1 in 6,000",
            meaning_detail="measured on drawings",
            probe=picture(10 * number),
            reference=picture(10 * number + 5),
            probe_quality=QualityView("warn", ("small.",)),
            reference_quality=QualityView("accept"),
            others=(OtherCandidate("Other", -2.0, "common"),),
            notes=("Two <i>looks</i>.",),
            truth=TruthView(right=number != 2, person="P", note="staged."),
        )
        for number in range(1, count + 1)
    ]


@pytest.fixture
def show(
    tmp_path: Path, serve: Callable[[Path], str], open_page: Callable[..., Any]
) -> Callable[[AlertTable], Any]:
    """Give a function that shows a widget and returns the watched page."""

    def start(table: AlertTable) -> Any:
        for source in (Path(widgets.__file__).parent / "static").iterdir():
            shutil.copy(source, tmp_path / source.name)
        names = ("alerts", "selected", "unit", "threshold", "category", "states")
        state = {name: getattr(table, name) for name in names}
        state["pictures"] = [base64.b64encode(data).decode() for data in table.pictures]
        (tmp_path / "state.json").write_text(json.dumps(state))
        (tmp_path / "index.html").write_text(HOST)
        watched = open_page(viewport={"width": 900, "height": 700})
        watched.page.goto(serve(tmp_path))
        watched.page.wait_for_function("window.ready")
        return watched

    return start


@pytest.mark.slow
def test_empty_says_what_to_do(show: Callable[[AlertTable], Any]) -> None:
    watched = show(AlertTable())
    text = watched.page.inner_text("#here")
    assert "No alert: no face reached the threshold. Search a feed to fill this list." in text
    assert watched.page.locator("[role=listbox]").count() == 0
    assert watched.complaints == watched.outside == []


@pytest.mark.slow
def test_arrow_keys_move_and_pictures_follow(show: Callable[[AlertTable], Any]) -> None:
    watched = show(AlertTable(views(3), unit="cosine", threshold=4.5, category="demonstration"))
    page = watched.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "listbox"
    seen = []
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "Home", "ArrowUp", "End"):
        page.keyboard.press(key)
        seen.append(page.evaluate("model.get('selected')"))
        assert page.evaluate("document.activeElement.getAttribute('role')") == "listbox"
        active = page.get_attribute("[role=listbox]", "aria-activedescendant")
        assert page.get_attribute(f"#{active}", "aria-selected") == "true"
    assert seen == [1, 2, 2, 0, 0, 2]
    assert page.evaluate("model.saved") == 6
    assert "Alert 3, 0:06.0: candidate <b>Person</b> 3" in page.inner_text(".lfr-detail h3")
    page.wait_for_function("[...document.images].every((i) => i.complete)")
    sizes = page.evaluate("[...document.images].map((i) => [i.naturalWidth, i.naturalHeight])")
    assert sizes == [[40, 30], [40, 30]], "both pictures were decoded from the buffers"
    text = page.inner_text("#here")
    for words in ("7.00 cosine, threshold 4.50", "open: no person has decided", "1 in 6,000",
                  "Face in the feed: warn. small.", "Two <i>looks</i>.", "Category: demonstration.", "\u22122.00"):  # fmt: skip
        assert words in text
    assert "right: staged." in text
    assert watched.complaints == watched.outside == []


@pytest.mark.slow
def test_a_click_selects_and_wrong_is_a_word_and_a_shape(
    show: Callable[[AlertTable], Any],
) -> None:
    page = show(AlertTable(views(3))).page
    page.locator("[role=option]").nth(1).click()
    assert page.evaluate("model.get('selected')") == 1
    assert "wrong: staged." in page.inner_text(".lfr-truth")
    assert page.locator(".lfr-truth svg path").count() == 1


@pytest.mark.slow
def test_a_lost_picture_is_said(show: Callable[[AlertTable], Any]) -> None:
    page = show(AlertTable(views(1))).page
    page.evaluate("model.set('pictures', [])")
    assert page.locator(".lfr-no-picture").count() == 2
    assert "did not arrive" in page.inner_text(".lfr-no-picture >> nth=0")


@pytest.mark.slow
def test_closing_takes_its_listeners_along(show: Callable[[AlertTable], Any]) -> None:
    page = show(AlertTable(views(2))).page
    assert page.evaluate("model.listeners()") == 7
    page.evaluate("stop()")
    assert page.evaluate("model.listeners()") == 0
