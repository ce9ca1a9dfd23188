"""What of a feed could not be read, collected while reading and told in one sentence."""

from __future__ import annotations

__all__ = ["DamageLog"]

_TOLERANCE_S = 0.5
"""How much earlier than announced a stream may end: containers round, and count the sound."""


class DamageLog:
    """Counts the faults of one pass over a feed."""

    def __init__(self) -> None:
        """Start with nothing wrong."""
        self._given = 0
        self._packets = 0
        self._last_s = 0.0
        self._undecodable = 0
        self._corrupt = 0
        self._first_fault_s = 0.0
        self._last_fault_s = 0.0
        self._reason = ""
        self._ending: str | None = None
        self._backwards: float | None = None

    @property
    def last_s(self) -> float:
        """When the last frame was given, in seconds."""
        return self._last_s

    def given(self, time_s: float) -> None:
        """Note that a frame was given at `time_s` seconds."""
        self._given += 1
        self._last_s = time_s

    def packet(self) -> None:
        """Note that a piece of the stream was read."""
        self._packets += 1

    def undecodable(self, reason: str) -> None:
        """Note that a piece of the stream could not be decoded after the last frame given."""
        self._mark(reason)
        self._undecodable += 1

    def broken(self, time_s: float) -> None:
        """Note that the decoder calls the picture at `time_s` seconds corrupt."""
        self._mark("the decoder marks it corrupt", time_s)
        self._corrupt += 1

    def unreadable(self, reason: str) -> None:
        """Note that reading stopped before the end of the stream."""
        self._ending = f"reading stopped after {self._last_s:.2f} s ({reason})"

    def backwards(self, time_s: float) -> None:
        """Note that the stream's times ran backwards after `time_s` seconds."""
        if self._backwards is None:
            self._backwards = time_s

    def ended(self, expected_s: float | None, frame_s: float | None) -> None:
        """Compare the end with the announced duration, both in seconds."""
        end_s = self._last_s + (frame_s or 0.0)
        if self._ending is None and expected_s and expected_s - end_s > _TOLERANCE_S:
            self._ending = f"it ends at {end_s:.2f} s of the {expected_s:.2f} s announced"

    def counted(self, expected: int | None) -> None:
        """Compare how much was read with the number of frames announced."""
        if self._ending is None and expected and self._packets < expected:
            self._ending = f"only {self._packets} of the {expected} frames announced are there"

    def sentence(self) -> str | None:
        """Return everything that was wrong, `None` when nothing was."""
        parts: list[str] = []
        faults = self._undecodable + self._corrupt
        if faults:
            first, last = self._first_fault_s, self._last_fault_s
            place = (
                f"near {first:.2f} s"
                if last == first
                else (f"between {first:.2f} s and {last:.2f} s")
            )
            parts.append(
                f"{faults} damaged frame{'s' if faults > 1 else ''} {place} left out "
                f"({self._reason}); pictures up to the next key frame may be smeared"
            )
        if self._ending is not None:
            parts.append(self._ending)
        if self._backwards is not None:
            parts.append(f"its times run backwards after {self._backwards:.2f} s")
        return "; ".join(parts) or None

    def _mark(self, reason: str, time_s: float | None = None) -> None:
        """Remember between where faults were and the first reason; a feed may go on for days."""
        where_s = self._last_s if time_s is None else time_s
        if not self._undecodable + self._corrupt:
            self._first_fault_s = self._last_fault_s = where_s
        self._first_fault_s = min(self._first_fault_s, where_s)
        self._last_fault_s = max(self._last_fault_s, where_s)
        self._reason = self._reason or reason
