"""Builders for feeds: small real video files and drawn portraits."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from workbench.feeds import Portrait, StagedPerson

MakeVideo = Callable[..., Path]


def picture(index: int, width: int, height: int) -> NDArray[np.uint8]:
    """Return a picture whose grey level tells its index, with red in the upper left corner."""
    image = np.full((height, width, 3), 20 + 8 * (index % 25), np.uint8)
    image[: height // 2, : width // 2] = (250, 10, 10)
    return image


def level(image: NDArray[np.uint8]) -> int:
    """Return the index that `picture` was given, read from the lower right corner."""
    height, width = image.shape[:2]
    return round((float(image[3 * height // 4 :, 3 * width // 4 :].mean()) - 20) / 8)


_CLIP: dict[str, Any] = {
    "frames": 20,
    "times_ms": None,
    "size": (64, 48),
    "codec": "libx264",
    "pixels": "yuv420p",
    "turn": None,
    "aspect": None,
    "images": None,
    "images_format": "rgb24",
    "options": {},
    "muxer": {},
}


@pytest.fixture
def make_video(tmp_path: Path) -> MakeVideo:
    """Return a function that writes a real video file and returns its path."""

    def make(name: str = "clip.mkv", **given: Any) -> Path:
        unknown = given.keys() - _CLIP.keys()
        assert not unknown, f"no such setting of a clip: {unknown}"
        clip = {**_CLIP, **given}
        size, times_ms, turn = clip["size"], clip["times_ms"], clip["turn"]
        path = tmp_path / name
        container = av.open(str(path), "w", options=clip["muxer"])
        stream = container.add_stream(clip["codec"], rate=25)
        stream.width, stream.height = size
        stream.pix_fmt = clip["pixels"]
        stream.codec_context.gop_size = 5
        stream.codec_context.thread_count = 1
        if times_ms is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
        if clip["aspect"] is not None:
            stream.codec_context.sample_aspect_ratio = clip["aspect"]
        stream.options = clip["options"]
        if turn is not None:
            turn(stream)
        shown = clip["images"] or [picture(i, *size) for i in range(clip["frames"])]
        for index, image in enumerate(shown):
            frame = av.VideoFrame.from_ndarray(image, format=clip["images_format"])
            frame.pts = index if times_ms is None else times_ms[index]
            frame.time_base = Fraction(1, 25) if times_ms is None else Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        container.close()
        return path

    return make


def drawn_portrait(seed: int, size: int = 160) -> Portrait:
    """Return a drawn head with a known face box; no real person."""
    rng = np.random.default_rng(seed)
    image = np.full((size, size, 3), rng.integers(60, 200, 3), np.uint8)
    skin = tuple(int(value) for value in rng.integers(120, 220, 3))
    middle = size // 2
    cv2.ellipse(image, (middle, middle), (size // 5, size // 4), 0, 0, 360, skin, -1)
    for side in (-1, 1):
        cv2.circle(image, (middle + side * size // 12, middle - size // 14), 4, (20, 20, 20), -1)
    box = np.array([0.3, 0.25, 0.7, 0.75], np.float32) * size
    return Portrait(image, box)


def drawn_people(count: int, portraits: int = 1) -> list[StagedPerson]:
    """Return drawn people, every second one listed."""
    return [
        StagedPerson(
            f"person {number}",
            number % 2 == 0,
            tuple(drawn_portrait(10 * number + part) for part in range(portraits)),
        )
        for number in range(count)
    ]


@pytest.fixture
def people() -> Callable[..., list[StagedPerson]]:
    """Return the function that draws people."""
    return drawn_people


@pytest.fixture
def grey_level() -> Callable[[NDArray[np.uint8]], int]:
    """Return the function that reads which picture of `make_video` an image is."""
    return level
