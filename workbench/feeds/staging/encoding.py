"""Frames into a real H.264 file, whole or not at all."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.video.stream import VideoStream

from workbench.arrays import ImageArray
from workbench.feeds.staging.settings import CrowdSettings

__all__ = ["H264Writer", "frame_rate"]

_SAME = 0.005
"""Rates are written to two places: 29.97 means 30000/1001."""


def frame_rate(fps: float) -> Fraction:
    """Return frames a second as a fraction that a video file can hold exactly."""
    whole = Fraction(fps).limit_denominator(1)
    broadcast = Fraction(round(fps * 1001), 1001)
    nearest = min((whole, broadcast), key=lambda rate: abs(float(rate) - fps))
    return nearest if abs(float(nearest) - fps) < _SAME else Fraction(fps).limit_denominator(1000)


class H264Writer:
    """Writes frames of one size to an MP4 file at an even rate.

    Args:
        path: the file.
        settings: size, rate and compression.

    Raises:
        av.FFmpegError, OSError: when the file cannot be written.
    """

    def __init__(self, path: Path, settings: CrowdSettings) -> None:
        """Open the file."""
        rate = frame_rate(settings.fps)
        # The name ends in something else than .mp4 until the file is whole.
        self._container = av.open(str(path), mode="w", format="mp4")
        self._stream: VideoStream = self._container.add_stream("libx264", rate=rate)
        self._stream.width, self._stream.height = settings.width, settings.height
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = self._tick = 1 / rate
        self._stream.codec_context.gop_size = max(1, round(settings.keyframe_s * rate))
        self._stream.codec_context.thread_count = 1
        self._stream.options = {"crf": str(settings.crf), "preset": settings.preset}
        self._written = 0

    def write(self, image: ImageArray) -> None:
        """Append one frame, shape `(height, width, 3)` uint8 RGB."""
        frame = av.VideoFrame.from_ndarray(image, format="rgb24")
        frame.pts = self._written
        frame.time_base = self._tick
        self._container.mux(self._stream.encode(frame))
        self._written += 1

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the file; after an error only close it."""
        try:
            if error is None:
                self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()
