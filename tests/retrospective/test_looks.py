"""Which looks at a face are kept, and that nobody else can be recognised in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from workbench.arrays import ImageArray
from workbench.faces.analysis import FaceAnalyser
from workbench.faces.mosaic import Mosaic
from workbench.faces.types import Faces
from workbench.feeds.frames import Frame
from workbench.images import load_image
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
    picture, eyes = np.zeros((4, 4, 3), np.uint8), np.zeros((2, 2), np.float32)
    return Look({}, picture, (0, 0), face, weight, 0, time_s, 0.0, picture, eyes)


def test_no_look_is_no_trouble() -> None:
    assert Looks(3, 1.0).take(7) == []
    frame = Frame(0, 0.0, np.zeros((48, 64, 3), np.uint8))
    none = np.zeros((0, 4), np.float32)
    looks = cut_looks(
        Corners(), frame, Faces.empty(), {}, strong=[], believed=none, mosaic=Mosaic()
    )
    assert looks == {}


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
        Corners(),
        Frame(4, 0.2, image),
        found,
        {0: 0.7},
        strong=range(len(found)),
        believed=where,
        mosaic=Mosaic(),
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
    x, y = (found.landmarks[0, :2] - one.wider_eyes)[0].tolist()
    assert (x, y) == (60, 50), "as far around it as it is long"
    assert one.wider.shape == (121, 121, 3)
    same = (one.wider == before[50:171, 60:181]).all(axis=-1)
    for left, top, right, bottom in np.concatenate([found.boxes[1:], where]).astype(int).tolist():
        inside = same[max(0, top - 50) : bottom - 50, max(0, left - 60) : right - 60]
        # Who should be there and was not found hides nothing of the face that was.
        inside = inside[:, max(0, 140 - left) :] if believed else inside
        assert inside.mean() < 0.05 if inside.size else True
    assert one.around.base is None
    assert not np.shares_memory(one.wider, image)
    assert one.crops["drawn"].shape == (1, 8, 8, 3)


def test_a_bystander_whom_the_detector_hardly_finds_is_not_in_the_wider_picture(
    index_analyser: FaceAnalyser, lfw: Path
) -> None:
    image = load_image(lfw / "Karen_Sharpe_Kramer" / "Karen_Sharpe_Kramer_0001.jpg")
    found = index_analyser.detect(image)
    assert found.confidence.tolist() == pytest.approx([0.93, 0.55], abs=0.05)
    nobody = np.zeros((0, 4), np.float32)
    frame = Frame(0, 0.0, image)
    one = cut_looks(
        index_analyser, frame, found, {0: 0.7}, strong=[0], believed=nobody, mosaic=Mosaic()
    )[0]
    left, top = np.rint(found.landmarks[0, 0] - one.wider_eyes[0]).astype(int).tolist()
    height, width = one.wider.shape[:2]
    apart = np.abs(one.wider.astype(int) - image[top : top + height, left : left + width])
    x0, y0, x1, y1 = found.boxes[0].astype(int).tolist()
    assert not apart[y0 - top : y1 - top, x0 - left : x1 - left].any(), "the face is whole"
    x0, y0, x1, y1 = found.boxes[1].astype(int).tolist()
    assert apart[y0 - top : y1 - top, x0 + 6 - left : min(x1, 250) - left].mean() > 20
