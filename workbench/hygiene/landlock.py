"""A process that gives up files, programs and connections for good: Landlock of Linux.

From then on it, and whatever it starts, reads and writes below the named places alone, starts no
program, connects to nothing by TCP and signals nobody outside (landlock(7); the numbers are those
of linux/landlock.h). Where the system has no Landlock, or an older one that keeps less, that is
said, and nothing else happens.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

__all__ = ["confine_process", "landlock_version", "what_is_not_kept"]

_CREATE_RULESET: Final = 444
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446
"""Numbers of the system calls, the same on every architecture that came after 2011."""
_NO_NEW_PRIVS: Final = 38
_ASK_VERSION: Final = 1
_PATH_BENEATH: Final = 1

_WRITE_FILE: Final = 1 << 1
_READ_FILE: Final = 1 << 2
_READ_DIR: Final = 1 << 3
_TRUNCATE: Final = 1 << 14
_READ: Final = _READ_FILE | _READ_DIR
# All but EXECUTE (bit 0), the making of devices (6, 11) and their ioctl (15).
_WRITE: Final = _READ | _WRITE_FILE | _TRUNCATE | sum(1 << bit for bit in (4, 5, 7, 8, 9, 10, 12))
_OF_A_FILE: Final = _WRITE_FILE | _READ_FILE | _TRUNCATE

_NONE: Final = (
    "This system has no Landlock (Linux 5.13 and newer may have it): the process can read whatever "
    "its user can."
)
_NEVER: Final = (
    "Landlock keeps no process from speaking by UDP, nor through sockets in the file system."
)
_FILES_BY_VERSION: Final = {1: 13, 2: 14, 3: 15, 5: 16}
"""How many kinds of access to files each version knows, by the first that does."""
_CONNECTS_FROM: Final = 4
_SCOPES_FROM: Final = 6
_CONNECT_TCP: Final = 1 << 1
_SCOPED: Final = 0b11
"""Abstract sockets and signals."""


def landlock_version() -> int:
    """Return which version of Landlock the system has; 0 where it has none."""
    if sys.platform != "linux":
        return 0
    with suppress(OSError, AttributeError):
        return max(0, _call(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION))
    return 0


def confine_process(*, reads: Iterable[Path], writes: Iterable[Path]) -> list[str]:
    """Confine this process; call it while it has one thread, since no other is confined.

    Args:
        reads: folders and files that may be read; what is not there is left out.
        writes: folders in which files may be made, changed and removed, and files to be written.

    Returns:
        What is not kept here, a sentence each.

    Raises:
        OSError: when the system has Landlock and refuses the rules; then nothing is given up.
    """
    version = landlock_version()
    if version == 0:
        return what_is_not_kept()
    known = max(bits for first, bits in _FILES_BY_VERSION.items() if first <= version)
    handled = (1 << known) - 1
    attributes = struct.pack("=Q", handled)
    if version >= _CONNECTS_FROM:
        attributes += struct.pack("=Q", _CONNECT_TCP)
    if version >= _SCOPES_FROM:
        attributes += struct.pack("=Q", _SCOPED)
    rules = _call(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    try:
        for access, paths in ((_READ, reads), (_WRITE, writes)):
            for path in paths:
                _allow(rules, path, access & handled)
        _privileges_stay()
        _call(_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)
    return what_is_not_kept()


def what_is_not_kept() -> list[str]:
    """Return what this system cannot keep a process from, a sentence each."""
    version = landlock_version()
    if version == 0:
        return [_NONE]
    notes = [_NEVER]
    if version < _CONNECTS_FROM:
        notes.append("Its Landlock keeps no process from connecting by TCP (Linux 6.7 does).")
    if version < _SCOPES_FROM:
        notes.append("Its Landlock keeps no process from signalling others (Linux 6.12 does).")
    return notes


def _allow(rules: int, path: Path, access: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # not there, which gives nobody anything
    try:
        if not os.path.isdir(path):  # noqa: PTH112 - as the system follows links
            access &= _OF_A_FILE
        _call(_ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", access, place), 0)
    finally:
        os.close(place)


def _privileges_stay() -> None:
    """Let no program that is started gain privileges, which Landlock asks for first."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _call(number: int, *arguments: object) -> int:
    library = ctypes.CDLL(None, use_errno=True)
    found = library.syscall(ctypes.c_long(number), *arguments)
    if found < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return int(found)
