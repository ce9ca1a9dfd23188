"""What tells that a file is still the one that was looked at, without reading all of it again.

Whoever owns a file can set back when it was written, but not when its content, name or dates were
last changed, which the file system keeps by itself. Marks are compared on one machine alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

__all__ = ["NOT_SEEN", "FileMark", "mark_of"]


class FileMark(NamedTuple):
    """A file as its file system knows it.

    Attributes:
        device: that it lies on, by number.
        inode: its number there; another file at the same path has another.
        size_bytes: its length.
        written_ns: when it was last written, as anybody may set it.
        changed_ns: when it was last changed in any way, which nobody sets.
    """

    device: int
    inode: int
    size_bytes: int
    written_ns: int
    changed_ns: int


NOT_SEEN: Final = FileMark(0, 0, 0, 0, 0)
"""Of a file that this machine has not looked at; no file is like that."""


def mark_of(path: Path) -> FileMark:
    """Return the mark of a file now.

    Raises:
        OSError: when it is not there, or cannot be asked.
    """
    now = path.stat()
    return FileMark(now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns)
