"""Thumbnails: checked by their headers at once, decoded one at a time."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from workbench.arrays import ImageArray
from workbench.errors import ImageError, WatchlistError
from workbench.images import encode_jpeg, encode_png
from workbench.matching.thumbnails import THUMBNAIL_SIDE, Thumbnails


def drawn(seed: int = 0, height: int = THUMBNAIL_SIDE, width: int = THUMBNAIL_SIDE) -> ImageArray:
    """Draw a picture without sharp edges, of which a JPEG loses little."""
    phase = np.random.default_rng(seed).uniform(0, 6, 3)
    y, x = np.mgrid[:height, :width]
    waves = np.sin(x[..., None] / 30 + phase) + np.cos(y[..., None] / 40 - phase)
    return (127.5 + 60 * waves).astype(np.uint8)


def jpeg(mode: str = "RGB", **options: object) -> bytes:
    """Encode by another library than ours, with what cameras add."""
    buffer = io.BytesIO()
    Image.fromarray(drawn()).convert(mode).save(buffer, "JPEG", **options)
    return buffer.getvalue()


def test_none() -> None:
    for none in (
        Thumbnails.from_images([]),
        Thumbnails.from_images(np.zeros((0, 160, 160, 3), np.uint8)),
        Thumbnails.from_encoded([]),
    ):
        assert len(none) == 0
        assert list(none) == []
        with pytest.raises(IndexError):
            none[0]


def test_each_is_seen_as_it_was() -> None:
    images = [drawn(seed) for seed in range(5)]
    held = Thumbnails.from_images(np.stack(images))
    assert len(held) == 5
    for image, row, shown in zip(images, range(5), held, strict=True):
        assert held[row].shape == (160, 160, 3)
        assert held[row].dtype == np.uint8
        assert np.abs(held[row].astype(int) - image).mean() < 1.5
        assert np.array_equal(held[row], shown)
    assert np.array_equal(held[-1], held[np.int64(4)])  # type: ignore[index]
    with pytest.raises(IndexError):
        held[5]


def test_what_a_log_would_show_holds_no_face() -> None:
    assert repr(Thumbnails.from_images([drawn()])) == "<Thumbnails of 1 references>"


def test_they_travel_between_processes() -> None:
    held = Thumbnails.from_images([drawn()])
    assert np.array_equal(pickle.loads(pickle.dumps(held))[0], held[0])  # noqa: S301 - our own


@pytest.mark.parametrize(
    ("images", "message"),
    [
        ([drawn(), drawn(height=80)], "thumbnail 2 must have shape"),
        ([drawn()[..., 0]], "thumbnail 1 must have shape"),
        (np.zeros((160, 160, 3), np.uint8), "thumbnail 1 must have shape"),
    ],
)
def test_images_of_another_shape(images: list[ImageArray], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Thumbnails.from_images(images)


def test_images_of_another_type() -> None:
    with pytest.raises(ImageError, match="float64"):
        Thumbnails.from_images([drawn().astype(float)])  # type: ignore[list-item]


@pytest.mark.parametrize(
    "encoded",
    [
        jpeg(),
        jpeg(quality=30),
        jpeg(progressive=True),
        jpeg(optimize=True),
        jpeg(comment=b"\xff\xd9" * 9),
        jpeg(exif=b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00"),
        jpeg(icc_profile=b"profile" * 20_000),
    ],
)
def test_any_jpeg_of_this_size(encoded: bytes) -> None:
    assert Thumbnails.from_encoded([encoded])[0].shape == (160, 160, 3)


@pytest.mark.parametrize(
    ("encoded", "fault"),
    [
        (b"", "do not say where each lies"),
        (b"\xff\xd8", "is not a whole JPEG"),
        (b"\xff\xd8" + bytes(50) + b"\xff\xd9", "is not a whole JPEG"),
        (b"\xff\xd8" + b"\xff\xe0\x00\x02" * 100 + b"\xff\xd9", "is not a whole JPEG"),
        (b"\xff\xd8" + b"\xff\xe0\x00\x00" * 9 + b"\xff\xd9", "is not a whole JPEG"),
        (encode_png(drawn()), "is not a whole JPEG"),
        (jpeg()[:-2], "is not a whole JPEG"),
        (jpeg()[1:], "is not a whole JPEG"),
        (jpeg() + b"more", "is not a whole JPEG"),
        (jpeg("L"), r"has shape \(160, 160, 1\) instead of \(160, 160, 3\)"),
        (jpeg("CMYK"), r"has shape \(160, 160, 4\)"),
        (encode_jpeg(drawn(height=80)), r"has shape \(80, 160, 3\)"),
        (encode_jpeg(drawn(width=400)), r"has shape \(160, 400, 3\)"),
        (jpeg(icc_profile=bytes(1024 * 1024)), "has 1,0.* bytes, more than 1,048,576"),
    ],
)
def test_a_header_of_anything_else(encoded: bytes, fault: str) -> None:
    with pytest.raises(ValueError, match=fault) as caught:
        Thumbnails.from_encoded([jpeg(), encoded, jpeg("L")])
    assert "thumbnail 2" in str(caught.value) or not encoded


@pytest.mark.parametrize(
    "change",
    [
        lambda offsets: offsets[:0],
        lambda offsets: offsets[:1],
        lambda offsets: offsets[:-1],
        lambda offsets: offsets[[0, 2, 1, 3]],
        lambda offsets: offsets + 1,
        lambda offsets: np.array([0, 2**62, -(2**62), offsets[-1]]),
        lambda offsets: np.array([0, -5, 5, offsets[-1]]),
    ],
)
def test_offsets_that_do_not_fit(change: Callable[[np.ndarray], np.ndarray]) -> None:
    whole = Thumbnails.from_images([drawn(seed) for seed in range(3)])
    with pytest.raises(ValueError, match="do not say where each lies"):
        Thumbnails(whole.pictures, change(whole.offsets))


@pytest.mark.parametrize(
    ("pictures", "offsets"),
    [
        (np.zeros(0, np.int16), np.zeros(1, np.int64)),
        (np.zeros(0, np.uint8), np.zeros(1, np.float64)),
        (np.zeros((0, 1), np.uint8), np.zeros(1, np.int64)),
        (np.zeros(0, np.uint8), np.zeros((1, 1), np.int64)),
    ],
)
def test_arrays_of_another_kind(pictures: np.ndarray, offsets: np.ndarray) -> None:
    with pytest.raises(ValueError, match="thumbnails"):
        Thumbnails(pictures, offsets)


def test_damage_behind_a_header_is_found_when_somebody_looks() -> None:
    whole = encode_jpeg(drawn())
    tables, frame = whole.index(b"\xff\xdb"), whole.index(b"\xff\xc0")
    held = Thumbnails.from_encoded([whole, whole[:tables] + whole[frame:]])
    held = Thumbnails(held.pictures, held.offsets, "list 1")
    assert held[0].shape == (160, 160, 3)
    with pytest.raises(WatchlistError, match=r"^list 1: thumbnail 2 is damaged.* Enrol again\.$"):
        held[1]
