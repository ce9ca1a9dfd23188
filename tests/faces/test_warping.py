"""The affine crop and the five-point similarity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.arrays import ImageArray
from workbench.faces.warping import FIVE_POINTS, crop_affine, similarity

TEMPLATE = np.array(FIVE_POINTS, np.float32)


def test_template_maps_to_itself() -> None:
    assert np.allclose(similarity(TEMPLATE), [[1, 0, 0], [0, 1, 0]], atol=1e-4)


@given(
    st.floats(-np.pi, np.pi), st.floats(0.05, 40), st.floats(-5000, 5000), st.floats(-5000, 5000)
)
def test_similarity_undoes_any_turn_scale_and_shift(
    angle: float, scale: float, x: float, y: float
) -> None:
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = (TEMPLATE @ turn.T + [x, y]).astype(np.float32)
    matrix = similarity(moved)
    back = moved.astype(np.float64) @ matrix[:, :2].T + matrix[:, 2]
    assert np.allclose(back, TEMPLATE, atol=0.05)


def test_similarity_never_mirrors() -> None:
    mirrored = TEMPLATE * [-1, 1] + [112, 0]
    assert np.linalg.det(similarity(mirrored.astype(np.float32))[:, :2]) > 0


def test_landmarks_on_one_point_still_give_a_crop() -> None:
    matrix = similarity(np.full((5, 2), 7, np.float32))
    assert np.isfinite(matrix).all()
    image = np.full((20, 20, 3), 50, np.uint8)
    assert crop_affine(image, matrix, 112, replicate=True).shape == (112, 112, 3)


@pytest.mark.parametrize("offset", [(0, 0), (30, 12), (600, 500)])
def test_a_shift_copies_pixels(offset: tuple[int, int]) -> None:
    image = np.random.default_rng(0).integers(0, 256, (700, 800, 3), np.uint8)
    x, y = offset
    matrix = np.array([[1, 0, -x], [0, 1, -y]], np.float64)
    assert np.array_equal(crop_affine(image, matrix, 64, replicate=True), image[y:, x:][:64, :64])


@pytest.mark.parametrize("replicate", [False, True])
@pytest.mark.parametrize("place", [(-500, -500), (90, 10), (5000, 20)])
def test_beyond_the_picture(place: tuple[int, int], *, replicate: bool) -> None:
    image = np.full((100, 100, 3), 200, np.uint8)
    matrix = np.array([[1, 0, -place[0]], [0, 1, -place[1]]], np.float64)
    crop = crop_affine(image, matrix, 50, replicate=replicate)
    if replicate:
        assert (crop == 200).all()
    else:
        inside = (np.arange(50)[None] + place[0] < 100) & (np.arange(50)[None] + place[0] >= 0)
        expected = inside.any() and place[1] >= 0
        assert (crop > 100).any() == expected
        assert (crop == 0).any()


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.floats(1, 12), st.floats(-0.6, 0.6))
def test_an_enlarged_picture_gives_the_same_crop(factor: float, angle: float) -> None:
    # A smooth picture that can be drawn at any scale: x and y are in pixels of the small one.
    def draw(scale: float) -> ImageArray:
        side = round(200 * scale)
        place = (np.arange(side) + 0.5) / scale
        wave = np.sin(place / 9)[:, None] + np.cos(place / 7)[None, :]
        return np.repeat((127 + 60 * wave)[..., None], 3, axis=2).astype(np.uint8)

    scale = round(200 * factor) / 200
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shift = np.array([20.0, 10.0])
    small = np.column_stack([turn, shift])
    # Pixel u of the large picture lies at (u + 0.5) / scale - 0.5 of the small one.
    large = np.column_stack([turn / scale, shift + turn @ np.full(2, 0.5 / scale - 0.5)])
    one = crop_affine(draw(1), small, 112, replicate=True)
    other = crop_affine(draw(scale), large, 112, replicate=True)
    inside = (slice(40, 100), slice(40, 100))
    assert np.abs(one[inside].astype(int) - other[inside].astype(int)).max() <= 4


def test_shrinking_does_not_alias() -> None:
    fine = (np.indices((2000, 2000)).sum(axis=0) % 2 * 255).astype(np.uint8)
    image = np.repeat(fine[..., None], 3, axis=2)
    matrix = np.array([[0.1, 0, 0], [0, 0.1, 0]], np.float64)
    crop = crop_affine(image, matrix, 112, replicate=True)
    assert np.abs(crop[10:-10, 10:-10].astype(int) - 127).max() <= 3
