"""A process whose memory is not written to disk when it breaks, nor read by its neighbours.

Templates, crops and keys are in memory while they are used. A core dump would put all of them into
a file that nobody's retention knows of (core(5), prctl(2) `PR_SET_DUMPABLE`).
"""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Final

__all__ = ["harden_process"]

_SET_DUMPABLE: Final = 4
"""`PR_SET_DUMPABLE` of linux/prctl.h."""


def harden_process() -> list[str]:
    """Switch core dumps off for this process, and say in a sentence each what could not be done.

    The limit on core files (`RLIMIT_CORE`) passes to every process started from this one. That a
    process cannot be dumped or looked into by others of the same user does not pass to a program
    that it starts: each calls this for itself.
    """
    notes = []
    if (reason := _no_core_files()) is not None:
        notes.append(
            f"Core files could not be switched off ({reason}): a crash may write what is in "
            "memory, faces included, to a file."
        )
    if sys.platform == "linux" and (reason := _not_dumpable()) is not None:
        notes.append(
            f"The process could not be closed to others of the same user ({reason}): a crash "
            "handler of the system may still write its memory to a file."
        )
    return notes


def _no_core_files() -> str | None:
    """Set the limit to 0, soft and hard; return why it could not be done."""
    try:
        import resource  # noqa: PLC0415 - only where the platform has it

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except ImportError:
        return "this platform has no such limit"
    except (OSError, ValueError) as error:
        return str(error)
    return None


def _not_dumpable() -> str | None:
    """Tell the kernel not to dump this process; return why it could not be done."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if library.prctl(_SET_DUMPABLE, 0, 0, 0, 0) == 0:
            return None
        return os.strerror(ctypes.get_errno())
    except (OSError, AttributeError) as error:
        return str(error)
