"""Thumbnails show the face, square and unstretched."""

from __future__ import annotations

import numpy as np

from workbench.faces.thumbnails import thumbnail


def test_no_box_gives_no_thumbnail() -> None:
    shown = thumbnail(np.zeros((5, 5, 3), np.uint8), np.zeros((0, 4), np.float32))
    assert shown.shape == (0, 160, 160, 3)
    assert shown.dtype == np.uint8


def test_the_box_fills_the_picture_and_is_not_stretched() -> None:
    image = np.zeros((300, 400, 3), np.uint8)
    image[100:200, 150:200] = 255  # 50 wide, 100 high
    shown = thumbnail(image, np.array([[150, 100, 200, 200]], np.float32))[0, ..., 0] > 127
    assert abs(shown.any(axis=1).sum() - 160 / 1.1) <= 1
    assert abs(shown.any(axis=0).sum() - 80 / 1.1) <= 1
    assert abs(np.argwhere(shown).mean(axis=0) - 79.5).max() <= 0.5


def test_boxes_of_any_place_and_size() -> None:
    image = np.full((30, 40, 3), 77, np.uint8)
    boxes = np.array(
        [[-50, -50, 20, 20], [39, 29, 39, 29], [500, 500, 900, 900], [-9e3, -9e3, 9e3, 9e3]],
        np.float32,
    )
    assert (thumbnail(image, boxes) == 77).all()
    assert (thumbnail(np.full((1, 1, 3), 77, np.uint8), boxes) == 77).all()
