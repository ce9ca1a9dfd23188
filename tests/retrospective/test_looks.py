"""Which looks at a face are kept, and that nobody else can be recognised in them."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.arrays import ImageArray
from workbench.faces.mosaic import Mosaic
from workbench.faces.types import Faces
from workbench.feeds.frames import Frame
from workbench.retrospective.looks import Look, Looks, cut_looks


class Corners:
    """Cuts the upper left corner of each face."""

    def crops(self, image: ImageArray, faces: Faces) -> dict[str, ImageArray]:
        corners = faces.boxes[:, :2].astype(int).tolist()
        cut = [image[y : y + 8, x : x + 8] for x, y in corners]
        return {"drawn": np.array(cut, np.uint8).reshape(len(faces), 8, 8, 3)}


def faces(*places: tuple[float, float], side: float = 40.0) -> Faces:
    boxes = np.array([[x, y, x + side, y + side] for x, y in places], np.float32).reshape(-1, 4)
    marks = boxes[:, None, :2] + side * np.array(
        [[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]], np.float32
    )
    return Faces(boxes, marks.astype(np.float32), np.ones(len(boxes), np.float32))


def look(weight: float, time_s: float) -> Look:
    face = faces((0, 0))
    return Look({}, np.zeros((4, 4, 3), np.uint8), (0, 0), face, weight, 0, time_s, 0.0)


def test_no_look_is_no_trouble() -> None:
    assert Looks(3, 1.0).take(7) == []
    frame = Frame(0, 0.0, np.zeros((48, 64, 3), np.uint8))
    none = np.zeros((0, 4), np.float32)
    assert cut_looks(Corners(), frame, Faces.empty(), {}, believed=none, mosaic=Mosaic()) == {}


def test_the_best_of_each_second_is_kept_and_of_those_the_best() -> None:
    looks = Looks(2, 1.0)
    kept = []
    for at, weight in [(0.1, 0.5), (0.5, 0.6), (0.6, 0.55), (1.2, 0.2), (2.2, 0.3), (3.2, 0.1)]:
        if looks.wants(1, at, weight):
            kept.append((at, weight))
            looks.add(1, look(weight, at))
    assert kept == [(0.1, 0.5), (0.5, 0.6), (1.2, 0.2), (2.2, 0.3)]
    assert [(one.time_s, one.weight) for one in looks.take(1)] == [(0.5, 0.6), (2.2, 0.3)]
    assert looks.take(1) == []


def test_of_looks_that_are_worth_the_same_the_first_stays() -> None:
    looks = Looks(1, 1.0)
    looks.add(1, look(0.5, 0.0))
    assert not looks.wants(1, 0.5, 0.5)
    assert not looks.wants(1, 7.0, 0.5)


@pytest.mark.parametrize(
    ("others", "believed", "hidden"),
    [
        ([], [], 0.0),
        ([(300, 200)], [], 0.0),
        ([(145, 90)], [], 0.1),
        ([], [(145, 90)], 0.1),
        ([(112, 90)], [], 0.9),
    ],
)
def test_nobody_else_can_be_recognised_in_a_look(
    others: list[tuple[float, float]], believed: list[tuple[float, float]], hidden: float
) -> None:
    image = np.random.default_rng(0).integers(0, 256, (360, 480, 3)).astype(np.uint8)
    before = image.copy()
    found = faces((100, 90), *others)
    where = faces(*believed).boxes
    looks = cut_looks(
        Corners(), Frame(4, 0.2, image), found, {0: 0.7}, believed=where, mosaic=Mosaic()
    )
    assert np.array_equal(image, before), "the frame stays as it was"
    one = looks[0]
    assert (one.frame, one.time_s, one.weight) == (4, 0.2, 0.7)
    x, y = one.corner
    height, width = one.around.shape[:2]
    assert x <= 100
    assert x + width >= 140
    assert np.allclose(one.face_in_picture().boxes[0] + np.array([x, y, x, y]), found.boxes[0])
    assert one.hidden == pytest.approx(hidden, abs=0.15)
    assert (one.hidden > 0) == (hidden > 0)
    same = (one.around == before[y : y + height, x : x + width]).all(axis=-1)
    for left, top, right, bottom in np.concatenate([found.boxes[1:], where]).astype(int).tolist():
        inside = same[max(0, top - y) : max(0, bottom - y), max(0, left - x) : max(0, right - x)]
        assert inside.mean() < 0.05 if inside.size else True
    assert one.around.base is None
    assert one.crops["drawn"].shape == (1, 8, 8, 3)
