"""Folders of a demonstration that go with their process, and after one that was killed.

A process holds a lock on a file in each of its folders, which the system lets go of however the
process ends. Whoever makes the next folder of that name first removes those that nobody holds:
the keys of a bench before what they seal, and the file last, so that a removal that is cut off is
taken up again.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

__all__ = ["HELD", "held_folder"]

HELD: Final = "held-by-a-process"
"""File in a folder: who holds a lock on it is still there."""
_KEYS: Final = "keys"


@contextmanager
def held_folder(prefix: str) -> Iterator[Path]:
    """Give a private folder among those for temporary files, which is removed at the end.

    Where the platform has no such lock (Windows), what a killed process left stays.

    Args:
        prefix: of its name, which says what it is for.

    Raises:
        OSError: when it cannot be made.
    """
    for left in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with suppress(OSError):
            _remove_if_left(left)
    held = _Held(prefix)
    end = weakref.finalize(held, _end, held.folder, held.descriptor)  # with the process too
    try:
        yield held.folder
    finally:
        end()


class _Held:
    def __init__(self, prefix: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=prefix))
        self.descriptor = _hold(self.folder)


def _end(folder: Path, descriptor: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os.close(descriptor)


def _hold(folder: Path) -> int:
    """Put the file into a folder, locked already when it gets its name."""
    making = folder / f".{HELD}"
    descriptor = os.open(making, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415 - only where the platform has it

        with suppress(OSError):  # a file system without locks: left folders stay
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            making.rename(folder / HELD)
    return descriptor


def _remove_if_left(folder: Path) -> None:
    """Remove a folder of this account that no process holds any more."""
    if sys.platform == "win32":
        return
    import fcntl  # noqa: PLC0415 - only where the platform has it

    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        return
    descriptor = os.open(folder / HELD, os.O_RDWR | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder / _KEYS, ignore_errors=True)
        for one in folder.iterdir():
            if one.is_dir() and not one.is_symlink():
                shutil.rmtree(one)
            elif one.name != HELD:
                one.unlink()
        (folder / HELD).unlink()
        folder.rmdir()
    finally:
        os.close(descriptor)
