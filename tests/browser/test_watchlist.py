"""A watchlist is prepared and built in a real browser, with the product's own models."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from drawn_faces import drawn_analyser, portrait
from drawn_page import notebook_of
from jupyter_servers import unknown
from listing_page import BIG, drop, images_to_drop
from notebook_pictures import pictures_in
from operator_steps import PATIENCE_MS, run_all, served
from page_checks import settle
from panel_page import PanelPage
from worked_bench import WorkedBench, make_worked_bench

from widgets.watchlist_builder import WatchlistBuilder, _BuilderSurface
from workbench.errors import RecordError
from workbench.faces.artefacts import ArtefactStore
from workbench.governance.starting import BlockCode
from workbench.images import encode_png
from workbench.records.audit.verbs import Verb

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

CODE = frozenset({str(_BuilderSurface._esm), str(_BuilderSurface._css)})
RATIONALE = "Warrant of the magistrates' court; seen on this street twice."
CUT = """() => {
    const cut = [];
    for (const one of document.querySelectorAll('.lfr-panel, .lfr-panel *')) {
        if (!one.offsetParent || one.closest('.lfr-hidden-words, svg, .lfr-list')) continue;
        if (one.scrollWidth > one.clientWidth + 1 && one.clientWidth && getComputedStyle(one).display !== 'inline')
            cut.push(`${one.tagName}.${one.className}: ${one.scrollWidth} in ${one.clientWidth}`);
    }
    return cut;
}"""
NAMELESS = """() => [...document.querySelectorAll('.lfr-panel :is(button, input, select, textarea, img, section, progress, [role])')]
    .filter((one) => one.checkVisibility() && !one.matches('[role=status], [role=alert], [role=presentation], option img, [role=option] img'))
    .filter((one) => !(one.textContent || one.getAttribute('aria-label') || one.alt
        || one.closest('label')?.textContent || one.matches('[aria-hidden]')))
    .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def drafted(tmp_path: Path) -> WorkedBench:
    """Make a bench with a deployment that was drafted and applied for."""
    bench = make_worked_bench(tmp_path / "bench")
    reference = bench.draft()
    with bench.open("analyst") as analyst:
        analyst.deployments.apply(reference)
    return bench


@pytest.fixture
def one_listed(
    drafted: WorkedBench,
    open_page: Callable[..., Any],
    serve: Callable[[Path], str],
    tmp_path: Path,
) -> Iterator[tuple[WatchlistBuilder, PanelPage]]:
    """Give a list in the making with one image, which is chosen, and the page that shows it."""
    with drafted.open("analyst") as analyst:
        builder = WatchlistBuilder(analyst, drafted.references[0], analyser=drawn_analyser())
        builder.wait()
        builder.take("NOM-1.png", encode_png(portrait(1)))
        builder.wait()
        (tmp_path / "panel").mkdir()
        one = PanelPage(builder, open_page(), tmp_path / "panel", serve, "light")
        one.until("document.querySelector('.lfr-row img')")
        row(one.page, "NOM-1.png").click()
        yield builder, one
        builder.close()


def page_of(folder: Path, reference: str, *, drawn: bool = False) -> Path:
    words = f"builder({str(folder / 'bench')!r}, {reference!r}, 'analyst', drawn={drawn})"
    return notebook_of(
        folder / "listing.ipynb", f"from listing_page import builder\npage = {words}\npage"
    )


def kept(page: Any, name: str) -> None:
    """Write what is shown at both widths to the folder that WORKBENCH_SCREENSHOTS names."""
    for width in (1920, 1280):
        page.set_viewport_size({"width": width, "height": 1500})
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(CUT) == []
        folder = os.environ.get("WORKBENCH_SCREENSHOTS")
        if folder:
            page.screenshot(path=str(Path(folder) / f"watch-{name}-{width}.png"))
    assert page.evaluate(NAMELESS) == []


def row(page: Any, name: str) -> Any:
    return page.locator(".lfr-row", has_text=name)


def fill_in_all(page: Any) -> None:
    """Choose all by the keyboard and fill in one form for them."""
    page.locator(".lfr-list").focus()
    page.keyboard.press("a")
    page.locator(".lfr-named").click()
    for field, value in (
        ("category", "wanted-by-courts"),
        ("legal_basis", "administration-of-justice"),
        ("source", "custody"),
    ):
        page.locator(f"[data-field={field}]").select_option(value)
    page.locator("[data-field=image_date]").fill("2026-02-11")
    page.locator("[data-field=lawfully_held]").check()
    page.locator("[data-field=rationale]").fill(RATIONALE)
    page.locator("[data-field=rationale]").blur()


