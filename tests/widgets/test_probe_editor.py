"""Preparing a probe: uploads in pieces, steps with digests, faces, overrides, and what comes of it."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import anywidget
import numpy as np
import pytest
from ipywidgets import embed
from PIL import Image
from pydantic import AwareDatetime

from widgets import FoundFace, PreparedProbe, ProbeEditor, judge_by
from widgets.probe_work import ProbeWork
from widgets.record_fields import filled_in, form_of
from widgets.uploads import PIECE_BYTES
from workbench.arrays import ImageArray
from workbench.errors import BlockedError, ImageError, RecordError, UsageError
from workbench.faces.quality import Verdict
from workbench.governance.enhancements import (
    MOST_STEPS,
    Crop,
    Denoise,
    Operation,
    Rotate,
    Tone,
    Upscale,
)
from workbench.governance.record import Record
from workbench.images import encode_png, load_image
from workbench.retrospective.enhancing import enhance, pixel_digest, replay

REASON = "The only frame that shows him from the front."


class Holder(StrEnum):
    """Whose camera it is."""

    SHOP = "shop-camera"
    PHONE = "phone"


class Origin(Record):
    """Where a probe comes from, as a test asks for it."""

    source: Holder
    taken: AwareDatetime
    frame_number: int | None = None
    note: str = ""


def face(x: float = 10, side: float = 20, verdict: Verdict = Verdict.ACCEPT) -> FoundFace:
    box = (x, 5.0, x + side, 5.0 + side)
    reasons = () if verdict is Verdict.ACCEPT else ("It is small.",)
    eyes = (x + side / 4, 12.0), (x + 3 * side / 4, 12.0)
    return FoundFace(box, *eyes, verdict, reasons)


def one_face(image: ImageArray) -> tuple[FoundFace, ...]:
    return (face(),)


def two_faces(image: ImageArray) -> tuple[FoundFace, ...]:
    return face(), face(50)


def bad_face(image: ImageArray) -> tuple[FoundFace, ...]:
    return (face(verdict=Verdict.REJECT),)


def picture(width: int = 120, height: int = 80) -> bytes:
    noise = np.random.default_rng(3).integers(0, 255, (height, width, 3), dtype=np.uint8)
    return encode_png(noise)


class Heard:
    """What a model would send to browsers."""

    def __init__(self) -> None:
        self.said: list[tuple[dict[str, Any], list[bytes]]] = []

    def __call__(self, content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        self.said.append((content, buffers or []))

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [content for content, _ in list(self.said) if content["kind"] == kind]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    heard = Heard()
    monkeypatch.setattr("widgets.panels.Surface.send", lambda _self, *words: heard(*words))
    return heard


@pytest.fixture
def editor(heard: Heard) -> Iterator[ProbeEditor]:
    editor = ProbeEditor(one_face)
    message(editor, "hello", tries=1)
    yield editor
    editor.close()


def message(
    editor: ProbeEditor, kind: str, view: str = "v-1", *buffers: bytes, **more: Any
) -> None:
    """Say something as a browser would."""
    content = {"kind": kind, "view": view, **more}
    editor._on_message(editor._model, content, [memoryview(one) for one in buffers])


def until(holds: Callable[[], object]) -> None:
    ends = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < ends, "it did not come in time"
        time.sleep(0.005)


def begin(editor: ProbeEditor, file: bytes, view: str = "v-1", **changes: Any) -> None:
    digest = hashlib.sha256(file).hexdigest()
    words = {"upload": "u-1", "name": "still.png", "size": len(file), "sha256": digest} | changes
    message(editor, "upload", view, **words)


def send(editor: ProbeEditor, file: bytes, view: str = "v-1") -> None:
    for at in range(0, len(file), PIECE_BYTES):
        message(editor, "piece", view, file[at : at + PIECE_BYTES], upload="u-1", at=at)


def refused(heard: Heard) -> str:
    """Return the words of the one refusal."""
    until(lambda: heard.of("refused"))
    (content,) = heard.of("refused")
    return str(content["words"])


def state(heard: Heard) -> dict[str, Any]:
    return heard.of("state")[-1]


def test_without_a_picture_it_says_what_is_missing(editor: ProbeEditor, heard: Heard) -> None:
    assert state(heard)["picture"] is None
    assert state(heard)["missing"] == ["a picture"]
    assert editor.probe is editor.enhancement_log is None
    message(editor, "use")
    assert "missing a picture" in refused(heard)
    heard.said.clear()
    message(editor, "add", step={"kind": "rotate", "degrees": 90})
    assert "there is no picture yet" in refused(heard)


def test_a_file_of_many_pieces_is_acknowledged_and_checked_on_both_sides(
    editor: ProbeEditor, heard: Heard
) -> None:
    file = picture(1000, 700)
    assert len(file) > 2 * PIECE_BYTES
    begin(editor, file)
    send(editor, file)
    until(lambda: heard.of("uploaded"))
    steps = [0, PIECE_BYTES, 2 * PIECE_BYTES, len(file)]
    assert [one["received"] for one in heard.of("got")] == steps
    assert heard.of("uploaded")[0]["sha256"] == hashlib.sha256(file).hexdigest()
    until(lambda: state(heard)["busy"] == "")
    assert state(heard)["picture"]["size"] == [1000, 700]
    assert editor.upload_received is None


def drawn(kind: str, **how: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new("1", (9000, 8000)).save(buffer, kind, **how)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"MZ this is a program", "this is not an image"),
        (picture()[:-400], "damaged or cut short"),
        (drawn("PNG"), "more than the 64,000,000 pixels allowed"),
    ],
    ids=["no image", "truncated", "too many pixels"],
)
def test_of_a_bad_file_nothing_is_kept_and_the_picture_before_stays(
    file: bytes, words: str, editor: ProbeEditor, heard: Heard
) -> None:
    editor.load(picture(), "good.png")
    editor.add(Rotate(degrees=90))
    before = editor.enhancement_log
    begin(editor, file)
    send(editor, file)
    said = refused(heard)
    assert words in said
    assert said.startswith("still.png: ")
    assert editor.enhancement_log == before
    assert editor._work.name == "good.png"
    assert editor.upload_received is None
    until(lambda: state(heard)["busy"] == "")


def test_of_a_bad_file_nothing_is_kept_where_there_was_none(
    editor: ProbeEditor, heard: Heard
) -> None:
    begin(editor, b"no picture")
    send(editor, b"no picture")
    refused(heard)
    assert editor._work.file == b""
    assert editor._work.original is editor.enhancement_log is None
    assert editor._pictures == {}


def test_a_cancelled_upload_leaves_nothing(editor: ProbeEditor, heard: Heard) -> None:
    file = picture(1000, 700)
    begin(editor, file)
    message(editor, "piece", "v-1", file[:PIECE_BYTES], upload="u-1", at=0)
    message(editor, "stop")
    assert editor.upload_received is None
    assert heard.of("stopped")[0]["to"] == "v-1"
    message(editor, "piece", "v-1", file[PIECE_BYTES:][:9], upload="u-1", at=PIECE_BYTES)
    assert "waits for no such file" in refused(heard)


def test_a_page_that_goes_away_takes_its_upload_along(editor: ProbeEditor, heard: Heard) -> None:
    message(editor, "hello", "v-2", tries=1)
    begin(editor, picture())
    begin(editor, picture(), "v-2")
    assert "another page is uploading" in refused(heard)
    assert heard.of("refused")[0]["to"] == "v-2"
    message(editor, "bye")
    assert editor.upload_received is None
    begin(editor, picture(), "v-2")
    assert editor.upload_received == 0


STEPS: list[Operation] = [Crop(left=4, top=2, width=90, height=70), Tone(gamma=0.8)]


def test_steps_are_those_of_the_library_and_the_log_leads_from_the_original(
    editor: ProbeEditor, heard: Heard
) -> None:
    file = picture()
    editor.load(file, "still.png")
    for step in (*STEPS, Rotate(degrees=5), Upscale(factor=2)):
        message(editor, "add", step=step.plain())
    until(lambda: len(state(heard).get("steps", [])) == 4)
    until(lambda: state(heard)["busy"] == "")
    assert [one["what"] for one in heard.of("done")] == ["add"] * 4
    original = load_image(file)
    copy, log = enhance(
        original,
        [*STEPS, Rotate(degrees=5), Upscale(factor=2)],
        file=hashlib.sha256(file).hexdigest(),
    )
    assert editor.enhancement_log == log
    told = state(heard)["steps"]
    assert [one["after"] for one in told] == [one.after for one in log.steps]
    assert [one["before"] for one in told] == [one.before for one in log.steps]
    assert told[0]["words"] == "crop to 90 \u00d7 70 px from 4, 2"
    assert told[1]["words"] == "tone: brightness +0, contrast 1, gamma 0.8"
    assert state(heard)["enhanced"] is True
    message(editor, "use")
    until(lambda: editor.probe)
    assert editor.probe is not None
    assert np.array_equal(editor.probe.picture, copy)
    assert np.array_equal(replay(editor.probe.original, editor.probe.log), copy)
    assert hashlib.sha256(editor.probe.file).hexdigest() == log.file


def test_the_original_cannot_be_changed() -> None:
    work = ProbeWork(one_face)
    work.load(picture(), "still.png")
    assert work.original is not None
    before = pixel_digest(work.original)
    with pytest.raises(ValueError, match="read-only"):
        work.original[0, 0] = 0
    for step in (Tone(contrast=2.0), Denoise(strength=3), Rotate(degrees=180)):
        work.add(step)
    assert pixel_digest(work.original) == before


def test_a_step_is_changed_and_removed_and_those_after_it_are_done_again() -> None:
    work = ProbeWork(one_face)
    work.load(picture(), "still.png")
    for step in (*STEPS, Rotate(degrees=90)):
        work.add(step)
    work.change(1, Tone(gamma=2))
    assert work.original is not None
    assert work.log is not None
    steps = [STEPS[0], Tone(gamma=2), Rotate(degrees=90)]
    assert work.log == enhance(work.original, steps, file=work.log.file)[1]
    work.remove(0)
    assert work.operations == steps[1:]
    assert np.array_equal(work.before(1), enhance(work.original, steps[1:2], file="0" * 64)[0])
    work.remove(1)
    work.remove(0)
    assert not work.log.is_enhanced
    for number in (-1, 0, 7):
        with pytest.raises(UsageError, match="there is no step"):
            work.remove(number)


def test_a_step_that_cannot_be_done_is_refused_by_its_own_number_and_nothing_changes() -> None:
    work = ProbeWork(one_face)
    work.load(picture(), "still.png")
    work.add(STEPS[0])
    with pytest.raises(UsageError, match=r"step 2: the crop reaches to \(200, 200\) px"):
        work.add(Crop(left=0, top=0, width=200, height=200))
    with pytest.raises(UsageError, match="step 1: the crop reaches"):
        work.change(0, Crop(left=100, top=0, width=100, height=10))
    assert work.operations == [STEPS[0]]


def test_a_log_takes_no_more_steps_than_its_record() -> None:
    work = ProbeWork(one_face)
    work.load(picture(8, 8), "still.png")
    for _ in range(MOST_STEPS):
        work.add(Rotate(degrees=90))
    with pytest.raises(UsageError, match="takes 50 steps at most"):
        work.add(Rotate(degrees=90))
    assert len(work.operations) == MOST_STEPS


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"kind": "warp"}, "there is no such step"),
        (None, "there is no such step"),
        ({"kind": "rotate", "degrees": 400}, "degrees: input should be less than or equal to 180"),
        ({"kind": "upscale", "factor": 9}, "factor: input should be less than or equal to 4"),
        ({"kind": "tone", "gamma": 1, "face": "x"}, "face: extra inputs"),
        ({"kind": "crop", "left": -1, "top": 0, "width": 1, "height": 1}, "left: "),
    ],
)
def test_a_step_that_is_none_is_refused(
    step: object, words: str, editor: ProbeEditor, heard: Heard
) -> None:
    editor.load(picture(), "still.png")
    message(editor, "add", step=step)
    assert words in refused(heard).lower()
    assert state(heard)["steps"] == []


def test_of_steps_that_are_tried_only_the_last_is_shown_and_none_is_kept(heard: Heard) -> None:
    go = threading.Event()

    def slow(image: ImageArray) -> tuple[FoundFace, ...]:
        go.wait(10)
        return one_face(image)

    editor = ProbeEditor(slow)
    message(editor, "hello", tries=1)
    go.set()
    editor.load(picture(), "still.png")
    go.clear()
    message(editor, "add", step={"kind": "rotate", "degrees": 90})
    for asked in range(5):
        message(editor, "try", step={"kind": "tone", "gamma": 1 + asked / 4}, asked=asked)
    go.set()
    until(lambda: heard.of("look"))
    until(lambda: state(heard)["busy"] == "")
    assert [one["asked"] for one in heard.of("look")] == [4]
    assert len(editor._work.operations) == 1
    shown = next(data for content, data in heard.said if content["kind"] == "look")
    wanted = editor._work.tried(Tone(gamma=2))
    assert np.array_equal(load_image(shown[0]), wanted)
    editor.close()


def test_the_picture_before_a_step_is_shown_to_who_asks(editor: ProbeEditor, heard: Heard) -> None:
    editor.load(picture(), "still.png")
    for step in STEPS:
        editor.add(step)
    message(editor, "before", number=1)
    until(lambda: heard.of("look"))
    assert heard.of("look")[0]["size"] == [90, 70]
    assert heard.of("look")[0]["to"] == "v-1"


def test_of_several_faces_somebody_chooses_one() -> None:
    work = ProbeWork(two_faces)
    work.load(picture(), "still.png")
    assert work.face is None
    assert work.missing == ["which of the 2 faces is searched for"]
    with pytest.raises(BlockedError, match="which of the 2 faces"):
        work.use()
    for number in (2, -1):
        with pytest.raises(UsageError, match="there is no face"):
            work.choose(number)
    work.choose(1)
    probe = work.use()
    assert (probe.face, probe.face_number) == (face(50), 1)
    work.add(Tone(gamma=0.9))
    assert work.chosen == 1, "it lies where it lay"
    assert work.probe is None, "what was decided was decided of another picture"
    work.add(Upscale(factor=2))
    assert work.chosen is None, "which one it is cannot be known after a change of size"


def test_a_face_that_lies_elsewhere_is_chosen_anew() -> None:
    places = [20, 60]

    def moving(image: ImageArray) -> tuple[FoundFace, ...]:
        return tuple(face(x) for x in places)

    work = ProbeWork(moving)
    work.load(picture(), "still.png")
    work.choose(0)
    places[:] = [40, 80]
    work.add(Tone(gamma=0.9))
    assert work.chosen is None


def test_without_a_face_nothing_is_searched() -> None:
    work = ProbeWork(lambda _: ())
    work.load(picture(), "still.png")
    assert work.missing == ["a face that is found in the picture"]
    with pytest.raises(UsageError, match="nothing to override"):
        work.set_aside(REASON)
    with pytest.raises(BlockedError, match="a face that is found"):
        work.use()


def test_a_rejected_quality_is_overridden_for_a_reason_and_only_for_that_picture() -> None:
    work = ProbeWork(bad_face)
    work.load(picture(), "still.png")
    assert work.missing == ["a reason why a rejected quality is overridden"]
    for nothing in ("", "no", "aaaa aaaa"):
        with pytest.raises(RecordError, match="override of the quality verdict"):
            work.set_aside(nothing)
    work.set_aside(f" {REASON} ")
    probe = work.use()
    assert probe.overridden
    assert probe.override == REASON
    work.add(Rotate(degrees=0))
    assert work.override == REASON, "no pixel is another one"
    work.add(Tone(gamma=0.9))
    assert work.override is None
    assert work.missing == ["a reason why a rejected quality is overridden"]


def test_a_good_face_is_not_overridden() -> None:
    work = ProbeWork(one_face)
    work.load(picture(), "still.png")
    with pytest.raises(UsageError, match="there is nothing to override"):
        work.set_aside(REASON)
    assert not work.use().overridden


def test_where_it_comes_from_is_asked_for_by_the_fields_of_the_record(heard: Heard) -> None:
    got: list[PreparedProbe] = []
    editor = ProbeEditor(one_face, origin=Origin, on_ready=got.append)
    message(editor, "hello", tries=1)
    form = heard.of("page")[0]["form"]
    assert [(one["name"], one["kind"], one["required"]) for one in form] == [
        ("source", "choice", True),
        ("taken", "moment", True),
        ("frame_number", "whole", False),
        ("note", "text", False),
    ]
    assert form[0]["choices"] == ["shop-camera", "phone"]
    assert form[1]["words"] == "Taken (UTC)"
    editor.load(picture(), "still.png")
    assert editor._work.missing == ["where the picture comes from"]
    with pytest.raises(RecordError, match=r"taken: must be .* such as 2026-11-24T18:00\+00:00"):
        editor._work.describe({"source": "phone", "taken": "24.11.2026 18:00"})
    assert editor._work.missing == [
        "what was refused of where the picture comes from, put right"
    ], "it was filled in"
    values = {"source": "phone", "taken": "2026-03-01T14:02:11", "frame_number": "x", "note": " "}
    message(editor, "origin", values=values)
    assert "frame_number: input should be a valid integer" in refused(heard)
    message(editor, "origin", values=values | {"frame_number": "1204"})
    message(editor, "use")
    until(lambda: got)
    assert got[0].origin == Origin(
        source=Holder.PHONE, taken=datetime(2026, 3, 1, 14, 2, 11, tzinfo=UTC), frame_number=1204
    )
    assert got[0] is editor.probe
    message(editor, "origin", values={})
    until(lambda: editor.probe is None)
    editor.load(picture(60, 40), "other.png")
    assert editor._work.origin is None, "another picture comes from elsewhere"
    editor.close()


def test_a_form_leaves_blanks_out_and_moments_are_utc() -> None:
    assert form_of(Record) == []
    values = {
        "source": "phone",
        "taken": "2026-03-01T14:02",
        "frame_number": "",
        "note": 3,
        "x": "y",
    }
    assert filled_in(Origin, values) == {"source": "phone", "taken": "2026-03-01T14:02+00:00"}


def test_where_it_comes_from_is_not_told_where_it_is_not_asked_for() -> None:
    work = ProbeWork(one_face)
    with pytest.raises(UsageError, match="not asked for here"):
        work.describe({"source": "phone"})


def test_what_is_told_is_told_of_a_picture() -> None:
    work = ProbeWork(one_face, origin=Origin)
    with pytest.raises(UsageError, match="there is no picture yet"):
        work.describe({"source": "phone"})


def test_a_judge_that_fails_leaves_the_picture_as_it_was(heard: Heard) -> None:
    broken = False

    def judge(image: ImageArray) -> tuple[FoundFace, ...]:
        if broken:
            message_of_a_driver = f"pixels {image[0, 0]}"
            raise RuntimeError(message_of_a_driver)
        return one_face(image)

    editor = ProbeEditor(judge)
    message(editor, "hello", tries=1)
    editor.load(picture(), "still.png")
    broken = True
    message(editor, "add", step={"kind": "rotate", "degrees": 90})
    assert refused(heard) == "RuntimeError: this was not foreseen. Try again."
    assert editor._work.operations == []
    editor.close()


def test_no_state_that_is_saved_holds_a_picture_or_what_was_said_of_it(
    editor: ProbeEditor, heard: Heard
) -> None:
    file = picture()
    begin(editor, file)
    send(editor, file)
    until(lambda: heard.of("uploaded"))
    editor.add(STEPS[0])
    sent = [data for content, data in heard.said if content["kind"] == "picture"]
    assert len(sent) >= 3
    state_of_widgets = embed.dependency_state([editor], drop_defaults=False)
    assert not any(one.get("buffers") for one in state_of_widgets.values())
    saved = json.dumps(state_of_widgets)
    for data in (file, *(one[0] for one in sent)):
        assert base64.b64encode(data).decode()[:200] not in saved
    assert "still.png" not in saved
    assert editor.enhancement_log is not None
    assert editor.enhancement_log.file not in saved
    own = set(editor._model.keys) - set(anywidget.AnyWidget().keys)
    assert own <= {"_esm", "_css"}, "the model has code, and no state of its own"


def test_pictures_travel_without_loss_and_large_ones_reduced(
    editor: ProbeEditor, heard: Heard
) -> None:
    file = picture()
    editor.load(file, "still.png")
    small = next(data for content, data in heard.said if content.get("of") == "original")
    assert np.array_equal(load_image(small[0]), load_image(file))
    editor.load(encode_png(np.zeros((300, 4000, 3), np.uint8)), "wide.png")
    wide = heard.of("picture")[-1]
    assert (wide["size"], wide["sent"]) == ([4000, 300], [1600, 120])


def test_who_comes_late_or_could_not_hear_is_told_everything(
    editor: ProbeEditor, heard: Heard
) -> None:
    editor.load(picture(), "still.png")
    editor.add(STEPS[0])
    first = editor._model
    message(editor, "hello", tries=9)
    assert editor._model is not first, "it could not hear, and gets a new model"
    heard.said.clear()
    message(editor, "hello", "v-2", tries=1)
    assert [one["kind"] for one, _ in heard.said] == [
        "welcome", "page", "state", "picture", "picture",
    ]  # fmt: skip
    assert len(state(heard)["steps"]) == 1


def test_cleared_it_keeps_nothing(editor: ProbeEditor, heard: Heard) -> None:
    editor.load(picture(), "still.png")
    message(editor, "clear")
    until(lambda: editor.enhancement_log is None)
    assert (editor._work.file, editor._work.original, editor._pictures) == (b"", None, {})


def test_what_a_cell_returns_of_a_probe_holds_no_pixel() -> None:
    work = ProbeWork(one_face)
    work.load(picture(), "still.png")
    work.add(STEPS[0])
    words = "Searched with an enhanced copy. 1 steps: crop (left 4, top 2, width 90, height 70)."
    assert repr(work.use()) == f"PreparedProbe(90x70 px, {words!r})"


def test_a_bad_file_given_by_python_is_refused() -> None:
    work = ProbeWork(one_face)
    with pytest.raises(ImageError, match=r"still\.png: this is not an image"):
        work.load(b"x" * 40, "still.png")
    assert work.missing == ["a picture"]


def test_faces_are_judged_as_the_analyser_judges_them() -> None:
    from drawn_faces import drawn_pair_analyser, portrait

    image = np.concatenate([portrait(1), portrait(2)], axis=1)
    analyser = drawn_pair_analyser()
    found = judge_by(analyser)(image)
    whole = analyser.analyse(image)
    assert [one.verdict for one in found] == [one.verdict for one in whole.judgements]
    assert [one.box for one in found] == [tuple(box) for box in whole.faces.boxes.tolist()]
    assert found[1].right_eye == tuple(whole.faces.landmarks[1, 0].tolist())
    assert found[1].left_eye == tuple(whole.faces.landmarks[1, 1].tolist())


@pytest.mark.parametrize(
    "content",
    [
        {"kind": "choose"},
        {"kind": "choose", "face": True},
        {"kind": "remove", "number": "1"},
        {"kind": "change", "number": 0},
        {"kind": "override", "reason": 3},
        {"kind": "origin", "values": "x"},
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    content: dict[str, Any], editor: ProbeEditor, heard: Heard
) -> None:
    editor.load(picture(), "still.png")
    message(editor, **content)
    assert "not foreseen" not in refused(heard)
    message(editor, "nothing-known")
    assert len(heard.of("refused")) == 1


def eye_judge(
    image: ImageArray,
    eyes: tuple[tuple[float, float], tuple[float, float]],
    found: FoundFace | None,
) -> FoundFace:
    """Judge as the product does, but for what it measures of pixels."""
    x, y = eyes[0]
    verdict = Verdict.REJECT if found is None else Verdict.WARN
    return FoundFace((x - 9, y - 9, x + 30, y + 30), *eyes, verdict, ("Placed by hand.",), None)


EYES = ((20.0, 20.0), (44.5, 21.0))


@pytest.fixture
def placing(heard: Heard) -> Iterator[ProbeEditor]:
    editor = ProbeEditor(two_faces, eye_judge=eye_judge)
    message(editor, "hello", tries=1)
    editor.load(picture(), "still.png")
    yield editor
    editor.close()


def ask(editor: ProbeEditor, **changes: Any) -> None:
    """Ask for eyes as a browser does."""
    assert editor.enhancement_log is not None
    pixels = editor.enhancement_log.searched
    message(editor, "eyes", **({"eyes": [list(one) for one in EYES], "pixels": pixels} | changes))


def test_the_eyes_of_a_face_are_put_right_and_taken_back(
    placing: ProbeEditor, heard: Heard
) -> None:
    work = placing._work
    ask(placing, face=1)
    until(lambda: state(heard).get("by_hand"))
    assert state(heard)["chosen"] == 1
    assert state(heard)["verdict"] == "warn"
    assert state(heard)["faces"][1]["eyes"] == [[20, 20], [44.5, 21]]
    assert state(heard)["eyes_found"] == [[55, 12], [65, 12]]
    assert "placed by hand, at right (20.0, 20.0) px" in state(heard)["by_hand"]
    probe = work.use()
    assert probe.by_hand is not None
    assert probe.by_hand.pixels == probe.log.searched
    message(placing, "found")
    until(lambda: not state(heard)["by_hand"])
    assert work.probe is None, "what was decided was of other eyes"
    assert work.faces == two_faces(picture_of(placing))
    ask(placing, face=1)
    until(lambda: state(heard)["by_hand"])
    message(placing, "choose", face=0)
    until(lambda: state(heard)["chosen"] == 0)
    assert state(heard)["by_hand"] is None


def picture_of(editor: ProbeEditor) -> ImageArray:
    copy = editor._work.copy
    assert copy is not None
    return copy


def test_a_face_that_was_not_found_is_rejected_and_goes_with_any_step(
    placing: ProbeEditor, heard: Heard
) -> None:
    work = placing._work
    ask(placing, face=None)
    until(lambda: state(heard).get("by_hand"))
    assert (len(work.faces), work.chosen, state(heard)["found"]) == (3, 2, 2)
    assert state(heard)["rejected"] is True
    with pytest.raises(BlockedError, match="a reason why a rejected quality is overridden"):
        work.use()
    work.set_aside(REASON)
    assert work.use().override == REASON
    placing.add(Tone(gamma=0.8))
    assert (work.by_hand, work.override, work.probe) == (None, None, None)
    assert len(work.faces) == 2, "they were placed in other pixels"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"eyes": [[1, 2]]}, "was not said as two points"),
        ({"eyes": [[1, 2], [3, True]]}, "was not said as two points"),
        ({"eyes": None}, "was not said as two points"),
        ({"eyes": [[20, 20], [21, 20]]}, "the eyes are 1.0 px apart"),
        ({"eyes": [[20, 20], [float("nan"), 20]]}, "where the eyes are cannot be used"),
        ({"face": 2}, "there is no face 3; 2 were found"),
        ({"pixels": "0" * 64}, "the copy has changed since"),
    ],
)
def test_eyes_that_cannot_be_taken_change_nothing(
    changes: dict[str, Any], words: str, placing: ProbeEditor, heard: Heard
) -> None:
    ask(placing, **({"face": 0} | changes))
    assert words in refused(heard)
    assert placing._work.by_hand is None


def test_without_a_judge_of_them_no_eyes_are_placed(editor: ProbeEditor, heard: Heard) -> None:
    editor.load(picture(), "still.png")
    assert state(heard)["may_place"] is False
    with pytest.raises(UsageError, match="cannot be placed by hand here"):
        editor._work.place(EYES, 0)
    with pytest.raises(UsageError, match="no eyes were placed"):
        editor._work.take_back()
