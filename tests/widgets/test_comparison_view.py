"""Two pictures to compare: what of them is sent, what is refused, and that nothing is kept of them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import anywidget
import numpy as np
import pytest
from ipywidgets import embed

from widgets import ComparedPicture, ComparisonView
from workbench.errors import UsageError
from workbench.images import load_image

NONE = {"kind": "none", "names": ["probe", "candidate"], "choose": "Choose a candidate."}


def picture(
    width: int = 200, height: int = 150, apart: float = 20.0, **more: Any
) -> ComparedPicture:
    noise = np.random.default_rng(1).integers(0, 255, (height, width, 3), dtype=np.uint8)
    x, y = width / 2 - apart / 2, height / 2
    return ComparedPicture(noise, (x, y), (x + apart, y), **more)


Said = list[tuple[dict[str, Any], list[bytes]]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Said:
    said: Said = []
    monkeypatch.setattr(
        "widgets.panels.Surface.send",
        lambda _self, content, buffers=None: said.append((content, buffers or [])),
    )
    return said


@pytest.fixture
def view(said: Said) -> Iterator[ComparisonView]:
    view = ComparisonView()
    hello(view)
    yield view
    view.close()


def hello(view: ComparisonView, name: str = "v-1", tries: int = 1) -> None:
    view._on_message(view._model, {"kind": "hello", "view": name, "tries": tries}, [])


def test_empty_says_so(view: ComparisonView, said: Said) -> None:
    assert said[-1] == (NONE, [])


def test_two_pictures_are_sent_without_loss_beside_their_eyes(
    view: ComparisonView, said: Said
) -> None:
    probe, candidate = picture(caption="Camera 3"), picture(90, 60, 8)
    view.show(probe, candidate)
    content, pictures = said[-1]
    assert content["probe"]["eyes"] == [[90.0, 75.0], [110.0, 75.0]]
    assert content["probe"]["caption"] == "Camera 3"
    assert content["candidate"]["size"] == content["candidate"]["sent"] == [90, 60]
    assert np.array_equal(load_image(pictures[0]), probe.image)
    assert np.array_equal(load_image(pictures[1]), candidate.image)
    json.dumps(content)


def test_of_a_large_picture_the_part_around_the_face_is_sent_pixel_by_pixel(
    view: ComparisonView, said: Said
) -> None:
    image = np.random.default_rng(2).integers(0, 255, (1500, 3000, 3), dtype=np.uint8)
    far = ComparedPicture(image, (2900, 20), (2930, 20))
    view.show(far, picture())
    content, pictures = said[-1]
    assert content["probe"]["part"] == [2705, 0, 295, 230]
    assert content["probe"]["size"] == [3000, 1500]
    assert np.array_equal(load_image(pictures[0]), image[0:230, 2705:3000])


def test_a_face_that_fills_a_huge_picture_is_sent_reduced_and_that_is_said(
    view: ComparisonView, said: Said
) -> None:
    huge = np.full((3000, 4000, 3), 90, np.uint8)
    view.show(ComparedPicture(huge, (1550, 1500), (2450, 1500)), picture())
    content, pictures = said[-1]
    assert content["probe"]["part"] == [0, 0, 4000, 3000]
    assert content["probe"]["sent"] == [2400, 1800]
    assert load_image(pictures[0]).shape == (1800, 2400, 3)


@pytest.mark.parametrize(
    "eyes",
    [
        ((10, 10), (10, 10)),
        ((10, 10), (10.5, 10)),
        ((float("nan"), 10), (20, 10)),
        ((10, 10), (float("inf"), 10)),
        ((900, 10), (950, 10)),
    ],
)
def test_eyes_that_give_no_scale_are_refused(eyes: Any) -> None:
    with pytest.raises(UsageError, match="give no scale in a picture of 200x150 px"):
        ComparedPicture(np.zeros((150, 200, 3), np.uint8), *eyes)


def test_an_eye_that_lies_a_little_outside_is_taken(view: ComparisonView, said: Said) -> None:
    image = np.zeros((150, 200, 3), np.uint8)
    view.show(ComparedPicture(image, (-8, 10), (12, 10)), picture())
    assert said[-1][0]["probe"]["part"] == [0, 0, 142, 150]


def test_no_state_that_is_saved_holds_a_picture(view: ComparisonView, said: Said) -> None:
    view.show(picture(caption="a caption"), picture())
    state = embed.dependency_state([view], drop_defaults=False)
    assert not any(one.get("buffers") for one in state.values())
    saved = json.dumps(state)
    for data in said[-1][1]:
        assert base64.b64encode(data).decode()[:200] not in saved
    assert "a caption" not in saved
    own = set(view._model.keys) - set(anywidget.AnyWidget().keys)
    assert own <= {"_esm", "_css"}, "the model has code, and no state of its own"


def test_who_comes_late_or_could_not_hear_is_told_everything(
    view: ComparisonView, said: Said
) -> None:
    view.show(picture(), picture())
    first = view._model
    hello(view, tries=9)
    assert view._model is not first
    said.clear()
    hello(view, "v-2")
    assert [one["kind"] for one, _ in said] == ["welcome", "pair"]
    assert len(said[-1][1]) == 2


def test_cleared_it_keeps_nothing(view: ComparisonView, said: Said) -> None:
    view.show(picture(), picture())
    view.clear()
    assert said[-1] == (NONE, [])
    assert view._pictures == []
    hello(view, "v-2")
    assert said[-1][0]["kind"] == "none"


def test_what_a_cell_returns_of_a_picture_holds_no_pixel() -> None:
    assert repr(picture()) == "ComparedPicture(200x150 px, 20 px between the eyes)"


def test_it_may_begin_with_two_pictures(said: Said) -> None:
    view = ComparisonView(picture(), picture())
    hello(view)
    assert said[-1][0]["number"] == 1
    view.close()
