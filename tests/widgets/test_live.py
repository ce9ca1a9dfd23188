"""The live picture: what is sent of the frames that come, and that nothing of it is kept."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import anywidget
import numpy as np
import pytest
from ipywidgets import embed

from widgets.live import WIDEST_PX, LiveView
from widgets.panels import GONE_AFTER_S
from workbench.errors import UsageError
from workbench.images import load_image
from workbench.live.redaction import RedactedFrame
from workbench.live.zone import Zone


class Heard:
    """What a model would send to browsers."""

    def __init__(self) -> None:
        self.said: list[tuple[dict[str, Any], list[bytes]]] = []

    def __call__(self, content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        self.said.append((content, buffers or []))

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [content for content, _ in self.said if content["kind"] == kind]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    heard = Heard()
    monkeypatch.setattr("widgets.panels.Surface.send", lambda _self, *words: heard(*words))
    return heard


@pytest.fixture
def view(heard: Heard) -> Iterator[LiveView]:
    view = LiveView()
    yield view
    view.close()


def frame(index: int = 0, width: int = 64, height: int = 36, shade: int = 120) -> RedactedFrame:
    covered = np.array([[4, 5, 20, 30]], np.int64)
    image = np.full((height, width, 3), shade, np.uint8)
    return RedactedFrame(index, index / 25, image, covered, {"alert-1": (30, 5, 40, 20)})


def message(view: LiveView, kind: str, name: str = "v-1", **more: object) -> None:
    """Say something as a browser would."""
    view._on_message(view._model, {"kind": kind, "view": name, **more}, [])


def until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < ends, "it did not come in time"
        time.sleep(0.01)


def test_frames_wait_for_acknowledgement(view: LiveView, heard: Heard) -> None:
    message(view, "hello", tries=1)
    message(view, "follow")
    for index in range(2):
        view.show(frame(index))
        until(lambda sent=index + 1: view.sent == sent)  # type: ignore[misc]
    for index in range(2, 30):
        view.show(frame(index))
    assert view.under_way == 2
    assert view.sent == 2
    message(view, "drawn", n=1)
    until(lambda: view.sent == 3)
    assert heard.of("frame")[-1]["time_s"] == pytest.approx(29 / 25), "the newest one goes next"
    assert view.passed_over == 27


def test_what_is_sent_is_a_small_jpeg_beside_plain_numbers(view: LiveView, heard: Heard) -> None:
    message(view, "follow")
    view.show(frame(width=1920, height=1080))
    until(lambda: bool(heard.of("frame")))
    content, (picture,) = next(one for one in heard.said if one[0]["kind"] == "frame")
    assert load_image(picture).shape == (720, WIDEST_PX, 3)
    assert content["size"] == [1920, 1080]
    assert content["covered"] == [[4, 5, 20, 30]]
    assert content["open"] == [["alert-1", 30, 5, 40, 20]]
    json.dumps(content)


def test_nothing_is_encoded_where_nobody_looks(view: LiveView) -> None:
    for index in range(5):
        view.show(frame(index))
    time.sleep(0.1)
    assert view.sent == 0


def test_a_frame_that_was_not_redacted_is_refused(view: LiveView) -> None:
    with pytest.raises(UsageError, match="only a redacted frame"):
        view.show(np.zeros((4, 4, 3), np.uint8))


def test_no_state_that_is_saved_holds_a_frame(view: LiveView, heard: Heard) -> None:
    message(view, "follow")
    view.show(frame(shade=77))
    until(lambda: bool(heard.of("frame")))
    (_, (picture,)) = next(one for one in heard.said if one[0]["kind"] == "frame")
    state = embed.dependency_state([view], drop_defaults=False)
    assert {one["model_name"] for one in state.values()} >= {"BoxModel", "AnyModel"}
    assert not any(one.get("buffers") for one in state.values())
    assert base64.b64encode(picture).decode() not in json.dumps(state)
    own = set(view._model.keys) - set(anywidget.AnyWidget().keys)
    assert own <= {"_esm", "_css"}, "the model has code, and no state of its own"


def test_views_are_counted_by_id(view: LiveView) -> None:
    for name in ("v-1", "v-2", "v-1"):
        message(view, "hello", name, tries=1)
    assert view.views == 2
    message(view, "bye", "v-1")
    assert view.views == 1


def test_a_view_that_cannot_hear_gets_a_new_model(view: LiveView, heard: Heard) -> None:
    first = view._model
    for tries in range(1, 5):
        message(view, "hello", tries=tries)
    assert view._model is first, "it may only be slow"
    message(view, "hello", tries=5)
    assert view._model is not first
    assert view.children == (view._model,)
    assert first.comm is None, "the old one is closed"
    message(view, "hello", "v-2", tries=1)
    assert view.views == 1
    assert heard.of("welcome")[-1]["to"] == "v-2"


def test_words_of_a_model_that_was_replaced_are_not_heard(view: LiveView) -> None:
    first = view._model
    message(view, "hello", tries=9)
    view._on_message(first, {"kind": "hello", "view": "late", "tries": 1}, [])
    assert view.views == 0


def test_who_comes_late_is_told_everything(view: LiveView, heard: Heard) -> None:
    view.tell({"state": "running", "frames": 7})
    view.set_zone(Zone(((0.1, 0.1), (0.9, 0.1), (0.9, 0.9))), may_draw=False)
    heard.said.clear()
    message(view, "hello", tries=1)
    told = ["welcome", "states", "credits", "zone", "status"]
    assert [content["kind"] for content, _ in heard.said] == told
    assert heard.of("status")[0]["frames"] == 7
    assert heard.of("zone")[0]["may_draw"] is False


def test_a_view_that_was_taken_for_gone_and_speaks_again_is_told_how_things_are(
    view: LiveView, heard: Heard
) -> None:
    message(view, "hello", tries=1)
    view._heard_s["v-1"] -= GONE_AFTER_S + 1  # its machine slept
    heard.said.clear()
    view.tell({"state": "running", "frames": 7})
    view.set_zone(Zone.whole(), may_draw=False)
    assert heard.said == []
    message(view, "here")
    message(view, "here")
    assert [one["frames"] for one in heard.of("status")] == [7], "once, and not with every sign"
    assert [one["may_draw"] for one in heard.of("zone")] == [False]


def test_views_that_make_room_for_others_are_waited_for_no_more(view: LiveView) -> None:
    for number in range(200):
        message(view, "follow", f"v-{number}")
    assert view.views == len(view._window._under_way) <= 50


def test_a_zone_is_drawn_and_a_crossed_one_refused(heard: Heard) -> None:
    drawn: list[Zone] = []
    view = LiveView(on_zone=drawn.append)
    message(view, "zone", points=[[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]])
    assert view.zone == drawn[0] == Zone(((0.1, 0.1), (0.9, 0.1), (0.5, 0.9)))
    for points in (
        [[0, 0], [1, 1], [1, 0], [0, 1]],
        [[0, 0]],
        "all",
        None,
        [[0, "x"], 3],
        [[10**400, 0]],
    ):
        heard.said.clear()
        message(view, "zone", points=points)
        assert heard.of("refused")[0]["what"] == "zone"
        assert heard.of("zone")[0]["points"] == [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]
    assert len(drawn) == 1
    view.close()


def test_the_zone_of_a_search_that_goes_on_stays(view: LiveView, heard: Heard) -> None:
    view.set_zone(Zone.whole(), may_draw=False)
    message(view, "zone", points=[[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]])
    assert view.zone.is_whole
    assert "Stop it, draw, and start again" in heard.of("refused")[0]["words"]


@pytest.mark.parametrize(
    "content",
    [
        None,
        "hello",
        {},
        {"kind": "hello"},
        {"kind": 3, "view": "a"},
        {"kind": "hello", "view": "x" * 99},
    ],
)
def test_what_makes_no_sense_is_passed_over(view: LiveView, content: object) -> None:
    view._on_message(view._model, content, [])
    assert view.views == 0


def test_the_newest_frame_is_not_kept_once_it_ends(view: LiveView, heard: Heard) -> None:
    message(view, "hello", tries=1)
    view.show(frame())
    view.clear()
    assert view._newest is None
    assert heard.of("blank")
