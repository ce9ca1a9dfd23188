"""Work that Ctrl-C, or the interruption of a kernel, does not tear: a thread of its own does it.

Python raises what a signal brings between any two steps of the main thread. Work that is done there
could end after a commit and before anybody is told of it. So the main thread waits, and it is the
wait that is interrupted.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Final, Generic, TypeVar

__all__ = ["uninterrupted"]

T = TypeVar("T")

_LONGEST_S: Final = 0.2


def uninterrupted(
    action: Callable[[], T],
    *,
    name: str,
    interrupted: Callable[[], object] = lambda: None,
    undo: Callable[[T], object] = lambda _result: None,
) -> T:
    """Return what an action gives, or raise what it raises; a thread of its own does it.

    Whoever is interrupted meanwhile waits until the action is over, whole; interrupted once more,
    they leave it behind.

    Args:
        action: is done once, or, where the interruption comes before it begins, not at all.
        name: of the thread.
        interrupted: is called when the wait is interrupted; may have the action end sooner.
        undo: takes what the action gave where nobody will get it, after an interruption.

    Raises:
        BaseException: what interrupted the wait; else whatever the action raises.
    """
    work = _Work(action)
    thread = threading.Thread(target=work.do, name=name, daemon=True)
    try:
        # Nothing but this: a lock of ours that is held when the interruption comes would stay held.
        thread.start()
        work.wait()
    except BaseException:
        never_begun = work.take()
        interrupted()
        if not never_begun:
            work.wait()
            for result in work.results:
                undo(result)
        raise
    try:
        if work.fault is not None:
            raise work.fault
        return work.results[0]
    finally:
        del work  # it would hold the error, which holds it


class _Work(Generic[T]):
    """Something that is done by whoever takes it first.

    Attributes:
        results: what it gave, once it has.
        fault: what it raised.
    """

    def __init__(self, action: Callable[[], T]) -> None:
        self._action = action
        self._lock = threading.Lock()
        self._is_taken = self._is_over = False
        self._told: SimpleQueue[None] = SimpleQueue()
        self.results: list[T] = []
        self.fault: BaseException | None = None

    def take(self) -> bool:
        """Take it; return whether nobody had."""
        with self._lock:
            is_first, self._is_taken = not self._is_taken, True
        return is_first

    def do(self) -> None:
        """Do it, unless somebody took it."""
        if not self.take():
            return
        try:
            self.results.append(self._action())
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            self.fault = error
        finally:
            self._is_over = True
            self._told.put(None)

    def wait(self) -> None:
        """Wait until it is done; may be interrupted, and called again then.

        `Thread.join` may not: in Python 3.11 an interrupted one takes the thread for ended.
        """
        while not self._is_over:
            # A signal that comes just before the wait begins does not end it, but the next one.
            with suppress(Empty):
                self._told.get(timeout=_LONGEST_S)
