"""Says in the records every second how a live search is doing, where other processes find it.

It is no part of what ends a search: a sign that cannot be written is left out, and the next one
comes a second later.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from workbench.errors import WorkbenchError
from workbench.governance.session_signs import SessionSigns
from workbench.records.store import Store

__all__ = ["SIGN_S", "SessionSigner"]

SIGN_S: Final = 1.0
"""Seconds between two signs of life."""


class SessionSigner:
    """A thread that writes the signs of life of one search until it is told that it ended."""

    def __init__(
        self,
        store: Store,
        session: str,
        signs: Callable[[], SessionSigns],
        *,
        name: str,
        every_s: float = SIGN_S,
    ) -> None:
        """Begin to write.

        Args:
            store: the records.
            session: id of the search.
            signs: gives them; called by the thread.
            name: of the feed.
            every_s: seconds between two.
        """
        self._store, self._session, self._signs = store, session, signs
        self._every_s = every_s
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name=f"signs of {name}", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Write the last sign, and no more."""
        self._over.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _go_on(self) -> None:
        while True:
            with suppress(WorkbenchError):
                self._store.say_status(self._session, self._signs())
            if self._over.is_set():
                return
            self._over.wait(self._every_s)
