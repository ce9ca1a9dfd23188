"""What tests of footage share: files that are written here, and the models."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.feeds.conftest import make_video
from workbench.arrays import ImageArray
from workbench.faces.analysis import FaceAnalyser
from workbench.faces.artefacts import ArtefactStore
from workbench.feeds import VideoFile
from workbench.retrospective.index_segment import build_index_analyser
from workbench.settings import Settings

__all__ = ["make_video"]

SPEAKERS = ("tony_blair", "angelina_jolie", "gloria_estefan", "bill_clinton")
SPOKEN = 75
"""Frames of each."""


def joined(path: Path, clips: Iterator[list[ImageArray]], *, gop: int) -> None:
    """Write clips one after the other, 25 frames a second, a key frame each `gop` frames."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        stream.codec_context.gop_size = gop
        stream.codec_context.thread_count = 1
        stream.options = {"crf": "16", "preset": "ultrafast", "sc_threshold": "0"}
        index = 0
        for images in clips:
            for image in images:
                padded = np.zeros((240, 320, 3), np.uint8)
                padded[: len(image)] = image
                frame = av.VideoFrame.from_ndarray(padded, format="rgb24")
                frame.pts, frame.time_base = index, Fraction(1, 25)
                container.mux(stream.encode(frame))
                index += 1
        container.mux(stream.encode(None))


@pytest.fixture(scope="session")
def spoken(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return footage of 12 s in which four speakers are seen one after the other, 3 s each."""
    path = tmp_path_factory.mktemp("footage") / "speakers.mkv"

    def clips() -> Iterator[list[ImageArray]]:
        for name in SPEAKERS:
            frames = VideoFile(shared_data / "videos" / f"speaker_{name}.avi").frames()
            yield [next(frames).image for _ in range(SPOKEN)]

    joined(path, clips(), gop=25)
    return path


@pytest.fixture(scope="session")
def index_analyser(settings: Settings, store: ArtefactStore) -> FaceAnalyser:
    """Return the models that footage is indexed with."""
    return build_index_analyser(settings, store)
