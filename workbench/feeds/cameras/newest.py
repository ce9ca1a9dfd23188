"""A few pictures that wait between a camera and whoever takes them; the oldest goes first."""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

__all__ = ["Newest"]

T = TypeVar("T")


class Newest(Generic[T]):
    """Holds at most `most` things, the newest; counts those that nobody took in time."""

    def __init__(self, most: int) -> None:
        """Start empty."""
        self._waiting: deque[T] = deque(maxlen=most)
        self._changed = threading.Condition()
        self._wanted = self._over = False
        self._drops = 0

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    @property
    def drops(self) -> int:
        """How many were dropped since somebody began to take."""
        return self._drops

    def want(self) -> None:
        """Begin to take: what came before is dropped uncounted, nobody having asked for it."""
        with self._changed:
            if not self._wanted:
                self._waiting.clear()
            self._wanted = True

    def put(self, thing: T) -> None:
        """Add the newest, in place of the oldest where there is no room."""
        with self._changed:
            if self._over:
                return
            self._drops += self._wanted and len(self._waiting) == self._waiting.maxlen
            self._waiting.append(thing)
            self._changed.notify_all()

    def take(self, timeout_s: float) -> T | None:
        """Return the oldest that waits; `None` at the end, or when none came in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or self._waiting, timeout_s)
            return self._waiting.popleft() if self._waiting else None

    def end(self, *, clear: bool = False) -> None:
        """Have `take` wait no more; with `clear` drop what waits."""
        with self._changed:
            self._over = True
            if clear:
                self._waiting.clear()
            self._changed.notify_all()
