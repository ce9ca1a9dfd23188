"""Turns at a model that several feeds share: first come, first served."""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType

__all__ = ["Turns"]


class Turns:
    """A lock that goes to whoever has waited longest; or several places, likewise.

    A plain lock may go again and again to the thread that has just let it go. Here a feed that
    asks once more stands behind the feeds that wait already, so all of them come equally often.
    """

    def __init__(self, places: int = 1) -> None:
        """Begin with nobody's turn.

        Args:
            places: how many may have their turn at the same time.
        """
        self._lock = threading.Lock()
        self._free = places
        self._waiting: deque[threading.Event] = deque()

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    def __enter__(self) -> None:
        """Wait for the turn and take it."""
        with self._lock:
            if self._free:
                self._free -= 1
                return
            mine = threading.Event()
            self._waiting.append(mine)
        try:
            mine.wait()
        except BaseException:
            # Whoever is interrupted gives the place up, or the turn that came meanwhile.
            with self._lock:
                if mine in self._waiting:
                    self._waiting.remove(mine)
                else:
                    self._pass_on()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the turn to the next one."""
        with self._lock:
            self._pass_on()

    def _pass_on(self) -> None:
        if self._waiting:
            self._waiting.popleft().set()
        else:
            self._free += 1
