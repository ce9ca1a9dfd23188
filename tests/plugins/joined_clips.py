"""Clips that are written one after the other, as footage of several people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from workbench.arrays import ImageArray
from workbench.feeds import VideoFile

__all__ = ["SPEAKERS", "joined", "spoken_by"]

SPEAKERS = ("tony_blair", "angelina_jolie", "gloria_estefan", "bill_clinton")
"""Who is in a clip of a name like that of LFW."""


def spoken_by(videos: Path, frames: int) -> Iterator[list[ImageArray]]:
    """Give the first frames of the clip of each speaker."""
    for name in SPEAKERS:
        clip = VideoFile(videos / f"speaker_{name}.avi").frames()
        yield [next(clip).image for _ in range(frames)]


def joined(
    path: Path, clips: Iterable[list[ImageArray]], *, gop: int, rate: Fraction = Fraction(25)
) -> None:
    """Write clips one after the other, 320 px wide, a key frame each `gop` frames.

    Args:
        path: of the file, which names its format.
        clips: frames of 320 x at most 240 px.
        gop: frames from one key frame to the next.
        rate: frames a second.
    """
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate)
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
                frame.pts, frame.time_base = index, 1 / rate
                container.mux(stream.encode(frame))
                index += 1
        container.mux(stream.encode(None))
