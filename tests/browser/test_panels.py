"""The operator's panels in a real browser, told what Python would tell them: no kernel is needed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from widgets.alert_queue import _QueueSurface
from widgets.alert_words import page_words
from widgets.live import _LiveSurface
from widgets.session_panel import _SessionSurface
from widgets.watchlist_builder import _BuilderSurface
from workbench.governance.roles import Role

pytestmark = pytest.mark.browser

HOST = """<!doctype html><html lang="en"><meta charset="utf-8"><title>host</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="panel.css">
<body style="margin:0"><div id="here" style="max-width:520px"></div>
<script type="module">
import view from "./panel.js";
const heard = [];
window.said = [];
window.tell = (content, ...pictures) => {
  const buffers = pictures.map((text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer));
  heard.forEach((hear) => hear(content, buffers));
};
window.view = () => said[0].view;
const model = {
  send: (content) => said.push(content),
  on: (_, hear) => heard.push(hear),
  off: (_, hear) => heard.splice(heard.indexOf(hear), 1),
};
window.listening = () => heard.length;
window.stop = view.render({ model, el: document.getElementById("here") });
window.ready = true;
</script></body></html>"""


@pytest.fixture
def show(
    tmp_path: Path, serve: Callable[[Path], str], open_page: Callable[..., Any]
) -> Callable[[Any], Any]:
    """Give a function that shows the code of a panel and returns the watched page."""

    def start(surface: Any) -> Any:
        (tmp_path / "panel.js").write_text(surface._esm)
        (tmp_path / "panel.css").write_text(surface._css)
        (tmp_path / "index.html").write_text(HOST)
        watched = open_page(viewport={"width": 900, "height": 1400})
        watched.page.goto(serve(tmp_path))
        watched.page.wait_for_function("window.ready")
        return watched

    return start


def jpeg(width: int = 64, height: int = 36, shade: int = 90) -> str:
    """Return an even picture as base64."""
    import base64

    buffer = io.BytesIO()
    Image.new("RGB", (width, height), (shade, shade, shade)).save(buffer, "JPEG")
    return base64.b64encode(buffer.getvalue()).decode()


def tell(page: Any, content: dict[str, Any], *pictures: str) -> None:
    page.evaluate("([content, pictures]) => tell(content, ...pictures)", [content, list(pictures)])


def said(page: Any, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(
        "kind => said.filter((one) => one.kind === kind)", kind
    )
    return found


def alert(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"alert-{number}", "at": f"14:02:{number:02d} UTC", "age_s": 3.0, "taken_s": None,
        "feed": "camera-1", "category": "wanted by <b>courts</b>",
        "category_word": "wanted by <b>courts</b>", "blue_list": False,
        "subject": f"NOM-{number}", "score": 0.71, "threshold": 0.62, "meaning": "1 in 41,000 faces",
        "references": 1240, "state": "open", "owed": 2, "said_by_me": False, "two_person": True,
        "verdicts": [], "engaging": [],
    } | changes  # fmt: skip


def alerts(*numbers: int, fresh: tuple[int, ...] = (), **more: Any) -> dict[str, Any]:
    return {
        "kind": "alerts", "alerts": [alert(number) for number in numbers], "loaded": True,
        "fresh": [f"alert-{number}" for number in fresh], "fault": None, "read_at": "14:03:00 UTC",
    } | more  # fmt: skip


DETAIL = {
    "quality": [{"of": "Face in the feed", "verdict": "warn", "reasons": ["small."]},
                {"of": "Reference", "verdict": "accept", "reasons": []}],
    "others": [], "grounds": ["a warrant"], "image": "image of 2021, a.jpg",
    "year": "image of 2021", "notes": [],
}  # fmt: skip


@pytest.fixture
def queue(show: Callable[[Any], Any]) -> Any:
    """Show a queue of eight alerts, the newest opened."""
    watched = show(_QueueSurface)
    page = watched.page
    tell(page, {"kind": "welcome", "to": page.evaluate("view()")})
    words = page_words(Role.OPERATOR, two_person=True, unit="cosine")
    tell(page, {"kind": "page", **words})
    tell(page, alerts(*range(8, 0, -1)))
    opened = alert(8, kind="opened", to=page.evaluate("view()"), detail=DETAIL)
    tell(page, opened, jpeg(), jpeg(160, 160))
    page.locator(".lfr-pair img").nth(1).wait_for()
    yield watched
    assert watched.outside == watched.complaints == []


def place(page: Any, selector: str) -> Any:
    return page.evaluate(
        "s => { const b = document.querySelector(s).getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; }",
        selector,
    )


@pytest.mark.slow
def test_what_is_saved_takes_no_focus_from_another_panel(queue: Any) -> None:
    page = queue.page
    page.evaluate(
        "() => { const i = document.createElement('input'); i.id = 'else';"
        " document.body.append(i); i.focus(); }"
    )
    tell(page, {"kind": "saved", "what": "decide", "alert": "alert-8"})
    assert page.evaluate("document.activeElement.id") == "else"


@pytest.mark.slow
def test_heading_credits_and_a_long_category_are_shown_whole(queue: Any) -> None:
    page = queue.page
    words = page_words(Role.OPERATOR, two_person=True, unit="cosine")
    around = {"heading": "Alerts of the second verifier", "about": "As b.", "credits": ["A: B."]}
    tell(page, {"kind": "page", **words, **around})
    assert page.inner_text(".lfr-queue h3") == "Alerts of the second verifier"
    assert page.inner_text(".lfr-credits") == "Category: demonstration. Photographs: A: B."
    tell(page, {**alerts(), "alerts": [alert(8, category_word="a long category " * 12)]})
    row = "document.querySelector('.lfr-row > span')"
    assert page.evaluate(f"{row}.scrollWidth <= {row}.clientWidth + 1")
    assert page.evaluate(f"{row}.innerText.trim().endsWith('a long category')")


@pytest.mark.slow
def test_a_new_alert_never_moves_the_one_being_decided(queue: Any) -> None:
    page = queue.page
    page.locator(".lfr-list").focus()
    page.keyboard.press("t")
    page.keyboard.type("same sc")
    watched = ".lfr-reason", ".lfr-pair", '[aria-selected="true"]', ".lfr-detail"
    before = [place(page, one) for one in watched]
    tell(page, alerts(*range(10, 0, -1), fresh=(10, 9)))
    page.keyboard.type("ar")
    assert [place(page, one) for one in watched] == before
    assert page.input_value(".lfr-reason:visible") == "same scar", "the focus stayed where it was"
    assert page.get_attribute('[aria-selected="true"]', "data-alert") == "alert-8"
    assert "2 new above" in page.inner_text(".lfr-strip")
    assert "New alert at 14:02:09 UTC" in page.inner_text(".lfr-new-words")
    page.keyboard.press("Escape")
    assert page.locator("[data-alert]").count() == 10, "they come once it is saved or undone"
    assert page.get_attribute('[aria-selected="true"]', "data-alert") == "alert-8"


@pytest.mark.slow
def test_where_nothing_is_being_decided_the_selected_row_stays_where_it_is(queue: Any) -> None:
    page = queue.page
    row = '[aria-selected="true"]'
    before = place(page, row)
    tell(page, alerts(*range(12, 0, -1), fresh=(12, 11, 10, 9)))
    assert place(page, row) == before
    assert page.locator("[data-alert]").count() == 12


@pytest.mark.slow
def test_no_decision_is_chosen_beforehand_and_none_goes_without_a_reason(queue: Any) -> None:
    page = queue.page
    assert page.locator("[data-decision][aria-pressed=true]").count() == 0
    assert page.locator(".lfr-form:visible").count() == 0
    page.locator(".lfr-list").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("u")
    page.keyboard.press("Enter")
    assert said(page, "decide") == []
    assert "Say why, in a few words." in page.inner_text(".lfr-problem-words")
    page.keyboard.type("too dark to say")
    page.keyboard.press("Enter")
    (sent,) = said(page, "decide")
    assert (sent["alert"], sent["decision"], sent["reason"]) == (
        "alert-8",
        "unresolved",
        "too dark to say",
    )
    page.keyboard.press("Enter")
    assert len(said(page, "decide")) == 1, "a second press saves nothing twice"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "decision"),
    [
        ("t", "true-confirmed"),
        ("r", "true-unconfirmed"),
        ("f", "false-confirmed"),
        ("d", "false-unconfirmed"),
        ("u", "unresolved"),
        ("e", "engage"),
        ("x", "do-not-engage"),
    ],
)
def test_one_letter_for_each_decision_and_esc_undoes_it(
    key: str, decision: str, queue: Any
) -> None:
    page = queue.page
    page.locator(".lfr-list").focus()
    page.keyboard.press(key)
    assert page.get_attribute("[data-decision][aria-pressed=true]", "data-decision") == decision
    assert page.evaluate("document.activeElement.className") == "lfr-reason"
    page.keyboard.press("Escape")
    assert page.locator("[data-decision][aria-pressed=true]").count() == 0
    assert said(page, "decide") == said(page, "engage") == []


HELD = ("down", "down", "down", "up")
COMPOSED = """key => document.activeElement.dispatchEvent(new KeyboardEvent(
    'keydown', { key, isComposing: true, bubbles: true, cancelable: true }))"""


def hold(page: Any, key: str) -> None:
    """Hold a key so long that it repeats."""
    for what in HELD:
        getattr(page.keyboard, what)(key)


@pytest.mark.slow
def test_a_key_that_is_held_writes_no_reason_and_is_one_press(queue: Any) -> None:
    page = queue.page
    page.locator(".lfr-list").focus()
    hold(page, "l")
    assert len(said(page, "refresh")) == 1
    hold(page, "t")
    assert page.input_value(".lfr-reason:visible") == ""
    page.keyboard.type("tttell ")
    hold(page, "s")
    assert page.input_value(".lfr-reason:visible") == "tttell sss", "what is typed may repeat"
    hold(page, "Enter")
    tell(page, {"kind": "refused", "what": "decide", "alert": "alert-8", "words": "Not now."})
    page.keyboard.down("Enter")
    assert len(said(page, "decide")) == 2
    tell(page, {"kind": "refused", "what": "decide", "alert": "alert-8", "words": "Not now."})
    page.keyboard.down("Enter")
    assert len(said(page, "decide")) == 2, "it is held, and not pressed again"


@pytest.mark.slow
def test_enter_and_esc_that_end_the_writing_of_a_letter_save_and_undo_nothing(queue: Any) -> None:
    page = queue.page
    page.locator(".lfr-list").focus()
    page.keyboard.press("t")
    page.keyboard.type("The same ears.")
    page.evaluate(COMPOSED, "Enter")
    page.evaluate(COMPOSED, "Escape")
    assert said(page, "decide") == []
    assert page.input_value(".lfr-reason:visible") == "The same ears."
    page.keyboard.press("Enter")
    assert len(said(page, "decide")) == 1


@pytest.mark.slow
def test_what_another_tab_saves_or_is_refused_is_not_said_of_what_is_written_here(
    queue: Any,
) -> None:
    page = queue.page
    page.locator(".lfr-list").focus()
    page.keyboard.press("x")
    page.keyboard.type("Too far ")
    other = {"what": "engage", "alert": "alert-8", "to": "v-other"}
    tell(page, other | {"kind": "saved"})
    tell(page, other | {"kind": "refused", "words": "Not there."})
    page.keyboard.type("away.")
    assert page.inner_text(".lfr-problem-words") == ""
    assert page.get_by_text("Decision to engage saved.").count() == 0
    page.keyboard.press("Enter")
    (sent,) = said(page, "engage")
    assert (sent["decision"], sent["reason"]) == ("do-not-engage", "Too far away.")
    tell(page, other | {"kind": "saved", "to": page.evaluate("view()")})
    show_again(page)
    assert page.locator(".lfr-form:visible").count() == 0


@pytest.mark.slow
def test_another_alert_is_not_opened_while_one_is_being_decided(queue: Any) -> None:
    page = queue.page
    page.locator(".lfr-list").focus()
    page.keyboard.press("t")
    page.locator("[data-alert=alert-7]").click()
    assert "Save this decision or undo it" in page.inner_text(".lfr-problem-words")
    assert [one["alert"] for one in said(page, "open")] == ["alert-8"]


def show_again(page: Any, **changes: Any) -> None:
    """Send the alert that is open once more, as Python does when it is asked for it."""
    opened = alert(8, kind="opened", to=page.evaluate("view()"), detail=DETAIL) | changes
    tell(page, opened, jpeg(), jpeg(160, 160))


@pytest.mark.slow
def test_what_is_typed_outlasts_what_comes_of_the_alert_meanwhile(queue: Any) -> None:
    page = queue.page
    page.locator(".lfr-list").focus()
    page.keyboard.press("t")
    page.keyboard.type("The same ")
    show_again(page, owed=1)
    tell(page, alerts(*range(8, 0, -1)))
    page.keyboard.type("ears.")
    assert "2 verdicts owed" in page.inner_text("[data-what=decide]")
    page.keyboard.press("Enter")
    (sent,) = said(page, "decide")
    assert (sent["decision"], sent["reason"]) == ("true-confirmed", "The same ears.")


@pytest.mark.slow
def test_how_long_an_alert_is_open_goes_on_when_the_list_is_read_again(queue: Any) -> None:
    page = queue.page
    aged = "() => { const [m, s] = document.querySelector('.lfr-age').textContent.split(':'); return 60 * m + Number(s); }"
    page.wait_for_function(f"({aged})() >= 5", timeout=10_000)
    tell(page, alerts(*range(9, 0, -1)))
    page.wait_for_timeout(1_100)
    assert page.evaluate(aged) >= 6


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "no person has decided"),
        ({"owed": 1}, "one person has decided, another has not"),
        ({"owed": 1, "said_by_me": True}, "you have decided, another person has not"),
        ({"owed": 1, "two_person": False}, "no person has decided"),
    ],
)
def test_it_says_who_has_decided_so_far(changes: dict[str, Any], words: str, queue: Any) -> None:
    show_again(queue.page, **changes)
    assert queue.page.inner_text(".lfr-stands").endswith(words)


@pytest.mark.slow
def test_what_came_meanwhile_is_shown_once_the_decision_is_undone(queue: Any) -> None:
    page = queue.page
    page.locator(".lfr-list").focus()
    page.keyboard.press("t")
    show_again(page, owed=1)
    page.keyboard.press("Escape")
    assert "1 verdict owed" in page.inner_text("[data-what=decide]")
    assert page.locator(".lfr-form:visible").count() == 0


@pytest.mark.slow
def test_whoever_decides_to_engage_right_after_a_verdict_loses_nothing(queue: Any) -> None:
    page = queue.page
    page.locator(".lfr-list").focus()
    page.keyboard.press("t")
    page.keyboard.type("The same ears.")
    page.keyboard.press("Enter")
    mine = {"owed": 1, "said_by_me": True}
    verdict = {
        "by": "you", "verdict": "true-confirmed", "reason": "The same ears.", "at": "14:03:00 UTC",
    }  # fmt: skip
    mine["verdicts"] = [verdict]
    rows = [alert(8, **mine), *(alert(number) for number in range(7, 0, -1))]
    tell(page, alerts() | {"alerts": rows})
    tell(page, {"kind": "saved", "what": "decide", "alert": "alert-8"})
    assert len(said(page, "open")) == 2, "asked for once more, and not once more again"
    page.keyboard.press("x")
    page.keyboard.type("Too far ")
    show_again(page, **mine)
    page.keyboard.type("away.")
    page.keyboard.press("Enter")
    (sent,) = said(page, "engage")
    assert (sent["decision"], sent["reason"]) == ("do-not-engage", "Too far away.")


@pytest.mark.slow
def test_what_somebody_else_decided_about_engaging_is_fetched(queue: Any) -> None:
    page = queue.page
    engaging = [{"by": "an officer", "decision": "engage", "reason": "Near.", "at": "14:03:00 UTC"}]
    rows = [alert(8, engaging=engaging), *(alert(number) for number in range(7, 0, -1))]
    tell(page, alerts() | {"alerts": rows})
    assert [one["alert"] for one in said(page, "open")] == ["alert-8", "alert-8"]
    show_again(page, engaging=engaging)
    assert "engage by an officer" in page.inner_text("[data-what=engage]")


@pytest.mark.slow
def test_a_key_is_heard_after_the_button_that_had_the_focus_was_made_anew(queue: Any) -> None:
    page = queue.page
    page.locator("[data-decision=unresolved]").focus()
    show_again(page, owed=1)
    assert page.evaluate("document.activeElement.dataset.decision") == "unresolved"
    page.keyboard.press("f")
    assert "false-confirmed" in page.inner_text(".lfr-chosen:visible")


@pytest.mark.slow
def test_the_faces_of_an_alert_that_is_destroyed_are_shown_no_longer(queue: Any) -> None:
    page = queue.page
    tell(page, alerts(7, 6))
    assert page.locator(".lfr-pair img").count() == 0
    assert said(page, "open")[-1]["alert"] == "alert-7"
    tell(page, alerts())
    assert "No alert: no face has reached the threshold." in page.inner_text("#here")


@pytest.mark.slow
def test_both_faces_have_the_same_size(queue: Any) -> None:
    page = queue.page
    page.wait_for_function(
        "[...document.querySelectorAll('.lfr-pair img')].every((i) => i.complete)"
    )
    probe, reference = page.evaluate(
        "[...document.querySelectorAll('.lfr-pair img')].map((i) => i.getBoundingClientRect().width)"
    )
    # The reference is cut a tenth wider than its face, the probe tight.
    assert reference / probe == pytest.approx(1.1, rel=0.01)


@pytest.mark.slow
def test_words_never_become_markup(queue: Any) -> None:
    assert "wanted by <b>courts</b>" in queue.page.inner_text(".lfr-facts")
    assert queue.page.locator(".lfr-facts b b, .lfr-row b b").count() == 0


@pytest.mark.slow
def test_targets_are_large_enough(queue: Any) -> None:
    heights = queue.page.evaluate(
        "[...document.querySelectorAll('button, [role=option]')].filter((b) => b.offsetParent).map((b) => [b.getBoundingClientRect().height, b.classList.contains('lfr-small')])"
    )
    assert all(height >= (32 if small else 44) for height, small in heights), heights


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (alerts(loaded=False, fault="the store is gone"), "The alerts cannot be read."),
        (alerts(), "No alert: no face has reached the threshold."),
    ],
)
def test_empty_and_error_say_what_to_do(
    content: dict[str, Any], words: str, show: Callable[[Any], Any]
) -> None:
    page = show(_QueueSurface).page
    assert "Reading the alerts of the deployment." in page.inner_text("#here")
    tell(page, content)
    assert words in page.inner_text("#here")


@pytest.mark.slow
def test_a_list_that_cannot_be_read_again_says_when_it_was_true(queue: Any) -> None:
    tell(queue.page, alerts(*range(8, 0, -1), fault="the store is gone"))
    assert "Stale: the list is of 14:03:00 UTC. the store is gone" in queue.page.inner_text(
        ".lfr-strip"
    )


CLOSED = """() => {
    const take = said.push.bind(said);
    said.push = (content) => { take(content); throw new Error('Cannot send'); };
}"""
"""From now on the model is closed, as it is once a page is left: what is sent is an error."""


@pytest.mark.slow
def test_a_view_that_hears_nothing_goes_on_saying_hello_and_leaves_without_an_error(
    show: Callable[[Any], Any],
) -> None:
    watched = show(_LiveSurface)
    page = watched.page
    page.wait_for_function("said.filter((one) => one.kind === 'hello').length >= 3", timeout=10_000)
    assert [one["tries"] for one in said(page, "hello")][:3] == [1, 2, 3]
    tell(page, {"kind": "welcome", "to": page.evaluate("view()")})
    assert len(said(page, "follow")) == 1
    page.evaluate(CLOSED)
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    page.evaluate("stop()")
    assert page.evaluate("listening()") == 0
    assert len(said(page, "bye")) == 2
    assert watched.complaints == [], "what goes of itself finds nobody once the page is left"


@pytest.mark.slow
def test_every_frame_is_acknowledged_and_the_newest_drawn(show: Callable[[Any], Any]) -> None:
    watched = show(_LiveSurface)
    page = watched.page
    frames = [
        [{"kind": "frame", "n": n, "time_s": n / 25, "size": [64, 36], "covered": [[1, 2, 9, 9]], "open": [["a", 20, 3, 30, 20]]}, jpeg(shade=20 * n)]
        for n in range(1, 7)
    ]  # fmt: skip
    page.evaluate(
        "frames => frames.forEach(([content, picture]) => tell(content, picture))", frames
    )
    page.wait_for_function("said.filter((one) => one.kind === 'drawn').length === 6")
    assert sorted(one["n"] for one in said(page, "drawn")) == [1, 2, 3, 4, 5, 6]
    assert page.get_attribute("canvas", "data-frame") == "6"
    shade = page.evaluate(
        "[...document.querySelector('canvas').getContext('2d').getImageData(50, 30, 1, 1).data]"
    )
    assert shade[0] == pytest.approx(120, abs=4)
    tell(
        page,
        {"kind": "frame", "n": 7, "time_s": 1, "size": [64, 36], "covered": [], "open": []},
        "AAAA",
    )
    page.wait_for_function("said.some((one) => one.kind === 'drawn' && one.n === 7)")
    assert "could not be drawn" in page.inner_text("#here")
    assert watched.outside == watched.complaints == []


@pytest.mark.slow
def test_the_zone_is_drawn_by_keyboard_and_by_pointer(show: Callable[[Any], Any]) -> None:
    page = show(_LiveSurface).page
    corners = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]
    tell(page, {"kind": "welcome", "to": page.evaluate("view()")})
    tell(page, {"kind": "zone", "points": corners, "whole": False, "may_draw": True})
    page.get_by_role("button", name="Edit zone").press("Enter")
    assert page.locator(".lfr-handle").count() == 3
    for key in ("ArrowRight", "Shift+ArrowDown", "+"):
        page.keyboard.press(key)
    assert page.locator(".lfr-handle").count() == 4
    page.keyboard.press("Delete")
    page.keyboard.press("Delete")
    assert page.locator(".lfr-handle").count() == 3
    assert "three corners at least" in page.inner_text("#here")
    box = page.locator(".lfr-stage").bounding_box()
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.1 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.2 * box["height"], steps=3)
    page.mouse.up()
    page.get_by_role("button", name="Use this zone").click()
    (sent,) = said(page, "zone")
    assert sent["points"][0] == pytest.approx([0.11, 0.15])
    assert sent["points"][1] == pytest.approx([0.8, 0.2], abs=0.01)
    tell(page, {"kind": "zone", "points": corners, "whole": False, "may_draw": False})
    assert page.get_by_role("button", name="Edit zone").is_disabled()


@pytest.mark.slow
def test_the_whole_zone_is_moved_by_keys_and_by_pointer_and_stays_in_the_picture(
    show: Callable[[Any], Any],
) -> None:
    page = show(_LiveSurface).page
    corners = [[0.1, 0.1], [0.5, 0.1], [0.3, 0.4]]
    tell(page, {"kind": "zone", "points": corners, "whole": False, "may_draw": True})
    page.get_by_role("button", name="Edit zone").press("Enter")
    for _ in corners:
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "lfr-mover"
    assert "The whole zone" in str(page.get_attribute(".lfr-mover", "aria-label"))
    for key in ("Shift+ArrowRight", "ArrowDown", *["Shift+ArrowLeft"] * 9):
        page.keyboard.press(key)
    box = page.locator(".lfr-stage").bounding_box()
    middle = page.locator(".lfr-mover").bounding_box()
    x, y = middle["x"] + middle["width"] / 2, middle["y"] + middle["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 0.2 * box["width"], y + 0.3 * box["height"], steps=3)
    page.mouse.up()
    page.get_by_role("button", name="Use this zone").press("Enter")
    (sent,) = said(page, "zone")
    expected = [[0.2, 0.41], [0.6, 0.41], [0.4, 0.71]]
    for point, (right, down) in zip(sent["points"], expected, strict=True):
        assert point == pytest.approx([right, down], abs=0.01)


@pytest.mark.slow
def test_escape_leaves_the_zone_as_it_was(show: Callable[[Any], Any]) -> None:
    page = show(_LiveSurface).page
    corners = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]
    tell(page, {"kind": "zone", "points": corners, "whole": False, "may_draw": True})
    page.get_by_role("button", name="Edit zone").press("Enter")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Escape")
    assert page.locator(".lfr-handle").count() == 0
    assert page.evaluate("document.activeElement.textContent") == "Edit zone"
    assert said(page, "zone") == []


STATUS = {
    "kind": "status", "state": "running", "feed": "camera-1", "health": {"mark": "good", "word": "live"},
    "words": "", "fps": 24.8, "frame_s": 0.4, "frames": 900, "faces_seen": 3412, "tracks": 24,
    "tracks_now": 3, "drops": 0, "gaps": [], "feed_time_s": 60.0,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": "empty"}, "Choose threshold and zone, then press Start."),
        ({"state": "starting", "words": "loading the models", "since_s": 7}, "loading the models"),
        (
            {"state": "paused", "words": "Why: a word with the sergeant"},
            "Paused: nothing is searched.",
        ),
        ({"state": "error", "words": "the camera is gone"}, "The search ended by a fault."),
        (
            {"state": "ended", "words": "It ended because the authority ended."},
            "the authority ended",
        ),
        ({"state": "running"}, "Waiting for the first frame."),
        (
            {"state": "running", "place": "in another process"},
            "This search runs in another process. Its picture is shown only where it was started",
        ),
        (
            {
                "gaps": [
                    {"kind": "missing", "start_s": 4, "end_s": 9, "words": "no frames from 0:04.0"}
                ]
            },
            "1 gap",
        ),
    ],
)
def test_each_state_of_the_picture_is_said(
    changes: dict[str, Any], words: str, show: Callable[[Any], Any]
) -> None:
    page = show(_LiveSurface).page
    assert "Waiting for the kernel" in page.inner_text("#here")
    tell(page, json.loads(json.dumps(STATUS | changes)))
    assert words in page.inner_text("#here")
    assert "faces seen 3,412" in page.inner_text("#here")


@pytest.mark.slow
def test_what_cannot_be_read_now_is_said_and_is_no_end(show: Callable[[Any], Any]) -> None:
    page = show(_LiveSurface).page
    tell(page, {"kind": "status", "state": "empty", "unread": "the records are away"})
    page.get_by_text("Whether anything is searched cannot be read.").wait_for()
    tell(page, STATUS | {"unread": "the records are away"})
    page.get_by_text("how it is now cannot be read: the records are away").wait_for()
    assert page.get_by_text("The search ended").count() == 0
    tell(page, STATUS)
    assert page.get_by_text("cannot be read").count() == 0


@pytest.mark.slow
def test_a_pause_without_a_place_in_the_feed_is_named_and_not_drawn(
    show: Callable[[Any], Any],
) -> None:
    page = show(_LiveSurface).page
    unknown = {"kind": "paused", "start_s": None, "end_s": None, "words": "paused from 14:02:05"}
    known = {"kind": "paused", "start_s": 4, "end_s": 9, "words": "paused from 14:03:05"}
    tell(page, STATUS | {"gaps": [known, unknown]})
    assert "2 gaps" in page.inner_text("#here")
    assert page.locator("li", has_text="paused from 14:02:05").count() == 1
    (drawn,) = page.locator("rect.lfr-gap-paused").all()
    assert float(drawn.get_attribute("width")) == pytest.approx(1000 * 5 / 60)


@pytest.mark.slow
def test_the_list_of_gaps_stays_open_while_the_search_goes_on(show: Callable[[Any], Any]) -> None:
    page = show(_LiveSurface).page
    gap = {"kind": "missing", "start_s": 4, "end_s": 9, "words": "no frames from 0:04.0"}
    tell(page, STATUS | {"gaps": [gap]})
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    tell(page, STATUS | {"gaps": [gap], "feed_time_s": 61.0})
    tell(page, STATUS | {"gaps": [gap, gap | {"words": "dark from 1:00.0"}], "feed_time_s": 70.0})
    assert page.get_by_text("dark from 1:00.0").is_visible()
    assert page.evaluate("document.activeElement.textContent") == "2 gaps"


@pytest.mark.slow
def test_what_is_said_over_the_picture_is_said_once_and_its_button_stays(
    show: Callable[[Any], Any],
) -> None:
    page = show(_LiveSurface).page
    page.evaluate("window.changes = 0")
    tell(page, STATUS | {"state": "error", "words": "the camera is gone"})
    page.get_by_role("button", name="Copy this").focus()
    page.evaluate(
        "new MutationObserver((all) => (changes += all.length)).observe("
        "document.querySelector('.lfr-note [aria-live]'), {childList: true, subtree: true})"
    )
    tell(page, STATUS | {"state": "error", "words": "the camera is gone", "fps": 1.0})
    page.wait_for_timeout(1_500)
    assert page.evaluate("changes") == 0
    assert page.evaluate("document.activeElement.textContent") == "Copy this"


def facts(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "facts", "place": "High Street (51.5074, -0.1278)", "reference": "2026-11/HIGH-ST-1",
        "left_s": 7200.0, "references": 12, "threshold": 0.5, "minimum": 0.4, "unit": "cosine",
        "meaning": None, "short": None, "may_start": True, "demonstration": False,
        "feed": "camera-1", "has_feed": True,
    } | changes  # fmt: skip


@pytest.mark.slow
def test_the_head_keeps_the_focus_and_a_reason_that_is_being_written(
    show: Callable[[Any], Any],
) -> None:
    page = show(_SessionSurface).page
    tell(page, facts())
    page.locator(".lfr-start").press("Enter")
    inside = "document.querySelector('.lfr-session').contains(document.activeElement)"
    assert page.evaluate(inside), "after Start, no letter goes to JupyterLab"
    tell(page, STATUS)
    assert page.evaluate(inside)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Pause"
    page.keyboard.press("Enter")
    page.keyboard.type("a word ")
    tell(page, STATUS | {"state": "waiting"})
    page.keyboard.type("with the sergeant")
    tell(page, STATUS)
    page.keyboard.press("Enter")
    (sent,) = said(page, "pause")
    assert sent["why"] == "a word with the sergeant", "the camera came and went meanwhile"
    assert page.evaluate(inside)
    tell(page, STATUS | {"state": "paused"})
    page.keyboard.press("Enter")
    assert said(page, "resume") == [], "a second Enter does not undo the pause"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Go on"


@pytest.mark.slow
def test_enter_that_is_held_on_stop_and_one_that_ends_a_letter_stop_nothing(
    show: Callable[[Any], Any],
) -> None:
    page = show(_SessionSurface).page
    tell(page, facts())
    tell(page, STATUS)
    page.locator("[data-does=stop]").focus()
    hold(page, "Enter")
    assert said(page, "stop") == [], "whether it is to stop is still asked"
    page.keyboard.type("the pass is ")
    page.evaluate(COMPOSED, "Enter")
    page.evaluate(COMPOSED, "Escape")
    page.keyboard.type("over")
    page.keyboard.press("Enter")
    (sent,) = said(page, "stop")
    assert sent["why"] == "the pass is over"


@pytest.mark.slow
def test_a_picture_that_is_old_says_so(show: Callable[[Any], Any]) -> None:
    page = show(_LiveSurface).page
    tell(page, STATUS)
    tell(
        page,
        {"kind": "frame", "n": 1, "time_s": 1, "size": [64, 36], "covered": [], "open": []},
        jpeg(),
    )
    page.wait_for_function("document.querySelector('canvas').dataset.frame === '1'")
    page.get_by_text("Stale:").wait_for(timeout=8_000)


ROW = {
    "order": 1, "where": "dropped", "state": "ready", "verdict": "accept", "barred": False,
    "refused": None, "reasons": [], "age": None, "faults": [], "values": {"subject": "NOM-1"},
    "outcome": "", "why": "",
}  # fmt: skip
BARRED = ROW | {
    "state": "refused", "verdict": "reject", "barred": True, "values": {},
    "refused": "None of the credited sample photographs: a demonstration's list takes no other.",
}  # fmt: skip
METER = {
    "usable": 1, "largest": 20_000, "limits": "Policy one.", "states": {"refused": 2}, "faces": None,
    "expected": None, "rests_on": "", "cautions": [], "warnings": [],
}  # fmt: skip


@pytest.mark.slow
def test_images_that_no_list_takes_block_the_build_and_no_form_is_asked_of_them(
    show: Callable[[Any], Any],
) -> None:
    watched = show(_BuilderSurface)
    page = watched.page
    tell(page, {"kind": "welcome", "to": page.evaluate("view()")})
    tell(page, {"kind": "page", "begun": True, "fault": None, "actor": "analyst", "role": "an analyst",
                "demonstration": True, "open": [{"reference": "D-1", "words": "D-1"}], "chosen": "D-1",
                "present": None, "labels": {}, "most": 9, "piece": 9, "smaller": "", "folder": "",
                "choices": {"category": [], "legal_basis": [], "source": [], "related_to": []},
                "credits": []})  # fmt: skip
    rows = [ROW | {"id": "image-1", "name": "a.jpg"}]
    rows += [BARRED | {"id": f"image-{n}", "order": n, "name": f"{n}.jpg"} for n in (2, 3)]
    tell(page, {"kind": "rows", "rows": rows, "pictures": []})
    tell(page, {"kind": "meter"} | METER)
    blocks = page.inner_text(".lfr-blocks")
    assert blocks.strip().startswith("2 images are none of the credited sample photographs")
    for wrong in ("not filled in", "Nothing blocks", "into the record as refused"):
        assert wrong not in blocks
    assert page.locator(".lfr-build").is_disabled()
    row = page.locator("[data-image=image-2]")
    assert "a demonstration's list takes no other." in row.inner_text()
    assert "can be on no list here: take it off" in row.inner_text()
    cut = ".lfr-two-lines"
    assert page.evaluate(
        f"[...document.querySelectorAll('{cut}')].every((one) => one.scrollHeight <= one.clientHeight + 1)"
    )
    assert page.locator(".lfr-size .lfr-shape circle").count() == 1, "it is as it should be"
    tell(page, {"kind": "meter"} | METER | {"warnings": ["98 is more than the 97."]})
    assert page.locator(".lfr-size .lfr-shape circle").count() == 0, "and it is not"
    assert "98 is more than the 97." in page.inner_text(".lfr-foot")
    tell(page, {"kind": "gone", "ids": ["image-2", "image-3"]})
    page.evaluate("new Promise(requestAnimationFrame)")  # in which the page draws
    assert "Nothing blocks the build." in page.inner_text(".lfr-blocks")
    assert watched.outside == watched.complaints == []
