"""Which process runs a search, and whether it is still there: one that was killed says nothing.

A process is named by its machine, the namespace in which its number counts, the number, and when
it was started, since numbers are given again. Of a process on another machine, in another
container, or from before the machine was started anew nothing can be known but what it says: a
search says each second that it goes on.
"""

from __future__ import annotations

import os
import platform
import sys
from functools import cache
from pathlib import Path
from typing import Final

__all__ = ["is_elsewhere", "is_gone", "this_process"]

_PROC: Final = Path("/proc")
_STARTED: Final = 19
"""Field 22 of /proc/PID/stat (proc(5), `starttime`), counted from after the name in brackets."""
_DEAD: Final = frozenset({"Z", "X", "x"})
"""Field 3, `state`, of a process that has ended and whose parent has not looked yet."""
_PARTS: Final = 4


def this_process() -> str:
    """Return the name of this process, the same as long as it runs."""
    number = os.getpid()
    machine, space = _place()
    fields = _fields(number)
    return " ".join((machine, space, str(number), fields[_STARTED] if fields else "unknown"))


def is_gone(process: str) -> bool:
    """Return whether a process that `this_process` named is gone for sure."""
    parts = process.split(" ")
    if is_elsewhere(process) or not parts[2].isdecimal():
        return False
    number, started = int(parts[2]), parts[3]
    if not _is_there(number):
        return True
    fields = _fields(number)
    if fields is None or started == "unknown":
        return False
    return fields[0] in _DEAD or fields[_STARTED] != started


def is_elsewhere(process: str) -> bool:
    """Return whether a process ran where nobody here could see it, or where is not known."""
    parts = process.split(" ")
    return len(parts) != _PARTS or tuple(parts[:2]) != _place()


@cache
def _place() -> tuple[str, str]:
    """Return the machine's name, with that of its present start, and the namespace of numbers."""
    machine = platform.node().replace(" ", "-") or "unknown"
    try:
        start = (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
    except (OSError, ValueError):
        start = "unknown"
    try:
        space = (_PROC / "self/ns/pid").readlink().name
    except OSError:
        space = "unknown"
    return f"{machine}/{start}"[:120], space.replace(" ", "-")


def _fields(number: int) -> list[str] | None:
    """Return what /proc/PID/stat says of a process after its name; `None` if that is not known."""
    try:
        text = (_PROC / str(number) / "stat").read_text("utf-8", "replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return fields if len(fields) > _STARTED else None


def _is_there(number: int) -> bool:
    if sys.platform == "win32":
        return True  # nothing is known without other libraries; the authority's end decides
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except (OverflowError, PermissionError):
        return True
    return True
