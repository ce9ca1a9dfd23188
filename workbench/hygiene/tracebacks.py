"""Tracebacks that show where, never what: no values of variables, no logins, nothing kept."""

from __future__ import annotations

import sys
import threading
import traceback
from types import TracebackType
from typing import Final

from workbench.hygiene.credentials import without_credentials

__all__ = ["forget_last_error", "install_exception_hook", "traceback_text"]

_LAST: Final = ("last_type", "last_value", "last_traceback", "last_exc")


def traceback_text(error: BaseException) -> str:
    """Return a traceback as text, without the values of variables and without logins."""
    lines = traceback.TracebackException.from_exception(error, capture_locals=False).format()
    return without_credentials("".join(lines))


def install_exception_hook() -> None:
    """Let every error that nobody catches be written as `traceback_text` writes it.

    Holds for the main thread, for other threads and for what cannot be raised (destructors). A
    prettier hook that was there before, such as one that shows local variables, is replaced.
    """
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def forget_last_error() -> None:
    """Drop the last error that the interpreter keeps, and with it the variables of its frames."""
    for name in _LAST:
        if hasattr(sys, name):
            delattr(sys, name)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        _write("KeyboardInterrupt\n")
    else:
        _write(traceback_text(error.with_traceback(trace)))
    forget_last_error()


def _uncaught_in_thread(given: threading.ExceptHookArgs) -> None:
    if given.exc_value is None or issubclass(given.exc_type, SystemExit):
        return
    name = given.thread.name if given.thread is not None else "unknown"
    _write(f"Exception in thread {name}:\n{traceback_text(given.exc_value)}")


def _unraisable(given: sys.UnraisableHookArgs) -> None:
    # The object itself is not named: how it shows itself may be what it holds.
    kind = type(given.object).__qualname__
    told = given.err_msg or "Exception ignored"
    detail = "" if given.exc_value is None else traceback_text(given.exc_value)
    _write(f"{told} ({kind})\n{detail}")


def _write(text: str) -> None:
    """Write to stderr, if there is one that can be written."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):
        return
