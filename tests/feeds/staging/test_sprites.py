"""Cut-outs laid on a frame: where they land, how much they cover, how they blur."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.feeds.staging.sprites import Look, Sprite, lay, placed

_FRAME = (120, 90)


def _disc(side: int = 64) -> Sprite:
    """Return a soft red disc, its unit its radius of a quarter of the side."""
    rows, columns = np.mgrid[:side, :side] + 0.5 - side / 2
    cover = np.clip(side / 4 - np.hypot(rows, columns) + 0.5, 0, 1).astype(np.float32)
    colour = np.broadcast_to(np.array([200, 0, 0], np.uint8), (side, side, 3))
    return Sprite.of(colour, cover, (side / 2, side / 2), side / 4)


@settings(deadline=None, max_examples=60)
@given(
    x=st.floats(30, 90),
    y=st.floats(30, 60),
    radius=st.floats(2, 25),
    roll=st.floats(-180, 180),
)
def test_a_sprite_lands_where_it_is_put(x: float, y: float, radius: float, roll: float) -> None:
    result = placed(_disc(), radius, (x, y), _FRAME, Look(roll))
    assert result is not None
    cover, _ = result
    weight = cover.alpha.astype(float) / 255
    area = weight.sum()
    rows, columns = np.mgrid[: weight.shape[0], : weight.shape[1]] + 0.5
    assert area == pytest.approx(np.pi * radius**2, rel=0.12, abs=2)
    assert (columns * weight).sum() / area + cover.x == pytest.approx(x, abs=0.25)
    assert (rows * weight).sum() / area + cover.y == pytest.approx(y, abs=0.25)


@pytest.mark.parametrize("at", [(-80, 40), (220, 40), (60, -80), (60, 190)])
def test_a_sprite_outside_the_frame_is_nothing(at: tuple[float, float]) -> None:
    assert placed(_disc(), 15, at, _FRAME) is None


@pytest.mark.parametrize("at", [(0, 0), (119, 89), (60, 89), (-10, 40)])
def test_a_sprite_at_the_edge_is_cut(at: tuple[float, float]) -> None:
    result = placed(_disc(), 15, at, _FRAME, Look(0.0, (5, 3), 1.0))
    assert result is not None
    frame = np.zeros((_FRAME[1], _FRAME[0], 3), np.uint8)
    lay(frame, *result)
    assert frame[..., 0].max() > 100


def test_laying_mixes_by_cover_and_leaves_the_rest_alone() -> None:
    frame = np.full((_FRAME[1], _FRAME[0], 3), 40, np.uint8)
    result = placed(_disc(), 15, (60, 45), _FRAME)
    assert result is not None
    lay(frame, *result, (0.5, 1.0, 1.0))
    np.testing.assert_allclose(frame[45, 60], (100, 0, 0), atol=2)
    assert (frame[:20] == 40).all()


def test_blur_smears_along_the_motion_only() -> None:
    still, moved = (
        placed(_disc(), 10, (60, 45), _FRAME, Look(motion=blur))
        for blur in ((0.0, 0.0), (12.0, 0.0))
    )
    assert still is not None
    assert moved is not None

    def extent(cover: np.ndarray) -> tuple[int, int]:
        return int((cover.max(axis=0) > 8).sum()), int((cover.max(axis=1) > 8).sum())

    (still_w, still_h), (moved_w, moved_h) = extent(still[0].alpha), extent(moved[0].alpha)
    assert moved_w - still_w == pytest.approx(12, abs=3)
    assert moved_h <= still_h + 1
    assert moved[0].alpha.sum() == pytest.approx(still[0].alpha.sum(), rel=0.03)
