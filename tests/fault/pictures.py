"""Pictures in bytes: files of pictures at any offset, video, and rows of bare pixels."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import av
import cv2
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

__all__ = ["Picture", "pictures"]

Pixels = NDArray[np.uint8]

_MAGIC: Final = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF.{4}WEBP|II\*\x00|MM\x00\*|P[56]\s\d|BM.{8}6\x00",
    re.DOTALL,
)
_SMALLEST: Final = 12
"""Side of the smallest picture, pixels; no face of fewer can be told from another."""
_WINDOWS: Final = (1 << 13, 1 << 15)
"""Bytes looked at together: a small face, and a few rows of a whole frame."""
_LONGEST_ROW: Final = 1920 * 3
_LIKE_THE_ROW_ABOVE: Final = 0.35
_MOST_PIXELS: Final = 1 << 26


class Picture(NamedTuple):
    """A picture that was found.

    Attributes:
        form: how it lay there, and where.
        pixels: shape `(height, width, 3)` uint8 RGB.
    """

    form: str
    pixels: Pixels


def pictures(data: bytes, *, every: int = 1) -> Iterator[Picture]:
    """Give all pictures in some bytes.

    Args:
        data: any bytes.
        every: of a video, only each so many frames.
    """
    for match in _MAGIC.finditer(data):
        # A decoder stops at the end of its picture, or at what is left of it.
        content = np.frombuffer(data, np.uint8, offset=match.start())
        try:
            found = cv2.imdecode(content, cv2.IMREAD_COLOR_RGB)
        except cv2.error:
            continue
        if found is not None and min(found.shape[:2]) >= _SMALLEST:
            yield Picture(f"picture at {match.start()}", np.asarray(found, np.uint8))
    if data[4:8] == b"ftyp":
        yield from _video(data, every)
    for window in _WINDOWS:
        yield from _bare(data, window)


def _video(data: bytes, every: int) -> Iterator[Picture]:
    try:
        with av.open(io.BytesIO(data)) as container:
            for index, frame in enumerate(container.decode(video=0)):
                if index % every == 0:
                    pixels = frame.to_ndarray(format="rgb24")
                    yield Picture(f"frame {index}", np.asarray(pixels, np.uint8))
    except (FFmpegError, IndexError):
        return  # a file that was begun and not finished has no frame that shows


def _bare(data: bytes, window: int) -> Iterator[Picture]:
    """Give stretches that repeat themselves from row to row, as pixels do, as pictures.

    Where a row begins is not known, so that a face may be cut by the sides: each picture is set
    beside itself.
    """
    values = np.frombuffer(data, np.uint8)
    begun: tuple[int, int, int] | None = None  # start, end, row
    for start in range(0, max(1, len(values) - window // 2), window // 2):
        row = _row_length(values[start : start + window])
        if begun is not None and row == begun[2]:
            begun = begun[0], start + window, row
            continue
        if begun is not None:
            yield from _as_rows(values, *begun)
        begun = None if row is None else (start, start + window, row)
    if begun is not None:
        yield from _as_rows(values, *begun)


def _row_length(window: Pixels) -> int | None:
    """Return after how many bytes a stretch is most like itself, if it is at all."""
    if len(window) < 3 * _SMALLEST**2:
        return None
    centred = window.astype(np.float32) - window.mean()
    power = float(centred @ centred)
    if power < len(window):  # flat
        return None
    spectrum = np.fft.rfft(centred, 2 * len(window))
    alike = np.fft.irfft(np.abs(spectrum) ** 2)[: len(window)].real
    lags = np.arange(len(alike))
    alike *= len(window) / (len(window) - lags) / power  # the further, the less overlap
    last = min(_LONGEST_ROW, len(window) * 2 // 3)
    # Neighbours in a row are alike too: a row is found where likeness rises again.
    fallen = np.flatnonzero(alike[: last + 1] < _LIKE_THE_ROW_ABOVE)
    first = max(_SMALLEST, int(fallen[0]) if len(fallen) else last)
    if first >= last:
        return None
    best = first + int(alike[first : last + 1].argmax())
    return best if alike[best] >= _LIKE_THE_ROW_ABOVE else None


def _as_rows(values: Pixels, start: int, end: int, row: int) -> Iterator[Picture]:
    for length in {row, 3 * row} if row % 3 else {row}:
        for phase in range(3):  # which of the bytes begins a pixel is not known either
            rows = values[start + phase : min(end, len(values))]
            rows = rows[: len(rows) // length * length].reshape(-1, length)
            if len(rows) < _SMALLEST or rows.size > _MOST_PIXELS:
                continue
            form = f"rows of {length} at {start + phase}"
            if length % 3 == 0 and length // 3 >= _SMALLEST:
                pixels = rows.reshape(len(rows), -1, 3)
                yield Picture(form, np.concatenate([pixels, pixels], axis=1))
            if phase == 0:
                grey = np.repeat(np.concatenate([rows, rows], axis=1)[..., None], 3, axis=2)
                yield Picture(f"grey {form}", grey)
