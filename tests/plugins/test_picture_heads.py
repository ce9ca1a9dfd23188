"""How pictures begin is found in what encoders write, and not in bytes at random."""

from __future__ import annotations

import base64
import io
import random

import numpy as np
import pytest
from picture_heads import BEGINS, picture_heads
from PIL import Image

from workbench.images import encode_jpeg

MIDDLE = random.Random(2).randbytes(5000)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WebP", "TIFF", "numpy"])
def test_what_an_encoder_writes_is_found(kind: str) -> None:
    file = io.BytesIO()
    if kind == "numpy":
        np.save(file, np.zeros((3, 3)))
    else:
        Image.new("RGB", (64, 36), (90, 90, 90)).save(file, kind)
    assert BEGINS.match(file.getvalue())
    assert picture_heads(MIDDLE + file.getvalue() + MIDDLE)
    assert not BEGINS.match(MIDDLE)


def test_ours_is_found_in_base64_and_without_its_beginning() -> None:
    ours = encode_jpeg(np.full((36, 64, 3), 90, np.uint8))
    assert picture_heads(MIDDLE + base64.b64encode(ours))
    assert picture_heads(MIDDLE + ours[20:] + MIDDLE)


def test_three_bytes_that_are_in_any_ciphertext_are_nothing() -> None:
    assert picture_heads(MIDDLE + b"\xff\xd8\xff\xe0 /9j/ GIF8" + MIDDLE) == []
    assert picture_heads(random.Random(3).randbytes(1 << 22)) == []
