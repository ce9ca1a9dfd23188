"""The panels of a review in a real browser, with their own Python behind them and no kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from page_checks import CONTRAST, NEVER
from panel_page import PanelPage
from review_values import (
    CANDIDATES,
    HEAD,
    MEANING,
    ON,
    REASON,
    SEARCH,
    STEPS,
    Saves,
    examination,
    frames,
    lanes,
    rows,
)
from review_values import bars as bars_of

from widgets.candidate_grid import CandidateGrid
from widgets.examination_panel import ExaminationPanel
from widgets.footage_timeline import FootageTimeline
from widgets.panels import Panel
from workbench.governance.checklists import Seen
from workbench.governance.conclusions import LEAD_ONLY
from workbench.governance.reviews import Review

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def shown(
    tmp_path: Path, serve: Callable[[Path], str], open_page: Callable[..., Any]
) -> Iterator[Callable[..., PanelPage]]:
    """Give a function that shows a panel; at the end nothing was asked for from elsewhere."""
    pages: list[PanelPage] = []

    def show(panel: Panel, theme: str = "light", width: int = 1280) -> PanelPage:
        folder = tmp_path / str(len(pages))
        folder.mkdir()
        watched = open_page(viewport={"width": width, "height": 1000})
        pages.append(PanelPage(panel, watched, folder, serve, theme))
        return pages[-1]

    yield show
    for one in pages:
        one.panel.close()
        assert one.watched.outside == one.watched.complaints == []
        assert not NEVER.search(one.page.inner_text("body"))


CARD = ".lfr-card[tabindex='0']"


def pictured(count: int) -> str:
    return f"document.querySelectorAll('.lfr-card img').length >= {count}"


def test_candidates_are_walked_through_chosen_and_filtered_by_the_keyboard(
    shown: Callable[..., PanelPage],
) -> None:
    chosen: list[str] = []
    one = shown(CandidateGrid(rows(), HEAD, on=ON, on_choose=chosen.append, hide_scores=True))
    page = one.page
    one.until(pictured(50))
    assert page.evaluate(
        "[...document.querySelectorAll('.lfr-card img')].every((i) => i.src.startsWith('blob:'))"
    )
    top = page.inner_text(".lfr-stated")
    for words in ("12,480 references", "Full scan. Every reference was compared.",
                  "No candidate is as good a result as any.", "hidden until your conclusion"):  # fmt: skip
        assert words in top
    assert "2.95" not in page.content()
    assert MEANING[:20] not in page.content()

    page.locator(CARD).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    one.until("document.querySelector('[data-candidate=candidate-2][aria-selected=true]')")
    page.keyboard.press("ArrowDown")
    below = page.evaluate("document.activeElement.dataset.candidate")
    columns = int(below.removeprefix("candidate-")) - 2
    assert columns == page.evaluate(
        "(() => { const all = [...document.querySelectorAll('.lfr-card')];"
        " return all.filter((one) => one.offsetTop === all[0].offsetTop).length; })()"
    )
    page.keyboard.press("Enter")
    one.until(f"document.querySelector('[data-candidate={below}][aria-selected=true]')")
    assert chosen == ["candidate-2", below]
    assert "chosen before" in page.inner_text("[data-candidate=candidate-2]")
    assert "chosen before" not in page.inner_text(f"[data-candidate={below}]")
    page.keyboard.press("End")
    assert "rank 50" in one.focus()
    assert page.locator(".lfr-card[tabindex='0']").count() == 1

    page.locator("[data-quality=warn]").press("Enter")
    assert page.locator(".lfr-card:visible").count() == 34
    assert "34 of 50 shown; 16 left out by the filter" in page.inner_text("header")
    assert page.evaluate("document.activeElement.dataset.quality") == "warn", "the focus stays"
    page.locator("[data-quality=accept]").press("Enter")
    assert "The filter leaves out all 50 candidates." in page.inner_text(".lfr-note-words")
    page.get_by_role("button", name="Show all").press("Enter")
    assert page.locator(".lfr-card:visible").count() == 50

    assert isinstance(one.panel, CandidateGrid)
    one.panel.reveal()
    one.until("document.querySelector('.lfr-card').innerText.includes('score 2.95, gap 0.05')")
    assert "1 in 900 faces" in page.inner_text(CARD)
    assert "95 % interval 1 in 1,300 to 1 in 640" in page.inner_text(".lfr-focus")
    assert page.locator(".lfr-card img").count() == 50, "pictures stay"
    page.locator(CARD).focus()
    page.keyboard.press("s")
    assert page.locator(".lfr-as-strip").count() == 1


def test_an_empty_list_and_none_have_screens_of_their_own(
    shown: Callable[..., PanelPage],
) -> None:
    empty = shown(CandidateGrid((), HEAD, on=ON))
    empty.until("document.querySelector('.lfr-note-words b')")
    words = empty.page.inner_text(".lfr-candidates")
    assert "No candidate." in words
    assert "That is a result" in words
    assert isinstance(empty.panel, CandidateGrid)
    empty.panel.fail("custody-2026: the collection was dropped. Choose another.")
    empty.until("document.querySelector('.lfr-problem')")
    assert "the collection was dropped" in empty.page.inner_text(".lfr-problem")
    none = shown(CandidateGrid(on=ON))
    none.until("document.querySelector('.lfr-note-words b')")
    assert "Nothing was searched yet." in none.page.inner_text(".lfr-candidates")


ROW = ".lfr-part-row[tabindex='0']"


@pytest.fixture
def saves() -> Saves:
    return Saves("second", Review(SEARCH).with_examination(examination("first")))


@pytest.fixture
def desk(saves: Saves, shown: Callable[..., PanelPage]) -> PanelPage:
    """Show the desk of a second examiner."""
    one = shown(ExaminationPanel(saves.review, "second", saves, candidates=CANDIDATES, steps=STEPS))
    one.until("document.querySelector('[data-conclusion]')")
    return one


def mark_three(page: Any) -> None:
    page.select_option("select", "candidate-3")
    page.locator(ROW).focus()
    for key in ("1", "ArrowDown", "2", "Enter"):
        page.keyboard.press(key)
    page.keyboard.type("wider by a half")
    for key in ("Enter", "ArrowDown", "3"):
        page.keyboard.press(key)


def test_an_examiner_marks_and_undoes_by_the_keyboard_and_sees_nothing_of_the_first(
    desk: PanelPage, saves: Saves
) -> None:
    page = desk.page
    assert page.inner_text(".lfr-lead") == LEAD_ONLY
    assert page.locator("[aria-pressed=true], [aria-checked=true]").count() == 0, "no default"
    for secret in ("first", REASON):
        assert secret not in page.content().replace("lfr-first", "")
    assert "i.officer" in page.inner_text("[data-step=case]")
    page.locator("[data-conclusion]").first.focus()
    page.keyboard.press("b")
    assert "Choose the candidate first" in page.inner_text(".lfr-problem-words")
    mark_three(page)
    assert "1 similar, 1 different, 1 not visible; 12 of 15 parts left out" in page.inner_text(
        ".lfr-tally"
    )
    assert "outline of face and head: different, wider by a half" in str(
        page.get_attribute("[data-part=outline]", "aria-label")
    )
    page.keyboard.press("c")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    assert page.input_value("textarea") == "", "the key that chose writes nothing"
    page.keyboard.press("Control+Enter")
    assert "Say why, in a few words." in page.inner_text(".lfr-problem-words")
    page.keyboard.type("Not finished")
    page.keyboard.press("Escape")
    assert page.locator("[aria-pressed=true]").count() == 0
    assert page.locator("[aria-checked=true]").count() == 3, "the checklist stays"
    assert len(saves.review.examinations) == 1
    assert desk.heard("examine") == []


def test_an_examiner_concludes_is_refused_and_saves_by_the_keyboard(
    desk: PanelPage, saves: Saves
) -> None:
    page = desk.page
    mark_three(page)
    page.keyboard.press("b")
    assert isinstance(desk.panel, ExaminationPanel)
    desk.panel.look_at("candidate-4")
    problem = "document.querySelector('.lfr-problem-words').innerText"
    desk.until(f"{problem}.includes('another candidate')")
    assert page.input_value("select") == "candidate-3"
    page.keyboard.type("ok")
    page.keyboard.press("Control+Enter")
    desk.until(f"{problem}.includes('reason')")
    assert len(saves.review.examinations) == 1, "refused, and nothing was saved"
    assert page.input_value("textarea") == "ok"
    page.keyboard.type(" and the ears agree, too.")
    save = page.get_by_role("button", name="Save (Ctrl+Enter)").bounding_box()
    assert save["y"] + save["height"] <= 900
    page.keyboard.press("Control+Enter")
    desk.until("document.querySelectorAll('.lfr-examined').length === 2")
    saved = saves.review.examinations[-1]
    assert saved.checklist is not None
    assert [mark.seen for mark in saved.checklist.marks.values()] == [*Seen]
    assert saved.reason == "ok and the ears agree, too."
    assert len(desk.heard("examine")) == 2
    words = page.inner_text(".lfr-told")
    assert "What the search says" in words
    assert "By first, 2026-11-26 10:00:00 UTC" in words
    assert page.locator(".lfr-desk:visible").count() == 0


def test_no_candidate_needs_no_candidate_and_a_draft_comes_back_with_a_new_page(
    shown: Callable[..., PanelPage],
) -> None:
    saves = Saves("second")
    panel = ExaminationPanel(saves.review, "second", saves, candidates=CANDIDATES)
    one = shown(panel)
    page = one.page
    one.until("document.querySelector('[data-conclusion]')")
    page.select_option("select", "candidate-2")
    page.locator(ROW).focus()
    page.keyboard.press("2")
    page.keyboard.press("n")
    page.keyboard.type("The ears of all differ in form.")
    one.rest(0.5)
    page.reload()
    one.until("document.querySelector('[aria-pressed=true]')")
    assert page.input_value("textarea") == "The ears of all differ in form."
    assert page.locator("[aria-checked=true]").count() == 1
    assert "no checklist is saved with it" in page.inner_text(".lfr-summary")
    page.locator("textarea").press("Control+Enter")
    one.until("document.querySelector('.lfr-examined')")
    assert (saves.review.examinations[0].candidate, saves.review.owed) == (None, 1)
    assert "Another examiner, who is not shown it" in page.inner_text(".lfr-standing")


def drawn(count: int) -> str:
    return f"Number(document.querySelector('canvas').dataset.sent ?? 0) >= {count}"


def test_footage_is_walked_through_zoomed_and_played_by_the_keyboard(
    shown: Callable[..., PanelPage],
) -> None:
    timeline = FootageTimeline(
        lanes(), bars_of(), stated="Every appearance was compared.", clip=lambda _: frames(200)
    )
    one = shown(timeline)
    page = one.page
    one.until("document.querySelector('.lfr-focus img')")
    assert page.locator(".lfr-bar").count() == 13
    assert "read against a till receipt" in page.inner_text(".lfr-lane:has(.lfr-gap)")
    assert page.locator(".lfr-flag").all_inner_texts() == ["candidate 1", "candidate 2"]
    assert page.locator(".lfr-flag svg").count() == 2, "a shape and a word, not colour alone"
    assert page.locator(".lfr-bar.lfr-hit").count() == 1, "whom 8 in 10 resemble as much is not"

    page.locator(".lfr-bar[tabindex='0']").focus()
    assert "candidate 1, score 2.50, 1 in 900" in one.focus(), "it begins at the first of them"
    page.keyboard.press("n")
    assert "14:13:00 UTC" in one.focus()
    assert "8 in 10 faces of people who are not on the list" in page.inner_text(".lfr-focus")
    page.keyboard.press("ArrowDown")
    assert "0:05 of the file" in one.focus()
    page.keyboard.press("p")
    assert "candidate 1" in one.focus()
    page.keyboard.press("ArrowRight")
    assert "14:04:00 UTC" in one.focus()
    first = page.inner_text(".lfr-tick >> nth=0")
    for _ in range(4):
        page.keyboard.press("+")
        one.rest(0.05)
    assert page.locator(".lfr-bar").count() < 6, "what is out of view is not drawn"
    one.until("document.querySelector('.lfr-bar img')")
    assert "14:04:00 UTC" in one.focus(), "the focus stays where it was"
    page.keyboard.press("Shift+ArrowRight")
    one.rest(0.05)
    assert page.inner_text(".lfr-tick >> nth=0") != first
    page.keyboard.press("w")
    one.until("document.querySelectorAll('.lfr-bar').length === 13")
    page.mouse.move(800, 300)
    page.mouse.wheel(0, -400)
    one.until("document.querySelectorAll('.lfr-bar').length < 13")

    page.keyboard.press("Enter")
    one.until(drawn(3))
    assert timeline.under_way <= 2
    assert "redacted" in str(page.get_attribute("canvas", "aria-label"))
    page.keyboard.press(" ")
    one.until("document.querySelector('.lfr-clip').dataset.state === 'paused'")
    one.rest(0.2)
    stands = int(str(page.get_attribute("canvas", "data-sent")))
    page.keyboard.press(".")
    one.until(drawn(stands + 1))
    one.rest(0.2)
    assert int(str(page.get_attribute("canvas", "data-sent"))) == stands + 1
    assert f"frame {stands + 1} of the clip" in page.inner_text(".lfr-clip-clock")
    page.keyboard.press("Escape")
    one.until("document.querySelector('.lfr-clip').hidden")
    assert page.evaluate("document.activeElement.classList.contains('lfr-bar')")


def test_a_press_on_a_bar_plays_the_clip_around_it(shown: Callable[..., PanelPage]) -> None:
    played: list[str] = []
    timeline = FootageTimeline(
        lanes(), bars_of(), clip=lambda _: frames(50), on_choose=played.append
    )
    one = shown(timeline)
    said = one.page.inner_text(".lfr-note-words")
    assert "a face to compare, and nobody who was found" in said
    one.page.locator("[data-appearance='f2/0/1']").click()
    one.until(drawn(3))
    assert played == ["f2/0/1"]
    assert "14:22:00 UTC" in one.focus(), "what plays is what was pressed"
    assert "no search of this file is shown here" in one.page.inner_text(".lfr-focus")

    near = [f"f1/0/{number}" for number in (1, 2, 3, 5, 8, 9)]
    timeline.show(lanes(), bars_of(hits=near), stated="Every appearance was compared.")
    one.until("document.querySelectorAll('.lfr-flag').length === 6")
    told = one.page.locator(".lfr-flag").all_inner_texts()
    assert told[0] == "candidate 1"
    assert "" in told, "there is no room for the words of each"
    assert one.page.evaluate(COVERED) == []


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 1920)])
def test_words_stand_out_from_their_ground_in_both_themes(
    theme: str, width: int, shown: Callable[..., PanelPage]
) -> None:
    panels = (
        CandidateGrid(rows(10), HEAD, on=ON),
        ExaminationPanel(Review(SEARCH), "a", Saves("a"), candidates=CANDIDATES, steps=STEPS),
        FootageTimeline(lanes(), bars_of(), clip=lambda _: frames(1)),
    )
    for panel in panels:
        one = shown(panel, theme, width)
        one.until("document.querySelectorAll('.lfr-panel button').length > 4")
        one.rest(0.3)
        assert one.page.evaluate(WIDE) == [], "nothing is wider than the page"
        assert one.page.evaluate(CONTRAST) == []
        assert one.page.evaluate(SMALL) == [], "what is pressed is at least 32 px high"
        one.page.evaluate(AWAITED)
        assert one.page.evaluate(CONTRAST) == [], "also before a picture came"


AWAITED = """() => document.querySelectorAll('.lfr-slot').forEach((one) => {
    const words = document.createElement('span');
    words.className = 'lfr-no-picture';
    words.textContent = '\u2026';
    one.replaceChildren(words);
})"""
COVERED = """() => {
    const words = [...document.querySelectorAll('.lfr-flag-words')];
    const marks = [...document.querySelectorAll('.lfr-flag svg, .lfr-bar')];
    const at = (one) => one.getBoundingClientRect();
    const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    const found = [];
    for (const one of words) {
        const track = at(one.closest('.lfr-track'));
        if (at(one).left < track.left || at(one).right > track.right) found.push(one.innerText + ' is cut');
        for (const other of [...words, ...marks])
            if (other !== one && over(at(one), at(other))) found.push(one.innerText + ' over ' + other.outerHTML.slice(0, 80));
        const mark = at(one.parentElement.querySelector('svg'));
        const leader = one.classList.contains('lfr-back') ? at(one).right : at(one).left;
        if (Math.abs(leader - (mark.left + mark.right) / 2) > 3 || Math.abs(at(one).bottom - mark.top) > 3) found.push(one.innerText + ' leads to no mark');
    }
    return found;
}"""
WIDE = """() => [...document.querySelectorAll('.lfr-panel')]
    .filter((one) => one.scrollWidth > window.innerWidth).map((one) => one.className)"""
SMALL = """() => [...document.querySelectorAll('.lfr-panel button')]
    .filter((one) => one.offsetHeight && one.offsetHeight < 32).map((one) => one.innerText)"""
