"""What is kept of a picture around a face: as far as it goes, in its pixels, nobody else in it."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.arrays import ImageArray
from workbench.faces.surroundings import LONGEST_PX, around_face, keep_picture
from workbench.images import load_image

NOBODY = np.zeros((0, 4), np.float32)


def grid(height: int, width: int) -> ImageArray:
    """Colours that say where a pixel lies: 10 px steps of red by x, of green by y."""
    image = np.full((height, width, 3), 60, np.uint8)
    image[:, :, 0] = (np.arange(width) * 255 // width)[None, :]
    image[:, :, 1] = (np.arange(height) * 255 // height)[:, None]
    return image


def box(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


@pytest.mark.parametrize(
    ("face", "shape", "corner"),
    [
        ((100, 120, 140, 170), (151, 141), (50, 70)),  # 50 px more at each side
        ((0, 0, 60, 60), (121, 121), (0, 0)),  # at a corner of the picture
        ((280, 180, 300, 200), (41, 41), (260, 160)),  # at the other
        ((-30, -30, 400, 400), (200, 300), (0, 0)),  # beyond it
    ],
)
def test_a_face_has_as_much_around_it_as_the_picture_has(
    face: tuple[float, ...], shape: tuple[int, int], corner: tuple[int, int]
) -> None:
    image = grid(200, 300)
    part, at = around_face(image, box(*face), NOBODY, NOBODY, 1.0)
    assert at.tolist() == list(corner)
    assert part.shape[:2] == (min(shape[0], 200 - corner[1]), min(shape[1], 300 - corner[0]))
    x, y = corner
    assert np.array_equal(part, image[y : y + part.shape[0], x : x + part.shape[1]])
    assert not np.shares_memory(part, image)


def test_others_are_covered_and_the_face_itself_is_not() -> None:
    image = np.random.default_rng(1).integers(0, 256, (300, 300, 3), dtype=np.uint8)
    others = np.array([[150, 110, 190, 150], [0, 0, 20, 20]], np.float32)
    part, (x, y) = around_face(image, box(100, 100, 155, 155), others, NOBODY, 1.0)
    seen = image[int(y) : int(y) + part.shape[0], int(x) : int(x) + part.shape[1]]
    changed = np.any(part != seen, axis=2)
    own = np.s_[int(100 - y) : int(156 - y), int(100 - x) : int(150 - x)]
    assert not changed[own].any()
    across = np.s_[int(110 - y) : int(150 - y), int(150 - x) : int(157 - x)]
    assert changed[across].mean() > 0.98, "where the other's face itself lies before it"
    beside = np.s_[int(110 - y) : int(150 - y), int(157 - x) : int(190 - x)]
    assert changed[beside].mean() > 0.98
    assert changed.sum() < 60 * 60, "and nothing else"


def test_a_face_within_the_face_is_covered_in_each_picture_that_is_kept() -> None:
    image = np.random.default_rng(1).integers(0, 256, (300, 300, 3), dtype=np.uint8)
    eyes = np.array([[112, 120], [140, 120]], np.float32)
    kept = [
        keep_picture(image, box(100, 100, 155, 155), eyes, others, NOBODY)
        for others in (NOBODY, np.array([[120, 130, 140, 150]], np.float32))
    ]
    wider = [load_image(one.jpeg).astype(int) for one in kept]
    tight = [load_image(one.thumbnail).astype(int) for one in kept]
    left, top = (eyes - kept[0].eyes)[0].astype(int).tolist()
    inside = np.s_[131 - top : 149 - top, 121 - left : 139 - left]
    beside = np.s_[102 - top : 112 - top, 102 - left : 152 - left]
    apart = np.abs(wider[0] - wider[1])
    assert apart[inside].mean() > 40
    assert apart[beside].mean() < 8, "nothing else of the face"
    # 60.5 px about 127.5 are shown in 160: the other face from 60 to 112 across, 86 to 139 down.
    apart = np.abs(tight[0] - tight[1])
    assert apart[90:134, 64:108].mean() > 40
    assert apart[4:60].mean() < 8


def test_what_may_be_a_face_hides_nothing_of_the_face_itself() -> None:
    image = np.random.default_rng(2).integers(0, 256, (300, 300, 3), dtype=np.uint8)
    faint = np.array([[140, 100, 195, 155]], np.float32)
    part, (x, y) = around_face(image, box(100, 100, 155, 155), NOBODY, faint, 1.0)
    changed = np.any(part != image[int(y) : int(y) + len(part), int(x) :][:, : part.shape[1]], 2)
    assert not changed[int(100 - y) : int(156 - y), int(100 - x) : int(156 - x)].any()
    assert changed[int(110 - y) : int(150 - y), int(157 - x) : int(190 - x)].mean() > 0.98


def test_a_face_that_is_a_part_of_another_is_seen() -> None:
    image = np.random.default_rng(3).integers(0, 256, (300, 300, 3), dtype=np.uint8)
    larger = np.array([[60, 60, 240, 260]], np.float32)
    part, (x, y) = around_face(image, box(100, 100, 155, 155), larger, NOBODY, 0.2)
    changed = np.any(part != image[int(y) : int(y) + len(part), int(x) :][:, : part.shape[1]], 2)
    assert not changed[int(100 - y) : int(156 - y), int(100 - x) : int(156 - x)].any()
    assert changed.mean() > 0.2


@pytest.mark.parametrize("scale", [0.3, 1.0, 2.3, 4.7, 9.0])
def test_eyes_are_where_they_are_in_the_kept_picture(scale: float) -> None:
    side = round(400 * scale)
    image = np.zeros((side, side, 3), np.uint8)
    face = np.array([150, 150, 250, 260], np.float32) * scale
    eyes = np.array([[170, 190], [230, 195]], np.float32) * scale
    spot = max(2, round(4 * scale))
    for number, (x, y) in enumerate(eyes):
        image[round(y) - spot : round(y) + spot, round(x) - spot : round(x) + spot, number] = 255
    kept = keep_picture(image, face, eyes, NOBODY, NOBODY)
    shown = load_image(kept.jpeg)
    assert max(shown.shape[:2]) <= LONGEST_PX
    for number, eye in enumerate(kept.eyes):
        rows, columns = np.nonzero(shown[:, :, number] > 127)
        assert [columns.mean() + 0.5, rows.mean() + 0.5] == pytest.approx(eye.tolist(), abs=1.0)


def test_nothing_is_enlarged() -> None:
    kept = keep_picture(
        grid(90, 80),
        box(20, 20, 60, 60),
        np.array([[30, 35], [50, 35]], np.float32),
        NOBODY,
        NOBODY,
    )
    assert load_image(kept.jpeg).shape == (90, 80, 3)
    assert kept.eyes.tolist() == [[30, 35], [50, 35]]
    assert "jpeg" not in repr(kept)
