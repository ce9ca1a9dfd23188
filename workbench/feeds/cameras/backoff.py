"""How long to wait before a camera is tried again."""

from __future__ import annotations

import random
from typing import Final

from workbench.settings import CameraSettings

__all__ = ["Backoff"]

_FACTOR: Final = 2.0
_LEAST: Final = 0.5
"""The wait is drawn between this share and all of it, so that many feeds do not come at once."""


class Backoff:
    """Waits that double from `first_wait_s` to `longest_wait_s`, each drawn at random."""

    def __init__(self, settings: CameraSettings, chance: random.Random | None = None) -> None:
        """Start with the first wait; `chance` draws, the system's randomness when left out."""
        self._first, self._longest = settings.first_wait_s, settings.longest_wait_s
        self._chance = chance or random.SystemRandom()
        self._next = self._first

    def wait_s(self, lasted_s: float) -> float:
        """Return how long to wait now, in seconds.

        Args:
            lasted_s: how long pictures came just before, 0 if none did. A camera that comes back
                only for moments is not asked more often for that: the waits begin anew after it
                held for longer than the one that was due.
        """
        if lasted_s > self._next:
            self._next = self._first
        drawn = self._next * self._chance.uniform(_LEAST, 1.0)
        self._next = min(self._longest, self._next * _FACTOR)
        return drawn
