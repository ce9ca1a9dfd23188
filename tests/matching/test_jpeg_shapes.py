"""Shapes that JPEG headers declare, against those that a decoder finds."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from workbench.matching.jpeg_shapes import jpeg_shapes


def _shapes(*pictures: bytes) -> list[list[int]]:
    offsets = np.cumsum([0, *map(len, pictures)], dtype=np.int64)
    return jpeg_shapes(np.frombuffer(b"".join(pictures), np.uint8), offsets).tolist()


def _jpeg(width: int, height: int, mode: str = "RGB", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, (width, height)).save(buffer, "JPEG", **options)
    return buffer.getvalue()


def test_no_picture() -> None:
    assert jpeg_shapes(np.zeros(0, np.uint8), np.zeros(1, np.int64)).shape == (0, 3)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"comment": b"\xff\xc0" * 40}])
@pytest.mark.parametrize(
    ("width", "height", "mode", "components"),
    [(1, 1, "L", 1), (160, 160, "RGB", 3), (300, 20, "CMYK", 4), (2, 65_500, "RGB", 3)],
)
def test_declared_as_written(
    width: int, height: int, mode: str, components: int, options: dict[str, object]
) -> None:
    assert _shapes(_jpeg(width, height, mode, **options)) == [[height, width, components]]


def test_each_row_is_its_own() -> None:
    noise = b"\xff\xd8 this is no picture \xff\xd9"
    pictures = [_jpeg(10, 20), noise, b"x", _jpeg(30, 40, comment=b"c" * 99), _jpeg(5, 6, "L")]
    none = [0, 0, 0]
    assert _shapes(*pictures) == [[20, 10, 3], none, none, [40, 30, 3], [6, 5, 1]]


def test_a_frame_is_not_looked_for_in_the_next_picture() -> None:
    whole = _jpeg(10, 20)
    frame = whole.index(b"\xff\xc0")
    cut = whole[: frame + 4] + b"\xff\xd9"
    assert _shapes(cut, whole) == [[0, 0, 0], [20, 10, 3]]


def test_a_header_without_end_is_given_up() -> None:
    assert _shapes(b"\xff\xd8" + b"\xff\xe0\x00\x02" * 10_000 + b"\xff\xd9") == [[0, 0, 0]]


def test_samples_of_another_depth_are_not_read() -> None:
    whole = bytearray(_jpeg(10, 20))
    whole[whole.index(b"\xff\xc0") + 4] = 12
    assert _shapes(bytes(whole)) == [[0, 0, 0]]
