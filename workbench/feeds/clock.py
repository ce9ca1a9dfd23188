"""When a decoded picture is shown: the stream's own times, made whole where they are missing."""

from __future__ import annotations

from fractions import Fraction

from av import VideoFrame

from workbench.feeds.damage import DamageLog

__all__ = ["Clock"]

_NOMINAL = Fraction(25)
"""Frames a second taken where neither times nor a rate are known."""


class Clock:
    """Presentation times in seconds from the start of the stream, never running backwards.

    Args:
        rate: nominal frames a second, for frames without a time of their own.
        log: is told when the stream's times run backwards.
    """

    def __init__(self, rate: Fraction | None, log: DamageLog) -> None:
        """Start before the first frame."""
        self._step = 1 / (rate or _NOMINAL)
        self._log = log
        self._origin: Fraction | None = None
        self._last: Fraction | None = None
        self._jump = Fraction(0)

    def start(self, origin: Fraction | None) -> None:
        """Take a time of the stream as second 0, if that is known."""
        self._origin = origin

    def time(self, picture: VideoFrame) -> float:
        """Return when `picture` is shown, in seconds."""
        shown = self._own(picture)
        if shown is None:
            shown = Fraction(0) if self._last is None else self._last + self._step
        elif self._last is not None and shown <= self._last:
            # A joined or rewound recording: go on from the last frame and keep its later pace.
            self._log.backwards(float(self._last))
            self._jump += self._last + self._step - shown
            shown = self._last + self._step
        self._last = shown
        return float(shown)

    def _own(self, picture: VideoFrame) -> Fraction | None:
        """Return the time that the picture carries, from the start of the stream."""
        if picture.pts is None or picture.time_base is None:
            return None
        stamp = picture.pts * picture.time_base
        if self._origin is None or (self._last is None and stamp < self._origin):
            self._origin = stamp
        return stamp - self._origin + self._jump
