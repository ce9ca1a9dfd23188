"""The redacted video: H.264 with the feed's own times, whole or not there at all."""

from __future__ import annotations

import contextlib
import os
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import av
import cv2
import numpy as np
from av.error import FFmpegError

from workbench.arrays import ImageArray
from workbench.errors import OutputError

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.stream import VideoStream

    from workbench.live.redaction import RedactedFrame

__all__ = ["RedactedVideoWriter"]

_CLOCK = 90_000
"""Ticks a second of the file's clock, the one of MPEG systems."""
_NOMINAL_FPS = 25


class RedactedVideoWriter:
    """Writes redacted frames to a video; use it as a context manager.

    What is written lies under another name until it is complete. Leaving the context by an
    exception removes it, and a file that was at the place before stays as it was. It takes
    `RedactedFrame` and nothing else: a raw frame cannot be handed to it.

    Example:
        ```python
        with RedactedVideoWriter(folder / "redacted.mp4") as writer:
            search.run(feed, on_frame=writer.write)
        ```
    """

    def __init__(self, path: Path | str, *, fps: float | None = None, crf: int = 23) -> None:
        """Name the file; it is opened with the first frame, whose size it takes.

        Args:
            path: where the finished video shall be.
            fps: the feed's nominal rate, a hint for players; times are kept in any case.
            crf: H.264 constant rate factor, smaller is better and larger.
        """
        self._path = Path(path)
        self._partial = self._path.with_name(f".{self._path.name}.{os.getpid()}.partial")
        self._fps = Fraction(fps or _NOMINAL_FPS).limit_denominator(1001)
        self._crf = crf
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None
        self._size = (0, 0)
        self._last_tick = -1
        self._frames = 0

    @property
    def frames(self) -> int:
        """How many frames were written."""
        return self._frames

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the video, or remove it where the work on it failed."""
        if kind is None:
            self.close()
        else:
            self.abandon()

    def write(self, frame: RedactedFrame) -> None:
        """Append a frame.

        Raises:
            OutputError: when it cannot be written; what there was is removed.
        """
        try:
            if self._container is None:
                self._open(frame.image)
            assert self._container is not None  # noqa: S101 - for the type checker
            assert self._stream is not None  # noqa: S101
            picture = av.VideoFrame.from_ndarray(self._fitted(frame.image), format="rgb24")
            # Players need times that grow; a feed that repeats one gets the next tick.
            self._last_tick = max(round(frame.time_s * _CLOCK), self._last_tick + 1)
            picture.pts = self._last_tick
            picture.time_base = Fraction(1, _CLOCK)
            self._container.mux(self._stream.encode(picture))
        except (FFmpegError, OSError, ValueError) as error:
            self.abandon()
            raise self._failed(error) from error
        self._frames += 1

    def close(self) -> None:
        """Finish the video and put it in its place; without a frame there is none.

        Raises:
            OutputError: when it cannot be finished; what there was is removed.
        """
        if self._container is None:
            return
        assert self._stream is not None  # noqa: S101 - for the type checker
        try:
            self._container.mux(self._stream.encode(None))
            self._container.close()
            self._partial.replace(self._path)
        except (FFmpegError, OSError, ValueError) as error:
            self.abandon()
            raise self._failed(error) from error
        self._container = None

    def abandon(self) -> None:
        """Remove what was written so far."""
        if self._container is not None:
            with contextlib.suppress(FFmpegError, OSError, ValueError):
                self._container.close()
            self._container = None
        with contextlib.suppress(OSError):
            self._partial.unlink(missing_ok=True)

    def _open(self, image: ImageArray) -> None:
        height, width = image.shape[:2]
        # H.264 in yuv420p halves the colour planes, so both sides must be even.
        self._size = (width + width % 2, height + height % 2)
        # The encoder opens its file late; a folder that is missing or closed shows at once so.
        self._partial.touch()
        self._container = av.open(str(self._partial), "w", format="mp4")
        stream = self._container.add_stream("libx264", rate=self._fps)
        stream.width, stream.height = self._size
        stream.pix_fmt = "yuv420p"
        stream.time_base = Fraction(1, _CLOCK)
        stream.codec_context.time_base = Fraction(1, _CLOCK)
        stream.options = {"crf": str(self._crf), "preset": "veryfast"}
        self._stream = stream

    def _fitted(self, image: ImageArray) -> ImageArray:
        """Return the image at the video's size: scaled to fit if it is another, then padded."""
        width, height = self._size
        rows, columns = image.shape[:2]
        if rows not in (height, height - 1) or columns not in (width, width - 1):
            scale = min(width / columns, height / rows)
            columns, rows = max(1, int(columns * scale)), max(1, int(rows * scale))
            image = np.asarray(cv2.resize(image, (columns, rows), interpolation=cv2.INTER_AREA))
        # An odd side repeats its last line, which no eye notices; more than that is left black.
        below, beside = height - rows, width - columns
        mode = cv2.BORDER_REPLICATE if max(below, beside) <= 1 else cv2.BORDER_CONSTANT
        padded = cv2.copyMakeBorder(image, 0, below, 0, beside, mode)
        return np.ascontiguousarray(padded, np.uint8)

    def _failed(self, error: BaseException) -> OutputError:
        words = error.strerror if isinstance(error, OSError) else None
        reason = " ".join((words or str(error)).split())
        return OutputError(
            f"{self._path}: the redacted video could not be written ({reason}). "
            "Check the folder and the space; nothing was left in its place."
        )
