"""Whether a live search rests, as its process has last heard of it in the records."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from workbench.governance.session_pauses import Pause, is_paused, moves_of
from workbench.governance.stopping import StopReason
from workbench.live.ending import Ending

__all__ = ["Rest"]


class Rest:
    """Follows the pauses of a search in the records; for any thread.

    What is heard late never undoes what was heard before: each pause and each resumption counts.
    """

    def __init__(self) -> None:
        """Begin with nothing paused."""
        self._changed = threading.Condition()
        self._pauses: tuple[Pause, ...] = ()
        self._is_paused = False
        self._stretch: Ending | None = None
        self._told: list[Callable[[], None]] = []

    def is_paused(self) -> bool:
        """Return whether nothing is to be searched now."""
        return self._is_paused

    def why(self) -> str | None:
        """Return why it is paused; `None` while it is not."""
        pauses = self._pauses
        return pauses[-1].why if is_paused(pauses) else None

    def pauses(self) -> tuple[Pause, ...]:
        """Return all pauses, those that are over too."""
        return self._pauses

    def follow(self, pauses: Sequence[Pause]) -> None:
        """Take what the records say; what is searched ends before its next frame if it is to."""
        with self._changed:
            if moves_of(pauses) <= moves_of(self._pauses):
                return
            self._pauses, self._is_paused = tuple(pauses), is_paused(pauses)
            stretch, told = self._stretch, tuple(self._told)
            self._changed.notify_all()
        if stretch is not None:
            stretch.end(StopReason.STOPPED)
        for tell in told:
            tell()

    def tell(self, action: Callable[[], None]) -> None:
        """Have something called at each pause and each resumption."""
        with self._changed:
            self._told.append(action)

    def wake(self) -> None:
        """Have whoever waits look again."""
        with self._changed:
            self._changed.notify_all()

    def wait(self, goes_on: Callable[[], bool]) -> None:
        """Wait while it is paused and the search goes on."""
        with self._changed:
            self._changed.wait_for(lambda: not (self._is_paused and goes_on()))

    @contextmanager
    def stretch(self, ending: Ending) -> Iterator[Ending]:
        """Give what ends one stretch of a search, from one pause to the next or to the end.

        Args:
            ending: of the whole search.
        """
        stretch = Ending()
        with self._changed:
            self._stretch = stretch
            paused = self._is_paused
        if paused:
            stretch.end(StopReason.STOPPED)

        def end() -> None:
            stretch.end(ending.reason or StopReason.STOPPED)

        ending.tell(end)
        try:
            yield stretch
        finally:
            with self._changed:
                self._stretch = None
                self._changed.notify_all()

    def wait_until_rests(self, timeout_s: float) -> bool:
        """Wait until nothing is searched, or at most so many seconds; return whether that is so."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not self._is_paused or self._stretch is None, timeout_s
            )