def test_images_are_dropped_judged_filled_in_put_right_and_built(
    drafted: WorkedBench, store: ArtefactStore, tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    files = images_to_drop(store, tmp_path / "carried")
    reference = drafted.references[0]
    source = page_of(tmp_path, reference)
    with served("voila", tmp_path / "served", source, theme="dark") as address:
        watched = open_page(viewport={"width": 1280, "height": 1000})
        page = watched.page
        page.goto(address, timeout=PATIENCE_MS)
        page.locator(".lfr-drop").wait_for(timeout=PATIENCE_MS)
        kept(page, "empty-dark")
        drop(page, files)
        page.locator(".lfr-row[data-state]:not([data-state=waiting])").nth(4).wait_for(
            timeout=PATIENCE_MS
        )
        assert "damaged or cut short" in row(page, "NOM-4-cut").inner_text()
        assert "No face found" in row(page, "NOM-5-wall").inner_text()
        for name in ("NOM-1.jpg", "NOM-2.jpg", BIG):
            assert "image: " in row(page, name).inner_text()
            assert row(page, name).locator("img").evaluate("one => one.naturalWidth") == 160
        assert page.locator(".lfr-build").is_disabled()
        kept(page, "judged-dark")

        fill_in_all(page)
        row(page, "NOM-5-wall").click()
        page.get_by_alt_text("no face was taken").wait_for(timeout=30_000)
        page.keyboard.press("Delete")
        page.keyboard.press("Enter")
        row(page, "NOM-5-wall").wait_for(state="detached", timeout=30_000)
        row(page, BIG).click()
        page.locator(".lfr-picture img").wait_for(timeout=PATIENCE_MS)
        assert page.locator(".lfr-point").count() == 5
        page.locator("[data-field=subject]").fill("NOM-3")
        page.locator("[data-field=rationale]").fill("no")
        page.locator("[data-field=rationale]").blur()
        page.get_by_text("says nothing that could be checked later").wait_for(timeout=30_000)
        assert page.locator(".lfr-build").is_disabled()
        page.locator("[data-field=rationale]").fill(RATIONALE)
        page.locator("[data-field=rationale]").blur()
        page.locator(".lfr-faces").fill("14000")
        page.locator(".lfr-faces").blur()
        page.get_by_text("False alerts to expect in 14,000 faces").wait_for(timeout=30_000)
        assert "%" not in page.inner_text(".lfr-list")
        page.locator(".lfr-build:enabled").wait_for(timeout=30_000)
        kept(page, "filled-dark")

        page.locator(".lfr-build").press("Enter")
        page.locator(".lfr-report").wait_for(timeout=PATIENCE_MS)
        said = page.inner_text(".lfr-report")
        assert "3 images of 3 people: 3 wanted by courts" in said
        assert "NOM-4-cut.jpg of NOM-4-cut" in said
        assert "3 identity checks" in said
        assert "3 reviews for this deployment" in said
        kept(page, "built-dark")
        assert watched.outside == []
        assert unknown(watched.complaints) == []
    what_the_bench_holds(drafted, reference)


def what_the_bench_holds(bench: WorkedBench, reference: str) -> None:
    """Read the list and the log, as those who may."""
    with bench.open("reviewer") as reviewer:
        view = reviewer.watchlists.show(reference, "reading what the page has built")
        listed = [one for one in view.entries if one.state.value == "enrolled"]
        assert [one.entry.subject for one in listed] == ["NOM-1", "NOM-2", "NOM-3"]
        assert {one.entry.rationale for one in listed} == {RATIONALE}
        assert {str(one.entry.image_date) for one in listed} == {"2026-02-11"}
        assert {one.added_by for one in listed} == {"analyst"}
        assert {one.entry.image for one in view.entries} - {one.entry.image for one in listed} == {
            "NOM-4-cut.jpg"
        }
        assert {one.code for one in view.blocks} == {BlockCode.UNCHECKED, BlockCode.UNREVIEWED}
    with bench.open("data-protection-officer") as officer:
        found = officer.audit.show(justification="looking at who built the list")
        enrolled = next(one.entry for one in found if one.entry.verb is Verb.ENROL)
        assert (enrolled.actor, enrolled.details["references"]) == ("analyst", 3)
        assert enrolled.details["refused"] == 1


def test_what_jupyterlab_saves_of_the_page_holds_no_picture_and_a_second_build_replaces_openly(
    drafted: WorkedBench, store: ArtefactStore, tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    files = images_to_drop(store, tmp_path / "carried")[:2]
    reference = drafted.references[0]
    source = page_of(tmp_path, reference, drawn=True)
    with served("lab", tmp_path / "served", source) as address:
        watched = open_page(viewport={"width": 1280, "height": 1000})
        page = watched.page
        page.goto(address)
        run_all(page)
        page.locator(".lfr-drop").wait_for(timeout=PATIENCE_MS)
        drop(page, files)
        page.locator(".lfr-row img").nth(1).wait_for(timeout=PATIENCE_MS)
        fill_in_all(page)
        page.locator(".lfr-build:enabled").click(timeout=PATIENCE_MS)
        page.locator(".lfr-report").wait_for(timeout=PATIENCE_MS)
        assert page.locator(".lfr-build").is_disabled(), "a list that is there is replaced openly"
        assert "Deployment 2026-11/STREET-1 has a list of 2 images" in page.inner_text(
            ".lfr-present"
        )
        row(page, "NOM-1.jpg").click()
        page.locator(".lfr-picture img").wait_for(timeout=PATIENCE_MS)
        kept(page, "lab-light")
        page.locator(".lfr-replaces").check()
        page.locator(".lfr-build").click()
        page.get_by_text("2 were on it before, unchanged").wait_for(timeout=PATIENCE_MS)
        page.get_by_role("menuitem", name="File", exact=True).click()
        page.locator(".lm-Menu-itemLabel").get_by_text("Save Notebook", exact=True).click()
        saved = tmp_path / "served" / "listing.ipynb"
        page.wait_for_timeout(1_500)
        assert watched.outside == []
        assert unknown(watched.complaints) == []
    book = json.loads(saved.read_text("utf-8"))
    assert book["cells"][0]["execution_count"] == 1, "it was saved after it had run"
    assert "widgets" not in book["metadata"]
    assert pictures_in(book, CODE) == []
    assert RATIONALE not in saved.read_text("utf-8"), "nor is anything said of anybody in it"


def test_a_second_build_within_the_same_second_is_told_of(
    drafted: WorkedBench,
    open_page: Callable[..., Any],
    serve: Callable[[Path], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = drafted.clock()
    monkeypatch.setattr(WorkedBench, "clock", lambda _: now)
    with drafted.open("analyst") as analyst:
        builder = WatchlistBuilder(analyst, drafted.references[0], analyser=drawn_analyser())
        builder.wait()
        builder.take("NOM-1.png", encode_png(portrait(1)))
        builder.wait()
        form = {
            "subject": "NOM-1",
            "category": "wanted-by-courts",
            "legal_basis": "administration-of-justice",
            "source": "custody",
            "rationale": RATIONALE,
            "lawfully_held": True,
        }
        builder.fill([one["id"] for one in builder.images], form)
        (tmp_path / "panel").mkdir()
        one = PanelPage(builder, open_page(), tmp_path / "panel", serve, "light")
        one.until("document.querySelector('.lfr-build:enabled')")
        one.page.locator(".lfr-build").click()
        one.until("document.querySelector('.lfr-report')")
        assert "before, unchanged" not in one.page.inner_text(".lfr-report")
        one.page.locator(".lfr-replaces").check()
        one.until("document.querySelector('.lfr-build:enabled')")
        one.page.locator(".lfr-build").click()
        one.until("document.querySelector('.lfr-report').innerText.includes('1 were on it before')")
        assert not one.page.locator(".lfr-replaces").is_checked(), "the next is said anew"
        first, second = (
            message["report"]["built"]
            for message, _ in one.sent
            if message["kind"] == "report" and message["report"]
        )
        assert first == second
        builder.close()


def test_what_is_pressed_is_pressed_though_an_answer_makes_the_form_shorter(
    one_listed: tuple[WatchlistBuilder, PanelPage],
) -> None:
    builder, one = one_listed
    one.until("document.querySelector('.lfr-picture img')")
    one.rest(0.2)
    box = one.page.locator("[data-field=lawfully_held]")
    box.scroll_into_view_if_needed()
    before = box.bounding_box()
    one.page.mouse.move(before["x"] + 4, before["y"] + before["height"] / 2)
    one.page.mouse.down()
    builder.fill([builder.images[0]["id"]], {"rationale": RATIONALE, "subject": "NOM-1"})
    one.rest(0.3)
    assert box.bounding_box() == before, "nothing moves under a pointer that is down"
    one.page.mouse.up()
    one.until("document.querySelector('[data-field=rationale]').value")
    assert box.bounding_box() != before, "the faults are gone from above it"
    assert box.is_checked()
    assert builder.images[0]["values"]["lawfully_held"] is True


def test_what_is_filled_in_stays_while_older_answers_come_and_goes_where_it_is_refused(
    one_listed: tuple[WatchlistBuilder, PanelPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    builder, one = one_listed
    box = one.page.locator("[data-field=lawfully_held]")
    choice = one.page.locator("[data-field=category]")
    box.check()
    choice.select_option("wanted-by-courts")
    # Neither of the two is carried yet: what comes is of before.
    builder.fill([builder.images[0]["id"]], {"source": "custody"})
    assert not builder.images[0]["values"].get("lawfully_held")
    said = one.page.evaluate("said.splice(0)")
    one.until("document.querySelector('[data-field=source]').value === 'custody'")
    assert box.is_checked(), "what was filled in is newer"
    assert choice.input_value() == "wanted-by-courts"
    for content in said:
        builder._on_message(builder._model, content, [])
    one.rest(0.3)
    assert box.is_checked()
    assert builder.images[0]["values"]["lawfully_held"] is True
    assert builder.images[0]["values"]["category"] == "wanted-by-courts"

    def refuses(*_: object) -> None:
        message = "it is not to be"
        raise RecordError(message)

    monkeypatch.setattr(builder, "fill", refuses)
    box.uncheck()
    one.until("document.body.innerText.includes('it is not to be')")
    assert box.is_checked(), "what was not taken is not shown as taken"
