"""What FFmpeg says: nothing by itself, and when it is asked, no login of an address."""

from __future__ import annotations

import os
from typing import Final

import av.logging

from workbench.hygiene import without_credentials

__all__ = ["reason", "silence_ffmpeg"]

_OPENCV_LEVEL: Final = "OPENCV_FFMPEG_LOGLEVEL"
_QUIET: Final = "-8"
"""`AV_LOG_QUIET` of libavutil/log.h."""


def silence_ffmpeg() -> None:
    """Let neither copy of FFmpeg, PyAV's or OpenCV's, write to a log or to the terminal.

    FFmpeg's messages name the address that it opens, login included, and no filter sits between it
    and stderr. What went wrong reaches the caller as an error, and what of a feed could not be
    read as the feed's `damage`. Holds for the whole process; OpenCV reads its level once, when it
    first opens a video.
    """
    av.logging.set_level(None)
    os.environ[_OPENCV_LEVEL] = _QUIET


def reason(error: BaseException) -> str:
    """Return FFmpeg's own words for a fault, on one line, without a login."""
    words = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return without_credentials(" ".join(str(words).split()))
