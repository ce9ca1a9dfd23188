"""One Ctrl-C is enough: what Python drops of it is raised again at the next step of the work.

Python runs the handler of a signal between two instructions, wherever the main thread is. Where
that is a finaliser, a callback of a weak reference (each import has one) or a callback out of C,
nothing can be raised from there: the exception is written to stderr and forgotten. So the handler
remembers that it was called, and whatever shows progress asks.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, Never

__all__ = [
    "HUNG_UP",
    "TERMINATED",
    "StopAsked",
    "ended_by_signals",
    "require_not_ended",
    "stop_asked",
]

TERMINATED = 143
"""Exit code after a polite kill: 128 and the number of the signal, as a shell counts."""
HUNG_UP = 129
"""Exit code after the terminal was closed, or its line broke; likewise."""

_ENDING: Final = (
    (signal.SIGINT, signal.SIGTERM)
    if sys.platform == "win32"
    else (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
)


class _Ending:
    """A handler of a signal that ends the command, and remembers that it was called."""

    def __init__(self, ended: Callable[[], BaseException]) -> None:
        """Take what makes the exception that unwinds everything."""
        self._ended = ended
        self._called = False

    def __call__(self, _number: int, _frame: FrameType | None) -> Never:
        """Raise it, and remember that."""
        self._called = True
        raise self._ended()

    def require_not_called(self) -> None:
        """Raise it again if it was called."""
        if self._called:
            raise self._ended()


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let Ctrl-C and a polite kill unwind what runs within, so that nothing unfinished stays.

    So does the end of the terminal, where the platform tells of it.

    Signals belong to the main thread, and whoever handles one already keeps doing so; then nothing
    is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = {
        signal.SIGINT: (signal.default_int_handler, _Ending(KeyboardInterrupt)),
        signal.SIGTERM: (signal.SIG_DFL, _Ending(lambda: SystemExit(TERMINATED))),
    }
    if sys.platform != "win32":
        usual[signal.SIGHUP] = (signal.SIG_DFL, _Ending(lambda: SystemExit(HUNG_UP)))
    replaced = {
        number: (before, ending)
        for number, (before, ending) in usual.items()
        if signal.getsignal(number) == before
    }
    for number, (_, ending) in replaced.items():
        signal.signal(number, ending)
    try:
        yield
    finally:
        for number, (before, _) in replaced.items():
            signal.signal(number, before)


def require_not_ended() -> None:
    """Raise what a signal raised before and Python dropped; call it at each step of long work.

    Raises:
        KeyboardInterrupt: after Ctrl-C.
        SystemExit: after a polite kill, or the end of the terminal.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in _ENDING:
        ending = signal.getsignal(number)
        if isinstance(ending, _Ending):
            ending.require_not_called()


class StopAsked:
    """Whether a first Ctrl-C asked for an end in good order.

    Attributes:
        is_asked: whether it did.
    """

    is_asked = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """Note the first; a second one ends the command as ever."""
        self.is_asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def stop_asked() -> Iterator[StopAsked]:
    """Give what says whether Ctrl-C was pressed once; whoever works within asks it.

    In a thread of its own nothing is changed.
    """
    asked = StopAsked()
    try:
        before = signal.signal(signal.SIGINT, asked)
    except ValueError:
        yield asked
        return
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)
