"""Preparing a probe in a real browser, with the product's Python on the other side."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from drawn_probe import drawn_eye_judge, drawn_judge, large_picture, with_faces
from served_panel import served_panel

from widgets import FoundFace, PreparedProbe, ProbeEditor
from widgets.panels import Panel
from widgets.uploads import PIECE_BYTES
from workbench.arrays import ImageArray
from workbench.governance.enhancements import Crop, Rotate, Tone
from workbench.governance.record import Record
from workbench.images import encode_png

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Show = Callable[..., Any]
REASON = "The only frame that shows him from the front."


class Origin(Record):
    """Where a probe comes from, as a test asks for it."""

    source: str
    frame_number: int | None = None


@pytest.fixture
def show(open_page: Callable[..., Any]) -> Iterator[Show]:
    """Give a function that shows a panel; nothing may be asked for elsewhere or complained of."""
    with ExitStack() as stack:
        watched: list[Any] = []

        def start(panel: Panel, **options: Any) -> Any:
            stack.callback(panel.close)
            address = stack.enter_context(served_panel(panel))
            options = {"viewport": {"width": 1280, "height": 1000}} | options
            watched.append(open_page(**options))
            watched[-1].page.goto(address)
            watched[-1].page.locator(".lfr-tabs button").first.wait_for()
            return watched[-1].page

        yield start
        for one in watched:
            assert one.outside == one.complaints == []
            one.page.evaluate("stop()")


def give(page: Any, file: bytes, name: str = "still.png") -> None:
    """Choose a file, as by the button."""
    kind = {"name": name, "mimeType": "image/png", "buffer": file}
    page.set_input_files("input[type=file]", files=[kind])


def until(holds: Callable[[], object], page: Any) -> None:
    ends = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < ends, "it did not come in time"
        page.wait_for_timeout(20)


def settled(page: Any) -> None:
    """Wait until the kernel has nothing to do and both pictures are drawn."""
    page.locator(".lfr-frame:visible").nth(1).wait_for()
    page.wait_for_function("document.querySelector('.lfr-probe').dataset.busy === 'false'")


def tried(page: Any, name: str, value: str) -> None:
    """Fill in a parameter, and wait until what it would give is shown: no button sleeps then."""
    page.locator(f"[data-name={name}]").fill(value)
    page.get_by_text("Tried, not added: the search does not use this.").wait_for()
    settled(page)


def frame(page: Any) -> Any:
    """Return the place of the enhanced copy."""
    return page.locator("figure").nth(1).locator(".lfr-frame").bounding_box()


def drag(page: Any, size: tuple[int, int], box: tuple[int, int, int, int]) -> None:
    """Draw a rectangle, in pixels of the picture, over the copy."""
    at = frame(page)
    scale = at["width"] / size[0]
    page.mouse.move(at["x"] + box[0] * scale, at["y"] + box[1] * scale)
    page.mouse.down()
    page.mouse.move(at["x"] + box[2] * scale, at["y"] + box[3] * scale, steps=5)
    page.mouse.up()


def test_a_picture_of_more_than_10_mib_comes_whole_in_pieces(show: Show, tmp_path: Path) -> None:
    editor = ProbeEditor(drawn_judge)
    page = show(editor)
    file = large_picture()
    assert len(file) > 11 * 1024 * 1024
    (tmp_path / "camera 3.ppm").write_bytes(file)
    page.set_input_files("input[type=file]", tmp_path / "camera 3.ppm")
    settled(page)
    digest = hashlib.sha256(file).hexdigest()
    assert editor.enhancement_log is not None
    assert editor.enhancement_log.file == digest
    assert page.get_attribute(".lfr-facts .lfr-digest >> nth=0", "title") == digest
    assert f"camera 3.ppm \u00b7 {len(file):,} bytes" in page.inner_text(".lfr-facts")
    sent = page.evaluate("said.filter((one) => one.kind === 'piece').map((one) => one.at)")
    assert sent == list(range(0, len(file), PIECE_BYTES)), "each piece once, in order"
    assert page.locator(".lfr-upload").is_hidden()
    assert "The search will use the original, unchanged." in page.inner_text(".lfr-banner")


def test_an_upload_shows_how_far_it_is_and_is_cancelled(show: Show, tmp_path: Path) -> None:
    editor = ProbeEditor(drawn_judge)
    page = show(editor)
    devtools = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": 2**21}
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", slow)
    (tmp_path / "still.ppm").write_bytes(large_picture())
    page.set_input_files("input[type=file]", tmp_path / "still.ppm")
    page.wait_for_function("document.querySelector('progress').value > 0.1")
    assert " of 12.0 MiB \u00b7 still.ppm" in page.inner_text(".lfr-upload")
    page.get_by_role("button", name="Cancel").click()
    assert page.locator(".lfr-upload").is_hidden()
    assert "Cancelled; nothing of it was kept." in page.inner_text(".lfr-trouble")
    until(lambda: editor.upload_received is None, page)
    assert editor.enhancement_log is None
    devtools.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    give(page, encode_png(with_faces(300, 200, (40, 40, 60))))
    settled(page)
    assert "1 step" not in page.inner_text(".lfr-banner")


def test_a_crop_by_dragging_and_by_keys_changes_the_log(show: Show) -> None:
    editor = ProbeEditor(drawn_judge)
    page = show(editor)
    give(page, encode_png(with_faces(600, 400, (100, 80, 80), (400, 80, 80))))
    settled(page)
    drag(page, (600, 400), (60, 40, 240, 220))
    drawn = [
        int(page.input_value(f"[data-name={name}]")) for name in ("left", "top", "width", "height")
    ]
    assert drawn == pytest.approx([60, 40, 180, 180], abs=2)
    assert "lfr-crop" in page.evaluate("document.activeElement.className")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("-")
    page.locator("[data-name=top]").fill(str(drawn[1]))
    page.locator("[data-name=top]").press("Enter")
    until(lambda: editor._work.operations, page)
    wanted = Crop(left=drawn[0] + 6, top=drawn[1], width=drawn[2] - 10, height=drawn[3] - 10)
    assert editor._work.operations == [wanted]
    page.get_by_text("The search will use an enhanced copy (1 step).").wait_for()
    settled(page)
    assert editor.enhancement_log is not None
    (step,) = editor.enhancement_log.steps
    shown = page.locator(".lfr-steps .lfr-digest")
    assert [shown.nth(n).get_attribute("title") for n in (0, 1)] == [step.before, step.after]
    assert shown.first.inner_text() == step.before[:8] + "\u2026"
    assert page.locator("figure").first.inner_text().startswith("Original")
    assert "600 \u00d7 400 px" in page.locator("figcaption").first.inner_text()
    assert (
        f"{drawn[2] - 10} \u00d7 {drawn[3] - 10} px"
        in page.locator("figcaption").nth(1).inner_text()
    )
    page.get_by_role("button", name="Remove step 1").press("Enter")
    page.get_by_text("The search will use the original, unchanged.").wait_for()
    assert editor.enhancement_log.steps == ()


def test_a_step_is_tried_added_changed_and_left_by_the_keyboard(show: Show) -> None:
    editor = ProbeEditor(drawn_judge)
    page = show(editor)
    give(page, encode_png(with_faces(300, 200, (40, 40, 60))))
    settled(page)
    page.locator("[data-kind=tone]").press("Enter")
    tried(page, "gamma", "0.5")
    assert editor._work.operations == []
    page.locator("[data-name=gamma]").press("Enter")
    page.get_by_role("button", name="Change step 1").wait_for()
    page.wait_for_function("!document.querySelector('.lfr-not-used')")
    page.locator("[data-kind=rotate]").press("Space")
    page.get_by_role("button", name="90\u00b0 left").press("Enter")
    page.get_by_text("Tried, not added: the search does not use this.").wait_for()
    settled(page)
    page.get_by_role("button", name="Add this step").press("Enter")
    page.get_by_role("button", name="Change step 2").wait_for()
    settled(page)
    focused = page.evaluate("document.activeElement.textContent")
    assert focused == "Add this step", "it slept meanwhile, and was given back the focus"
    assert editor._work.operations == [Tone(gamma=0.5), Rotate(degrees=90)]
    page.get_by_role("button", name="Change step 1").press("Enter")
    page.get_by_text("As it is before step 1.").wait_for()
    assert page.input_value("[data-name=gamma]") == "0.5"
    page.locator("[data-name=gamma]").fill("9")
    assert page.get_by_role("button", name="Save step 1").is_disabled(), "beyond the limit"
    tried(page, "gamma", "2")
    page.get_by_role("button", name="Save step 1").press("Enter")
    page.get_by_text("gamma 2").wait_for()
    settled(page)
    assert editor._work.operations == [Tone(gamma=2), Rotate(degrees=90)]
    page.get_by_role("button", name="Change step 1").press("Enter")
    page.get_by_text("As it is before step 1.").wait_for()
    settled(page)
    page.get_by_role("button", name="Save step 1").press("Enter")
    page.get_by_text("Enhanced copy: this is searched with").wait_for()
    assert page.locator(".lfr-not-used").count() == 0, "also where nothing became another"


def test_enter_while_the_kernel_is_busy_is_remembered_until_the_values_change(show: Show) -> None:
    free = threading.Event()
    free.set()

    def judge(image: ImageArray) -> tuple[FoundFace, ...]:
        free.wait(20)
        return drawn_judge(image)

    editor = ProbeEditor(judge)
    page = show(editor)
    gamma, said = page.locator("[data-name=gamma]"), page.get_by_text("Enter is remembered")
    give(page, encode_png(with_faces(300, 200, (40, 40, 60))))
    settled(page)
    page.locator("[data-kind=tone]").press("Enter")

    def busy_with(value: str) -> None:
        free.clear()
        gamma.fill(value)
        gamma.press("Enter")
        gamma.press("Enter")  # of the same values: once is meant
        page.wait_for_function("document.querySelector('.lfr-probe').dataset.busy === 'true'")

    busy_with("0.5")
    assert page.get_by_role("button", name="Add this step").is_disabled()
    gamma.fill("2")
    gamma.press("Enter")
    said.wait_for()
    free.set()
    page.get_by_role("button", name="Change step 2").wait_for()
    settled(page)
    assert editor._work.operations == [Tone(gamma=0.5), Tone(gamma=2)]
    assert said.count() == 0
    busy_with("3")
    gamma.fill("3.5")
    gamma.press("Enter")
    said.wait_for()
    gamma.fill("4")
    assert said.count() == 0, "it was meant of other values"
    free.set()
    page.get_by_text("Tried, not added: the search does not use this.").wait_for()
    settled(page)
    assert gamma.input_value() == "4", "what is being typed stays"
    assert editor._work.operations == [Tone(gamma=0.5), Tone(gamma=2), Tone(gamma=3)]
    busy_with("1.5")
    gamma.fill("2")
    gamma.press("Enter")
    said.wait_for()
    page.locator("[data-kind=upscale]").press("Enter")
    assert said.count() == 0, "it was meant of another tool"
    free.set()
    page.get_by_role("button", name="Change step 4").wait_for()
    settled(page)
    assert len(editor._work.operations) == 4


def test_one_of_several_faces_is_chosen_and_a_rejected_one_overridden(show: Show) -> None:
    got: list[PreparedProbe] = []
    editor = ProbeEditor(drawn_judge, origin=Origin, on_ready=got.append)
    page = show(editor)
    give(page, encode_png(with_faces(600, 400, (60, 80, 80), (400, 80, 30))))
    settled(page)
    assert "2 faces: choose the one to search for." in page.inner_text(".lfr-verdict")
    assert page.locator(".lfr-face-label[aria-pressed=true]").count() == 0
    assert page.locator(".lfr-use").is_disabled()
    page.locator(".lfr-face-label").nth(1).press("Enter")
    page.get_by_text("Distance between the eyes is below the least required.").wait_for()
    assert page.locator(".lfr-word").inner_text() == "Quality: reject"
    assert page.locator(".lfr-word svg").count() == 1, "a shape beside the word"
    page.locator("[data-origin=source]").fill("shop camera")
    page.locator("[data-origin=frame_number]").fill("1204")
    page.locator(".lfr-reason").fill("no")
    page.locator(".lfr-reason").press("Enter")
    page.get_by_text("says nothing that could be checked later").wait_for()
    page.locator(".lfr-reason").fill(REASON)
    page.get_by_role("button", name="Override").click()
    page.get_by_text("Overridden:").wait_for()
    page.locator(".lfr-use").click()
    page.get_by_text("This probe is the one that is searched with.").wait_for()
    assert (got[0].override, got[0].face_number) == (REASON, 1)
    assert got[0].origin == Origin(source="shop camera", frame_number=1204)
    page.locator("[data-choice]").first.click()
    page.get_by_text("Quality: accept").wait_for()
    assert editor.probe is None, "another face is another probe"
    page.get_by_text("All is there; nobody has decided yet.").wait_for()


@pytest.mark.parametrize("before", [False, True])
def test_a_bad_file_is_said_and_what_was_there_stays(before: bool, show: Show) -> None:
    editor = ProbeEditor(drawn_judge)
    page = show(editor)
    good = encode_png(with_faces(300, 200, (40, 40, 60)))
    if before:
        give(page, good)
        settled(page)
    give(page, good[:-200], "cut.png")
    page.get_by_text("The picture was not taken.").wait_for()
    words = page.inner_text(".lfr-trouble")
    assert "cut.png: the image is damaged or cut short" in words
    assert ("The picture that is shown here stays as it was." in words) is before
    assert page.locator(".lfr-frame:visible").count() == (2 if before else 0)
    give(page, b"", "empty.png")
    page.get_by_text("empty.png: the file is empty (0 bytes)").wait_for()
    assert len(editor._work.file) == (len(good) if before else 0)


def kept_for_looking_at(page: Any, name: str) -> None:
    """Write what is shown to the folder that WORKBENCH_SCREENSHOTS names, if it names one."""
    if folder := os.environ.get("WORKBENCH_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def drag_left_eye(page: Any, size: tuple[int, int], by: tuple[int, int]) -> None:
    """Take hold of a point beside its middle, and move it by pixels of the picture."""
    handle = page.locator("[data-eye='1']").bounding_box()
    scale = frame(page)["width"] / size[0]
    x, y = handle["x"] + 22, handle["y"] + 22
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0] * scale, y + by[1] * scale, steps=5)
    page.mouse.up()


def place_where_none_was_found(page: Any) -> None:
    page.get_by_role("button", name="Place eyes of a face that was not found").press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_text("Put both points on the eyes first: one was not moved yet.").wait_for()
    for key in ("Tab", "ArrowRight", "Enter"):
        page.keyboard.press(key)


def test_eyes_are_placed_by_hand_by_keys_and_by_dragging(show: Show) -> None:
    editor = ProbeEditor(drawn_judge, eye_judge=drawn_eye_judge)
    page = show(editor)
    give(page, encode_png(with_faces(600, 400, (100, 80, 80), (400, 80, 80))))
    settled(page)
    page.locator(".lfr-face-label").first.press("Enter")
    page.get_by_role("button", name="Correct the eyes by hand").press("Enter")
    right = page.get_by_role("button", name="Right eye of the person: 120.0 px from the left")
    assert right.evaluate("one => one === document.activeElement"), "it is reached at once"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    assert "120.5 px from the left, 111.7 from" in page.locator("[data-eye='0']").get_attribute(
        "aria-label"
    )
    assert editor._work.by_hand is None, "Python is asked only when both are placed"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.eye") == "1"
    drag_left_eye(page, (600, 400), (10, 20))
    kept_for_looking_at(page, "placing")
    assert page.locator(".lfr-crop").is_hidden(), "no crop is drawn meanwhile"
    page.get_by_role("button", name="Use these eyes").click()
    page.get_by_text("The detector had them at right (120.0, 106.7) px").wait_for()
    settled(page)
    assert page.locator(".lfr-eyes").is_hidden()
    placed = editor._work.by_hand
    assert placed is not None
    assert placed.right_eye == pytest.approx((120.5, 111.7), abs=0.06)
    assert placed.left_eye == pytest.approx((170, 126.7), abs=1)
    assert "The eyes of the face were placed by hand." in page.inner_text(".lfr-banner")
    assert page.locator(".lfr-word").inner_text() == "Quality: warn"
    kept_for_looking_at(page, "placed")
    page.get_by_role("button", name="Place them again").press("Enter")
    page.get_by_role("button", name="Leave as it was").press("Enter")
    assert page.locator(".lfr-eyes").is_hidden()
    assert editor._work.by_hand == placed
    page.get_by_role("button", name="Take the detector\u2019s eyes").press("Enter")
    place_where_none_was_found(page)
    page.get_by_text("No face was found there; the eyes were placed by hand.").wait_for()
    settled(page)
    assert page.locator(".lfr-word").inner_text() == "Quality: reject"
    assert "a reason why a rejected quality is overridden" in page.inner_text(".lfr-missing")
    assert page.locator(".lfr-face-label").count() == 3
    page.get_by_role("button", name="Place them again").press("Enter")
    page.locator("[data-kind=tone]").press("Enter")
    tried(page, "gamma", "0.5")
    assert page.locator(".lfr-eyes").is_hidden(), "they are of the copy, and this is none yet"
    page.get_by_role("button", name="Add this step").press("Enter")
    page.get_by_text("The search will use an enhanced copy (1 step).").wait_for()
    settled(page)
    assert editor._work.by_hand is None


def test_a_picture_without_a_face_says_what_helps(show: Show) -> None:
    page = show(ProbeEditor(drawn_judge))
    give(page, encode_png(with_faces(300, 200)))
    settled(page)
    assert "No face found." in page.inner_text(".lfr-verdict")
    assert "a face that is found in the picture" in page.inner_text(".lfr-missing")
    assert page.locator(".lfr-use").is_disabled()


def test_every_control_has_a_name_and_is_reached_by_tab(show: Show) -> None:
    page = show(ProbeEditor(drawn_judge, origin=Origin))
    give(page, encode_png(with_faces(600, 400, (60, 80, 80), (400, 80, 30))))
    settled(page)
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll('button, input, select, canvas, progress')]
            .filter((one) => !one.hidden && one.offsetParent !== null || one.tagName === 'CANVAS')
            .filter((one) => !(one.getAttribute('aria-label') || one.innerText?.trim() || one.labels?.[0]?.innerText.trim()))
            .map((one) => one.outerHTML)"""
    )
    assert unnamed == []
    page.locator(".lfr-choose").focus()
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))
    for name in ('data-face="1"', 'data-kind="denoise"', 'data-name="height"', 'data-choice="0"', 'data-origin="source"'):  # fmt: skip
        assert any(name in one for one in reached), name
